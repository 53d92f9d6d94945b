"""Digests of dendritic voltages: all there, on a grid, bad input."""

import numpy as np
import pytest

from bouton.data import BRANDALISE_MEASURED, LETZKUS_MEASURED, load_dendritic_voltages
from bouton.errors import InputError


def test_all_digests_that_protocols_speak_of_are_there():
    digests = load_dendritic_voltages()
    named = set(LETZKUS_MEASURED) | {name for counts, _ in BRANDALISE_MEASURED.values() for name in counts}
    assert named <= set(digests)
    assert len(digests) == 19
    for digest in digests.values():
        assert digest.times[0] == 0
        assert np.all(np.diff(digest.times) > 0)
        assert abs(digest.voltages).max() < 100
        assert digest.pairings == (150 if digest.name in LETZKUS_MEASURED else 60)


def test_the_spike_comes_when_the_protocol_says():
    digests = load_dendritic_voltages()
    late = {name for name, digest in digests.items() if digest.spike_time > 0}
    assert late == {"L1", "L3", "L5", "L7", "B21", "B23"}


def test_samples_lie_on_straight_lines_and_end_at_rest():
    digest = load_dendritic_voltages()["L8"]
    trace = digest.sampled(150.0, 0.5)
    assert trace.shape == (300,)
    assert trace[2] == pytest.approx(0.8 + 0.3 * 8.7)
    assert np.all(trace[200:] == 0)
    with pytest.raises(InputError, match="duration and time_step must be positive"):
        digest.sampled(time_step=0.0)
