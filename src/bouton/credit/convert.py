"""Nets of Equinox as nets whose errors come down another way, with the weights that they have.

Maps of Equinox have their channels first, (channels, height, width), those of bouton last: a converted net takes
samples of the shape (height, width, channels), and weights are put in that order, also those behind a flattened map.
"""

from collections.abc import Iterator
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from bouton._allowed import shown
from bouton.credit._foreign import known_activation, parts_of, pool_of, same_or_valid
from bouton.credit.feedback import ErrorFeedback
from bouton.credit.layers import ConvolutionLayer, DenseLayer, Flatten, Layer
from bouton.credit.network import AlignmentNetwork
from bouton.credit.network_state import AlignmentState
from bouton.dynamics import Activation, Identity
from bouton.errors import InputError

__all__ = ["convert"]


def convert(
    net: eqx.Module,
    feedback: ErrorFeedback,
    *,
    key: PRNGKeyArray,
    input_shape: tuple[int, ...] | None = None,
    **options: Any,
) -> tuple[AlignmentNetwork, AlignmentState]:
    """Return an existing net as one whose errors come down by `feedback`, and its state.

    Parameters
    ----------
    net : eqx.nn.MLP or eqx.nn.Sequential
        Of linear layers and two-dimensional convolutions, with rectifiers (`jax.nn.relu`), tanh or sigmoids; between
        them `MaxPool2d` and `AvgPool2d` of squares that do not overlap, `AdaptiveAvgPool2d(1)`, and `jnp.ravel` in a
        `Lambda`.
    feedback : ErrorFeedback
        How errors come down.
    key : PRNG key
        Of feedback weights.
    input_shape : tuple of int, optional
        Shape of a sample, (height, width, channels). Needed where the net begins with a convolution.
    **options
        Further arguments of `AlignmentNetwork`, such as `learning_rate`.

    Returns
    -------
    AlignmentNetwork
        The net; its outputs are those of the old one, of which the loss makes probabilities.
    AlignmentState
        Its weights and biases, and first feedback weights.

    Raises
    ------
    InputError
        If the net holds anything else, such as convolutions in groups or with gaps; the sentence names it.

    Examples
    --------
    >>> import equinox as eqx, jax
    >>> from bouton.credit import KolenPollack, convert
    >>> old = eqx.nn.MLP(4, 3, width_size=8, depth=2, key=jax.random.key(0))
    >>> net, state = convert(old, KolenPollack(), key=jax.random.key(1), weight_decay=0.01)
    >>> [weights.shape for weights in state.weights]
    [(8, 4), (8, 8), (3, 8)]
    """
    parts = list(parts_of(net))
    if not parts or not isinstance(parts[0], eqx.nn.Linear | eqx.nn.Conv2d):
        raise InputError(
            f"net must be an eqx.nn.MLP or eqx.nn.Sequential that begins with a Linear or Conv2d, got {shown(net)}"
        )
    if input_shape is None:
        if not isinstance(parts[0], eqx.nn.Linear):
            raise InputError("a net that begins with a convolution needs input_shape=(height, width, channels)")
        input_shape = (parts[0].weight.shape[1],)
    found = list(_layers(parts))
    layers = [layer for layer, _ in found]
    new = AlignmentNetwork(layers, input_shape, feedback, **options)
    weights, bias, flattened, shape = [], [], None, input_shape
    for layer, part in found:
        if isinstance(part, eqx.nn.Linear | eqx.nn.Conv2d):
            weights.append(_weights(part, flattened))
            width = len(weights[-1])
            bias.append(jnp.zeros((width, 1)) if part.bias is None else jnp.array(part.bias).reshape(width, 1))
            flattened = None
        elif isinstance(layer, Flatten):
            flattened = shape
        shape = layer.output_shape(shape)
    return new, new.init(key)._replace(weights=tuple(weights), bias=tuple(bias))


def _weights(part: Any, flattened: tuple[int, ...] | None) -> Any:
    """Return weights (units, fan-in) in the order of rows, columns and channels."""
    if isinstance(part, eqx.nn.Conv2d):
        return jnp.transpose(part.weight, (0, 2, 3, 1)).reshape(part.weight.shape[0], -1)
    if flattened is None or len(flattened) == 1:
        return jnp.array(part.weight)
    height, width, channels = flattened
    order = np.arange(part.weight.shape[1]).reshape(channels, height, width).transpose(1, 2, 0).ravel()
    return part.weight[:, order]


def _layers(parts: list[Any]) -> Iterator[tuple[Layer, Any]]:
    """Yield the layers, each with the part of the old net that it stands for."""
    taken = False
    for number, part in enumerate(parts):
        above = parts[number + 1] if number + 1 < len(parts) else None
        if isinstance(part, eqx.nn.Linear | eqx.nn.Conv2d):
            activation = known_activation(above)
            taken = activation is not None
            yield _weighted(part, activation or Identity()), part
            continue
        if taken:
            # Its activation is the layer's own.
            taken = False
            continue
        layer = Flatten() if _flattens(part) else pool_of(part)
        if layer is None:
            known = known_activation(part)
            if known is not None:
                raise InputError(f"one activation may follow a layer with weights, got a further one: {shown(part)}")
            raise InputError(
                "a net can be converted where its layers are linear or convolutions, with rectifiers, tanh, sigmoids, "
                f"pooling and flattening between them; got {shown(part)}"
            )
        yield layer, part


def _weighted(part: Any, activation: Activation) -> Layer:
    if isinstance(part, eqx.nn.Linear):
        return DenseLayer(int(part.weight.shape[0]), activation)
    if part.groups != 1 or set(part.dilation) != {1}:
        raise InputError(f"convolutions in groups or with gaps have no counterpart, got {shown(part)}")
    size, stride = set(part.kernel_size), set(part.stride)
    if len(size) > 1 or len(stride) > 1:
        raise InputError(f"squares must have one edge and one stride, got {shown(part)}")
    (edge,), (step,) = size, stride
    padding = same_or_valid(part, edge, step)
    return ConvolutionLayer(int(part.weight.shape[0]), size=edge, stride=step, padding=padding, activation=activation)


def _flattens(part: Any) -> bool:
    function = part.fn if isinstance(part, eqx.nn.Lambda) else part
    return function is jnp.ravel
