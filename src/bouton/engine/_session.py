"""One call of `run` under way: the loop over chunks, the checks between them, and what is written on the way."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray, PyTree

from bouton.engine._advice import advice_for
from bouton.engine._counters import WORD, key_of_stretch, parts_of
from bouton.engine._doors import info_of
from bouton.engine._interrupt import Interruptible, farewell
from bouton.engine._scale import healthy_peaks, largest_of, refuse_overflow, refuse_underflow
from bouton.engine.block import chosen_block
from bouton.engine.checkpoint import (
    CheckpointFolder,
    named_leaves,
    refuse_if_different,
    refuse_other_versions,
    restored,
)
from bouton.engine.chunk import Health, Part, advance, as_events, chunk_rows, padded, peaks_of
from bouton.engine.circuit import Circuit
from bouton.engine.describe import describe, digest, versions
from bouton.engine.progress import ProgressBar
from bouton.engine.record import Recorder
from bouton.engine.start import checked_state, returned_by
from bouton.engine.stream import Stream
from bouton.errors import CheckpointError, Diverged, InputError, Interrupted

__all__ = ["Session", "drive", "enter", "open_session", "seed_of"]

_SECONDS_BETWEEN_CHECKPOINTS = 20.0


@dataclass
class Session:
    """One call of `run` under way."""

    circuit: Circuit
    state: PyTree
    key: PRNGKeyArray
    stream: Stream
    recorder: Recorder
    folder: CheckpointFolder | None
    facts: dict[str, Any]
    bound: float | None
    first_step: int
    event: PyTree
    rows: tuple[int, int]
    start_peaks: np.ndarray
    """Largest absolute value of each floating-point leaf of the state that the call began with."""
    block: int = 1
    largest: float = 0.0
    """Largest absolute value among the events so far."""
    is_fresh: bool = True
    """Whether the state is the circuit's own initial one: nothing was learned from data before."""
    step: int = 0
    saved_step: int = -1
    saved_at: float = field(default_factory=time.monotonic)
    fingerprint: str = ""

    def take_in(self, events: PyTree[np.ndarray], largest: float) -> list[tuple[int, dict[str, jax.Array], Health]]:
        """Start one chunk of the given largest absolute value; it is computed while the next one is read."""
        self.largest = max(self.largest, largest)
        start = self.first_step + self.step
        return [self._take_part_in(part, start + ahead) for ahead, part in parts_of(events, start)]

    def _take_part_in(self, events: PyTree[np.ndarray], start: int) -> tuple[int, dict[str, jax.Array], Health]:
        count, (small, full) = jax.tree.leaves(events)[0].shape[0], self.rows
        # Blocks are always of one size: a program for few rows might round a shorter one in another way.
        rows = small if count <= small and self.block == 1 else full
        self.state, records, health = advance(
            self.circuit,
            self.state,
            Part(
                padded(events, rows),
                np.uint32(count),
                np.uint32(start % WORD),
                np.uint32(start % self.recorder.selection.every),
                key_of_stretch(self.key, start),
            ),
            selection=self.recorder.selection,
            slots=self.recorder.slots(rows),
            block=self.block,
        )
        return count, records, health

    def settle(self, count: int, records: dict[str, jax.Array], health: Health) -> None:
        """Wait for a chunk, look at its health, keep what it recorded."""
        self._check(health, count)
        self.recorder.add(self.first_step + self.step, count, records)
        self.step += count

    def _check(self, health: Health, count: int) -> None:
        peaks, first_bad = np.asarray(health.peaks, np.float64), int(health.first_bad)
        healthy = healthy_peaks(self.bound, self.largest, self.start_peaks)
        if first_bad < 0 and bool(np.all(peaks <= healthy)):
            return
        names = [
            name
            for name, leaf in zip(_leaf_names(self.state), jax.tree.leaves(self.state), strict=True)
            if jnp.issubdtype(leaf.dtype, jnp.inexact)
        ]
        ill = [(name, float(peak)) for name, peak, most in zip(names, peaks, healthy, strict=True) if not peak <= most]
        where = (
            f"at step {self.step + first_bad + 1}"
            if first_bad >= 0
            else (f"between step {self.step + 1} and step {self.step + count}")
        )
        name, peak = ill[0] if ill else ("its response", float("nan"))
        what = f"reached {peak:.3g}" if np.isfinite(peak) else "is no longer finite"
        last = (
            "; no checkpoint was written"
            if self.saved_step < 0
            else (f"; the last good checkpoint is step {self.saved_step} in {self.folder and self.folder.path}")
        )
        advice = advice_for(self.circuit, self.largest)
        raise Diverged(f"the run diverged {where}: {name} {what}{last}{advice}")

    def save(self) -> None:
        """Write a checkpoint, unless this step has one."""
        if self.folder is None or self.saved_step == self.step:
            return
        tensors = named_leaves(self.state) | self.recorder.tail()
        segments = {name: [list(part) for part in parts] for name, parts in self.recorder.segments.items()}
        stream = {"fingerprint": self.fingerprint, "largest": self.largest}
        self.folder.write(self.step, self.facts | {"stream": stream, "segments": segments}, tensors)
        self.saved_step, self.saved_at = self.step, time.monotonic()

    def save_if_due(self, every: int | None, before: int) -> None:
        """Write a checkpoint when enough steps (or seconds) have passed since `before`."""
        if every is None:
            due = time.monotonic() - self.saved_at > _SECONDS_BETWEEN_CHECKPOINTS
        else:
            due = self.step // every > before // every
        if due:
            self.save()

    def restore(self, mode: bool | Literal["anyway"]) -> tuple[str, ...]:
        """Go on from the newest whole checkpoint, if there is one."""
        assert self.folder is not None
        found, complaints = self.folder.latest()
        if found is None:
            return ()
        told = ("circuit", "key", "first_step", "record", "block")
        refuse_if_different(found.facts, self.facts, self.folder.path, told)
        if mode != "anyway":
            refuse_other_versions(found.facts["versions"], self.facts["versions"], self.folder.path)
        self.state = restored(found.tensors, jax.eval_shape(self.circuit.init, self.key))
        self.start_peaks = np.asarray(peaks_of(self.state), np.float64)
        self.recorder.restore(found.tensors, found.facts["segments"])
        self.step = self.saved_step = found.step
        self.fingerprint = found.facts["stream"]["fingerprint"]
        self.largest = found.facts["stream"].get("largest", 1.0)
        return (f"a damaged checkpoint was passed over: {complaints}",) if complaints else ()


