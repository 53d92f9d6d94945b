r"""Learning of temporal sequences: a synapse changes by its own filtered input and by the change of something else.

With u the filtered input of the synapse, v the output of its neuron, :math:`u_0` what reflexes contribute to it, and
differences taken from one step to the next:

.. math::

    \text{ISO:}\quad c &= u\, \Delta v \\
    \text{ICO:}\quad c &= u\, \Delta u_0 \\
    \text{ISO3:}\quad c &= r\, u\, \Delta v - \lambda\, w\, |u\, v| \\
    \Delta w &= \mu\, (c + c_{\text{before}}) / 2

r is a relevance that reaches all synapses alike. ISO is differential Hebbian learning: the output holds the synapse's
own contribution, by which weights amplify themselves. ICO leaves the output out, ISO3 learns only while r says so.

Sources: B. Porr, F. Woergoetter, Neural Computation 15:831, 2003 (ISO); 18:1380, 2006 (ICO); 19:2694, 2007 (ISO3). The
order of operations and the decay term are those of B. Porr's programs.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from bouton._fields import AtLeastZero
from bouton.plasticity.rule import Rule, Scalar

__all__ = [
    "InputCorrelations",
    "IsotropicSequenceOrder",
    "RelevantSequenceOrder",
    "SequencePost",
    "SequencePre",
    "SequenceRule",
    "SequenceSynapse",
]


class SequenceSynapse(NamedTuple):
    """What a synapse keeps: its weight, and the product of the step before."""

    weight: Any
    product: Any


class SequencePre(NamedTuple):
    """What a synapse knows of its input: its filtered value now, and a step before."""

    now: Any
    before: Any


class SequencePost(NamedTuple):
    """What a neuron makes available: its output, the change of it, and the change of what reflexes contribute."""

    output: Any
    change: Any
    reflex_change: Any


class SequenceRule(Rule):
    """A rule of the family: the trapezoid over the products of two steps.

    Parameters
    ----------
    rate : float
        Learning rate.
    midpoint : bool
        Whether the input counts by its mean over the step in which the other factor changes, in place of its value at
        the end. With it the products of two filters are exactly antisymmetric: no weight amplifies itself, to first
        order in the rate. Not in the papers. Default False.
    """

    rate: Scalar
    midpoint: bool = eqx.field(static=True, default=False)

    @abstractmethod
    def product(self, weight: Any, u: Any, post: SequencePost, signal: Any) -> Any:
        """Return the product c of one synapse in a step, of its weight, its input and what its neuron offers."""

    def __call__(self, synapse: SequenceSynapse, pre: SequencePre, post: SequencePost, signal: Any) -> SequenceSynapse:
        """Return the change of weight and kept product."""
        u = (pre.now + pre.before) / 2 if self.midpoint else pre.now
        product = self.product(synapse.weight, u, post, signal)
        return SequenceSynapse(self.rate * (product + synapse.product) / 2, product - synapse.product)

    def weight(self, synapse: SequenceSynapse) -> Any:
        """Return the weight."""
        return synapse.weight


class IsotropicSequenceOrder(SequenceRule):
    r"""ISO learning: :math:`c = u\, \Delta v`, with v the output of the neuron.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\mu`.
    midpoint : bool
        Whether inputs count by their mean over a step. Default False, as published.

    References
    ----------
    B. Porr, F. Woergoetter, Isotropic sequence order learning, Neural Computation 15:831-864, 2003.

    Examples
    --------
    >>> from bouton.plasticity import IsotropicSequenceOrder, SequencePost, SequencePre, SequenceSynapse
    >>> rule = IsotropicSequenceOrder(rate=0.5)
    >>> change = rule(SequenceSynapse(0.0, 1.0), SequencePre(2.0, 0.0), SequencePost(3.0, 0.5, 0.0), None)
    >>> change.weight, change.product
    (0.5, 0.0)
    """

    def product(self, weight: Any, u: Any, post: SequencePost, signal: Any) -> Any:
        """Return u times the change of the output."""
        return u * post.change


class InputCorrelations(SequenceRule):
    r"""ICO learning: :math:`c = u\, \Delta u_0`, with :math:`u_0` what reflexes contribute to the neuron.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\mu`.
    midpoint : bool
        Whether inputs count by their mean over a step. Default False, as published.

    References
    ----------
    B. Porr, F. Woergoetter, Strongly improved stability and faster convergence of temporal sequence learning by using
    input correlations only, Neural Computation 18:1380-1412, 2006.

    Examples
    --------
    >>> from bouton.plasticity import InputCorrelations, SequencePost, SequencePre, SequenceSynapse
    >>> rule = InputCorrelations(rate=0.5)
    >>> rule(SequenceSynapse(0.0, 0.0), SequencePre(2.0, 0.0), SequencePost(3.0, 9.0, 0.5), None).weight
    0.25
    """

    def product(self, weight: Any, u: Any, post: SequencePost, signal: Any) -> Any:
        """Return u times the change of what reflexes contribute."""
        return u * post.reflex_change


class RelevantSequenceOrder(SequenceRule):
    r"""ISO3 learning: :math:`c = r\, u\, \Delta v - \lambda\, w\, |u\, v|`, r a relevance.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\mu`.
    midpoint : bool
        Whether inputs count by their mean over a step. Default False, as published.
    decay : float
        :math:`\lambda`, an option of the authors' program. Default 0.

    References
    ----------
    B. Porr, F. Woergoetter, Learning with "relevance": using a third factor to stabilize Hebbian learning, Neural
    Computation 19:2694-2719, 2007.

    Examples
    --------
    >>> from bouton.plasticity import RelevantSequenceOrder, SequencePost, SequencePre, SequenceSynapse
    >>> rule = RelevantSequenceOrder(rate=0.5)
    >>> synapse, pre, post = SequenceSynapse(0.0, 0.0), SequencePre(2.0, 0.0), SequencePost(3.0, 0.5, 0.0)
    >>> [float(rule(synapse, pre, post, relevance).weight) for relevance in (0, 1)]
    [0.0, 0.25]
    """

    decay: AtLeastZero | Scalar = 0.0

    def product(self, weight: Any, u: Any, post: SequencePost, signal: Any) -> Any:
        """Return r times u times the change of the output, less the decay."""
        return signal * (u * post.change) - self.decay * weight * jnp.abs(u * post.output)
