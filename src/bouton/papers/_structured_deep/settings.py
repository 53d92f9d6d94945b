"""Sizes and parameters of the experiments R1 to R5, E1 to E3 at three scales."""

from dataclasses import dataclass, replace

__all__ = ["SCALES", "Settings"]


@dataclass(frozen=True)
class Settings:
    """What the experiments are run with; the defaults are the laptop scale.

    Lengths are in points of the layer's input grid. An epoch is 1000 presentations, drawn with replacement.
    """

    digit_units: tuple[int, ...] = (1, 2, 4, 8, 16)
    digit_seeds: int = 3
    digit_epochs: int = 6
    presentations: int = 1000
    digit_training_samples: int = 1200
    digit_test_samples: int = 597
    mnist_units: tuple[int, ...] = (4, 8)
    mnist_epochs: int = 10
    mnist_training_samples: int = 4000
    mnist_test_samples: int = 1000
    full_mnist_units: tuple[int, ...] = ()
    """Numbers of units per site to be learned from the 60,000 digits, which have to be fetched; none by default."""
    full_mnist_epochs: int = 120
    prototypes: int = 10
    prototype_size: int = 16
    prototype_epochs: int = 5
    held_out_patterns: int = 400
    feedbacks: tuple[float, ...] = (0.0, 0.2, 0.5, 1.0)
    face_height: int = 32
    face_width: int = 26
    face_epochs: int = 6
    face_feedback: float = 0.2
    patch_size: int = 16
    patches: int = 20_000
    patch_epochs: int = 10
    whitened_components: int = 120
    topography_epochs: int = 6
    lateral_radius: float = 2.0
    topography_steps: int = 300


_LAPTOP = Settings()

_SMOKE = replace(
    _LAPTOP,
    digit_units=(4,),
    digit_seeds=1,
    digit_epochs=1,
    presentations=200,
    digit_training_samples=200,
    digit_test_samples=200,
    mnist_units=(4,),
    mnist_epochs=1,
    mnist_training_samples=300,
    mnist_test_samples=200,
    prototype_epochs=1,
    held_out_patterns=60,
    feedbacks=(0.5, 1.0),
    face_height=28,
    face_width=23,
    face_epochs=1,
    patches=300,
    patch_size=12,
    whitened_components=60,
    topography_steps=50,
    patch_epochs=1,
    topography_epochs=1,
)

_PAPER = replace(
    _LAPTOP,
    mnist_units=(4, 8, 16),
    full_mnist_units=(4, 8, 16),
    face_height=56,
    face_width=46,
    face_epochs=12,
    patch_epochs=60,
)

SCALES = {"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER}
