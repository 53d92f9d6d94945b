"""Sizes and parameters of the experiments R1 to R6 at three scales."""

from dataclasses import dataclass, replace

__all__ = ["SCALES", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale. A sample is a millisecond."""

    batch_size: int = 100
    averaging_time: float = 2000.0
    group_size: int = 20
    group_samples: int = 100_000
    group_steps: int = 10_000
    decoding_samples: int = 200_000
    decoding_steps: int = 20_000
    decoding_seeds: int = 3
    population_inputs: int = 100
    population_neurons: int = 16
    population_samples: int = 100_000
    population_steps: int = 10_000
    mixing_samples: int = 4000
    mixing_steps: int = 100_000
    mixing_rate: float = 0.02
    """Of plain steps, over the largest variance of the input: at 0.1, and not so scaled, neurons died."""
    mixing_seeds: int = 3
    patch_size: int = 8
    patches: int = 100_000
    patch_samples: int = 10_000_000
    """Patches presented, in passes. After a million, fields were still spreading over 40 of 64 pixels."""
    patch_neurons: int = 9
    patch_learning_rate: float = 2e-3
    spiking_patch_size: int = 16
    spiking_neurons: int = 16
    spiking_batch_size: int = 128
    spiking_patches: int = 100_000
    spiking_steps: int = 400
    """Mini-batches, of 100 ms each: published 6248."""


_LAPTOP = Settings()

_SMOKE = replace(
    _LAPTOP,
    group_size=5,
    group_samples=10_000,
    group_steps=1000,
    decoding_samples=20_000,
    decoding_steps=1000,
    decoding_seeds=1,
    population_inputs=30,
    population_neurons=4,
    population_samples=10_000,
    population_steps=500,
    mixing_samples=500,
    mixing_steps=500,
    mixing_seeds=1,
    patches=5000,
    patch_samples=20_000,
    spiking_patch_size=8,
    spiking_neurons=4,
    spiking_batch_size=16,
    spiking_steps=16,
)

_PAPER = replace(
    _LAPTOP,
    spiking_steps=6248,
    decoding_samples=1_000_000,
    decoding_steps=100_000,
    patches=1_000_000,
    patch_samples=10**8,
)

SCALES = {"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER}
