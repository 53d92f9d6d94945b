"""Who is connected to whom: pairs of presynaptic and postsynaptic neurons, drawn or given; and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.plasticity import EventRule
from bouton.spiking.projection import Projection

__all__ = [
    "Connections",
    "Pattern",
    "delay_steps",
    "given_pairs",
    "one_to_one",
    "random_pairs",
]


_DENSE = 0.1
"""From this share of connected pairs on, a row of them all is added faster than the connected ones alone."""

Pattern = Literal["random", "all_to_all", "one_to_one"]


@dataclass(frozen=True)
class Connections:
    """Synapses between two groups, in any order: the neurons, weights, and delays in steps of each."""

    pre: int
    post: int
    row: int
    first: np.ndarray
    second: np.ndarray
    weights: Any
    steps: np.ndarray
    rule: EventRule | None
    signal: int | None = None
    in_dendrite: bool = False

    def projection(self, sizes: Sequence[int]) -> Projection:
        """Return the synapses in the order of delay, presynaptic and postsynaptic neuron, of groups of some sizes."""
        n_pre, n_post = sizes[self.pre], sizes[self.post]
        if self.in_dendrite:
            return self._with_delays_in_the_dendrite(n_pre, n_post)
        delays, index = np.unique(self.steps, return_inverse=True)
        arrivals = index * n_pre + self.first
        order = np.lexsort((self.second, arrivals))
        arrivals, targets = arrivals[order], self.second[order]
        starts = np.searchsorted(arrivals, np.arange(len(delays) * n_pre + 1))
        fan_in = None
        if self.rule is not None:
            by_target = np.argsort(targets, kind="stable")
            ends = np.searchsorted(targets[by_target], np.arange(n_post + 1))
            ends, numbers, sent = (jnp.asarray(each, jnp.int32) for each in (ends, by_target, arrivals[by_target]))
            fan_in = (ends, numbers, sent)
        lists, begins, posts, given = (
            jnp.asarray(each, jnp.int32) for each in (delays, starts, targets, np.argsort(order))
        )
        ends = (self.pre, self.post, n_pre, n_post, self.row)
        return Projection(
            *ends,
            lists,
            begins,
            posts,
            given,
            self._ordered(order),
            self.rule,
            fan_in,
            self.signal,
            None,
            int(delays.max()),
            self._who_reaches_whom(arrivals, targets, (len(delays) * n_pre, n_post)),
        )

    def _with_delays_in_the_dendrite(self, n_pre: int, n_post: int) -> Projection:
        """Return the synapses in the order of presynaptic and postsynaptic neuron."""
        order = np.lexsort((self.second, self.first))
        pres, targets, steps = self.first[order], self.second[order], self.steps[order]
        starts = np.searchsorted(pres, np.arange(n_pre + 1))
        delays, index = np.unique(steps, return_inverse=True)
        arrivals = index * n_post + targets
        by_arrival = np.argsort(arrivals, kind="stable")
        ends = np.searchsorted(arrivals[by_arrival], np.arange(len(delays) * n_post + 1))

        def table(values: np.ndarray) -> Array:
            return jnp.asarray(values, jnp.int32)

        return Projection(
            *(self.pre, self.post, n_pre, n_post, self.row, table(delays), table(starts), table(targets)),
            *(table(np.argsort(order)), self._ordered(order), self.rule),
            (table(ends), table(by_arrival), table(pres[by_arrival])),
            self.signal,
            (table(arrivals), table(steps * n_post + targets)),
            int(delays.max()),
        )

    def _who_reaches_whom(self, arrivals: np.ndarray, targets: np.ndarray, shape: tuple[int, int]) -> Array | None:
        """Return a table of pairs for synapses of one weight that stays, where many pairs are connected, none twice."""
        if self.rule is not None or np.ndim(self.weights) or len(targets) < _DENSE * shape[0] * shape[1]:
            return None
        found = np.zeros(shape, bool)
        found[arrivals, targets] = True
        return jnp.asarray(found) if found.sum() == len(targets) else None

    def _ordered(self, order: np.ndarray) -> Any:
        """Return what synapses start from, in an order."""
        kind = jnp.result_type(float)
        return jax.tree.map(lambda each: jnp.asarray(each[order] if each.ndim else each, kind), self.weights)


def given_pairs(pairs: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs that were handed in as two arrays of whole numbers."""
    if len(pairs) != 2:
        raise InputError(f"pairs must be two lists, presynaptic and postsynaptic neurons, got {len(pairs)}")
    found = []
    for name, given in zip(("pre", "post"), pairs, strict=True):
        numbers = np.asarray(given)
        if numbers.dtype.kind not in "iuf" and numbers.size:
            raise InputError(f"{name} of pairs must be numbers of neurons, from 0, got values of type {numbers.dtype}")
        if len(wrong := np.flatnonzero(numbers != np.floor(numbers))):
            raise InputError(
                f"{name} of pairs must be numbers of neurons, from 0: {name}[{wrong[0]}] is {numbers.flat[wrong[0]]}"
            )
        found.append(numbers.astype(np.int64))
    return found[0], found[1]


def random_pairs(
    n_pre: int, n_post: int, probability: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs, each of which is there with the same probability, ordered by presynaptic neuron.

    Parameters
    ----------
    n_pre, n_post : int
        Numbers of neurons.
    probability : float
        Of each pair, from 0 to 1.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    tuple of two arrays of int, shape (synapses,)
        Presynaptic and postsynaptic neurons.

    Examples
    --------
    >>> import numpy as np
    >>> pre, post = random_pairs(100, 100, 0.1, np.random.default_rng(0))
    >>> bool(800 < len(pre) < 1200)
    True
    """
    if not 0 <= probability <= 1:
        raise InputError(f"probability must lie between 0 and 1, got {probability}")
    numbers = rng.binomial(n_post, probability, n_pre)
    posts = [np.sort(rng.choice(n_post, number, replace=False)) for number in numbers]
    return np.repeat(np.arange(n_pre), numbers), np.concatenate(posts) if posts else np.zeros(0, int)


def one_to_one(n_pre: int, n_post: int) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of neurons of the same number."""
    if n_pre != n_post:
        raise InputError(f"one to one needs populations of one size, got {n_pre} and {n_post}")
    return np.arange(n_pre), np.arange(n_post)


def delay_steps(delay: ArrayLike, n_synapses: int, time_step: float, *, round_delays: bool) -> np.ndarray:
    """Return delays in time steps, one for each synapse.

    Parameters
    ----------
    delay : float or array, shape (synapses,)
        In ms, at least a time step.
    n_synapses : int
        How many there are.
    time_step : float
        In ms.
    round_delays : bool
        Whether delays between two steps are moved to the nearest one.

    Returns
    -------
    array of int, shape (synapses,)

    Raises
    ------
    InputError
        If a delay is not finite, shorter than a step, or does not lie on a step.
    """
    delays = np.broadcast_to(np.asarray(delay, np.float64), (n_synapses,))
    bad = np.flatnonzero(~np.isfinite(delays) | (delays < time_step * (1 - 1e-6)))
    if len(bad):
        raise InputError(
            f"a delay must be finite and at least one time step of {time_step} ms, got {delays[bad[0]]} ms: take a "
            "longer delay or a shorter step"
        )
    steps = np.round(delays / time_step)
    off = np.flatnonzero(np.abs(delays / time_step - steps) > 1e-6 * steps)
    if len(off) and not round_delays:
        raise InputError(
            f"a delay of {delays[off[0]]} ms is no multiple of the time step of {time_step} ms: give round_delays=True "
            "to move delays to the nearest step"
        )
    return steps.astype(np.int32)
