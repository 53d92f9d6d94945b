r"""Layers as data: what each computes, without weights; a net is a tuple of them.

A layer with weights W (units, fan-in) is a linear map of what arrives at its synapses, and an activation:

.. math:: a_p = W\, z_p + b, \qquad y_p = f(a_p)

Where it is normalised, :math:`a_p = \gamma\, (W z_p - \mu) / \sqrt{v + \epsilon} + b`, with mean :math:`\mu` and
variance v of each unit over samples and positions (S. Ioffe, C. Szegedy, ICML 2015, arXiv:1502.03167).

p are the positions at which the same weights are used: one in a `DenseLayer`, all those of the map in a
`ConvolutionLayer`, whose :math:`z_p` are patches of its input. What comes before the synapses (patches, pooling,
flattening) has no weights: errors pass it backwards by its exact derivative, whatever brought them there.

That patches are gathered makes every product with weights, and every sum of synaptic changes over positions, one
product of matrices. Within a compiled loop, where all circuits run, XLA's own convolutions take many times as long on a
CPU: 64 maps of 28 x 28 with 16 channels, forward and gradient of the weights, 230 ms against 10 ms.
"""

from abc import abstractmethod
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Count
from bouton.dynamics import Activation, Identity
from bouton.errors import InputError

__all__ = [
    "ConvolutionLayer",
    "DenseLayer",
    "Flatten",
    "Layer",
    "MaxPool",
    "MeanPool",
    "ResidualBlock",
    "WeightedLayer",
]

Shape = tuple[int, ...]


def _as_tuple(layers: Any) -> Any:
    return tuple(layers) if isinstance(layers, list) else layers


class Layer(Checked):
    """A part of a net."""

    @abstractmethod
    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output to one sample of this shape; raise `InputError` where there is none."""


class Unweighted(Layer):
    """A layer without weights."""

    @abstractmethod
    def __call__(self, x: Float[Array, "batch *shape"]) -> Float[Array, "batch *output"]:
        """Return the output."""

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the output to one sample."""
        return jax.eval_shape(self, jax.ShapeDtypeStruct((1, *shape), jnp.float32)).shape[1:]


class Flatten(Unweighted):
    """All values of a sample, one after the other."""

    def __call__(self, x: Float[Array, "batch *shape"]) -> Float[Array, "batch values"]:
        """Return the values."""
        return x.reshape(x.shape[0], -1)


class MeanPool(Unweighted):
    """The mean of each channel, over all positions or over squares that do not overlap.

    Parameters
    ----------
    size : int, optional
        Edge of a square, which height and width must be multiples of. Default: all positions, and the map is gone.
    """

    size: Count | None = eqx.field(static=True, default=None)

    def __call__(self, x: Float[Array, "batch height width channels"]) -> Float[Array, "batch *output"]:
        """Return the means."""
        _check_map(x.shape[1:])
        return jnp.mean(x, axis=(1, 2)) if self.size is None else jnp.mean(_squares(x, self.size), axis=(2, 4))


class MaxPool(Unweighted):
    """The largest value of each channel in squares that do not overlap.

    Parameters
    ----------
    size : int
        Edge of a square, which height and width must be multiples of. Default 2.
    """

    size: Count = eqx.field(static=True, default=2)

    def __call__(self, x: Float[Array, "batch height width channels"]) -> Float[Array, "batch rows columns channels"]:
        """Return the largest values."""
        _check_map(x.shape[1:])
        return jnp.max(_squares(x, self.size), axis=(2, 4))


class WeightedLayer(Layer):
    """A layer with weights: units that see a fan-in of values, at one position or many."""

    units: eqx.AbstractVar[int]
    activation: eqx.AbstractVar[Activation]
    normalised: eqx.AbstractVar[bool]

    @abstractmethod
    def fan_in(self, shape: Shape) -> int:
        """Return the number of synapses of a unit, for samples of this shape."""

    @abstractmethod
    def fan_out(self) -> int:
        """Return the number of synapses that a value of the input has, edges aside."""

    @abstractmethod
    def arriving(self, x: Float[Array, "batch *shape"]) -> Float[Array, "batch positions fan_in"]:
        """Return what arrives at the synapses: a linear function of the input, without weights."""


class DenseLayer(WeightedLayer):
    """Units that all see all values.

    Parameters
    ----------
    units : int
        Number of units.
    activation : Activation
        From potential to activity. Default: the identity.
    normalised : bool
        Whether weighted sums are normalised over the mini-batch. Default False.

    Examples
    --------
    >>> from bouton.credit import DenseLayer
    >>> DenseLayer(10).output_shape((64,))
    (10,)
    """

    units: Count = eqx.field(static=True)
    activation: Activation = Identity()
    normalised: bool = eqx.field(static=True, default=False)

    def output_shape(self, shape: Shape) -> Shape:
        """Return ``(units,)``."""
        if len(shape) != 1:
            raise InputError(f"a DenseLayer takes samples of one axis, got the shape {shape}: put Flatten() before it")
        return (self.units,)

    def fan_in(self, shape: Shape) -> int:
        """Return the number of values of a sample."""
        return shape[0]

    def fan_out(self) -> int:
        """Return the number of units."""
        return self.units

    def arriving(self, x: Float[Array, "batch values"]) -> Float[Array, "batch one values"]:
        """Return the input, at its one position."""
        return x[:, None, :]


