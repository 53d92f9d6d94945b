"""Pages escape everything, load nothing from outside, and list damaged runs instead of failing on them."""

import base64
import hashlib
import json
import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import product

import pytest

from bouton._files import write_together
from bouton.errors import InputError
from bouton.report import (
    Judgement,
    Picture,
    Report,
    StatementJudgement,
    counts_text,
    read_outcome,
    render_report,
    write_index,
    write_report,
)
from bouton.report._files import reserved_folder
from bouton.report._pages import REPORT_FILES

HOSTILE = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{ 7 * 7 }}"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def judgement(held: bool | None = True, **changes):
    values = {
        "section": "clusters",
        "name": "ari",
        "sentence": "Clusters are found.",
        "expected": 0.97,
        "basis": "ours",
        "source": "chosen before",
        "recalled": False,
        "asked": "at least 0.99",
        "held": held,
        "measured": 0.99961,
        "shown": "0.9996",
    }
    return Judgement(**(values | changes))


def statement(*judgements, **changes):
    values = {"name": "clusters", "sentence": "It clusters.", "basis": "paper", "source": "abstract", "recalled": False}
    return StatementJudgement(**(values | changes), judgements=judgements)


def picture(**changes):
    values = {"name": "features", "caption": "Look for edges.", "alt": "Tiles", "light": PNG, "dark": PNG}
    values |= {"media_type": "image/png", "width": 10, "height": 10, "thumbnail_light": PNG, "thumbnail_dark": PNG}
    return Picture(**(values | changes))


REPORT = Report(
    name="toy-paper",
    title="A Toy Paper",
    authors="A. Lovelace",
    year=1843,
    topic="similarity",
    summary="Draws numbers.",
    url="https://doi.org/10.0000/toy",
    bibtex="@article{toy}",
    scale="smoke",
    seed=3,
    seconds=1.5,
    float_width=32,
    settings={"clusters": {"n_samples": 20}},
    versions={"bouton": "0.1.0"},
    statements=(
        statement(judgement()),
        statement(judgement(), judgement(False), name="part", sentence="It does half."),
        statement(name="speech", sentence="It speaks.", reason="nobody listens"),
    ),
    further=(judgement(False, name="cost", shown="0.5"), judgement(None, name="large", shown="", measured=None)),
    pictures=(picture(),),
    locality=({"rule": "Oja", "verdict": "local"},),
)


class Page(HTMLParser):
    """The elements, attributes and visible text of a page."""

    def __init__(self, content: bytes):
        super().__init__()
        self.elements, self.pieces, self.open = [], [], []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        self.pieces.append((self.open[-1] if self.open else "", data))

    def attributes(self, name):
        return [attributes[name] for _, attributes in self.elements if attributes.get(name)]

    @property
    def text(self):
        return " ".join("".join(text for tag, text in self.pieces if tag != "style").split())

    def inside(self, name):
        return [text for tag, text in self.pieces if tag == name]


def hostile_report():
    texts = {field.name: HOSTILE for field in fields(Report) if isinstance(getattr(REPORT, field.name), str)}
    mapping = {HOSTILE: HOSTILE, "nested": [HOSTILE, {HOSTILE: HOSTILE}]}
    names = (
        "section",
        "name",
        "sentence",
        "expected",
        "source",
        "asked",
        "measured",
        "shown",
        "remark",
        "share",
        "spread",
    )
    row = judgement(**dict.fromkeys(names, HOSTILE))
    said = statement(row, **dict.fromkeys(("name", "sentence", "source", "reason"), HOSTILE))
    images = (
        picture(name=HOSTILE, caption=HOSTILE, alt=HOSTILE),
        Picture(name=HOSTILE, caption=HOSTILE, alt=HOSTILE, error=HOSTILE),
    )
    return replace(
        REPORT,
        **texts,
        settings={HOSTILE: mapping},
        versions={HOSTILE: HOSTILE},
        statements=(said,),
        further=(row,),
        pictures=images,
        locality=(mapping,),
        notes=(HOSTILE,),
        sections=(HOSTILE,),
    )


def assert_harmless(page: Page):
    allowed = {"for-light", "for-dark"}
    assert "script" not in [tag for tag, _ in page.elements]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(attributes["class"] in allowed for tag, attributes in page.elements if tag == "img")


def test_a_report_shows_what_it_is_given():
    page = Page(render_report(REPORT))
    for text in (
        "A Toy Paper",
        "1 of 2 paper",
        "0 of 1 criterion of ours",
        "at least 0.99",
        "◐ held in part",
        "not asked at this scale",
        "Not asked here: nobody listens",
        "✓ held",
        "✕ not held",
        "Look for edges.",
        "n_samples",
        "Oja",
    ):
        assert text in page.text
    assert [attributes["alt"] for tag, attributes in page.elements if tag == "img"] == ["Tiles", "Tiles"]


def test_hostile_texts_stay_texts():
    page = Page(render_report(hostile_report()))
    assert_harmless(page)
    assert "".join(page.inside("title")).startswith(HOSTILE)
    assert page.attributes("alt") == [HOSTILE, HOSTILE]
    assert page.text.count("alert(1)") > 15
    assert len([tag for tag, _ in page.elements if tag == "img"]) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "doi:10.0000/toy", "//example.org"])
def test_only_web_addresses_become_links(url):
    page = Page(render_report(replace(REPORT, url=url)))
    assert page.attributes("href") == ["../index.html"]
    assert url in page.text


