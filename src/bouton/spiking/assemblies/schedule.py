"""Schedules: phases of an operation, one after the other, as frames for the engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bouton.errors import InputError
from bouton.spiking.assemblies.build import CONTENT, AssemblyParameters
from bouton.spiking.assemblies.circuit import AssemblyFrame

__all__ = ["Phase", "Schedule"]


@dataclass(frozen=True)
class Phase:
    """A stretch of time in which nothing is switched.

    Parameters
    ----------
    duration : float
        In ms, a multiple of the frame.
    pattern : int or None
        Which content is shown; None for clear input.
    active : tuple of str
        Spaces that are not inhibited. Default: the content space alone.
    forget : tuple of str
        Spaces that lose their excitability at the beginning.
    training : bool
        Whether the content space learns. Default False.
    name : str
        What is going on.
    """

    duration: float
    pattern: int | None = None
    active: tuple[str, ...] = (CONTENT,)
    forget: tuple[str, ...] = ()
    training: bool = False
    name: str = ""


@dataclass(frozen=True)
class Schedule:
    """Phases, one after the other.

    Parameters
    ----------
    phases : sequence of Phase
        What happens.
    spaces : tuple of str
        All spaces, the content space first.
    frame : float
        Length of a frame, in ms. Default 50.
    binding : bool
        Whether synapses of the further spaces learn where they may. Default True.

    Examples
    --------
    >>> schedule = Schedule([Phase(100.0), Phase(50.0, active=())], ("content", "agent"))
    >>> schedule.frames(AssemblyParameters()).inhibited.tolist()
    [[0.0, 1.0], [0.0, 1.0], [1.0, 1.0]]
    """

    phases: Sequence[Phase]
    spaces: tuple[str, ...] = field(default=(CONTENT,))
    frame: float = 50.0
    binding: bool = True

    @property
    def duration(self) -> float:
        """Length in ms."""
        return float(sum(phase.duration for phase in self.phases))

    def window(self, name: str, start: float = 0.0) -> tuple[float, float]:
        """Return when the phase of a name begins and ends, in ms, if the schedule begins at `start`."""
        begin = start
        for phase in self.phases:
            if phase.name == name:
                return begin, begin + phase.duration
            begin += phase.duration
        raise InputError(f"there is no phase {name!r}: there are {', '.join(s.name for s in self.phases if s.name)}")

    def frames(self, parameters: AssemblyParameters) -> AssemblyFrame:
        """Return the frames, with an axis in front."""
        rates, inhibited, training, forget = [], [], [], []
        for phase in self.phases:
            count = round(phase.duration / self.frame)
            if count < 1 or abs(count * self.frame - phase.duration) > 1e-6 * phase.duration:
                raise InputError(f"a phase must last a multiple of {self.frame:g} ms, got {phase.duration:g} ms")
            for name in (*phase.active, *phase.forget):
                if name not in self.spaces:
                    raise InputError(f"there is no space {name!r}: there are {', '.join(self.spaces)}")
            off = np.array([float(name not in phase.active) for name in self.spaces])
            lost = np.zeros((count, len(self.spaces)))
            lost[0] = [name in phase.forget for name in self.spaces]
            rates.append(np.broadcast_to(parameters.rates(phase.pattern), (count, parameters.n_inputs)))
            inhibited.append(np.broadcast_to(off, (count, len(off))))
            training.append(np.full(count, float(phase.training)))
            forget.append(lost)
        joined = [np.concatenate(each) for each in (rates, inhibited, training, forget)]
        binding = np.full(len(joined[2]), float(self.binding))
        return AssemblyFrame(joined[0], joined[1], joined[2], binding, joined[3])  # pyright: ignore[reportArgumentType]
