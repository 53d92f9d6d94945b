"""Whitening: a linear map after which the samples have zero mean and unit covariance.

    C = <(x - mean)(x - mean)^T> = E diag(d) E^T          d in falling order, the leading k columns kept
    PCA   z = diag(d + epsilon)^(-1/2) E^T (x - mean)      k numbers per sample
    ZCA   z = E diag(d + epsilon)^(-1/2) E^T (x - mean)    rotated back: as many as x has, zero phase for images

(A. J. Bell, T. J. Sejnowski, "The 'independent components' of natural scenes are edge filters", Vision Research 37
(1997) 3327-3338.)
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.data._arguments import at_least, not_negative, one_of
from bouton.data.sources import ArraySource, RowSource
from bouton.errors import InputError

__all__ = ["Whitening"]


class Whitening:
    """Whitening by principal components, fitted to data.

    Parameters
    ----------
    method : {"zca", "pca"}, default "zca"
        Whether the whitened components are rotated back into the space of the data.
    n_components : int or None, default None
        How many leading principal components are kept; None keeps all features.
    epsilon : float, default 0.0
        Added to each variance (in the data's squared unit), so that weak components are not amplified in full.

    Attributes
    ----------
    mean_ : array (features,)
        Mean of the data.
    matrix_ : array (outputs, features)
        ``z = matrix_ (x - mean_)``; outputs = features for ZCA, n_components for PCA.
    inverse_ : array (features, outputs)
        ``x = inverse_ z + mean_``, exact when all components are kept, the projection on the kept ones otherwise.
    variances_ : array (n_components,)
        The kept eigenvalues d of the covariance.

    Notes
    -----
    Patches whose own mean was removed (`centre_patches`) have one direction without variance: keep at most
    pixels - 1 components. The signs of the components are fixed by making the largest entry of each positive.

    Examples
    --------
    >>> import numpy as np
    >>> data = np.random.default_rng(0).normal(size=(500, 3)) @ np.array([[2.0, 1, 0], [0, 1, 0], [0, 0, 3]])
    >>> whitening = Whitening().fit(data)
    >>> z = whitening.transform(data)
    >>> bool(np.allclose(z.T @ z / 500, np.eye(3))), bool(np.allclose(whitening.inverse(z), data))
    (True, True)
    """

    def __init__(self, method: str = "zca", n_components: int | None = None, epsilon: float = 0.0):
        self.method = one_of("method", method, ("zca", "pca"))
        self.n_components = None if n_components is None else at_least("n_components", n_components)
        self.epsilon = not_negative("epsilon", epsilon)

    def fit(self, data: Float[np.ndarray, "samples features"] | RowSource) -> "Whitening":
        """Estimate mean and covariance (divided by the number of samples), block by block, and return self.

        Raises
        ------
        InputError
            When the data have fewer directions of variance than components are to be kept and epsilon is 0, or hold
            NaN or infinity.
        """
        source = data if isinstance(data, RowSource) else ArraySource(data)
        n_features = source.n_features
        kept = n_features if self.n_components is None else self.n_components
        if kept > n_features:
            raise InputError(f"n_components must be at most the {n_features} features of the data, got {kept}")
        # Sums of deviations from one sample keep the variance of a constant feature exactly zero.
        first = source.read(0, 1)[0].astype(np.float64)
        mean = first + sum((block - first).sum(axis=0) for block in _double_blocks(source)) / len(source)
        scatter = np.zeros((n_features, n_features))
        for block in _double_blocks(source):
            deviation = block - mean
            scatter += deviation.T @ deviation
        eigenvalues, vectors = np.linalg.eigh(scatter / len(source))
        eigenvalues, vectors = eigenvalues[::-1], vectors[:, ::-1]
        self._refuse_rank(eigenvalues, kept, source.dtype)
        largest = np.abs(vectors).argmax(axis=0)
        vectors = (vectors * np.sign(vectors[largest, np.arange(n_features)]))[:, :kept]
        self.variances_ = np.maximum(eigenvalues[:kept], 0)
        deviations = np.sqrt(self.variances_ + self.epsilon)
        back = vectors if self.method == "zca" else np.eye(kept)
        self.mean_ = mean
        self.matrix_ = back @ (vectors / deviations).T
        self.inverse_ = (vectors * deviations) @ back.T
        return self

    def transform(self, data: Float[np.ndarray, "samples features"]) -> Float[np.ndarray, "samples outputs"]:
        """Return the whitened samples, in the precision of the data."""
        data = self._samples(data, self.matrix_.shape[1])
        return ((data - self.mean_) @ self.matrix_.T).astype(data.dtype, copy=False)

    def inverse(self, whitened: Float[np.ndarray, "samples outputs"]) -> Float[np.ndarray, "samples features"]:
        """Return the samples that `transform` maps to `whitened` (their projection, where components were dropped)."""
        whitened = self._samples(whitened, self.inverse_.shape[1])
        return (whitened @ self.inverse_.T + self.mean_).astype(whitened.dtype, copy=False)

    def _samples(self, data: Any, expected: int) -> np.ndarray:
        samples = np.asarray(data)
        samples = samples if samples.dtype.kind == "f" else samples.astype(np.float64)
        if samples.shape[-1:] != (expected,):
            raise InputError(f"whitening expects {expected} features per sample, got an array of shape {samples.shape}")
        return samples

    def _refuse_rank(self, eigenvalues: np.ndarray, kept: int, dtype: np.dtype) -> None:
        # Rounding of the data leaves relative amplitudes of eps in empty directions, rounding of the covariance
        # relative variances of eps: the larger of both is indistinguishable from no variance.
        n_features = len(eigenvalues)
        relative = max(n_features * np.finfo(np.float64).eps, (n_features * np.finfo(dtype).eps) ** 2)
        rank = int((eigenvalues > relative * max(eigenvalues[0], 0)).sum())
        if rank == 0:
            raise InputError("all samples are equal: there is no variance to whiten")
        if rank < kept and self.epsilon == 0:
            raise InputError(
                f"the data vary in {rank} directions only and cannot be whitened in {kept}; ask for "
                f"n_components={rank} or fewer, or give epsilon > 0"
            )


def _double_blocks(source: RowSource) -> Iterator[np.ndarray]:
    return (block.astype(np.float64, copy=False) for block in source.blocks())
