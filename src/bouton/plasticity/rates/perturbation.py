r"""Learning by perturbation: noise is tried out, and what came before reward is kept.

With M how much better the reward was than expected:

.. math::

    \text{nodes:}\quad \Delta w &= \eta\, M\, \zeta\, x \\
    \text{weights:}\quad \Delta w &= \eta\, M\, \xi

:math:`\zeta` is noise in the drive of the postsynaptic neuron, x the presynaptic activity, and :math:`\xi` noise of the
synapse itself, which transmits by :math:`w + \xi`. Weights stay within :math:`\pm w_{\max}`.

Source: the two baselines of the literature on learning by reward; the abstract of B. B. Vladimirskiy, E. Vasilaki, R.
Urbanczik, W. Senn, Biological Cybernetics, 2009, says that they are markedly slower than a Hebbian rule.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp

from bouton._fields import Positive
from bouton.plasticity.rule import Rule, Scalar

__all__ = ["NodePerturbation", "PerturbedSynapse", "WeightPerturbation"]


class PerturbedSynapse(NamedTuple):
    """A synapse that transmits by its weight and by noise of its own."""

    weight: Any
    noise: Any = 0.0


class NodePerturbation(Rule):
    r"""What the noise of a neuron did, its active synapses remember: :math:`\Delta w = \eta\, M\, \zeta\, x`.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    limit : float
        Bound of a weight, either way. Default 1.

    Examples
    --------
    >>> round(float(NodePerturbation(rate=0.1)(0.5, 1.0, -0.2, 2.0)), 3)
    -0.04
    """

    rate: Positive | Scalar
    limit: Positive | Scalar = 1.0

    def __call__(self, synapse: Any, pre: Any, post: Any, signal: Any) -> Any:
        """Return the change of the weight, cut off at the bounds."""
        return jnp.clip(synapse + self.rate * signal * post * pre, -self.limit, self.limit) - synapse


class WeightPerturbation(Rule):
    r"""What its own noise did, a synapse remembers: :math:`\Delta w = \eta\, M\, \xi`; then it gets new noise.

    The presynaptic factor is that new noise, one value for each synapse: the audit lists the rule for it.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    limit : float
        Bound of a weight, either way. Default 1.

    Examples
    --------
    >>> change = WeightPerturbation(rate=0.1)(PerturbedSynapse(0.5, -0.2), 0.1, None, 2.0)
    >>> round(float(change.weight), 3), round(change.noise, 3)
    (-0.04, 0.3)
    """

    rate: Positive | Scalar
    limit: Positive | Scalar = 1.0

    def __call__(self, synapse: PerturbedSynapse, pre: Any, post: Any, signal: Any) -> PerturbedSynapse:
        """Return the change of the weight, cut off at the bounds, and of the noise."""
        moved = jnp.clip(synapse.weight + self.rate * signal * synapse.noise, -self.limit, self.limit)
        return PerturbedSynapse(moved - synapse.weight, pre - synapse.noise)

    def weight(self, synapse: PerturbedSynapse) -> Any:
        """Return what transmits: the weight and its noise."""
        return synapse.weight + synapse.noise
