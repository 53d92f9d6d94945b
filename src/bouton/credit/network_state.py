"""What an `AlignmentNetwork` is shown, what it keeps, and what one may look at."""

from typing import Literal, NamedTuple

from jaxtyping import Array, Float, Int

from bouton.credit.learning import Means
from bouton.credit.normaliser import Normaliser

__all__ = ["AlignmentInfo", "AlignmentState", "ForwardMeans", "Labelled", "Measure"]

Measure = Literal["weight_angle", "norm_ratio", "error_angle", "projection_angle", "gradient_angle"]
"""What may be measured in each step."""


class Labelled(NamedTuple):
    """A mini-batch: what the net sees, and what it is to say."""

    inputs: Float[Array, "batch *shape"]
    targets: Float[Array, "batch outputs"]


class ForwardMeans(NamedTuple):
    """Running means of the optimizer of one layer."""

    weights: Means
    bias: Means
    gain: Means


class AlignmentState(NamedTuple):
    """What the net needs to go on; one entry per layer with weights, of feedback for each that is not the lowest."""

    weights: tuple[Float[Array, "units fan_in"], ...]
    bias: tuple[Float[Array, "units one"], ...]
    feedback: tuple[Float[Array, "posts pres"] | None, ...]
    scales: tuple[Normaliser | None, ...] = ()
    """Of layers that normalise."""
    means: tuple[ForwardMeans, ...] = ()
    """Running means of an optimizer, where there is one."""
    feedback_means: tuple[Means, ...] = ()
    n_steps: Int[Array, ""] | None = None
    """Number of steps, where something changes with it."""


class AlignmentInfo(NamedTuple):
    """What one may look at after a mini-batch; of layers, those with feedback weights, which the lowest has not.

    What the net was not asked to measure is empty.
    """

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
    projection_angle: Float[Array, " layers"]
    """Between what the forward and the transposed feedback weights make of the samples; where it is 0, feedback is
    right for all that the layer sees."""
    gradient_angle: Float[Array, " layers"]
    """Between the error that came down and that of backpropagation in all of the net."""
