r"""The rules that one line each can state.

====================  ===========================================================  ===================================
rule                  change of one synapse                                        source
====================  ===========================================================  ===================================
`Hebb`                :math:`\eta\, y\, x`                                         Hebb 1949
`Oja`                 :math:`\eta\, y\, (x - y\, w)`                               Oja 1982
`CumulativeHebb`      :math:`(y / \hat Y)\, (x - y\, w)`                           Pehlevan & Chklovskii 2014
`LeakyHebb`           :math:`\eta\, s\, (y\, x - w)`                               Pehlevan, Sengupta, Chklovskii 2018
`NormalisedHebb`      :math:`(w + \eta\, y\, x) / \nu - w`                          Hebb 1949, with unit length
`Structured`          an affine rule with decay :math:`d\, w / c`                  Obeid, Ramambason & Pehlevan 2019
====================  ===========================================================  ===================================

x is the presynaptic activity, y the postsynaptic activity, w the weight, eta the learning rate and Y-hat the
postsynaptic neuron's cumulative squared activity, the present one included; s is a signal that all synapses share,
c the structure constant of the synapse, nu the length that the neuron's weight vector would grow to.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton.plasticity.rule import AffineRule, Rule, Scalar

__all__ = [
    "CumulativeHebb",
    "CumulativePost",
    "Hebb",
    "LeakyHebb",
    "NormalisedHebb",
    "NormalisedPost",
    "Oja",
    "Structured",
    "StructuredSynapse",
]


class Hebb(AffineRule):
    r"""Hebb's rule: the product of the two activities.

    .. math:: \Delta w = \eta\, y\, x

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    D. O. Hebb, The Organization of Behavior, 1949.
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * post``."""
        return self.rate * post

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0


class Oja(AffineRule):
    r"""Oja's rule: Hebbian learning with the decay that keeps the weight vector at unit length.

    .. math:: \Delta w = \eta\, y\, (x - y\, w)

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    E. Oja, A simplified neuron model as a principal component analyzer, J. Math. Biol. 15, 1982.

    Examples
    --------
    >>> from bouton.plasticity import Oja
    >>> Oja(rate=0.5)(0.5, 1.0, 2.0, None)
    0.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * post``."""
        return self.rate * post

    def decay(self, post, signal):
        """Return ``rate * post**2``."""
        return self.rate * post * post


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


class NormalisedPost(NamedTuple):
    r"""What the postsynaptic neuron makes available to `NormalisedHebb`.

    Parameters
    ----------
    activity : float
        Present activity y.
    length : float
        Length that the neuron's weight vector has after the Hebbian change, :math:`\nu > 0`.
    """

    activity: Scalar
    length: Scalar


class NormalisedHebb(AffineRule):
    r"""Hebb's rule, after which the neuron scales all its synapses back to a weight vector of unit length.

    .. math:: w \leftarrow \frac{w + \eta\, y\, x}{\nu}, \qquad
        \nu^2 = |w|^2 + 2 \eta\, y\, w^\top x + \eta^2 y^2 |x|^2

    The neuron knows :math:`|w|^2` of its own synapses (`Synapses.squared_length`) and :math:`w^\top x`, its drive.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    Examples
    --------
    >>> NormalisedHebb(rate=0.5)(1.0, 1.0, NormalisedPost(activity=2.0, length=2.0), None)
    0.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * activity / length``."""
        return self.rate * post.activity / post.length

    def decay(self, post, signal):
        """Return ``1 - 1 / length``."""
        return 1 - 1 / post.length


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
