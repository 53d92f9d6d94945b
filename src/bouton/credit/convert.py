"""Nets of Equinox as nets whose errors come down another way, with the weights that they have."""

from collections.abc import Iterator
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray

from bouton._allowed import shown
from bouton.credit.feedback import ErrorFeedback
from bouton.credit.layers import DenseLayer
from bouton.credit.network import AlignmentNetwork
from bouton.credit.network_state import AlignmentState
from bouton.dynamics import Activation, Identity, Rectifier, Tanh
from bouton.errors import InputError

__all__ = ["convert"]


def convert(
    net: eqx.Module, feedback: ErrorFeedback, *, key: PRNGKeyArray, **options: Any
) -> tuple[AlignmentNetwork, AlignmentState]:
    """Return an existing net as one whose errors come down by `feedback`, and its state.

    Parameters
    ----------
    net : eqx.nn.MLP or eqx.nn.Sequential
        Of linear layers, and between them rectifiers (`jax.nn.relu`) or tanh.
    feedback : ErrorFeedback
        How errors come down.
    key : PRNG key
        Of feedback weights.
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
        If the net holds anything else; the sentence names it.

    Examples
    --------
    >>> import equinox as eqx, jax
    >>> from bouton.credit import KolenPollack, convert
    >>> old = eqx.nn.MLP(4, 3, width_size=8, depth=2, key=jax.random.key(0))
    >>> net, state = convert(old, KolenPollack(), key=jax.random.key(1), weight_decay=0.01)
    >>> [weights.shape for weights in state.weights]
    [(8, 4), (8, 8), (3, 8)]
    """
    found = list(_linear_layers(net))
    layers = [DenseLayer(linear.weight.shape[0], activation) for linear, activation in found]
    new = AlignmentNetwork(layers, (found[0][0].weight.shape[1],), feedback, **options)
    weights = tuple(jnp.array(linear.weight) for linear, _ in found)
    bias = tuple(
        jnp.zeros((len(linear.weight), 1)) if linear.bias is None else jnp.array(linear.bias)[:, None]
        for linear, _ in found
    )
    return new, new.init(key)._replace(weights=weights, bias=bias)


def _linear_layers(net: eqx.Module) -> Iterator[tuple[eqx.nn.Linear, Activation]]:
    parts = list(_parts(net))
    if not parts or not isinstance(parts[0], eqx.nn.Linear):
        raise InputError(f"net must be an eqx.nn.MLP or eqx.nn.Sequential that begins with a Linear, got {shown(net)}")
    for number, part in enumerate(parts):
        if isinstance(part, eqx.nn.Linear):
            above = parts[number + 1] if number + 1 < len(parts) else None
            yield part, Identity() if above is None or isinstance(above, eqx.nn.Linear) else _activation(above)
        elif not isinstance(parts[number - 1], eqx.nn.Linear):
            raise InputError(f"one activation may follow a linear layer, got a further one: {shown(part)}")


def _parts(net: Any) -> Iterator[Any]:
    """Yield the layers of a net, in their order."""
    if isinstance(net, eqx.nn.Sequential):
        for layer in net.layers:
            yield from _parts(layer)
    elif isinstance(net, eqx.nn.MLP):
        for layer in net.layers[:-1]:
            yield layer
            yield net.activation
        yield net.layers[-1]
        yield net.final_activation
    else:
        yield net


def _activation(part: Any) -> Activation:
    function = part.fn if isinstance(part, eqx.nn.Lambda) else part
    values = jnp.linspace(-2.0, 2.0, 5)
    if callable(function) and not isinstance(function, eqx.Module):
        for known in (Identity(), Rectifier(), Tanh()):
            if jnp.array_equal(jnp.stack([jnp.asarray(function(value)) for value in values]), known(values)):
                return known
    raise InputError(
        f"a net can be converted where its layers are linear, with rectifiers or tanh between them; got {shown(part)}"
    )
