"""`respond`: the responses of a circuit to many events, without learning."""

from functools import partial
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, PyTree

from bouton.data.rows import rows_of
from bouton.engine._doors import check_circuit
from bouton.engine._scale import largest_of, refuse_overflow
from bouton.engine.chunk import as_events, chunk_rows, padded
from bouton.engine.circuit import Circuit
from bouton.engine.start import checked_state
from bouton.errors import InputError

__all__ = ["respond"]


@partial(jax.jit, static_argnames="method")
def _respond_to_rows(circuit: Circuit, state: PyTree, events: PyTree[Array], method: str) -> PyTree[Array]:
    respond_to = getattr(circuit, method)
    return jax.lax.map(lambda x: respond_to(state, x), events)


def respond(circuit: Circuit, state: PyTree, events: Any, *, method: str = "respond") -> PyTree[np.ndarray]:
    """Return the responses to events, one by one, in the order given.

    Parameters
    ----------
    circuit : Circuit
        What responds.
    state : PyTree
        Its state; it does not change.
    events : PyTree of arrays (events, ...)
        What it responds to.
    method : str
        Name of the circuit's method that responds, given with the state and one event. Default "respond"; a circuit may
        offer others, such as the activities of all its layers.

    Returns
    -------
    PyTree of arrays (events, ...)
        The responses.

    Raises
    ------
    InputError
        If the state is that of another circuit, or the events do not fit the circuit, or hold NaN or infinity.
    """
    check_circuit(circuit)
    state = checked_state(circuit, state)
    small, full = chunk_rows(circuit.event)
    if isinstance(events, list) and isinstance(circuit.event, jax.ShapeDtypeStruct):
        events = np.asarray(events)
    events = jax.tree.map(partial(rows_of, name="the events"), events)
    whole = as_events(events, circuit.event, 0)
    refuse_overflow(whole, circuit.event, largest_of(whole), circuit.data_power, name="the events")
    circuit.check(whole)
    n_events = jax.tree.leaves(whole)[0].shape[0]
    if n_events == 0:
        raise InputError("there is nothing to respond to: the array has no rows")
    parts = []
    for first in range(0, n_events, full):
        rows = jax.tree.map(lambda leaf, first=first: leaf[first : first + full], whole)
        count = min(full, n_events - first)
        responses = _respond_to_rows(circuit, state, padded(rows, small if count <= small else full), method)
        parts.append(jax.tree.map(lambda leaf, count=count: np.asarray(leaf)[:count], responses))
    return jax.tree.map(lambda *pieces: np.concatenate(pieces), *parts)
