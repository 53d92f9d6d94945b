r"""Foldiak's anti-Hebbian inhibition, by which neurons become as rarely active together as independent ones.

.. math:: \Delta w = \eta\, (y\, x - p^2)

x is the presynaptic and y the postsynaptic activity, p the mean activity that every neuron aims at, eta the learning
rate. The feed-forward synapses of the same network learn by `Instar`.

Source: P. Foldiak, Forming sparse representations by local anti-Hebbian learning, Biol. Cybern. 64:165, 1990.
"""

from bouton.plasticity.rule import Rule, Scalar

__all__ = ["Foldiak"]


class Foldiak(Rule):
    r"""Anti-Hebbian inhibition that lets two neurons be active together as rarely as independent ones.

    .. math:: \Delta w = \eta\, (y\, x - p^2)

    w inhibits. At rest either :math:`\langle y x \rangle = p^2` or, within `Bounded` from 0, the synapse is gone.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    target : float
        :math:`p`, the mean activity that each neuron's own threshold brings about. Default 0.1.

    References
    ----------
    P. Foldiak, Forming sparse representations by local anti-Hebbian learning, Biol. Cybern. 64:165, 1990.

    Examples
    --------
    >>> round(Foldiak(rate=0.5, target=0.1)(0.0, 1.0, 1.0, None), 3)
    0.495
    """

    rate: Scalar
    target: Scalar = 0.1

    def __call__(self, synapse, pre, post, signal):
        """Return ``rate * (post * pre - target**2)``."""
        return self.rate * (post * pre - self.target * self.target)
