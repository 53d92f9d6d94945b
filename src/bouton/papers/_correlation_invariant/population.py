"""R3: a population with recurrent inhibition, under inputs with broad circular tuning, all alike or diverse."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from bouton.features import CorrelationInvariantNetwork, CorrelationInvariantNeurons
from bouton.papers._correlation_invariant.settings import Settings
from bouton.papers._correlation_invariant.signals import in_batches
from bouton.papers._seeds import generator

__all__ = ["TunedInputs", "measure_population", "population_circuits", "stimulus_path", "tuned_inputs", "tuning_width"]

_RULES = ("invariant", "heterosynaptic")
_BINS = 200


class TunedInputs(NamedTuple):
    """Inputs with circular Gaussian tuning to a stimulus between 0 and 1, of unit circumference."""

    width: Float[np.ndarray, " inputs"]
    amplitude: Float[np.ndarray, " inputs"]
    noise: Float[np.ndarray, " inputs"]

    def rates(self, stimulus: Float[np.ndarray, " samples"]) -> Float[np.ndarray, "samples inputs"]:
        """Return the mean rates for each stimulus."""
        n = len(self.width)
        away = np.abs(stimulus[:, None] - np.arange(n) / n)
        distance = np.minimum(away, 1 - away)
        return self.amplitude * np.exp(-(distance**2) / (2 * self.width**2)) / np.sqrt(2 * np.pi)


def tuned_inputs(rng: np.random.Generator, n_inputs: int, diverse: bool) -> TunedInputs:
    """Return inputs of width 0.05, amplitude 1 and noise 0.01, or log-normally distributed about these."""
    spreads = (0.1, 0.2, 0.2) if diverse else (0.0, 0.0, 0.0)
    width, amplitude, noise = (np.exp(spread * rng.normal(size=n_inputs)) for spread in spreads)
    return TunedInputs(0.05 * width, amplitude, 0.01 * noise)


def stimulus_path(rng: np.random.Generator, n_samples: int) -> Float[np.ndarray, " samples"]:
    """Return a stimulus that wanders smoothly around the circle."""
    walk = np.cumsum(0.002 * rng.normal(size=n_samples))
    return np.convolve(walk, np.exp(-np.linspace(0, 3, 30)), mode="same") % 1


def tuning_width(
    stimulus: Float[np.ndarray, " samples"], answers: Float[np.ndarray, "samples neurons"]
) -> tuple[Float[np.ndarray, " neurons"], Float[np.ndarray, "bins neurons"], Float[np.ndarray, "bins neurons"]]:
    """Return the share of 200 bins at or above half the maximum of each mean tuning curve; curves; deviations."""
    place = np.minimum((stimulus * _BINS).astype(int), _BINS - 1)
    count = np.maximum(np.bincount(place, minlength=_BINS), 1)[:, None]
    total, squares = np.zeros((_BINS, answers.shape[1])), np.zeros((_BINS, answers.shape[1]))
    np.add.at(total, place, answers)
    np.add.at(squares, place, answers**2)
    curves = total / count
    deviations = np.sqrt(np.maximum(squares / count - curves**2, 0))
    top = curves.max(axis=0)
    widths = np.where(top > 0, (curves >= top / 2).mean(axis=0), np.nan)
    return widths, curves, deviations


def population_circuits(settings: Settings) -> dict[str, CorrelationInvariantNetwork]:
    """Return the population and its control, at the published rates."""
    size = settings.population_inputs, settings.population_neurons
    options = {"averaging_time": settings.averaging_time, "batch_size": settings.batch_size}
    invariant = CorrelationInvariantNeurons(*size, "invariant", 1.0, learning_rate=3e-3, leak=1e-3, **options)
    control = CorrelationInvariantNeurons(*size, "heterosynaptic", 1.0, 0.1, 1e-3, **options)
    return {
        "invariant": CorrelationInvariantNetwork(invariant, 0.03, 1.0, 1.0),
        "heterosynaptic": CorrelationInvariantNetwork(control, 0.03, 1.0, 20.0),
    }


def _learned(settings: Settings, seed: int, group: int, diverse: bool) -> tuple[Any, ...]:
    """Return what each population learned, the inputs, and a fresh path with what the inputs do along it."""
    rng = generator(seed, group)
    inputs = tuned_inputs(rng, settings.population_inputs, diverse)

    def along(path: np.ndarray) -> np.ndarray:
        return inputs.rates(path) + inputs.noise * rng.normal(size=(len(path), len(inputs.width)))

    rows = along(stimulus_path(rng, settings.population_samples))
    start = rng.normal(size=(settings.population_neurons, len(inputs.width))) / np.sqrt(len(inputs.width))
    centred = (rows - rows.mean(axis=0)).astype(np.float32)
    circuits = population_circuits(settings)
    state, _ = in_batches(settings, seed, group, circuits, centred, start, settings.population_steps)
    path = stimulus_path(rng, settings.population_samples // 10)
    weights = {rule: np.asarray(state[rule].feedforward, float) for rule in _RULES}
    # The level of a neuron that is no longer active decays to nothing.
    answering = {rule: np.asarray(state[rule].neurons.level) > 1e-6 for rule in _RULES}
    return weights, answering, inputs, path, along(path)


def measure_population(settings: Settings, seed: int) -> dict[str, Any]:
    """R3: widths of tuning of inputs, invariant neurons and controls; what diverse inputs weigh."""
    results: dict[str, Any] = {"R3.rules": list(_RULES), "R3.silent": []}
    for name, group, diverse in (("same", 26, False), ("diverse", 27, True)):
        weights, answering, inputs, path, rows = _learned(settings, seed, group, diverse)
        answers = {"input": rows} | {rule: np.maximum(rows @ weights[rule].T, 0) for rule in _RULES}
        found = {kind: tuning_width(path, each) for kind, each in answers.items()}
        answering["input"] = np.ones(len(inputs.width), bool)
        results[f"R3.{name}.widths"] = np.array([found[kind][0][answering[kind]].mean() for kind in found])
        results["R3.silent"].append(int(np.sum(~answering["invariant"])))
        if diverse:
            mean_weights = np.array([np.abs(weights[rule]).mean(axis=0) for rule in _RULES])
            results |= {
                "R3.diverse.input-widths": inputs.width,
                "R3.diverse.weights": mean_weights,
                "R3.diverse.correlations": np.array([np.corrcoef(row, inputs.width)[0, 1] for row in mean_weights]),
            }
            continue
        for kind, (widths, curves, deviations) in found.items():
            shown = {"own-widths": widths, "curves": curves.T, "deviations": deviations.T}
            own = {what: values[answering[kind]] for what, values in shown.items()}
            results |= {f"R3.{kind}.{what}": values for what, values in own.items()}
        results |= {f"R3.{rule}.weights": weights[rule][answering[rule]] for rule in _RULES}
    return results
