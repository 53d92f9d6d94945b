"""Derivatives in closed form against differentiation by JAX and by differences."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.errors import InputError
from bouton.landscape import LossLandscape, glorot_start, parameters_of
from bouton.landscape._compiled import squares_of
from bouton.landscape.loss import loss_of_vector
from bouton.landscape.parameters import flattened, unflattened

RNG = np.random.default_rng(0)
X = RNG.normal(size=(25, 3))


def entropy(outputs, target):
    return jax.nn.logsumexp(outputs) - outputs[0] * target[0] + 0.1 * jnp.sum(outputs**3)


def network(widths, bias):
    start = glorot_start(widths, 1, bias=bias)
    return parameters_of([(w, None if b is None else RNG.normal(size=b.shape)) for w, b in start])


@pytest.mark.parametrize(
    ("widths", "bias", "loss"),
    [
        ((3, 4, 1), True, None),
        ((3, 1, 1), False, None),
        ((3, 2, 2), False, None),
        pytest.param((3, 4, 3, 1), True, None, marks=pytest.mark.thorough),
        pytest.param((3, 4, 2, 3, 2), True, None, marks=pytest.mark.thorough),
        pytest.param((3, 2, 3, 2), True, entropy, marks=pytest.mark.thorough),
    ],
)
def test_gradient_and_hessian_are_those_of_jax(widths, bias, loss):
    landscape = LossLandscape(X, RNG.normal(size=(25, widths[-1])), "tanh", loss)
    point = network(widths, bias)
    with jax.enable_x64(True):
        of_vector = partial(loss_of_vector, landscape, point)
        slope = np.asarray(jax.jit(jax.grad(of_vector))(flattened(point)))
        hessian = np.asarray(jax.jit(jax.hessian(of_vector))(flattened(point)))
    np.testing.assert_allclose(flattened(landscape.gradient(point)), slope, atol=1e-14 * np.abs(slope).max())
    np.testing.assert_allclose(landscape.hessian(point), hessian, atol=1e-14 * np.abs(hessian).max())


@pytest.mark.parametrize(("widths", "bias"), [((3, 4, 1), False), ((3, 3, 2, 2), True)])
def test_normal_equations_are_those_of_differences(widths, bias):
    targets = RNG.normal(size=(25, widths[-1]))
    landscape, point = LossLandscape(X, targets, "logistic"), network(widths, bias)
    vector, step = flattened(point), 1e-5

    def errors(at):
        # Samples first or outputs first makes no difference to sums over both.
        return (landscape.outputs(unflattened(at, point)) - targets).ravel()

    rows = [(errors(vector + step * e) - errors(vector - step * e)) / (2 * step) for e in np.eye(vector.size)]
    jacobian = np.stack(rows, axis=1)
    with jax.enable_x64(True):
        squares, equations = squares_of(landscape, partial(unflattened, like=point))
        matrix, slope = map(np.asarray, jax.jit(equations)(vector))
        total = float(jax.jit(squares)(vector))
    np.testing.assert_allclose(matrix, jacobian.T @ jacobian, atol=1e-6)
    np.testing.assert_allclose(slope, jacobian.T @ errors(vector), atol=1e-6)
    assert total == pytest.approx(np.sum(errors(vector) ** 2), rel=1e-13)


def test_softmax_has_a_null_direction_for_each_unit_and_the_bias():
    """A constant added to all outputs leaves the loss alone: one direction for each thing that reaches the outputs."""

    def softmax_loss(outputs, target):
        return jax.nn.logsumexp(outputs) - outputs[target]

    labels = RNG.integers(3, size=25)
    landscape, point = LossLandscape(X, labels, "tanh", softmax_loss), network((3, 2, 3), True)
    hessian = landscape.hessian(point)
    directions = np.zeros((3, hessian.shape[0]))
    for n in range(3):
        # Weights from units 0 and 1, rows of two; then the biases.
        directions[n, 8 + n : 14 : 2] = n < 2
        directions[n, 14:] = n == 2
    assert np.abs(hessian @ directions.T).max() < 1e-14
    assert np.abs(directions @ flattened(landscape.gradient(point))).max() < 1e-15


def test_a_loss_must_be_one_number():
    landscape = LossLandscape(X, np.zeros((25, 2)), "tanh", lambda outputs, target: outputs - target)
    with pytest.raises(InputError, match="one number"):
        landscape.value(glorot_start((3, 2, 2), 0))
