"""Dictionaries learned from patches of photographs, one for each threshold."""

from typing import Any

import numpy as np

import bouton
from bouton.data import Whitening, centre_patches, load_photographs, sample_patches
from bouton.papers._online_snmf.metrics import kurtosis, orientation_selectivity
from bouton.papers._seeds import generator, random_key
from bouton.papers._similarity_family.dictionary import DictionarySettings
from bouton.similarity import CumulativeState, SparseDictionaryNetwork

__all__ = ["network", "run_all"]

_GROUP = 5
_RANDOM_FEATURES = 256
_JUDGED_PATCHES = 20_000


def network(settings: DictionarySettings, threshold: float) -> SparseDictionaryNetwork:
    """Return the network with a threshold."""
    return SparseDictionaryNetwork(
        settings.patch_size**2,
        settings.units,
        initial_activity=settings.initial_activity,
        threshold=threshold,
        tolerance=settings.tolerance,
        max_sweeps=settings.max_sweeps,
    )


def run_all(settings: DictionarySettings, seed: int) -> dict[str, Any]:
    """Return the share of active units for every threshold, and what was learned at the one that is looked at."""
    rng = generator(seed, _GROUP)
    patches = centre_patches(sample_patches(load_photographs(), settings.patch_size, settings.patches, rng))
    whitening = Whitening(n_components=settings.whitened_components).fit(patches)
    samples = whitening.transform(patches)
    judged = samples[:_JUDGED_PATCHES]
    states = [_learn(settings, threshold, samples, seed) for threshold in settings.thresholds]
    shares = np.array(
        [
            np.mean(bouton.respond(network(settings, threshold), state, judged) != 0)
            for threshold, state in zip(settings.thresholds, states, strict=True)
        ]
    )
    chosen = int(np.argmin(np.abs(shares - settings.wanted_share)))
    # Whitening there and back is the projection on the components that were kept.
    random_features = rng.normal(size=(_RANDOM_FEATURES, samples.shape[1])) @ whitening.matrix_ @ whitening.inverse_
    return {
        "dictionary.thresholds": np.array(settings.thresholds),
        "dictionary.shares": shares,
        "dictionary.threshold": settings.thresholds[chosen],
        "dictionary.share": float(shares[chosen]),
        "dictionary.patch_size": settings.patch_size,
    } | _judge(states[chosen], judged, random_features, settings)


def _learn(settings: DictionarySettings, threshold: float, samples: np.ndarray, seed: int) -> CumulativeState:
    circuit, key = network(settings, threshold), random_key(seed, _GROUP)
    state = circuit.init(key)
    for number in range(settings.passes):
        state = bouton.run(circuit, samples, key=key, state=state, first_step=number * len(samples)).state
        if number < settings.forgetful_passes:
            state = state._replace(cumulative_activity=settings.forgetting_factor * state.cumulative_activity)
    return state


def _judge(
    state: CumulativeState, judged: np.ndarray, random_features: np.ndarray, settings: DictionarySettings
) -> dict[str, Any]:
    features, lateral = np.asarray(state.feedforward, float), np.asarray(state.lateral, float)
    others = ~np.eye(len(features), dtype=bool)
    competition, lateral = (features @ features.T)[others], lateral[others]
    shape = (settings.patch_size, settings.patch_size)
    learned, random = (np.median(kurtosis(judged @ rows.T)) for rows in (features, random_features))
    return {
        "dictionary.features": features,
        "dictionary.selectivity": orientation_selectivity(features, shape),
        "dictionary.kurtosis_ratio": float(learned / random),
        "dictionary.competition": competition,
        "dictionary.lateral": lateral,
        "dictionary.lateral_correlation": float(np.corrcoef(competition, lateral)[0, 1]),
        "dictionary.lateral_difference": float(np.linalg.norm(lateral - competition) / np.linalg.norm(competition)),
    }