class ConvolutionLayer(WeightedLayer):
    """Units that see a square of the map, with the same weights at every position.

    Parameters
    ----------
    units : int
        Number of channels of the output.
    size : int
        Edge of the square. Default 3.
    stride : int
        Steps from a position to the next. Default 1.
    padding : "same" or "valid"
        Whether zeros surround the map, so that with a stride of 1 it keeps its size. Default "same".
    activation : Activation
        From potential to activity. Default: the identity.
    normalised : bool
        Whether weighted sums are normalised over the mini-batch and all positions. Default False.

    Examples
    --------
    >>> from bouton.credit import ConvolutionLayer
    >>> ConvolutionLayer(16, stride=2).output_shape((14, 14, 3))
    (7, 7, 16)
    """

    units: Count = eqx.field(static=True)
    size: Count = eqx.field(static=True, default=3)
    stride: Count = eqx.field(static=True, default=1)
    padding: Literal["same", "valid"] = eqx.field(static=True, default="same")
    activation: Activation = Identity()
    normalised: bool = eqx.field(static=True, default=False)

    def output_shape(self, shape: Shape) -> Shape:
        """Return (rows, columns, units)."""
        _check_map(shape)
        if self.padding == "same":
            rows, columns = (-(-edge // self.stride) for edge in shape[:2])
        else:
            rows, columns = ((edge - self.size) // self.stride + 1 for edge in shape[:2])
        if min(rows, columns) < 1:
            raise InputError(f"a square of {self.size} does not fit into a map of {shape[0]} x {shape[1]}")
        return rows, columns, self.units

    def fan_in(self, shape: Shape) -> int:
        """Return the number of values of a square."""
        return self.size * self.size * shape[2]

    def fan_out(self) -> int:
        """Return the number of synapses that a value of the input has at a stride of 1."""
        return self.size * self.size * self.units

    def arriving(self, x: Float[Array, "batch height width channels"]) -> Float[Array, "batch positions fan_in"]:
        """Return the squares: rows, columns and channels of each one after the other."""
        rows, columns, _ = self.output_shape(x.shape[1:])
        margins = [_margins(edge, found, self) for edge, found in zip(x.shape[1:3], (rows, columns), strict=True)]
        padded = jnp.pad(x, ((0, 0), *margins, (0, 0)))
        places = [(row, column) for row in range(self.size) for column in range(self.size)]
        parts = [
            padded[
                :,
                row : row + (rows - 1) * self.stride + 1 : self.stride,
                column : column + (columns - 1) * self.stride + 1 : self.stride,
            ]
            for row, column in places
        ]
        return jnp.concatenate(parts, axis=3).reshape(x.shape[0], rows * columns, self.fan_in(x.shape[1:]))


class ResidualBlock(Layer):
    """Layers, and a shortcut around them: the activation of the last one acts on the sum of both.

    Parameters
    ----------
    layers : tuple of Layer
        The layers; the last one has weights.
    shortcut : WeightedLayer, optional
        A projection with weights, and feedback weights, of its own: where the layers change the shape, such as
        ``ConvolutionLayer(16, size=1, stride=2)``. Default: what comes in is added as it is, and errors pass unchanged.

    Examples
    --------
    >>> from bouton.credit import ConvolutionLayer, ResidualBlock
    >>> block = ResidualBlock([ConvolutionLayer(8), ConvolutionLayer(8)])
    >>> block.output_shape((6, 6, 8))
    (6, 6, 8)
    """

    layers: tuple[Layer, ...] = eqx.field(converter=_as_tuple)
    shortcut: WeightedLayer | None = None

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape of the sum."""
        found = shape
        for each in self.layers:
            found = each.output_shape(found)
        beside = shape if self.shortcut is None else self.shortcut.output_shape(shape)
        if beside != found:
            raise InputError(
                f"a shortcut of the shape {beside} cannot be added to the output of the block, {found}: give a "
                "projection, such as shortcut=ConvolutionLayer(units, size=1, stride=2)"
            )
        return found


def _margins(edge: int, found: int, layer: ConvolutionLayer) -> tuple[int, int]:
    """Return how many zeros stand on either side of an edge; of an odd number, one more behind."""
    if layer.padding == "valid":
        return 0, 0
    total = max((found - 1) * layer.stride + layer.size - edge, 0)
    return total // 2, total - total // 2


def _check_map(shape: Shape) -> None:
    if len(shape) != 3:
        raise InputError(f"a map must have the shape (height, width, channels), got {shape}")


def _squares(x: Array, size: int) -> Array:
    batch, height, width, channels = x.shape
    if height % size or width % size:
        raise InputError(f"a map of {height} x {width} does not divide into squares of {size} x {size}")
    return x.reshape(batch, height // size, size, width // size, size, channels)
