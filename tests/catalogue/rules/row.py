"""What a row of the catalogue of rules says, and how the factors of synapses are drawn for it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from bouton.plasticity import (
    Rule,
)

POSTS, PRES = 3, 5


class Values(NamedTuple):
    """A range from which a factor is drawn."""

    lower: float
    upper: float


REAL, POSITIVE, CHOICE = Values(-2.0, 2.0), Values(0.2, 1.5), Values(0.0, 1.0)
MILLIVOLTS, RELATIVE = Values(-80.0, -20.0), Values(0.0, 60.0)


class AtSpikes(NamedTuple):
    """The change of the weight w at a spike of either neuron, in NumPy.

    x and y are functions that give a trace of all earlier presynaptic and postsynaptic spikes, see `trace_of`.
    """

    pre: Callable[[float, Callable[..., float], Callable[..., float]], float]
    post: Callable[[float, Callable[..., float], Callable[..., float]], float]


def trace_of(times: np.ndarray, now: float, time_constant: float, jump: float = 1.0, nearest: bool = False) -> float:
    """Return the sum of exponentials of the time since each earlier spike, or since the nearest one alone."""
    since = now - times[times < now]
    return jump * float(np.sum(np.exp(-(since[-1:] if nearest else since) / time_constant)))


class RuleRow(NamedTuple):
    """A rule, and what is said of it."""

    make: Callable[[], Rule]
    synapse: Any = REAL
    """What a synapse keeps, as ranges in the structure of the rule."""
    pre: Any = REAL
    post: Any = REAL
    signal: Any = None
    equation: Callable[..., Any] | None = None
    """The change of the weight in NumPy, of synapse, pre, post and signal, all broadcast."""
    further: Mapping[str, Callable[..., Any]] = {}
    """The same of the further variables that a synapse keeps, by their names."""
    spikes: AtSpikes | None = None
    """The equation of a rule that is driven by spikes."""
    facts: Callable[[], Mapping[str, tuple[Any, Any]]] | None = None
    """What else the rule computes, by name: what is found, and what its closed form is in NumPy."""
    bounds: tuple[float, float] | None = None
    """Where the weight stays."""


def operands(row: RuleRow, seed: int = 0, events: int | None = None) -> tuple[Any, Any, Any, Any]:
    """Return synapses (POSTS, PRES), pre (PRES,), post (POSTS,) and signal; of several events with an axis in front."""
    rng = np.random.default_rng(seed)

    def draw(tree, *shape):
        axes = shape if events is None or shape == (POSTS, PRES) or not shape else (events, *shape)
        return jax.tree.map(
            lambda values: jnp.asarray(rng.uniform(*values, size=axes)),
            tree,
            is_leaf=lambda leaf: isinstance(leaf, Values),
        )

    return draw(row.synapse, POSTS, PRES), draw(row.pre, PRES), draw(row.post, POSTS), draw(row.signal)
