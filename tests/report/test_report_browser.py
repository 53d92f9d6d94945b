"""A report in a real browser: the claims are there, images decode, no hostile text runs, nothing scrolls sideways."""

import io
import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bouton.report import Judgement, Report, StatementJudgement, draw_picture, figures, write_index, write_report

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(BROWSER is None, reason="no chromium or google-chrome on PATH"),
]

RAN = "document.title='ran'"
HOSTILE = f"</title></style></pre><script>{RAN}</script><img src=x onerror={RAN}>\"' onload={RAN} "
WORD = "Superkalifragilistisch" * 8
COLOUR = (12, 180, 90)

PROBE = """<!doctype html><title>waiting</title><body style="margin:0">
<iframe id="page" src="%s" style="width:%dpx;height:3000px;border:0"></iframe>
<script>onload = () => {
  const inner = document.getElementById("page").contentDocument, root = inner.documentElement;
  document.title = JSON.stringify({
    title: inner.title, rows: inner.querySelectorAll("table.claims tbody tr").length,
    images: [...inner.images].map(image => image.complete ? image.naturalWidth : 0),
    scripts: inner.scripts.length, overflow: root.scrollWidth - root.clientWidth,
    styled: getComputedStyle(inner.querySelector("main")).maxWidth !== "none"});
};</script>"""


def judgement(number, held):
    text, asked = f"{HOSTILE} {WORD}", f"at least {number}"
    return Judgement("part", f"R{number}", text, HOSTILE, "ours", HOSTILE, False, asked, held, 0.5, HOSTILE, text, WORD)


def block(results):
    figure, axes = figures.new_figure(4, 2)
    axes.axis("off")
    axes.set_facecolor("none")
    axes.fill_between([0, 1], 0, 1, color=np.array(COLOUR) / 255)
    return figure


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    (folder / "toy-paper").mkdir()
    text = f"{HOSTILE} {WORD}"
    report = Report(
        name="toy-paper",
        title=text,
        authors=text,
        year=1843,
        topic=HOSTILE,
        summary=text,
        url=text,
        bibtex=f"@article{{{WORD}, {text}}}",
        scale="smoke",
        seed=0,
        seconds=1.0,
        float_width=32,
        settings={WORD: {WORD: WORD, "hostile": HOSTILE}},
        versions={"bouton": HOSTILE},
        statements=(
            StatementJudgement(WORD, text, "paper", text, True, (judgement(1, True), judgement(2, False))),
            StatementJudgement(HOSTILE, text, "authors", text, False, (), reason=text),
        ),
        further=(judgement(3, None),),
        notes=(text,),
        pictures=(
            draw_picture("block", text, block, {}, alt=HOSTILE),
            draw_picture("failed", text, lambda results: results[HOSTILE], {}),
        ),
        locality=({"rule": WORD, "sees": text, "verdict": HOSTILE},) * 2,
    )
    write_report(folder / "toy-paper", report)
    write_index(folder)
    return folder


def browse(folder: Path, page: Path, *options: str) -> str:
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
    command += ["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]
    command += [f"--user-data-dir={folder / 'profile'}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", ["toy-paper/report.html", "index.html"])
def test_a_page_is_whole_harmless_and_fits_the_screen(reports, tmp_path, name, width):
    probe = tmp_path / "probe.html"
    probe.write_text(PROBE % ((reports / name).as_uri(), width), encoding="utf-8")
    dumped = browse(tmp_path, probe, "--allow-file-access-from-files", "--dump-dom")
    found = json.loads(unescape(re.findall(r"<title>(.*?)</title>", dumped, re.S)[0]))
    assert found["title"] != "ran"
    assert found["scripts"] == 0
    assert found["styled"]
    assert found["overflow"] <= 0
    assert found["images"] == ([384, 384] if "report" in name else [480, 480])
    assert found["rows"] == (3 if "report" in name else 0)


def test_the_dom_holds_the_claims(reports, tmp_path):
    dumped = browse(tmp_path, reports / "toy-paper" / "report.html", "--dump-dom")
    table = re.findall(r'<table class="claims.*?</table>', dumped, re.S)[0]
    assert table.count("at least") == 2
    assert "not held" in table
    assert "<script" not in dumped


@pytest.mark.parametrize(("setting", "dark"), [("1", False), ("0", True)], ids=["light", "dark"])
def test_the_figure_is_painted_in_the_page_s_style(reports, tmp_path, setting, dark):
    shot = tmp_path / "shot.png"
    options = (f"--screenshot={shot}", "--window-size=1000,9000", f"--blink-settings=preferredColorScheme={setting}")
    browse(tmp_path, reports / "toy-paper" / "report.html", *options)
    pixels = np.asarray(Image.open(io.BytesIO(shot.read_bytes())).convert("RGB"), dtype=int)
    assert (pixels[0, 0].sum() < 200) == dark
    painted = (np.abs(pixels - COLOUR).sum(axis=-1) < 6).sum()
    assert 0.5 < painted / (384 * 192) < 1.0
