r"""Gradient, Hessian and normal equations of a dense network in closed form, layer by layer; for tracing.

With :math:`z_l` what enters layer l (a constant 1 at its end where there are biases), :math:`u_l` its potentials,
:math:`e_l` the derivatives of the loss of one sample by them and :math:`H_{lm}` its second derivatives where the
potentials of two layers are shifted,

.. math::

    e_l &= \sigma'(u_l) \odot W_{l+1}^T e_{l+1}, \qquad
    H_{lm} = \sigma'(u_l) \odot W_{l+1}^T H_{l+1,m} \; (l < m), \\
    H_{ll} &= H_{l,l+1} W_{l+1} \odot \sigma'(u_l) + \mathrm{diag}(\sigma''(u_l) \odot W_{l+1}^T e_{l+1}), \\
    \frac{\partial L}{\partial W_l} &= \sum_s e_l z_l^T, \qquad
    \frac{\partial^2 L}{\partial W_l\, \partial W_m} = \sum_s H_{lm} \otimes z_l z_m^T +
      e_m \otimes \frac{\partial z_m}{\partial u_l} \otimes z_l .

That is two matrix products over all samples for each pair of layers, where differentiating the gradient takes as many
passes as there are weights. Without what holds :math:`e` or :math:`\sigma''`, and with the identity for the second
derivative by the outputs, it is :math:`J^T J` of the outputs. Arrays have samples last, so that all elementwise work
runs along them.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from bouton.landscape.activations import NamedActivation
from bouton.landscape.parameters import Parameters

__all__ = ["Passed", "forward", "gradient_of", "hessian_of", "normal_equations"]


class Passed(NamedTuple):
    """What a pass through the layers leaves."""

    entering: tuple[Array, ...]
    """For each layer, array (fan-in, samples), ones at the end where there are biases."""
    potentials: tuple[Array, ...]
    """Of hidden layers, arrays (units, samples)."""
    outputs: Array
    """Array (outputs, samples)."""


def forward(activation: NamedActivation, parameters: Parameters, columns: Any) -> Passed:
    """Pass samples, array (inputs, samples), through all layers."""
    entering, potentials, x = [], [], columns
    for number, (weight, bias) in enumerate(parameters):
        if number:
            potentials.append(x)
            x = activation.function(x)
        entering.append(x if bias is None else jnp.concatenate([x, jnp.ones((1, x.shape[1]), x.dtype)]))
        x = weight @ x if bias is None else weight @ x + bias[:, None]
    return Passed(tuple(entering), tuple(potentials), x)


def gradient_of(activation: NamedActivation, parameters: Parameters, passed: Passed, errors: Array) -> Array:
    """Return the gradient of a sum over samples as one vector, from its derivatives by outputs (outputs, samples)."""
    parts: list[Array] = []
    for layer in reversed(range(len(parameters))):
        parts = [*_split(errors @ passed.entering[layer].T, parameters[layer].bias is not None), *parts]
        if layer:
            errors = (parameters[layer].weight.T @ errors) * _first(activation, passed.potentials[layer - 1])
    return jnp.concatenate([part.ravel() for part in parts])


def normal_equations(
    activation: NamedActivation, parameters: Parameters, passed: Passed, errors: Array
) -> tuple[Array, Array]:
    """Return J'J of the outputs and J'r, r the errors (outputs, samples), in the order of parameters as one vector."""
    if len(errors) > 1:
        matrix = _assembled(activation, parameters, passed, None, None)
        return matrix, gradient_of(activation, parameters, passed, errors)
    jacobian = _jacobian(activation, parameters, passed)
    return jacobian @ jacobian.T, jacobian @ errors[0]


def _jacobian(activation: NamedActivation, parameters: Parameters, passed: Passed) -> Array:
    """Return the derivatives of a single output, array (parameters, samples)."""
    back, parts = jnp.ones_like(passed.outputs), []
    for layer in reversed(range(len(parameters))):
        outer = back[:, None] * passed.entering[layer][None]
        rows = _split(outer, parameters[layer].bias is not None)
        parts = [*(part.reshape(-1, part.shape[-1]) for part in rows), *parts]
        if layer:
            back = (parameters[layer].weight.T @ back) * _first(activation, passed.potentials[layer - 1])
    return jnp.concatenate(parts)


def hessian_of(
    activation: NamedActivation, parameters: Parameters, passed: Passed, errors: Array, second: Array | None
) -> Array:
    """Return the Hessian of a sum over samples, from its derivatives by the outputs.

    The first derivatives are `errors` (outputs, samples), the second ones (outputs, outputs, samples) or None where
    they are the identity.
    """
    if len(parameters) == 2 and len(errors) == 1 and second is None:
        return _shallow_hessian(activation, parameters, passed, errors)
    return _assembled(activation, parameters, passed, errors, second)


def _shallow_hessian(activation: NamedActivation, parameters: Parameters, passed: Passed, errors: Array) -> Array:
    """Return the Hessian of one hidden layer and one output: J'J, and what each neuron adds by itself."""
    jacobian, x, (u,) = _jacobian(activation, parameters, passed), passed.entering[0], passed.potentials
    units, fan_in = len(u), len(x)
    curved = (parameters[1].weight.T * errors * _second(activation, u)) @ (x[:, None] * x[None]).reshape(
        -1, len(x[0])
    ).T
    own = jnp.eye(units)[:, None, :, None] * curved.reshape(units, fan_in, 1, fan_in)
    above = _crossed_next(errors, _first(activation, u), x, len(passed.entering[1]))
    nothing = jnp.zeros((above.shape[1], above.shape[1]))
    alone = jnp.block([[own.reshape(units * fan_in, -1), above], [above.T, nothing]])
    return jacobian @ jacobian.T + _ordered(alone, parameters)


