"""What kind of point of the landscape it is, by the inertia of the Hessian."""

from functools import cache
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton.errors import InputError
from bouton.landscape.activations import NamedActivation
from bouton.landscape.loss import LossLandscape
from bouton.landscape.parameters import flattened

__all__ = ["ZERO", "Inertia", "PointType", "classify_point", "curvature_of", "inertia_of"]

_CHANNEL = 1e3
ZERO = 1e-11
"""Eigenvalues below this share of the largest are zero."""


class Inertia(NamedTuple):
    """How many eigenvalues of a symmetric matrix are negative, zero and positive."""

    negative: int
    zero: int
    positive: int


def inertia_of(matrix: Float[np.ndarray, "n n"], tolerance: float = ZERO) -> tuple[Inertia, float]:
    """Return the inertia of a symmetric matrix, and how clear the zeros are.

    Parameters
    ----------
    matrix : array (n, n)
        In double precision.
    tolerance : float, default 1e-11
        Eigenvalues below it, as a share of the largest, are zero.

    Returns
    -------
    Inertia
        The three numbers.
    float
        The smallest eigenvalue that is not zero over the largest that is (both absolute); infinity where one is
        missing.

    Raises
    ------
    InputError
        If the matrix is not in double precision or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> inertia_of(np.diag([-2.0, 0.0, 1.0]))[0]
    Inertia(negative=1, zero=1, positive=1)
    """
    if np.asarray(matrix).dtype != np.float64:
        raise InputError("matrix must be in double precision: single precision cannot tell small eigenvalues from zero")
    if not np.isfinite(matrix).all():
        raise InputError("matrix must be finite")
    values = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    bound = tolerance * np.abs(values).max()
    small, large = np.abs(values[np.abs(values) <= bound]), np.abs(values[np.abs(values) > bound])
    gap = large.min() / small.max() if len(small) and len(large) and small.max() > 0 else np.inf
    return Inertia(int((values < -bound).sum()), len(small), int((values > bound).sum())), float(gap)


class PointType(NamedTuple):
    """What kind of point it is."""

    kind: str
    """"minimum", "degenerate minimum" (zero eigenvalues, none negative: decided by higher orders), "saddle", "maximum";
    "channel" where weights have run away, "not critical" where the gradient is too large to tell."""
    loss: float
    gradient: float
    """Largest absolute entry of the gradient."""
    inertia: Inertia
    eigenvalues: Float[np.ndarray, " parameters"]
    gap: float
    """The smallest eigenvalue that is not zero over the largest that is."""
    largest_weight: float

    @property
    def order(self) -> int:
        """Number of descending directions."""
        return self.inertia.negative


def _smooth(landscape: LossLandscape) -> None:
    activation = landscape.activation
    if not activation.is_smooth or (activation.symmetry == "unknown" and not _bends(activation)):
        raise InputError(
            f"the activation {activation.name} has no second derivative, or none but zero: its curvature is "
            "inconclusive, take a smooth one such as softplus"
        )


@cache
def _bends(activation: NamedActivation) -> bool:
    with jax.enable_x64(True):
        return bool(np.abs(np.asarray(curvature_of(activation, jnp.linspace(-4.0, 4.03, 41))[1])).max() > 0)


def _double(parameters: Any) -> None:
    # The weights of a net of Equinox are leaves; what is no array has the precision of Python's numbers.
    kinds = {np.dtype(leaf.dtype) for leaf in jax.tree.leaves(parameters) if hasattr(leaf, "dtype")}
    if any(jnp.issubdtype(kind, jnp.floating) and kind != np.float64 for kind in kinds):
        raise InputError("weights in single precision cannot be classified: train them on in double precision")


def classify_point(
    landscape: LossLandscape, parameters: Any, *, critical: float = 1e-8, tolerance: float = ZERO
) -> PointType:
    """Say what kind of point of the landscape a network is at, by the eigenvalues of its Hessian.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss, with a smooth activation.
    parameters : Parameters
        The network, in double precision.
    critical : float, default 1e-8
        Largest entry of the gradient at a critical point, as a share of the largest eigenvalue of the Hessian.
    tolerance : float, default 1e-11
        Eigenvalues below it, as a share of the largest, are zero.

    Returns
    -------
    PointType

    Raises
    ------
    InputError
        If weights are in single precision, or the activation is not smooth.

    Examples
    --------
    >>> import numpy as np
    >>> landscape = LossLandscape(np.array([[1.0], [2.0]]), np.array([0.3, 0.4]), "tanh")
    >>> classify_point(landscape, [np.zeros((1, 1)), np.zeros((1, 1))]).kind
    'saddle'
    """
    _smooth(landscape)
    _double(parameters)
    known = landscape.checked(parameters)
    hessian = landscape.hessian(known)
    gradient = float(np.abs(flattened(landscape.gradient(known))).max())
    inertia, gap = inertia_of(hessian, tolerance)
    eigenvalues = np.linalg.eigvalsh(hessian)
    largest = float(np.abs(flattened(known)).max())
    if gradient > critical * np.abs(eigenvalues).max():
        kind = "channel" if largest > _CHANNEL else "not critical"
    elif inertia.negative:
        kind = "saddle" if inertia.positive or inertia.zero else "maximum"
    elif largest > _CHANNEL:
        kind = "channel"
    else:
        kind = "degenerate minimum" if inertia.zero else "minimum"
    return PointType(kind, landscape.value(known), gradient, inertia, eigenvalues, gap, largest)


@eqx.filter_jit
def curvature_of(activation: NamedActivation, potential: Array) -> tuple[Array, Array]:
    """Return the first and second derivative of an activation at potentials, for tracing."""
    slope = jax.grad(activation.function)
    return jax.vmap(slope)(potential), jax.vmap(jax.grad(slope))(potential)
