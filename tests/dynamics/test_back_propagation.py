"""Back-propagating spikes: amplitude, width and latency are what they are said to be; bad input."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.dynamics import BackPropagatingSpikes
from bouton.errors import InputError

TIMES = jnp.arange(0, 120, 0.01)


@pytest.mark.thorough
@given(st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_a_spike_has_its_amplitude_width_and_latency(distance):
    trace = np.asarray(BackPropagatingSpikes(epsp=0.0).voltage(TIMES, distance, jnp.array([10.0]), 0.0))
    above = np.asarray(TIMES)[trace > trace.max() / 2]
    assert trace.max() == pytest.approx(92 - 45 * distance, rel=1e-3)
    assert above[-1] - above[0] == pytest.approx(1 + 7 * distance, abs=0.03)
    assert np.asarray(TIMES)[trace > 0][0] == pytest.approx(11 + 2 * distance, abs=0.02)


def test_the_epsp_peaks_where_it_should_and_spikes_do_not_add_up():
    dendrite = BackPropagatingSpikes()
    trace = np.asarray(dendrite.voltage(TIMES, 1.0, jnp.array([100.0]), 5.0))
    assert trace[:9000].max() == pytest.approx(10.0, rel=1e-4)
    assert np.all(trace[:500] == 0)
    burst = np.asarray(dendrite.voltage(TIMES, 1.0, jnp.array([40.0, 45.0, 50.0]), 5.0))
    assert burst.max() == pytest.approx(47.0, rel=1e-3)


def test_bad_shapes_are_refused(unchecked):
    with pytest.raises(InputError, match="widths must be positive"):
        BackPropagatingSpikes(widths=(0.0, 8.0))
    with pytest.raises(InputError, match="amplitudes must be at least 0"):
        BackPropagatingSpikes(amplitudes=(92.0, -1.0))
    with pytest.raises(InputError, match="decay_beyond_rise must be positive"):
        BackPropagatingSpikes(epsp_rise=8.0)