def _assembled(
    activation: NamedActivation, parameters: Parameters, passed: Passed, errors: Array | None, second: Array | None
) -> Array:
    last, shifts = len(parameters) - 1, {}
    slopes = [_first(activation, potential) for potential in passed.potentials]
    all_errors: list[Any] = [None] * last + [errors]
    for layer in reversed(range(last)):
        weight = parameters[layer + 1].weight
        for other in range(layer + 1, last + 1):
            if layer + 1 == other == last and second is None:
                shifts[layer, other] = weight.T[:, :, None] * slopes[layer][:, None]
            else:
                above = second if layer + 1 == other == last else shifts[layer + 1, other]
                shifts[layer, other] = jnp.einsum("ki,kjs->ijs", weight, above) * slopes[layer][:, None]
        own = jnp.einsum("ijs,jk->iks", shifts[layer, layer + 1], weight) * slopes[layer][None]
        if errors is not None:
            pulled = weight.T @ all_errors[layer + 1]
            all_errors[layer] = pulled * slopes[layer]
            curved = pulled * _second(activation, passed.potentials[layer])
            own = own + jnp.eye(len(pulled))[:, :, None] * curved[None]
        shifts[layer, layer] = own
    blocks: list[list[Any]] = [[None] * (last + 1) for _ in range(last + 1)]
    for one in range(last + 1):
        z, moved = passed.entering[one], None
        for other in range(one, last + 1):
            y = passed.entering[other]
            if one == last and second is None:
                block = jnp.kron(jnp.eye(len(passed.outputs)), z @ z.T)
            else:
                shared = second if one == last and second is not None else shifts[one, other]
                block = _summed(shared, z, y)
            if errors is not None and other == one + 1:
                block = block + _crossed_next(all_errors[other], slopes[one], z, len(y))
            elif errors is not None and other > one:
                # How what enters the other layer changes as potentials of this one are shifted.
                moved = jnp.eye(len(slopes[one]))[:, :, None] * slopes[one][None] if moved is None else moved
                moved = jnp.einsum("ijs,kj->iks", moved, parameters[other - 1].weight) * slopes[other - 1][None]
                block = block + _crossed(all_errors[other], moved, z, len(y))
            blocks[one][other] = block
            if other > one:
                blocks[other][one] = block.T
    return _ordered(jnp.block(blocks), parameters)


def _summed(shared: Array, z: Array, y: Array) -> Array:
    """Return the sum over samples of shared x (z y'), rows (unit, fan-in) of one layer, columns of the other."""
    pairs = (z[:, None] * y[None]).reshape(-1, z.shape[1])
    found = shared.reshape(-1, z.shape[1]) @ pairs.T
    found = found.reshape(shared.shape[0], shared.shape[1], len(z), len(y)).transpose(0, 2, 1, 3)
    return found.reshape(shared.shape[0] * len(z), -1)


def _crossed_next(errors: Array, slopes: Array, z: Array, fan_in: int) -> Array:
    """Return what `_crossed` does for neighbouring layers, where each unit moves one value alone."""
    units = len(slopes)
    found = ((slopes[:, None] * z[None]).reshape(-1, z.shape[1]) @ errors.T).reshape(units, len(z), len(errors), 1)
    found = jnp.pad(found * jnp.eye(units)[:, None, None], ((0, 0), (0, 0), (0, 0), (0, fan_in - units)))
    return found.reshape(units * len(z), -1)


def _crossed(errors: Array, moved: Array, z: Array, fan_in: int) -> Array:
    """Return the sum over samples of errors x moved x z; a constant that enters does not move."""
    changes = (moved[:, None] * z[None, :, None]).reshape(-1, z.shape[1])
    found = (changes @ errors.T).reshape(moved.shape[0], len(z), moved.shape[1], len(errors)).transpose(0, 1, 3, 2)
    found = jnp.pad(found, ((0, 0), (0, 0), (0, 0), (0, fan_in - moved.shape[1])))
    return found.reshape(moved.shape[0] * len(z), -1)


def _first(activation: NamedActivation, potential: Array) -> Array:
    return jax.jvp(activation.function, (potential,), (jnp.ones_like(potential),))[1]


def _second(activation: NamedActivation, potential: Array) -> Array:
    return jax.jvp(lambda u: _first(activation, u), (potential,), (jnp.ones_like(potential),))[1]


def _split(values: Array, with_bias: bool) -> list[Array]:
    """Return what belongs to weights and what to biases, of an array (units, fan-in, ...)."""
    return [values[:, :-1], values[:, -1]] if with_bias else [values]


def _ordered(matrix: Array, parameters: Parameters) -> Array:
    """Return a matrix over rows (weights, bias) of each layer in the order of parameters as one vector."""
    if all(layer.bias is None for layer in parameters):
        return matrix
    order, start = [], 0
    for weight, bias in parameters:
        units, fan_in = weight.shape[0], weight.shape[1] + (bias is not None)
        places = start + np.arange(units * fan_in).reshape(units, fan_in)
        order += [part.ravel() for part in (places[:, :-1], places[:, -1])] if bias is not None else [places.ravel()]
        start += units * fan_in
    chosen = np.concatenate(order)
    return matrix[chosen][:, chosen]
