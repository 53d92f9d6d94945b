"""Sizes and parameters of the experiments at three scales."""

from dataclasses import dataclass, replace

__all__ = ["SCALES", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale.

    Lengths are in units of the square root of the covariance's variance parameter at layer B.
    """

    synapses: int = 300
    cells: int = 5
    steps: int = 1500
    k1: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.9, 1.2, 1.5)
    k2: float = -3.0
    arbor: float = 1.5
    arbor_b: float = 0.5
    map_k1: tuple[float, ...] = (-0.6, -0.45, -0.3, -0.15, 0.0, 0.15, 0.3, 0.45, 0.6, 0.9, 1.2, 1.5)
    map_k2: tuple[float, ...] = (-6.0, -4.5, -3.0, -2.0, -1.0, -0.5, -0.25, 0.0)
    sampled_synapses: int = 2000
    """Of the arbor whose eigenvalues are compared with the closed form."""
    oriented_synapses: int = 400
    oriented_cells: int = 20
    oriented_steps: int = 3000
    lattice: int = 24
    noise_cells: int = 4
    """Cells of layer C along the side of the lattice."""
    noise_synapses: int = 300
    noise_patterns: int = 80_000
    noise_rate: float = 2e-3
    ascent_steps: int = 20_000
    ascent_step: float = 0.5
    samples: int = 20_000
    line_patterns: int = 2000
    local_samples: int = 100_000
    local_noises: int = 6
    local_rate: float = 2e-3


_LAPTOP = Settings()

_SMOKE = replace(
    _LAPTOP,
    synapses=100,
    cells=2,
    k1=(0.0, 0.45),
    steps=300,
    map_k1=(0.0, 0.45),
    map_k2=(-3.0, 0.0),
    sampled_synapses=200,
    oriented_synapses=100,
    oriented_cells=3,
    oriented_steps=300,
    lattice=12,
    noise_cells=2,
    noise_synapses=60,
    noise_patterns=500,
    ascent_steps=500,
    samples=2_000,
    line_patterns=200,
    local_samples=5_000,
    local_noises=1,
    local_rate=1e-2,
)

_PAPER = replace(
    _LAPTOP, synapses=600, cells=20, oriented_synapses=600, oriented_cells=100, noise_patterns=800_000, noise_rate=2e-4
)

SCALES = {"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER}
