"""What one measures of assemblies: who belongs to one, what two of them share, the weights between them."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bouton.errors import InputError
from bouton.spiking.frames import NetworkState
from bouton.spiking.network import SpikingNetwork
from bouton.spiking.trains import SpikeTrains

__all__ = ["Overlap", "assembly_in", "mean_weights", "overlap", "weights_between"]

_LEAST_RATE = 50.0
_SHARED, _EXCESS = 0.8, 0.2


@dataclass(frozen=True)
class Overlap:
    """What an assembly has in common with a reference.

    Parameters
    ----------
    shared, missing, excess : int
        Neurons in both, in the reference alone, in the assembly alone.
    """

    shared: int
    missing: int
    excess: int

    @property
    def recovered(self) -> float:
        """The share of the reference that is in the assembly; NaN where the reference is empty."""
        size = self.shared + self.missing
        return self.shared / size if size else float("nan")

    @property
    def surplus(self) -> float:
        """Neurons that do not belong to the reference, over its size; NaN where the reference is empty."""
        size = self.shared + self.missing
        return self.excess / size if size else float("nan")

    @property
    def success(self) -> bool:
        """Whether more than 80 % are recovered, and at most 20 % as many are in excess."""
        return bool(self.recovered > _SHARED and self.surplus <= _EXCESS)


def assembly_in(trains: SpikeTrains, start: float, stop: float) -> np.ndarray:
    """Return the neurons that fire at more than 50 Hz in the second half of a window.

    Parameters
    ----------
    trains : SpikeTrains
        Of the excitatory neurons of a space.
    start, stop : float
        The window, in ms.

    Returns
    -------
    array of int
        Their numbers, ascending. If it is empty, a warning names the highest rate.

    Examples
    --------
    >>> trains = SpikeTrains(np.arange(101.0, 200, 10), np.zeros(10, int), 2, 0.0, 200.0)
    >>> assembly_in(trains, 0.0, 200.0).tolist()
    [0]
    """
    rates = trains.between((start + stop) / 2, stop).rates()
    found = np.flatnonzero(rates > _LEAST_RATE)
    if not len(found):
        warnings.warn(
            f"no neuron fires above {_LEAST_RATE:g} Hz between {start:g} and {stop:g} ms, so there is no assembly: the "
            f"highest rate is {rates.max():.1f} Hz",
            stacklevel=2,
        )
    return found


def overlap(assembly: Any, reference: Any) -> Overlap:
    """Return what an assembly has in common with a reference.

    Parameters
    ----------
    assembly, reference : arrays of int
        Numbers of neurons.

    Returns
    -------
    Overlap

    Examples
    --------
    >>> overlap([1, 2, 3, 9], [1, 2, 3, 4]).recovered
    0.75
    """
    shared = len(np.intersect1d(assembly, reference))
    return Overlap(shared, len(np.unique(reference)) - shared, len(np.unique(assembly)) - shared)


def mean_weights(
    network: SpikingNetwork,
    state: NetworkState,
    assemblies: Mapping[tuple[str, int], np.ndarray],
    n_patterns: int,
    pre: str,
    post: str,
) -> tuple[np.ndarray, float]:
    """Return what `AssemblyNetwork.weights` does, of assemblies by space and pattern."""
    names = [group.name.removesuffix(".E") for group in network.groups]
    for number, projection in enumerate(network.projections):
        ends = names[projection.source], names[projection.target]
        if projection.rule is not None and ends == (pre, post):
            sides = [
                [assemblies.get((space, pattern), np.zeros(0, int)) for pattern in range(n_patterns)]
                for space in (pre, post)
            ]
            return weights_between(projection.pairs, np.maximum(network.weights(state, number), 0), *sides)
    raise InputError(f"no plastic synapses lead from {pre!r} to {post!r}")


def weights_between(
    pairs: tuple[np.ndarray, np.ndarray], weights: np.ndarray, pre: Sequence[Any], post: Sequence[Any]
) -> tuple[np.ndarray, float]:
    """Return the mean weight from each presynaptic to each postsynaptic assembly, and that of all other synapses.

    Parameters
    ----------
    pairs : tuple of two arrays of int, shape (synapses,)
        Presynaptic and postsynaptic neurons.
    weights : array, shape (synapses,)
        In that order.
    pre, post : sequences of arrays of int
        Assemblies on either side.

    Returns
    -------
    tuple of array (pre, post) and float
        Mean weights; NaN where there is no synapse.

    Examples
    --------
    >>> pairs = np.array([0, 0, 1]), np.array([0, 1, 1])
    >>> weights_between(pairs, np.array([1.0, 2.0, 3.0]), [[0]], [[0], [1]])
    (array([[1., 2.]]), 3.0)
    """
    first, second = pairs
    found, taken = np.full((len(pre), len(post)), np.nan), np.zeros(len(weights), bool)
    for i, sources in enumerate(pre):
        for j, targets in enumerate(post):
            own = np.isin(first, sources) & np.isin(second, targets)
            taken |= own
            found[i, j] = weights[own].mean() if own.any() else np.nan
    return found, float(weights[~taken].mean()) if (~taken).any() else float("nan")
