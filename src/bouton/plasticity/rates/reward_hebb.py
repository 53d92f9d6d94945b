r"""Reward-modulated Hebbian learning: a family of three-factor rules, to ask which factors a synapse needs.

With M the signal that reward sends to all synapses, s and x the postsynaptic and the presynaptic activity,
:math:`\phi` the probability with which the postsynaptic neuron was to fire, f its mean level, and :math:`f'` that of
the presynaptic one:

.. math::

    e &= \eta\, M\, (c + a\, s - \alpha\, \phi - \beta\, f)\, (p\, x + (1 - p)\, f') \\
    \Delta w &= e\, (1 - w / w_{\max}) \text{ if } e > 0, \quad e\, (1 + w / w_{\max}) \text{ else}

==============  ============================================================  =================
name            what the synapse sees                                         c, a, alpha, beta
==============  ============================================================  =================
``hebb``        pre, and post less its mean level                             0, 1, 0, 1
``reinforce``   pre, and post less its expectation: the gradient of reward    0, 1, 1, 0
``mixed``       pre, and post less a mixture of both                          0, 1, m, 1 - m
``pure_hebb``   pre and post, with nothing taken off                          0, 1, 0, 0
``pre_only``    pre alone                                                     1, 0, 0, 0
``post_only``   post less its mean level; of pre its mean level (p = 0)       0, 1, 0, 1
==============  ============================================================  =================

Two more rules of the same experiments: `ChoiceStrength`, the bounded strength of a cue for a choice, and
`RewardPrediction`, which learns how much reward a choice brings.

Sources: E. Vasilaki, S. Fusi, X.-J. Wang, W. Senn, Biological Cybernetics 100:147-158, 2009, whose abstract says that
rules of reward, pre and post learn fast; the form of the family and its numbers are a reconstruction. R. J. Williams,
Machine Learning 8:229-256, 1992 (REINFORCE). The two strengths reduce the circuit of S. Fusi, W. F. Asaad, E. K.
Miller, X.-J. Wang, Neuron 54:319-333, 2007.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from bouton._fields import Positive, Share
from bouton.errors import InputError
from bouton.plasticity.rule import Rule, Scalar

__all__ = ["ChoiceStrength", "RewardHebb", "RewardHebbPost", "RewardHebbPre", "RewardPrediction"]

FAMILY = {
    "hebb": {"level": 1.0},
    "reinforce": {"expectation": 1.0, "level": 0.0},
    "mixed": {},
    "pure_hebb": {"level": 0.0},
    "pre_only": {"constant": 1.0, "activity": 0.0, "level": 0.0},
    "post_only": {"level": 1.0, "presynaptic": 0.0},
}


class RewardHebbPre(NamedTuple):
    """What the presynaptic neuron makes available: whether it fired, and its mean level f'."""

    activity: Any
    level: Any


class RewardHebbPost(NamedTuple):
    """What the postsynaptic neuron makes available: whether it fired, with which probability, and its mean level f."""

    activity: Any
    probability: Any
    level: Any


