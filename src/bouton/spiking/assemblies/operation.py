"""What an operation on assemblies is, and what it leaves."""

from dataclasses import dataclass

import numpy as np

from bouton.spiking.assemblies.build import CONTENT
from bouton.spiking.assemblies.measures import Overlap
from bouton.spiking.assemblies.schedule import Phase, Schedule
from bouton.spiking.trains import SpikeTrains

__all__ = ["Operation", "recall_phases"]


@dataclass(frozen=True)
class Operation:
    """What happened in an operation.

    Parameters
    ----------
    name : str
        Which operation.
    schedule : Schedule
        What was done when.
    start : float
        When it began, in ms since the network was set up.
    rates : array, shape (frames, groups)
        Mean rate of each group, in Hz.
    groups : tuple of str
        Their names.
    spikes : SpikeTrains or None
        All spikes; None of a training.
    space : str
        Whose assembly it is.
    pattern : int or None
        Which content it is about.
    assembly : array of int or None
        The assembly that was active at the end.
    overlap : Overlap or None
        What it has in common with that of the content.
    decoded : int or None
        Which content a readout of the content space sees.
    """

    name: str
    schedule: Schedule
    start: float
    rates: np.ndarray
    groups: tuple[str, ...]
    spikes: SpikeTrains | None = None
    space: str = CONTENT
    pattern: int | None = None
    assembly: np.ndarray | None = None
    overlap: Overlap | None = None
    decoded: int | None = None

    @property
    def success(self) -> bool:
        """Whether the content's assembly was active; of what forms one, whether there is any."""
        if self.overlap is not None:
            return self.overlap.success
        return self.assembly is None or len(self.assembly) > 0


def recall_phases(space: str, name: str = "recall") -> list[Phase]:
    """Return the phases in which a space brings back what it holds: alone for 50 ms, then with the content space."""
    return [Phase(50.0, active=(space,), name=f"{name} alone"), Phase(150.0, active=(CONTENT, space), name=name)]
