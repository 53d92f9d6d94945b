"""Patterns on a ring, as the receptive field of voltage-based plasticity is measured."""

import numpy as np
import pytest

from bouton.papers.clopath.field import SECTION, bumps, contiguous_runs


def test_patterns_lie_on_a_ring_and_stretches_are_counted_on_it():
    patterns = bumps(SECTION.settings["laptop"])
    np.testing.assert_allclose(patterns[1], np.roll(patterns[0], 50), rtol=1e-12)
    assert patterns.max() == pytest.approx(0.0151)
    weights = np.zeros(500)
    weights[480:], weights[:30] = 2.5, 2.5
    assert contiguous_runs(weights) == 1
    weights[200:250] = 2.5
    assert contiguous_runs(weights) == 2
    assert contiguous_runs(np.zeros(500)) == 0
