"""A layer that predicts: its synapses, its activation, the pooling behind it, and its mean over the map."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._allowed import shown
from bouton._checked import Checked
from bouton.credit.layers import Layer, Shape, Unweighted, WeightedLayer
from bouton.errors import InputError
from bouton.plasticity import Dense

__all__ = ["Forwarded", "PredictiveStage", "predictive_stages"]


class Forwarded(NamedTuple):
    """What a stage keeps of a forward pass."""

    arrived: Float[Array, "samples positions fan_in"]
    output: Float[Array, "samples *output"]
    """What the layer above sees."""
    pooled: Float[Array, "samples units"]
    """Mean of the output over its map: what contexts and targets are."""
    slope: Float[Array, "samples positions units"]
    """Of the activation, at each position."""
    at_positions: Callable[[Array], Array]
    """From values of the pooled activity to values at each position."""
    of_output: Callable[[Array], Array]
    """The same from values of the output."""
    down: Callable[[Array], Array]
    """From values of what arrived to values of the output below."""


class PredictiveStage(Checked):
    """One layer with weights, and the layers without weights that stand behind it.

    Parameters
    ----------
    layer : WeightedLayer
        The layer with weights.
    after : tuple of Unweighted
        What its activity goes through, in their order.
    shape : tuple of int
        Shape of a sample of the output below.
    """

    layer: WeightedLayer
    after: tuple[Unweighted, ...]
    shape: tuple[int, ...] = eqx.field(static=True)

    @property
    def output_shape(self) -> Shape:
        """Shape of the output."""
        shape = self.layer.output_shape(self.shape)
        for each in self.after:
            shape = each.output_shape(shape)
        return shape

    @property
    def units(self) -> int:
        """Number of units."""
        return self.layer.units

    @property
    def positions(self) -> int:
        """Number of positions at which the same weights are used."""
        number = 1
        for edge in self.layer.output_shape(self.shape)[:-1]:
            number *= edge
        return number

    @property
    def fan_in(self) -> int:
        """Number of feedforward synapses of a unit."""
        return self.layer.fan_in(self.shape)

    @property
    def upward(self) -> Dense:
        """Connectivity of the feedforward weights."""
        return Dense(self.fan_in, self.units)

    def forward(
        self,
        drive: Callable[[Array, Array], Array],
        weights: Array,
        bias: Float[Array, "units one"],
        x: Float[Array, "samples *shape"],
    ) -> Forwarded:
        """Return what the stage makes of the output below; `drive` is the weighted sum of one event."""
        arrived, down = jax.vjp(self.layer.arriving, x)
        summed = jax.vmap(jax.vmap(drive, in_axes=(None, 0)), in_axes=(None, 0))(weights, arrived)
        activity, slope = jax.vjp(self.layer.activation, summed + bias[None, None, :, 0])
        (output, pooled), back = jax.vjp(self._behind, activity)
        return Forwarded(
            arrived,
            output,
            pooled,
            slope(jnp.ones_like(activity))[0],
            lambda values: back((jnp.zeros_like(output), values))[0],
            lambda values: back((values, jnp.zeros_like(pooled)))[0],
            lambda values: down(values)[0],
        )

    def _behind(self, activity: Float[Array, "samples positions units"]) -> tuple[Array, Array]:
        output = activity.reshape(activity.shape[0], *self.layer.output_shape(self.shape))
        for each in self.after:
            output = each(output)
        if output.ndim == 2 and activity.shape[1] > 1:
            # Flattened for a dense layer above: the units are the last axis all the same.
            return output, jnp.mean(output.reshape(output.shape[0], -1, self.units), axis=1)
        return output, jnp.mean(output, axis=tuple(range(1, output.ndim - 1)))


def predictive_stages(layers: Sequence[Layer], input_shape: Sequence[int]) -> tuple[PredictiveStage, ...]:
    """Return the stages of an encoder; what stands behind a layer with weights belongs to it.

    Parameters
    ----------
    layers : sequence of Layer
        The layers, the lowest first; the first one has weights.
    input_shape : sequence of int
        Shape of one sample, such as a patch.

    Returns
    -------
    tuple of PredictiveStage
        One for each layer with weights.

    Raises
    ------
    InputError
        If a layer does not fit the one below it, or the first layer has no weights.

    Examples
    --------
    >>> from bouton.credit import ConvolutionLayer, MaxPool
    >>> predictive_stages([ConvolutionLayer(8), MaxPool()], (12, 12, 1))[0].output_shape
    (6, 6, 8)
    """
    shape, found = tuple(int(edge) for edge in input_shape), []
    for number, layer in enumerate(layers):
        try:
            if isinstance(layer, WeightedLayer):
                found.append(PredictiveStage(layer, (), shape))
            elif isinstance(layer, Unweighted) and found:
                found[-1] = eqx.tree_at(lambda stage: stage.after, found[-1], (*found[-1].after, layer))
            elif isinstance(layer, Unweighted):
                raise InputError("layers must begin with one that has weights, such as DenseLayer(10)")
            else:
                raise InputError(f"layers[{number}] must be a Layer, such as DenseLayer(10), got {shown(layer)}")
            shape = found[-1].output_shape
        except InputError as error:
            if f"{error}".startswith("layers"):
                raise
            raise InputError(f"layers[{number}] does not fit: {error}") from None
    if not found:
        raise InputError("layers must hold at least one layer with weights, such as DenseLayer(10)")
    return tuple(found)
