"""Who is connected to whom: pairs of presynaptic and postsynaptic neurons, drawn or given."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from bouton.errors import InputError

__all__ = ["Pattern", "check_pairs", "delay_steps", "one_to_one", "random_pairs"]

Pattern = Literal["random", "all_to_all", "one_to_one"]


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


def check_pairs(pre: np.ndarray, post: np.ndarray, n_pre: int, n_post: int, *, multapses: bool) -> None:
    """Raise `InputError` for pairs that are out of range, of unequal number, or there twice."""
    if pre.shape != post.shape or pre.ndim != 1:
        raise InputError(f"pre and post must be lists of one length, got shapes {pre.shape} and {post.shape}")
    for name, index, size in (("pre", pre, n_pre), ("post", post, n_post)):
        bad = np.flatnonzero((index < 0) | (index >= size))
        if len(bad):
            raise InputError(f"{name}[{bad[0]}] is {index[bad[0]]}: the population has neurons 0 to {size - 1}")
    if not multapses and len(np.unique(pre.astype(np.int64) * n_post + post)) < len(pre):
        raise InputError("some pairs are connected more than once: allow it by multapses=True")


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
