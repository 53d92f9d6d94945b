r"""Hebbian depression against heterosynaptic decay: what bounds superlinear potentiation decides what is learned.

====================  ===============================================================  ===============================
rule                  change of one synapse                                            what it follows
====================  ===============================================================  ===============================
`MetaplasticHebb`     :math:`\eta\,(y^p - (h / h_0)\, y)\, x - \eta \kappa w`          higher-order statistics
`HeterosynapticHebb`  :math:`\eta\,(y^p x - \lambda\, y^2 w)`                          second-order correlations
`ThresholdHebb`       :math:`\eta\,((y - \theta)\,x - \kappa w)`                        coactivity, in inhibition
====================  ===============================================================  ===============================

x is the presynaptic and y the postsynaptic activity, w the weight; h is the neuron's running mean of :math:`y^p`.
`AdaptiveStep` lets each synapse scale its changes by their own running size.

Source: C. S. N. Brito, W. Gerstner, "Learning what matters: Synaptic plasticity with invariance to second-order input
correlations", PLoS Computational Biology 20(2):e1011844, 2024.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._fields import Bound, Count
from bouton.plasticity.rule import AffineRule, Rule, Scalar

__all__ = [
    "AdaptiveStep",
    "AdaptiveSynapse",
    "HeterosynapticHebb",
    "MetaplasticHebb",
    "MetaplasticPost",
    "ThresholdHebb",
]


class MetaplasticPost(NamedTuple):
    """What the postsynaptic neuron makes available to `MetaplasticHebb`.

    Parameters
    ----------
    activity : float
        Present activity y.
    level : float
        Running mean h of its power, which sets the strength of depression.
    """

    activity: Scalar
    level: Scalar


class MetaplasticHebb(AffineRule):
    r"""Superlinear potentiation and linear Hebbian depression whose strength follows the neuron's recent activity.

    .. math:: \Delta w = \eta\,\left(y^p - \frac{h}{h_0}\, y\right) x - \eta\,\kappa\, w, \qquad h = \langle y^p \rangle

    Without a leak the change is Hebbian throughout, so that an invertible linear map of the input changes nothing of
    what the neuron responds to at a fixed point: depression cancels the input covariance. With p = 2 and
    :math:`h_0 = 1` it is `BCM`.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    exponent : int
        :math:`p`; 2 follows skewness, 3 kurtosis. Default 2.
    target : float
        :math:`h_0`, which sets the size of the responses. Default 1.
    leak : float
        :math:`\kappa`, slow decay of the weight. Default 0.

    Raises
    ------
    InputError
        If the exponent is no whole number of at least 1.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> MetaplasticHebb(rate=0.5, target=2.0)(0.0, 1.0, MetaplasticPost(activity=3.0, level=4.0), None)
    1.5
    """

    rate: Scalar
    exponent: Count = eqx.field(static=True, default=2)
    target: Scalar = 1.0
    leak: Scalar = 0.0

    def gain(self, post, signal):
        """Return ``rate * (activity**exponent - level / target * activity)``."""
        return self.rate * (post.activity**self.exponent - post.level / self.target * post.activity)

    def decay(self, post, signal):
        """Return ``rate * leak``: depression itself does not act on the weight."""
        return self.rate * self.leak


class HeterosynapticHebb(AffineRule):
    r"""Potentiation bounded by a decay of the weight itself, whatever the synapse's own input.

    .. math:: \Delta w = \eta\,(y^p x - \lambda\, y^2 w)

    With p = 1 and :math:`\lambda = 1` it is `Oja`; the squared length of the weights goes to :math:`1 / \lambda` then.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    exponent : int
        :math:`p`. Default 2.
    strength : float
        :math:`\lambda`. Default 1.

    Raises
    ------
    InputError
        If the exponent is no whole number of at least 1.

    References
    ----------
    The control of C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> HeterosynapticHebb(rate=0.5, strength=0.5)(1.0, 2.0, 2.0, None)
    3.0
    """

    rate: Scalar
    exponent: Count = eqx.field(static=True, default=2)
    strength: Scalar = 1.0

    def gain(self, post, signal):
        """Return ``rate * post**exponent``."""
        return self.rate * post**self.exponent

    def decay(self, post, signal):
        """Return ``rate * strength * post**2``."""
        return self.rate * self.strength * post * post


class AdaptiveSynapse(NamedTuple):
    """What a synapse keeps for `AdaptiveStep`.

    Parameters
    ----------
    weight : float
        The weight.
    proposed : float
        The weight as a plasticity rule would have it next.
    mean_change, mean_square : float
        Running means of the proposed changes and of their squares.
    """

    weight: Scalar
    proposed: Scalar
    mean_change: Scalar
    mean_square: Scalar


class AdaptiveStep(Rule):
    r"""The step of Adam, which each synapse takes by itself: the mean of its changes over their running size.

    .. math::

        m \leftarrow \beta m + (1 - \beta)\, \Delta, \quad v \leftarrow \beta v + (1 - \beta)\, \Delta^2, \quad
        w \leftarrow \max\Big(w_{\min},\; w + \eta\, \frac{m / c}{\sqrt{v / c} + \epsilon}\Big)

    :math:`\Delta` is the change that a plasticity rule proposes, and the signal :math:`c = 1 - \beta^t` at step t.

    Parameters
    ----------
    rate : float
        Step size :math:`\eta`, in units of the weight.
    memory : float
        :math:`\beta` of both means. Default 0.9.
    lower : float
        Smallest weight. Default: no bound.
    epsilon : float
        Default 1e-8.

    References
    ----------
    D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, 2015, arXiv:1412.6980.

    Examples
    --------
    The first step has the size of the rate, whatever the change:

    >>> round(float(AdaptiveStep(0.1)(AdaptiveSynapse(0.0, 5.0, 0.0, 0.0), 0.0, 0.0, 0.1).weight), 4)
    0.1
    """

    rate: Scalar
    memory: Scalar = 0.9
    lower: Bound | Float[Array, ""] = -float("inf")
    epsilon: Scalar = 1e-8

    def __call__(self, synapse, pre, post, signal):
        """Return the changes of the synapse's variables; the weight becomes the proposal of the next step."""
        change, new = synapse.proposed - synapse.weight, 1 - self.memory
        to_mean = new * (change - synapse.mean_change)
        to_square = new * (change * change - synapse.mean_square)
        size = jnp.sqrt((synapse.mean_square + to_square) / signal) + self.epsilon
        moved = synapse.weight + self.rate * (synapse.mean_change + to_mean) / signal / size
        weight = jnp.maximum(moved, self.lower)
        return AdaptiveSynapse(weight - synapse.weight, weight - synapse.proposed, to_mean, to_square)

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight


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
