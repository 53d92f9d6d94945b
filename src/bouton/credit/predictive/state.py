"""What a `CLAPPNetwork` is shown, what it keeps, and what one may look at."""

from typing import Any, NamedTuple

from jaxtyping import Array, Float, Int

__all__ = ["CLAPPInfo", "CLAPPState", "Fixations", "LayerState", "Transition"]


class Fixations(NamedTuple):
    """A mini-batch of sequences, each the fixation of one image or one utterance.

    Parameters
    ----------
    inputs : array of batch, steps, lanes, and the shape of a step
        Time goes along `steps`; lanes, such as the columns of a grid of patches, go side by side.
    lengths : int array (batch,)
        How many steps of each sequence are real; the rest is neither context nor target.
    """

    inputs: Float[Array, "batch steps lanes *shape"]
    lengths: Int[Array, " batch"]


class Transition(NamedTuple):
    """What was seen, what is seen next, and whether the gaze stayed.

    Parameters
    ----------
    now, next : array of the shape of a sample
        The context and the target.
    fixates : float
        y: 1 where both are of one fixation, -1 where a saccade came between them.
    """

    now: Float[Array, "*shape"]
    next: Float[Array, "*shape"]
    fixates: Float[Array, ""]


class LayerState(NamedTuple):
    """The synapses of one layer: weights, or with Adam what each synapse keeps."""

    weights: Any
    bias: Any
    prediction: tuple[Any, ...]
    """Onto the dendrites of targets, (units of the targets, units), one for each way: distances, and layers."""
    retrodiction: tuple[Any, ...]
    """Onto the dendrites of contexts; none where these are reached by the transposed prediction weights."""


class CLAPPState(NamedTuple):
    """What the network needs to go on."""

    layers: tuple[LayerState, ...]
    n_batches: Int[Array, ""]


class CLAPPInfo(NamedTuple):
    """What one may look at after a step, one value per layer; of the weights before it."""

    loss: Float[Array, " layers"]
    """Mean over distances, positions and samples; of layers without a loss of their own, 0."""
    solved: Float[Array, " layers"]
    """Share of fixations and saccades whose margin is kept, so that nothing is learned from them."""
    fixation_score: Float[Array, " layers"]
    """Mean score u of targets that follow."""
    saccade_score: Float[Array, " layers"]
    """Mean score u of targets of other samples."""
    dead: Float[Array, " layers"]
    """Share of units that no sample of the mini-batch activates."""
