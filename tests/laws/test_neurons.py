"""Laws of point neurons, each once over all rows of the catalogue."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.spiking import NetworkBuilder, simulate
from catalogue.neurons import ROWS

KEY = jax.random.key(0)
SIZE, STEPS = 3, 400


@jax.jit
def run(neurons, state, arrivals, currents):
    """Return states after each step, and who fired."""

    def one(state, given):
        index, arriving, current = given
        state, fired = neurons.step(state, arriving, current, jax.random.fold_in(KEY, index))
        return state, (state, fired)

    return jax.lax.scan(one, state, (jnp.arange(len(currents)), arrivals, currents))[1]


def driven(row, neurons, size=SIZE):
    """Return sparse arrivals, some of them of every receptor, and currents that differ from neuron to neuron."""
    rng = np.random.default_rng(0)
    receptors = len(neurons.arrival_rows)
    arrivals = 2.0 * (rng.random((STEPS, receptors, SIZE)) < 0.01)
    currents = row.current * np.linspace(0.5, 1, SIZE) * np.ones((STEPS, 1))
    return jnp.asarray(arrivals[..., :size], float), jnp.asarray(currents[:, :size], float)


@pytest.mark.parametrize("name", ROWS)
def test_without_input_they_stay_at_rest(name):
    neurons = ROWS[name].make()
    start = neurons.start(SIZE)
    arrivals, currents = driven(ROWS[name], neurons)
    states, fired = run(neurons, start, 0 * arrivals, 0 * currents)
    quiet = ~np.asarray(fired).cumsum(axis=0).astype(bool)
    np.testing.assert_allclose(
        np.where(quiet, states.potential, start.potential), np.tile(start.potential, (STEPS, 1)), atol=0.02
    )
    assert ROWS[name].random or quiet.all()


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.holds])
def test_after_a_spike_the_potential_is_held_at_the_reset_for_the_refractory_time(name):
    neurons = ROWS[name].make()
    states, fired = run(neurons, neurons.start(SIZE), *driven(ROWS[name], neurons))
    held, fired = int(neurons.refractory_steps), np.asarray(fired)
    assert held > 0
    assert fired.any()
    for step, unit in np.argwhere(fired[: STEPS - held]):
        own = np.asarray(states.potential)[step : step + held + 1, unit]
        np.testing.assert_allclose(own[:held], float(neurons.reset), rtol=1e-6)
        assert not fired[step + 1 : step + held + 1, unit].any()


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.random])
def test_neurons_of_a_group_do_not_see_each_other(name):
    neurons = ROWS[name].make()
    together, fired = run(neurons, neurons.start(SIZE), *driven(ROWS[name], neurons))
    alone, fired_alone = run(neurons, neurons.start(1), *driven(ROWS[name], neurons, size=1))
    np.testing.assert_array_equal(fired[:, :1], fired_alone)
    np.testing.assert_allclose(together.potential[:, :1], alone.potential, rtol=1e-5)


@pytest.mark.parametrize("name", ROWS)
def test_double_precision_agrees_with_single(name):
    row = ROWS[name]
    neurons = row.make()
    few = slice(0, 30)
    start = neurons.start(SIZE)
    single, _ = run(neurons, start, *(each[few] for each in driven(row, neurons)))
    with jax.enable_x64(True):
        same = jax.tree.map(lambda leaf: leaf.astype(np.float64) if leaf.dtype == np.float32 else leaf, start)
        double, _ = run(neurons, same, *(each[few] for each in driven(row, neurons)))
    for one, other in zip(jax.tree.leaves(single), jax.tree.leaves(double), strict=True):
        assert one.dtype == other.dtype or (one.dtype, other.dtype) == (jnp.float32, jnp.float64)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.random])
def test_in_a_network_they_do_what_they_do_by_themselves(name):
    neurons, current = ROWS[name].make(), ROWS[name].current
    builder = NetworkBuilder(float(neurons.time_step))
    builder.neurons("cells", SIZE, neurons)
    found = simulate(builder.build(frame=10.0), 40.0, key=KEY, currents=np.array([current]))
    arrivals, currents = driven(ROWS[name], neurons)
    states, fired = run(neurons, neurons.start(SIZE), 0 * arrivals, 0 * currents + current)
    np.testing.assert_allclose(found.state.groups[0].potential, states.potential[-1], rtol=1e-4)
    steps, units = np.nonzero(np.asarray(fired))
    np.testing.assert_allclose(found.spikes.times, (steps + 1) * float(neurons.time_step), rtol=1e-5)
    np.testing.assert_array_equal(found.spikes.neurons, units)
