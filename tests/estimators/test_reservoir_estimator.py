"""The reservoir as an estimator: what it learns, how it goes on, and what it refuses."""

import numpy as np
import pytest

from bouton import Reservoir
from bouton.analysis import shifted_correlation
from bouton.data import short_signal
from bouton.errors import InputError

RNG = np.random.default_rng(0)
INPUTS = RNG.uniform(-1, 1, (600, 2))
DELAYED = np.convolve(INPUTS[:, 0], [0, 0.5, 0.3])[:600] + 0.2 * INPUTS[:, 1]


@pytest.fixture(scope="module")
def filtering():
    return Reservoir(100, gain=0.9, feedback=0.0, share=0.5, warm_up=50, random_state=0).fit(
        INPUTS[:400], DELAYED[:400]
    )


def test_a_signal_is_produced_without_inputs():
    target = np.stack([short_signal(200), np.roll(short_signal(200), 50)], axis=1)
    model = Reservoir(150, epochs=15, random_state=0).fit(None, target)
    generated = model.generate(200)
    assert generated.shape == (200, 2)
    assert shifted_correlation(generated, target) > 0.98
    assert np.ptp(generated[:, 0]) == pytest.approx(np.ptp(target[:, 0]), rel=0.1)
    assert model.n_features_in_ == 0
    np.testing.assert_array_equal(model.generate(200), generated)


def test_a_filter_is_learned_and_holds_on_new_rows(filtering):
    assert filtering.score(INPUTS, DELAYED) > 0.9
    assert np.corrcoef(filtering.generate(200, INPUTS[400:]), DELAYED[400:])[0, 1] > 0.95


def test_a_prediction_begins_where_fitting_began(filtering):
    whole = filtering.predict(INPUTS)
    np.testing.assert_array_equal(filtering.predict(INPUTS[:300]), whole[:300])
    np.testing.assert_array_equal(filtering.predict(INPUTS), whole)


def test_nothing_is_learned_while_it_warms_up():
    model = Reservoir(50, warm_up=20, random_state=0).fit(INPUTS[:20], DELAYED[:20])
    assert not np.any(model.state_.readout)
    assert np.any(model.partial_fit(INPUTS[20:22], DELAYED[20:22]).state_.readout)


@pytest.mark.thorough
@pytest.mark.parametrize("algorithm", ["gated", "graded"])
def test_it_learns_from_reward_alone_what_a_clock_makes_easy(algorithm):
    target, angle = short_signal(500), 2 * np.pi * np.arange(500) / 500
    clock = np.stack([wave(k * angle) for k in range(1, 6) for wave in (np.sin, np.cos)], axis=1)
    model = Reservoir(150, algorithm=algorithm, share=0.04, rate_noise=0.05, epochs=30, random_state=0)
    assert model.fit(clock, target).score(clock, target) > 0.6


def test_targets_are_scaled_and_predictions_scaled_back():
    models = [
        Reservoir(50, random_state=0, target_scale=scale).fit(INPUTS, factor * DELAYED)
        for scale, factor in ((2.0, 1.0), (200.0, 100.0))
    ]
    np.testing.assert_allclose(models[1].predict(INPUTS), 100 * models[0].predict(INPUTS), rtol=1e-4, atol=1e-2)
    own = Reservoir(50, random_state=0).fit(INPUTS, -3 * DELAYED)
    assert own.target_scale_ == pytest.approx(3 * np.abs(DELAYED).max())


def test_a_first_call_of_few_rows_is_warned_of():
    with pytest.warns(UserWarning, match="the first call of partial_fit decides target_scale for good"):
        Reservoir(20).partial_fit(INPUTS[:5], DELAYED[:5])


@pytest.mark.usefixtures("unchecked")
def test_what_does_not_fit_is_refused(filtering):
    with pytest.raises(InputError, match="y must have 1 outputs, as before, got 2"):
        filtering.partial_fit(INPUTS, INPUTS)
    with pytest.raises(InputError, match="X must have 2 features, as before, got None"):
        filtering.partial_fit(None, DELAYED)
    with pytest.raises(InputError, match="X must have as many rows as there are steps, 3, got 4"):
        filtering.generate(3, INPUTS[:4])
    with pytest.raises(InputError, match="n_steps must be an integer of at least 1, got 0"):
        filtering.generate(0)
    with pytest.raises(InputError, match="requires y to be passed, but the target y is None"):
        Reservoir(20).fit(INPUTS, None)
    with pytest.raises(ValueError, match="Input y contains NaN"):
        Reservoir(20).fit(INPUTS[:3], [0.0, np.nan, 1.0])
