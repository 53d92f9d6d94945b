r"""Two principles that lead a linear neuron to the first principal component: variance and reconstruction.

.. math::

    E(w) = -\tfrac12\, w^\top Q w + \tfrac{k}{4} (1 - w^\top w)^2, \qquad
    \hat x = Q W^\top (W Q W^\top)^{-1} y

E is least at :math:`\pm` the leading eigenvector of Q, of squared length :math:`1 + \lambda_1 / k`. The mean squared
error of the reconstruction, `bouton.features.reconstruction_error`, is least where the rows of W span the leading
eigenvectors.

Source: R. Linsker, IEEE Computer 21(3):105, 1988, for an energy of this form and for the reconstruction.
"""

import numpy as np
from jaxtyping import Array, Float

from bouton._arguments import check_positive

__all__ = ["linear_reconstruction", "soft_norm_energy"]


def soft_norm_energy(
    weights: Float[Array, " inputs"], covariance: Float[Array, "inputs inputs"], stiffness: float | Float[Array, ""]
) -> Float[Array, ""]:
    r"""Return the energy of a neuron whose output variance is large and whose weight vector is about 1 long.

    Parameters
    ----------
    weights : array (inputs,)
        w.
    covariance : array (inputs, inputs)
        Q.
    stiffness : float
        k, what a deviation of the squared length from 1 costs.

    Returns
    -------
    scalar

    Raises
    ------
    InputError
        If the stiffness is not positive.

    Examples
    --------
    Least at the leading eigenvector with a squared length of 1 + 3 / 2:

    >>> import jax, jax.numpy as jnp
    >>> covariance, w = jnp.diag(jnp.array([3.0, 1.0, 0.5])), jnp.array([2.5**0.5, 0.0, 0.0])
    >>> bool(jnp.abs(jax.grad(soft_norm_energy)(w, covariance, 2.0)).max() < 1e-5)
    True
    """
    check_positive(stiffness=stiffness)
    excess = 1 - weights @ weights
    return -(weights @ (covariance @ weights)) / 2 + stiffness / 4 * excess * excess


def linear_reconstruction(
    weights: Float[np.ndarray, "outputs inputs"], covariance: Float[np.ndarray, "inputs inputs"]
) -> Float[np.ndarray, "inputs outputs"]:
    """Return the matrix by which outputs without noise reconstruct their input best, in the mean square.

    Parameters
    ----------
    weights : array (outputs, inputs)
        W; rows that depend on each other are allowed.
    covariance : array (inputs, inputs)
        Q.

    Returns
    -------
    array (inputs, outputs)

    Examples
    --------
    >>> import numpy as np
    >>> linear_reconstruction(np.array([[2.0, 0.0]]), np.diag([3.0, 1.0])).tolist()
    [[0.5], [0.0]]
    """
    seen = weights @ covariance
    return seen.T @ np.linalg.pinv(seen @ weights.T)
