r"""Learning by exploration: a neuron's own fluctuation times its input, where performance says that it has helped.

.. math::

    \text{graded (EH):}\quad \Delta w &= \eta\, (P - \bar P)\, (z - \bar z)\, r \\
    \text{gated:}\quad \Delta w &= \eta\, \Theta(P - \bar P)\, (z - \bar z)\, r

r is the presynaptic rate, z the activity of the readout neuron with its exploratory noise, and P the performance of the
whole, a single number that reaches all synapses alike. Bars are running means, which a neuron and whoever spreads P
keep by themselves. With exploration that is uniform in :math:`\pm h` and exact means, the graded rule climbs
:math:`P = -|z - f|^2` on average: its mean change is :math:`\tfrac{2}{3} h^2\, \eta\, (f - \hat z)\, r`.

Sources: R. Legenstein, S. M. Chase, A. B. Schwartz, W. Maass, J. Neurosci. 30:8400, 2010 (graded); G. M. Hoerzer,
R. Legenstein, W. Maass, Cerebral Cortex 24:677, 2014 (gated).
"""

from typing import Any, NamedTuple

import jax.numpy as jnp

from bouton.plasticity.rule import AffineRule

__all__ = ["ExplorationPost", "ExploratoryHebb", "GatedExploratoryHebb", "Performance"]


class ExplorationPost(NamedTuple):
    """What a readout neuron makes available: its activity with exploration, and the running mean of it."""

    activity: Any
    mean: Any


class Performance(NamedTuple):
    """What reaches all synapses alike: the performance, its running mean, and the learning rate of the moment."""

    value: Any
    mean: Any
    rate: Any


class ExploratoryHebb(AffineRule):
    r"""The EH rule: exploration counts by how much better than usual the performance is.

    .. math:: \Delta w = \eta\, (P - \bar P)\, (z - \bar z)\, r

    References
    ----------
    R. Legenstein, S. M. Chase, A. B. Schwartz, W. Maass, A reward-modulated Hebbian learning rule can explain
    experimentally observed network reorganization in a brain control task, J. Neurosci. 30:8400-8410, 2010.

    Examples
    --------
    >>> from bouton.plasticity import ExplorationPost, ExploratoryHebb, Performance
    >>> ExploratoryHebb()(0.0, 0.5, ExplorationPost(activity=1.0, mean=0.0), Performance(-1.0, -3.0, rate=0.1))
    0.1
    """

    def gain(self, post, signal):
        """Return ``rate * (value - mean) * (activity - mean)``."""
        return signal.rate * (signal.value - signal.mean) * (post.activity - post.mean)

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0


class GatedExploratoryHebb(AffineRule):
    r"""Exploration counts in full where the performance is better than usual, and not at all elsewhere.

    .. math:: \Delta w = \eta\, \Theta(P - \bar P)\, (z - \bar z)\, r

    References
    ----------
    G. M. Hoerzer, R. Legenstein, W. Maass, Emergence of complex computational structures from chaotic neural networks
    through reward-modulated Hebbian learning, Cerebral Cortex 24:677-690, 2014.

    Examples
    --------
    >>> from bouton.plasticity import ExplorationPost, GatedExploratoryHebb, Performance
    >>> rule, post = GatedExploratoryHebb(), ExplorationPost(activity=1.0, mean=0.0)
    >>> [float(rule(0.0, 0.5, post, Performance(value, -3.0, rate=0.1))) for value in (-1.0, -5.0)]
    [0.05000000074505806, 0.0]
    """

    def gain(self, post, signal):
        """Return ``rate * (activity - mean)`` where the performance is better than its mean, else 0."""
        difference = signal.value - signal.mean
        gate = jnp.heaviside(difference, jnp.zeros_like(difference))
        return signal.rate * gate * (post.activity - post.mean)

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0
