r"""Rules of synapses that meet a bound or compete for what their neuron has to give.

========================  ==================================================================  =========================
rule                      change of one synapse                                               stops at
========================  ==================================================================  =========================
`CorrelationMultiplier`   :math:`\eta s\, (y\, x - D)`                                         l = 0
`CompetitiveHebb`         :math:`\eta s\, (y\, x - \gamma w - \kappa (\Sigma - \rho))`         w = 0
========================  ==================================================================  =========================

x is the presynaptic and y the postsynaptic activity, eta the learning rate and s a signal that all synapses share; D is
a constant of the synapse, Sigma the sum of all weights of the postsynaptic neuron.

Source: H. S. Seung, J. Zung, "A correlation game for unsupervised learning yields computational interpretations of
Hebbian excitation, anti-Hebbian inhibition, and synapse elimination", arXiv:1704.00646, 2017; recalled in structure.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton.plasticity.rule import Rule, Scalar

__all__ = ["BoundedCorrelation", "CompetitiveHebb", "CompetitivePost", "CorrelationMultiplier"]


class BoundedCorrelation(NamedTuple):
    """A synapse that holds the correlation of its two neurons below a bound of its own.

    Parameters
    ----------
    multiplier : float
        What it transmits with, l >= 0: the Lagrange multiplier of the bound.
    bound : float
        Largest mean product D of the two activities; it does not change.
    """

    multiplier: Scalar
    bound: Scalar


class CorrelationMultiplier(Rule):
    r"""Anti-Hebbian learning towards a bound: inhibition grows while two neurons are too correlated.

    .. math:: \Delta l = \max(0,\; l + \eta\, s\, (y\, x - D)) - l

    At rest either :math:`\langle y x \rangle = D`, or the correlation is smaller and the synapse gone, l = 0.

    Parameters
    ----------
    rate : float
        :math:`\eta`, the rate of this pathway relative to the signal. Default 1.

    References
    ----------
    H. S. Seung, J. Zung, arXiv:1704.00646, 2017.

    Examples
    --------
    >>> rule = CorrelationMultiplier(rate=0.5)
    >>> round(float(rule(BoundedCorrelation(multiplier=0.1, bound=1.0), 0.0, 2.0, 1.0).multiplier), 3)
    -0.1
    """

    rate: Scalar = 1.0

    def __call__(self, synapse, pre, post, signal):
        """Return the change of the multiplier, and 0 for the bound."""
        moved = synapse.multiplier + self.rate * signal * (post * pre - synapse.bound)
        return BoundedCorrelation(jnp.maximum(moved, 0) - synapse.multiplier, 0 * synapse.bound)

    def weight(self, synapse):
        """Return the multiplier."""
        return synapse.multiplier


class CompetitivePost(NamedTuple):
    """What the postsynaptic neuron makes available to `CompetitiveHebb`.

    Parameters
    ----------
    activity : float
        Activity y.
    total_weight : float
        Sum of the weights of all its synapses.
    """

    activity: Scalar
    total_weight: Scalar


class CompetitiveHebb(Rule):
    r"""Hebbian learning of excitatory synapses that compete for a total weight: most end at exactly zero.

    .. math:: \Delta w = \max(0,\; w + \eta\, s\, (y\, x - \gamma w - \kappa (\Sigma - \rho))) - w,
        \qquad \Sigma = \sum_k w_k

    All synapses of a neuron lose the same amount where their total exceeds :math:`\rho`: those whose inputs correlate
    least with the neuron are driven to zero. Without competition, :math:`\kappa = 0`, weights rest at
    :math:`\langle y x \rangle / \gamma`.

    Parameters
    ----------
    rate : float
        :math:`\eta`, the rate of this pathway relative to the signal. Default 1.
    decay : float
        :math:`\gamma`. Default 1.
    competition : float
        :math:`\kappa`. Default 1.
    total : float
        :math:`\rho`, in units of the weight. Default 1.

    References
    ----------
    H. S. Seung, J. Zung, arXiv:1704.00646, 2017.

    Examples
    --------
    >>> rule = CompetitiveHebb(rate=0.1, decay=0.0, competition=1.0, total=1.0)
    >>> post = CompetitivePost(activity=1.0, total_weight=1.5)
    >>> round(float(rule(0.5, 1.0, post, 1.0)), 3), round(float(rule(0.02, 0.0, post, 1.0)), 3)
    (0.05, -0.02)
    """

    rate: Scalar = 1.0
    decay: Scalar = 1.0
    competition: Scalar = 1.0
    total: Scalar = 1.0

    def __call__(self, synapse, pre, post, signal):
        """Return the change, cut off where the weight reaches zero."""
        shared = self.competition * (post.total_weight - self.total)
        moved = synapse + self.rate * signal * (post.activity * pre - self.decay * synapse - shared)
        return jnp.maximum(moved, 0) - synapse
