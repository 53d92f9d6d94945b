r"""Hebb's rule, by itself and with the weight vector kept at unit length.

.. math:: \Delta w = \eta\, y\, x

x is the presynaptic and y the postsynaptic activity, eta the learning rate.

Source: D. O. Hebb, The Organization of Behavior, 1949.
"""

from typing import NamedTuple

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["Hebb", "NormalisedHebb", "NormalisedPost"]


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
