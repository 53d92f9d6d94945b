"""Protocols, expected values, and sizes at three scales."""

from dataclasses import dataclass, replace

__all__ = ["FREQUENCY", "RATES", "SCALES", "WINDOW", "WINDOW_TIMES", "Settings"]

RATES = (0.1, 10.0, 20.0, 40.0, 50.0)
"""Of pairs, in Hz."""

FREQUENCY = {
    10: (100.000, 102.903, 115.706, 146.265, 165.001),
    -10: (71.686, 59.618, 60.511, 117.776, 173.557),
}
"""Weight in percent of the initial one at these rates, by the time from pre to post in ms, of the authors' code."""

WINDOW_TIMES = (-20, -10, -5, -2, 2, 5, 10, 20)
WINDOW = (75.49, 60.51, 55.04, 92.27, 141.64, 130.53, 115.71, 95.02)
"""The same at 20 Hz, at these times in ms."""


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale."""

    n_inputs: int = 500
    n_patterns: int = 10
    width: float = 10.0
    """Standard deviation of a bump, in inputs."""
    epochs: int = 1000
    """Presentations of 100 ms."""
    seeds: int = 4
    repetitions: int = 15
    rare_repetitions: int = 10
    """Repetitions at 0.1 Hz."""
    burst_repetitions: int = 15


_LAPTOP = Settings()
_SMOKE = replace(_LAPTOP, n_inputs=50, n_patterns=5, width=2.0, epochs=20, seeds=1, burst_repetitions=2)
_PAPER = replace(_LAPTOP, seeds=16)

SCALES = {"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER}
