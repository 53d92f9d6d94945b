r"""Infomax: what a noisy linear channel tells about its input, and the weights that make it tell most.

.. math::

    y = W (x + \nu) + \mu, \qquad
    I(W) = \tfrac12 \ln \frac{\det\big(W (Q + B_i 1) W^\top + B_o 1\big)}{\det\big(B_i W W^\top + B_o 1\big)}

with Gaussian input x of covariance Q, noise of variance :math:`B_i` on every input line and :math:`B_o` on every
output, in nats. Its gradient is

.. math:: \frac{dI}{dW} = S^{-1} W (Q + B_i 1) - N^{-1} B_i W

with S and N the two matrices above: Hebbian in the presence of signal and anti-Hebbian in the presence of noise alone.

One output alone does best along the leading eigenvector of Q, which is what Oja's rule finds; there the linear
reconstruction of the input from the output is best, too. Two outputs of unit length share the work: where noise is
strong both take it (redundancy), where it is weak they part (diversity). See `optimal_pair`.

Sources: R. Linsker, IEEE Computer 21(3):105, 1988; R. Linsker, Neural Computation 4:691, 1992.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_positive, check_sizes
from bouton._floating import floating
from bouton.errors import InputError
from bouton.features.variance import linear_reconstruction

__all__ = [
    "Ascent",
    "information",
    "information_gradient",
    "maximise_information",
    "reconstruction_error",
]


def _noises(
    weights: Float[Array, "outputs inputs"],
    covariance: Float[Array, "inputs inputs"],
    output_noise: Float[Array, ""] | float,
    input_noise: Float[Array, ""] | float,
) -> tuple[Array, Array, Array]:
    """Return the covariance of noisy inputs, and those of the outputs with and without signal."""
    weights, covariance = floating(weights), floating(covariance)
    noisy = covariance + input_noise * jnp.eye(covariance.shape[0], dtype=covariance.dtype)
    at_output = output_noise * jnp.eye(weights.shape[0], dtype=weights.dtype)
    return noisy, weights @ noisy @ weights.T + at_output, input_noise * (weights @ weights.T) + at_output


def information(
    weights: Float[Array, "outputs inputs"],
    covariance: Float[Array, "inputs inputs"],
    output_noise: Float[Array, ""] | float,
    input_noise: Float[Array, ""] | float = 0.0,
) -> Float[Array, ""]:
    """Return the mutual information of input and output.

    Parameters
    ----------
    weights : array (outputs, inputs)
        W.
    covariance : array (inputs, inputs)
        Q, of the input without noise.
    output_noise, input_noise : float
        Variances of the noise of each output and on each input line. Default: no input noise. Without output noise the
        rows of W must be independent, and there must be input noise; otherwise the information is infinite.

    Returns
    -------
    scalar
        In nats.

    Raises
    ------
    InputError
        If a variance is negative, or both are zero.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> round(float(information(jnp.array([[1.0, 0.0]]), jnp.diag(jnp.array([3.0, 1.0])), 1.0)), 4)
    0.6931
    """
    _check_noise(output_noise, input_noise)
    _, signal, noise = _noises(weights, covariance, output_noise, input_noise)
    return (jnp.linalg.slogdet(signal)[1] - jnp.linalg.slogdet(noise)[1]) / 2


def information_gradient(
    weights: Float[Array, "outputs inputs"],
    covariance: Float[Array, "inputs inputs"],
    output_noise: Float[Array, ""] | float,
    input_noise: Float[Array, ""] | float = 0.0,
) -> Float[Array, "outputs inputs"]:
    """Return the gradient of the information: a Hebbian term with signal, an anti-Hebbian one with noise alone.

    Parameters and errors are those of `information`.
    """
    _check_noise(output_noise, input_noise)
    weights = floating(weights)
    noisy, signal, noise = _noises(weights, covariance, output_noise, input_noise)
    return jnp.linalg.solve(signal, weights @ noisy) - jnp.linalg.solve(noise, input_noise * weights)


class Ascent(NamedTuple):
    """What gradient ascent reached.

    Parameters
    ----------
    weights : array (outputs, inputs)
        W, rows of unit length.
    information : array (steps + 1,)
        At the start and after each step, in nats.
    """

    weights: Float[Array, "outputs inputs"]
    information: Float[Array, " steps_and_start"]


def maximise_information(
    weights: Float[Array, "outputs inputs"],
    covariance: Float[Array, "inputs inputs"],
    output_noise: Float[Array, ""] | float,
    input_noise: Float[Array, ""] | float = 0.0,
    *,
    step_size: float = 0.1,
    steps: int = 2000,
) -> Ascent:
    """Climb the information with rows of unit length: gradient steps, after which every row is scaled back.

    Parameters
    ----------
    weights : array (outputs, inputs)
        W at the start, no row of zeros. Rows that are exactly alike have the same gradient: nothing but rounding parts
        them, late or never.
    covariance : array (inputs, inputs)
        Q.
    output_noise, input_noise : float
        Variances of the noise.
    step_size : float
        Of the gradient, in units of (P + output noise) / P with P the trace of Q plus the input noise. Default 0.1.
    steps : int
        Number of steps. Default 2000.

    Returns
    -------
    Ascent

    Raises
    ------
    InputError
        If a variance, the step or their number is out of its range.
    """
    check_positive(step_size=step_size)
    check_sizes(steps=steps)
    _check_noise(output_noise, input_noise)
    weights, covariance = floating(weights), floating(covariance)
    return _ascended(
        weights, covariance, jnp.asarray(output_noise, weights.dtype), jnp.asarray(input_noise, weights.dtype),
        jnp.asarray(step_size, weights.dtype), steps,
    )  # fmt: skip


def _ascended(
    weights: Array, covariance: Array, output_noise: Array, input_noise: Array, step_size: Array, steps: int
) -> Ascent:
    power = jnp.trace(covariance) + input_noise
    rate = step_size * (power + output_noise) / power

    def unit(rows: Array) -> Array:
        return rows / jnp.linalg.norm(rows, axis=1, keepdims=True)

    def step(now: Array, _: None) -> tuple[Array, Array]:
        gradient = information_gradient(now, covariance, output_noise, input_noise)
        after = unit(now + rate * gradient)
        return after, information(after, covariance, output_noise, input_noise)

    first = unit(weights)
    last, reached = jax.lax.scan(step, first, None, length=steps)
    start = information(first, covariance, output_noise, input_noise)
    return Ascent(last, jnp.concatenate([start[None], reached]))


def reconstruction_error(
    weights: Float[np.ndarray, "outputs inputs"], covariance: Float[np.ndarray, "inputs inputs"]
) -> float:
    r"""Return the error of the best linear reconstruction of the input from outputs without noise.

    .. math:: \min_M \langle |x - M W x|^2 \rangle = \mathrm{tr}\, Q - \mathrm{tr}[(W Q W^\top)^{-1} W Q^2 W^\top]

    Parameters
    ----------
    weights : array (outputs, inputs)
        W.
    covariance : array (inputs, inputs)
        Q.

    Returns
    -------
    float
        Mean squared error, summed over inputs; for one output at least the sum of all eigenvalues but the largest.

    Examples
    --------
    >>> import numpy as np
    >>> float(round(reconstruction_error(np.array([[1.0, 0, 0]]), np.diag([3.0, 1.0, 0.5])), 9))
    1.5
    """
    explained = linear_reconstruction(weights, covariance) @ weights @ covariance
    return float(np.trace(covariance) - np.trace(explained))


def _check_noise(output_noise: Float[Array, ""] | float, input_noise: Float[Array, ""] | float) -> None:
    values = {"output_noise": output_noise, "input_noise": input_noise}
    numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
    for name, value in numbers.items():
        if not 0 <= value < math.inf:
            raise InputError(f"{name} must be finite and not negative, got {value}")
    if len(numbers) == 2 and output_noise == 0 and input_noise == 0:
        raise InputError("without any noise the information is infinite: give output_noise or input_noise")