def test_nothing_is_loaded_from_outside():
    page = Page(render_report(REPORT))
    assert all(source.startswith("data:image/") for source in page.attributes("src"))
    assert page.attributes("href") == ["../index.html", REPORT.url]
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "iframe", "object", "embed", "form", "base", "video", "audio"}
    assert not re.search(r"url\(|@import", page.inside("style")[0])
    assert not page.attributes("style")


def test_the_policy_allows_this_style_sheet_and_nothing_else():
    page = Page(render_report(REPORT))
    policy = next(attributes["content"] for _, attributes in page.elements if "http-equiv" in attributes)
    digest = base64.b64encode(hashlib.sha256(page.inside("style")[0].encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def luminance(colour):
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_have_contrast(dark):
    style = Page(render_report(REPORT)).inside("style")[0]
    blocks = [dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S)]
    colours = blocks[1] if dark else blocks[0]
    pairs = [*product(("ink", "muted", "accent"), ("paper", "surface", "soft"))]
    pairs += [("held", "held-soft"), ("not-held", "not-held-soft"), ("not-held", "paper"), ("part", "part-soft")]
    for text, ground in pairs:
        low, high = sorted((luminance(colours[text]), luminance(colours[ground])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)


def test_long_cells_of_the_locality_table_go_below_their_row():
    rows = ({"rule": "Oja", "sees": "x" * 80}, {"rule": "Hebb", "sees": "", "verdict": "local"})
    page = Page(render_report(replace(REPORT, locality=rows)))
    headings = [attributes for tag, attributes in page.elements if tag == "td" and "colspan" in attributes]
    assert [heading["colspan"] for heading in headings] == ["2"]
    assert "x" * 80 in page.text


def test_the_index_lists_runs_and_damage(tmp_path):
    for name, title in (("b-paper", "Second"), ("a-paper", "first")):
        (tmp_path / name).mkdir()
        write_report(tmp_path / name, replace(REPORT, name=name, title=title))
    good = json.loads((tmp_path / "a-paper" / "outcome.json").read_text())
    damaged = {
        "cut": b'{"format": 2,',
        "list": b"[1, 2]",
        "text": b'"x"',
        "future": json.dumps(good | {"format": 3}).encode(),
        "empty": b"",
        "binary": b"\xff\xfe\x00",
        "unjudged": json.dumps(good | {"further": [{"verdict": "yes"}]}).encode(),
        "untimed": json.dumps(good | {"seconds": None}).encode(),
        "deep": b"[" * 100_000,
    }
    for name, content in damaged.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "outcome.json").write_bytes(content)
    (tmp_path / "folder" / "outcome.json").mkdir(parents=True)
    (tmp_path / "unrelated").mkdir()
    page = Page(write_index(tmp_path).read_bytes())
    assert page.attributes("href") == ["./a-paper/report.html", "./b-paper/report.html"]
    assert "2 of 6 claims held in 2 runs" in page.text
    assert page.text.count("paper 1 of 2, ours 0 of 1") == 2
    assert set(page.inside("b")) == {*damaged, "folder"}
    assert all(source.startswith("data:image/png") for source in page.attributes("src"))
    assert len(page.attributes("src")) == 4


def test_an_empty_folder_has_an_index(tmp_path):
    assert "no readable run" in write_index(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["javascript:alert(1)", "<script>alert(1)<", "a b'\"&?#%2e", "ünï", ".hidden"])
def test_hostile_folder_names_stay_names(tmp_path, name):
    (tmp_path / name).mkdir()
    write_report(tmp_path / name, hostile_report())
    page = Page(write_index(tmp_path).read_bytes())
    assert_harmless(page)
    hrefs = page.attributes("href")
    assert all(re.fullmatch(r"\./[\w%.~-]+/report\.html", href) for href in hrefs)
    assert page.text.count("alert(1)") >= len(hrefs)


def test_a_thumbnail_that_is_no_image_is_left_out(tmp_path):
    (tmp_path / "run").mkdir()
    write_report(tmp_path / "run", REPORT)
    (tmp_path / "run" / "thumbnail-light.png").write_bytes(b"<svg onload=alert(1)>")
    assert not Page(write_index(tmp_path).read_bytes()).attributes("src")


def test_a_missing_folder_is_named(tmp_path):
    for write in (lambda folder: write_report(folder, REPORT), write_index):
        with pytest.raises(InputError, match="does not exist"):
            write(tmp_path / "absent")


def test_a_write_that_fails_leaves_the_old_files(tmp_path):
    write_together(tmp_path, {"a": b"old", "b": b"old"})
    with pytest.raises(TypeError):
        write_together(tmp_path, {"a": b"new", "b": "no bytes"})  # type: ignore[dict-item]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old", "b": b"old"}


def test_a_reserved_folder_goes_when_nothing_came_of_it(tmp_path):
    with pytest.raises(RuntimeError), reserved_folder(tmp_path / "a" / "b", REPORT_FILES):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_outcome_is_read_as_it_was_written(tmp_path):
    write_report(tmp_path, REPORT)
    outcome = read_outcome(tmp_path)
    assert outcome is not None
    assert outcome["statements"] == REPORT.statements
    assert outcome["further"] == REPORT.further
    assert [part.verdict for part in (*outcome["statements"], *outcome["further"])] == [
        *("held", "held in part", "not asked"),
        *("not held", "not asked"),
    ]
    (tmp_path / "outcome.json").write_text("[]")
    assert read_outcome(tmp_path) is None


def test_counts_are_said_by_basis():
    assert counts_text(REPORT.counts) == "paper 1 of 2, ours 0 of 1"
    assert counts_text({}) == "none asked"
