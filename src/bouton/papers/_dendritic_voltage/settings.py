"""Sizes of the experiments at three scales."""

from dataclasses import dataclass, replace

__all__ = ["SCALES", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale."""

    duration: float = 300.0
    """Of a pairing, in ms."""
    time_step: float = 0.1
    distances: int = 41
    delays: int = 61
    """Points of the map over distance and timing of a synthetic dendrite."""
    generations: int = 300
    """Of the search for parameters that fit: differential evolution with 15 points for each free parameter."""
    polishing: int = 5000
    """Evaluations of the Nelder-Mead search that follows, from each of the starts."""
    starts: int = 4


_LAPTOP = Settings()

SCALES = {
    "smoke": replace(_LAPTOP, distances=5, delays=5, generations=2, polishing=20, starts=1),
    "laptop": _LAPTOP,
    "paper": replace(_LAPTOP, distances=101, delays=121, generations=600, polishing=20_000, starts=12),
}
