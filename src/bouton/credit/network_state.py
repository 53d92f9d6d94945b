"""What an `AlignmentNetwork` is shown, what it keeps, and what one may look at."""

from typing import NamedTuple

from jaxtyping import Array, Float

__all__ = ["AlignmentInfo", "AlignmentState", "Labelled"]


class Labelled(NamedTuple):
    """A mini-batch: what the net sees, and what it is to say."""

    inputs: Float[Array, "batch *shape"]
    targets: Float[Array, "batch outputs"]


class AlignmentState(NamedTuple):
    """What the net needs to go on; one entry per layer with weights, of feedback from the second on."""

    weights: tuple[Float[Array, "units fan_in"], ...]
    bias: tuple[Float[Array, "units one"], ...]
    feedback: tuple[Float[Array, "posts pres"] | None, ...]


class AlignmentInfo(NamedTuple):
    """What one may look at after a mini-batch; of layers, from the second with weights on."""

    loss: Float[Array, ""]
    """Mean loss of the samples, before learning."""
    accuracy: Float[Array, ""]
    """Share of samples whose largest output is at the largest target."""
    weight_angle: Float[Array, " layers"]
    """Between feedback weights and transposed forward weights, in degrees; 90 where one is 0, and
    of direct feedback, which stands for none of these, nothing."""
    norm_ratio: Float[Array, " layers"]
    """Length of the feedback weights over that of the forward weights; 0 where the latter is 0."""
    error_angle: Float[Array, " layers"]
    """Between the error that came down and the one that backpropagation brings from the same error above."""
