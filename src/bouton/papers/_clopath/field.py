"""A neuron under bumps of activity on a ring: the authors' second script."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bouton.dynamics import VoltageFilters
from bouton.features import VoltageNeurons
from bouton.papers._clopath.settings import Settings

__all__ = ["bumps", "contiguous_runs", "measure_field", "neuron_of"]

_BASE, _PEAK = 1e-4, 0.015
_SMOOTHING, _LEVEL = 25, 1.2


def neuron_of(settings: Settings) -> VoltageNeurons:
    """Return the neuron of the experiment."""
    return VoltageNeurons(settings.n_inputs)


def bumps(settings: Settings) -> np.ndarray:
    """Return the firing probabilities in a ms of each pattern, (patterns, inputs)."""
    inputs = np.arange(settings.n_inputs)
    centres = settings.n_inputs / settings.n_patterns * np.arange(settings.n_patterns)
    apart = np.abs(inputs - centres[:, None])
    apart = np.minimum(apart, settings.n_inputs - apart)
    return _BASE + _PEAK * np.exp(-0.5 * (apart / settings.width) ** 2)


def contiguous_runs(weights: np.ndarray) -> int:
    """Return the number of stretches of the ring on which the smoothed weights exceed a level."""
    reach = min(_SMOOTHING, 2 * (len(weights) // 4) + 1) // 2
    around = np.concatenate([weights[-reach:], weights, weights[:reach]])
    above = np.convolve(around, np.full(2 * reach + 1, 1 / (2 * reach + 1)), "valid") > _LEVEL
    return int(np.count_nonzero(above & ~np.roll(above, 1)))


def measure_field(settings: Settings, seed: int, tell: Callable[[float], None]) -> dict[str, Any]:
    """Run all seeds, as published and with filters that are read at once."""
    found = _measure(neuron_of(settings), settings, seed, lambda done: tell(done / 2))
    at_once = VoltageNeurons(settings.n_inputs, filters=VoltageFilters(delay=0))
    other = _measure(at_once, settings, seed, lambda done: tell(0.5 + done / 2))
    return {f"R4.{name}": value for name, value in found.items()} | {
        f"R4.at_once.{name}": value for name, value in other.items()
    }


def _measure(neuron: VoltageNeurons, settings: Settings, seed: int, tell: Callable[[float], None]) -> dict[str, Any]:
    """Return final weights, rates in the last fifth of the run, and weights over time of the first seed."""
    import jax

    import bouton

    weights, rates, history = [], [], None
    for number in range(settings.seeds):
        tell(number / settings.seeds)
        rng = np.random.default_rng([seed, number])
        shown = bumps(settings)[rng.integers(settings.n_patterns, size=settings.epochs)]
        every = max(settings.epochs // 100, 1)
        run = bouton.run(neuron, shown, key=jax.random.key(100 * seed + number), record={"weights": every, "y": 1})
        weights.append(np.asarray(run.state.weights)[0])
        rates.append(float(run.recordings["y"].values[-(settings.epochs // 5) :].mean()))
        history = history if history is not None else run.recordings["weights"].values[:, 0]
    final = np.asarray(weights)
    return {
        "weights": final,
        "rates": np.asarray(rates),
        "large": (final > 2).mean(axis=1),
        "small": (final < 0.5).mean(axis=1),
        "runs": [contiguous_runs(row) for row in final],
        "history": history,
    }
