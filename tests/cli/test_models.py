"""Every model that the command line offers learns a file, is read back and is drawn."""

import json

import jax
import numpy as np
import pytest

import bouton
from bouton.errors import InputError
from bouton.models import MODELS, learn
from bouton.report.learned import show

ROWS = np.random.default_rng(0).exponential(size=(300, 9)).astype(np.float32)


@pytest.fixture
def rows(tmp_path):
    np.save(tmp_path / "rows.npy", ROWS)
    return tmp_path / "rows.npy"


@pytest.mark.parametrize("model", MODELS)
def test_every_model_learns_a_file(rows, tmp_path, model):
    done = learn(rows, tmp_path / "out", model=model, components=3, seed=1)
    circuit, state = bouton.load(tmp_path / "out")
    assert done.steps == 300 * MODELS[model].epochs
    answers = bouton.respond(circuit, state, ROWS)
    assert answers.shape == (300, 3)
    np.testing.assert_array_equal(answers, done.respond(ROWS))
    assert json.loads((tmp_path / "out" / "model.json").read_text())["facts"]["model"] == model
    assert show(tmp_path / "out")


def test_the_start_is_scaled_to_the_data_unless_told_otherwise(rows, tmp_path):
    power = float(np.mean(np.sum(ROWS.astype(float) ** 2, axis=1)))
    variance = float(np.mean(ROWS.astype(float).var(axis=0)))

    def circuit(number, **options):
        return learn(rows, tmp_path / str(number), components=3, **options).circuit

    assert circuit(0, model="similarity-matching").input_power == pytest.approx(power, rel=1e-5)
    assert circuit(1, model="similarity-matching", centre=True).input_power == pytest.approx(9 * variance, rel=1e-5)
    assert circuit(2, model="similarity-matching", input_power=2.0).input_power == 2.0
    assert circuit(3, model="principal-subspace").initial_activity == pytest.approx(10 * power, rel=1e-5)
    assert circuit(4, model="source-separation").whitening.input_variance == pytest.approx(variance, rel=1e-5)


def test_options_are_those_of_the_model(rows, tmp_path):
    with pytest.raises(InputError, match="sparse-dictionary has no option --leak; it has --forgetting"):
        learn(rows, tmp_path / "out", model="sparse-dictionary", components=3, leak=0.1)
    done = learn(rows, tmp_path / "out", model="sparse-dictionary", components=3, threshold="0.25")
    assert done.circuit.threshold == 0.25
    assert jax.tree.leaves(done.state)[0].shape == (3, 9)


@pytest.fixture
def pictures(tmp_path):
    from PIL import Image

    from bouton.data import dead_leaves

    folder = tmp_path / "pictures"
    folder.mkdir()
    for index, picture in enumerate(dead_leaves(seed=0, n_images=2, size=96)):
        scaled = 255 * (picture - picture.min()) / np.ptp(picture)
        Image.fromarray(scaled.astype(np.uint8)).save(folder / f"{index}.png")
    return folder


@pytest.mark.thorough
def test_a_folder_of_pictures_becomes_fields(pictures, tmp_path):
    out = tmp_path / "out"
    done = learn(
        pictures,
        out,
        model="nonlinear-hebbian",
        components=5,
        patches=3000,
        epochs=2,
        nonlinearity="quadratic-rectifier",
    )
    assert done.state.feedforward.shape == (5, 256)
    assert done.circuit.nonlinearity.name == "quadratic-rectifier"
    # Two short passes leave fields extended, and the run says so.
    assert any("extend over more than" in note for note in done.notes)
    facts = json.loads((out / "model.json").read_text())["facts"]
    assert (facts["patch_size"], facts["whitened"]) == (16, True)
    with np.load(out / "whitening.npz") as whitening:
        np.testing.assert_allclose(whitening["matrix"] @ whitening["inverse"], np.eye(256), atol=1e-4)
    drawn = [path.stem for path in show(out)]
    assert drawn == ["feedforward", "nonlinearity", "gabors", "shapes", "tuning", "sizes", "drives"]
    with pytest.raises(InputError, match="there is no nonlinearity 'sqare'"):
        learn(pictures, out, model="nonlinear-hebbian", components=5, patches=500, nonlinearity="sqare", overwrite=True)
    with pytest.raises(InputError, match="has no option --batch-size; it has --nonlinearity, --learning-rate"):
        learn(pictures, out, model="nonlinear-hebbian", components=5, patches=500, batch_size=10, overwrite=True)


@pytest.mark.thorough
def test_periodic_texture_in_images_is_told_without_whitening(tmp_path):
    """A grating that covers a picture is what every neuron learns; a photograph of a landscape passes."""
    from PIL import Image

    from bouton.data import load_natural5
    from bouton.models import learn

    along = np.arange(160)
    stripes = np.sin(2 * np.pi * (along[:, None] + 0.4 * along[None]) / 5)
    noise = np.random.default_rng(0).normal(size=stripes.shape)
    landscape = load_natural5()["sunset"][:200, :200]
    pictures = {"stripes": 0.5 + 0.3 * stripes + 0.02 * noise, "landscape": (landscape / landscape.max()) ** 0.45}
    notes = {}
    for name, picture in pictures.items():
        (tmp_path / name).mkdir()
        Image.fromarray((255 * np.clip(picture, 0, 1)).astype(np.uint8)).save(tmp_path / name / "picture.png")
        run = learn(
            tmp_path / name,
            tmp_path / f"out-{name}",
            model="correlation-invariant",
            components=2,
            patches=500,
            epochs=1,
        )
        notes[name] = run.notes
    assert "periodic texture" in notes["stripes"][-1]
    assert not notes["landscape"]
