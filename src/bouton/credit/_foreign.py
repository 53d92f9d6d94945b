"""What parts of nets of Equinox are in the words of `bouton.credit`; None where they have no counterpart."""

from collections.abc import Iterator
from typing import Any, Literal

import equinox as eqx
import jax.numpy as jnp

from bouton._allowed import shown
from bouton.credit.layers import MaxPool, MeanPool, Unweighted
from bouton.dynamics import Activation, Identity, Rectifier, Sigmoid, Tanh
from bouton.errors import InputError


def parts_of(net: Any) -> Iterator[Any]:
    """Yield the parts of a net, in their order."""
    if isinstance(net, eqx.nn.Sequential):
        for layer in net.layers:
            yield from parts_of(layer)
    elif isinstance(net, eqx.nn.MLP):
        for layer in net.layers[:-1]:
            yield layer
            yield net.activation
        yield net.layers[-1]
        yield net.final_activation
    else:
        yield net


def known_activation(part: Any) -> Activation | None:
    """Return the activation that a function is."""
    function = part.fn if isinstance(part, eqx.nn.Lambda) else part
    if function is jnp.ravel or not callable(function) or isinstance(function, eqx.Module):
        return None
    values = jnp.linspace(-2.0, 2.0, 5)
    found = jnp.stack([jnp.asarray(function(value)) for value in values])
    for known in (Identity(), Rectifier(), Tanh(), Sigmoid()):
        if found.shape == values.shape and jnp.array_equal(found, known(values)):
            return known
    return None


def pool_of(part: Any) -> Unweighted | None:
    """Return the pooling that a part is."""
    if isinstance(part, eqx.nn.AdaptivePool) and part.operation is jnp.mean and set(part.target_shape) == {1}:
        return MeanPool()
    if not isinstance(part, eqx.nn.MaxPool2d | eqx.nn.AvgPool2d):
        return None
    edges = {*part.kernel_size, *part.stride}
    padded = any(each != 0 for pair in part.padding for each in pair)
    if len(edges) > 1 or padded or part.use_ceil:
        raise InputError(f"squares of pooling must not overlap, without padding, got {shown(part)}")
    (edge,) = edges
    return MaxPool(edge) if isinstance(part, eqx.nn.MaxPool2d) else MeanPool(edge)


def same_or_valid(part: Any, size: int, stride: int) -> Literal["same", "valid"]:
    """Return which padding that of a convolution is."""
    if part.padding in ("SAME", "VALID"):
        return "same" if part.padding == "SAME" else "valid"
    amounts = {each for pair in part.padding for each in pair}
    if amounts == {0}:
        return "valid"
    if stride == 1 and size % 2 == 1 and amounts == {size // 2}:
        return "same"
    raise InputError(f'padding must be 0, "SAME", or half the square at a stride of 1, got {shown(part)}')
