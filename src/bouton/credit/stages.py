"""A stage of a net: one layer with weights, and the layers without weights that stand before it.

Stages are numbered in the order in which they respond. Each takes the activity of one other, and may add the activity
of a further one to its potential: that of a shortcut. Number -1 is the input of the net.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import equinox as eqx
import jax
from jaxtyping import Array, Float

from bouton._allowed import shown
from bouton._checked import Checked
from bouton.credit.layers import Layer, ResidualBlock, Shape, Unweighted, WeightedLayer
from bouton.credit.normaliser import Normalised, Normaliser, normalised
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
    normalised: Normalised | None
    """Of a layer that normalises."""
    inward: Callable[[Array], Array]
    """From errors of the potential to errors of the weighted sums."""
    offset: Callable[[Array], Array]
    """From weighted sums to potentials, without a shortcut and without normalising."""


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
    source : int
        Number of the stage whose activity it takes. Default -1: it takes the input of the net.
    added : int, optional
        Number of the stage whose activity is added to the potential. Default: none is.
    """

    before: tuple[Unweighted, ...]
    layer: WeightedLayer
    shape: tuple[int, ...] = eqx.field(static=True)
    source: int = eqx.field(static=True, default=-1)
    added: int | None = eqx.field(static=True, default=None)

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
        self,
        drive: Callable[[Array, Array], Array],
        weights: Array,
        bias: Array,
        x: Float[Array, "batch *shape"],
        *,
        own_scale: Normaliser | None = None,
        added: Array | None = None,
        learning: bool = True,
    ) -> Passed:
        """Return what the stage makes of the activity below.

        Parameters
        ----------
        drive : callable
            The weighted sum of one event.
        weights, bias : array
            Of the layer.
        x : array
            The activity below.
        own_scale : Normaliser, optional
            Of a layer that normalises.
        added : array, optional
            The activity that comes by a shortcut.
        learning : bool
            Whether a layer normalises by the mini-batch. Default True.
        """
        own, back = jax.vjp(self.prepared, x)
        arrived, fold = jax.vjp(self.layer.arriving, own)
        summed = jax.vmap(jax.vmap(drive, in_axes=(None, 0)), in_axes=(None, 0))(weights, arrived)
        scaled, potential, inward = None, summed, lambda errors: errors
        if own_scale is not None:
            scaled = normalised(own_scale, summed, learning)
            potential, inward = own_scale.gain[None, None, :, 0] * scaled.values, partial(scaled.errors, own_scale.gain)
        potential = potential + bias[None, None, :, 0]
        if added is not None:
            potential = potential + added.reshape(potential.shape)
        activity, slope = jax.vjp(self.layer.activation, potential)
        return Passed(
            own,
            arrived,
            summed,
            activity.reshape(x.shape[0], *self.output_shape),
            self.layer.arriving,
            lambda errors: back(fold(errors)[0])[0],
            lambda values: fold(values)[0],
            lambda errors: slope(errors.reshape(activity.shape))[0],
            scaled,
            inward,
            lambda sums: sums + bias[None, None, :, 0],
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
    shape = tuple(int(edge) for edge in input_shape)
    found: list[NetStage] = []
    _add(found, layers, shape, -1, None, "layers")
    return tuple(found)


def _add(
    found: list[NetStage], layers: Sequence[Layer], shape: Shape, source: int, added: int | None, name: str
) -> None:
    """Add the stages of layers in a row; to the potential of the last one comes the activity of a shortcut."""
    waiting: list[Unweighted] = []
    for number, layer in enumerate(layers):
        is_last = number == len(layers) - 1
        if isinstance(layer, Unweighted):
            waiting.append(layer)
            continue
        if not isinstance(layer, WeightedLayer | ResidualBlock):
            raise InputError(f"{name}[{number}] must be a Layer, such as DenseLayer(10), got {shown(layer)}")
        try:
            if isinstance(layer, ResidualBlock):
                if added is not None and is_last:
                    raise InputError("a block cannot end with another block: the sum needs a layer with weights")
                shape = _add_block(found, layer, tuple(waiting), shape, source, f"{name}[{number}].layers")
            else:
                found.append(NetStage(tuple(waiting), layer, shape, source, added if is_last else None))
                shape = found[-1].output_shape
        except InputError as error:
            raise InputError(f"{name}[{number}] does not fit: {error}") from None
        source, waiting = len(found) - 1, []
    if waiting or not layers:
        raise InputError(f"{name} must end with one that has weights, such as DenseLayer(10)")


def _add_block(
    found: list[NetStage], block: ResidualBlock, before: tuple[Unweighted, ...], shape: Shape, source: int, name: str
) -> Shape:
    if before:
        raise InputError("a block comes right behind a layer with weights: put layers without weights into it")
    beside = source
    if block.shortcut is not None:
        found.append(NetStage((), block.shortcut, shape, source))
        beside = len(found) - 1
    result = block.output_shape(shape)
    _add(found, block.layers, shape, source, beside, name)
    return result
