"""Parameters of dense layers as a plain tree: from arrays and from Equinox; and as one vector."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton.errors import InputError

__all__ = ["DenseWeights", "Parameters", "parameters_of", "permute_neurons", "put_into"]


class DenseWeights(NamedTuple):
    """Weights of one dense layer."""

    weight: Any
    """Array (units, fan-in)."""
    bias: Any = None
    """Array (units,), or None where there is none."""


Parameters = tuple[DenseWeights, ...]
"""The layers of a network from the first to the linear output, in double precision."""


def parameters_of(net: Any) -> Parameters:
    """Return the parameters of a net of dense layers, in double precision.

    Parameters
    ----------
    net : Parameters, sequence, eqx.nn.MLP or eqx.nn.Sequential
        `eqx.nn.Linear` layers in their order, the last one linear; or one array (units, fan-in), or one pair (weight,
        bias), for each layer. The activation between them is that of the landscape, whatever the net has.

    Returns
    -------
    tuple of DenseWeights

    Raises
    ------
    InputError
        If there are fewer than two layers, shapes do not follow on each other, outputs are not linear, or a weight is
        not finite.

    Examples
    --------
    >>> import numpy as np
    >>> [layer.weight.shape for layer in parameters_of([np.ones((3, 2)), np.ones((1, 3))])]
    [(3, 2), (1, 3)]
    """
    layers = [_layer(part) for part in _parts(net)]
    if len(layers) < 2:
        raise InputError(f"a network needs a hidden layer and an output layer, got {len(layers)} layers")
    for below, above in pairwise(layers):
        if above.weight.shape[1] != below.weight.shape[0]:
            raise InputError(
                f"a layer of {below.weight.shape[0]} units is followed by weights {above.weight.shape}: "
                "the second number must be that of the units below"
            )
    return tuple(layers)


def _parts(net: Any) -> list[Any]:
    import equinox as eqx

    if isinstance(net, eqx.Module):
        import jax

        leaves = jax.tree.leaves(net, is_leaf=lambda part: isinstance(part, eqx.nn.Linear))
        parts = [part for part in leaves if isinstance(part, eqx.nn.Linear)]
        if any(eqx.is_array(leaf) for leaf in leaves):
            raise InputError("net must hold its weights in eqx.nn.Linear layers alone")
        if not _ends_linearly(net):
            raise InputError("outputs must be linear: leave out what comes after the last eqx.nn.Linear layer")
        return [(part.weight, part.bias) for part in parts]
    return list(net)


def _ends_linearly(net: Any) -> bool:
    import equinox as eqx

    if isinstance(net, eqx.nn.Sequential):
        return isinstance(net.layers[-1], eqx.nn.Linear)
    final = getattr(net, "final_activation", None)
    probe = np.array([-0.7, 1.3], np.float32)
    return final is None or bool(np.all(np.asarray(final(probe)) == probe))


def _layer(part: Any) -> DenseWeights:
    if not hasattr(part, "ndim") and not (isinstance(part, tuple | list) and len(part) == 2):
        raise InputError(f"a layer must be an array of weights or a pair (weight, bias), got {type(part).__name__}")
    weight, bias = (part, None) if hasattr(part, "ndim") else part
    weight = np.array(weight, np.float64)
    if weight.ndim != 2 or 0 in weight.shape:
        raise InputError(f"the weights of a layer must be a matrix (units, fan-in), got shape {weight.shape}")
    if bias is not None:
        bias = np.array(bias, np.float64).reshape(-1)
        if len(bias) != len(weight):
            raise InputError(f"a layer of {len(weight)} units needs as many biases, got {len(bias)}")
    if not all(np.isfinite(each).all() for each in (weight, bias) if each is not None):
        raise InputError("weights must be finite")
    return DenseWeights(weight, bias)


def put_into(net: Any, parameters: Parameters) -> Any:
    """Return a net of Equinox with other weights, of the same or other widths.

    Parameters
    ----------
    net : eqx.nn.MLP or eqx.nn.Sequential
        Of as many `eqx.nn.Linear` layers.
    parameters : tuple of DenseWeights
        What it is to compute with.

    Returns
    -------
    eqx.Module
        The weights are of the precision that JAX is set to.

    Raises
    ------
    InputError
        If the number of layers differs, or a layer has a bias in one of them only.
    """
    import equinox as eqx
    import jax
    import jax.numpy as jnp

    def is_linear(part: Any) -> bool:
        return isinstance(part, eqx.nn.Linear)

    linear = [part for part in jax.tree.leaves(net, is_leaf=is_linear) if is_linear(part)]
    if len(linear) != len(parameters):
        raise InputError(f"the net has {len(linear)} layers, the parameters {len(parameters)}")
    new = []
    for old, layer in zip(linear, parameters, strict=True):
        if (old.bias is None) != (layer.bias is None):
            raise InputError("the net and the parameters must have biases in the same layers")
        values = (jnp.asarray(layer.weight, float), None if layer.bias is None else jnp.asarray(layer.bias, float))
        units, fan_in = layer.weight.shape
        fresh = eqx.nn.Linear(fan_in, units, use_bias=old.bias is not None, key=jax.random.key(0))
        new.append(eqx.tree_at(lambda part: (part.weight, part.bias), fresh, values, is_leaf=lambda leaf: leaf is None))
    replaced = iter(new)
    return jax.tree.map(lambda part: next(replaced) if is_linear(part) else part, net, is_leaf=is_linear)


def permute_neurons(parameters: Any, order: ArrayLike, layer: int = 0) -> Parameters:
    """Return the network with the neurons of one layer in another order; it computes the same.

    Parameters
    ----------
    parameters : tuple of DenseWeights
        The network.
    order : sequence of int
        For each place the neuron that comes there; each neuron once.
    layer : int, default 0
        Which hidden layer.

    Returns
    -------
    tuple of DenseWeights

    Raises
    ------
    InputError
        If the order is no permutation of the neurons, or there is no such hidden layer.
    """
    known = parameters_of(parameters)
    below, above = hidden_layer(known, layer)
    chosen = np.asarray(order)
    if sorted(chosen.tolist()) != list(range(len(below.weight))):
        raise InputError(f"order must name each of the {len(below.weight)} neurons once, got {chosen.tolist()}")
    return with_layer(known, layer, incoming_of(below)[chosen], above.weight.T[chosen])


def hidden_layer(parameters: Parameters, layer: int) -> tuple[DenseWeights, DenseWeights]:
    """Return the weights into and out of a hidden layer; refuse what is none."""
    if not 0 <= layer < len(parameters) - 1:
        raise InputError(
            f"layer must be a hidden layer, 0 to {len(parameters) - 2}, got {layer}: the output layer has no others "
            "to be exchanged with"
        )
    return parameters[layer], parameters[layer + 1]


def known_neuron(parameters: Parameters, layer: int, **neurons: int) -> None:
    """Refuse numbers of neurons that a hidden layer does not have."""
    count = len(hidden_layer(parameters, layer)[0].weight)
    for name, neuron in neurons.items():
        if not 0 <= neuron < count:
            raise InputError(f"{name} must be a neuron of layer {layer}, 0 to {count - 1}, got {neuron}")


def same_shapes(one: Parameters, other: Parameters) -> bool:
    """Return whether two networks have the same widths, and biases in the same layers."""
    shapes = ([[np.shape(part) for part in layer if part is not None] for layer in each] for each in (one, other))
    return len({repr(each) for each in shapes}) == 1


def same_elsewhere(one: Parameters, other: Parameters, layer: int, tolerance: float) -> bool:
    """Return whether two networks agree in all but the neurons of one hidden layer."""
    for number, (ours, theirs) in enumerate(zip(one, other, strict=True)):
        parts = [] if number in (layer, layer + 1) else [(ours.weight, theirs.weight)]
        if number != layer:
            parts.append((ours.bias, theirs.bias))
        for a, b in parts:
            if (a is None) != (b is None) or (a is not None and np.shape(a) != np.shape(b)):
                return False
            if a is not None and np.abs(a - b).max() > tolerance:
                return False
    return True


def incoming_of(below: DenseWeights) -> Float[np.ndarray, "units incoming"]:
    """Return the incoming vectors of neurons, the bias last where there is one."""
    weight = np.asarray(below.weight)
    return weight.copy() if below.bias is None else np.column_stack([weight, below.bias])


def neurons_of(
    parameters: Parameters, layer: int
) -> tuple[Float[np.ndarray, "units incoming"], Float[np.ndarray, "units outputs"]]:
    """Return copies of the incoming and outgoing vectors of a hidden layer."""
    below, above = hidden_layer(parameters, layer)
    return incoming_of(below), np.array(above.weight.T)


def with_layer(
    parameters: Parameters,
    layer: int,
    incoming: Float[np.ndarray, "units incoming"],
    outgoing: Float[np.ndarray, "units outputs"],
) -> Parameters:
    """Return the network with other neurons in one hidden layer, each with incoming and outgoing vector."""
    below, above = parameters[layer], parameters[layer + 1]
    layers = list(parameters)
    layers[layer] = (
        DenseWeights(incoming.copy())
        if below.bias is None
        else DenseWeights(incoming[:, :-1].copy(), incoming[:, -1].copy())
    )
    layers[layer + 1] = DenseWeights(outgoing.T.copy(), above.bias)
    return tuple(layers)


def flattened(parameters: Parameters) -> Float[np.ndarray, " parameters"]:
    """Return all parameters as one vector: layer by layer, weights row by row, then biases."""
    return np.concatenate([np.ravel(part) for layer in parameters for part in layer if part is not None])


def unflattened(vector: Any, like: Parameters) -> Parameters:
    """Return a vector as parameters of the shapes of others; works on arrays of NumPy and JAX."""
    layers, start = [], 0
    for layer in like:
        parts = []
        for part in layer:
            if part is None:
                parts.append(None)
                continue
            parts.append(vector[start : start + part.size].reshape(part.shape))
            start += part.size
        layers.append(DenseWeights(*parts))
    return tuple(layers)
