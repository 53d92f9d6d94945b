"""The algorithms that are compared, by the names of the paper, and how they are run over worlds."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from bouton.engine import Circuit
from bouton.papers.surprise._worlds import Tuned
from bouton.surprise import (
    Categorical,
    ConjugateFamily,
    DeltaRule,
    GaussianMean,
    History,
    LeakyIntegrator,
    MessagePassing,
    ParticleFilter,
    SMiLe,
    StratifiedResampling,
    VariationalSMiLe,
    VolatileWorld,
    exact_bayes,
    mean_squared_errors,
)

__all__ = ["CUTOFF", "FLAT", "families", "filters_of", "histories_of", "mean_errors", "tuned"]

CUTOFF = 1e-16
"""Exact inference drops hypotheses that are less probable; the pages say what went lost."""

FLAT = 1000.0
"""Deviation of the prior in the original delta rules, which knew of none."""


def filters_of(family: ConjugateFamily, hazard: float, free: Tuned, hypotheses: int) -> dict[str, Circuit]:
    """Return the algorithms of the paper for a world, those of flat priors apart; exact inference first."""
    filters: dict[str, Circuit] = {"exact Bayes": exact_bayes(family, hazard, hypotheses, cutoff=CUTOFF)}
    for number in (1, 10, 20):
        filters[f"pf{number}"] = ParticleFilter(family, hazard, number, "multinomial")
    for number in (1, 10, 20):
        filters[f"MP{number}"] = MessagePassing(family, hazard, number)
    for number in (1, 20):
        filters[f"SOR{number}"] = StratifiedResampling(family, hazard, number)
    filters["VarSMiLe"] = VariationalSMiLe(family, odds=free.variational)
    if isinstance(family, GaussianMean):
        filters["Nas10*"] = DeltaRule(family, free.delta2010, 2010)
        filters["Nas12*"] = DeltaRule(family, free.delta2012, 2012)
    filters["SMiLe"] = SMiLe(family, odds=free.smile)
    filters["Leaky"] = LeakyIntegrator(family, free.leak)
    return filters


def histories_of(family: ConjugateFamily, hazard: float, key: PRNGKeyArray, length: int, repetitions: int) -> History:
    """Draw several histories of a world."""
    world = VolatileWorld(family, hazard)
    return jax.vmap(lambda own: world.draw(own, length))(jax.random.split(key, repetitions))


def mean_errors(circuit: Circuit, histories: History, key: PRNGKeyArray) -> np.ndarray:
    """Return the mean squared error of a filter in each history, in one vmapped run."""
    return np.asarray(mean_squared_errors(lambda _: circuit, jnp.zeros(1), histories, key))[0]


def tuned(
    make: Callable[[Any], Circuit], values: np.ndarray, histories: History, key: PRNGKeyArray
) -> tuple[float, np.ndarray]:
    """Return the best value of a free parameter, and the error of each value that was tried."""
    errors = np.asarray(mean_squared_errors(make, jnp.asarray(values), histories, key)).mean(axis=1)
    return float(values[np.nanargmin(errors)]), errors


def families(name: str) -> Callable[[float], ConjugateFamily]:
    """Return what makes the family of a task from its noise."""
    kinds: Mapping[str, Callable[[float], ConjugateFamily]] = {
        "gaussian": GaussianMean,
        "categorical": lambda concentration: Categorical(5, concentration),
    }
    return kinds[name]
