r"""Delayed reward: what a trial has left at a synapse becomes weight when the trial's error is known.

.. math:: \Delta w = \mathrm{clip}\big(-\eta\, \bar E\, e\, (E - \bar E),\; \pm \ell\big), \qquad e \leftarrow 0

e is the synapse's eligibility, E the error of the trial and :math:`\bar E` its mean over trials of the same kind, both
of which reach all synapses alike.

Source: T. Miconi, eLife 6:e20899, 2017, and its program.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp

from bouton._fields import Positive
from bouton.plasticity.rule import Rule, Scalar
from bouton.plasticity.spikes.reward_modulated import EligibleSynapse

__all__ = ["DelayedReward", "TrialError"]


class TrialError(NamedTuple):
    """What reaches all synapses alike after a trial: its error, the usual one, and the learning rate of the moment."""

    value: Any
    mean: Any
    rate: Any


class DelayedReward(Rule):
    r"""Eligibility becomes weight where a trial went better than usual, and its opposite where it went worse.

    .. math:: \Delta w = \mathrm{clip}\big(-\eta\, \bar E\, e\, (E - \bar E),\; \pm \ell\big)

    Parameters
    ----------
    limit : float
        :math:`\ell`, the largest change of a trial. Default 3e-4.

    References
    ----------
    T. Miconi, Biologically plausible learning in recurrent neural networks reproduces neural dynamics observed during
    cognitive tasks, eLife 6:e20899, 2017.

    Examples
    --------
    >>> from bouton.plasticity import DelayedReward, EligibleSynapse, TrialError
    >>> change = DelayedReward(limit=1.0)(EligibleSynapse(0.0, 2.0), None, None, TrialError(0.5, 1.0, rate=0.1))
    >>> round(float(change.weight), 6), change.eligibility
    (0.1, -2.0)
    """

    limit: Positive | Scalar = 3e-4

    def __call__(self, synapse: EligibleSynapse, pre: Any, post: Any, signal: TrialError) -> EligibleSynapse:
        """Return the change of the weight; the eligibility is used up."""
        change = -signal.rate * signal.mean * synapse.eligibility * (signal.value - signal.mean)
        return EligibleSynapse(jnp.clip(change, -self.limit, self.limit), -synapse.eligibility)

    def weight(self, synapse: EligibleSynapse) -> Any:
        """Return the weight."""
        return synapse.weight
