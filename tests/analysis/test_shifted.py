"""Scores that forgive the phase: bounds, invariance, degenerate signals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.analysis import shifted_correlation, shifted_error
from bouton.errors import InputError

WAVE = np.random.default_rng(0).normal(size=40)


@given(st.integers(0, 39), st.floats(0.01, 100), st.floats(-100, 100))
def test_a_shifted_scaled_copy_with_an_offset_is_the_same_signal(shift, scale, offset):
    assert shifted_correlation(scale * np.roll(WAVE, shift) + offset, WAVE) == pytest.approx(1, abs=1e-9)
    assert shifted_error(np.roll(WAVE, shift), WAVE) == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 2**32 - 1), st.integers(0, 39))
def test_scores_are_bounded_and_do_not_see_the_phase(seed, shift):
    one, other = np.random.default_rng(seed).normal(size=(2, 40, 2))
    rho, error = shifted_correlation(one, other), shifted_error(one, other)
    assert -1 <= rho <= 1
    assert 0 <= error <= np.mean(np.sum((one - other) ** 2, axis=1)) + 1e-12
    for a, b in ((np.roll(one, shift, axis=0), other), (one, np.roll(other, shift, axis=0))):
        assert shifted_correlation(a, b) == pytest.approx(rho, abs=1e-12)
        assert shifted_error(a, b) == pytest.approx(error, abs=1e-12)
    by_hand = max(
        np.sum((np.roll(one, s, axis=0) - one.mean(axis=0)) * (other - other.mean(axis=0))) for s in range(40)
    )
    spread = np.sqrt(np.sum((one - one.mean(axis=0)) ** 2) * np.sum((other - other.mean(axis=0)) ** 2))
    assert rho == pytest.approx(by_hand / spread, abs=1e-12)


def test_a_flat_output_has_no_correlation_and_a_flat_target_none_that_is_defined():
    assert shifted_correlation(np.ones(40), WAVE) == 0
    with pytest.warns(UserWarning, match="the target is constant"):
        assert np.isnan(shifted_correlation(WAVE, np.full(40, 0.1)))
    assert shifted_error(np.zeros(40), np.ones(40)) == 1


def test_signals_that_cannot_be_compared_are_refused():
    for score in (shifted_correlation, shifted_error):
        with pytest.raises(InputError, match=r"one shape, .*\(40,\), \(39,\)"):
            score(WAVE, WAVE[1:])
        with pytest.raises(InputError, match="finite"):
            score(np.full(40, np.nan), WAVE)
