"""Rows of cables with NMDA spikes: the circuit, and what it is held to."""

import jax
import numpy as np

import bouton
from bouton.dendrites import (
    Cable,
    CableCell,
    CableEvent,
    Electrode,
    Morphology,
    clustered,
    fold_points,
    reference_cell,
    stimulate,
)
from bouton.dynamics import CableTree, GlutamateReceptors
from catalogue.circuits.row import NO_SYNAPSES, CircuitRow
from references import nmda_spike

COUNTS = (5, 20, 21, 40)


def fork():
    """Return a soma with two dendrites, in five compartments."""
    shape = Morphology.cylinders([("soma", 15, 15, None), ("a", 40, 2, "soma"), ("b", 30, 1, "soma")])
    return Cable.of(shape, {"soma": 1, "a": 2, "b": 2})


def activated(rng, circuit):
    """Return an activation of some synapses, and a command that suits the electrode."""
    held = circuit.electrode.mode == "voltage"
    command = rng.uniform(-80, -40) if held else rng.uniform(-0.1, 0.1)
    return CableEvent(rng.integers(3, size=len(circuit.sites)) * 1.0, np.asarray(command))


CIRCUITS = {
    "cable": CircuitRow(lambda: CableCell(fork(), (2, 4)), audit=NO_SYNAPSES, events=activated),
    "cable, Crank-Nicolson, held": CircuitRow(
        lambda: CableCell(
            fork(),
            (1, 3, 4),
            GlutamateReceptors.named("human"),
            Electrode(0, "voltage", 1.0),
            "crank-nicolson",
        ),
        audit=NO_SYNAPSES,
        events=activated,
    ),
}


def schematic_neuron():
    """Return the schematic neuron with a cluster of synapses, in steps of 0.1 ms."""
    cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    return CableCell(cable, tuple(cable.within("basal0")[11:15]), time_step=0.1)


def shape():
    """Compare what is made of the neuron's measures."""
    cable, (parents, capacitance, leak, coupling) = schematic_neuron().cable, nmda_spike.reference_cell()
    return {
        "parents": (cable.tree.parents, parents),
        "capacitance": (cable.capacitance, capacitance),
        "leak": (cable.leak, leak),
        "coupling": (cable.axial, coupling),
    }


def tree():
    """Compare solutions of a tree's systems, with a batch of right-hand sides."""
    rng = np.random.default_rng(3)
    parents = [-1] + [int(rng.integers(max(0, i - 4), i)) for i in range(1, 60)]
    coupling = -rng.uniform(0.1, 1, 60)
    diagonal, right = rng.uniform(5, 9, (60, 3)), rng.normal(size=(60, 3))
    expected = nmda_spike.hines(np.array(parents), coupling, diagonal, right)
    return {"solution": (CableTree(parents).solve(diagonal, jax.numpy.asarray(coupling), right), expected)}


def spikes():
    """Compare voltages below and above the threshold of an NMDA spike: in a batch, and as the engine runs it."""
    cell, program = schematic_neuron(), nmda_spike.reference_cell()
    expected = nmda_spike.simulate(program, nmda_spike.clustered(program, COUNTS), T=40.0) + 70
    found = stimulate(cell, clustered(COUNTS, 4), duration=40.0, record=(0, 14))
    activations = np.zeros((400, 4))
    activations[100] = clustered([COUNTS[2]], 4)[0]
    run = bouton.run(cell, CableEvent(activations, np.zeros(400)), key=jax.random.key(0), record={"local": 1, "y": 1})
    return {
        "batch": (found.depolarisation, expected.transpose(2, 1, 0)),
        "soma": (run.recordings["y"].values, expected[:, 0, 2]),
        "dendrite": (run.recordings["local"].values[:, 2], expected[:, 1, 2]),
    }


def folds():
    """Compare turning points to the grid of the program's."""
    found = [tuple(fold) for fold in fold_points(GlutamateReceptors.named("polsky"))]
    expected = np.array(nmda_spike.folds(0.25, 0.08))
    return {"ratios": (np.array(found)[:, 0], expected[:, 0])}


REFERENCES = {
    "nmda_spike: the neuron's compartments": shape,
    "nmda_spike: the tree's system": tree,
    "nmda_spike: responses below and above threshold": spikes,
    "nmda_spike: folds of the point neuron": folds,
}
