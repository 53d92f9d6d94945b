"""The compiled loop: any number of events of a chunk, with recording between segments and one look at the health.

One program serves every number of events up to the chunk's size: the trip count is an argument, the events lie in a
buffer of fixed size. Two sizes are used, a full one and a small one (`partial_fit` of a few rows), so that a model
compiles at most two programs.

Recording happens outside the inner loop: a segment ends where a recorded step may be, and what is recorded is copied
once per segment. The loop body stays free of anything that keeps XLA from folding it into one kernel.

In blocks (see `bouton.engine.block`) info is copied at every step, into a row that nobody reads where the step is no
recorded one; where state is recorded, a block is closed at each recorded step and what is left of it comes after.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree, UInt

from bouton.data.rows import integers_of
from bouton.engine.block import Block, plan_for
from bouton.engine.circuit import Circuit
from bouton.engine.selection import Selection, select
from bouton.errors import InputError

__all__ = [
    "Health",
    "Part",
    "advance",
    "chunk_rows",
    "padded",
    "peaks_of",
]

_CHUNK_BYTES = 2**22
_MOST_ROWS = 1024
_SMALL_ROWS = 32


class Health(NamedTuple):
    """What the driver looks at once per chunk."""

    first_bad: Int[Array, ""]
    """Index within the chunk of the first event after which info was not finite; -1 if none."""
    peaks: Float[Array, " leaves"]
    """Largest absolute value of each floating-point leaf of the state (NaN if it holds one)."""


class Part(NamedTuple):
    """Events of a run that are taken in at once."""

    events: PyTree[Array | np.ndarray]
    """Arrays (rows, ...), of which only the first `count` rows are read."""
    count: UInt[Array, ""] | np.uint32
    """How many events."""
    start: UInt[Array, ""] | np.uint32
    """How many steps of the run, or of a stretch of 2^32 of its steps, came before."""
    phase: UInt[Array, ""] | np.uint32
    """Steps since the last one that may be recorded."""
    key: PRNGKeyArray
    """Key of the run, or of the stretch; step t uses ``fold_in(key, t)``."""


def chunk_rows(event: PyTree, block: int = 1) -> tuple[int, int]:
    """Return the small and the full number of rows of a chunk for events of this shape; full ones hold whole blocks."""
    row_bytes = sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(event))
    full = int(np.clip(_CHUNK_BYTES // max(row_bytes, 1), 1, _MOST_ROWS))
    full = max(full // block, 1) * block
    return min(_SMALL_ROWS, full), full


def padded(events: PyTree[np.ndarray], rows: int) -> PyTree[np.ndarray]:
    """Return the events in buffers of `rows` rows; what is added is never read."""

    def pad(leaf: np.ndarray) -> np.ndarray:
        if leaf.shape[0] == rows:
            return leaf
        buffer = np.zeros((rows, *leaf.shape[1:]), leaf.dtype)
        buffer[: leaf.shape[0]] = leaf
        return buffer

    return jax.tree.map(pad, events)


def _is_float(leaf: Array) -> bool:
    return jnp.issubdtype(leaf.dtype, jnp.inexact)


def _finite(tree: PyTree) -> Array:
    """Whether all of a tree is finite, by sums that fuse with what made it."""
    total = [jnp.isfinite(jnp.sum(leaf)) for leaf in jax.tree.leaves(tree) if _is_float(leaf)]
    return jnp.asarray(True) if not total else jnp.all(jnp.stack(total))


@partial(jax.jit, static_argnames=("selection", "slots", "block"), donate_argnames=("state",))
def advance(
    circuit: Circuit,
    state: PyTree,
    part: Part,
    *,
    selection: Selection,
    slots: int,
    block: int = 1,
) -> tuple[PyTree, dict[str, Array], Health]:
    """Take a part of the events in.

    Parameters
    ----------
    circuit : Circuit
        What learns.
    state : PyTree
        State before; its buffers are reused.
    part : Part
        The events.
    selection : Selection
        What is recorded.
    slots : int
        Room for recorded steps: rows // every + 1, and one more that is thrown away.
    block : int
        Events per block, of which the rows are a multiple; 1 goes from event to event.

    Returns
    -------
    tuple
        State after; recorded values, (slots, ...) each; health.
    """
    if block > 1:
        return _advance_in_blocks(circuit, state, part, selection, slots, block)
    events, count, start, phase, key = part
    every = jnp.uint32(selection.every)

    def one(index: Array, carry: tuple) -> tuple:
        state, _, first_bad = carry
        x = jax.tree.map(lambda leaf: lax.dynamic_index_in_dim(leaf, index, keepdims=False), events)
        state, info = circuit.step(jax.random.fold_in(key, start + index), state, x)
        bad = jnp.logical_and(first_bad < 0, jnp.logical_not(_finite(info)))
        return state, select(info, selection.info), jnp.where(bad, index.astype(jnp.int32), first_bad)

    def segment(carry: tuple) -> tuple:
        begin, state, seen, first_bad, records, filled = carry
        end = jnp.minimum(count, (phase + begin) // every * every + every - phase)
        state, seen, first_bad = lax.fori_loop(begin, end, one, (state, seen, first_bad))
        is_record = (phase + end) % every == 0
        # A segment that was cut short by the end of the chunk goes into the last slot, which nobody reads.
        slot = jnp.where(is_record, filled, jnp.uint32(slots - 1))
        values = seen | select(state, selection.state)
        records = {
            name: lax.dynamic_update_index_in_dim(records[name], value, slot, 0) for name, value in values.items()
        }
        return end, state, seen, first_bad, records, filled + is_record.astype(jnp.uint32)

    first_bad = jnp.asarray(-1, jnp.int32)
    if not selection:
        state, _, first_bad = lax.fori_loop(jnp.uint32(0), count, one, (state, {}, first_bad))
        return state, {}, Health(first_bad, peaks_of(state))
    x = jax.tree.map(lambda leaf: leaf[0], events)
    shapes = jax.eval_shape(circuit.step, key, state, x)[1]
    seen = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), select(shapes, selection.info))
    records = {
        name: jnp.zeros((slots, *value.shape), value.dtype)
        for name, value in (seen | select(state, selection.state)).items()
    }
    carry = (jnp.uint32(0), state, seen, first_bad, records, jnp.uint32(0))
    _, state, _, first_bad, records, _ = lax.while_loop(lambda carry: carry[0] < count, segment, carry)
    return state, records, Health(first_bad, peaks_of(state))


def _advance_in_blocks(
    circuit: Circuit,
    state: PyTree,
    part: Part,
    selection: Selection,
    slots: int,
    block: int,
) -> tuple[PyTree, dict[str, Array], Health]:
    events, count, start, phase, key = part
    x = jax.tree.map(lambda leaf: leaf[0], events)
    plan, every = plan_for(circuit, state, x), jnp.uint32(selection.every)
    shapes = jax.eval_shape(circuit.step, key, state, x)[1]
    wanted = select(shapes, selection.info) | select(state, selection.state)
    records = {name: jnp.zeros((slots, *value.shape), value.dtype) for name, value in wanted.items()}

    def record(records: dict[str, Array], values: dict[str, Array], step: Array) -> dict[str, Array]:
        slot = jnp.where(step % every == 0, step // every - 1, jnp.uint32(slots - 1))
        return records | {
            name: lax.dynamic_update_index_in_dim(records[name], value, slot, 0) for name, value in values.items()
        }

    def one_block(carry: tuple) -> tuple:
        begin, state, first_bad, records = carry
        # Blocks lie where they do without recordings and checkpoints, so that those close them, but do not move them.
        origin = begin // jnp.uint32(block) * jnp.uint32(block)
        end = jnp.minimum(count, origin + jnp.uint32(block))
        if selection.state:
            end = jnp.minimum(end, (phase + begin) // every * every + every - phase)

        def look(index: Array, info: PyTree, seen: tuple) -> tuple:
            first_bad, records = seen
            place = origin + index.astype(jnp.uint32)
            bad = jnp.logical_and(first_bad < 0, jnp.logical_not(_finite(info)))
            first_bad = jnp.where(bad, place.astype(jnp.int32), first_bad)
            return first_bad, record(records, select(info, selection.info), phase + place + 1)

        own = Block(
            plan,
            circuit,
            state,
            jax.tree.map(lambda leaf: lax.dynamic_slice_in_dim(leaf, origin, block), events),
            ((begin - origin).astype(jnp.int32), (end - origin).astype(jnp.int32)),
            lambda index: jax.random.fold_in(key, start + origin + index.astype(jnp.uint32)),
        )
        state, (first_bad, records) = own.run(look, (first_bad, records))
        records = record(records, select(state, selection.state), phase + end)
        return end, state, first_bad, records

    carry = (jnp.uint32(0), state, jnp.asarray(-1, jnp.int32), records)
    _, state, first_bad, records = lax.while_loop(lambda carry: carry[0] < count, one_block, carry)
    return state, records, Health(first_bad, peaks_of(state))


def peaks_of(state: PyTree) -> Float[Array, " leaves"]:
    """Return the largest absolute value of each floating-point leaf of a state, NaN if it holds one."""
    width = jnp.result_type(float)
    peaks = [jnp.max(jnp.abs(leaf), initial=0).astype(width) for leaf in jax.tree.leaves(state) if _is_float(leaf)]
    return jnp.stack(peaks) if peaks else jnp.zeros(0)


def as_events(chunk: PyTree, event: PyTree, first: int) -> PyTree[np.ndarray]:
    """Return a chunk of events in the circuit's shape and type, or say what is wrong with it.

    Parameters
    ----------
    chunk : PyTree of arrays (rows, ...)
        What the stream gave.
    event : PyTree of jax.ShapeDtypeStruct
        What the circuit takes.
    first : int
        Position of the first row in the stream, for the message.

    Raises
    ------
    InputError
        If structure, width or type differ, or a value is NaN or infinite.
    """
    if jax.tree.structure(chunk) != jax.tree.structure(event):
        raise InputError(
            f"an event of this circuit is {jax.tree.structure(event)}, the stream holds {jax.tree.structure(chunk)}"
        )
    return jax.tree.map(partial(_as_event, first=first), chunk, event)


def _as_event(leaf: Any, event: jax.ShapeDtypeStruct, first: int) -> np.ndarray:
    array = np.asarray(leaf)
    if array.dtype.kind not in "biuf":
        raise InputError(f"the stream must hold real numbers, got an array of type {array.dtype}")
    if event.shape == () and array.shape[1:] == (1,):
        # A frame or a table of one column is a series.
        array = array[:, 0]
    if array.shape[1:] != event.shape:
        raise InputError(
            f"each event must have shape {event.shape}, the stream holds events of shape {array.shape[1:]}"
        )
    if event.dtype.kind in "biu":
        return np.ascontiguousarray(integers_of(array, event.dtype, first))
    given = array
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(array, dtype=event.dtype)
    if array.dtype.kind == "f" and not np.isfinite(np.sum(array)):
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            row, *place = bad[0]
            value = given[tuple(bad[0])]
            if np.isfinite(value):
                raise InputError(
                    f"row {first + row} of the stream holds {value:.3g} at position {tuple(map(int, place))}, too "
                    f"large for {array.dtype}: rescale the data"
                )
            raise InputError(
                f"row {first + row} of the stream holds {value} at position {tuple(map(int, place))}: every value must "
                "be finite; drop or impute such rows"
            )
    return array
