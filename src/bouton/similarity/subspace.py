r"""Principal subspaces: the one that data span best, and how far learned weights are from it.

With samples as rows, X of shape (T, n), the principal subspace of dimension k is spanned by the leading k right
singular vectors of X, the rows of V; equally by the leading eigenvectors of :math:`X^\top X`. Data are not centred:
subtract their mean first where the covariance is meant. The error of weights whose rows span a space with the
orthonormal basis Q is

.. math::

    2\,\big(k - \|Q V^\top\|_F^2\big) = 2 \sum_{i=1}^{k} \sin^2 \theta_i

with the principal angles :math:`\theta_i` between both spaces, the squared distance between the two projections.

Source: the figure of merit of C. Pehlevan, T. Hu, D. B. Chklovskii, Neural Computation 27:1461, 2015; angles between
subspaces: A. Björck, G. H. Golub, Mathematics of Computation 27:579, 1973.
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton._arguments import check_sizes
from bouton.errors import InputError
from bouton.similarity.objective import as_rows

__all__ = ["principal_axes", "principal_subspace", "subspace_error"]


def principal_subspace(X: ArrayLike, k: int) -> Float[np.ndarray, "k features"]:
    """Return an orthonormal basis of the principal subspace of data that are taken as they are, not centred.

    Parameters
    ----------
    X : array (samples, features)
        The data, real.
    k : int
        Dimension of the subspace.

    Returns
    -------
    array (k, features), float64
        One direction per row, the leading first; each with its largest entry positive. Where the singular values number
        k and k + 1 are equal the subspace is not unique, and this is one of them.

    Raises
    ------
    InputError
        If the data are no matrix of finite real numbers, or span fewer than k dimensions.

    References
    ----------
    Pehlevan, Hu and Chklovskii (2015), Neural Computation 27:1461.

    Examples
    --------
    >>> principal_subspace([[0.0, 2.0], [0.0, -3.0], [1.0, 0.0]], 1).tolist()
    [[0.0, 1.0]]
    """
    check_sizes(k=k)
    x = as_rows("X", X)
    spectrum, axes = principal_axes(x)
    rank = _rank(spectrum, x)
    if k > rank:
        raise InputError(f"k must be at most {rank}, the number of dimensions that the rows of X span, got {k}")
    return axes[:k]


def subspace_error(weights: ArrayLike, basis: ArrayLike) -> float:
    r"""Return how far the row space of weights is from a subspace, :math:`2 (k - \|Q V^\top\|_F^2)`.

    Parameters
    ----------
    weights : array (k, features)
        Rows that span a space, in any basis and scale: the features or filters of a network.
    basis : array (k, features)
        Independent rows that span the space to compare with, such as those of `principal_subspace`. They need not be
        orthonormal.

    Returns
    -------
    float
        From 0, where the spaces are the same, to 2k, where they are orthogonal. Each dimension that dependent rows of
        the weights lack counts 2, so that weights of zero have the error 2k.

    Raises
    ------
    InputError
        If an argument is no matrix of finite real numbers, the shapes differ, or the basis has dependent rows.

    References
    ----------
    Pehlevan, Hu and Chklovskii (2015), Neural Computation 27:1461.

    Examples
    --------
    >>> subspace_error([[3.0, 3.0, 0.0]], [[0.0, 1.0, 0.0]])
    1.0
    """
    learned, wanted = as_rows("weights", weights), as_rows("basis", basis)
    if learned.shape != wanted.shape:
        raise InputError(f"weights and basis must have the same shape, got {learned.shape} and {wanted.shape}")
    k = len(wanted)
    v, q = _orthonormal(wanted), _orthonormal(learned)
    if len(v) < k:
        raise InputError(f"the rows of basis must be independent, its {k} rows span only {len(v)} dimensions")
    # What is left of Q outside the subspace, rather than a difference of two numbers near k.
    outside = q - (q @ v.T) @ v
    return 2 * (float(np.sum(outside**2)) + k - len(q))


def principal_axes(
    x: Float[np.ndarray, "samples features"],
) -> tuple[Float[np.ndarray, " axes"], Float[np.ndarray, "axes features"]]:
    """Return the singular values of data, falling, and the right singular vectors as rows, largest entry positive."""
    x = x.astype(np.float64)
    # The triangular factor has the same singular values and right vectors, and no more rows than columns.
    tall = x.shape[0] > x.shape[1]
    _, spectrum, axes = np.linalg.svd(np.linalg.qr(x, mode="r") if tall else x, full_matrices=False)
    largest = np.argmax(np.abs(axes), axis=1)
    signs = np.where(axes[np.arange(len(axes)), largest] < 0, -1.0, 1.0)
    return spectrum, axes * signs[:, None]


def _rank(spectrum: np.ndarray, x: np.ndarray) -> int:
    """Return how many singular values are above the rounding errors of the data's own type."""
    return int(np.sum(spectrum > spectrum[0] * max(x.shape) * np.finfo(x.dtype).eps))


def _orthonormal(rows: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the space that rows span; it has fewer rows where they are dependent."""
    spectrum, axes = principal_axes(rows)
    return axes[: _rank(spectrum, rows)]
