"""Sources whose rates the frames bring, and rows of pairs in place of lists where many neurons are connected."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.dynamics import CurrentIntegrateAndFire, DeltaSynapse
from bouton.spiking import NetworkBuilder, network_inputs, trains_from_recording

KEY = jax.random.key(2)


def driven(n_units, frame, time_step=0.5):
    """Return a network of units at given rates that reach nobody."""
    builder = NetworkBuilder(time_step)
    builder.rates("inputs", n_units)
    builder.neurons("cells", 1, CurrentIntegrateAndFire(time_step=time_step))
    return builder.build(frame)


def spikes_of(network, rates, n_frames):
    """Return who fires in each step (steps, units)."""
    frames = network_inputs(network, n_frames, rates={"inputs": rates})
    run = bouton.run(network, frames, key=KEY, record={"spikes": 1, "lost": 1})
    trains = trains_from_recording(network, run.recordings["spikes"], run.recordings["lost"])
    found = np.zeros((n_frames * network.frame_steps, len(rates)), bool)
    found[np.round(trains.times / float(network.time_step)).astype(int) - 1, trains.neurons] = True
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("frame", [0.5, 10.0], ids=["a step", "20 steps"])
def test_units_fire_in_each_step_with_the_probability_of_their_rate(frame):
    rates = np.array([0.0, 1.0, 100.0, 100.0, 2000.0, 1e6])
    network = driven(len(rates), frame)
    fired = spikes_of(network, rates, round(20_000 * 0.5 / frame))
    chance = 1 - np.exp(-rates * 0.5e-3)
    np.testing.assert_allclose(fired.mean(0), chance, atol=1e-9 + 4 * np.sqrt(chance * (1 - chance) / len(fired)).max())
    assert not fired[:, 0].any()
    assert fired[:, 5].all()
    # Neither in time nor among units does one spike tell of another.
    own, other, before = fired[1:, 4] * 1.0, fired[1:, 3] * 1.0, fired[:-1, 4] * 1.0
    assert abs(np.corrcoef(own, other)[0, 1]) < 4 / np.sqrt(len(fired))
    assert abs(np.corrcoef(own, before)[0, 1]) < 4 / np.sqrt(len(fired))


def test_rates_of_a_frame_hold_from_its_first_step_on():
    network = driven(2, 5.0)
    frames = network_inputs(network, 2, rates={"inputs": np.array([0.0, 1e6])})
    state, _ = network.step(KEY, network.init(KEY), jax.tree.map(lambda each: each[0], frames))
    swapped = frames._replace(rates=(np.asarray(frames.rates[0])[:, ::-1],))
    after, info = network.step(KEY, state, jax.tree.map(lambda each: each[1], swapped))
    spikes = np.asarray(info.spikes)[: int(info.n_spikes)]
    assert spikes[:, 1].tolist() == [0] * 10
    assert spikes[:, 0].tolist() == list(range(11, 21))
    assert int(after.time) == 20


@pytest.mark.parametrize("delay", [0.5, np.array([0.5, 1.0, 2.5])], ids=["one delay", "three delays"])
def test_rows_of_pairs_do_what_lists_do(delay):
    builder = NetworkBuilder(0.5)
    cells = CurrentIntegrateAndFire(time_step=0.5, synapses=(DeltaSynapse(),), rest=-50.0)
    group = builder.neurons("cells", 30, cells, potential=(-70.0, -55.0))
    pre, post = np.nonzero(np.random.default_rng(0).random((30, 30)) < 0.5)
    delays = delay if np.ndim(delay) == 0 else np.resize(delay, len(pre))
    builder.connect(group, group, weight=0.3, pairs=(pre, post), delay=delays, self_connections=True)
    network = builder.build(20.0)
    assert network.projections[0].pairs_of is not None
    assert int(network.projections[0].pairs_of.sum()) == len(pre)
    lists = eqx.tree_at(lambda network: network.projections[0].pairs_of, network, None)
    frames = jnp.zeros((5, 1))
    found, expected = (bouton.run(each, frames, key=KEY).state for each in (network, lists))
    assert int(found.fired[0]) > 50
    jax.tree.map(np.testing.assert_array_equal, found, expected)


def test_rows_are_for_many_pairs_of_one_weight_none_of_them_twice():
    def table(pairs, **more):
        builder = NetworkBuilder(0.5)
        group = builder.neurons("cells", 20, CurrentIntegrateAndFire(time_step=0.5))
        builder.connect(group, group, pairs=pairs, delay=0.5, **more)
        return builder.build().projections[0].pairs_of

    few, many = (np.arange(19), np.arange(1, 20)), np.nonzero(~np.eye(20, dtype=bool))
    assert table(few, weight=1.0) is None
    assert table(many, weight=1.0) is not None
    assert table(many, weight=np.linspace(0, 1, 380)) is None
    twice = np.r_[many[0], 0], np.r_[many[1], 1]
    assert table(twice, weight=1.0, multapses=True) is None
