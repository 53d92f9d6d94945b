r"""The rules of similarity matching: Hebbian feed-forward synapses, anti-Hebbian lateral ones, both with a decay.

====================  ======================================================  ========================================
rule                  change of one synapse                                   source
====================  ======================================================  ========================================
`CumulativeHebb`      :math:`(y / \hat Y)\, (x - y\, w)`                      Pehlevan & Chklovskii 2014
`LeakyHebb`           :math:`\eta\, s\, (y\, x - w)`                          Pehlevan, Sengupta & Chklovskii 2018
`Structured`          an affine rule with decay :math:`d\, w / c`             Obeid, Ramambason & Pehlevan 2019
====================  ======================================================  ========================================

x is the presynaptic activity, y the postsynaptic activity, w the weight, eta the learning rate and Y-hat the
postsynaptic neuron's cumulative squared activity, the present one included; s is a signal that all synapses share, c
the structure constant of the synapse.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton.plasticity.rule import AffineRule, Rule, Scalar

__all__ = ["CumulativeHebb", "CumulativePost", "LeakyHebb", "Structured", "StructuredSynapse"]


class CumulativePost(NamedTuple):
    """What the postsynaptic neuron makes available to `CumulativeHebb`.

    Parameters
    ----------
    activity : float
        Present activity y.
    cumulative_activity : float
        Sum of squared activities up to and including the present one.
    """

    activity: Scalar
    cumulative_activity: Scalar


class CumulativeHebb(AffineRule):
    r"""Hebbian learning with decay whose rate is one over the neuron's cumulative squared activity.

    .. math:: \Delta w = \frac{y}{\hat Y}\, (x - y\, w), \qquad \hat Y = \sum_{t} y_t^2

    Feed-forward synapses learn with x the input, lateral (anti-Hebbian, inhibitory) ones with x the activity of the
    other neuron. A neuron that never fired (:math:`\hat Y = 0`) does not change. There is nothing to tune.

    References
    ----------
    C. Pehlevan, D. B. Chklovskii, A Hebbian/anti-Hebbian network derived from online non-negative matrix factorization
    can cluster and discover sparse features, Asilomar 2014.
    """

    def gain(self, post, signal):
        """Return ``activity / cumulative_activity``, zero for a neuron that never fired."""
        ever_active = post.cumulative_activity > 0
        return jnp.where(ever_active, post.activity / jnp.where(ever_active, post.cumulative_activity, 1), 0)

    def decay(self, post, signal):
        """Return ``activity**2 / cumulative_activity``."""
        return self.gain(post, signal) * post.activity


class LeakyHebb(AffineRule):
    r"""Hebbian learning with a leak: the weight tracks the mean product of the two activities.

    .. math:: \Delta w = \eta\, s\, (y\, x - w)

    The signal s is the learning rate of the moment, which all synapses share; at rest :math:`w = \langle y x \rangle`.
    Feed-forward synapses learn with x the input; lateral ones, which inhibit, with x the activity of the other neuron
    (anti-Hebbian).

    Parameters
    ----------
    rate : float
        :math:`\eta`, the rate of this pathway relative to the signal. Default 1.

    References
    ----------
    C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Why do similarity matching objectives lead to Hebbian/anti-Hebbian
    networks?, Neural Computation 30:84, 2018.

    Examples
    --------
    >>> LeakyHebb(rate=2.0)(1.0, 3.0, 1.0, 0.25)
    1.0
    """

    rate: Scalar = 1.0

    def gain(self, post, signal):
        """Return ``rate * signal * post``."""
        return self.rate * signal * post

    def decay(self, post, signal):
        """Return ``rate * signal``."""
        return self.rate * signal

    def __call__(self, synapse, pre, post, signal):
        """Return ``rate * signal * (post * pre - synapse)``: the same to the bit with pre and post exchanged."""
        return self.rate * signal * (post * pre - synapse)


class StructuredSynapse(NamedTuple):
    """A synapse that knows its structure constant.

    Parameters
    ----------
    weight : float
        What it transmits with, w.
    constant : float
        Structure constant c > 0, which does not change.
    """

    weight: Scalar
    constant: Scalar


class Structured(Rule):
    r"""An affine rule whose decay is divided by the synapse's own structure constant.

    .. math:: \Delta w = g\, x - d\, w / c

    With a constant of 1 it is the rule itself. Of `LeakyHebb` it makes the rule of structured similarity matching,
    which rests at :math:`w = c\, \langle y x \rangle`: the larger its constant, the more a synapse may grow.

    Parameters
    ----------
    rule : AffineRule
        The rule that gives gain g and decay d. Its synapse is a plain weight; here it is a `StructuredSynapse`.

    References
    ----------
    D. Obeid, H. Ramambason, C. Pehlevan, Structured and deep similarity matching via structured and deep Hebbian
    networks, NeurIPS 2019, arXiv:1910.04958.

    Examples
    --------
    >>> rule = Structured(LeakyHebb())
    >>> rule(StructuredSynapse(weight=6.0, constant=2.0), 3.0, 1.0, 1.0).weight
    0.0
    """

    rule: AffineRule

    def __call__(self, synapse, pre, post, signal):
        """Return the change of the weight, and 0 for the constant."""
        change = self.rule(synapse.weight / synapse.constant, pre, post, signal)
        return StructuredSynapse(change, 0 * synapse.constant)

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight
