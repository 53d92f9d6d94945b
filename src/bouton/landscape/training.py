r"""Training to the rounding of double precision: gradient flow, then Levenberg-Marquardt, each one compiled loop.

.. math:: \dot\theta = -\nabla L(\theta)

is followed by a stiff solver with the exact Hessian, so that a network ends in the minimum into whose basin it was
born; Levenberg-Marquardt takes it from there to a loss of 1e-30. Where it begins at random weights it is faster, and
finds the global minimum less often.

Sources: B. Şimşek et al. (2021), ICML, arXiv:2105.12221 (protocol); J. Brea et al. (2023), arXiv:2301.10638 (gradient
flow to machine precision).
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from bouton._arguments import check_positive, check_sizes
from bouton._forked import refuse_forked
from bouton.errors import InputError
from bouton.landscape._compiled import followed, lanes, polished
from bouton.landscape.loss import LossLandscape
from bouton.landscape.parameters import Parameters, flattened, same_shapes, unflattened

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


class Settings(NamedTuple):
    """What training is told, with its defaults: the arguments of `train_to_convergence`."""

    gradient_flow: bool = True
    end_time: float = 1e9
    relative_tolerance: float = 1e-5
    absolute_tolerance: float = 1e-8
    flow_steps: int = 2000
    iterations: int = 3000
    aim: float = 1e-30

    def check(self) -> None:
        """Refuse what is out of range."""
        named = ("end_time", "relative_tolerance", "absolute_tolerance", "aim")
        check_positive(**{name: getattr(self, name) for name in named})
        check_sizes(flow_steps=self.flow_steps, iterations=self.iterations)

    @property
    def limits(self) -> Float[np.ndarray, "4"]:
        """End, tolerances, and the gradient at which the flow has arrived."""
        return np.array([self.end_time, self.relative_tolerance, self.absolute_tolerance, 1e-13])


def _warn_of_few_samples(landscape: LossLandscape, parameters: Parameters) -> None:
    wanted = landscape.targets.size if landscape.is_squared else len(landscape.inputs)
    count = flattened(parameters).size
    if wanted <= count:
        warnings.warn(
            f"{wanted} numbers to fit by {count} parameters: the loss may be zero on larger sets than symmetry brings, "
            "and counts of subspaces do not hold for these",
            stacklevel=3,
        )


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

    Warns
    -----
    UserWarning
        If there are no more targets than parameters.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.landscape import glorot_start
    >>> x = np.linspace(-2, 2, 9)[:, None]
    >>> found = train_to_convergence(LossLandscape(x, np.tanh(1.5 * x), "tanh"), glorot_start((1, 1, 1), 0))
    >>> found.loss < 1e-25
    True
    """
    settings = Settings(gradient_flow, end_time, relative_tolerance, absolute_tolerance, flow_steps, iterations, aim)
    settings.check()
    refuse_forked()
    known = landscape.checked(start)
    _warn_of_few_samples(landscape, known)
    vector = flattened(known)
    with jax.enable_x64(True):
        times, way, ended, taken = np.zeros(1), vector[None], 0.0, 0
        if gradient_flow:
            flowed = followed(landscape, known, vector, settings.limits, flow_steps)
            taken, ended = int(flowed.steps), float(flowed.time)
            times, way = np.asarray(flowed.times)[: taken + 1], np.asarray(flowed.points)[: taken + 1]
            vector = np.asarray(flowed.end)
        done = polished(landscape, known, vector, iterations, np.float64(aim))
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
        Train all as lanes of one vectorised run, whose ways are not kept: for accelerators. Every lane then waits for
        the slowest, and a CPU does five times the work.
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
    if not starts:
        return []
    settings = Settings(**options)
    settings.check()
    known = [landscape.checked(start) for start in starts]
    if not all(same_shapes(known[0], each) for each in known):
        raise InputError("side by side, all starts must be of the same widths, with biases in the same layers")
    _warn_of_few_samples(landscape, known[0])
    vectors = np.array([flattened(each) for each in known])
    with jax.enable_x64(True):
        ends, times, steps, iterations = lanes(
            landscape, known[0], vectors, settings.limits, settings.flow_steps, settings.iterations,
            np.float64(settings.aim), bool(settings.gradient_flow),
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
