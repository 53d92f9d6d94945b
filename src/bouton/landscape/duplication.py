r"""What a critical point becomes as a neuron is divided: the inertia of the Hessian by two small matrices.

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

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from bouton.errors import InputError
from bouton.landscape.loss import LossLandscape
from bouton.landscape.neurons import shares_of
from bouton.landscape.parameters import hidden_layer, incoming_of, known_neuron
from bouton.landscape.points import ZERO, Inertia, PointType, classify_point, curvature_of

__all__ = ["DuplicationType", "classify_duplication"]


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

    @property
    def smallest(self) -> float:
        """What counts as zero: 1e-11 of the largest eigenvalue of the reduced network's Hessian."""
        return ZERO * float(np.abs(self.reduced.eigenvalues).max())

    def block(self, share: float | Sequence[float]) -> Float[np.ndarray, "n n"]:
        r"""Return the block of the Hessian that duplication adds.

        Of k copies :math:`(w + v_c - \sum_d \mu_d v_d, \mu_c a + b_c)`, the last one with :math:`v_k = 0` and
        :math:`b_k = -\sum_c b_c`, it is :math:`(\mathrm{diag}\, \mu - \mu \mu^T) \otimes B` and :math:`I \otimes C`.

        Parameters
        ----------
        share : float or sequence of float
            mu, what the first of two copies keeps; or the shares of all copies, which sum to 1.

        Returns
        -------
        array
            First all v, then all b, of all copies but the last.
        """
        shares = shares_of(share)[:-1]
        corner = np.kron(np.diag(shares) - np.outer(shares, shares), self.curvature)
        coupled = np.kron(np.eye(len(shares)), self.coupling)
        nothing = np.zeros((coupled.shape[1], coupled.shape[1]))
        return np.block([[corner, coupled], [coupled.T, nothing]])

    def inertia(self, share: float | Sequence[float]) -> Inertia:
        """Return the inertia of the wide network's whole Hessian at given shares of the outgoing weights.

        Parameters
        ----------
        share : float or sequence of float
            mu, what the first of two copies keeps; or the shares of all copies, which sum to 1. Of two copies with
            shares 0 and 1, the curvature drops out.

        Returns
        -------
        Inertia
        """
        # C is zero to rounding where it is zero: what is counted as its rank is what is kept of it.
        left, sizes, right = np.linalg.svd(self.coupling, full_matrices=False)
        sizes[self.coupling_rank :] = 0
        block = self._replace(coupling=(left * sizes) @ right).block(share)
        values = np.linalg.eigvalsh(block)
        bound = max(self.smallest, ZERO * float(np.abs(values).max(initial=0)))
        negative, positive = int((values < -bound).sum()), int((values > bound).sum())
        added = Inertia(negative, len(values) - negative - positive, positive)
        return Inertia(*(a + b for a, b in zip(self.reduced.inertia, added, strict=True)))

    @property
    def minima(self) -> str:
        """For which shares of two copies the wide network is at a local minimum: "none", "inside" (0, 1) or "outside".

        A plateau of minima is found only where the reduced network is at a minimum without zero eigenvalues, C
        vanishes, and B is definite.
        """
        if self.reduced.kind != "minimum" or self.coupling_rank:
            return "none"
        if (self.curvature_eigenvalues > self.smallest).all():
            return "inside"
        return "outside" if (self.curvature_eigenvalues < -self.smallest).all() else "none"

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
    known = landscape.checked(parameters)
    known_neuron(known, layer, neuron=neuron)
    point = classify_point(landscape, parameters, critical=critical)
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
        first, second = (np.asarray(part) for part in curvature_of(landscape.activation, potential))
    weighted = (errors @ outgoing) * second
    curvature = entering.T @ (weighted[:, None] * entering)
    coupling = (first[:, None] * entering).T @ errors
    # Each entry is a sum over samples that may cancel to rounding.
    rounding = np.abs(first[:, None] * entering).T @ np.abs(errors)
    sizes = np.linalg.svd(coupling, compute_uv=False)
    smallest = max(1e-7 * float(np.linalg.norm(rounding)), ZERO * float(np.abs(point.eigenvalues).max()), 1e-300)
    # C a = 0 at a critical point.
    rank = min(int((sizes > smallest).sum()), len(outgoing) - 1)
    values = np.linalg.eigvalsh((curvature + curvature.T) / 2)
    return DuplicationType(curvature, coupling, values, point, rank, len(outgoing))
