"""R3 and E1: two layers with feedback on synthetic patterns: similarities by layer, the objective, novel patterns."""

from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.dynamics import Relaxation
from bouton.papers._seeds import generator, random_key
from bouton.papers._structured_deep.learning import centred, epochs_of_learning
from bouton.papers._structured_deep.settings import Settings
from bouton.plasticity import LearningRate, Sheet
from bouton.similarity import DeepSimilarityMatching

__all__ = ["feedback_network", "measure_feedback"]

_BUMPS, _BUMP_WIDTH, _NOISE, _CONTRAST = 4, 2.0, 0.05, 0.5
_SHOWN_FEEDBACK = 0.5
# The reference run stops there; without feedback or with little of it, the network takes longer.
_MOST_STEPS = 150
_PER_CLASS = 12


def feedback_network(settings: Settings, feedback: float) -> DeepSimilarityMatching:
    """Return the two-layer network: 4 units per site, the second layer over the sites of the first."""
    first = Sheet((settings.prototype_size, settings.prototype_size, 1), stride=2, radius=4.0, units_per_site=4)
    second = Sheet(first.shape, stride=2, radius=2.0, units_per_site=4)
    return DeepSimilarityMatching(
        [first, second],
        feedback=feedback,
        learning_rate=LearningRate(5e-2, decay=0.5, every=1000, floor=1e-3),
        dynamics=Relaxation(look_every=1, max_steps=_MOST_STEPS),
    )


def _prototypes(count: int, size: int, rng: np.random.Generator) -> Float[np.ndarray, "prototypes pixels"]:
    """Return images that are sums of Gaussian bumps at random places."""
    rows, columns = np.mgrid[:size, :size] + 0.5
    centres = rng.uniform(0, size, (count, _BUMPS, 2))
    squares = (rows - centres[..., 0, None, None]) ** 2 + (columns - centres[..., 1, None, None]) ** 2
    return np.exp(-squares / (2 * _BUMP_WIDTH**2)).sum(axis=1).reshape(count, -1)


def _patterns(prototypes: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> Float[np.ndarray, "n pixels"]:
    images = prototypes[classes]
    return _CONTRAST * centred(images + _NOISE * rng.normal(size=images.shape))


def _contrast_of_classes(rows: np.ndarray, classes: np.ndarray) -> float:
    """Return the mean cosine of samples of the same class less that of samples of different classes."""
    cosines = _cosines(rows, rows)
    same = classes[:, None] == classes
    others = ~np.eye(len(rows), dtype=bool)
    return float(cosines[same & others].mean() - cosines[~same].mean())


def _cosines(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    unit = [each / np.maximum(np.linalg.norm(each, axis=1, keepdims=True), 1e-12) for each in (rows, others)]
    return unit[0] @ unit[1].T


def measure_feedback(settings: Settings, seed: int) -> dict[str, Any]:
    """R3: learn ten patterns with several strengths of feedback; look at similarities with the one in the middle."""
    rng = generator(seed, 4)
    known, novel = (_prototypes(settings.prototypes, settings.prototype_size, rng) for _ in range(2))
    n_training = settings.prototype_epochs * settings.presentations
    samples = _patterns(known, rng.integers(0, settings.prototypes, n_training), rng)
    judged = _patterns(known, rng.integers(0, settings.prototypes, settings.held_out_patterns), rng)
    results: dict[str, Any] = {"R3.feedbacks": np.array(settings.feedbacks), "R3.presentations": settings.presentations}
    for place, feedback in enumerate(settings.feedbacks):
        circuit = feedback_network(settings, feedback)
        learned = epochs_of_learning(
            circuit,
            samples,
            judged,
            random_key(seed, 4),
            rng,
            settings.prototype_epochs,
            settings.presentations,
            both_forms=feedback == _SHOWN_FEEDBACK,
        )
        for name in ("objective", "converged", "steps"):
            results[f"R3.{place}.{name}"] = learned[name]
        if feedback == _SHOWN_FEEDBACK:
            results["R3.shown.feedback"], results["R3.shown.min_max"] = feedback, learned["min_max"]
            results |= _similarities(settings, circuit, learned["state"], known, novel, rng)
    return results


def _similarities(settings, circuit, state, known, novel, rng) -> dict[str, Any]:
    """Return what input and layers make of samples of the known and of as many unknown prototypes."""
    classes = np.repeat(np.arange(settings.prototypes), _PER_CLASS)
    old, new = (_patterns(prototypes, classes, rng) for prototypes in (known, novel))
    encoded = [(old, new), *zip(circuit.encode(state, old), circuit.encode(state, new), strict=True)]
    names = ("input", "layer 1", "layer 2")
    results: dict[str, Any] = {"R3.classes": classes}
    similarities = []
    for name, (known_rows, new_rows) in zip(names, encoded, strict=True):
        rows = np.concatenate([known_rows, new_rows]).astype(float)
        results[f"R3.similarity.{name}"] = rows @ rows.T
        similarities.append((known_rows @ known_rows.T).ravel())
        results[f"R3.contrast.{name}"] = _contrast_of_classes(known_rows, classes)
        within = _cosines(known_rows, known_rows)[classes[:, None] == classes].mean()
        results[f"R3.novel.{name}"] = float(within - np.abs(_cosines(known_rows, new_rows)).mean())
    results["R3.alike"] = np.array([np.corrcoef(similarities[0], layer)[0, 1] for layer in similarities[1:]])
    return results
