"""`run`: one circuit, one stream, from the first event to the last, however often it is stopped on the way."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray, PyTree

from bouton.engine._interrupt import Interruptible
from bouton.engine.checkpoint import (
    CheckpointFolder,
    named_leaves,
    refuse_if_different,
    refuse_other_versions,
    restored,
)
from bouton.engine.chunk import Health, advance, as_events, chunk_rows, padded
from bouton.engine.circuit import Circuit
from bouton.engine.describe import describe, digest, versions
from bouton.engine.progress import Progress
from bouton.engine.record import Recorder, Recordings
from bouton.engine.stream import Stream, as_stream
from bouton.errors import CheckpointError, Diverged, InputError, Interrupted

__all__ = ["Run", "run"]

_SECONDS_BETWEEN_CHECKPOINTS = 20.0


@dataclass(frozen=True)
class Run:
    """What a run leaves behind.

    Parameters
    ----------
    circuit : Circuit
        The circuit that ran.
    state : PyTree
        Its state after the last event.
    recordings : Recordings
        What was recorded, by name.
    steps : int
        Number of events taken in, those before a resume included.
    resumed_from : int
        Step at which this call took over; 0 for a run from the start.
    notes : tuple of str
        What a person should know, such as a damaged checkpoint that was passed over.
    """

    circuit: Circuit
    state: PyTree
    recordings: Recordings
    steps: int
    resumed_from: int = 0
    notes: tuple[str, ...] = ()

    def respond(self, events: PyTree) -> PyTree:
        """Return the trained circuit's responses to events, without learning."""
        from bouton.engine.respond import respond

        return respond(self.circuit, self.state, events)


@dataclass
class _Session:
    """One call of `run` under way."""

    circuit: Circuit
    state: PyTree
    key: PRNGKeyArray
    stream: Stream
    recorder: Recorder
    folder: CheckpointFolder | None
    facts: dict[str, Any]
    bound: float
    first_step: int
    step: int = 0
    saved_step: int = -1
    saved_at: float = field(default_factory=time.monotonic)
    fingerprint: str = ""

    def take_in(self, events: PyTree[np.ndarray]) -> tuple[int, dict[str, jax.Array], Health]:
        """Start one chunk; the computation goes on while the next chunk is read."""
        count = jax.tree.leaves(events)[0].shape[0]
        small, full = chunk_rows(self.circuit.event)
        rows = small if count <= small else full
        self.state, records, health = advance(
            self.circuit,
            self.state,
            padded(events, rows),
            np.uint32(count),
            np.uint32(self.first_step + self.step),
            self.key,
            selection=self.recorder.selection,
            slots=self.recorder.slots(rows),
        )
        return count, records, health

    def settle(self, count: int, records: dict[str, jax.Array], health: Health) -> None:
        """Wait for a chunk, look at its health, keep what it recorded."""
        self._check(health, count)
        self.recorder.add(self.first_step + self.step, count, records)
        self.step += count

    def _check(self, health: Health, count: int) -> None:
        names = [
            name
            for name, leaf in zip(named_leaves_names(self.state), jax.tree.leaves(self.state), strict=True)
            if jnp.issubdtype(leaf.dtype, jnp.inexact)
        ]
        peaks = [float(peak) for peak in health.peaks]
        ill = [(name, peak) for name, peak in zip(names, peaks, strict=True) if not peak <= self.bound]
        first_bad = int(health.first_bad)
        if not ill and first_bad < 0:
            return
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
        raise Diverged(f"the run diverged {where}: {name} {what}{last}")

    def save(self) -> None:
        """Write a checkpoint, unless this step has one."""
        if self.folder is None or self.saved_step == self.step:
            return
        tensors = named_leaves(self.state) | self.recorder.tail()
        segments = {name: [list(part) for part in parts] for name, parts in self.recorder.segments.items()}
        stream = {"fingerprint": self.fingerprint}
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
        refuse_if_different(found.facts, self.facts, self.folder.path, ("circuit", "key", "first_step", "record"))
        if mode != "anyway":
            refuse_other_versions(found.facts["versions"], self.facts["versions"], self.folder.path)
        self.state = restored(found.tensors, jax.eval_shape(self.circuit.init, self.key))
        self.recorder.restore(found.tensors, found.facts["segments"])
        self.step = self.saved_step = found.step
        self.fingerprint = found.facts["stream"]["fingerprint"]
        return (f"a damaged checkpoint was passed over: {complaints}",) if complaints else ()


