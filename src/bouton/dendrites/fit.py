"""Fits of the rule to measured plasticity: parameters whose predictions come closest to a set of experiments.

A population of sets is evolved (differential evolution, all sets and traces in one compiled run), and what it finds is
polished by the method of Nelder and Mead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton._arguments import check_positive, check_sizes
from bouton.dendrites.pairing import pairing_changes
from bouton.dendrites.parameters import PUBLISHED_VOLTAGE_PARAMETERS, VoltageParameters, stacked
from bouton.dendrites.recordings import Method, pairing_events
from bouton.errors import InputError

__all__ = ["VoltageFit", "fit_voltage_parameters"]

_BOUNDS = {
    "depression": (1e-6, 1e-1),
    "potentiation": (1e-9, 1e-2),
    "depression_threshold": (0.0, 40.0),
    "potentiation_threshold": (0.0, 70.0),
    "veto": (1e2, 1e6),
    "veto_time_constant": (1.0, 200.0),
    "slow_time_constant": (1.0, 200.0),
    "fast_time_constant": (1.0, 30.0),
    "glutamate_time_constant": (1.0, 100.0),
}
"""Where the population begins; Nelder and Mead's method may leave it, but for times below 1 ms or above a second, and
for glutamate that outlasts a fifth of what a trace has after its spike."""
_LINEAR = ("depression_threshold", "potentiation_threshold")
_RULES = ("veto", "none", "instantaneous", "clopath")
_LONGEST = 1000.0
_ENOUGH = 5.0
_POINTS = 15


@dataclass(frozen=True)
class VoltageFit:
    """What a fit found.

    Parameters
    ----------
    parameters : VoltageParameters
        The best set.
    loss : float
        Its sum of squared errors, in squared percent points.
    percent : array (traces,)
        What it predicts.
    losses : array (starts,)
        What each start ended at: how far to trust that the best is the best.
    """

    parameters: VoltageParameters
    loss: float
    percent: Float[np.ndarray, " traces"]
    losses: Float[np.ndarray, " starts"]


def _ignore(share: float) -> None:
    """Take progress and show nothing."""


def fit_voltage_parameters(
    voltages: ArrayLike,
    spike_times: ArrayLike,
    measured: ArrayLike,
    *,
    rule: Literal["veto", "none", "instantaneous", "clopath"] = "veto",
    begin: VoltageParameters | None = None,
    pairings: int = 150,
    initial_weight: float = 0.5,
    method: Method = "exact",
    time_step: float = 0.1,
    generations: int = 150,
    polishing: int = 3000,
    starts: int = 3,
    seed: int = 0,
    progress: Callable[[float], None] = _ignore,
) -> VoltageFit:
    """Return the parameters whose predictions are closest to what was measured.

    Parameters
    ----------
    voltages, spike_times, pairings, initial_weight, method, time_step
        As of `pair`.
    measured : array (traces,)
        Weights after the protocol, in percent.
    rule : {"veto", "none", "instantaneous", "clopath"}
        `DendriticVoltageHebb` with its veto or without, or the others of `DendriticSynapses`. Default "veto".
    begin : VoltageParameters, optional
        One more place from which Nelder and Mead's method begins.
    generations : int
        Of the population, for each start. Default 150.
    polishing : int
        Predictions that Nelder and Mead's method may ask for, from each start. Default 3000.
    starts : int
        Populations. Default 3.
    seed : int
        Seed of their random numbers. Default 0.
    progress : callable
        Told the share that is done.

    Returns
    -------
    VoltageFit

    Raises
    ------
    InputError
        If `rule` is unknown, sizes do not fit, or a trace cannot be used (see `pair`).

    Examples
    --------
    >>> from bouton.data import LETZKUS_MEASURED, load_dendritic_voltages
    >>> names = ("L0", "L1", "L6", "L7")
    >>> digests = [load_dendritic_voltages()[name] for name in names]
    >>> fit = fit_voltage_parameters(
    ...     [digest.sampled() for digest in digests], [digest.spike_time for digest in digests],
    ...     [LETZKUS_MEASURED[name][2] for name in names], generations=3, polishing=10, starts=1,
    ... )
    >>> fit.percent.shape, fit.losses.shape
    ((4,), (1,))
    """
    from scipy.optimize import differential_evolution, minimize

    if rule not in _RULES:
        raise InputError(f"rule must be one of {', '.join(_RULES)}, got {rule!r}")
    check_sizes(generations=generations, polishing=polishing, starts=starts, pairings=pairings)
    check_positive(initial_weight=initial_weight)
    names = tuple(name for name in _BOUNDS if rule == "veto" or not name.startswith("veto"))
    length, last = np.shape(voltages)[-1] * time_step, float(np.max(np.asarray(spike_times)))
    longest = max((length - last) / _ENOUGH, 1.0)
    scale = 100 * pairings / initial_weight
    predict = _predictor(names, voltages, spike_times, rule, method, time_step, scale, longest)
    targets = np.asarray(measured, dtype=float)
    if targets.shape != np.atleast_2d(np.asarray(voltages)).shape[:1]:
        raise InputError(f"measured must hold one value for each trace, got an array of shape {targets.shape}")

    def loss(points: Float[np.ndarray, "free sets"]) -> Float[np.ndarray, " sets"]:
        return ((predict(points.T) - targets) ** 2).sum(axis=1)

    bounds = [_BOUNDS[name] if name in _LINEAR else tuple(np.log(_BOUNDS[name])) for name in names]
    found, ends = [] if begin is None else [_vector(begin, names)], []
    for number in range(starts):
        evolved: Any = differential_evolution(
            loss, bounds, maxiter=generations, popsize=_POINTS, vectorized=True, updating="deferred", polish=False,
            tol=0, rng=np.random.default_rng((seed, number)),
        )  # fmt: skip
        found.append(evolved.x)
        progress(0.6 * (number + 1) / starts)
    for number, point in enumerate(found):
        polished: Any = minimize(
            lambda one: float(loss(one[:, None])[0]), point, method="Nelder-Mead",
            options={"maxfev": polishing, "xatol": 1e-5, "fatol": 1e-3, "adaptive": True},
        )  # fmt: skip
        ends.append((float(polished.fun), polished.x))
        progress(0.6 + 0.4 * (number + 1) / len(found))
    best = min(ends, key=lambda end: end[0])
    own = jax.tree.map(lambda leaf: float(leaf[0]), _parameters(best[1][None], names, longest))
    return VoltageFit(own, best[0], predict(best[1][None])[0], np.array([end[0] for end in ends]))


def _vector(own: VoltageParameters, names: tuple[str, ...]) -> Float[np.ndarray, " free"]:
    """Return the free parameters as the search has them: thresholds in mV, all else as logarithms."""
    return np.array([getattr(own, name) if name in _LINEAR else np.log(getattr(own, name)) for name in names])


def _parameters(
    points: Float[np.ndarray, "sets free"], names: tuple[str, ...], longest_glutamate: float
) -> VoltageParameters:
    """Return sets of parameters from points of the search."""
    values = {name: np.zeros(len(points)) for name in _BOUNDS} | {"veto_time_constant": np.ones(len(points))}
    for name, column in zip(names, points.T, strict=True):
        values[name] = column if name in _LINEAR else np.exp(np.clip(column, -40.0, 20.0))
        if name.endswith("time_constant"):
            values[name] = np.clip(values[name], 1.0, longest_glutamate if name.startswith("glutamate") else _LONGEST)
    return VoltageParameters(**values)


def _predictor(
    names: tuple[str, ...],
    voltages: Any,
    spike_times: Any,
    rule: str,
    method: Method,
    time_step: float,
    scale: float,
    longest_glutamate: float,
) -> Callable[[Float[np.ndarray, "sets free"]], Float[np.ndarray, "sets traces"]]:
    """Return what tells the predictions of points of the search, in percent."""
    typical = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
    events = pairing_events(stacked(typical), voltages, spike_times, method, time_step, 0.0)
    kind: Any = "veto" if rule == "none" else rule

    def predict(points: Float[np.ndarray, "sets free"]) -> Float[np.ndarray, "sets traces"]:
        sets = jax.tree.map(jnp.asarray, _parameters(points, names, longest_glutamate))
        change = pairing_changes(sets, events, jnp.asarray(float(time_step)), kind, method)
        return 100 + scale * np.asarray(change, dtype=float)

    return predict
