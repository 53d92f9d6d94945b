"""What a row of the catalogue of circuits says, in which words, and how events are drawn for it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from bouton.engine import Circuit

LU = frozenset({"lapack_sgetrf_ffi", "lapack_strsm_ffi"})
LINEAR = "by default a linear network settles by one factorisation (LAPACK): exact, whatever the weights' condition"
LIBRARY = frozenset({"custom fusion"})
PRODUCT = "the input that a mini-batch of spikes brings is a product of matrices, which XLA leaves to its library"
NO_SYNAPSES = "nothing to audit"
NO_SELF = "neurons do not connect to themselves"
DRAWS = "random numbers of single and of double precision are different draws"
OUTSIDE = "its weights are used outside drives and rules"
NOT_AFFINE = "neither an AffineRule nor a ResidualRule"
BATCHES = "mini-batches"
NO_SINGLE_ARRAY = "its weights are not a single array of the state"
OWN_INPUTS = "inputs of its own"
PER_SYNAPSE = "its decay differs from synapse to synapse"
NEW_WEIGHTS = "its new weights are not simply what the rule made of the old ones"
BOUNDED = "it is Bounded"


class CircuitRow(NamedTuple):
    """A small instance of a circuit, made where the precision is known, and what is said of it."""

    make: Callable[[], Circuit]
    waits: tuple[str, ...] = ()
    """Pathways whose weights wait for the end of a block."""
    reasons: dict[str, str] = {}
    """Of each other pathway, why it does not."""
    audit: str = ""
    """The rule of each pathway, and in brackets what is not local about it."""
    unfoldable: frozenset = frozenset()
    """What the loop holds that keeps XLA from folding it."""
    why_unfoldable: str = ""
    products: bool = False
    """Whether from jax 0.12 on products of two matrices stay with XLA's library, and with them the loop."""
    events: Callable[[np.random.Generator, Circuit], Any] | None = None
    """Draws one event; default: normal values."""
    transport: bool = False
    """Whether the transpose of weights brings what no synapses of its own could learn to bring."""
    not_in_float64: str = ""
    """Why double precision need not agree with single precision."""


def drawn(row: CircuitRow, circuit: Circuit, n_events: int, seed: int = 0) -> Any:
    """Return a series of events for a circuit."""
    rng = np.random.default_rng(seed)
    each = [(row.events or normal)(rng, circuit) for _ in range(n_events)]
    events = jax.tree.map(lambda *leaves: np.stack(leaves), *each)
    return jax.tree.map(lambda leaf, shape: leaf.astype(shape.dtype), events, circuit.event)


def normal(rng, circuit):
    return jax.tree.map(lambda leaf: rng.normal(size=leaf.shape), circuit.event)


def counted(largest):
    """Return a draw of whole numbers from 0 up to one."""
    return lambda rng, circuit: jax.tree.map(lambda leaf: rng.integers(largest + 1, size=leaf.shape), circuit.event)


def weak(rng, circuit):
    """Return values of a variance that few samples do not take beyond 1."""
    return rng.normal(size=circuit.event.shape) / 4


def positive(rng, circuit):
    return jax.tree.map(lambda leaf: rng.uniform(size=leaf.shape), circuit.event)


def pattern(rng, circuit):
    return np.sign(rng.normal(size=circuit.event.shape))


def depolarised(rng, circuit):
    """Return presynaptic spikes and local voltages about the thresholds of plasticity, in mV above rest."""
    spikes, voltage = circuit.event
    return type(circuit.event)(rng.integers(2, size=spikes.shape), rng.uniform(0, 60, size=voltage.shape))


def sighting(rng, circuit):
    return type(circuit.event)(np.asarray(rng.normal()), np.asarray(rng.random() < 0.7))


def driving(rng, circuit):
    """Return currents that make neurons fire now and then."""
    return rng.uniform(0, 600, size=circuit.event.shape)
