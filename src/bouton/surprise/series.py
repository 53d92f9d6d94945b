"""A filter for a series of which little is known: what is not said is read off the series, and told."""

from typing import Any, Literal

import numpy as np
from jaxtyping import Array, Float

from bouton.errors import InputError
from bouton.surprise.baselines import DeltaRule, LeakyIntegrator
from bouton.surprise.discrete import Bernoulli, Categorical, Poisson
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.gaussian import GaussianMean, GaussianUnknown
from bouton.surprise.measures import SurpriseFilter
from bouton.surprise.message_passing import MessagePassing
from bouton.surprise.particles import ParticleFilter
from bouton.surprise.smile import SMiLe, VariationalSMiLe
from bouton.surprise.stratified import StratifiedResampling
from bouton.surprise.tracker import Tracked

__all__ = ["FAMILIES", "METHODS", "detected_changes", "family_for", "filter_for"]

FAMILIES = ("gaussian", "gaussian-unknown", "categorical", "bernoulli", "poisson")
METHODS = ("messages", "variational", "particles", "stratified", "smile", "delta", "leaky")
_TO_DEVIATION = 1.4826
"""A normal deviation, over the median of absolute distances from the median."""
_LEAK = 0.9


def family_for(
    series: Any,
    family: Literal["gaussian", "gaussian-unknown", "categorical", "bernoulli", "poisson"] = "gaussian",
    *,
    noise: float | None = None,
    prior_mean: float | None = None,
    prior_deviation: float | None = None,
    n_symbols: int | None = None,
    concentration: float = 1.0,
) -> ConjugateFamily:
    r"""Return a family for a series; what is not said is estimated from it.

    Parameters
    ----------
    series : array (steps,)
        Observations, NaN where one is missing.
    family : {"gaussian", "gaussian-unknown", "categorical", "bernoulli", "poisson"}
        What is observed. Default "gaussian".
    noise : float, optional
        Standard deviation of observations around their mean. Default: from the median distance of neighbours, which
        changes now and then do not disturb.
    prior_mean, prior_deviation : float, optional
        Where new means are expected; of counts, the mean and deviation of rates. Default: median and standard deviation
        of the series, the latter no less than the noise.
    n_symbols : int, optional
        Number of symbols. Default: one more than the largest observed.
    concentration : float
        Prior count of each symbol. Default 1.

    Returns
    -------
    ConjugateFamily

    Raises
    ------
    InputError
        If there are fewer than three observations, the family is unknown, an observation is impossible, or the noise
        is neither said nor to be seen.

    Examples
    --------
    >>> import numpy as np
    >>> series = np.r_[np.zeros(200), np.full(200, 5.0)] + 0.5 * np.random.default_rng(0).normal(size=400)
    >>> 0.4 < family_for(series).deviation < 0.6
    True
    """
    values = np.asarray(series, float)
    present = values[~np.isnan(values)]
    if present.size < 3:
        raise InputError(f"the series holds {present.size} observations, at least 3 are needed")
    if family not in FAMILIES:
        raise InputError(f"family must be one of {', '.join(FAMILIES)}, got {family!r}")
    if family == "categorical":
        whole = int(present.max()) + 1 if np.all(present == np.floor(present)) else 2
        found: ConjugateFamily = Categorical(n_symbols or max(whole, 2), concentration)
    elif family == "bernoulli":
        found = Bernoulli()
    elif family == "poisson":
        mean = float(present.mean()) if prior_mean is None else prior_mean
        spread = float(present.std()) if prior_deviation is None else prior_deviation
        mean, spread = max(mean, 1e-3), max(spread, 1e-3)
        found = Poisson(mean**2 / spread**2, mean / spread**2)
    else:
        found = _gaussian(present, family, noise, prior_mean, prior_deviation)
    found.check(present)
    return found


def _gaussian(
    present: np.ndarray, family: str, noise: float | None, prior_mean: float | None, prior_deviation: float | None
) -> ConjugateFamily:
    if noise is None:
        noise = float(_TO_DEVIATION * np.median(np.abs(np.diff(present))) / np.sqrt(2))
        if not noise > 0:
            raise InputError(
                "the noise cannot be estimated, since most neighbours in the series are equal: give its standard "
                "deviation (noise), or use the family of counts or symbols"
            )
    mean = float(np.median(present)) if prior_mean is None else prior_mean
    spread = max(float(present.std()), noise) if prior_deviation is None else prior_deviation
    if family == "gaussian":
        return GaussianMean(noise, mean, spread)
    return GaussianUnknown(mean, min((noise / spread) ** 2, 1.0), 1.0, noise**2)


def filter_for(
    family: ConjugateFamily,
    method: Literal["messages", "variational", "particles", "stratified", "smile", "delta", "leaky"] = "messages",
    *,
    hazard: float | Float[Array, ""] = 0.01,
    size: int | None = None,
    leak: float | Float[Array, ""] = _LEAK,
) -> SurpriseFilter | LeakyIntegrator:
    """Return a filter by its name.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    method : {"messages", "variational", "particles", "stratified", "smile", "delta", "leaky"}
        Which filter. Default "messages": the most probable hypotheses on the last change.
    hazard : float
        Expected share of steps at which the world changes. Default 0.01.
    size : int, optional
        Number of messages (default 100) or particles (default 200).
    leak : float
        What "leaky" keeps from one step to the next. Default 0.9.

    Returns
    -------
    SurpriseFilter or LeakyIntegrator

    Raises
    ------
    InputError
        If the method is unknown or an argument is out of its range.

    Examples
    --------
    >>> from bouton.surprise import GaussianMean
    >>> type(filter_for(GaussianMean(0.5), "particles")).__name__
    'ParticleFilter'
    """
    makers = {
        "messages": lambda: MessagePassing(family, hazard, 100 if size is None else size),
        "variational": lambda: VariationalSMiLe(family, hazard),
        "particles": lambda: ParticleFilter(family, hazard, 200 if size is None else size),
        "stratified": lambda: StratifiedResampling(family, hazard, 30 if size is None else size),
        "smile": lambda: SMiLe(family, hazard),
        "delta": lambda: DeltaRule(family, hazard),  # pyright: ignore[reportArgumentType]
        "leaky": lambda: LeakyIntegrator(family, leak),
    }
    if method not in makers:
        raise InputError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    return makers[method]()


def detected_changes(tracked: Tracked) -> np.ndarray:
    """Return the steps at which the world changed, as far as the filter noticed while it went along.

    Where the filter weighs run lengths, a change is noticed when the most probable one falls, and lies as far back as
    the new one says; else it is an observation after which a change is more probable than not.

    Parameters
    ----------
    tracked : Tracked
        What a filter found in one series.

    Returns
    -------
    int array (changes,)
        The first step of each new stretch, counted from 0; none for a filter without surprise.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.surprise import GaussianMean, MessagePassing, Tracker
    >>> series = np.r_[np.zeros(50), np.ones(50)] + 0.2 * np.random.default_rng(0).normal(size=100)
    >>> detected_changes(Tracker(MessagePassing(GaussianMean(0.2), 0.02, 100)).filter(series)).tolist()
    [50]
    """
    if "adaptation_rate" not in tracked.variables:
        return np.zeros(0, int)
    if "run_length" not in tracked.variables:
        found = np.flatnonzero(tracked.change_probability > 0.5)
        return found[found > 0]
    lengths = tracked["run_length"]
    falls = np.flatnonzero(lengths[1:] < lengths[:-1]) + 1
    changes = np.unique(falls - lengths[falls] + 1)
    return changes[changes > 0]
