r"""What the filters are compared with: delta rules with a surprise-modulated rate, and leaky integration.

The delta rules of Nassar et al., adapted to a Gaussian prior, with :math:`\rho = \sigma^2 / \sigma_0^2`, r the expected
run length and :math:`\gamma` the adaptation rate of the belief :math:`N(\mu, \sigma^2 / \nu)`:

.. math::

    \delta_n &= \mu + (y - \mu) / (\rho + r + 1), \quad \delta_0 = \mu_0 + (y - \mu_0) / (\rho + 1) \\
    \mu &\leftarrow (1 - \gamma)\, \delta_n + \gamma\, \delta_0 \\
    2010:\quad r &\leftarrow (1 - \gamma)(r + 1) + \gamma, \quad \sigma^2 / \nu = (1/\sigma_0^2 + r/\sigma^2)^{-1} \\
    2012:\quad \sigma^2 / \nu &= \frac{\sigma^2}{\rho + 1}\, \frac{\rho + \gamma r + 1}{\rho + r + 1}
        + (1 - \gamma)\, \gamma\, (\delta_n - \delta_0)^2, \quad r \leftarrow \nu - \rho

Leaky integration of the sufficient statistics: :math:`n \leftarrow w (n + \phi(y))`.

Sources: M. R. Nassar, R. C. Wilson, B. Heasly, J. I. Gold, J Neurosci 30(37):12366-12378, 2010; M. R. Nassar et al.,
Nat Neurosci 15(7):1040-1046, 2012; as in V. Liakoni* et al., Neural Computation 33(2):269-340, 2021 (Nas10*, Nas12*).
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import Probability, Share, check_fields
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.gaussian import GaussianMean
from bouton.surprise.measures import FilterInfo, SurpriseFilter

__all__ = ["DeltaRule", "DeltaRuleState", "LeakyInfo", "LeakyIntegrator", "LeakyState"]


class DeltaRuleState(NamedTuple):
    """What the delta rule needs to go on."""

    estimate: Float[Array, ""]
    run_length: Float[Array, ""]
    count: Float[Array, ""]
    r"""Confidence :math:`\nu`: the variance of the belief is :math:`\sigma^2 / \nu`."""


class DeltaRule(SurpriseFilter[DeltaRuleState]):
    r"""A delta rule whose rate follows surprise and run length (Nas10*, Nas12*); of Gaussian observations only.

    Parameters
    ----------
    family : GaussianMean
        What is observed. With a prior deviation of 1000 it is the original rule, of a flat prior.
    hazard : float
        :math:`p_c`, from 0 to below 1: a free parameter, best tuned.
    version : {2010, 2012}
        Which of the two publications. Default 2012.

    Raises
    ------
    InputError
        If the family is another one, the hazard is no probability below 1, or the version is unknown.

    Notes
    -----
    The run length starts at 1 although nothing was observed, as in the authors' program: the first estimate is not
    that of Bayes' rule.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.surprise import DeltaRule, GaussianMean
    >>> run = bouton.run(DeltaRule(GaussianMean(0.5), 0.1), [0.4, 0.6], key=jax.random.key(0), record={"estimate": 1})
    >>> [round(float(value), 4) for value in run.recordings["estimate"].values]
    [0.192, 0.3352]
    """

    family: GaussianMean  # pyright: ignore[reportIncompatibleVariableOverride]
    hazard: Probability | Float[Array, ""]
    version: Literal[2010, 2012] = eqx.field(static=True, default=2012)

    def __check_init__(self) -> None:
        if isinstance(self.family, ConjugateFamily) and not isinstance(self.family, GaussianMean):
            raise InputError(
                f"DeltaRule is defined for GaussianMean only, got {type(self.family).__name__}: VariationalSMiLe is "
                "as cheap and takes every family"
            )
        check_fields(self)

    @property
    def expected_hazard(self) -> Float[Array, ""]:
        """The probability of a change at a step."""
        return jnp.asarray(self.hazard, self.family.prior.dtype)

    def init(self, key: PRNGKeyArray) -> DeltaRuleState:
        """Return the prior, with a run length of 1."""
        count = self.family.prior[1]
        return DeltaRuleState(jnp.full_like(count, self.family.prior_mean), jnp.ones_like(count), count)

    def _natural(self, state: DeltaRuleState) -> Float[Array, "2"]:
        return jnp.stack([state.count * (state.estimate - self.family.prior_mean), state.count])

    def log_evidence(self, state: DeltaRuleState, y: Array) -> Float[Array, ""]:
        """Return the log probability of an observation if nothing has changed."""
        return self.family.log_predictive(self._natural(state), y)

    def skip(self, key: PRNGKeyArray, state: DeltaRuleState) -> tuple[DeltaRuleState, FilterInfo]:
        """Mix belief and prior by the probability of a change, to the same mean and variance."""
        hazard, family = self.expected_hazard, self.family
        shift, square = state.estimate - family.prior_mean, jnp.square(family.deviation)
        variance = (1 - hazard) * square / state.count + hazard * family.prior_deviation**2
        count = square / (variance + hazard * (1 - hazard) * shift**2)
        run_length = jnp.maximum(count - family.prior[1], 0)
        after = DeltaRuleState(state.estimate - hazard * shift, run_length, count)
        return after, self.info(after.estimate, square / count, self.no_surprise)

    def step(self, key: PRNGKeyArray, state: DeltaRuleState, x: Array) -> tuple[DeltaRuleState, FilterInfo]:
        """Be surprised, move towards the observation by a rate that follows surprise and run length."""
        surprise, family = self.respond(state, x), self.family
        rate, square, ratio = surprise.adaptation_rate, jnp.square(family.deviation), family.prior[1]
        stayed = state.estimate + (x - state.estimate) / (ratio + state.run_length + 1)
        changed = family.prior_mean + (x - family.prior_mean) / (ratio + 1)
        if self.version == 2010:
            run_length = (1 - rate) * (state.run_length + 1) + rate
            count = ratio + run_length
        else:
            shrunk = square / (ratio + 1) * (ratio + rate * state.run_length + 1) / (ratio + state.run_length + 1)
            count = square / (shrunk + (1 - rate) * rate * (stayed - changed) ** 2)
            run_length = jnp.maximum(count - ratio, 0)
        after = DeltaRuleState((1 - rate) * stayed + rate * changed, run_length, count)
        return after, self.info(after.estimate, square / count, surprise)


class LeakyState(NamedTuple):
    """What leaky integration needs to go on."""

    natural: Float[Array, " natural"]
    """Sum of the observations' statistics, the older the less."""
    count: Float[Array, ""]
    """What their number has leaked to."""


