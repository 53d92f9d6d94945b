"""What training compiles: the flow from a vector, its polishing, and both side by side for many."""

from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array

from bouton.landscape._closed_forms import normal_equations
from bouton.landscape._least_squares import Minimised, damped_newton, levenberg_marquardt
from bouton.landscape._rosenbrock import Flowed, flow
from bouton.landscape.loss import (
    LossLandscape,
    gradient_of_vector,
    hessian_of_vector,
    loss_of_vector,
    pass_through,
)
from bouton.landscape.parameters import Parameters, unflattened

__all__ = ["flow_of_vector", "followed", "lanes", "polish_of_vector", "polished", "squares_of"]


def flow_of_vector(landscape: LossLandscape, like: Parameters, vector: Any, limits: Any, steps: int) -> Flowed:
    """Follow the gradient flow from one vector, for tracing."""
    gradient, hessian = (partial(each, landscape, like) for each in (gradient_of_vector, hessian_of_vector))
    return flow(gradient, hessian, vector, limits[0], limits[1], limits[2], steps, limits[3])


def polish_of_vector(landscape: LossLandscape, like: Parameters, vector: Any, iterations: int, aim: Any) -> Minimised:
    """Minimise from one vector, for tracing."""
    if not landscape.is_squared:
        parts = (loss_of_vector, gradient_of_vector, hessian_of_vector)
        loss, gradient, hessian = (partial(each, landscape, like) for each in parts)
        return damped_newton(loss, gradient, hessian, vector, iterations)
    squares, equations = squares_of(landscape, partial(unflattened, like=like))
    return levenberg_marquardt(squares, equations, vector, iterations, aim * len(landscape.inputs))


def squares_of(
    landscape: LossLandscape, network: Callable[[Array], Parameters]
) -> tuple[Callable[[Array], Array], Callable[[Array], tuple[Array, Array]]]:
    """Return the sum of squared errors, and its normal equations by the parameters of a network; for tracing."""

    def squares(vector: Array) -> Array:
        return jnp.sum((pass_through(landscape, network(vector)).outputs - landscape.targets.T) ** 2)

    def equations(vector: Array) -> tuple[Array, Array]:
        parameters = network(vector)
        passed = pass_through(landscape, parameters)
        return normal_equations(landscape.activation, parameters, passed, passed.outputs - landscape.targets.T)

    return squares, equations


followed = eqx.filter_jit(flow_of_vector)
polished = eqx.filter_jit(polish_of_vector)


@eqx.filter_jit
def lanes(
    landscape: LossLandscape,
    like: Parameters,
    vectors: Any,
    limits: Any,
    steps: int,
    iterations: int,
    aim: Any,
    flows: bool,
) -> tuple[Array, Array, Array, Array]:
    """Train all rows of an array side by side; return ends, times and steps of the flow, iterations."""

    def lane(vector: Array) -> tuple[Array, Array, Array, Array]:
        time, taken = limits[0] * 0, limits[0] * 0
        if flows:
            flowed = flow_of_vector(landscape, like, vector, limits, steps)
            vector, time, taken = flowed.end, flowed.time, flowed.steps
        done = polish_of_vector(landscape, like, vector, iterations, aim)
        return done.end, time, taken, done.iterations

    return jax.vmap(lane)(vectors)
