r"""The rule of Bienenstock, Cooper and Munro: depression below a threshold that slides, potentiation above.

.. math:: \Delta w = \eta\, y\, (y - \theta)\, x, \qquad \theta = \langle y^2 \rangle

x is the presynaptic and y the postsynaptic activity, theta the threshold that the neuron keeps, eta the learning rate.

Source: E. L. Bienenstock, L. N. Cooper, P. W. Munro, J. Neurosci. 2:32, 1982.
"""

from typing import NamedTuple

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["BCM", "BCMPost"]


class BCMPost(NamedTuple):
    r"""What the postsynaptic neuron makes available to `BCM`.

    Parameters
    ----------
    activity : float
        Present activity y.
    threshold : float
        Its modification threshold :math:`\theta`, such as a running mean of y squared.
    """

    activity: Scalar
    threshold: Scalar


class BCM(AffineRule):
    r"""The rule of Bienenstock, Cooper and Munro: depression below a threshold that slides, potentiation above.

    .. math:: \Delta w = \eta\, y\, (y - \theta)\, x, \qquad \theta = \langle y^2 \rangle

    The threshold is the neuron's own variable: it must follow the activity faster than the weights move, or both
    oscillate.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    E. L. Bienenstock, L. N. Cooper, P. W. Munro, Theory for the development of neuron selectivity, J. Neurosci. 2:32,
    1982; threshold as in N. Intrator, L. N. Cooper, Neural Networks 5:3, 1992.

    Examples
    --------
    >>> BCM(rate=0.1)(0.0, 1.0, BCMPost(activity=2.0, threshold=3.0), None)
    -0.2
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * activity * (activity - threshold)``."""
        return self.rate * post.activity * (post.activity - post.threshold)

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0
