"""The reproduction of structured and deep similarity matching: a whole smoke run, and its measures where exact."""

import json
from dataclasses import fields

import numpy as np
import pytest

from bouton.data import load_faces
from bouton.errors import MissingDependencyError
from bouton.papers import load, reproduce
from bouton.papers._structured_deep import faces, feedback, learning, patches

PAPER = load("structured-deep-similarity-matching")


def have_faces():
    try:
        load_faces()
    except MissingDependencyError:
        return False
    return True


needs_faces = pytest.mark.skipif(not have_faces(), reason="the ORL faces are not here: bouton data faces")


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    outcome = reproduce(PAPER, "smoke", 0, folder)
    written = json.loads((folder / PAPER.name / "outcome.json").read_text(encoding="utf-8"), parse_constant=int)
    return outcome, written


@needs_faces
def test_every_claim_of_the_scale_is_measured_and_every_figure_drawn(smoke):
    outcome, written = smoke
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke"))
    assert all("NOT LOCAL" not in row["verdict"] for row in written["locality"])


@needs_faces
def test_learning_lowers_the_objective_at_the_smallest_scale(smoke):
    held = {judgement.name: judgement.held for judgement in smoke[0].judgements}
    assert held["R1.objective-falls"]
    assert held["R4.support-1"]
    assert held["R4.support-2"]


def test_claims_that_need_all_of_mnist_are_asked_at_the_largest_scale_only():
    asked = {scale: {claim.name for claim in PAPER.claims_at(scale)} for scale in PAPER.scales}
    assert {"E3.4", "E3.8", "E3.16"} <= asked["paper"]
    assert asked["smoke"] < asked["laptop"] < asked["paper"]
    assert asked["paper"] == {claim.name for claim in PAPER.claims}


def test_every_setting_is_plain():
    for scale in PAPER.scales:
        values = [getattr(PAPER.settings(scale), field.name) for field in fields(PAPER.settings(scale))]
        assert all(isinstance(value, int | float | tuple) for value in values)


def test_reverse_correlation_finds_what_a_linear_unit_listens_to():
    rng = np.random.default_rng(0)
    images, weights = rng.normal(size=(20_000, 5)), np.array([1.0, -2.0, 0.0, 0.5, 0.0])
    feature = learning.reverse_correlation(images, (images @ weights)[:, None])[0]
    np.testing.assert_allclose(feature, weights, atol=0.06)


def test_area_and_likeness_of_known_features():
    face = np.array([[1.0, 1.0, 0.0, 0.0]])
    np.testing.assert_allclose(faces._area(np.array([[1.0, 0.6, 0.4, 0.0], [2.0, 0.0, 0.0, 0.0]])), (2 + 1) / 8)
    np.testing.assert_allclose(faces._likeness(np.array([[3.0, 3.0, 0.0, 0.0]]), face), 1)
    np.testing.assert_allclose(faces._likeness(np.array([[0.0, 0.0, -1.0, 0.0]]), face), 0)


def test_contrast_of_classes_is_that_of_cosines():
    rows = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
    assert feedback._contrast_of_classes(rows, np.array([0, 0, 1, 1])) == 1
    assert feedback._contrast_of_classes(rows, np.array([0, 1, 0, 1])) == -0.5


def test_spread_is_the_root_mean_square_distance_from_the_centre():
    image = np.zeros((1, 9))
    image[0, [0, 2]] = 1
    np.testing.assert_allclose(patches._spread(image, 3), 1)
