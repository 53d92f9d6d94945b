"""The cable cell: conservation, clamps, both schemes, gradients, checkpoints, and what is refused."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.dendrites import Cable, CableCell, CableEvent, Electrode, Morphology, clustered, reference_cell, stimulate
from bouton.dynamics import GlutamateReceptors
from bouton.engine import rollout
from bouton.errors import Diverged, InputError


def schematic():
    return Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)


def small():
    shape = Morphology.cylinders([("soma", 15, 15, None), ("dendrite", 60, 1, "soma"), ("other", 60, 1, "soma")])
    return Cable.of(shape, {"soma": 1, "dendrite": 3, "other": 3})


def events(steps, sites, at=None, counts=0.0, command=0.0):
    activations = np.zeros((steps, sites))
    if at is not None:
        activations[at] = counts
    return CableEvent(activations, np.full(steps, float(command)))


def depolarisation(state, info):
    return state.depolarisation


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_without_leak_charge_is_conserved():
    cable = small()
    cable = dataclasses.replace(cable, leak=0 * cable.leak)
    cell = CableCell(cable, (2,), GlutamateReceptors(nmda_conductance=0.0, ampa_conductance=0.0), time_step=0.1)
    state = cell.init(jax.random.key(0))._replace(depolarisation=jnp.arange(7.0))
    charges = (
        rollout(cell, events(50, 1), jax.random.key(0), state, look=lambda s, _: s.depolarisation)[1]
        @ cable.capacitance
    )
    np.testing.assert_allclose(charges, jnp.arange(7.0) @ cable.capacitance, rtol=1e-12)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("method", ["backward-euler", "crank-nicolson"])
def test_a_steady_current_leaks_in_the_end(method):
    cable = small()
    cell = CableCell(cable, (2,), method=method, time_step=0.5)
    state, _ = rollout(cell, events(800, 1, command=0.05), jax.random.key(0))
    np.testing.assert_allclose(cable.leak @ state.depolarisation, 0.05, rtol=1e-9)
    np.testing.assert_allclose(state.depolarisation, cable.steady(jnp.zeros(7).at[0].set(0.05)), rtol=1e-9)


@pytest.mark.usefixtures("float64")
@pytest.mark.thorough
def test_orders_of_the_two_schemes():
    def reached(method, step):
        cell = CableCell(small(), (2,), method=method, time_step=step)
        state, _ = rollout(cell, events(round(20 / step), 1, round(2 / step), 4.0), jax.random.key(0))
        return float(state.depolarisation[0])

    coarse, fine = reached("crank-nicolson", 0.025), reached("crank-nicolson", 0.0125)
    exact = fine + (fine - coarse) / 3
    for method, order in (("backward-euler", 1), ("crank-nicolson", 2)):
        errors = [abs(reached(method, step) - exact) for step in (0.05, 0.025)]
        assert errors[0] / errors[1] == pytest.approx(2**order, rel=0.1)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_branches_are_independent_under_somatic_voltage_clamp():
    cable = schematic()
    sites = np.concatenate([cable.within(f"basal{k}")[11:15] for k in range(3)])
    heavy = jnp.ones(271).at[0].set(1e7)
    held = dataclasses.replace(cable, capacitance=cable.capacitance * heavy, leak=cable.leak * heavy)
    patterns = np.zeros((4, 12))
    for number, count in enumerate((18, 24, 40)):
        patterns[[number, 3], 4 * number : 4 * number + 4] = clustered([count], 4)
    by_weight = CableCell(held, sites, time_step=0.1)
    by_clamp = CableCell(cable, sites, electrode=Electrode(0, "voltage", 1e-6), time_step=0.1)
    for cell in (by_weight, by_clamp):
        charge = stimulate(cell, patterns, duration=150.0, record=(0,)).axial.sum(axis=1)
        assert charge[3] == pytest.approx(charge[:3].sum(), rel=1e-6)


def test_a_voltage_clamp_holds_what_is_commanded():
    cell = CableCell(small(), (2,), electrode=Electrode(0, "voltage"), time_step=0.1)
    found = stimulate(cell, [[0.0], [0.0]], duration=60.0, command=[-60.0, -70.0])
    np.testing.assert_allclose(found.at(0)[0], 10.0, rtol=1e-3)
    np.testing.assert_allclose(found.at(0)[1], 0.0, atol=1e-5)
    assert found.axial[0, -1] < 0


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_gradients_are_those_of_differences():
    sites = (2, 3)

    def peak(conductance):
        receptors = GlutamateReceptors(nmda_conductance=conductance)
        cell = CableCell(small(), sites, receptors, time_step=0.1)
        return jnp.max(rollout(cell, events(200, 2, 10, 2.0), jax.random.key(0))[1].y)

    at, step = jnp.asarray(1.0), 1e-5
    difference = (peak(at + step) - peak(at - step)) / (2 * step)
    assert float(difference) > 0
    np.testing.assert_allclose(jax.grad(peak)(at), difference, rtol=1e-4)
    membrane = eqx.filter_grad(
        lambda cable: rollout(CableCell(cable, sites), events(40, 2, 1, 2.0), jax.random.key(0))[1].y[-1]
    )
    assert np.all(np.isfinite(membrane(small()).capacitance))


@pytest.mark.thorough
def test_a_batch_is_what_the_engine_runs():
    cell = CableCell(small(), (2, 5), time_step=0.1)
    series = events(150, 2, 20, np.array([3.0, 1.0]), 0.01)
    run = bouton.run(cell, series, key=jax.random.key(0), record={"depolarisation": 1, "currents": 1, "axial": 1})
    found = stimulate(cell, [[3, 1]], 2.0, duration=15.0, command=0.01, record=range(7))
    np.testing.assert_allclose(found.depolarisation[0].T, run.recordings["depolarisation"].values, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.currents[0].T, run.recordings["currents"].values, rtol=1e-3, atol=1e-7)
    np.testing.assert_allclose(found.axial[0], run.recordings["axial"].values, rtol=1e-3, atol=1e-6)


@pytest.mark.thorough
def test_steps_that_are_too_long_are_told():
    cell = CableCell(small(), (2,), GlutamateReceptors(ampa_conductance=0.0), time_step=1.0)
    with pytest.raises(InputError, match=r"a step of 1 ms is too long .* most in compartment 2 .* smaller time_step"):
        stimulate(cell, [[50000.0]], 2.0, duration=40.0)
    with pytest.raises(Diverged):
        bouton.run(cell, events(40, 1, 2, 50000.0), key=jax.random.key(0))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda cable: CableCell(cable, ()), "sites must name at least one compartment"),
        (lambda cable: CableCell(cable, (7,)), "sites names compartment 7, but there are 0 to 6"),
        (lambda cable: CableCell(cable, (-1,)), "sites names compartment -1"),
        (lambda cable: CableCell(cable, (2, 2)), "each compartment once"),
        (lambda cable: CableCell(cable, (2,), electrode=Electrode(9)), "electrode names compartment 9"),
        (lambda cable: CableCell(cable, (2,), time_step=0.0), "time_step must"),
        (lambda cable: Electrode(series_resistance=0.0), "series_resistance must"),
    ],
)
def test_impossible_cells_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make(small())


@pytest.mark.usefixtures("unchecked")
def test_words_that_are_none_of_the_choices_are_refused():
    with pytest.raises(InputError, match="method must be"):
        CableCell(small(), (2,), method="euler")
    with pytest.raises(InputError, match="mode must be"):
        Electrode(mode="dynamic")


def test_negative_numbers_of_synapses_are_refused_by_the_engine():
    with pytest.raises(InputError, match="activations are numbers of synapses and cannot be negative, got -1"):
        bouton.run(CableCell(small(), (2,)), events(4, 1, 1, -1.0), key=jax.random.key(0))
