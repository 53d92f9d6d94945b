"""`run`: one circuit, one stream, from the first event to the last, however often it is stopped on the way."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import jax
from jaxtyping import PRNGKeyArray, PyTree

from bouton.engine._counters import check_first_step
from bouton.engine._doors import check_circuit, check_key, check_record, explain_step
from bouton.engine._interrupt import Interruptible
from bouton.engine._session import drive, enter, open_session, seed_of
from bouton.engine.checkpoint import CheckpointFolder
from bouton.engine.circuit import Circuit
from bouton.engine.progress import ProgressBar
from bouton.engine.record import Recordings
from bouton.engine.respond import respond
from bouton.engine.stream import as_stream
from bouton.errors import BoutonError, InputError

__all__ = ["Run", "run"]


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
        Number of events processed, those before a resume included.
    resumed_from : int
        Step at which this call took over; 0 for a run from the start.
    notes : tuple of str
        What a person should know, such as a damaged checkpoint that was passed over.
    block : int
        Events per block; 1 where they were processed one at a time.
    """

    circuit: Circuit
    state: PyTree
    recordings: Recordings
    steps: int
    resumed_from: int = 0
    notes: tuple[str, ...] = ()
    block: int = 1

    def respond(self, events: PyTree) -> PyTree:
        """Return the trained circuit's responses to events, without learning."""
        return respond(self.circuit, self.state, events)


def run(
    circuit: Circuit,
    stream: Any,
    *,
    key: PRNGKeyArray,
    epochs: int = 1,
    shuffle: bool = False,
    state: PyTree | None = None,
    first_step: int = 0,
    record: Mapping[str, int] | Sequence[str] | None = None,
    checkpoint: str | os.PathLike | None = None,
    checkpoint_every: int | None = None,
    resume: bool | Literal["anyway"] = False,
    overwrite: bool = False,
    progress: bool = False,
    bound: float | None = None,
    recording_limit: int = 2**31,
    block: int | Literal["auto"] | None = "auto",
) -> Run:
    """Let a circuit learn from a stream.

    The trajectory depends on circuit, stream, key and initial state alone: not on chunks, checkpoints, or how often the
    run was stopped and resumed. On one machine, with the same versions, XLA options and block, it is the same to the
    bit. Another block changes it by rounding, and so does whatever ends a block early: recordings of state, the end of
    an epoch of a thousand rows or more, of a file's part in a shuffled stream, or of one of the arrays that an iterable
    yields.

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
        Number of steps that `state` has behind it, of any size: random numbers and recorded steps go on from there.
        Default 0.
    record : mapping of str to int, or sequence of str, optional
        Arrays of info or state to record, each with the number of steps between recorded values; names alone are
        recorded at every step. What lies inside is
        named by its path: ``"hidden.weights"``, ``"groups.0.potential"``, and of circuits side by side
        ``"0.001/reward"``.
    checkpoint : path, optional
        Folder for checkpoints.
    checkpoint_every : int, optional
        Steps between checkpoints, each written at the end of a block. Default: one at most every 20 seconds, and one
        at the end.
    resume : bool or "anyway"
        Go on from the last checkpoint in the folder, from the start if there is none. A checkpoint written by other
        versions is refused, since the bits would differ, unless "anyway". Default False.
    overwrite : bool
        Whether a run that the folder holds already may be replaced. Default False.
    progress : bool
        Show a progress bar with rate, remaining time and the circuit's own figures; where there is no terminal, such as
        in a log, a line of these every half minute. Default False.
    bound : float, optional
        Largest absolute value that counts as healthy for any variable of the state. Default: 1e15 for data of a scale
        of 1; for others this times the square of their largest absolute value so far, or of its inverse, and relative
        to where a variable began if that is beyond: what scales with the data or adds up over it is not diverged.
    recording_limit : int
        Bytes of recordings kept in memory where there is no folder. Default 2 GiB.
    block : int, "auto" or None
        How many events are processed for one reading and one writing of the weights: the same trajectory in less time
        where weights are many (see `bouton.engine.block`). "auto", the default, chooses by a model of the costs; None
        takes one event at a time; a number, of which 1024 is the largest that has an effect, is refused where no
        weights of the circuit can wait.

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
    check_circuit(circuit)
    check_key(key)
    check_record(record)
    check_first_step(first_step)
    folder = None if checkpoint is None else CheckpointFolder(Path(checkpoint))
    events = as_stream(stream, circuit.event, epochs=epochs, shuffle=shuffle, seed=seed_of(key))
    notes: tuple[str, ...] = ()
    try:
        session = open_session(
            circuit, events, key, state=state, first_step=first_step, record=record, folder=folder, bound=bound,
            recording_limit=recording_limit, block=block,
        )  # fmt: skip
        if folder is not None:
            notes = enter(session, folder, resume, overwrite)
        resumed_from = session.step
        with Interruptible() as interruptible, ProgressBar(progress, events.n_events, session.step) as bar:
            drive(session, checkpoint_every, interruptible, bar)
    except Exception as error:
        # What a step returns is looked at only then: it costs the tracing of a step.
        if not isinstance(error, BoutonError):
            explain_step(circuit, key, jax.eval_shape(circuit.init, key))
        raise
    session.save()
    recordings = session.recorder.finish()
    return Run(circuit, session.state, recordings, session.step, resumed_from, notes, session.block)
