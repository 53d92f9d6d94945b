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

Sources: R. Linsker, IEEE Computer 21(3):105, 1988; R. Linsker, Neural Computation 4:691, 1992. The closed form of the
pair is derived anew.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton.errors import InputError
from bouton.features._arguments import check_positive, check_sizes

__all__ = [
    "Ascent",
    "OptimalPair",
    "information",
    "information_gradient",
    "maximise_information",
    "optimal_pair",
    "pair_information",
    "reconstruction_error",
]


def _noises(
    weights: Float[Array, "outputs inputs"],
    covariance: Float[Array, "inputs inputs"],
    output_noise: Float[Array, ""] | float,
    input_noise: Float[Array, ""] | float,
) -> tuple[Array, Array, Array]:
    """Return the covariance of noisy inputs, and those of the outputs with and without signal."""
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
        W at the start, no row of zeros. Rows that are exactly alike stay alike.
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


def pair_information(first_variance: float, second_variance: float, correlation: float, output_noise: float) -> float:
    r"""Return the information of two outputs from their variances and their correlation.

    .. math:: I = \tfrac12 \ln \frac{B^2 + B (V_1 + V_2) + V_1 V_2 (1 - \rho^2)}{B^2}

    Parameters
    ----------
    first_variance, second_variance : float
        Of the outputs without noise.
    correlation : float
        Of the outputs without noise, between -1 and 1.
    output_noise : float
        B.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    InputError
        If a number is out of its range.
    """
    check_positive(output_noise=output_noise)
    if min(first_variance, second_variance) < 0 or abs(correlation) > 1:
        raise InputError(
            "variances must not be negative and the correlation must lie in [-1, 1], got "
            f"{first_variance}, {second_variance} and {correlation}"
        )
    common = first_variance * second_variance * (1 - correlation**2)
    ratio = (first_variance + second_variance) / output_noise + common / output_noise**2
    return math.log1p(ratio) / 2


class OptimalPair(NamedTuple):
    """Two outputs of unit length that tell most.

    Parameters
    ----------
    information : float
        In nats.
    angle : float
        Between the two weight vectors, in radians, each half of it from the first eigenvector.
    transition : float
        Output noise from which on both take the first eigenvector.
    """

    information: float
    angle: float
    transition: float


def optimal_pair(first: float, second: float, output_noise: float) -> OptimalPair:
    r"""Return what two outputs with weights of unit length tell at most, in closed form.

    .. math::

        \sin^2 \varphi = \frac12 - \frac{B (l_1 - l_2)}{4\, l_1 l_2} \quad \text{for } B < B^* =
        \frac{2\, l_1 l_2}{l_1 - l_2}, \qquad \varphi = 0 \text{ beyond}

    with the two largest eigenvalues :math:`l_1 \ge l_2` of the input's covariance and the weight vectors at
    :math:`\pm\varphi` from the first eigenvector.

    Parameters
    ----------
    first, second : float
        Eigenvalues.
    output_noise : float
        B.

    Returns
    -------
    OptimalPair

    Raises
    ------
    InputError
        If a number is not positive, or the second eigenvalue exceeds the first.

    Examples
    --------
    >>> best = optimal_pair(2.0, 1.0, output_noise=2.0)
    >>> round(best.information, 6), round(math.degrees(best.angle)), best.transition
    (0.569717, 60, 4.0)
    """
    check_positive(first=first, second=second, output_noise=output_noise)
    if second > first:
        raise InputError(f"second must not exceed first, got {second} and {first}")
    transition = 2 * first * second / (first - second) if first > second else math.inf
    if output_noise >= transition:
        return OptimalPair(math.log1p(2 * first / output_noise) / 2, 0.0, transition)
    root = (2 * first * second + output_noise * (first + second)) / (2 * output_noise)
    squared_sine = 0.5 - output_noise * (first - second) / (4 * first * second)
    return OptimalPair(math.log(root / math.sqrt(first * second)), 2 * math.asin(math.sqrt(squared_sine)), transition)


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
    seen = weights @ covariance
    return float(np.trace(covariance) - np.trace(np.linalg.pinv(seen @ weights.T) @ (seen @ seen.T)))


def _check_noise(output_noise: Float[Array, ""] | float, input_noise: Float[Array, ""] | float) -> None:
    values = {"output_noise": output_noise, "input_noise": input_noise}
    numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
    for name, value in numbers.items():
        if not 0 <= value < math.inf:
            raise InputError(f"{name} must be finite and not negative, got {value}")
    if len(numbers) == 2 and output_noise == 0 and input_noise == 0:
        raise InputError("without any noise the information is infinite: give output_noise or input_noise")
