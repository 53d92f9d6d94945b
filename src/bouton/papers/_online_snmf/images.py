"""R5: features of whitened patches of natural photographs."""

from typing import Any

import numpy as np

import bouton
from bouton.data import Whitening, centre_patches, load_photographs, sample_patches
from bouton.dynamics import CoordinateDescent
from bouton.papers._online_snmf.learning import generator, learn, random_key
from bouton.papers._online_snmf.metrics import kurtosis, orientation_selectivity
from bouton.papers._online_snmf.settings import Settings
from bouton.similarity import SNMFNetwork

__all__ = ["image_network", "measure_images"]

_RANDOM_FEATURES = 256
_FORGETFUL_PASSES = 2


def image_network(settings: Settings) -> SNMFNetwork:
    """Return the network of the experiment: a random start, fast dynamics to a coarse tolerance."""
    return SNMFNetwork(
        settings.patch_size**2,
        settings.image_units,
        start="random",
        initial_activity=settings.image_initial_activity,
        dynamics=CoordinateDescent(tolerance=1e-4, max_sweeps=60),
    )


def measure_images(settings: Settings, seed: int) -> dict[str, Any]:
    """R5: learn features, and compare them with random vectors of the same whitened space."""
    rng = generator(seed, 5)
    patches = centre_patches(sample_patches(load_photographs(), settings.patch_size, settings.patches, rng))
    whitening = Whitening(n_components=settings.whitened_components).fit(patches)
    samples = whitening.transform(patches)
    circuit, key = image_network(settings), random_key(seed, 5)
    state = circuit.init(key)
    for number in range(settings.image_passes):
        state = learn(circuit, samples, key, state=state, first_step=number * len(samples)).state
        if number < _FORGETFUL_PASSES:
            state = circuit.forget(state, settings.image_forgetting_factor)
    features = np.asarray(state.feedforward)
    # Whitening there and back is the projection on the components that were kept.
    projection = whitening.matrix_ @ whitening.inverse_
    random_features = rng.normal(size=(_RANDOM_FEATURES, len(projection))) @ projection
    answers = bouton.respond(circuit, state, samples)
    shape = (settings.patch_size, settings.patch_size)
    return {
        "R5.features": features,
        "R5.patch_size": settings.patch_size,
        "R5.selectivity": orientation_selectivity(features, shape),
        "R5.random_selectivity": orientation_selectivity(random_features, shape),
        "R5.kurtosis": kurtosis(samples @ features.T),
        "R5.random_kurtosis": kurtosis(samples @ random_features.T.astype(samples.dtype)),
        "R5.active": (answers > 0).mean(),
        "R5.active_counts": np.bincount((answers > 0).sum(axis=1), minlength=settings.image_units + 1),
        "R5.norms": np.linalg.norm(features, axis=1),
    }
