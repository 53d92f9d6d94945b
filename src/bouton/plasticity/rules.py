r"""The rules that one line each can state.

====================  =============================================================  ===============================
rule                  change of one synapse                                          source
====================  =============================================================  ===============================
`Hebb`                :math:`\eta\, y\, x`                                           Hebb 1949
`Oja`                 :math:`\eta\, y\, (x - y\, w)`                                 Oja 1982
`CumulativeHebb`      :math:`(y / \hat Y)\, (x - y\, w)`                             Pehlevan & Chklovskii 2014
====================  =============================================================  ===============================

x is the presynaptic activity, y the postsynaptic activity, w the weight, eta the learning rate and Y-hat the
postsynaptic neuron's cumulative squared activity, the present one included.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["CumulativeHebb", "CumulativePost", "Hebb", "Oja"]


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
        return jnp.zeros_like(post)


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
