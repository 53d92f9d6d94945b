"""The reproduction of online symmetric NMF: exact measures where the answer is known, and a whole smoke run."""

import json
from dataclasses import fields

import numpy as np
import pytest
from bouton.papers._online_snmf import metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.papers import load, reproduce

PAPER = load("online-snmf")


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    outcome = reproduce(PAPER, "smoke", 0, folder)
    return outcome, json.loads(
        (folder / "online-snmf" / "outcome.json").read_text(encoding="utf-8"), parse_constant=int
    )


def test_every_claim_is_measured_and_every_figure_drawn(smoke):
    outcome, written = smoke
    assert outcome.figure_errors == {}
    unmeasured = [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])]
    assert unmeasured == []
    assert len(written["claims"]) == len(PAPER.claims)
    assert {row["name"].split(".")[0] for row in written["claims"]} == {f"R{number}" for number in range(1, 8)}
    assert all("problem" not in row for row in written["locality"])


def test_what_does_not_depend_on_the_scale_holds_at_the_smallest(smoke):
    held = {judgement.name: judgement.held for judgement in smoke[0].judgements}
    scale_free = ("R1.ari", "R1.staircase", "R2.ratio", "R3.staircase", "R4.correlation", "R6.unipolar")
    assert {name: held[name] for name in scale_free} == dict.fromkeys(scale_free, True)


def test_the_number_of_clusters_is_found_at_the_smallest_scale(smoke):
    measured = {judgement.name: judgement.measured for judgement in smoke[0].judgements}
    assert measured["R1.units"] == [PAPER.settings("smoke").clusters] * PAPER.settings("smoke").cluster_seeds


def test_the_same_seed_gives_the_same_results():
    from bouton.papers._online_snmf.clusters import measure_novelty
    from bouton.papers._online_snmf.mixture import measure_mixture

    for measure in (measure_mixture, measure_novelty):
        first, second = (measure(PAPER.settings("smoke"), 3) for _ in range(2))
        other = measure(PAPER.settings("smoke"), 4)
        assert first.keys() == second.keys()
        for name, value in first.items():
            np.testing.assert_array_equal(value, second[name], err_msg=name)
        assert any(not np.array_equal(value, other[name]) for name, value in first.items())


def test_no_two_experiments_share_their_data():
    from bouton.papers._online_snmf.learning import generator

    draws = [generator(*place).random() for place in [(0, 1, 0), (0, 1, 1), (0, 2, 0), (1, 1, 0), (1, 2, 0)]]
    assert len(set(draws)) == len(draws)


def test_every_setting_is_plain():
    for scale in PAPER.scales:
        values = [getattr(PAPER.settings(scale), field.name) for field in fields(PAPER.settings(scale))]
        assert all(isinstance(value, int | float | tuple) for value in values)


def grating(size, across, down):
    rows, columns = np.mgrid[:size, :size]
    return np.cos(2 * np.pi * (across * columns + down * rows) / size + 0.3).ravel()


@pytest.mark.parametrize("frequency", [(3, 0), (0, 5), (4, 4), (-2, 7)])
def test_a_grating_is_perfectly_oriented(frequency):
    selectivity = metrics.orientation_selectivity(grating(32, *frequency)[None], (32, 32))
    np.testing.assert_allclose(selectivity, 1, atol=1e-12)


def test_gratings_at_right_angles_cancel():
    crossed = grating(32, 3, 0) + grating(32, 0, 3)
    np.testing.assert_allclose(metrics.orientation_selectivity(crossed[None], (32, 32)), 0, atol=1e-12)


def test_noise_is_hardly_oriented():
    noise = np.random.default_rng(0).normal(size=(200, 144))
    selectivity = metrics.orientation_selectivity(noise, (12, 12))
    assert np.median(selectivity) < 0.2
    assert selectivity.max() < 0.5


def test_a_scale_and_a_constant_do_not_change_the_orientation():
    feature = np.random.default_rng(1).normal(size=(1, 32 * 32))
    expected = metrics.orientation_selectivity(feature, (32, 32))
    np.testing.assert_allclose(metrics.orientation_selectivity(7 + 3 * feature, (32, 32)), expected, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), spare=st.integers(0, 3))
def test_shuffled_and_scaled_sources_match_perfectly(seed, spare):
    rng = np.random.default_rng(seed)
    sources = rng.exponential(size=(50, 4))
    units = np.hstack([sources * rng.uniform(0.1, 5, 4) + 1, rng.normal(size=(50, spare))])
    matched = metrics.matched_correlation(units[:, rng.permutation(4 + spare)], sources)
    np.testing.assert_allclose(matched, 1, atol=1e-12)


def test_a_source_without_unit_and_a_silent_unit_count_as_zero():
    sources = np.random.default_rng(0).exponential(size=(50, 3))
    np.testing.assert_allclose(metrics.matched_correlation(sources[:, 1:], sources), [0, 1, 1], atol=1e-12)
    silent = sources * [0, 1, 1]
    np.testing.assert_allclose(metrics.matched_correlation(silent, sources), [0, 1, 1], atol=1e-12)


def test_purity_of_known_tables():
    labels = np.array([3, 3, 3, 5, 5, 7])
    assert metrics.purity(labels, labels) == 1
    assert metrics.purity(labels, np.zeros(6, int)) == 3 / 6
    assert metrics.purity(labels, np.array([-1, 4, 4, 4, 4, 4])) == 3 / 6
    assert metrics.purity(labels, np.array([0, 0, 0, 0, 1, 1])) == 4 / 6


def test_silence_is_an_answer_of_its_own():
    outputs = np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]])
    assert metrics.answering_units(outputs).tolist() == [1, -1, 0]


def test_kurtosis_of_known_distributions():
    coin = np.tile([[-1.0], [1.0]], (50, 1))
    rare = np.concatenate([np.zeros((98, 1)), [[-1.0], [1.0]]])
    np.testing.assert_allclose(metrics.kurtosis(np.hstack([coin, rare, 5 * rare + 2])), [1, 50, 50], rtol=1e-12)
