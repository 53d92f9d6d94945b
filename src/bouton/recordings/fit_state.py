"""What a mesoscopic fit needs to go on, what one may look at, and the stream that drives it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Array, Float, Int

from bouton.engine import Stream
from bouton.recordings.box import BoxSearch

__all__ = ["DONE", "E_STEP", "M_STEP", "Evaluations", "MesoscopicFitInfo", "MesoscopicFitState"]

M_STEP, E_STEP, DONE = 0, 1, 2
_AT_ONCE = 16


class MesoscopicFitState(NamedTuple):
    """What is needed to go on."""

    spikes_loss: Float[Array, ""]
    """First, so that a run that diverged names the term of the loss."""
    latents_loss: Float[Array, ""]
    search: BoxSearch
    latents: Float[Array, "trials populations bins"]
    first_moment: Float[Array, "trials populations bins"]
    second_moment: Float[Array, "trials populations bins"]
    kept: Float[Array, "trials populations bins"]
    """The latents of the lowest losses in this E-step."""
    lowest: Float[Array, "2"]
    """Losses of spikes and of latents there."""
    phase: Int[Array, ""]
    """0 in an M-step, 1 in an E-step, 2 where the fit is done."""
    round_: Int[Array, ""]
    tried: Int[Array, ""]
    """Steps of this E-step."""
    in_vain: Int[Array, ""]
    improvements: Int[Array, ""]
    adam_steps: Int[Array, ""]


class MesoscopicFitInfo(NamedTuple):
    """What one may look at."""

    loss: Float[Array, ""]
    spikes_loss: Float[Array, ""]
    latents_loss: Float[Array, ""]
    parameters: Float[Array, " parameters"]
    """At which the loss was evaluated."""
    phase: Int[Array, ""]
    round_: Int[Array, ""]


class Evaluations(Stream):
    """A stream of numbers, in short chunks: an evaluation takes long enough to look at progress after a few.

    Parameters
    ----------
    count : int
        How many.
    """

    def __init__(self, count: int):
        self.n_events = count

    @property
    def start_fingerprint(self) -> str:
        """The same at any position."""
        return self.fingerprint()

    def fingerprint(self) -> str:
        """Return what tells it from a longer one."""
        return f"evaluations 0 to {self.n_events}"

    def chunks(self, start: int, size: int) -> Iterator[np.ndarray]:
        """Yield numbers from `start` on."""
        size = min(size, _AT_ONCE)
        for first in range(start, self.n_events or 0, size):
            yield np.arange(first, min(first + size, self.n_events or 0), dtype=np.int32)
