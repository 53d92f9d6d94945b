"""Sizes and parameters of the experiments R1 to R6 at three scales."""

from dataclasses import dataclass, replace

__all__ = ["SCALES", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale.

    Learning rates are per sample. Thresholds are in standard deviations of the drive.
    """

    patch_size: int = 16
    patches: int = 100_000
    batch_size: int = 100
    learning_rate: float = 2e-4
    samples: int = 1_000_000
    """Samples presented, in passes over the patches."""
    neurons: int = 9
    starts: int = 3
    """Groups of so many neurons, of which each must meet the criteria by itself."""
    direction_inputs: int = 32
    direction_samples: int = 200_000
    direction_presented: int = 1_000_000
    direction_learning_rate: float = 2e-3
    network_neurons: int = 64
    network_thresholds: tuple[float, ...] = (1.0, 2.0, 3.0)
    network_batch_size: int = 20
    network_samples: int = 40_000
    network_learning_rate: float = 1e-3
    network_lateral_rate: float = 1e-2
    picture_threshold: float = 1.0
    picture_samples: int = 1_000_000
    """Samples presented to the network whose fields are shown."""
    settling_samples: int = 2_000_000
    ica_patches: int = 30_000
    ica_iterations: int = 50
    map_points: int = 41


_LAPTOP = Settings()

_SMOKE = replace(
    _LAPTOP,
    patch_size=8,
    patches=20_000,
    samples=60_000,
    neurons=4,
    starts=2,
    direction_inputs=8,
    direction_samples=20_000,
    direction_presented=60_000,
    network_neurons=16,
    network_samples=4_000,
    picture_samples=8_000,
    settling_samples=20_000,
    ica_patches=5_000,
    ica_iterations=10,
    map_points=9,
)

_PAPER = replace(_LAPTOP, patches=1_000_000, samples=10_000_000, direction_presented=10_000_000)

SCALES = {"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER}
