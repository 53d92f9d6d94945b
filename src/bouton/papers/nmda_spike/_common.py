"""The neuron of the experiments, its clusters of synapses, and how figures call them."""

from typing import Any

import numpy as np

from bouton.dendrites import Cable, CableCell, reference_cell
from bouton.dynamics import GlutamateReceptors

__all__ = ["CENTRE", "CLUSTER", "FULL", "PEER", "cable", "cell_on", "cluster", "thinned"]

FULL = ("laptop", "paper")
CLUSTER = (11, 12, 13, 14)
"""Compartments of a basal branch that have synapses, 110 to 150 um from the soma."""
CENTRE = 13
PEER = "references/nmda_spike.py"


def cable(**measures: Any) -> Cable:
    """Return the schematic neuron in compartments of 10 um and more."""
    return Cable.of(reference_cell(**measures), {"soma": 1, "trunk": 30}, default=20)


def cluster(neuron: Cable, branches: int = 1) -> np.ndarray:
    """Return the compartments with synapses of the first branches: four on each."""
    return np.concatenate([neuron.within(f"basal{number}")[list(CLUSTER)] for number in range(branches)])


def cell_on(neuron: Cable, time_step: float, branches: int = 1, **receptors: float) -> CableCell:
    """Return the neuron with synapses on its first branches."""
    sites = tuple(int(site) for site in cluster(neuron, branches))
    return CableCell(neuron, sites, GlutamateReceptors.named("polsky", **receptors), time_step=time_step)


def thinned(times: np.ndarray, interval: float = 0.5) -> slice:
    """Return which rows of a response are kept for figures."""
    return slice(None, None, max(round(interval / float(times[1] - times[0])), 1))
