r"""Message passing: hypotheses on when the world last changed, each with a weight and a belief of its own.

At each observation y, with :math:`\gamma` the adaptation rate,

.. math::

    w_k &\leftarrow (1 - \gamma)\, w_k P(y; \pi_k) / P(y; \pi) && \text{no change since then} \\
    w_{new} &\leftarrow \gamma && \text{the world has just changed} \\
    \eta_k &\leftarrow \eta_k + \phi(y), \quad \eta_{new} = \eta_0 + \phi(y)

With room for every hypothesis this is exact Bayesian inference (R. P. Adams, D. J. C. MacKay 2007; P. Fearnhead, Z. Liu
2007), whose cost grows with time. With room for N, `MessagePassing` drops the one of smallest weight (MPN, Liakoni et
al. 2021), `StratifiedResampling` drops one at random, such that each weight stays what it was on average (SORN,
Fearnhead & Liu 2007). Either way the cost of a step is constant.

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021, arXiv:1907.02936.
"""

from collections.abc import Mapping
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import Count, Probability
from bouton.plasticity.learning_rate import counted
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.measures import Surprise, SurpriseFilter, mixture_moments, surprise_of

__all__ = ["MessageFilter", "MessageInfo", "Messages"]


class Messages(NamedTuple):
    """The hypotheses: a slot each; one slot more than is kept, for the hypothesis of a change at the next step."""

    beliefs: Float[Array, "slots natural"]
    weights: Float[Array, " slots"]
    """Probabilities of the hypotheses before the next observation; 0 in a free slot."""
    run_lengths: Int[Array, " slots"]
    """Observations since the change that the hypothesis assumes."""
    newest: Int[Array, ""]
    """The slot of the hypothesis that the world changes at the next step."""


class MessageInfo(NamedTuple):
    """What one may look at after an observation."""

    estimate: Float[Array, "*parameter"]
    """Mean of the parameter under the new belief."""
    variance: Float[Array, "*parameter"]
    """Its variance under the new belief, component by component."""
    log_bayes_factor: Float[Array, ""]
    """Logarithm of the Bayes factor surprise of the observation, in nats."""
    shannon: Float[Array, ""]
    """Its Shannon surprise, in nats."""
    adaptation_rate: Float[Array, ""]
    """Probability that the world has just changed."""
    dropped: Float[Array, ""]
    """Probability of what was given up to make room or for being below the cutoff; 0 where all is exact."""
    run_length: Int[Array, ""]
    """Steps since the last change, the present one included, of the most probable hypothesis."""


class _Evidence(NamedTuple):
    shares: Float[Array, " slots"]
    log_probability: Float[Array, ""]


class MessageFilter(SurpriseFilter[Messages]):
    """What the filters by message passing share: all but how they choose the hypothesis to drop."""

    family: ConjugateFamily
    hazard: Probability | Float[Array, ""]
    n_messages: Count = eqx.field(static=True, default=10)

    @property
    def expected_hazard(self) -> Float[Array, ""]:
        """The probability of a change at a step."""
        return jnp.asarray(self.hazard, self.family.prior.dtype)

    def init(self, key: PRNGKeyArray) -> Messages:
        """Return one hypothesis, the prior; a second slot waits for that of a change."""
        prior, slots = self.family.prior, jnp.arange(self.n_messages + 1, dtype=jnp.int32)
        beliefs = jnp.broadcast_to(prior, (slots.size, *prior.shape))
        return Messages(beliefs, (slots == 0).astype(prior.dtype), jnp.zeros_like(slots, jnp.int32), jnp.int32(1))

    def log_evidence(self, state: Messages, y: Array) -> Float[Array, ""]:
        """Return the log probability of an observation if nothing has changed."""
        return self._evidence(state, y).log_probability

    def skip(self, key: PRNGKeyArray, state: Messages) -> tuple[Messages, MessageInfo]:
        """Let the world change unseen, with the probability of a change."""
        hazard, is_newest = self.expected_hazard, jnp.arange(state.weights.size, dtype=jnp.int32) == state.newest
        weights = (1 - hazard) * state.weights + jnp.where(is_newest, hazard, 0)
        run_lengths = counted(state.run_lengths)
        moments = mixture_moments(self.family, state.beliefs, state.weights)
        after = state._replace(weights=weights, run_lengths=jnp.where(is_newest, 0, run_lengths))
        info = MessageInfo(
            *moments,
            *self.no_surprise,
            jnp.zeros_like(hazard),
            run_lengths[jnp.argmax(state.weights)],
        )
        return after, info

    def summary(self, state: Messages) -> Mapping[str, Array]:
        """Return how many hypotheses are alive."""
        return {"hypotheses": jnp.sum((state.weights > 0).astype(jnp.int32))}

    def _evidence(self, state: Messages, y: Array) -> _Evidence:
        """Weigh the hypotheses of no change by an observation, from logarithms that are largest at 0."""
        is_newest = jnp.arange(state.weights.size, dtype=jnp.int32) == state.newest
        old = jnp.where(is_newest, jnp.maximum(state.weights - self.expected_hazard, 0), state.weights)
        logs = jax.vmap(self.family.log_predictive, (0, None))(state.beliefs, y)
        peak = jnp.max(jnp.where(old > 0, logs, -jnp.inf))
        likelihoods = jnp.where(old > 0, old * jnp.exp(jnp.minimum(logs - peak, 0)), 0)
        total = jnp.sum(likelihoods)
        return _Evidence(likelihoods / total, peak + jnp.log(total) - jnp.log(jnp.sum(old)))

    def _weigh(self, state: Messages, y: Array) -> tuple[Float[Array, " slots"], Surprise]:
        """Return the weights after an observation, and its surprise."""
        shares, log_evidence = self._evidence(state, y)
        surprise = surprise_of(self.family.log_predictive(self.family.prior, y), log_evidence, self.expected_hazard)
        # Before the first observation there is no hypothesis of a change: the prior is all there is.
        is_newest = jnp.arange(shares.size, dtype=jnp.int32) == state.newest
        exists = jnp.sum(jnp.where(is_newest, state.weights, 0)) > 0
        changed = jnp.where(exists, surprise.adaptation_rate, 0)
        return (1 - changed) * shares + jnp.where(is_newest, changed, 0), surprise

    def _learn(
        self,
        state: Messages,
        y: Array,
        weights: Float[Array, " slots"],
        slot: Int[Array, ""],
        surprise: Surprise,
        lost: Float[Array, ""],
    ) -> tuple[Messages, MessageInfo]:
        """Free a slot, learn from the observation, and put the hypothesis of a change at the next step there."""
        hazard, chosen = self.expected_hazard, jnp.arange(weights.size, dtype=jnp.int32) == slot
        dropped = lost + jnp.sum(jnp.where(chosen, weights, 0))
        weights = jnp.where(chosen, 0, weights)
        weights = weights / jnp.sum(weights)
        beliefs, run_lengths = state.beliefs + self.family.statistics(y)[None], counted(state.run_lengths)
        mean, variance = mixture_moments(self.family, beliefs, weights)
        run_length = run_lengths[jnp.argmax(weights)]
        after = Messages(
            jnp.where(chosen[:, None], self.family.prior[None], beliefs),
            jnp.where(chosen, hazard, (1 - hazard) * weights),
            jnp.where(chosen, 0, run_lengths),
            slot.astype(jnp.int32),
        )
        return after, MessageInfo(mean, variance, *surprise, dropped, run_length)