def _leaf_names(tree: PyTree) -> list[str]:
    """Return the names of the leaves of a state."""
    return [
        jax.tree_util.keystr(path, simple=True, separator=".") for path, _ in jax.tree_util.tree_leaves_with_path(tree)
    ]


def seed_of(key: PRNGKeyArray) -> tuple[int, ...]:
    """Return the words of a random key."""
    return tuple(int(word) for word in np.asarray(jax.random.key_data(key)).ravel())


def open_session(
    circuit: Circuit,
    events: Stream,
    key: PRNGKeyArray,
    *,
    state: PyTree | None,
    first_step: int,
    record: Mapping[str, int] | Sequence[str] | None,
    folder: CheckpointFolder | None,
    bound: float | None,
    recording_limit: int,
    block: int | Literal["auto"] | None,
) -> Session:
    """Return a session before its first event; what is wrong with its arguments is found here."""
    event = circuit.event
    # A copy: the engine reuses the buffers of a state, and the caller may want to keep theirs.
    own_state, peaks = _copied(circuit.init(key) if state is None else checked_state(circuit, state))
    # Short runs, such as a `partial_fit` of a few rows, do not pay for what only recordings and checkpoints need.
    returned = returned_by(circuit, key, own_state) if record else None
    info = info_of(circuit, own_state, returned) if record else ()
    recorder = Recorder(record, own_state, info, recording_limit, None if folder is None else folder.path)
    size = chosen_block(circuit, own_state, event, block)
    small, full = chunk_rows(event, size)
    if block == "auto" and events.n_events is not None and events.n_events <= small:
        size = 1
    facts = {} if folder is None else _facts(circuit, key, recorder, first_step) | {"block": size}
    rows = small, full
    start_peaks = np.asarray(peaks, np.float64)
    return Session(
        circuit, own_state, key, events, recorder, folder, facts, bound, first_step, event, rows, start_peaks, size,
        is_fresh=state is None,
    )  # fmt: skip


