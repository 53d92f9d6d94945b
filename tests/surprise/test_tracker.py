"""Filters at work: batch and stream agree, gaps, many streams, worlds, errors after a change."""

import jax
import numpy as np
import pytest

from bouton.errors import InputError
from bouton.surprise import (
    Categorical,
    DeltaRule,
    GaussianMean,
    LeakyIntegrator,
    MessagePassing,
    ParticleFilter,
    SMiLe,
    StratifiedResampling,
    Tracker,
    VariationalSMiLe,
    VolatileWorld,
    error_after_change,
    exact_bayes,
    squared_errors,
)

GAUSS = GaussianMean(0.5)
FILTERS = {
    "messages": MessagePassing(GAUSS, 0.1, 4),
    "stratified": StratifiedResampling(GAUSS, 0.1, 4),
    "particles": ParticleFilter(GAUSS, 0.1, 6),
    "variational": VariationalSMiLe(GAUSS, 0.1),
    "smile": SMiLe(GAUSS, 0.1),
    "delta": DeltaRule(GAUSS, 0.1),
    "leaky": LeakyIntegrator(GAUSS, 0.8),
}
SERIES = np.asarray(VolatileWorld(GAUSS, 0.1).draw(jax.random.key(0), 40).observations)


@pytest.mark.thorough
@pytest.mark.parametrize("name", FILTERS)
def test_all_at_once_and_one_by_one_are_the_same(name):
    at_once = Tracker(FILTERS[name]).filter(SERIES)
    one_by_one, parts = Tracker(FILTERS[name]), Tracker(FILTERS[name])
    updates = [one_by_one.update(y) for y in SERIES[:8]]
    pieces = [parts.filter(SERIES[:3]), parts.filter(SERIES[3:8])]
    assert one_by_one.steps == parts.steps == 8
    for variable, values in at_once.variables.items():
        np.testing.assert_allclose([found[variable] for found in updates], values[:8], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(
            np.concatenate([found[variable] for found in pieces]), values[:8], rtol=1e-5, atol=1e-6
        )


@pytest.mark.thorough
@pytest.mark.parametrize("name", FILTERS)
def test_without_gaps_nothing_changes_and_a_gap_only_lets_time_pass(name):
    whole = Tracker(FILTERS[name]).filter(SERIES).estimate
    np.testing.assert_allclose(Tracker(FILTERS[name], missing="skip").filter(SERIES).estimate, whole, rtol=1e-5)
    tracker = Tracker(FILTERS[name], missing="skip")
    found = tracker.filter([np.nan, 0.4, 0.4, np.nan, np.nan])
    assert np.isfinite(found.estimate).all()
    if name not in ("smile", "leaky", "particles"):
        assert found["variance"][4] > found["variance"][2]
        assert abs(found.estimate[4]) < abs(found.estimate[2])


@pytest.mark.thorough
def test_a_gap_in_exact_inference_is_the_average_over_what_may_have_been():
    """Missing data are summed over: inference with a gap equals Bayes' rule on the histories that pass through it."""
    with jax.enable_x64(True):
        found = Tracker(exact_bayes(GAUSS, 0.2, 10), missing="skip").filter([0.4, np.nan, 0.6])
        one = Tracker(exact_bayes(GAUSS, 1 - 0.8**2, 10)).filter([0.4, 0.6])
    # Across a gap the world has changed at least once with probability 1 - 0.8 ** 2.
    assert found.estimate[2] == pytest.approx(one.estimate[1], abs=1e-12)
    assert found.estimate[1] == pytest.approx(0.8 * found.estimate[0], abs=1e-12)


@pytest.mark.thorough
def test_many_streams_are_as_many_single_ones():
    worlds = np.stack([SERIES, SERIES[::-1], SERIES + 1], axis=1)
    for name in ("messages", "variational", "delta"):
        together = Tracker(FILTERS[name], n_streams=3).filter(worlds)
        for stream in range(3):
            alone = Tracker(FILTERS[name]).filter(worlds[:, stream])
            np.testing.assert_allclose(together.estimate[:, stream], alone.estimate, rtol=1e-5, atol=1e-6)
    gaps = worlds.copy()
    gaps[5, 1] = np.nan
    tracker = Tracker(FILTERS["variational"], n_streams=3, missing="skip")
    found = tracker.filter(gaps)
    reference = Tracker(FILTERS["variational"], n_streams=3).filter(worlds)
    np.testing.assert_allclose(found.estimate[:, [0, 2]], reference.estimate[:, [0, 2]], rtol=1e-5, atol=1e-6)
    assert tracker.update([0.1, np.nan, 0.2]).estimate.shape == (3,)
    assert tracker.surprise([0.1, 0.2, 0.2]).shannon.shape == (3,)


@pytest.mark.thorough
def test_surprise_does_not_learn():
    tracker = Tracker(FILTERS["messages"])
    tracker.filter(SERIES[:10])
    before = jax.tree.leaves(tracker.state)
    expected = tracker.surprise(1.5)
    for old, new in zip(before, jax.tree.leaves(tracker.state), strict=True):
        np.testing.assert_array_equal(old, new)
    found = tracker.update(1.5)
    assert found["log_bayes_factor"] == pytest.approx(expected.log_bayes_factor, abs=1e-5)
    assert found.shannon == pytest.approx(expected.shannon, abs=1e-5)
    assert found.bayes_factor == pytest.approx(np.exp(expected.log_bayes_factor), rel=1e-4)
    assert 0 < found.change_probability < 1
    assert found.deviation > 0


def test_reset_forgets():
    tracker = Tracker(FILTERS["variational"])
    first = tracker.filter(SERIES).estimate
    np.testing.assert_array_equal(tracker.reset().filter(SERIES).estimate, first)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda t: t.filter([0.1, float("nan")]), r"observation at \[1\] is nan.*missing='skip'"),
        (lambda t: t.filter([[0.1]]), r"must be of shape \(steps,\)"),
        (lambda t: t.filter(["a"]), "must hold numbers"),
        (lambda t: t.update(float("inf")), "is inf"),
        (lambda t: Tracker(FILTERS["leaky"]).surprise(1.0), "knows no surprise"),
        (lambda t: Tracker(FILTERS["variational"], missing="skip").surprise(float("nan")), "surprises nobody"),
        (lambda t: Tracker(FILTERS["variational"], missing="skip").filter([float("inf")]), "is inf"),
        (lambda t: Tracker(FILTERS["variational"], missing="drop"), "missing must be"),
        (lambda t: Tracker(FILTERS["variational"], n_streams=2).filter([0.1, 0.2]), r"\(steps, 2\)"),
        (lambda t: Tracker(VariationalSMiLe(Categorical(3), 0.1)).filter([0, 3]), "integers from 0 to 2"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_bad_input_is_named(call, message):
    with pytest.raises(InputError, match=message):
        call(Tracker(FILTERS["variational"]))


@pytest.mark.thorough
def test_worlds_change_as_often_as_they_should():
    history = VolatileWorld(GAUSS, 0.1).draw(jax.random.key(2), 20_000)
    changed = np.asarray(history.changed)
    assert changed.mean() == pytest.approx(0.1, abs=0.01)
    np.testing.assert_array_equal(np.diff(history.parameters) != 0, changed[1:])
    noise = np.asarray(history.observations - history.parameters)
    assert noise.std() == pytest.approx(0.5, abs=0.02)


def test_errors():
    errors = squared_errors(np.asarray([[0.2, 0.8]]), np.asarray([[0.0, 1.0]]))
    np.testing.assert_allclose(errors, [0.08])
    with pytest.raises(InputError, match="first step"):
        error_after_change(np.ones(3), np.zeros(3, bool), 2)
