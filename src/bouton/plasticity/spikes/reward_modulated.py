r"""Reward-modulated plasticity: spikes leave an eligibility at the synapse, which reward turns into weight.

.. math:: \tau_e\, \dot e = -e + \tau_e \sum_{\text{spikes}} \Delta_{\text{STDP}}, \qquad \dot w = \eta\, R\, e

The signal R is the reward, or how much better it was than expected. While it stays the same, the weight gains
:math:`\eta R\, e\, \tau_e (1 - e^{-\Delta t / \tau_e})` over a time :math:`\Delta t` without spikes.

Sources: E. M. Izhikevich, Cerebral Cortex 17:2443 (2007); R. V. Florian, Neural Computation 19:1468 (2007).
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._fields import AtLeastZero, Positive
from bouton.dynamics import Readout
from bouton.plasticity.event import EventRule
from bouton.plasticity.spikes.pair_stdp import PairSTDP

__all__ = ["EligibleSynapse", "RewardModulatedSTDP"]


class EligibleSynapse(NamedTuple):
    """A synapse that remembers which change its spikes have asked for.

    Parameters
    ----------
    weight : float
        What transmits.
    eligibility : float
        The change that is waiting for reward, in units of the weight.
    """

    weight: Any
    eligibility: Any = 0.0


class RewardModulatedSTDP(EventRule):
    r"""The changes of another rule wait as an eligibility, and reward turns them into weight.

    Parameters
    ----------
    rule : EventRule
        Whose changes wait: of one weight, without a signal. Default `PairSTDP()`.
    eligibility_time : float
        :math:`\tau_e`, in ms. Default 1000.
    rate : float
        :math:`\eta`, per ms. Default 0.001: an eligibility of 1 becomes a change of 1 under a lasting reward of 1.

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> from bouton.plasticity import event_driven
    >>> rule, start = RewardModulatedSTDP(), EligibleSynapse(0.5, 0.0)
    >>> unrewarded, rewarded = (event_driven(rule, start, [10.0], [15.0, 500.0], signal) for signal in (0.0, 1.0))
    >>> float(unrewarded.weight), round(float(rewarded.weight), 4)
    (0.5, 0.503)
    """

    rule: EventRule = PairSTDP()
    eligibility_time: Positive | Float[Array, ""] = 1000.0
    rate: AtLeastZero | Float[Array, ""] = 1e-3

    @property
    def pre_readouts(self) -> tuple[Readout, ...]:
        """Those of the inner rule."""
        return self.rule.pre_readouts

    @property
    def post_readouts(self) -> tuple[Readout, ...]:
        """Those of the inner rule."""
        return self.rule.post_readouts

    def on_pre(self, synapse, pre, post, signal):
        """Return the change of the eligibility."""
        return EligibleSynapse(jnp.zeros_like(synapse.eligibility), self.rule.on_pre(synapse.weight, pre, post, None))

    def on_post(self, synapse, pre, post, signal):
        """Return the change of the eligibility."""
        return EligibleSynapse(jnp.zeros_like(synapse.eligibility), self.rule.on_post(synapse.weight, pre, post, None))

    def between(self, synapse, elapsed, signal):
        """Return what reward makes of the eligibility while it decays."""
        lost = -jnp.expm1(-jnp.asarray(elapsed / self.eligibility_time)) * synapse.eligibility
        return EligibleSynapse(self.rate * signal * self.eligibility_time * lost, -lost)

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight

    def check_start(self, synapse):
        """Refuse what the inner rule refuses."""
        self.rule.check_start(synapse.weight)
