r"""Surprise, and how much of what was learned it calls into question.

.. math::

    S_{BF}(y) &= P(y; \pi_0) / P(y; \pi) && \text{Bayes factor surprise} \\
    \gamma &= m S_{BF} / (1 + m S_{BF}), \quad m = p_c / (1 - p_c) && \text{adaptation rate} \\
    S_{Sh}(y) &= -\log[(1 - p_c) P(y; \pi) + p_c P(y; \pi_0)] && \text{Shannon surprise}

:math:`\pi_0` is the prior, :math:`\pi` the belief before y, :math:`p_c` the probability that the world changes at a
step (the hazard), m its odds. The adaptation rate is the probability, after y, that the world has just changed. All is
computed from logarithms, so that no observation is too surprising for the arithmetic.

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021, arXiv:1907.02936.
"""

from abc import abstractmethod
from typing import Any, Generic, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton.engine import Circuit
from bouton.surprise.family import ConjugateFamily

__all__ = ["FilterInfo", "Surprise", "SurpriseFilter", "mixture_moments", "surprise_of"]

State = TypeVar("State")


class Surprise(NamedTuple):
    """How surprising an observation is, before anything is learned from it."""

    log_bayes_factor: Float[Array, ""]
    """Logarithm of the Bayes factor surprise, in nats; 0 where belief and prior expect the observation alike."""
    shannon: Float[Array, ""]
    """Shannon surprise, in nats."""
    adaptation_rate: Float[Array, ""]
    """Probability that the world has just changed, given the observation."""


class FilterInfo(NamedTuple):
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
    """Share of the belief that was given up for prior and observation: the probability of a change."""


def surprise_of(
    log_prior: Float[Array, ""], log_belief: Float[Array, "*shape"], hazard: float | Float[Array, ""]
) -> Surprise:
    r"""Return the surprise of an observation from its log probabilities.

    Parameters
    ----------
    log_prior : array ()
        :math:`\log P(y; \pi_0)`, in nats.
    log_belief : array (...)
        :math:`\log P(y; \pi)`, in nats.
    hazard : float
        :math:`p_c`, from 0 to below 1.

    Returns
    -------
    Surprise

    Examples
    --------
    An observation ten times as probable under the prior, where changes come at every tenth step:

    >>> import jax.numpy as jnp
    >>> found = surprise_of(jnp.log(0.5), jnp.log(0.05), 0.1)
    >>> round(float(found.adaptation_rate), 3), round(float(found.shannon), 3)
    (0.526, 2.354)
    """
    hazard = jnp.asarray(hazard, jnp.result_type(log_belief))
    log_factor = log_prior - log_belief
    log_change, log_stay = jnp.log(hazard), jnp.log1p(-hazard)
    shannon = -jnp.logaddexp(log_stay + log_belief, log_change + log_prior)
    return Surprise(log_factor, shannon, jax.nn.sigmoid(log_change - log_stay + log_factor))


def mixture_moments(
    family: ConjugateFamily, beliefs: Float[Array, "hypotheses natural"], weights: Float[Array, " hypotheses"]
) -> tuple[Float[Array, "*parameter"], Float[Array, "*parameter"]]:
    """Return mean and variance of the parameter under a weighted mixture of beliefs.

    Parameters
    ----------
    family : ConjugateFamily
        What the beliefs are of.
    beliefs : array (hypotheses, natural)
        One belief a row.
    weights : array (hypotheses,)
        Their weights, which sum to 1.

    Returns
    -------
    mean, variance : arrays (...)
    """
    means, variances = jax.vmap(family.mean)(beliefs), jax.vmap(family.variance)(beliefs)
    shaped = weights.reshape(-1, *(1,) * (means.ndim - 1))
    mean = jnp.sum(shaped * means, axis=0)
    return mean, jnp.sum(shaped * (variances + (means - mean[None]) ** 2), axis=0)


class SurpriseFilter(Circuit[State, Any], Generic[State]):
    """What follows a parameter that jumps, one observation at a time: a family of beliefs and an expected hazard.

    `respond` says how surprising an observation is, `step` learns from it, `skip` lets time pass without one.
    """

    family: ConjugateFamily

    @property
    @abstractmethod
    def expected_hazard(self) -> float | Float[Array, ""]:
        """The probability of a change at a step that the surprise is computed with."""

    @abstractmethod
    def log_evidence(self, state: State, y: Array) -> Float[Array, ""]:
        r"""Return :math:`\log P(y; \pi)`, the log probability of an observation if nothing has changed."""

    @abstractmethod
    def skip(self, key: PRNGKeyArray, state: State) -> tuple[State, Any]:
        """Let a step pass whose observation is missing; return the new state and what one may look at, as `step`."""

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One observation."""
        return self.family.observation

    def check(self, events: np.ndarray) -> None:
        """Refuse observations that the family holds impossible, or numbers too coarse for it."""
        self.family.check(np.asarray(events))
        self.family.check_resolution(np.asarray(events))

    def respond(self, state: State, x: Array) -> Surprise:
        """Return how surprising an observation would be now."""
        log_prior = self.family.log_predictive(self.family.prior, x)
        return surprise_of(log_prior, self.log_evidence(state, x), self.expected_hazard)

    @property
    def no_surprise(self) -> Surprise:
        """The surprise of a missing observation: none; the world may have changed all the same."""
        hazard = jnp.asarray(self.expected_hazard, self.family.prior.dtype)
        return Surprise(jnp.zeros_like(hazard), jnp.zeros_like(hazard), hazard)

    def info(self, estimate: Array, variance: Array, surprise: Surprise) -> FilterInfo:
        """Return what one may look at after an observation."""
        return FilterInfo(estimate, variance, *surprise)