@jax.jit
def _copied(state: PyTree) -> tuple[PyTree, jax.Array]:
    return jax.tree.map(jnp.copy, state), peaks_of(state)


def _facts(circuit: Circuit, key: PRNGKeyArray, recorder: Recorder, first_step: int) -> dict[str, Any]:
    description = describe(circuit)
    return {
        "versions": versions(),
        "circuit": description,
        "circuit_digest": digest(description),
        "key": {"implementation": str(jax.random.key_impl(key)), "data": list(seed_of(key))},
        "record": recorder.record,
        "first_step": first_step,
    }


def enter(
    session: Session, folder: CheckpointFolder, resume: bool | Literal["anyway"], overwrite: bool
) -> tuple[str, ...]:
    """Take possession of the checkpoint folder: resume, replace or refuse what it holds; return notes."""
    folder.prepare()
    if resume:
        return session.restore(resume)
    steps = folder.steps()
    if steps and not overwrite:
        raise CheckpointError(
            f"{folder.path} holds a run at step {steps[0]}: resume it (resume=True, --resume), replace it "
            "(overwrite=True, --overwrite), or choose another folder"
        )
    folder.clear()
    return ()


def drive(session: Session, every: int | None, interruptible: Interruptible, bar: ProgressBar) -> None:
    """Take the whole stream in, chunk by chunk, reading the next chunk while one is computed."""
    full, block = session.rows[1], session.block
    # Blocks begin where they would without checkpoints, so that those do not change a bit.
    size = full if every is None else min(full, -(-every // block) * block)
    chunks = session.stream.chunks(session.step, size)
    expected, first = session.fingerprint, True
    position = session.step

    def next_events() -> tuple[PyTree, float, str] | None:
        nonlocal position, first
        chunk = next(chunks, None)
        if first and expected and session.stream.start_fingerprint != expected:
            raise CheckpointError(
                f"{session.folder and session.folder.path} holds a run over another stream ({expected}); this one is "
                f"{session.stream.start_fingerprint}"
            )
        first = False
        if chunk is None:
            return None
        events = as_events(chunk, session.event, position)
        largest = largest_of(events)
        refuse_overflow(events, session.event, largest, session.circuit.data_power, position)
        session.circuit.check(events)
        position += jax.tree.leaves(events)[0].shape[0]
        # Only checkpoints need to know one stream from another; telling costs a pass over the data.
        return events, largest, "" if session.folder is None else session.stream.fingerprint()

    upcoming = next_events()
    while upcoming is not None:
        events, largest, fingerprint = upcoming
        under_way = session.take_in(events, largest)
        failure: InputError | None = None
        try:
            upcoming = next_events()
        except InputError as error:
            # What came before the bad event is settled and saved first: nothing is lost.
            upcoming, failure = None, error
        before = session.step
        for part in under_way:
            session.settle(*part)
        session.fingerprint = fingerprint
        if failure is not None:
            session.save()
            raise failure
        session.save_if_due(every, before)
        bar.update(session.step, lambda: session.circuit.summary(session.state))
        if interruptible.requested and upcoming is not None:
            session.save()
            raise Interrupted(farewell(session.step, None if session.folder is None else session.folder.path))
    if session.is_fresh:
        refuse_underflow(session.event, session.largest, session.circuit.data_power)