class RewardHebb(Rule):
    r"""A member of the family, by its factors; `named` gives the published ones by name.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    expectation : float
        :math:`\alpha`, how much of the firing probability is taken off the postsynaptic activity. Default 0.
    level : float
        :math:`\beta`, how much of its mean level is. Default 1.
    activity : float
        a, how much the postsynaptic activity counts. Default 1.
    constant : float
        c, what counts whatever the postsynaptic neuron does. Default 0.
    presynaptic : float
        p, how much the presynaptic activity counts; the rest is its mean level. Default 1.
    limit : float
        :math:`w_{\max}`, the bound of a weight both ways. Default 1.
    bounds : {"soft", "hard", "none"}
        Steps that shrink towards the bound; steps that are cut off there; no bound. Default "soft".

    Notes
    -----
    With soft bounds a step beyond `limit` is cut to it, so that a weight never leaves its bounds.

    References
    ----------
    E. Vasilaki, S. Fusi, X.-J. Wang, W. Senn, Learning flexible sensori-motor mappings in a complex network,
    Biological Cybernetics 100:147-158, 2009.

    Examples
    --------
    An active synapse onto a neuron that fired, after a reward and after an error that counts four times as much:

    >>> from bouton.plasticity import RewardHebb, RewardHebbPost, RewardHebbPre
    >>> rule = RewardHebb.named("hebb", rate=0.005)
    >>> pre, post = RewardHebbPre(1.0, 0.2), RewardHebbPost(1.0, 0.9, 0.2)
    >>> [round(float(rule(0.5, pre, post, signal)), 6) for signal in (1.0, -4.0)]
    [0.002, -0.024]
    """

    rate: Positive | Scalar
    expectation: Scalar = 0.0
    level: Scalar = 1.0
    activity: Scalar = 1.0
    constant: Scalar = 0.0
    presynaptic: Share | Scalar = 1.0
    limit: Positive | Scalar = 1.0
    bounds: Literal["soft", "hard", "none"] = eqx.field(static=True, default="soft")

    @classmethod
    def named(cls, name: str, rate: Any, mixture: float = 0.5, **options: Any) -> "RewardHebb":
        """Return a member of the family.

        Parameters
        ----------
        name : {"hebb", "reinforce", "mixed", "pure_hebb", "pre_only", "post_only"}
            Which.
        rate : float
            Learning rate.
        mixture : float
            Of "mixed": how much of the expectation is taken off; the rest is mean level. Default 0.5.
        **options
            Further fields, `limit` and `bounds` among them.

        Raises
        ------
        InputError
            If there is no such member.
        """
        if name not in FAMILY:
            raise InputError(f"name must be one of {', '.join(FAMILY)}, got {name!r}")
        mixed = {"expectation": mixture, "level": 1 - mixture} if name == "mixed" else {}
        return cls(rate, **(FAMILY[name] | mixed | options))

    def factor(self, post: RewardHebbPost) -> Any:
        """Return the postsynaptic factor g."""
        seen = self.constant + self.activity * post.activity
        return seen - self.expectation * post.probability - self.level * post.level

    def __call__(self, synapse: Any, pre: RewardHebbPre, post: RewardHebbPost, signal: Any) -> Any:
        """Return the change of the weight."""
        arrives = self.presynaptic * pre.activity + (1 - self.presynaptic) * pre.level
        step = self.rate * signal * self.factor(post) * arrives
        if self.bounds == "none":
            return step
        if self.bounds == "hard":
            return jnp.clip(synapse + step, -self.limit, self.limit) - synapse
        room = jnp.where(step > 0, 1 - synapse / self.limit, 1 + synapse / self.limit)
        return jnp.clip(step, -self.limit, self.limit) * room


class ChoiceStrength(Rule):
    r"""The strength of a cue for a choice, in [0, 1]: what was chosen grows by reward and shrinks by an error.

    .. math::

        \text{rewarded:}\quad \Delta J &= q_r\, x\, (s - J) \\
        \text{else:}\quad \Delta J &= -q_n\, x\, s\, J

    with x whether the cue is there, and s whether this is the choice that was made. The signal is the reward, above 0
    after a reward and not after an error. Forgetting is fast and learning slow where :math:`q_n \gg q_r`.

    Parameters
    ----------
    reward_rate : float
        :math:`q_r`, in [0, 1].
    error_rate : float
        :math:`q_n`, in [0, 1].

    Examples
    --------
    >>> rule = ChoiceStrength(reward_rate=0.05, error_rate=0.7)
    >>> [round(float(rule(1.0, 1.0, 1.0, signal)), 3) for signal in (1.0, 0.0)]
    [0.0, -0.7]
    """

    reward_rate: Share | Scalar
    error_rate: Share | Scalar

    def __call__(self, synapse: Any, pre: Any, post: Any, signal: Any) -> Any:
        """Return the change of the strength."""
        rewarded, not_rewarded = self.reward_rate * (post - synapse), -self.error_rate * post * synapse
        return pre * jnp.where(signal > 0, rewarded, not_rewarded)


class RewardPrediction(Rule):
    r"""The reward that a cue and a choice bring: :math:`\Delta Q = \eta\, x\, s\, (R - Q)`, R the signal.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    References
    ----------
    R. S. Sutton, A. G. Barto, Reinforcement Learning, 1998, section 2.5: a table of values.

    Examples
    --------
    >>> RewardPrediction(rate=0.5)(0.0, 1.0, 1.0, 1.0)
    0.5
    """

    rate: Positive | Scalar

    def __call__(self, synapse: Any, pre: Any, post: Any, signal: Any) -> Any:
        """Return the change of the prediction."""
        return self.rate * pre * post * (signal - synapse)