def named_leaves_names(tree: PyTree) -> list[str]:
    """Return the names of the leaves of a state."""
    return [
        jax.tree_util.keystr(path, simple=True, separator=".") for path, _ in jax.tree_util.tree_leaves_with_path(tree)
    ]


def run(
    circuit: Circuit,
    stream: Any,
    *,
    key: PRNGKeyArray,
    epochs: int = 1,
    shuffle: bool = False,
    state: PyTree | None = None,
    first_step: int = 0,
    record: Mapping[str, int] | None = None,
    checkpoint: str | os.PathLike | None = None,
    checkpoint_every: int | None = None,
    resume: bool | Literal["anyway"] = False,
    overwrite: bool = False,
    progress: bool = False,
    bound: float = 1e15,
    recording_limit: int = 2**31,
) -> Run:
    """Let a circuit learn from a stream.

    The trajectory depends on circuit, stream, key and initial state alone: not on chunks, recordings, checkpoints, or
    how often the run was stopped and resumed. On one machine it is the same to the bit.

    Parameters
    ----------
    circuit : Circuit
        What learns.
    stream : array, path, source, iterable or Stream
        The events; see `bouton.engine.stream`.
    key : PRNG key
        Seeds the initial state, the randomness of step t (``fold_in(key, t)``) and the shuffling.
    epochs : int
        How many times the rows are passed. Default 1.
    shuffle : bool
        Whether rows change places in each epoch. Default False.
    state : PyTree, optional
        State to start from. Default: ``circuit.init(key)``.
    first_step : int
        Number of steps that `state` has behind it: random numbers and recorded steps go on from there. Default 0.
    record : mapping of str to int, optional
        Fields of info or state to record, each with the number of steps between recorded values.
    checkpoint : path, optional
        Folder for checkpoints.
    checkpoint_every : int, optional
        Steps between checkpoints. Default: one at most every 20 seconds, and one at the end.
    resume : bool or "anyway"
        Go on from the last checkpoint in the folder, from the start if there is none. A checkpoint written by other
        versions is refused, since the bits would differ, unless "anyway". Default False.
    overwrite : bool
        Whether a run that the folder holds already may be replaced. Default False.
    progress : bool
        Show a progress bar with rate, remaining time and the circuit's own figures. Default False.
    bound : float
        Largest absolute value that counts as healthy for any variable of the state. Default 1e15.
    recording_limit : int
        Bytes of recordings kept in memory where there is no folder. Default 2 GiB.

    Returns
    -------
    Run
        Final state and recordings.

    Raises
    ------
    InputError
        If an argument or the stream cannot be used.
    Diverged
        If NaN, infinity or runaway weights appear.
    CheckpointError
        If the folder holds another run, only damaged checkpoints, or cannot be written.
    Interrupted
        After Ctrl-C: a checkpoint has been written, the sentence says how to go on.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> circuit = bouton.similarity.SNMFNetwork(n_inputs=3, n_outputs=2)
    >>> samples = np.random.default_rng(0).uniform(size=(500, 3))
    >>> run = bouton.run(circuit, samples, key=jax.random.key(0), record={"y": 100})
    >>> run.steps, run.recordings["y"].values.shape
    (500, (5, 2))
    """
    if checkpoint_every is not None and (not isinstance(checkpoint_every, int) or checkpoint_every < 1):
        raise InputError(f"checkpoint_every must be a number of steps of at least 1, got {checkpoint_every!r}")
    if checkpoint is None and resume:
        raise InputError("resume needs the folder that holds the checkpoints: give checkpoint=...")
    folder = None if checkpoint is None else CheckpointFolder(Path(checkpoint))
    events = as_stream(stream, circuit.event, epochs=epochs, shuffle=shuffle, seed=_seed(key))
    session = _open(circuit, events, key, state, first_step, record, folder, bound, recording_limit)
    notes: tuple[str, ...] = ()
    if folder is not None:
        notes = _enter(session, folder, resume, overwrite)
    resumed_from = session.step
    with Interruptible() as interruptible, Progress(progress, events.n_events, session.step) as bar:
        _drive(session, checkpoint_every, interruptible, bar)
    session.save()
    return Run(circuit, session.state, session.recorder.finish(), session.step, resumed_from, notes)


