r"""Synapses that collect changes and take them over by Adam: steps of a size that each synapse finds by itself.

With g the change that a synapse has collected since its last step, and t the number of the step:

.. math::

    m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2, \qquad
    \Delta w = \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

All of these are the synapse's own: Adam is local where the rule that brings g is.

Source: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, arXiv:1412.6980.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton._fields import Positive, Probability, Rate
from bouton.plasticity.rule import Rule, Scalar

__all__ = ["Adam", "AdamSynapse"]


class AdamSynapse(NamedTuple):
    """What a synapse keeps.

    Parameters
    ----------
    weight : float
        What transmits.
    change : float
        What another rule has collected since the last step.
    mean, square : float
        Running means m and v of the change and of its square.
    """

    weight: Scalar
    change: Scalar
    mean: Scalar
    square: Scalar


class Adam(Rule):
    r"""A synapse takes over what it has collected, upwards, in a step of the size that its own history gives.

    The signal is t, the number of the step, from 1 on.

    Parameters
    ----------
    rate : float
        :math:`\eta`. Default 0.001.
    mean_decay, square_decay : float
        :math:`\beta_1` and :math:`\beta_2`. Default 0.9 and 0.999.
    epsilon : float
        :math:`\epsilon`. Default 1e-8.

    Examples
    --------
    >>> after = Adam(rate=0.5)(AdamSynapse(0.0, 4.0, 0.0, 0.0), None, None, 1.0)
    >>> round(float(after.weight), 4), float(after.change)
    (0.5, -4.0)
    """

    rate: Rate | Scalar = 1e-3
    mean_decay: Probability = 0.9
    square_decay: Probability = 0.999
    epsilon: Positive = 1e-8

    def __call__(self, synapse, pre, post, signal):
        """Return the step, and what becomes of the running means; what was collected is gone."""
        mean = (1 - self.mean_decay) * (synapse.change - synapse.mean)
        square = (1 - self.square_decay) * (synapse.change**2 - synapse.square)
        unbiased_mean = (synapse.mean + mean) / (1 - self.mean_decay**signal)
        unbiased_square = (synapse.square + square) / (1 - self.square_decay**signal)
        step = self.rate * unbiased_mean / (jnp.sqrt(unbiased_square) + self.epsilon)
        return AdamSynapse(step, -synapse.change, mean, square)

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight
