"""What the sections of correlation-invariant plasticity are made of: the inputs, and the mappings of mixtures."""

import numpy as np
import pytest

from bouton.papers.correlation_invariant import _signals, _tuning, mixing


@pytest.mark.thorough
def test_the_input_is_what_the_experiment_says():
    rng = np.random.default_rng(0)
    data = _signals.groups(rng, 200_000, np.full(5, 2.0), np.full(5, 0.2), (1.2, 0.2), 3.0)
    assert data.rows.shape == (200_000, 15)
    np.testing.assert_allclose(data.rows.mean(axis=0), 0, atol=1e-3)
    # Events of 100 ms, begun a second after the last one ended.
    assert np.mean(data.latent > 0) == pytest.approx(100 / 1100, abs=0.015)
    assert data.latent.max() == pytest.approx(1.3)
    assert data.network.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(data.network[:-200], data.network[200:])[0, 1] == pytest.approx(np.exp(-1), abs=0.12)
    np.testing.assert_allclose(data.rows[:, 10:].std(axis=0), 3, rtol=0.02)


def test_a_silent_neuron_is_no_fixed_point():
    rows = np.random.default_rng(0).normal(size=(50, 3))
    assert mixing._residual(rows, np.zeros(3)) == np.inf


def test_the_population_sees_what_the_experiment_says():
    rng = np.random.default_rng(0)
    inputs = _tuning.tuned_inputs(rng, 100, diverse=False)
    stimulus = np.linspace(0, 1, 20_000, endpoint=False)
    widths, curves, deviations = _tuning.tuning_width(stimulus, inputs.rates(stimulus))
    # Full width at half maximum of a Gaussian, to a bin on either side.
    np.testing.assert_allclose(widths, 2 * 0.05 * np.sqrt(2 * np.log(2)), atol=0.01)
    assert curves.max() == pytest.approx(1 / np.sqrt(2 * np.pi), rel=0.01)
    assert np.all(curves[:5, 0] > 0.3)  # input 0 prefers 0, from both sides
    assert np.all(curves[-5:, 0] > 0.3)
    assert deviations.max() < 0.02
    path = _tuning.stimulus_path(rng, 50_000)
    assert 0 <= path.min() < 0.01
    assert 0.99 < path.max() < 1
    diverse = _tuning.tuned_inputs(rng, 2000, diverse=True)
    assert np.log(diverse.width).std() == pytest.approx(0.1, rel=0.1)
    assert np.log(diverse.amplitude).std() == pytest.approx(0.2, rel=0.1)


def test_mapped_perturbations_change_all_answers_alike():
    rng = np.random.default_rng(0)
    sources = rng.normal(size=(50, 8))
    settings = mixing.SECTION.settings["smoke"]
    data = np.array([[sources @ matrix.T for matrix in mixing._mixings(rng)]])
    mapped = mixing._mapped(data, rng.normal(size=(1, 3, 8)))
    moved = mixing._perturbations(settings, 0, data, mapped)
    changes = np.einsum("smnd,smd->smn", data, moved)[0]
    np.testing.assert_allclose(changes, changes[:1].repeat(3, 0), atol=1e-9)
    assert np.linalg.norm(moved[0, 0]) == pytest.approx(0.1 * np.linalg.norm(mapped[0, 0]))
