"""The engine: the circuit contract, and one driver that streams, records, checkpoints and resumes every circuit."""

from bouton.engine.checkpoint import Checkpoint, CheckpointFolder
from bouton.engine.circuit import Circuit
from bouton.engine.copies import Copies
from bouton.engine.describe import describe, versions
from bouton.engine.model import load, save
from bouton.engine.record import Recording, Recordings
from bouton.engine.respond import respond
from bouton.engine.rollout import rollout
from bouton.engine.run import Run, run
from bouton.engine.side_by_side import SideBySide
from bouton.engine.start import start_from
from bouton.engine.stream import Stream, as_stream

__all__ = [
    "Checkpoint",
    "CheckpointFolder",
    "Circuit",
    "Copies",
    "Recording",
    "Recordings",
    "Run",
    "SideBySide",
    "Stream",
    "as_stream",
    "describe",
    "load",
    "respond",
    "rollout",
    "run",
    "save",
    "start_from",
    "versions",
]
