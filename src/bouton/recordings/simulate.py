"""Free runs of networks of populations, in bins: what a fitted model predicts, and where data come from."""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from bouton.engine import rollout
from bouton.errors import InputError
from bouton.recordings.networks import MesoscopicNetwork, MicroscopicNetwork

__all__ = ["PopulationRun", "simulate_mesoscopic", "simulate_microscopic"]


class PopulationRun(NamedTuple):
    """A free run, in bins.

    Parameters
    ----------
    fractions : array (bins, populations)
        Of each population that fires.
    spikes : array of int (bins, neurons)
        Spikes of the first neurons of each population; none of a mesoscopic run.
    labels : array of int (neurons,)
        Their populations.
    """

    fractions: np.ndarray
    spikes: np.ndarray
    labels: np.ndarray


@partial(jax.jit, static_argnames=("steps", "n_recorded"))
def _binned(network: MicroscopicNetwork, external: Any, key: Any, steps: int, n_recorded: int) -> Any:
    sizes = network.populations.sizes
    begins = np.cumsum((0, *sizes))[:-1].tolist()
    places = [place for begin, size in zip(begins, sizes, strict=True) for place in _first(begin, size, n_recorded)]

    def one(state: Any, numbered: Any) -> Any:
        number, drive = numbered
        drives = jnp.broadcast_to(drive, (steps, len(sizes)))
        state, (fractions, spikes) = rollout(
            network, drives, jax.random.fold_in(key, number), state,
            look=lambda state, info: (info.fractions, info.spikes[np.array(places, int)]),
        )  # fmt: skip
        return state, (jnp.sum(fractions, axis=0), jnp.sum(spikes, axis=0, dtype=jnp.int32))

    return jax.lax.scan(one, network.init(key), (jnp.arange(len(external)), external))[1]


def _first(begin: int, size: int, count: int) -> range:
    return range(begin, begin + min(count, size))


@jax.jit
def _rolled(network: MesoscopicNetwork, external: Any, key: Any) -> Any:
    return rollout(network, external, key, look=lambda state, info: info.fractions)[1]


def simulate_mesoscopic(network: MesoscopicNetwork, external: ArrayLike, seed: int = 0) -> PopulationRun:
    """Let a mesoscopic network run freely.

    Parameters
    ----------
    network : MesoscopicNetwork
        The network.
    external : array (bins, populations), or int
        External drive in each bin, in units of the noise's width per s; a number of bins stands for none.
    seed : int, default 0
        Of its noise.

    Returns
    -------
    PopulationRun

    Examples
    --------
    >>> from bouton.recordings import MesoscopicNetwork, winner_take_all
    >>> simulate_mesoscopic(MesoscopicNetwork(winner_take_all()), 50).fractions.shape
    (50, 3)
    """
    drives = _drives(external, network.populations.count)
    fractions = np.asarray(_rolled(network, drives, jax.random.key(seed)))
    return PopulationRun(fractions, np.zeros((len(fractions), 0), int), np.zeros(0, int))


def simulate_microscopic(
    network: MicroscopicNetwork, external: ArrayLike, seed: int = 0, *, bin_width: float = 4.0, n_recorded: int = 0
) -> PopulationRun:
    """Let a network of single neurons run freely, and count its spikes in bins.

    Parameters
    ----------
    network : MicroscopicNetwork
        The network.
    external : array (bins, populations), or int
        External drive in each bin, in units of the noise's width per s; a number of bins stands for none.
    seed : int, default 0
        Of its noise.
    bin_width : float, default 4
        In ms, a whole number of time steps.
    n_recorded : int, default 0
        Neurons of each population whose spikes are returned.

    Returns
    -------
    PopulationRun

    Raises
    ------
    InputError
        If bins do not hold a whole number of steps.

    Examples
    --------
    >>> from bouton.recordings import MicroscopicNetwork, winner_take_all
    >>> simulate_microscopic(MicroscopicNetwork(winner_take_all()), 50, n_recorded=3).spikes.shape
    (50, 9)
    """
    steps = round(bin_width / network.time_step)
    if steps < 1 or abs(steps * network.time_step - bin_width) > 1e-6 * bin_width:
        raise InputError(
            f"bin_width must be a whole number of time steps of {network.time_step:g} ms, got {bin_width:g}"
        )
    drives = _drives(external, network.populations.count)
    fractions, spikes = _binned(network, drives, jax.random.key(seed), steps, n_recorded)
    kept = [min(n_recorded, size) for size in network.populations.sizes]
    return PopulationRun(np.asarray(fractions), np.asarray(spikes), np.repeat(np.arange(len(kept)), kept))


def _drives(external: ArrayLike, count: int) -> np.ndarray:
    given = np.zeros((int(external), count)) if np.ndim(external) == 0 else np.asarray(external, np.float64)  # pyright: ignore[reportArgumentType]
    if given.ndim != 2 or given.shape[1] != count or not len(given):
        raise InputError(
            f"external must hold one value for each bin and each of {count} populations, got {given.shape}"
        )
    if not np.all(np.isfinite(given)):
        raise InputError("external must be finite")
    return given
