"""Neurons integrated exactly: closed forms, edges of threshold and refractory time, order within a step, bad input."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.dynamics import (
    AlphaSynapse,
    ConductanceIntegrateAndFire,
    CurrentIntegrateAndFire,
    DeltaSynapse,
    ExponentialSynapse,
    leaky_integral,
)
from bouton.errors import InputError

NO_SPIKES = {"rest": 0.0, "reset": 0.0, "threshold": 1e9, "capacitance": 1.0}


@eqx.filter_jit
def step(neurons, state, arrivals):
    return neurons.step(state, arrivals)


@eqx.filter_jit
def run(neurons, state, arrivals, n_steps, current):
    def one(state, index):
        now = jnp.where(index == 0, arrivals, jnp.zeros_like(arrivals))
        state, fired = neurons.step(state, now, current)
        return state, (state.potential, fired)

    return jax.lax.scan(one, state, jnp.arange(n_steps))[1]


def trajectory(neurons, arrivals, n_steps, current=0.0):
    """Return potentials after each step, for arrivals in the first one, and who fired."""
    return [np.asarray(each) for each in run(neurons, neurons.start(arrivals.shape[1]), arrivals, n_steps, current)]


def closed_form(kind, t, tau_m, tau_s):
    """Return the potential after a unit jump, in mV, for C = 1 pF."""
    if kind is ExponentialSynapse:
        if tau_s == tau_m:
            return t * np.exp(-t / tau_m)
        return tau_m * tau_s / (tau_m - tau_s) * (np.exp(-t / tau_m) - np.exp(-t / tau_s))
    if tau_s == tau_m:
        return np.e / tau_s * t**2 / 2 * np.exp(-t / tau_m)
    a = 1 / tau_s - 1 / tau_m
    return np.e / tau_s * (np.exp(-t / tau_m) - np.exp(-t / tau_s) * (1 + a * t)) / a**2


@pytest.mark.parametrize("kind", [ExponentialSynapse, AlphaSynapse])
@pytest.mark.parametrize(("tau_m", "tau_s"), [(10.0, 2.0), (10.0, 10.0), (2.0, 10.0)])
@pytest.mark.parametrize("h", [1.0, 0.1, 0.01])
def test_potentials_are_exact_whatever_the_step(float64, kind, tau_m, tau_s, h):
    neurons = CurrentIntegrateAndFire(tau_m, synapses=(kind(tau_s),), time_step=h, **NO_SPIKES)
    n = round(10 / h)
    potentials, _ = trajectory(neurons, jnp.ones((1, 1)), n + 1)
    times = h * np.arange(n + 1)
    np.testing.assert_allclose(potentials[:, 0], closed_form(kind, times, tau_m, tau_s), atol=1e-10, rtol=1e-10)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [ExponentialSynapse, AlphaSynapse])
def test_nearly_equal_time_constants_are_no_trap(float64, kind):
    def at(tau_s):
        neurons = CurrentIntegrateAndFire(10.0, synapses=(kind(tau_s),), **NO_SPIKES)
        return trajectory(neurons, jnp.ones((1, 1)), 200)[0][:, 0]

    np.testing.assert_allclose(at(10.0 * (1 + 1e-9)), at(10.0), rtol=1e-8)
    np.testing.assert_allclose(at(10.0 * (1 + 1e-4)), at(10.0), rtol=1e-3)


def test_peaks_of_postsynaptic_potentials(float64):
    for kind, peak, where in ((ExponentialSynapse, 1.3374806, 4.0236), (AlphaSynapse, 3.250166, 6.651)):
        neurons = CurrentIntegrateAndFire(10.0, synapses=(kind(2.0),), time_step=0.01, **NO_SPIKES)
        potentials = trajectory(neurons, jnp.ones((1, 1)), 1000)[0][:, 0]
        assert potentials.max() == pytest.approx(peak, abs=1e-6)
        assert 0.01 * potentials.argmax() == pytest.approx(where, abs=0.006)


def test_leaky_integrals(float64):
    x = jnp.linspace(-5, 5, 101)
    grid = (np.arange(20000) + 0.5) / 20000
    for order in (1, 2):
        expected = np.mean(grid ** (order - 1) * np.exp(-np.outer(x, grid)), axis=1)
        np.testing.assert_allclose(jax.jit(leaky_integral, static_argnums=1)(x, order), expected, rtol=1e-7)


@pytest.mark.parametrize("drive", [1.1, 1.5, 2.0])
@pytest.mark.parametrize("h", [0.1, 0.5])
def test_intervals_under_constant_drive(float64, drive, h):
    neurons = CurrentIntegrateAndFire(20.0, 20.0, 0.0, 0.0, 1.0, 2.0, time_step=h)
    _, fired = trajectory(neurons, jnp.zeros((1, 1)), round(200 / h), drive)
    steps = np.flatnonzero(fired[:, 0])
    exact = 20 * np.log(drive / (drive - 1))
    assert set(np.diff(steps)) == {int(np.ceil(exact / h - 1e-9)) + round(2 / h)}
    assert steps[0] + 1 == int(np.ceil(exact / h - 1e-9))


def test_published_intervals():
    expected = {1.1: 49.95790545596739, 1.5: 23.972245773362197, 2.0: 15.862943611198906}
    for drive, interval in expected.items():
        assert 2 + 20 * np.log(drive / (drive - 1)) == pytest.approx(interval, rel=1e-14)


def test_a_current_acts_a_step_after_it_jumps_and_a_delta_synapse_at_once():
    both = CurrentIntegrateAndFire(synapses=(ExponentialSynapse(), DeltaSynapse()), **NO_SPIKES)
    current, _ = trajectory(both, jnp.array([[1.0], [0.0]]), 2)
    delta, _ = trajectory(both, jnp.array([[0.0], [1.0]]), 2)
    assert current[0, 0] == 0
    assert current[1, 0] > 0
    assert delta[0, 0] == 1
    assert delta[1, 0] == pytest.approx(np.exp(-0.1 / 20))


def test_a_delta_synapse_fires_in_its_step_and_is_shut_out_while_held():
    neurons = CurrentIntegrateAndFire(synapses=(DeltaSynapse(),), refractory_time=0.3)
    state, fired = neurons.start(1), []
    for _ in range(9):
        state, now = step(neurons, state, jnp.full((1, 1), 100.0))
        fired.append(bool(now[0]))
    assert np.flatnonzero(fired).tolist() == [0, 4, 8]
    assert float(state.potential[0]) == -70.0


def test_the_threshold_itself_fires():
    neurons = CurrentIntegrateAndFire(rest=0.0, reset=-1.0, threshold=1.0, synapses=(DeltaSynapse(),))
    state, fired = step(neurons, neurons.start(2), jnp.array([[1.0, 0.999]]))
    assert fired.tolist() == [True, False]
    assert state.potential.tolist() == pytest.approx([-1.0, 0.999])


def test_synaptic_currents_go_on_while_the_potential_is_held():
    neurons = CurrentIntegrateAndFire(
        rest=0.0, reset=-1.0, threshold=1.0, synapses=(ExponentialSynapse(), DeltaSynapse())
    )
    state, fired = step(neurons, neurons.start(1), jnp.array([[1.0], [5.0]]))
    assert fired[0]
    state, _ = step(neurons, state, jnp.zeros((2, 1)))
    assert float(state.potential[0]) == -1.0
    assert float(state.synaptic[0][0]) == pytest.approx(np.exp(-0.1 / 5))


def test_conductances_are_of_first_order(float64):
    def at(h):
        neurons = ConductanceIntegrateAndFire(threshold=1e9, time_step=h)
        return trajectory(neurons, jnp.array([[3.0], [2.0]]), round(8 / h) + 1)[0][-1, 0]

    exact = at(4e-3)
    errors = [abs(at(h) - exact) for h in (0.4, 0.2, 0.1)]
    assert errors[0] / errors[1] == pytest.approx(2, abs=0.15)
    assert errors[1] / errors[2] == pytest.approx(2, abs=0.15)


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_conductances_stay_between_reversal_potentials(excitatory, inhibitory):
    neurons = ConductanceIntegrateAndFire(threshold=1e9)
    potentials, _ = trajectory(neurons, jnp.array([[excitatory], [inhibitory]], jnp.float32), 5)
    assert np.all((potentials >= -80.001) & (potentials <= 1e-3))


@pytest.mark.thorough
def test_parameters_may_differ_by_neuron_and_be_mapped():
    tau = jnp.array([10.0, 20.0])
    together = CurrentIntegrateAndFire(tau, **NO_SPIKES)
    potentials, _ = trajectory(together, jnp.ones((1, 2)), 20)

    def alone(tau):
        neurons = CurrentIntegrateAndFire(tau, **NO_SPIKES)
        state, _ = neurons.step(neurons.start(1), jnp.ones((1, 1)))
        return jax.lax.fori_loop(0, 19, lambda _, s: neurons.step(s, jnp.zeros((1, 1)))[0], state).potential[0]

    np.testing.assert_allclose(potentials[-1], jax.vmap(alone)(tau), rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CurrentIntegrateAndFire(0.02), "shorter than the time step of 0.1 ms.*in seconds"),
        (lambda: CurrentIntegrateAndFire(-1.0), "membrane_time_constant must be positive"),
        (lambda: CurrentIntegrateAndFire(time_step=0.0), "time_step must be positive"),
        (lambda: CurrentIntegrateAndFire(capacitance=0.0), "capacitance must be positive"),
        (lambda: CurrentIntegrateAndFire(reset=-50.0), "threshold must lie above reset"),
        (lambda: CurrentIntegrateAndFire(refractory_time=-1.0), "refractory_time must be at least 0"),
        (lambda: CurrentIntegrateAndFire(synapses=()), "at least one kind"),
        (lambda: CurrentIntegrateAndFire(synapses=(ExponentialSynapse(0.05),)), "time_constant = 0.05 ms is shorter"),
        (lambda: ExponentialSynapse(0.0), "time_constant must be positive"),
        (lambda: AlphaSynapse(float("nan")), "time_constant must be positive"),
        (lambda: ConductanceIntegrateAndFire(leak_conductance=-1.0), "leak_conductance must be positive"),
        (lambda: ConductanceIntegrateAndFire(synaptic_time_constants=(5.0,)), "one value for each receptor"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
