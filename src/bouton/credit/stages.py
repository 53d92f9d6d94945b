"""A stage of a net: one layer with weights, and the layers without weights that stand before it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import equinox as eqx
import jax
from jaxtyping import Array, Float

from bouton._allowed import shown
from bouton._checked import Checked
from bouton.credit.layers import Layer, Shape, Unweighted, WeightedLayer
from bouton.errors import InputError
from bouton.plasticity import Dense

__all__ = ["NetStage", "Passed", "stages_of"]


class Passed(NamedTuple):
    """What a stage keeps of a forward pass."""

    own: Float[Array, "batch *input"]
    """The layer's own input."""
    arrived: Float[Array, "batch positions fan_in"]
    drive: Float[Array, "batch positions units"]
    """Weighted sums, without the bias."""
    activity: Float[Array, "batch *output"]
    arriving: Callable[[Array], Array]
    """From a layer's own input to what arrives at the synapses."""
    down: Callable[[Array], Array]
    """From errors of what arrived at the synapses to errors of the activity below."""
    fold: Callable[[Array], Array]
    """From values of what arrived at the synapses to the layer's input: overlapping squares add up."""
    slope: Callable[[Array], Array]
    """From errors of the activity to errors of the potential."""


class NetStage(Checked):
    """One layer with weights and what stands before it.

    Parameters
    ----------
    before : tuple of Unweighted
        Layers without weights, in their order.
    layer : WeightedLayer
        The layer with weights.
    shape : tuple of int
        Shape of a sample of the activity below.
    """

    before: tuple[Unweighted, ...]
    layer: WeightedLayer
    shape: tuple[int, ...] = eqx.field(static=True)

    @property
    def input_shape(self) -> Shape:
        """Shape of the layer's own input."""
        shape = self.shape
        for each in self.before:
            shape = each.output_shape(shape)
        return shape

    @property
    def output_shape(self) -> Shape:
        """Shape of the activity."""
        return self.layer.output_shape(self.input_shape)

    @property
    def positions(self) -> int:
        """Number of positions at which the same weights are used."""
        number = 1
        for edge in self.output_shape[:-1]:
            number *= edge
        return number

    @property
    def upward(self) -> Dense:
        """Connectivity of the weights: one row per unit."""
        return Dense(self.layer.fan_in(self.input_shape), self.layer.units)

    @property
    def downward(self) -> Dense:
        """Connectivity of feedback: one row per synapse of a unit."""
        return Dense(self.layer.units, self.layer.fan_in(self.input_shape))

    @property
    def spread(self) -> float:
        """Half-width of uniform first weights, after Glorot and Bengio."""
        return (6 / (self.layer.fan_in(self.input_shape) + self.layer.fan_out())) ** 0.5

    def prepared(self, x: Float[Array, "batch *shape"]) -> Float[Array, "batch *input"]:
        """Return the layer's own input."""
        for each in self.before:
            x = each(x)
        return x

    def forward(
        self, drive: Callable[[Array, Array], Array], weights: Array, bias: Array, x: Float[Array, "batch *shape"]
    ) -> Passed:
        """Return what the stage makes of the activity below; `drive` is the weighted sum of one event."""
        own, back = jax.vjp(self.prepared, x)
        arrived, fold = jax.vjp(self.layer.arriving, own)
        summed = jax.vmap(jax.vmap(drive, in_axes=(None, 0)), in_axes=(None, 0))(weights, arrived)
        activity, slope = jax.vjp(self.layer.activation, summed + bias[None, None, :, 0])
        return Passed(
            own,
            arrived,
            summed,
            activity.reshape(x.shape[0], *self.output_shape),
            self.layer.arriving,
            lambda errors: back(fold(errors)[0])[0],
            lambda values: fold(values)[0],
            lambda errors: slope(errors.reshape(activity.shape))[0],
        )


def stages_of(layers: Sequence[Layer], input_shape: Sequence[int]) -> tuple[NetStage, ...]:
    """Return the stages of a net.

    Parameters
    ----------
    layers : sequence of Layer
        The layers, the lowest first; the last one has weights.
    input_shape : sequence of int
        Shape of one sample.

    Returns
    -------
    tuple of NetStage
        One for each layer with weights.

    Raises
    ------
    InputError
        If a layer does not fit the one below it, or the last layer has no weights.
    """
    shape, waiting, found = tuple(int(edge) for edge in input_shape), [], []
    for number, layer in enumerate(layers):
        if isinstance(layer, WeightedLayer):
            kind, before = layer, tuple(waiting)
        elif isinstance(layer, Unweighted):
            waiting.append(layer)
            continue
        else:
            raise InputError(f"layers[{number}] must be a Layer, such as DenseLayer(10), got {shown(layer)}")
        stage = NetStage(before, kind, shape)
        try:
            shape = stage.output_shape
        except InputError as error:
            raise InputError(f"layers[{number}] does not fit: {error}") from None
        found.append(stage)
        waiting = []
    if waiting or not found:
        raise InputError("layers must end with one that has weights, such as DenseLayer(10)")
    return tuple(found)
