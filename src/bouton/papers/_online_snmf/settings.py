"""Sizes and parameters of the experiments R1 to R7 at three scales."""

from dataclasses import dataclass, replace

__all__ = ["SCALES", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale.

    Penalties are in units of the fourth power of the input's length. Everything that is not listed is the default of
    the network or of the data generator.
    """

    clusters: int = 5
    cluster_inputs: int = 50
    cluster_samples: int = 2000
    cluster_units: int = 12
    cluster_seeds: int = 10
    cluster_penalties: tuple[float, ...] = (5e3, 2e4, 5e4, 1e5)
    """Too low, in the middle of the plateau, at its upper end, too high."""
    staircase_penalties: tuple[float, ...] = (
        *(1e3, 2e3, 3.5e3, 5e3, 7e3, 8.5e3, 1e4, 1.4e4, 2e4, 2.8e4, 4e4, 5e4, 7e4, 1e5, 1.4e5, 2e5),
    )
    encoded_samples: int = 300
    cost_after: tuple[int, ...] = (10, 20, 50, 100, 200, 500, 1000, 2000)
    offline_starts: int = 5
    plane_samples_per_cluster: int = 100
    plane_units: int = 10
    plane_seeds: int = 20
    plane_penalties: tuple[float, ...] = (0.01, 0.1, 0.3, 0.6, 1.0, 2.0, 8.0)
    plane_penalty: float = 0.6
    plane_offline_starts: int = 3
    sources: int = 8
    mixture_inputs: int = 40
    mixture_samples: int = 2000
    mixture_seeds: int = 6
    mixture_penalty: float = 0.05
    long_mixture_samples: int = 10_000
    long_mixture_seeds: int = 6
    patch_size: int = 12
    patches: int = 60_000
    whitened_components: int = 60
    image_units: int = 64
    image_initial_activity: float = 30.0
    image_forgetting_factor: float = 0.1
    """Weight of the past that is left after the first and after the second pass."""
    image_passes: int = 4
    digit_units: int = 64
    few_digit_units: int = 20
    digit_penalty: float = 0.02
    digit_passes: int = 4
    digit_seeds: int = 3
    digit_forgetting: float = 0.999
    digit_initial_activity: float = 1.0
    digit_training_samples: int = 1200
    novelty_samples: int = 4000
    novelty_switch: int = 2000
    novelty_seeds: int = 5
    novelty_judged_samples: int = 500
    novelty_forgetting: tuple[float, ...] = (1.0, 0.999, 0.995, 0.98)


_LAPTOP = Settings()

_SMOKE = replace(
    _LAPTOP,
    clusters=3,
    cluster_inputs=10,
    cluster_samples=200,
    cluster_units=6,
    cluster_seeds=2,
    # The laptop's penalties times (72.5 / 362.5)^2, the ratio of the squared expected powers of the inputs.
    cluster_penalties=(200.0, 841.0, 2000.0, 4000.0),
    staircase_penalties=(80.0, 200.0, 841.0, 2000.0, 4000.0, 8000.0),
    encoded_samples=150,
    cost_after=(50, 100, 200),
    offline_starts=2,
    plane_samples_per_cluster=50,
    plane_units=3,
    plane_seeds=2,
    plane_offline_starts=1,
    sources=3,
    mixture_inputs=10,
    mixture_samples=400,
    mixture_seeds=2,
    long_mixture_samples=800,
    long_mixture_seeds=3,
    patch_size=8,
    patches=1500,
    whitened_components=24,
    image_units=16,
    image_passes=3,
    digit_units=16,
    few_digit_units=8,
    digit_passes=1,
    digit_seeds=1,
    novelty_samples=400,
    novelty_switch=200,
    novelty_seeds=2,
    novelty_judged_samples=80,
)

_PAPER = replace(_LAPTOP, image_units=144, digit_seeds=10)

SCALES = {"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER}
