"""A user's own folder of images becomes a page: grey and colour, of several sizes; what cannot be used is named."""

import re

import jax
import numpy as np
import pytest

import bouton
from bouton.analysis import fit_gabors, participation_ratio
from bouton.data import load_natural5
from bouton.errors import InputError
from bouton.features import NonlinearHebbianNeurons
from bouton.models import learn
from bouton.report.learned import show, write_page

pytestmark = pytest.mark.thorough


def as_bytes(picture):
    return np.uint8(255 * np.sqrt(picture / picture.max()))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Three embedded photographs as files: grey PNG, colour JPEG of another size, colour PNG."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("pictures")
    first, second, third = (as_bytes(picture) for picture in list(load_natural5().values())[:3])
    Image.fromarray(first[:200, :150]).save(folder / "grey.png")
    Image.fromarray(np.stack([second, second // 2, second // 3], axis=-1)).save(folder / "colour.jpg", quality=95)
    Image.fromarray(np.stack([third] * 3, axis=-1)[:90]).save(folder / "three.png")
    (folder / "notes.txt").write_text("no image")
    return folder


def learned(pictures, out, model, **options):
    return learn(pictures, out, model=model, components=4, patches=3000, patch_size=8, epochs=10, **options)


@pytest.fixture(scope="module")
def run(pictures, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "fields"
    done = learned(pictures, out, "nonlinear-hebbian", nonlinearity="quadratic-rectifier", learning_rate="0.002")
    return out, done


def captions(page):
    return re.findall(r"<figcaption><b>Figure \d+\.</b> (.{12})", page)


def test_the_page_shows_what_a_reproduction_shows(run):
    out, done = run
    page = write_page(out).read_text()
    assert captions(page) == [
        "What the neu", "The effectiv", "Fields, and ", "Widths and l", "Orientation ", "Mean power s", "Total input ",
    ]  # fmt: skip
    assert "could not be drawn" not in page
    assert page.count("data:image/") == 14
    fields = np.asarray(done.state.feedforward, float)
    for name, value in {
        "pixels of 64 that take part, median": np.median(participation_ratio(fields)),
        "share of power that Gabor functions explain, median": np.median(fit_gabors(fields).r_squared),
        "selectivity index of f": done.circuit.nonlinearity.selectivity_index(),
    }.items():
        shown = re.search(rf'<th scope="row">{name}</th><td>([0-9.]+)</td>', page)
        assert float(shown.group(1)) == pytest.approx(value, rel=1e-4), name
    assert "quadratic-rectifier" in page
    assert "rotated_and_mirrored" in page


def test_drives_are_those_of_the_learned_fields(run):
    out, _ = run
    with np.load(out / "drives.npz") as drives:
        assert list(drives["names"]) == ["heaviest tail", "middle field", "random field"]
        assert drives["kurtosis"][0] >= drives["kurtosis"][1]
        inside = drives["densities"].sum(axis=1) * np.diff(drives["bins"])[0]
    assert np.all((inside > 0.99) & (inside <= 1 + 1e-9))


def test_fields_without_whitening_have_a_page_too(pictures, tmp_path):
    learned(pictures, tmp_path / "out", "correlation-invariant", learning_rate="0.005")
    page = write_page(tmp_path / "out").read_text()
    assert captions(page)[:2] == ["What the neu", "Fields, and "]
    assert "could not be drawn" not in page
    assert "selectivity index of f" not in page


def test_a_nonlinearity_without_selectivity_is_named_on_the_page(pictures, tmp_path):
    done = learned(pictures, tmp_path / "out", "nonlinear-hebbian", nonlinearity="minus-cubic")
    assert not done.notes
    assert "no localised, oriented fields are to be expected" in re.sub(
        r"\s+", " ", write_page(tmp_path / "out").read_text()
    )


def test_symmetries_can_be_left_out(pictures, tmp_path):
    rotated, plain = (
        learned(pictures, tmp_path / str(rotations), "nonlinear-hebbian", rotations=rotations).state.feedforward
        for rotations in (True, False)
    )
    assert not np.allclose(rotated, plain)


def test_without_patches_there_is_no_page(tmp_path):
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).normal(size=(300, 16)).astype(np.float32))
    learn(tmp_path / "rows.npy", tmp_path / "out", model="nonlinear-hebbian", components=3)
    assert write_page(tmp_path / "out") is None
    assert not (tmp_path / "out" / "report.html").exists()
    assert {path.stem for path in show(tmp_path / "out")} == {"feedforward", "nonlinearity"}


def test_silent_neurons_are_no_reason_to_fail(tmp_path):
    circuit = NonlinearHebbianNeurons(16, 3)
    weights = np.zeros((3, 16), np.float32)
    state = circuit.init(jax.random.key(0))._replace(feedforward=weights)
    bouton.save(tmp_path, circuit, state, patch_size=4)
    assert write_page(tmp_path) is None
    weights[1] = np.eye(4).ravel()
    bouton.save(tmp_path, circuit, state, patch_size=4)
    assert "could not be drawn" not in write_page(tmp_path).read_text()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (None, None, "holds no images"),
        ("tiny.png", (5, 30), r"tiny.png has 5 x 30 pixels, too small for patches of 16 x 16"),
        ("broken.png", b"\x89PNG\r\n\x1a\nnothing", "broken.png is damaged, truncated or no image"),
        ("empty.jpg", b"", "empty.jpg is damaged, truncated or no image"),
        ("flat.png", (40, 40), "the same"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_from_is_named(tmp_path, name, content, message):
    from PIL import Image

    folder = tmp_path / "images"
    folder.mkdir()
    if isinstance(content, bytes):
        (folder / name).write_bytes(content)
    elif name:
        Image.fromarray(np.full(content, 100, np.uint8)).save(folder / name)
    with pytest.raises(InputError, match=message):
        learn(folder, tmp_path / "out", model="nonlinear-hebbian", patches=200)


def test_the_command_line_says_where_the_page_is(pictures, tmp_path, capsys):
    from bouton.cli import main

    words = [
        "learn",
        str(pictures),
        "--components",
        "3",
        "--model",
        "nonlinear-hebbian",
        "--nonlinearity",
        "quadratic-rectifier",
    ]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--patches", "2000", "--patch-size", "8", "--epochs", "1", "--out", str(tmp_path / "out")])
    assert ended.value.code == 0
    assert f"page: {tmp_path / 'out' / 'report.html'}" in capsys.readouterr().out
    assert (tmp_path / "out" / "report.html").stat().st_size > 50_000
