r"""The covariance rule: the postsynaptic activity is compared with its own running mean.

.. math:: \Delta w = \eta\, (y - \bar y)\, x

x is the presynaptic and y the postsynaptic activity, y-bar its running mean, eta the learning rate.

Source: T. J. Sejnowski, Storing covariance with nonlinearly interacting neurons, J. Math. Biol. 4:303, 1977.
"""

from typing import NamedTuple

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["Covariance", "CovariancePost"]


class CovariancePost(NamedTuple):
    """What the postsynaptic neuron makes available to `Covariance`.

    Parameters
    ----------
    activity : float
        Present activity y.
    mean : float
        Running mean of it.
    """

    activity: Scalar
    mean: Scalar


class Covariance(AffineRule):
    r"""The covariance rule: synapses grow where the neuron is more active than usual, and shrink where it is less.

    .. math:: \Delta w = \eta\, (y - \bar y)\, x

    The mean change is the covariance of the two activities, whatever the mean of x. Of inhibitory lateral synapses it
    makes neurons decorrelate.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    T. J. Sejnowski, Storing covariance with nonlinearly interacting neurons, J. Math. Biol. 4:303, 1977.

    Examples
    --------
    >>> Covariance(rate=0.5)(0.0, 2.0, CovariancePost(activity=1.0, mean=3.0), None)
    -2.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * (activity - mean)``."""
        return self.rate * (post.activity - post.mean)

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0
