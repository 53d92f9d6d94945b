"""Whitening by interneurons: how white the outputs become, and what the running mean has to do with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.data import nonnegative_mixture, spectrum_gaussian
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.similarity_matching_family._common import FULL, NOT_LOCAL, local
from bouton.report import figures
from bouton.similarity import WhiteningNetwork, subspace_error

__all__ = ["SECTION"]

_GROUP = 2


@dataclass(frozen=True)
class Settings:
    """Mixtures of non-negative sources, and Gaussian data of a given spectrum for the principal subspace."""

    sources: int = 3
    spectrum: tuple[float, ...] = (4.5, 3.5, 1.0, *[0.01] * 7)
    components: int = 3
    samples: int = 20_000
    looks: tuple[int, ...] = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
    seeds: int = 5


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Let the network whiten mixtures and the principal subspace, and compare with means of each neuron's own."""
    found = [_run_one(settings, seed, number) for number in range(settings.seeds)]
    return {name: np.array([run[name] for run in found]) for name in found[0]} | {
        "looks": np.array(settings.looks),
        "verdicts": verdicts(networks(settings)),
    }


def networks(settings: Settings) -> tuple[WhiteningNetwork, ...]:
    """Return the network for mixtures."""
    return (WhiteningNetwork(settings.sources, settings.sources),)


def _run_one(settings: Settings, seed: int, number: int) -> dict[str, Any]:
    rng, key = generator(seed, _GROUP, number), random_key(seed, _GROUP, number)
    mixtures, _, _ = nonnegative_mixture(settings.sources, n_samples=settings.samples, seed=rng)
    (circuit,) = networks(settings)
    deviations = [_deviation(unmix, mixtures) for unmix in _looks(circuit, mixtures, settings.looks, key)]
    own_mean = [_deviation(unmix, mixtures) for unmix in _with_own_means(mixtures, settings.looks, rng)]
    data, directions = spectrum_gaussian(settings.spectrum, n_samples=settings.samples, seed=rng)
    truth = directions[:, : settings.components].T
    circuit = WhiteningNetwork(data.shape[1], settings.components, input_variance=float(data.var(axis=0).mean()))
    filters = list(_looks(circuit, data, settings.looks, key))
    return {
        "mixture.deviation": deviations,
        "own_mean.deviation": own_mean,
        "subspace.deviation": [_deviation(unmix, data) for unmix in filters],
        "subspace.error": [subspace_error(unmix, truth) for unmix in filters],
    }


def _looks(circuit: WhiteningNetwork, data: np.ndarray, looks: tuple[int, ...], key: Any) -> Iterator[np.ndarray]:
    state, first = None, 0
    for look in looks:
        state = bouton.run(circuit, data[first:look], key=key, state=state, first_step=first).state
        yield bouton.respond(circuit, state, np.eye(data.shape[1])).T
        first = look


def _deviation(unmix: np.ndarray, data: np.ndarray) -> float:
    return float(np.abs(unmix @ np.cov(data.T) @ unmix.T - np.eye(len(unmix))).max())


def _with_own_means(data: np.ndarray, looks: tuple[int, ...], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Learn with every mean a running one, also that of the outputs, over all samples so far."""
    n = data.shape[1]
    weights, interneuron = rng.normal(size=(n, n)), np.eye(n)
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    mean_input, mean_activity = np.zeros(n), np.zeros(n)
    for t, x in enumerate(data):
        h = np.linalg.solve(interneuron.T @ interneuron, weights @ x)
        mean_input += (x - mean_input) / (t + 1)
        mean_activity += (h - mean_activity) / (t + 1)
        deviation = h - mean_activity
        weights += (np.outer(deviation, x - mean_input) - weights) / (t + 100)
        interneuron += (np.outer(interneuron @ deviation, deviation) - interneuron) / (t + 100)
        if t + 1 in looks:
            yield np.linalg.solve(interneuron.T @ interneuron, weights)


def draw_deviation(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the deviation from unit covariance over the stream."""
    names = {
        "mixture": "mixtures",
        "subspace": "principal subspace",
        "own_mean": "mixtures, each neuron with a mean of its own",
    }
    return figures.curves(
        results["looks"],
        {label: results[f"{name}.deviation"] for name, label in names.items()},
        xlabel="samples",
        ylabel="deviation from unit covariance",
        logarithmic="xy",
    )


_AT_REST = basis.ours("none at rest; how close after so many samples is chosen here")


def _at_end(name: str, sentence: str, bound: float, quantity: str) -> Check:
    return Check(
        name,
        sentence,
        AtMost(bound),
        lambda results: float(np.median(results[quantity][:, -1])),
        _AT_REST,
        on="whitening",
        scales=FULL,
    )


SECTION = Section(
    settings={
        "smoke": Settings(samples=1000, looks=(200, 1000), seeds=1),
        "laptop": Settings(),
        "paper": Settings(seeds=20),
    },
    measure=measure,
    checks=(
        _at_end(
            "covariance",
            "The outputs for mixtures of three sources get unit covariance: largest deviation from the identity after "
            "20000 samples (median of the seeds).",
            0.05,
            "mixture.deviation",
        ),
        _at_end(
            "subspace",
            "Fewer neurons than inputs whiten the principal subspace: largest deviation of their covariance from the "
            "identity (median of the seeds).",
            0.05,
            "subspace.deviation",
        ),
        _at_end(
            "subspace-error",
            "It is the principal subspace that they find: subspace error (median of the seeds).",
            1e-3,
            "subspace.error",
        ),
        local("the whitening network"),
    ),
    holds=lambda: {
        "mixture.deviation": np.full((5, 2), 0.01),
        "subspace.deviation": np.full((5, 2), 0.01),
        "subspace.error": np.full((5, 2), 1e-4),
        "verdicts": ["local", "local"],
    },
    breaks={
        "covariance": put("mixture.deviation", 0.1),
        "subspace": put("subspace.deviation", 0.1),
        "subspace-error": put("subspace.error", 0.01),
        "local": NOT_LOCAL,
    },
    figures=(
        Figure(
            "deviation",
            "Largest deviation of the outputs' covariance from the identity, median of the seeds with a band of 10 to "
            "90 %; what stays high for long are mixtures with a direction of next to no variance. Look for the "
            "network, which learns from the responses to the input's difference from its mean, against the form in "
            "which each neuron takes the difference of its activity from a running mean of its own: that mean lags "
            "while the weights grow, and the outputs get white late or not at all.",
            draw_deviation,
            alt="Curves of the deviation from unit covariance over the number of samples",
        ),
    ),
    circuits=networks,
)
