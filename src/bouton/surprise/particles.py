r"""A particle filter with N particles, each of which draws whether the world has just changed.

With :math:`l_i = P(y; \pi_i)` and :math:`l_0 = P(y; \pi_0)`, at each observation y,

.. math::

    w_i &\leftarrow w_i\, [(1 - p_c)\, l_i + p_c\, l_0] && \text{normalised} \\
    c_i &\sim \text{Bernoulli}(\gamma(l_0 / l_i)) && \text{has the world changed?} \\
    \eta_i &\leftarrow (c_i\, ?\, \eta_0 : \eta_i) + \phi(y)

and, where :math:`1 / \sum_i w_i^2` has fallen to N/2 or below, particles are drawn anew by their weights between the
second line and the third.

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021, arXiv:1907.02936
(pfN; there resampling is multinomial).
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import Count, Probability
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.measures import FilterInfo, SurpriseFilter, mixture_moments, surprise_of

__all__ = ["ParticleFilter", "Particles"]

_COMPARED_AT_ONCE = 64


class Particles(NamedTuple):
    """A belief and a weight for each particle."""

    beliefs: Float[Array, "particles natural"]
    weights: Float[Array, " particles"]


class ParticleFilter(SurpriseFilter[Particles]):
    r"""A particle filter (pfN) whose particles are hypotheses on when the world last changed.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    hazard : float
        :math:`p_c`, the probability that the world changes at a step, from 0 to below 1.
    n_particles : int
        N. Default 20.
    resampling : {"stratified", "systematic", "multinomial"}
        How particles are drawn anew; the authors' program uses "multinomial". Default "stratified", of less variance.

    Raises
    ------
    InputError
        If the hazard is no probability below 1, there is no particle, or the scheme is unknown.

    References
    ----------
    V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.surprise import GaussianMean, ParticleFilter
    >>> series = np.r_[np.full(20, 0.3), np.full(20, -1.0)] + 0.1 * np.random.default_rng(0).normal(size=40)
    >>> run = bouton.run(ParticleFilter(GaussianMean(0.1), hazard=0.05), series, key=jax.random.key(0),
    ...                  record={"estimate": 1})
    >>> bool(abs(run.recordings["estimate"].values[-1] + 1) < 0.1)
    True
    """

    family: ConjugateFamily
    hazard: Probability | Float[Array, ""]
    n_particles: Count = eqx.field(static=True, default=20)
    resampling: Literal["stratified", "systematic", "multinomial"] = eqx.field(static=True, default="stratified")

    @property
    def expected_hazard(self) -> Float[Array, ""]:
        """The probability of a change at a step."""
        return jnp.asarray(self.hazard, self.family.prior.dtype)

    def init(self, key: PRNGKeyArray) -> Particles:
        """Return particles that all hold the prior."""
        prior = self.family.prior
        beliefs = jnp.broadcast_to(prior, (self.n_particles, *prior.shape))
        return Particles(beliefs, jnp.full(self.n_particles, 1 / self.n_particles, prior.dtype))

    def log_evidence(self, state: Particles, y: Array) -> Float[Array, ""]:
        """Return the log probability of an observation if nothing has changed."""
        logs = jax.vmap(self.family.log_predictive, (0, None))(state.beliefs, y)
        return jax.nn.logsumexp(logs, b=state.weights)

    def skip(self, key: PRNGKeyArray, state: Particles) -> tuple[Particles, FilterInfo]:
        """Let each particle change unseen, with the probability of a change."""
        changed = jax.random.uniform(key, state.weights.shape, state.weights.dtype) < self.expected_hazard
        after = state._replace(beliefs=self._restarted(state.beliefs, changed))
        return after, self.info(*mixture_moments(self.family, after.beliefs, after.weights), self.no_surprise)

    def step(self, key: PRNGKeyArray, state: Particles, x: Array) -> tuple[Particles, FilterInfo]:
        """Weigh the particles, draw which of them begin anew, draw them by their weights if need be, learn."""
        log_prior = self.family.log_predictive(self.family.prior, x)
        logs = jax.vmap(self.family.log_predictive, (0, None))(state.beliefs, x)
        surprise = surprise_of(log_prior, jax.nn.logsumexp(logs, b=state.weights), self.expected_hazard)
        own = surprise_of(log_prior, logs, self.expected_hazard)
        weights = state.weights * jnp.exp(jnp.min(own.shannon) - own.shannon)
        weights = weights / jnp.sum(weights)
        uniforms = jax.random.uniform(key, (2, self.n_particles), weights.dtype)
        beliefs = self._restarted(state.beliefs, uniforms[0] < own.adaptation_rate)
        beliefs, weights = self._resampled(beliefs, weights, uniforms[1])
        after = Particles(beliefs + self.family.statistics(x)[None], weights)
        return after, self.info(*mixture_moments(self.family, after.beliefs, weights), surprise)

    def summary(self, state: Particles) -> Mapping[str, Array]:
        """Return how many particles of equal weight would be worth as much."""
        return {"effective particles": 1 / jnp.sum(state.weights**2)}

    def _restarted(
        self, beliefs: Float[Array, "particles natural"], changed: Bool[Array, " particles"]
    ) -> Float[Array, "particles natural"]:
        return jnp.where(changed[:, None], self.family.prior[None], beliefs)

    def _resampled(
        self,
        beliefs: Float[Array, "particles natural"],
        weights: Float[Array, " particles"],
        uniforms: Float[Array, " particles"],
    ) -> tuple[Float[Array, "particles natural"], Float[Array, " particles"]]:
        scarce = 1 / jnp.sum(weights**2) <= self.n_particles / 2
        drawn = beliefs[drawn_particles(weights, uniforms, self.resampling)]
        equal = jnp.full_like(weights, 1 / self.n_particles)
        return jnp.where(scarce, drawn, beliefs), jnp.where(scarce, equal, weights)


def drawn_particles(
    weights: Float[Array, " particles"], uniforms: Float[Array, " particles"], scheme: str
) -> Int[Array, " particles"]:
    """Return the particle that each place is filled with.

    Parameters
    ----------
    weights : array (particles,)
        Weights, which sum to 1.
    uniforms : array (particles,)
        Random numbers from 0 to 1; "systematic" uses the first.
    scheme : {"stratified", "systematic", "multinomial"}
        Whether each place draws from a stratum of its own, all from strata by one number, or each from the whole.

    Returns
    -------
    array (particles,) of int
    """
    strata = jnp.arange(weights.size, dtype=weights.dtype)
    if scheme == "stratified":
        positions = (strata + uniforms) / weights.size
    elif scheme == "systematic":
        positions = (strata + uniforms[0]) / weights.size
    else:
        positions = uniforms
    cumulative = jnp.cumsum(weights)
    if weights.size <= _COMPARED_AT_ONCE:
        found = jnp.sum((cumulative[None, :] <= positions[:, None]).astype(jnp.int32), axis=1)
    else:
        found = jnp.searchsorted(cumulative, positions, side="right")
    # Rounding may leave the last cumulative weight a little below 1.
    return jnp.minimum(found, weights.size - 1)
