r"""Observations that are counted: one of K symbols, yes or no, numbers of events.

=============  =========================  =====================  ======================================================
family         belief                     starts as              :math:`P(y; \pi)`
=============  =========================  =====================  ======================================================
`Categorical`  :math:`\alpha` (K,)        s for each symbol      :math:`\alpha_y / \sum_k \alpha_k`
`Bernoulli`    :math:`(a, b)`             :math:`(a_0, b_0)`     :math:`a / (a + b)` of a 1
`Poisson`      :math:`(a, b)`             :math:`(a_0, b_0)`     negative binomial: a successes at :math:`b / (b + 1)`
=============  =========================  =====================  ======================================================

Source: the first, V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import digamma, gammaln
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastTwo, Positive
from bouton.errors import InputError
from bouton.surprise._counts import gamma_divergence, log_negative_binomial
from bouton.surprise.family import ConjugateFamily

__all__ = ["Bernoulli", "Categorical", "Poisson"]


def _dirichlet_divergence(alpha: Float[Array, " k"], other: Float[Array, " k"]) -> Float[Array, ""]:
    total, other_total = jnp.sum(alpha), jnp.sum(other)
    normalisers = gammaln(total) - jnp.sum(gammaln(alpha)) - gammaln(other_total) + jnp.sum(gammaln(other))
    return normalisers + jnp.sum((alpha - other) * (digamma(alpha) - digamma(total)))


def _dirichlet_variance(alpha: Float[Array, " k"]) -> Float[Array, " k"]:
    total = jnp.sum(alpha)
    mean = alpha / total
    return mean * (1 - mean) / (total + 1)


def _check_whole(observations: np.ndarray, largest: int | None, expected: str) -> None:
    values = np.asarray(observations)
    present = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    too_large = present > (np.inf if largest is None else largest)
    wrong = ~np.isfinite(present) | (present != np.floor(present)) | (present < 0) | too_large
    if wrong.any():
        raise InputError(f"observations must be {expected}, got {present[wrong].flat[0]}")


class Categorical(ConjugateFamily):
    r"""One of K symbols, of unknown probabilities with the prior Dirichlet(s, ..., s).

    Parameters
    ----------
    n_symbols : int
        K, at least 2; an observation is an integer from 0 to K - 1.
    concentration : float
        s, the prior's count of each symbol: small ones expect few symbols to be frequent. Default 1.

    Raises
    ------
    InputError
        If there are fewer than 2 symbols or the concentration is not positive and finite.

    Examples
    --------
    >>> import bouton
    >>> family = bouton.surprise.Categorical(3)
    >>> family.mean(family.prior + family.statistics(2)).tolist()
    [0.25, 0.25, 0.5]
    """

    n_symbols: AtLeastTwo = eqx.field(static=True)
    concentration: Positive | Float[Array, ""] = 1.0

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """One integer."""
        return jax.ShapeDtypeStruct((), jnp.int32)

    @property
    def prior(self) -> Float[Array, " symbols"]:
        """The same count for each symbol."""
        return jnp.full(self.n_symbols, self.concentration, jnp.result_type(float))

    def statistics(self, y: Int[Array, ""] | int) -> Float[Array, " symbols"]:
        """Return 1 for the symbol observed, 0 for the others."""
        return (jnp.arange(self.n_symbols, dtype=jnp.int32) == jnp.asarray(y, jnp.int32)).astype(jnp.result_type(float))

    def log_predictive(self, belief: Float[Array, " symbols"], y: Int[Array, ""] | int) -> Float[Array, ""]:
        """Return the log probability of a symbol under a belief."""
        return jnp.log(jnp.sum(self.statistics(y) * belief)) - jnp.log(jnp.sum(belief))

    def mean(self, belief: Float[Array, " symbols"]) -> Float[Array, " symbols"]:
        """Return the believed probabilities."""
        return belief / jnp.sum(belief)

    def variance(self, belief: Float[Array, " symbols"]) -> Float[Array, " symbols"]:
        """Return the variance of each believed probability."""
        return _dirichlet_variance(belief)

    def check(self, observations: np.ndarray) -> None:
        """Refuse what is no integer from 0 to K - 1."""
        _check_whole(
            observations, self.n_symbols - 1, f"integers from 0 to {self.n_symbols - 1} ({self.n_symbols} symbols)"
        )

    def draw_parameter(self, key: PRNGKeyArray) -> Float[Array, " symbols"]:
        """Draw probabilities from the prior, by logarithms: gamma variates of small shape underflow."""
        return jax.nn.softmax(jax.random.loggamma(key, self.prior))

    def draw_observation(self, key: PRNGKeyArray, parameter: Float[Array, " symbols"]) -> Int[Array, ""]:
        """Draw a symbol."""
        return jax.random.categorical(key, jnp.log(parameter)).astype(jnp.int32)

    def scaled_likelihood(self, y: Int[Array, ""] | int) -> Float[Array, " symbols"]:
        """Return the Dirichlet distribution of one count for each symbol, two for the one observed."""
        return 1 + self.statistics(y)

    def divergence(self, belief: Float[Array, " symbols"], other: Float[Array, " symbols"]) -> Float[Array, ""]:
        """Return the divergence of two Dirichlet distributions."""
        return _dirichlet_divergence(belief, other)


class Bernoulli(ConjugateFamily):
    """Yes (1) or no (0), of unknown probability with a beta prior.

    Parameters
    ----------
    ones : float
        :math:`a_0`, the prior's count of ones. Default 1.
    zeros : float
        :math:`b_0`, the prior's count of zeros. Default 1.

    Raises
    ------
    InputError
        If a count is not positive and finite.

    Examples
    --------
    >>> import bouton
    >>> family = bouton.surprise.Bernoulli()
    >>> round(float(family.mean(family.prior + family.statistics(1))), 4)
    0.6667
    """

    ones: Positive | Float[Array, ""] = 1.0
    zeros: Positive | Float[Array, ""] = 1.0

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """One integer, 0 or 1."""
        return jax.ShapeDtypeStruct((), jnp.int32)

    @property
    def prior(self) -> Float[Array, "2"]:
        """The prior's counts of ones and zeros."""
        return jnp.stack([jnp.asarray(count, jnp.result_type(float)) for count in (self.ones, self.zeros)])

    def statistics(self, y: Int[Array, ""] | int) -> Float[Array, "2"]:
        """Return (1, 0) for a one, (0, 1) for a zero."""
        y = jnp.asarray(y, jnp.result_type(float))
        return jnp.stack([y, 1 - y])

    def log_predictive(self, belief: Float[Array, "2"], y: Int[Array, ""] | int) -> Float[Array, ""]:
        """Return the log probability of an observation under a belief."""
        return jnp.log(jnp.where(y > 0, belief[0], belief[1])) - jnp.log(belief[0] + belief[1])

    def mean(self, belief: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the believed probability of a one."""
        return belief[0] / (belief[0] + belief[1])

    def variance(self, belief: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the variance of the believed probability."""
        return _dirichlet_variance(belief)[0]

    def check(self, observations: np.ndarray) -> None:
        """Refuse what is neither 0 nor 1."""
        _check_whole(observations, 1, "0 or 1")

    def draw_parameter(self, key: PRNGKeyArray) -> Float[Array, ""]:
        """Draw a probability from the prior."""
        return jax.nn.softmax(jax.random.loggamma(key, self.prior))[0]

    def draw_observation(self, key: PRNGKeyArray, parameter: Float[Array, ""]) -> Int[Array, ""]:
        """Draw a 0 or a 1."""
        return jax.random.bernoulli(key, parameter).astype(jnp.int32)

    def scaled_likelihood(self, y: Int[Array, ""] | int) -> Float[Array, "2"]:
        """Return the beta distribution after one observation and a uniform prior."""
        return 1 + self.statistics(y)

    def divergence(self, belief: Float[Array, "2"], other: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the divergence of two beta distributions."""
        return _dirichlet_divergence(belief, other)


class Poisson(ConjugateFamily):
    """Counts of events, of unknown rate with a gamma prior.

    Parameters
    ----------
    shape : float
        :math:`a_0`. Default 1.
    rate : float
        :math:`b_0`; the prior's mean rate is a/b events per observation. Default 1.

    Raises
    ------
    InputError
        If a parameter is not positive and finite.

    Examples
    --------
    >>> import bouton
    >>> family = bouton.surprise.Poisson(shape=2, rate=1)
    >>> float(family.mean(family.prior + family.statistics(6)))
    4.0
    """

    shape: Positive | Float[Array, ""] = 1.0
    rate: Positive | Float[Array, ""] = 1.0

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """One integer of at least 0."""
        return jax.ShapeDtypeStruct((), jnp.int32)

    @property
    def prior(self) -> Float[Array, "2"]:
        """Shape and rate of the prior."""
        return jnp.stack([jnp.asarray(value, jnp.result_type(float)) for value in (self.shape, self.rate)])

    def statistics(self, y: Int[Array, ""] | int) -> Float[Array, "2"]:
        """Return (y, 1)."""
        y = jnp.asarray(y, jnp.result_type(float))
        return jnp.stack([y, jnp.ones_like(y)])

    def log_predictive(self, belief: Float[Array, "2"], y: Int[Array, ""] | int) -> Float[Array, ""]:
        """Return the log probability of a count under a belief: negative binomial."""
        y = jnp.asarray(y, belief.dtype)
        return log_negative_binomial(y, belief[0], belief[1])

    def mean(self, belief: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the believed rate, in events per observation."""
        return belief[0] / belief[1]

    def variance(self, belief: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the variance of the believed rate."""
        return belief[0] / belief[1] ** 2

    def check(self, observations: np.ndarray) -> None:
        """Refuse what is no count."""
        _check_whole(observations, None, "counts (integers of at least 0)")

    def draw_parameter(self, key: PRNGKeyArray) -> Float[Array, ""]:
        """Draw a rate from the prior."""
        return jax.random.gamma(key, jnp.asarray(self.shape, jnp.result_type(float))) / self.rate

    def draw_observation(self, key: PRNGKeyArray, parameter: Float[Array, ""]) -> Int[Array, ""]:
        """Draw a count."""
        return jax.random.poisson(key, parameter).astype(jnp.int32)

    def scaled_likelihood(self, y: Int[Array, ""] | int) -> Float[Array, "2"]:
        """Return the gamma distribution after one observation and a flat prior."""
        return self.statistics(y) + jnp.asarray([1.0, 0.0], jnp.result_type(float))

    def divergence(self, belief: Float[Array, "2"], other: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the divergence of two gamma distributions."""
        return gamma_divergence(*belief, *other)
