"""How a schedule is run by the engine: watched, stored on the way, and taken up again where it stopped."""

import os
from typing import Literal, TypedDict

import numpy as np
from jaxtyping import PRNGKeyArray

import bouton.engine as engine
from bouton.spiking.assemblies.build import AssemblyParameters
from bouton.spiking.assemblies.circuit import AssemblyCircuit
from bouton.spiking.assemblies.operation import Operation
from bouton.spiking.assemblies.schedule import Schedule
from bouton.spiking.frames import NetworkState
from bouton.spiking.trains import trains_from_recording

__all__ = ["Running", "run_schedule"]

_PIECE = 32
"""Frames that the engine takes in its smaller program: schedules of any length are then run by that one alone."""


class Running(TypedDict, total=False):
    """How the engine runs an operation; the arguments are those of `bouton.run`.

    Parameters
    ----------
    progress : bool
        Show a progress bar. Default False.
    checkpoint : path
        Folder for checkpoints, one for each operation. Default: none.
    checkpoint_every : int
        Frames between checkpoints. Default 32; of a training, one at most every 20 seconds.
    resume : bool or "anyway"
        Go on from the last checkpoint in the folder; of an operation that was finished, return what it left. Default
        False.
    overwrite : bool
        Whether an operation that the folder holds already may be replaced. Default False.
    """

    progress: bool
    checkpoint: str | os.PathLike
    checkpoint_every: int
    resume: bool | Literal["anyway"]
    overwrite: bool


def run_schedule(
    circuit: AssemblyCircuit,
    parameters: AssemblyParameters,
    state: NetworkState,
    name: str,
    schedule: Schedule,
    done: int,
    key: PRNGKeyArray,
    running: Running,
) -> tuple[NetworkState, Operation]:
    """Return the state after a schedule that begins when some frames are done, and what happened."""
    network = circuit.network
    how: Running = {"checkpoint_every": _PIECE, **running}
    found = engine.run(
        circuit,
        schedule.frames(parameters),
        key=key,
        state=state,
        first_step=done,
        record={"spikes": 1, "lost": 1, "rates": 1},
        **how,
    )
    recorded, names = found.recordings, tuple(group.name for group in network.groups)
    trains = trains_from_recording(network, recorded["spikes"], recorded["lost"])
    rates = np.asarray(recorded["rates"].values)
    return found.state, Operation(name, schedule, done * network.frame, rates, names, trains)
