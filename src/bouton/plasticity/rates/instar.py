r"""Grossberg's instar rule: the weights of an active neuron move towards the input.

.. math:: \Delta w = \eta\, y\, (x - w)

x is the presynaptic and y the postsynaptic activity, w the weight, eta the learning rate.

Source: S. Grossberg, Adaptive pattern classification and universal recoding, Biol. Cybern. 23:121, 1976.
"""

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["Instar"]


class Instar(AffineRule):
    r"""The weights of an active neuron move towards the input, those of a silent one stay.

    .. math:: \Delta w = \eta\, y\, (x - w)

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    S. Grossberg, Adaptive pattern classification and universal recoding, Biol. Cybern. 23:121, 1976. P. Foldiak,
    Forming sparse representations by local anti-Hebbian learning, Biol. Cybern. 64:165, 1990.

    Examples
    --------
    >>> Instar(rate=0.5)(1.0, 3.0, 1.0, None)
    1.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * post``."""
        return self.rate * post

    def decay(self, post, signal):
        """Return ``rate * post``."""
        return self.rate * post
