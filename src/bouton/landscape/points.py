r"""What kind of point of the landscape it is: by the inertia of the Hessian, and at copies by two small matrices.

At a neuron with incoming vector w and outgoing vector a that is divided into (w, :math:`\mu a`) and
(w, :math:`(1-\mu) a`), write the two neurons as :math:`(w + (1-\mu) v, \mu a + b)` and
:math:`(w - \mu v, (1-\mu) a - b)`. To second order the loss is that of the reduced network, and

.. math:: \frac12 \binom{v}{b}^T \begin{pmatrix} \mu(1-\mu) B & C \\ C^T & 0 \end{pmatrix} \binom{v}{b}, \qquad
          B = \sum_s (a \cdot \delta_s)\, \sigma''(w \cdot x_s)\, x_s x_s^T, \quad
          C = \sum_s \sigma'(w \cdot x_s)\, x_s \delta_s^T,

with :math:`\delta` the derivatives of the loss by the potentials of the layer above. The change of variables is linear
and invertible, so the inertia of the Hessian is that of the reduced network's and of this block's (Sylvester). Of n
directions b, n the neurons of the layer above, all leave the loss as it is, but only n - rank C are eigenvectors of
eigenvalue 0.

Sources: J. Brea et al. (2019), arXiv:1907.02911; K. Fukumizu, S. Amari (2000), Neural Networks 13.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_finite
from bouton.errors import InputError
from bouton.landscape.loss import LossLandscape
from bouton.landscape.parameters import flattened, hidden_layer, incoming_of, known_neuron

__all__ = ["DuplicationType", "Inertia", "PointType", "classify_duplication", "classify_point", "inertia_of"]

_CHANNEL = 1e3


class Inertia(NamedTuple):
    """How many eigenvalues of a symmetric matrix are negative, zero and positive."""

    negative: int
    zero: int
    positive: int


def inertia_of(matrix: Float[np.ndarray, "n n"], tolerance: float = 1e-11) -> tuple[Inertia, float]:
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
    if not landscape.activation.is_smooth:
        raise InputError(
            f"the activation {landscape.activation.name} has no second derivative: its curvature tells nothing, take a "
            "smooth one such as softplus"
        )


def _double(parameters: Any) -> None:
    if any(getattr(leaf, "dtype", None) == np.float32 for leaf in jax.tree.leaves(parameters)):
        raise InputError("weights in single precision cannot be classified: train them on in double precision")


def classify_point(
    landscape: LossLandscape, parameters: Any, *, critical: float = 1e-8, tolerance: float = 1e-11
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


class DuplicationType(NamedTuple):
    """What points a critical point becomes when one of its neurons is divided in two."""

    curvature: Float[np.ndarray, "incoming incoming"]
    """B: how the loss curves as the copies part."""
    coupling: Float[np.ndarray, "incoming above"]
    """C: how it changes with parting and passing outgoing weight at once."""
    curvature_eigenvalues: Float[np.ndarray, " incoming"]
    reduced: PointType
    """The point that is duplicated."""
    coupling_rank: int
    n_flat: int
    """Directions b in which the loss is constant: the number of neurons above."""

    @property
    def n_zero(self) -> int:
        """Zero eigenvalues of the Hessian that duplication adds: n_flat - rank C."""
        return self.n_flat - self.coupling_rank

    def block(self, share: float) -> Float[np.ndarray, "n n"]:
        """Return the block of the Hessian that duplication adds."""
        check_finite(share=share)
        corner = share * (1 - share) * self.curvature
        nothing = np.zeros((self.n_flat, self.n_flat))
        return np.block([[corner, self.coupling], [self.coupling.T, nothing]])

    def inertia(self, share: float) -> Inertia:
        """Return the inertia of the wide network's whole Hessian at a share mu of the outgoing weights.

        Parameters
        ----------
        share : float
            mu, what the first copy keeps. At 0 and 1 the curvature drops out.

        Returns
        -------
        Inertia
        """
        # C is zero to rounding where it is zero: what is counted as its rank is what is kept of it.
        left, sizes, right = np.linalg.svd(self.coupling, full_matrices=False)
        sizes[self.coupling_rank :] = 0
        block = self._replace(coupling=(left * sizes) @ right).block(share)
        added = inertia_of(block)[0] if np.abs(block).max() > 0 else Inertia(0, len(block), 0)
        return Inertia(*(a + b for a, b in zip(self.reduced.inertia, added, strict=True)))

    @property
    def minima(self) -> str:
        """For which shares the wide network is at a local minimum: "none", "inside" (0, 1), or "outside" [0, 1].

        A plateau of minima is found only where the reduced network is at a minimum, and C vanishes.
        """
        if self.reduced.inertia.negative or self.coupling_rank:
            return "none"
        scale = 1e-11 * np.abs(self.curvature_eigenvalues).max()
        if (self.curvature_eigenvalues > scale).all():
            return "inside"
        return "outside" if (self.curvature_eigenvalues < -scale).all() else "none"

    @property
    def kind(self) -> str:
        """What the point is for shares within (0, 1): "saddle of order k", "plateau of minima", or "inconclusive"."""
        order = self.inertia(0.5).negative
        if order:
            return f"saddle of order {order}"
        return "plateau of minima" if self.minima == "inside" else "inconclusive"


def classify_duplication(
    landscape: LossLandscape, parameters: Any, neuron: int, layer: int = 0, *, critical: float = 1e-8
) -> DuplicationType:
    """Say what a critical point becomes when one of its neurons is divided, without the wide network's Hessian.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss, with a smooth activation.
    parameters : Parameters
        The reduced network at a critical point, in double precision.
    neuron : int
        Which neuron is divided.
    layer : int, default 0
        In which hidden layer.
    critical : float, default 1e-8
        Largest entry of the gradient, as a share of the Hessian's largest eigenvalue.

    Returns
    -------
    DuplicationType

    Raises
    ------
    InputError
        If it is no critical point, the neuron has no outgoing weights (its incoming ones are then free), weights are
        in single precision, or the activation is not smooth.
    """
    _smooth(landscape)
    _double(parameters)
    known = landscape.checked(parameters)
    known_neuron(known, layer, neuron=neuron)
    point = classify_point(landscape, known, critical=critical)
    if point.gradient > critical * np.abs(point.eigenvalues).max():
        raise InputError(
            f"the network is not at a critical point: its gradient is {point.gradient:.2g}; train_to_convergence first"
        )
    below, above = hidden_layer(known, layer)
    outgoing = np.asarray(above.weight[:, neuron])
    if np.linalg.norm(outgoing) < 1e-12:
        raise InputError(f"neuron {neuron} has no outgoing weights: its incoming weights are free, reduce the network")
    entering, errors = landscape.errors_at(known, layer)
    potential = entering @ incoming_of(below)[neuron]
    with jax.enable_x64(True):
        first, second = (np.asarray(part) for part in _slopes(landscape, potential))
    weighted = (errors @ outgoing) * second
    curvature = entering.T @ (weighted[:, None] * entering)
    coupling = (first[:, None] * entering).T @ errors
    # Each entry is a sum over samples that may cancel to rounding.
    rounding = np.abs(first[:, None] * entering).T @ np.abs(errors)
    sizes = np.linalg.svd(coupling, compute_uv=False)
    rank = int((sizes > 1e-7 * max(float(np.linalg.norm(rounding)), 1e-300)).sum())
    values = np.linalg.eigvalsh((curvature + curvature.T) / 2)
    return DuplicationType(curvature, coupling, values, point, rank, len(outgoing))


@eqx.filter_jit
def _slopes(landscape: LossLandscape, potential: Array) -> tuple[Array, Array]:
    slope = jax.grad(landscape.activation.function)
    return jax.vmap(slope)(potential), jax.vmap(jax.grad(slope))(potential)
