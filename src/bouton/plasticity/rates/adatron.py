r"""The AdaTron rule: how much a stored pattern counts for a neuron, corrected by the neuron's own error.

.. math:: \Delta \alpha = \max(0, \alpha + \eta\, (1 - y\, h)) - \alpha, \qquad \text{where the pattern is presented}

with target y and field h of the neuron. Pattern after pattern, it maximises the margin: the coefficients become those
of the support vector machine, for any step :math:`0 < \eta < 2` in units of the pattern's own kernel.

Source: J. K. Anlauf, M. Biehl, "The AdaTron: an adaptive perceptron algorithm", Europhysics Letters 10:687, 1989.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._fields import Bound
from bouton.plasticity.rule import Rule, Scalar

__all__ = ["AdaTron", "AdaTronPost"]


class AdaTronPost(NamedTuple):
    """What the postsynaptic neuron makes available to `AdaTron`.

    Parameters
    ----------
    field : float
        Field h, before the pattern is learned.
    target : float
        Target y, +1 or -1.
    """

    field: Scalar
    target: Scalar


class AdaTron(Rule):
    r"""A coefficient grows while its pattern lies within the margin, and falls, down to 0, while it lies beyond.

    .. math:: \Delta \alpha = x\, [\min(C, \max(0, \alpha + \eta\, (1 - y\, h) / q)) - \alpha]

    Parameters
    ----------
    rate : float
        Step :math:`\eta`, between 0 and 2; 1 solves for the coefficient exactly. Default 1.
    upper : float
        C, the largest coefficient: a soft margin. Default: none.
    own_kernel : float
        q, the kernel of the pattern with itself. Default 1.

    References
    ----------
    J. K. Anlauf, M. Biehl, Europhysics Letters 10:687, 1989.

    Examples
    --------
    The presynaptic factor x is 1 for the unit of the pattern that is presented, and 0 for all others:

    >>> post = AdaTronPost(field=0.4, target=1.0)
    >>> round(float(AdaTron()(0.5, 1.0, post, None)), 6), float(AdaTron()(0.5, 0.0, post, None))
    (0.6, 0.0)
    """

    rate: Scalar = 1.0
    upper: Bound | Float[Array, ""] = float("inf")
    own_kernel: Scalar = 1.0

    def __call__(self, synapse, pre, post, signal):
        """Return the change of the coefficient."""
        step = self.rate * (1 - post.target * post.field) / self.own_kernel
        return pre * (jnp.clip(synapse + step, 0.0, self.upper) - synapse)
