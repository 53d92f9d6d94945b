r"""Oja's rule: Hebbian learning with the decay that keeps the weight vector at unit length.

.. math:: \Delta w = \eta\, y\, (x - y\, w)

x is the presynaptic and y the postsynaptic activity, w the weight, eta the learning rate. Of several neurons that
learn one subspace together, Oja's subspace rule is a case of `ResidualHebb`, beside Sanger's.

Source: E. Oja, A simplified neuron model as a principal component analyzer, J. Math. Biol. 15:267, 1982.
"""

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["Oja"]


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
