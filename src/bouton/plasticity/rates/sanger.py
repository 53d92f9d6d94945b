r"""Rules that learn from what the postsynaptic neurons do not explain yet: Oja's subspace rule, Sanger's rule.

.. math:: \Delta w_{ij} = g_i\, (x_j - \hat x_j)

with x the presynaptic activity, g a factor of the postsynaptic neuron and x-hat its, or all neurons', reconstruction of
x from the weights.

Sources: E. Oja, Neural networks, principal components, and subspaces, Int. J. Neural Systems 1:61, 1989. T. D. Sanger,
Optimal unsupervised learning in a single-layer linear feedforward neural network, Neural Networks 2:459, 1989.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

from jaxtyping import PyTree

from bouton.plasticity.rule import Rule, Scalar

__all__ = ["Residual", "ResidualHebb", "ResidualRule"]


class Residual(NamedTuple):
    r"""What a presynaptic neuron makes available to a `ResidualRule`.

    Parameters
    ----------
    activity : float
        Its activity x.
    reconstruction : float
        What the postsynaptic neurons say that it is, :math:`\hat x`.
    """

    activity: Scalar
    reconstruction: Scalar


class ResidualRule(Rule):
    r"""A rule that learns from what the postsynaptic neurons do not explain yet.

    .. math:: \Delta w = g(\text{post}, \text{signal})\, (x - \hat x)

    The presynaptic factor is a `Residual`. With :math:`\hat x = W^\top y` (`Synapses.transpose_drive`) it is one value
    per presynaptic neuron; with the sum over the neurons up to the synapse's own (`Synapses.ordered_transpose_drive`)
    it is one value per synapse, which the audit lists as not local. W is multiplied by a matrix at each step, which a
    run can do in exact blocks.
    """

    @abstractmethod
    def gain(self, post: PyTree, signal: PyTree) -> Any:
        """Return the factor of the residual, a scalar."""

    def __call__(self, synapse: PyTree, pre: PyTree, post: PyTree, signal: PyTree) -> PyTree:
        """Return ``gain * (pre.activity - pre.reconstruction)``."""
        return self.gain(post, signal) * (pre.activity - pre.reconstruction)


class ResidualHebb(ResidualRule):
    r"""Hebb's rule on what the network does not explain yet.

    .. math:: \Delta w = \eta\, y\, (x - \hat x)

    ==============================================  ==============================  ====================================
    reconstruction :math:`\hat x_j` handed over      which rule it is                what the weights become
    ==============================================  ==============================  ====================================
    :math:`\sum_k w_{kj} y_k`                        Oja's subspace rule             a basis of the principal subspace
    :math:`\sum_{k \le i} w_{kj} y_k` for neuron i   Sanger's rule, not local        the principal components, in order
    ==============================================  ==============================  ====================================

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    E. Oja, Neural networks, principal components, and subspaces, Int. J. Neural Systems 1:61, 1989. T. D. Sanger,
    Optimal unsupervised learning in a single-layer linear feedforward neural network, Neural Networks 2:459, 1989.

    Examples
    --------
    >>> from bouton.plasticity import Residual
    >>> ResidualHebb(rate=0.5)(0.0, Residual(activity=2.0, reconstruction=1.0), 4.0, None)
    2.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * post``."""
        return self.rate * post
