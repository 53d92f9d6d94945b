"""Synthetic data of the published experiments, deterministic by seed: clusters, sparse mixtures, spectra, rings.

Samples are rows, in random order, in float64. Each function returns the data and then what generated them.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from bouton.data._arguments import Seed, as_generator, at_least, not_negative
from bouton.errors import InputError

__all__ = [
    "gaussian_clusters",
    "nonnegative_mixture",
    "ring",
    "sparse_mixture",
    "spectrum_gaussian",
    "switching_clusters",
    "three_clusters",
]

_THREE_CENTRES = ((-0.0985, -0.3379), (-0.6325, 0.9322), (1.1078, 1.0856))


def gaussian_clusters(
    n_features: int = 50,
    n_clusters: int = 5,
    n_samples: int = 2000,
    centre_scale: float = 2.5,
    noise: float = 1.0,
    seed: Seed = 0,
    centres: Float[np.ndarray, "clusters features"] | None = None,
) -> tuple[Float[np.ndarray, "samples features"], Int[np.ndarray, " samples"], Float[np.ndarray, "clusters features"]]:
    """Return Gaussian clusters of equal size in random order: x = centre + noise N(0, I).

    Parameters
    ----------
    n_features, n_clusters, n_samples : int, default 50, 5, 2000
        Dimensions. When n_samples is no multiple of n_clusters, the first clusters have one sample more.
    centre_scale : float, default 2.5
        Centres are centre_scale N(0, I).
    noise : float, default 1.0
        Standard deviation within a cluster, in every direction.
    seed : int or numpy.random.Generator, default 0
        Same seed, same data.
    centres : array (n_clusters, n_features) or None, default None
        Fixed centres instead of random ones.

    Returns
    -------
    data, labels, centres

    Examples
    --------
    >>> data, labels, centres = gaussian_clusters(10, 3, 90, seed=1)
    >>> data.shape, centres.shape
    ((90, 10), (3, 10))
    """
    for name, value in (("n_features", n_features), ("n_clusters", n_clusters), ("n_samples", n_samples)):
        at_least(name, value)
    generator = as_generator(seed)
    if centres is None:
        centres = not_negative("centre_scale", centre_scale) * generator.normal(size=(n_clusters, n_features))
    centres = np.asarray(centres, dtype=np.float64)
    if centres.shape != (n_clusters, n_features):
        raise InputError(f"centres must have shape ({n_clusters}, {n_features}), got {centres.shape}")
    labels = generator.permutation(np.arange(n_samples) % n_clusters)
    data = centres[labels] + not_negative("noise", noise) * generator.normal(size=(n_samples, n_features))
    return data, labels, centres


def three_clusters(
    seed: Seed = 0, n_per_cluster: int = 100
) -> tuple[Float[np.ndarray, "samples 2"], Int[np.ndarray, " samples"], Float[np.ndarray, "3 2"]]:
    """Return three clusters in the plane, covariance 0.04 I, shuffled, as a re-implementation of online SNMF uses them.

    Parameters
    ----------
    seed : int or numpy.random.Generator, default 0
        Same seed, same data.
    n_per_cluster : int, default 100
        Samples of each cluster.

    Returns
    -------
    data, labels, centres

    References
    ----------
    The experiment is that of C. Pehlevan, D. B. Chklovskii, arXiv:1503.00680.

    Examples
    --------
    >>> three_clusters(seed=3)[0].shape
    (300, 2)
    """
    n_samples = 3 * at_least("n_per_cluster", n_per_cluster)
    return gaussian_clusters(2, 3, n_samples, noise=0.2, seed=seed, centres=np.array(_THREE_CENTRES))


def switching_clusters(
    n_features: int = 50,
    n_clusters: int = 5,
    n_samples: int = 4000,
    switch: int = 2000,
    centre_scale: float = 2.5,
    noise: float = 1.0,
    seed: Seed = 0,
) -> tuple[Float[np.ndarray, "samples features"], Int[np.ndarray, " samples"], Float[np.ndarray, "clusters features"]]:
    """Return Gaussian clusters all of whose centres are replaced by new ones at sample `switch`.

    Parameters
    ----------
    n_features, n_clusters, n_samples : int, default 50, 5, 4000
        Dimensions; n_clusters is the number at a time.
    switch : int, default 2000
        The first sample of the new clusters.
    centre_scale, noise : float, default 2.5, 1.0
        As in `gaussian_clusters`.
    seed : int or numpy.random.Generator, default 0
        Same seed, same data.

    Returns
    -------
    data, labels, centres
        Labels 0 .. n_clusters - 1 before the switch, n_clusters .. 2 n_clusters - 1 after; 2 n_clusters centres.

    Examples
    --------
    >>> data, labels, centres = switching_clusters(10, 2, 40, 20, seed=0)
    >>> sorted(set(labels[:20].tolist())), sorted(set(labels[20:].tolist())), centres.shape
    ([0, 1], [2, 3], (4, 10))
    """
    if not 0 < switch < n_samples:
        raise InputError(f"switch must lie between 1 and n_samples - 1 = {n_samples - 1}, got {switch}")
    generator = as_generator(seed)
    parts = [
        gaussian_clusters(n_features, n_clusters, count, centre_scale, noise, generator)
        for count in (switch, n_samples - switch)
    ]
    labels = np.concatenate([parts[0][1], parts[1][1] + n_clusters])
    return np.concatenate([parts[0][0], parts[1][0]]), labels, np.concatenate([parts[0][2], parts[1][2]])


def sparse_mixture(
    n_features: int = 40, n_sources: int = 8, n_samples: int = 2000, probability: float = 0.3, seed: Seed = 0
) -> tuple[
    Float[np.ndarray, "samples features"], Float[np.ndarray, "samples sources"], Float[np.ndarray, "features sources"]
]:
    """Return x = A s with sparse non-negative sources s ~ Bernoulli(probability) x Exponential(1), A^T A = I.

    Parameters
    ----------
    n_features, n_sources, n_samples : int, default 40, 8, 2000
        Dimensions, n_sources <= n_features.
    probability : float, default 0.3
        Of a source being active, in (0, 1].
    seed : int or numpy.random.Generator, default 0
        Same seed, same data.

    Returns
    -------
    data, sources, mixing
        The mixing matrix A is uniformly distributed among those with orthonormal columns.

    Examples
    --------
    >>> data, sources, mixing = sparse_mixture(seed=2)
    >>> data.shape, bool((abs(data - sources @ mixing.T) < 1e-12).all())
    ((2000, 40), True)
    """
    at_least("n_sources", n_sources)
    at_least("n_samples", n_samples)
    at_least("n_features", n_features, n_sources)
    if not 0 < probability <= 1:
        raise InputError(f"probability must be above 0 and at most 1, got {probability}")
    generator = as_generator(seed)
    mixing = _orthonormal(generator, n_features, n_sources)
    active = generator.random((n_samples, n_sources)) < probability
    sources = active * generator.exponential(size=(n_samples, n_sources))
    return sources @ mixing.T, sources, mixing


def nonnegative_mixture(
    n_sources: int = 3, n_features: int | None = None, n_samples: int = 20_000, seed: Seed = 0
) -> tuple[
    Float[np.ndarray, "samples features"], Float[np.ndarray, "samples sources"], Float[np.ndarray, "features sources"]
]:
    """Return x = A s with s ~ Bernoulli(1/2) x Uniform(0, sqrt(48/5)), of variance 1, and a Gaussian mixing matrix A.

    Parameters
    ----------
    n_sources : int, default 3
        Number of sources.
    n_features : int or None, default None
        Number of mixtures; None for as many as there are sources.
    n_samples : int, default 20000
        Number of samples.
    seed : int or numpy.random.Generator, default 0
        Same seed, same data.

    Returns
    -------
    data, sources, mixing

    References
    ----------
    C. Pehlevan, S. Mohan, D. B. Chklovskii, Neural Computation 29 (2017) 2925.

    Examples
    --------
    >>> data, sources, mixing = nonnegative_mixture(seed=0)
    >>> data.shape, bool(sources.min() == 0)
    ((20000, 3), True)
    """
    at_least("n_sources", n_sources)
    at_least("n_samples", n_samples)
    n_features = n_sources if n_features is None else at_least("n_features", n_features, n_sources)
    generator = as_generator(seed)
    mixing = generator.normal(size=(n_features, n_sources))
    active = generator.random((n_samples, n_sources)) < 0.5
    sources = active * generator.uniform(0, np.sqrt(48 / 5), size=(n_samples, n_sources))
    return sources @ mixing.T, sources, mixing


def spectrum_gaussian(
    spectrum: Sequence[float] = (4.5, 3.5, 1.0, *[0.01] * 7),
    n_samples: int = 20_000,
    normalise: bool = True,
    seed: Seed = 0,
) -> tuple[Float[np.ndarray, "samples features"], Float[np.ndarray, "features features"]]:
    """Return Gaussian data of zero mean whose covariance has a given spectrum along random orthogonal directions.

    Parameters
    ----------
    spectrum : sequence of float, default (4.5, 3.5, 1, then seven times 0.01)
        Variances along the principal directions; as many as features.
    n_samples : int, default 20000
        Number of samples.
    normalise : bool, default True
        Divide the spectrum by its sum, so that the expected ``|x|^2`` is 1.
    seed : int or numpy.random.Generator, default 0
        Same seed, same data.

    Returns
    -------
    data, directions
        Column i of `directions` is the principal direction of spectrum[i].

    Examples
    --------
    >>> data, directions = spectrum_gaussian(seed=0)
    >>> data.shape, directions.shape
    ((20000, 10), (10, 10))
    """
    variances = np.asarray(spectrum, dtype=np.float64)
    if variances.ndim != 1 or not np.isfinite(variances).all() or (variances < 0).any() or variances.sum() == 0:
        raise InputError(f"spectrum must list finite variances, none below 0 and one above 0, got {spectrum!r}")
    if normalise:
        variances = variances / variances.sum()
    generator = as_generator(seed)
    directions = _orthonormal(generator, variances.size, variances.size)
    amplitudes = generator.normal(size=(at_least("n_samples", n_samples), variances.size)) * np.sqrt(variances)
    return amplitudes @ directions.T, directions


def ring(n_samples: int = 15_000, seed: Seed | None = 0) -> tuple[Float[np.ndarray, "samples 2"], np.ndarray]:
    """Return points x = (cos a, sin a) of the unit circle.

    Parameters
    ----------
    n_samples : int, default 15000
        Number of points.
    seed : int, numpy.random.Generator or None, default 0
        Angles uniform and independent by seed; None spaces them evenly from 0, in order.

    Returns
    -------
    data, angles
        Angles in radians, 0 <= a < 2 pi.

    Examples
    --------
    >>> ring(4, seed=None)[0].round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [-0.0, -1.0]]
    """
    at_least("n_samples", n_samples)
    turns = np.arange(n_samples) / n_samples if seed is None else as_generator(seed).random(n_samples)
    angles = 2 * np.pi * turns
    return np.stack([np.cos(angles), np.sin(angles)], axis=1), angles


def _orthonormal(generator: np.random.Generator, n_rows: int, n_columns: int) -> np.ndarray:
    # Without the signs of R the factor Q of a Gaussian matrix is not uniformly distributed.
    factor, triangle = np.linalg.qr(generator.normal(size=(n_rows, n_columns)))
    return factor * np.sign(np.diagonal(triangle))
