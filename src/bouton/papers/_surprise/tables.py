"""R1 and R2: mean squared error of exact inference, and what the others err more, by world."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from bouton.papers._seeds import random_key
from bouton.papers._surprise.filters import FLAT, families, filters_of, histories_of, mean_errors, tuned
from bouton.papers._surprise.settings import CATEGORICAL, GAUSSIAN, Settings, name_of
from bouton.surprise import DeltaRule, GaussianMean, follow

__all__ = ["measure_table"]

_HAZARDS = np.r_[np.geomspace(1e-4, 0.1, 40), np.geomspace(0.12, 0.9, 12)]


def measure_table(kind: str, settings: Settings, seed: int, report: Callable[[str, float], None]) -> dict[str, Any]:
    """Measure all algorithms in all worlds of a task.

    Parameters
    ----------
    kind : {"gaussian", "categorical"}
        The task.
    settings : Settings
        Sizes.
    seed : int
        Seed of all.
    report : callable
        Told which world is at work, and the done share of them.

    Returns
    -------
    dict of str to value
        Under the task's name: worlds, and by world the errors by algorithm (repetitions,), and what exact inference
        dropped at most.
    """
    cells = getattr(settings, kind)
    free, group = (GAUSSIAN, 1) if kind == "gaussian" else (CATEGORICAL, 2)
    errors: dict[str, dict[str, np.ndarray]] = {}
    dropped = []
    for number, (noise, hazard) in enumerate(cells):
        report(f"{kind} world {number + 1} of {len(cells)}", number / len(cells))
        family, key = families(kind)(noise), random_key(seed, group, number)
        with jax.enable_x64(True):
            histories = histories_of(family, hazard, key, settings.length, settings.repetitions)
            filters = filters_of(family, hazard, free[noise, hazard], settings)
            own = jax.random.fold_in(key, 1)
            found = {name: mean_errors(circuit, histories, own) for name, circuit in filters.items()}
            if isinstance(family, GaussianMean):
                found |= _flat_priors(noise, hazard, settings, histories, own)
            dropped.append(_largest_loss(filters["exact Bayes"], histories, own, settings))
        errors[name_of(noise, hazard)] = found
    return {f"{kind}.errors": errors, f"{kind}.dropped": np.asarray(dropped), f"{kind}.cells": np.asarray(cells)}


def _flat_priors(noise: float, hazard: float, settings: Settings, histories: Any, key: Any) -> dict[str, np.ndarray]:
    """Run the original delta rules, whose hazard is tuned on histories of their own: the authors' is not known."""
    family, found = GaussianMean(noise, prior_deviation=FLAT), {}
    tuning = histories_of(
        GaussianMean(noise), hazard, jax.random.fold_in(key, 2), settings.tuning_length, settings.tuning_repetitions
    )
    for version, name in ((2010, "Nas10"), (2012, "Nas12")):

        def make(value: Any, version: Any = version) -> DeltaRule:
            return DeltaRule(family, value, version)

        best, _ = tuned(make, _HAZARDS, tuning, key)
        found[name] = mean_errors(make(best), histories, key)
    return found


def _largest_loss(exact: Any, histories: Any, key: Any, settings: Settings) -> float:
    """Return the most that exact inference dropped at a step of the first history, in a part of it."""
    part = histories.observations[0, : min(settings.length, 5000)]
    _, info = jax.jit(follow)(exact, part, key)
    return float(info.dropped.max())
