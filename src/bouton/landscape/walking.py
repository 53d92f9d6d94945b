"""Walks to a permutation point.

Two neurons of a minimum are brought together, at prescribed distances u or by a penalty on their distance, while all
else minimises the loss: where they meet is a permutation point.

Source: J. Brea, B. Şimşek, B. Illing, W. Gerstner (2019), arXiv:1907.02911; the details of the walk are recalled.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_positive, check_sizes
from bouton.errors import InputError
from bouton.landscape._compiled import squares_of
from bouton.landscape._least_squares import Minimised, damped_newton, levenberg_marquardt
from bouton.landscape.loss import LossLandscape, total_loss
from bouton.landscape.neurons import duplicate
from bouton.landscape.parameters import (
    DenseWeights,
    Parameters,
    flattened,
    hidden_layer,
    incoming_of,
    known_neuron,
    neurons_of,
    unflattened,
    with_layer,
)
from bouton.landscape.training import newton_polish, train_to_convergence

__all__ = ["Walk", "walk_down"]

_CHANNEL = 1e3
_FRACTIONS = (*np.linspace(1, 0.02, 25), 0.01, 0.001)


class Walk(NamedTuple):
    """Networks on the way of two neurons to each other."""

    way: list[Parameters]
    distances: Float[np.ndarray, " points"]
    """Between the two incoming vectors."""
    losses: Float[np.ndarray, " points"]
    shares: Float[np.ndarray, " points"]
    """What the first of the two has of the sum a of both outgoing vectors: a_i . a / a . a; 1/2 where they cancel."""
    largest_weight: Float[np.ndarray, " points"]
    meeting: Parameters
    """The permutation point: the network of one neuron fewer at its critical point, the merged neuron divided again."""
    meeting_loss: float

    @property
    def runs_away(self) -> bool:
        """Whether weights have grown beyond 1000: outgoing weights may diverge like 1/u, a channel to infinity."""
        return bool((self.largest_weight > _CHANNEL).any())


def walk_down(
    landscape: LossLandscape,
    minimum: Any,
    first: int,
    second: int,
    layer: int = 0,
    *,
    fractions: Sequence[float] | np.ndarray = _FRACTIONS,
    penalties: Sequence[float] | np.ndarray | None = None,
    iterations: int = 600,
    restarts: int = 0,
    seed: int = 0,
    meet: bool = True,
) -> Walk:
    """Bring two neurons of a minimum together, with the loss as low as it can be on the way.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss.
    minimum : Parameters
        Where to begin.
    first, second : int
        The neurons.
    layer : int, default 0
        Which hidden layer.
    fractions : sequence of float
        Distances to go through, as shares of that at the start. Default: 1 to 0.02 in 25 steps, 0.01, 0.001.
    penalties : sequence of float, optional
        Instead of prescribed distances, strengths of a penalty (strength/2) u^2 to go through, from weak to strong.
    iterations : int, default 600
        Most iterations of Levenberg-Marquardt, or of damped Newton steps for a loss of one's own, at each.
    restarts : int, default 0
        At each distance or penalty, also begin so many times a tenth of the largest weight away, and keep the lowest.
    seed : int, default 0
        Of these.
    meet : bool, default True
        Let the two meet at the end, and train the network of one neuron fewer. Without, the walk ends where it is.

    Returns
    -------
    Walk

    Raises
    ------
    InputError
        If the two are not different neurons of a hidden layer at a distance, or a number is not positive.

    Notes
    -----
    Constrained minima are not unique: the loss may jump where one ceases to exist.
    """
    known = landscape.checked(minimum)
    known_neuron(known, layer, first=first, second=second)
    check_sizes(iterations=iterations)
    goals, penalised = (fractions, False) if penalties is None else (penalties, True)
    goals = np.atleast_1d(np.asarray(goals, float))
    for value in goals:
        check_positive(**{"penalties" if penalised else "fractions": float(value)})
    if first == second:
        raise InputError(f"first and second must be two neurons, got {first} twice")
    incoming = incoming_of(hidden_layer(known, layer)[0])
    start = float(np.linalg.norm(incoming[second] - incoming[first]))
    if start == 0:
        raise InputError(f"neurons {first} and {second} have the same incoming weights already")
    order = np.array([first, second, *(n for n in range(len(incoming)) if n not in (first, second))])
    sorted_, back = _reordered(known, order, layer), np.argsort(order)
    way, pair, rng = [], sorted_, np.random.default_rng(seed)
    for goal in goals:
        aim, found = float(goal) if penalised else start * float(goal), []
        # At a prescribed distance, the second neuron's place holds the direction.
        vector = flattened(pair if penalised else _directed(pair, layer))
        for number in range(1 + restarts):
            begin = vector + (number > 0) * 0.1 * np.abs(vector).max() * rng.normal(size=vector.shape)
            with jax.enable_x64(True):
                done = _step(landscape, pair, begin, layer, np.float64(aim), penalised, iterations)
            end = unflattened(np.asarray(done.end), pair)
            found.append(end if penalised else _placed(end, layer, aim))
        costs = [landscape.value(each) for each in found]
        if penalised:
            costs = [cost + aim / 2 * _distance(each, layer) ** 2 for cost, each in zip(costs, found, strict=True)]
        pair = found[int(np.argmin(costs))]
        way.append(pair)
    meeting, loss = _met(landscape, pair, layer) if meet else (pair, landscape.value(pair))
    ends = [neurons_of(each, layer) for each in way]
    totals = [a[0] + a[1] for _, a in ends]
    return Walk(
        [_reordered(each, back, layer) for each in way],
        np.array([np.linalg.norm(w[1] - w[0]) for w, _ in ends]),
        landscape.values(way),
        np.array([_share(a[0], total) for (_, a), total in zip(ends, totals, strict=True)]),
        np.array([np.abs(flattened(each)).max() for each in way]),
        _reordered(meeting, back, layer),
        loss,
    )


def _reordered(parameters: Parameters, order: np.ndarray, layer: int) -> Parameters:
    w, a = neurons_of(parameters, layer)
    return with_layer(parameters, layer, w[order], a[order])


def _distance(parameters: Parameters, layer: int) -> float:
    w, _ = neurons_of(parameters, layer)
    return float(np.linalg.norm(w[1] - w[0]))


def _share(part: np.ndarray, total: np.ndarray) -> float:
    """Return the share of a sum; one half where there is nothing to share."""
    length = float(total @ total)
    return float(part @ total / length) if length > 1e-24 * float(part @ part) else 0.5


def _directed(parameters: Parameters, layer: int) -> Parameters:
    w, a = neurons_of(parameters, layer)
    w[1] = (w[1] - w[0]) / np.linalg.norm(w[1] - w[0])
    return with_layer(parameters, layer, w, a)


def _placed(parameters: Parameters, layer: int, distance: float) -> Parameters:
    w, a = neurons_of(parameters, layer)
    w[1] = w[0] + distance * w[1] / np.linalg.norm(w[1])
    return with_layer(parameters, layer, w, a)


def _met(landscape: LossLandscape, pair: Parameters, layer: int) -> tuple[Parameters, float]:
    """Let the two meet, train the network of one neuron, and divide it as the two shared its outgoing weights."""
    w, a = neurons_of(pair, layer)
    total = a[0] + a[1]
    share = _share(a[0], total)
    one = with_layer(
        pair,
        layer,
        np.concatenate([(w[:1] + w[1:2]) / 2, w[2:]]),
        np.concatenate([total[None], a[2:]]),
    )
    reduced = newton_polish(landscape, train_to_convergence(landscape, one, gradient_flow=False).parameters)
    wide = duplicate(reduced.parameters, 0, share, layer)
    last = len(w) - 1
    return _reordered(wide, np.array([0, last, *range(1, last)]), layer), reduced.loss


@eqx.filter_jit
def _step(
    landscape: LossLandscape,
    like: Parameters,
    vector: Any,
    layer: int,
    goal: Any,
    penalised: bool,
    iterations: int,
) -> Minimised:
    def network(point: Array) -> Parameters:
        layers = list(unflattened(point, like))
        if penalised:
            return tuple(layers)
        rows = _rows(layers[layer])
        second = rows[0] + goal * rows[1] / jnp.linalg.norm(rows[1])
        rows = jnp.concatenate([rows[:1], second[None], rows[2:]])
        layers[layer] = DenseWeights(rows) if layers[layer].bias is None else DenseWeights(rows[:, :-1], rows[:, -1])
        return tuple(layers)

    def apart(point: Array) -> Array:
        rows = _rows(unflattened(point, like)[layer])
        return jnp.sqrt(goal / 2) * (rows[0] - rows[1]) if penalised else jnp.zeros(0)

    def penalty(point: Array) -> Array:
        return jnp.sum(apart(point) ** 2)

    def joined(point: Array) -> Array:
        return jnp.concatenate([part.ravel() for each in network(point) for part in each if part is not None])

    if not landscape.is_squared:

        def loss(point: Array) -> Array:
            return total_loss(landscape, network(point)) + penalty(point)

        return damped_newton(loss, jax.grad(loss), jax.hessian(loss), vector, iterations)
    squares, equations = squares_of(landscape, network)
    count = len(landscape.inputs)

    def cost(point: Array) -> Array:
        return squares(point) + count * penalty(point)

    def all_equations(point: Array) -> tuple[Array, Array]:
        matrix, slope = equations(point)
        inner, further = jax.jacfwd(joined)(point), jnp.sqrt(count) * jax.jacfwd(apart)(point)
        return inner.T @ matrix @ inner + further.T @ further, (
            inner.T @ slope + jnp.sqrt(count) * further.T @ apart(point)
        )

    return levenberg_marquardt(cost, all_equations, vector, iterations, 1e-30 * count)


def _rows(layer: DenseWeights) -> Array:
    weight, bias = layer
    return weight if bias is None else jnp.concatenate([weight, bias[:, None]], axis=1)
