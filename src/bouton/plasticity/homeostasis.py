r"""Hebbian baselines that know what is usual: rules whose postsynaptic factor is held against a running statistic.

====================  ===============================================  ===============================================
rule                  change of one synapse                            source
====================  ===============================================  ===============================================
`Covariance`          :math:`\eta\,(y - \bar y)\,x`                    Sejnowski 1977
`BCM`                 :math:`\eta\,y\,(y - \theta)\,x`                 Bienenstock, Cooper & Munro 1982
`Instar`              :math:`\eta\,y\,(x - w)`                         Grossberg 1976; Foldiak 1990, excitation
`Foldiak`             :math:`\eta\,(y\,x - p^2)`                       Foldiak 1990, inhibition
`ThresholdHebb`       :math:`\eta\,((y - \theta)\,x - \kappa w)`        Brito & Gerstner 2024, inhibition
====================  ===============================================  ===============================================

x is the presynaptic and y the postsynaptic activity; the mean activity y-bar and the threshold theta of `BCM` are kept
by the postsynaptic neuron, p is the activity that neurons aim at. `Confined` keeps weights within bounds after a
mini-batch.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton._arguments import check_ordered
from bouton.plasticity.rule import AffineRule, Rule, Scalar

__all__ = ["BCM", "BCMPost", "Confined", "Covariance", "CovariancePost", "Foldiak", "Instar", "ThresholdHebb"]


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


class ThresholdHebb(AffineRule):
    r"""Hebbian growth where the postsynaptic neuron is active above a threshold, weakening below; a decay bounds it.

    .. math:: \Delta w = \eta\, ((y - \theta)\, x - \kappa\, w)

    Where w inhibits and stays at 0 or above, neurons that are strongly active together learn to inhibit each other.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    threshold : float
        :math:`\theta`, in units of the activity. Default 1.
    strength : float
        :math:`\kappa`, the decay of the weight. Default 1.

    References
    ----------
    The recurrent inhibition of C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> ThresholdHebb(rate=0.5)(1.0, 2.0, 3.0, None)
    1.5
    """

    rate: Scalar
    threshold: Scalar = 1.0
    strength: Scalar = 1.0

    def gain(self, post, signal):
        """Return ``rate * (post - threshold)``."""
        return self.rate * (post - self.threshold)

    def decay(self, post, signal):
        """Return ``rate * strength``."""
        return self.rate * self.strength


class Confined(Rule):
    """A synapse that has left its bounds goes back to the nearer one.

    `Bounded` cuts off each single change; this one comes after the summed changes of a mini-batch.

    Parameters
    ----------
    lower, upper : float
        The bounds, in units of the weight. Default: from 0 on.

    Raises
    ------
    ValueError
        If `lower` exceeds `upper`.

    Examples
    --------
    >>> float(Confined()(-0.25, 0.0, 0.0, None))
    0.25
    """

    lower: Scalar = 0.0
    upper: Scalar = float("inf")

    def __check_init__(self) -> None:
        check_ordered(self.lower, self.upper)

    def __call__(self, synapse, pre, post, signal):
        """Return the way back to the bounds."""
        return jnp.clip(synapse, self.lower, self.upper) - synapse
