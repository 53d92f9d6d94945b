"""Synthetic patterns, noisy images of prototypes that are sums of bumps, and how alike rows of activity are."""

import numpy as np
from jaxtyping import Float

from bouton.papers.structured_deep_similarity_matching._common import centred

__all__ = ["class_contrast", "cosines", "patterns", "prototypes"]

_BUMPS, _BUMP_WIDTH, _NOISE, _CONTRAST = 4, 2.0, 0.05, 0.5


def prototypes(count: int, size: int, rng: np.random.Generator) -> Float[np.ndarray, "prototypes pixels"]:
    """Return images that are sums of Gaussian bumps at random places."""
    rows, columns = np.mgrid[:size, :size] + 0.5
    centres = rng.uniform(0, size, (count, _BUMPS, 2))
    squares = (rows - centres[..., 0, None, None]) ** 2 + (columns - centres[..., 1, None, None]) ** 2
    return np.exp(-squares / (2 * _BUMP_WIDTH**2)).sum(axis=1).reshape(count, -1)


def patterns(prototypes: np.ndarray, classes: np.ndarray, rng: np.random.Generator) -> Float[np.ndarray, "n pixels"]:
    """Return a noisy image of the prototype of each class, of mean 0."""
    images = prototypes[classes]
    return _CONTRAST * centred(images + _NOISE * rng.normal(size=images.shape))


def class_contrast(rows: np.ndarray, classes: np.ndarray) -> float:
    """Return the mean cosine of samples of the same class less that of samples of different classes."""
    likeness = cosines(rows, rows)
    same = classes[:, None] == classes
    others = ~np.eye(len(rows), dtype=bool)
    return float(likeness[same & others].mean() - likeness[~same].mean())


def cosines(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the cosine of each row with each of the others."""
    unit = [each / np.maximum(np.linalg.norm(each, axis=1, keepdims=True), 1e-12) for each in (rows, others)]
    return unit[0] @ unit[1].T