def _seed(key: PRNGKeyArray) -> tuple[int, ...]:
    return tuple(int(word) for word in np.asarray(jax.random.key_data(key)).ravel())


def _open(
    circuit: Circuit,
    events: Stream,
    key: PRNGKeyArray,
    state: PyTree | None,
    first_step: int,
    record: Mapping[str, int] | None,
    folder: CheckpointFolder | None,
    bound: float,
    recording_limit: int,
) -> _Session:
    initial = jax.eval_shape(circuit.init, key) if state is None else state
    info = jax.eval_shape(circuit.step, key, initial, circuit.event)[1]
    recorder = Recorder(record, initial, info, recording_limit, None if folder is None else folder.path)
    # A copy: the engine reuses the buffers of a state, and the caller may want to keep theirs.
    own_state = circuit.init(key) if state is None else jax.tree.map(lambda leaf: jnp.array(leaf, copy=True), state)
    own_state = jax.tree.map(lambda leaf: jnp.array(leaf, copy=True), own_state)
    facts = {
        "versions": versions(),
        "circuit": describe(circuit),
        "circuit_digest": digest(describe(circuit)),
        "key": {"implementation": str(jax.random.key_impl(key)), "data": list(_seed(key))},
        "record": recorder.record,
        "first_step": first_step,
    }
    return _Session(circuit, own_state, key, events, recorder, folder, facts, bound, first_step)


def _enter(
    session: _Session, folder: CheckpointFolder, resume: bool | Literal["anyway"], overwrite: bool
) -> tuple[str, ...]:
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


def _drive(session: _Session, every: int | None, interruptible: Interruptible, bar: Progress) -> None:
    full = chunk_rows(session.circuit.event)[1]
    chunks = session.stream.chunks(session.step, full if every is None else min(full, every))
    expected, first = session.fingerprint, True
    position = session.step

    def next_events() -> tuple[PyTree, str] | None:
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
        events = as_events(chunk, session.circuit.event, position)
        session.circuit.check(events)
        position += jax.tree.leaves(events)[0].shape[0]
        return events, session.stream.fingerprint()

    upcoming = next_events()
    while upcoming is not None:
        events, fingerprint = upcoming
        under_way = session.take_in(events)
        spoiled: InputError | None = None
        try:
            upcoming = next_events()
        except InputError as error:
            # What came before the bad event is settled and saved first: nothing is lost.
            upcoming, spoiled = None, error
        before = session.step
        session.settle(*under_way)
        session.fingerprint = fingerprint
        if spoiled is not None:
            session.save()
            raise spoiled
        session.save_if_due(every, before)
        bar.update(session.step, lambda: session.circuit.summary(session.state))
        if interruptible.requested and upcoming is not None:
            session.save()
            raise Interrupted(_farewell(session))


def _farewell(session: _Session) -> str:
    if session.folder is None:
        return f"interrupted at step {session.step}; nothing was saved, since no checkpoint folder was given"
    return (
        f"interrupted at step {session.step}; a checkpoint was written: resume with checkpoint="
        f"{str(session.folder.path)!r}, resume=True (on the command line the same words and --resume)"
    )
