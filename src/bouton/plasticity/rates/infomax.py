r"""The rule of local infomax: Hebbian where the input carries signal, anti-Hebbian where it is noise alone.

.. math:: \Delta w = \eta\, s\, y\, x, \qquad s = +1 \text{ (signal and noise)}, \quad s = -1 \text{ (noise alone)}

s is one value for the whole network: which of the two is being presented. With y the activity that recurrent
connections have brought to rest, the mean change is the gradient of the information that the outputs convey.

Source: R. Linsker, Neural Computation 4:691, 1992.
"""

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["InfomaxHebb"]


class InfomaxHebb(AffineRule):
    r"""Hebb's rule whose sign is that of the phase: signal and noise, or noise alone.

    .. math:: \Delta w = \eta\, s\, y\, x

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`. The signal s is handed over: 1 or -1.

    References
    ----------
    R. Linsker, Local synaptic learning rules suffice to maximize mutual information in a linear network, Neural
    Computation 4:691, 1992.

    Examples
    --------
    >>> InfomaxHebb(rate=0.5)(0.0, 3.0, 2.0, 1.0), InfomaxHebb(rate=0.5)(0.0, 3.0, 2.0, -1.0)
    (3.0, -3.0)
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * signal * post``."""
        return self.rate * signal * post

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0
