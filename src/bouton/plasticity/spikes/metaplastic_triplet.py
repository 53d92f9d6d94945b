r"""Triplet plasticity of spiking neurons, with depression whose strength follows the neuron's rate, or that decays.

=======================  ======================================================  =====================================
rule                     change of one synapse in a time step                    what it is
=======================  ======================================================  =====================================
`TripletPotentiation`    :math:`\eta\, \bar x\, \bar y_2\, s_y`                  pre, post and post spikes
`MetaplasticDepression`  :math:`-\eta\, s_x\, \bar y_1\, r_y^2 / r_0`            post before pre; Hebbian
`RateDecay`              :math:`-\eta\, w\, r_y^2 / r_0`                         heterosynaptic, as Oja's rule
`TripletHebb`            the first two together                                  the invariant rule
=======================  ======================================================  =====================================

:math:`s` are spikes, :math:`\bar x, \bar y` exponential traces of them that include the present spike, :math:`r_y` the
neuron's running mean rate and :math:`r_0` the rate it aims at. Presynaptic spikes and traces count from their mean.
`ScaledStep` divides a synapse's changes by their own running size.

Source: C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024; triplets: J.-P. Pfister, W.
Gerstner, Journal of Neuroscience 26:9673, 2006.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton.plasticity.rule import AffineRule, Rule, Scalar

__all__ = [
    "MetaplasticDepression",
    "RateDecay",
    "ScaledStep",
    "ScaledSynapse",
    "TripletHebb",
    "TripletPost",
    "TripletPotentiation",
    "TripletPre",
]


class TripletPre(NamedTuple):
    """What the presynaptic neuron makes available to `TripletHebb`, both counted from their mean.

    Parameters
    ----------
    spike : float
        1 where it fires in this step, else 0.
    trace : float
        Its trace.
    """

    spike: Scalar
    trace: Scalar


class TripletPost(NamedTuple):
    """What the postsynaptic neuron makes available.

    Parameters
    ----------
    spike : float
        1 where it fires in this step, else 0.
    fast, slow : float
        Its traces, for depression and for potentiation.
    rate : float
        Its running mean rate, in spikes per ms.
    """

    spike: Scalar
    fast: Scalar
    slow: Scalar
    rate: Scalar


class TripletPotentiation(AffineRule):
    r"""Growth at postsynaptic spikes, by the presynaptic trace and the postsynaptic one.

    .. math:: \Delta w = \eta\, \bar x\, \bar y_2\, s_y

    The presynaptic factor is the trace :math:`\bar x`.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    J.-P. Pfister, W. Gerstner, Journal of Neuroscience 26:9673, 2006.

    Examples
    --------
    >>> TripletPotentiation(rate=0.5)(0.0, 2.0, TripletPost(spike=1.0, fast=0.0, slow=3.0, rate=0.0), None)
    3.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * slow * spike``."""
        return self.rate * post.slow * post.spike

    def decay(self, post, signal):
        """Return zero."""
        return 0.0


class MetaplasticDepression(AffineRule):
    r"""Weakening at presynaptic spikes, by the postsynaptic trace and the square of the neuron's mean rate.

    .. math:: \Delta w = -\eta\, s_x\, \bar y_1\, r_y^2 / r_0

    The presynaptic factor is the spike :math:`s_x`.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    target : float
        :math:`r_0`, in spikes per ms. Default 0.001, or 1 Hz.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> rule = MetaplasticDepression(rate=1.0, target=0.25)
    >>> rule(0.0, 1.0, TripletPost(spike=0.0, fast=2.0, slow=0.0, rate=0.5), None)
    -2.0
    """

    rate: Scalar
    target: Scalar = 0.001

    def gain(self, post, signal):
        """Return ``-rate / target * fast * rate_of_the_neuron**2``."""
        return -self.rate / self.target * post.fast * post.rate * post.rate

    def decay(self, post, signal):
        """Return zero: depression does not act on the weight."""
        return 0.0


class RateDecay(AffineRule):
    r"""Decay of the weight itself, by the square of the neuron's mean rate: the control.

    .. math:: \Delta w = -\eta\, w\, r_y^2 / r_0

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    target : float
        :math:`r_0`, in spikes per ms. Default 0.005, or 5 Hz.

    References
    ----------
    The control of C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> RateDecay(rate=1.0, target=0.25)(2.0, 1.0, TripletPost(spike=0.0, fast=0.0, slow=0.0, rate=0.5), None)
    -2.0
    """

    rate: Scalar
    target: Scalar = 0.005

    def gain(self, post, signal):
        """Return zero."""
        return 0.0

    def decay(self, post, signal):
        """Return ``rate / target * rate_of_the_neuron**2``."""
        return self.rate / self.target * post.rate * post.rate


class TripletHebb(Rule):
    r"""Triplet potentiation with metaplastic depression: one synapse of a correlation-invariant spiking neuron.

    .. math:: \Delta w = \eta\, (\bar x\, \bar y_2\, s_y - s_x\, \bar y_1\, r_y^2 / r_0)

    Over mini-batches, `potentiation` and `depression` by themselves are products of matrices.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    target : float
        :math:`r_0`, in spikes per ms. Default 0.001, or 1 Hz.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> post = TripletPost(spike=1.0, fast=2.0, slow=3.0, rate=0.5)
    >>> TripletHebb(rate=1.0, target=0.25)(0.0, TripletPre(spike=1.0, trace=2.0), post, None)
    4.0
    """

    rate: Scalar
    target: Scalar = 0.001

    @property
    def potentiation(self) -> TripletPotentiation:
        """What happens at postsynaptic spikes."""
        return TripletPotentiation(self.rate)

    @property
    def depression(self) -> MetaplasticDepression:
        """What happens at presynaptic spikes."""
        return MetaplasticDepression(self.rate, self.target)

    def __call__(self, synapse, pre, post, signal):
        """Return the sum of both changes."""
        grown = self.potentiation(synapse, pre.trace, post, signal)
        return grown + self.depression(synapse, pre.spike, post, signal)


class ScaledSynapse(NamedTuple):
    """What a synapse keeps for `ScaledStep`.

    Parameters
    ----------
    weight : float
        The weight.
    proposed : float
        The weight as a plasticity rule would have it next.
    mean_square : float
        Running mean of the squares of the proposed changes.
    """

    weight: Scalar
    proposed: Scalar
    mean_square: Scalar


class ScaledStep(Rule):
    r"""The proposed change over its running size, with a slow decay, for a weight that stays at 0 or above.

    .. math::

        v \leftarrow \beta v + (1 - \beta)\, \Delta^2, \qquad
        w \leftarrow \max\Big(0,\; (1 + g) \big(w + \eta\, \Delta / (\sqrt{v} + \epsilon) - \eta \kappa w\big)\Big)

    The postsynaptic factor g is the growth of all weights of a neuron that is too quiet, 0 of others.

    Parameters
    ----------
    rate : float
        Step size :math:`\eta`, in units of the weight.
    leak : float
        :math:`\kappa`. Default 0.
    memory : float
        :math:`\beta`. Default 0.999.
    epsilon : float
        Default 1e-4.

    References
    ----------
    The spiking network of C. S. N. Brito, W. Gerstner, PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    >>> step = ScaledStep(rate=0.1, memory=0.0, epsilon=0.0)
    >>> round(float(step(ScaledSynapse(1.0, 6.0, 1.0), 0.0, 0.0, None).weight), 4)
    0.1
    """

    rate: Scalar
    leak: Scalar = 0.0
    memory: Scalar = 0.999
    epsilon: Scalar = 1e-4

    def __call__(self, synapse, pre, post, signal):
        """Return the changes of the synapse's variables; the weight becomes the proposal of the next step."""
        change = synapse.proposed - synapse.weight
        to_square = (1 - self.memory) * (change * change - synapse.mean_square)
        size = jnp.sqrt(synapse.mean_square + to_square) + self.epsilon
        moved = synapse.weight + self.rate * (change / size - self.leak * synapse.weight)
        weight = jnp.maximum((1 + post) * moved, 0)
        return ScaledSynapse(weight - synapse.weight, weight - synapse.proposed, to_square)

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight
