"""Sizes and parameters of the experiments R1 to R6 at three scales."""

from dataclasses import dataclass, replace

__all__ = ["NOISE", "SCALES", "Settings"]

NOISE = (0.0, 0.05, 0.1, 0.2)
"""Shares of flipped values in cues."""


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale."""

    linear_neurons: int = 200
    loads: tuple[float, ...] = (0.5, 1.0, 1.5)
    neurons: int = 50
    linear_patterns: tuple[int, ...] = (20, 50)
    cubic_patterns: tuple[int, ...] = (50, 100, 200, 400, 800)
    exponential_patterns: int = 800
    exponential_rate: float = 0.2
    digit_patterns: tuple[int, ...] = (50, 200)
    digit_cost: float = 100.0
    """Largest coefficient: at 200 digits, some differ in one pixel, which a hard margin cannot store."""
    digit_sweeps: int = 10_000
    """Most sweeps. Set after a first run, in which 2000 left the linear network short of its optimum."""
    spheres: tuple[tuple[int, int], ...] = ((16, 200), (32, 500), (64, 2000))
    """Neurons and patterns."""
    shapes: tuple[tuple[float, float], ...] = ((2.0, 1 / 3.5), (4.0, 0.45), (10.0, 0.5), (20.0, 0.5))
    """Exponent of the kernel, and its radius over the least distance of patterns."""
    shares: tuple[float, ...] = (0.5, 0.9, 1.0, 1.3)
    """Distances that recall starts from, over the bound."""
    basin_trials: int = 100
    cover_patterns: tuple[int, ...] = (32, 38, 42, 46, 52)
    cover_trials: int = 100
    locations: tuple[int, ...] = (500, 2000, 8000, 32_000)
    location_neurons: int = 100
    location_count: int = 1000
    location_patterns: tuple[int, ...] = (50, 100, 200, 400, 700, 1000)
    location_outputs: int = 20


_LAPTOP = Settings()

_SMOKE = replace(
    _LAPTOP,
    linear_neurons=40,
    loads=(0.25, 0.5),
    neurons=20,
    linear_patterns=(10,),
    cubic_patterns=(10,),
    exponential_patterns=10,
    digit_patterns=(10,),
    spheres=((16, 20),),
    basin_trials=10,
    cover_patterns=(32, 42, 52),
    cover_trials=5,
    locations=(100, 400),
    location_neurons=50,
    location_count=200,
    location_patterns=(10, 50),
    location_outputs=4,
)

_PAPER = replace(
    _LAPTOP,
    linear_neurons=400,
    basin_trials=1000,
    cover_trials=2000,
    cubic_patterns=(25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000),
    location_patterns=(50, 100, 200, 400, 700, 1000, 1400),
)

SCALES = {"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER}
