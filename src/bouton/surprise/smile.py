r"""Surprise-minimisation learning: one belief, which forgets in proportion to how surprised it is.

Variational SMiLe, with :math:`\gamma` the adaptation rate of the Bayes factor surprise and a free parameter m:

.. math::

    \eta \leftarrow (1 - \gamma)\, \eta + \gamma\, \eta_0 + \phi(y)

SMiLe, with :math:`\hat\pi` the belief that y and a flat prior give, :math:`S_{CC} = KL(\pi \| \hat\pi)` and
:math:`B = KL(\hat\pi \| \pi)\; m S_{CC} / (1 + m S_{CC})`:

.. math::

    \eta \leftarrow (1 - g)\, \eta + g\, \hat\eta, \quad \text{g such that } KL(\pi_{new} \| \pi) = B

Sources: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021,
arXiv:1907.02936; M. Faraji, K. Preuschoff, W. Gerstner, Neural Computation 30(1):34-83, 2018.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import AtLeastZero, Probability, check_values
from bouton.errors import InputError
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.measures import FilterInfo, SurpriseFilter

__all__ = ["Belief", "SMiLe", "SMiLeInfo", "VariationalSMiLe"]

_NEGLIGIBLE = 1e-15


class Belief(NamedTuple):
    """One belief: the natural parameters of a family."""

    natural: Float[Array, " natural"]


class SMiLeInfo(NamedTuple):
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
    """g, the share of the belief that was given up for the observation."""
    confidence_corrected: Float[Array, ""]
    """Confidence-corrected surprise, in nats."""


def _odds(hazard: float | Array | None, odds: float | Array | None) -> float | Array:
    """Return the odds of a change, which were given as such or as a probability."""
    if hazard is not None and odds is None:
        return hazard / (1 - hazard)
    if odds is not None and hazard is None:
        return odds
    raise InputError("give either hazard (a probability) or odds (hazard / (1 - hazard)), not both or neither")


class _OddsFilter(SurpriseFilter[Belief]):
    """What both have in common: one belief, and the odds of a change, by which surprise is weighed."""

    family: ConjugateFamily
    odds: float | Float[Array, ""]

    def __init__(
        self,
        family: ConjugateFamily,
        hazard: Probability | Float[Array, ""] | None = None,
        *,
        odds: AtLeastZero | Float[Array, ""] | None = None,
    ):
        check_values(type(self), locals())
        self.family = family
        self.odds = _odds(hazard, odds)

    @property
    def expected_hazard(self) -> Float[Array, ""]:
        """The probability of a change at a step, of these odds."""
        odds = jnp.asarray(self.odds, self.family.prior.dtype)
        return odds / (1 + odds)

    def init(self, key: PRNGKeyArray) -> Belief:
        """Return the prior."""
        return Belief(self.family.prior)

    def log_evidence(self, state: Belief, y: Array) -> Float[Array, ""]:
        """Return the log probability of an observation if nothing has changed."""
        return self.family.log_predictive(state.natural, y)


class VariationalSMiLe(_OddsFilter):
    """Variational SMiLe: the cheapest of the filters that follow the Bayes factor surprise; one belief.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    hazard : float, optional
        Probability of a change at a step, from 0 to below 1.
    odds : float, optional
        In its place m, the odds of a change: a free parameter, best tuned, since the belief is approximate.

    Raises
    ------
    InputError
        If both or none of hazard and odds are given, or one is out of its range.

    References
    ----------
    V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.surprise import GaussianMean, VariationalSMiLe
    >>> run = bouton.run(VariationalSMiLe(GaussianMean(0.5), odds=0.2), [0.4, 0.6, -1.2, -1.0, -1.1],
    ...                  key=jax.random.key(0), record={"estimate": 1})
    >>> [round(float(value), 4) for value in run.recordings["estimate"].values]
    [0.32, 0.4466, -0.5132, -0.692, -0.8057]
    """

    def skip(self, key: PRNGKeyArray, state: Belief) -> tuple[Belief, FilterInfo]:
        """Forget as much as an observation that surprises nobody would make one forget."""
        natural = state.natural + self.expected_hazard * (self.family.prior - state.natural)
        return Belief(natural), self.info(self.family.mean(natural), self.family.variance(natural), self.no_surprise)

    def step(self, key: PRNGKeyArray, state: Belief, x: Array) -> tuple[Belief, FilterInfo]:
        """Be surprised, forget accordingly, learn."""
        surprise = self.respond(state, x)
        rate = surprise.adaptation_rate
        natural = (1 - rate) * state.natural + rate * self.family.prior + self.family.statistics(x)
        return Belief(natural), self.info(self.family.mean(natural), self.family.variance(natural), surprise)


class SMiLe(_OddsFilter):
    """Surprise-minimisation learning (SMiLe): as surprised as the belief and the observation diverge.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed; it must state divergence and scaled likelihood.
    hazard : float, optional
        Probability of a change at a step, from 0 to below 1.
    odds : float, optional
        In its place m, which weighs the surprise.

    Raises
    ------
    InputError
        If both or none of hazard and odds are given, one is out of its range, or the family is not made for it.

    Notes
    -----
    Observations do not add up: a belief never counts for more than the prior or one observation.

    References
    ----------
    M. Faraji, K. Preuschoff, W. Gerstner, Neural Computation 30(1):34-83, 2018.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.surprise import GaussianMean, SMiLe
    >>> run = bouton.run(SMiLe(GaussianMean(0.5), odds=0.2), [0.4, 0.6], key=jax.random.key(0), record={"estimate": 1})
    >>> [round(float(value), 3) for value in run.recordings["estimate"].values]
    [0.207, 0.347]
    """

    def __init__(
        self,
        family: ConjugateFamily,
        hazard: Probability | Float[Array, ""] | None = None,
        *,
        odds: AtLeastZero | Float[Array, ""] | None = None,
    ):
        super().__init__(family, hazard, odds=odds)
        family.divergence(family.prior, family.prior)

    def skip(self, key: PRNGKeyArray, state: Belief) -> tuple[Belief, SMiLeInfo]:
        """Keep the belief: the rule speaks of observations only."""
        moments, zero = (self.family.mean(state.natural), self.family.variance(state.natural)), jnp.zeros(())
        nothing = self.no_surprise._replace(adaptation_rate=jnp.zeros_like(self.expected_hazard))
        return state, SMiLeInfo(*moments, *nothing, zero.astype(state.natural.dtype))

    def step(self, key: PRNGKeyArray, state: Belief, x: Array) -> tuple[Belief, SMiLeInfo]:
        """Be surprised, and move towards the observation by as much as the surprise allows."""
        believed, likelihood = state.natural, self.family.scaled_likelihood(x)
        corrected = self.family.divergence(believed, likelihood)
        weighed = jnp.asarray(self.odds, believed.dtype) * corrected
        allowed = self.family.divergence(likelihood, believed) * weighed / (1 + weighed)
        rate = self._rate(believed, likelihood, allowed)
        natural = believed + rate * (likelihood - believed)
        surprise = self.respond(state, x)._replace(adaptation_rate=rate)
        moments = self.family.mean(natural), self.family.variance(natural)
        return Belief(natural), SMiLeInfo(*moments, *surprise, corrected)

    def _rate(
        self, believed: Float[Array, " natural"], likelihood: Float[Array, " natural"], allowed: Float[Array, ""]
    ) -> Float[Array, ""]:
        """Return the share at which the belief has moved as far as is allowed, by bisection: distance grows with it."""

        def halved(_: Any, bounds: tuple[Array, Array]) -> tuple[Array, Array]:
            lower, upper = bounds
            middle = 0.5 * (lower + upper)
            far = self.family.divergence(believed + middle * (likelihood - believed), believed) > allowed
            return jnp.where(far, lower, middle), jnp.where(far, middle, upper)

        zero = jnp.zeros_like(allowed)
        lower, upper = jax.lax.fori_loop(0, jnp.finfo(allowed.dtype).nmant + 6, halved, (zero, zero + 1))
        return jnp.where(allowed < _NEGLIGIBLE, 0, 0.5 * (lower + upper))
