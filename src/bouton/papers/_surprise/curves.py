"""R3 and R5: the error as a function of the observations since a change, and under a wrong idea of the hazard."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from bouton.papers._seeds import random_key
from bouton.papers._surprise.filters import filters_of, histories_of, mean_errors, tuned
from bouton.papers._surprise.settings import EXPECTED_HAZARD, GAUSSIAN, HAZARDS, Settings, Tuned
from bouton.surprise import (
    DeltaRule,
    GaussianMean,
    LeakyIntegrator,
    MessagePassing,
    ParticleFilter,
    SMiLe,
    VariationalSMiLe,
    VolatileWorld,
    error_after_change,
    exact_bayes,
    follow,
    squared_errors,
)

__all__ = ["measure_after_change", "measure_example", "measure_mismatch"]

_LONGEST = 100


def measure_after_change(settings: Settings, seed: int) -> dict[str, Any]:
    """Measure the error since a change in two worlds: one whose changes show at once, one whose changes hide."""
    results: dict[str, Any] = {}
    for number, (noise, hazard, chosen) in enumerate(
        ((0.1, 0.1, ("exact Bayes", "VarSMiLe", "Leaky")), (5.0, 0.01, ("exact Bayes", "MP20", "VarSMiLe", "Leaky")))
    ):
        family, key = GaussianMean(noise), random_key(seed, 3, number)
        with jax.enable_x64(True):
            history = VolatileWorld(family, hazard).draw(key, settings.after_change_length)
            filters = filters_of(family, hazard, GAUSSIAN[noise, hazard], settings)
            curves = []
            for name in chosen:
                _, info = jax.jit(follow)(filters[name], history.observations, jax.random.fold_in(key, 1))
                errors = squared_errors(np.asarray(info.estimate), np.asarray(history.parameters))
                curves.append(error_after_change(errors, np.asarray(history.changed), _LONGEST))
        results |= {f"R3.{number}.names": chosen, f"R3.{number}.curves": np.asarray(curves)}
    return results


def measure_mismatch(settings: Settings, seed: int, report: Callable[[str, float], None]) -> dict[str, Any]:
    """Measure what algorithms tuned to one hazard err more than exact inference that knows the true one."""
    family, key = GaussianMean(0.1), random_key(seed, 5)
    with jax.enable_x64(True):
        filters = _tuned_to(family, settings, key)
        excess = []
        for number, hazard in enumerate(HAZARDS):
            report(f"a hazard of {hazard:g} where {EXPECTED_HAZARD:g} is expected", number / len(HAZARDS))
            length = settings.mismatch_rare_length if hazard < 1e-3 else settings.mismatch_length
            own = jax.random.fold_in(key, 10 + number)
            histories = histories_of(family, hazard, own, length, settings.mismatch_repetitions)
            exact = exact_bayes(family, hazard, min(settings.hypotheses, 400), cutoff=settings.cutoff)
            least = mean_errors(exact, histories, own)
            excess.append([mean_errors(circuit, histories, own) - least for circuit in filters.values()])
    return {
        "R5.names": list(filters),
        "R5.hazards": np.asarray(HAZARDS),
        "R5.excess": np.asarray(excess).transpose(1, 0, 2),
        "R5.tuned": {name: _free_value(circuit) for name, circuit in filters.items()},
    }


def _tuned_to(family: GaussianMean, settings: Settings, key: Any) -> dict[str, Any]:
    """Tune what has a free parameter on histories of their own; the others are told the expected hazard."""
    tuning = histories_of(
        family, EXPECTED_HAZARD, jax.random.fold_in(key, 1), settings.tuning_length, settings.tuning_repetitions
    )

    def best(make: Any, values: np.ndarray) -> Any:
        return make(tuned(make, values, tuning, key)[0])

    odds, hazards = np.geomspace(0.01, 1.0, 15), np.geomspace(1e-4, 0.1, 40)
    return {
        "exact Bayes": exact_bayes(family, EXPECTED_HAZARD, min(settings.hypotheses, 400), cutoff=settings.cutoff),
        "MP20": MessagePassing(family, EXPECTED_HAZARD, 20),
        "pf20": ParticleFilter(family, EXPECTED_HAZARD, 20, "multinomial"),
        "VarSMiLe": best(lambda value: VariationalSMiLe(family, odds=value), odds),
        "Nas12*": best(lambda value: DeltaRule(family, value, 2012), hazards),
        "SMiLe": best(lambda value: SMiLe(family, odds=value), np.geomspace(1e-3, 1.0, 30)),
        "Leaky": best(lambda value: LeakyIntegrator(family, value), np.linspace(0.01, 0.97, 33)),
    }


def _free_value(circuit: Any) -> float:
    return float(next(getattr(circuit, name) for name in ("odds", "leak", "hazard") if hasattr(circuit, name)))


def measure_example(settings: Settings, seed: int) -> dict[str, Any]:
    """Follow one short history, for the first figure, with the weights of all run lengths."""
    family, hazard, length = GaussianMean(0.5), 0.03, 200
    key, free = random_key(seed, 6), Tuned(0.7, 0.2, 0.02, 0.05, 0.02)
    history = VolatileWorld(family, hazard).draw(key, length)
    filters = filters_of(family, hazard, free, settings)
    filters["exact Bayes"] = exact_bayes(family, hazard, length)
    results: dict[str, Any] = {
        "example.observations": np.asarray(history.observations),
        "example.parameters": np.asarray(history.parameters),
        "example.changed": np.asarray(history.changed),
    }
    for name in ("exact Bayes", "VarSMiLe", "pf20", "Leaky"):
        _, info = jax.jit(follow)(filters[name], history.observations, key)
        results |= {f"example.{name}.{field}": np.asarray(value) for field, value in info._asdict().items()}
    return results | {"example.run_lengths": _run_lengths(filters["exact Bayes"], history, key)}


def _run_lengths(exact: Any, history: Any, key: Any) -> np.ndarray:
    """Return the probability of each run length at each step (steps, run lengths)."""

    def step(state: Any, y: Any) -> tuple[Any, Any]:
        state, _ = exact.step(key, state, y)
        return state, (state.weights, state.run_lengths, state.newest)

    _, (weights, lengths, newest) = jax.lax.scan(step, exact.init(key), history.observations)
    weights, lengths, newest = map(np.asarray, (weights, lengths, newest))
    steps = len(weights)
    # The hypothesis of a change at the next step says nothing of this one.
    weights = np.where(np.arange(weights.shape[1]) == newest[:, None], 0, weights)
    table = np.zeros((steps, steps + 1))
    np.add.at(table, (np.arange(steps)[:, None], np.minimum(lengths, steps)), weights)
    return table / table.sum(axis=1, keepdims=True)
