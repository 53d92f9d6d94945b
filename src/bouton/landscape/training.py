r"""Training to the rounding of double precision: gradient flow, then Levenberg-Marquardt, each one compiled loop.

.. math:: \dot\theta = -\nabla L(\theta)

is followed by a stiff solver with the exact Hessian, so that a network ends in the minimum into whose basin it was
born; Levenberg-Marquardt takes it from there to a loss of 1e-30. Where it begins at random weights it is faster, and
finds the global minimum less often.

Sources: B. Şimşek et al. (2021), ICML, arXiv:2105.12221 (protocol); J. Brea et al. (2023), arXiv:2301.10638 (gradient
flow to machine precision).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_positive, check_sizes
from bouton._forked import refuse_forked
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
from bouton.landscape.parameters import Parameters, flattened, unflattened

__all__ = ["Trained", "newton_polish", "train_many", "train_to_convergence"]

_CHANNEL = 1e3


class Trained(NamedTuple):
    """A trained network and the way to it."""

    parameters: Parameters
    loss: float
    gradient: float
    """Largest absolute entry of the gradient."""
    largest_weight: float
    flow_time: float
    """Time at which the gradient flow ended; 0 where there was none."""
    flow_steps: int
    iterations: int
    """Of Levenberg-Marquardt, or of damped Newton steps for a loss of one's own."""
    times: Float[np.ndarray, " points"]
    """Times of the points on the way of the flow."""
    way: Float[np.ndarray, "points parameters"]
    """The points themselves, parameters as one vector."""

    @property
    def runs_away(self) -> bool:
        """Whether weights have grown beyond 1000: a channel to infinity rather than a minimum."""
        return self.largest_weight > _CHANNEL

    def way_of_parameters(self) -> Iterator[Parameters]:
        """Yield the networks on the way of the flow."""
        for point in self.way:
            yield unflattened(point, self.parameters)


def train_to_convergence(
    landscape: LossLandscape,
    start: Any,
    *,
    gradient_flow: bool = True,
    end_time: float = 1e9,
    relative_tolerance: float = 1e-5,
    absolute_tolerance: float = 1e-8,
    flow_steps: int = 2000,
    iterations: int = 3000,
    aim: float = 1e-30,
) -> Trained:
    """Train a network until its loss is at the rounding of double precision, or no longer falls.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss.
    start : Parameters
        Where to begin; single precision is converted.
    gradient_flow : bool, default True
        Follow the gradient flow first. Without, Levenberg-Marquardt begins at the start.
    end_time : float, default 1e9
        Until when the flow is followed, where its gradient does not vanish before (1e-13).
    relative_tolerance, absolute_tolerance : float, default 1e-5 and 1e-8
        Of a step of the flow.
    flow_steps : int, default 2000
        Most steps of the flow.
    iterations : int, default 3000
        Most iterations of Levenberg-Marquardt.
    aim : float, default 1e-30
        Loss at which it ends.

    Returns
    -------
    Trained

    Raises
    ------
    InputError
        If the network does not fit the data, or an argument is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.landscape import glorot_start
    >>> x = np.linspace(-2, 2, 9)[:, None]
    >>> found = train_to_convergence(LossLandscape(x, np.tanh(1.5 * x), "tanh"), glorot_start((1, 1, 1), 0))
    >>> found.loss < 1e-25
    True
    """
    check_positive(
        end_time=end_time, relative_tolerance=relative_tolerance, absolute_tolerance=absolute_tolerance, aim=aim
    )
    check_sizes(flow_steps=flow_steps, iterations=iterations)
    refuse_forked()
    known = landscape.checked(start)
    vector = flattened(known)
    limits = np.array([end_time, relative_tolerance, absolute_tolerance, 1e-13])
    with jax.enable_x64(True):
        times, way, ended, taken = np.zeros(1), vector[None], 0.0, 0
        if gradient_flow:
            flowed = _flow(landscape, known, vector, limits, flow_steps)
            taken, ended = int(flowed.steps), float(flowed.time)
            times, way = np.asarray(flowed.times)[: taken + 1], np.asarray(flowed.points)[: taken + 1]
            vector = np.asarray(flowed.end)
        done = _polish(landscape, known, vector, iterations, np.float64(aim))
    return _described(landscape, known, np.asarray(done.end), ended, taken, int(done.iterations), times, way)


