"""Short-term plasticity: steady states in closed form, clocked and from spike to spike alike, bad input."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.dynamics import ShortTermPlasticity
from bouton.errors import InputError

STEADY = [
    ((0.5, 800.0, 0.0), 50.0, 0.5, 0.11425171301326115),
    ((0.15, 50.0, 750.0), 50.0, 0.7323537077345701, 0.701157639755735),
    ((0.25, 706.0, 21.0), 25.0, 0.3238582443993426, 0.10015239837913494),
]


@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(("parameters", "period", "utilisation", "available"), STEADY)
def test_a_regular_train_ends_in_the_steady_state(parameters, period, utilisation, available):
    terminal = ShortTermPlasticity(*parameters)
    expected = terminal.steady_state(period)
    assert float(expected.utilisation) == pytest.approx(utilisation, abs=1e-15)
    assert float(expected.available) == pytest.approx(available, abs=1e-15)

    @jax.jit
    def train(terminal):
        def one(state, _):
            state, release = terminal.after(state, period, 1.0)
            return state, release

        return jax.lax.scan(one, terminal.start(()), length=400)

    state, releases = train(terminal)
    assert float(state.utilisation) == pytest.approx(utilisation, abs=1e-12)
    assert float(releases[-1]) == pytest.approx(utilisation * available, abs=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@given(st.lists(st.integers(0, 199), min_size=1, max_size=12, unique=True), st.sampled_from([0.0, 30.0]))
def test_on_a_clock_as_from_spike_to_spike(steps, facilitation_time):
    terminal = ShortTermPlasticity(0.3, 120.0, facilitation_time)
    steps, clock = sorted(steps), terminal.start((1,))
    spikes = np.isin(np.arange(200), steps).astype(float)
    _, released = jax.lax.scan(lambda state, spike: terminal.after(state, 0.5, spike[None]), clock, jnp.asarray(spikes))
    state, by_event = terminal.start(()), []
    for elapsed in np.diff(steps, prepend=0):
        state, release = terminal.after(state, 0.5 * elapsed, 1.0)
        by_event.append(float(release))
    np.testing.assert_allclose(np.asarray(released)[steps, 0], by_event, rtol=1e-12)
    assert np.count_nonzero(released) == len(steps)


def test_bad_input_is_refused():
    with pytest.raises(InputError, match=r"utilisation must lie in \(0, 1\], got"):
        ShortTermPlasticity(1.5)
    with pytest.raises(InputError, match="recovery_time must be positive"):
        ShortTermPlasticity(recovery_time=0.0)
    with pytest.raises(InputError, match="facilitation_time must be at least 0"):
        ShortTermPlasticity(facilitation_time=-1.0)
    with pytest.raises(InputError, match="period must be positive"):
        ShortTermPlasticity().steady_state(0.0)