class LeakyInfo(NamedTuple):
    """What one may look at after an observation."""

    estimate: Float[Array, "*parameter"]


class LeakyIntegrator(Circuit[LeakyState, LeakyInfo]):
    """Leaky integration of the observations, without prior and without surprise.

    What the observations so far leave undetermined, such as the precision of `GaussianUnknown` while all of them are
    equal, is the prior's.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    leak : float
        w, the share that remains from one step to the next, from 0 to 1. A free parameter, best tuned.

    Raises
    ------
    InputError
        If the leak is not between 0 and 1.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.surprise import GaussianMean, LeakyIntegrator
    >>> run = bouton.run(LeakyIntegrator(GaussianMean(0.5), leak=0.9), [0.4, 0.6], key=jax.random.key(0),
    ...                  record={"estimate": 1})
    >>> [round(float(value), 4) for value in run.recordings["estimate"].values]
    [0.4, 0.5053]
    """

    family: ConjugateFamily
    leak: Share | Float[Array, ""]

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One observation."""
        return self.family.observation

    def check(self, events: np.ndarray) -> None:
        """Refuse observations that the family holds impossible, or numbers too coarse for it."""
        self.family.check(np.asarray(events))
        self.family.check_resolution(np.asarray(events))

    def init(self, key: PRNGKeyArray) -> LeakyState:
        """Return no evidence at all."""
        nothing = jnp.zeros_like(self.family.prior)
        return LeakyState(nothing, nothing[0])

    def respond(self, state: LeakyState, x: Any) -> Float[Array, "*parameter"]:
        """Return the present estimate, which does not depend on the observation; the prior's mean before the first."""
        return self._estimate(state)

    def skip(self, key: PRNGKeyArray, state: LeakyState) -> tuple[LeakyState, LeakyInfo]:
        """Let time pass: leak."""
        return self._leaked(state), LeakyInfo(self._estimate(state))

    def _leaked(self, state: LeakyState) -> LeakyState:
        return LeakyState(self.leak * state.natural, self.leak * state.count)

    def _estimate(self, state: LeakyState) -> Float[Array, "*parameter"]:
        some = state.count > 0
        alone = self.family.mean_without_prior(jnp.where(some, state.natural, self.family.prior))
        return jnp.where(some, alone, self.family.mean(self.family.prior))

    def step(self, key: PRNGKeyArray, state: LeakyState, x: Array) -> tuple[LeakyState, LeakyInfo]:
        """Add the observation, estimate, leak."""
        natural = state.natural + self.family.statistics(x)
        return self._leaked(LeakyState(natural, state.count + 1)), LeakyInfo(self.family.mean_without_prior(natural))