def _described(
    landscape: LossLandscape,
    like: Parameters,
    vector: np.ndarray,
    ended: float = 0.0,
    taken: int = 0,
    iterations: int = 0,
    times: np.ndarray | None = None,
    way: np.ndarray | None = None,
) -> Trained:
    parameters = unflattened(vector, like)
    slope = float(np.abs(flattened(landscape.gradient(parameters))).max())
    return Trained(
        parameters,
        landscape.value(parameters),
        slope,
        float(np.abs(vector).max()),
        ended,
        taken,
        iterations,
        np.zeros(1) if times is None else times,
        vector[None] if way is None else way,
    )


def train_many(
    landscape: LossLandscape,
    starts: Sequence[Any],
    *,
    side_by_side: bool = False,
    progress: Callable[[str, float], None] | None = None,
    **options: Any,
) -> list[Trained]:
    """Train networks of the same widths from many starts, all by one compiled program.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss.
    starts : sequence of Parameters
        Where to begin.
    side_by_side : bool, default False
        Train all as lanes of one vectorised run, whose ways are not kept: for many cores. Every lane then waits for the
        slowest, and on few cores one after the other is faster.
    progress : callable, optional
        Called with a few words and the done share of the whole.
    **options
        Of `train_to_convergence`.

    Returns
    -------
    list of Trained

    Raises
    ------
    InputError
        As `train_to_convergence`.
    """
    if not side_by_side:
        found = []
        for number, start in enumerate(starts):
            found.append(train_to_convergence(landscape, start, **options))
            if progress is not None:
                progress(f"trained {number + 1} of {len(starts)} networks", (number + 1) / len(starts))
        return found
    refuse_forked()
    settings: dict[str, Any] = {"end_time": 1e9, "relative_tolerance": 1e-5, "absolute_tolerance": 1e-8, "aim": 1e-30}
    settings |= {"flow_steps": 2000, "iterations": 3000, "gradient_flow": True} | options
    known = [landscape.checked(start) for start in starts]
    vectors = np.array([flattened(each) for each in known])
    limits = np.array([settings["end_time"], settings["relative_tolerance"], settings["absolute_tolerance"], 1e-13])
    with jax.enable_x64(True):
        ends, times, steps, iterations = _lanes(
            landscape, known[0], vectors, limits, settings["flow_steps"], settings["iterations"],
            np.float64(settings["aim"]), bool(settings["gradient_flow"]),
        )  # fmt: skip
    return [
        _described(landscape, known[n], np.asarray(ends)[n], float(times[n]), int(steps[n]), int(iterations[n]))
        for n in range(len(known))
    ]


def newton_polish(landscape: LossLandscape, parameters: Any, iterations: int = 10) -> Trained:
    """Take Newton steps to the nearest critical point of any kind, a saddle as well as a minimum.

    Directions without curvature (eigenvalues below 1e-11 of the largest) are left alone; a step that does not lower the
    largest entry of the gradient ends it.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss.
    parameters : Parameters
        A network close to a critical point.
    iterations : int, default 10
        Most steps.

    Returns
    -------
    Trained
    """
    check_sizes(iterations=iterations)
    known = landscape.checked(parameters)
    vector, slope, taken = flattened(known), flattened(landscape.gradient(known)), 0
    for _ in range(iterations):
        values, vectors = np.linalg.eigh(landscape.hessian(unflattened(vector, known)))
        curved = np.abs(values) > 1e-11 * np.abs(values).max()
        step = vectors[:, curved] @ ((vectors[:, curved].T @ slope) / values[curved])
        new = flattened(landscape.gradient(unflattened(vector - step, known)))
        if not np.abs(new).max() < np.abs(slope).max():
            break
        vector, slope, taken = vector - step, new, taken + 1
    return _described(landscape, known, vector, iterations=taken)


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


_flow = eqx.filter_jit(flow_of_vector)
_polish = eqx.filter_jit(polish_of_vector)


@eqx.filter_jit
def _lanes(
    landscape: LossLandscape,
    like: Parameters,
    vectors: Any,
    limits: Any,
    steps: int,
    iterations: int,
    aim: Any,
    flows: bool,
) -> tuple[Array, Array, Array, Array]:
    def lane(vector: Array) -> tuple[Array, Array, Array, Array]:
        time, taken = limits[0] * 0, limits[0] * 0
        if flows:
            flowed = flow_of_vector(landscape, like, vector, limits, steps)
            vector, time, taken = flowed.end, flowed.time, flowed.steps
        done = polish_of_vector(landscape, like, vector, iterations, aim)
        return done.end, time, taken, done.iterations

    return jax.vmap(lane)(vectors)
