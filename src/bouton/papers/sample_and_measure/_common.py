"""What the sections share: networks that are known, recordings of them, and the ways of fitting."""

import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from bouton.recordings import (
    NoiseCorrelationTerm,
    PlantedNetwork,
    PSTHTerm,
    SampleAndMeasure,
    SpikeRecording,
    noise_correlations,
    planted_network,
    score_recording,
)

__all__ = ["FULL", "PAIRED", "Case", "Data", "cases", "connectivity", "fitted", "scored", "tiny"]

FULL = ("laptop", "paper")
PAIRED = ("negative_log_likelihood", "psth_correlation", "noise_correlation_error", "noise_correlation")
"""The scores that are kept, in this order."""


@dataclass(frozen=True)
class Data:
    """Sizes: recorded and hidden neurons, bins, trials, and networks; and of the fits."""

    n_recorded: int = 10
    n_hidden: int = 2
    n_bins: int = 100
    n_channels: int = 5
    training: int = 160
    test: int = 100
    free: int = 200
    networks: int = 3
    updates: int = 2000
    batch: int = 20


def tiny(n_hidden: int = 1) -> Data:
    """Return sizes for tests."""
    return Data(4, n_hidden, 20, 2, 40, 40, 40, 1, 50, 20)


class Case(NamedTuple):
    """A known network, and recordings of it."""

    truth: PlantedNetwork
    training: SpikeRecording
    test: SpikeRecording
    floor: float
    """How far the noise correlations of the network itself are from the recorded ones, by chance."""


def cases(data: Data, seed: int, n_hidden: int | None = None) -> list[Case]:
    """Return networks, each with two recordings; with as many hidden neurons as told."""
    found = []
    hidden = data.n_hidden if n_hidden is None else n_hidden
    for number in range(data.networks):
        truth = planted_network(
            seed * data.networks + number,
            n_recorded=data.n_recorded, n_hidden=hidden, n_bins=data.n_bins, n_channels=data.n_channels,
        )  # fmt: skip
        training, test, free = (
            truth.sample(count, place) for place, count in enumerate((data.training, data.test, data.free))
        )
        pairs = np.triu_indices(data.n_recorded, 1)
        gap = noise_correlations(free.spikes)[pairs] - noise_correlations(test.spikes)[pairs]
        found.append(Case(truth, training, test, float(np.sqrt(np.mean(gap**2)))))
    return found


def fitted(data: Data, recording: SpikeRecording, n_hidden: int = 0, *, statistics: float = 1.0, **options: Any) -> Any:
    """Return a fitted network; by default with the published terms, whose weights `statistics` multiplies.

    Weights of 0 are the likelihood alone, by the program that was compiled for the statistics.
    """
    if statistics != 1 and "terms" not in options:
        options["terms"] = PSTHTerm(0.1 * statistics), NoiseCorrelationTerm(50.0 * statistics, n_lags=3)
    options.setdefault("learning_rate", 2e-3)
    sizes = {"n_updates": data.updates, "batch_size": data.batch}
    model = SampleAndMeasure(n_hidden, n_lags=3, validation=0.0, **sizes, **options)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "hidden neurons")
        return model.fit(recording)


def scored(data: Data, model: Any, case: Case) -> list[float]:
    """Return the kept scores on test trials."""
    found = score_recording(model, case.test, n_trials=data.free)
    return [getattr(found, name) for name in PAIRED]


def connectivity(model: Any, case: Case) -> list[float]:
    """Return correlation, root mean square error and mean error of couplings between recorded neurons.

    In units in which the threshold is 0.4.
    """
    network = case.truth.network
    true, seen = network.threshold * case.truth.couplings, network.n_recorded
    found = network.threshold * np.asarray(model.couplings_)[:seen, :seen]
    gap = found - true
    return [float(np.corrcoef(found.ravel(), true.ravel())[0, 1]), float(np.sqrt(np.mean(gap**2))), float(gap.mean())]
