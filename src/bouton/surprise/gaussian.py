r"""Normal observations: of known deviation, or of unknown mean and precision.

Known deviation :math:`\sigma`, prior :math:`N(\mu_0, \sigma_0^2)`; a belief :math:`(\chi, \nu)` starts as
:math:`(0, \sigma^2 / \sigma_0^2)`:

.. math::

    \text{mean} = \mu_0 + \chi / \nu, \quad \text{variance} = \sigma^2 / \nu, \quad
    P(y; \pi) = N(\text{mean},\ \sigma^2 (1 + 1/\nu))

Unknown mean and precision, prior :math:`\tau \sim \text{Gamma}(a_0, b_0)`,
:math:`\mu \mid \tau \sim N(\mu_0, 1 / (\kappa_0 \tau))`; with :math:`y' = y - \mu_0`, a belief is
:math:`(2 a - 1,\ \kappa,\ \kappa m,\ 2 b + \kappa m^2)` and predicts by Student's t with 2a degrees of freedom,
location :math:`\mu_0 + m` and squared scale :math:`b (\kappa + 1) / (a \kappa)`.

Source: the first, V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021.
"""

import dataclasses
import math
from typing import Annotated

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import Finite, Positive, Range
from bouton.surprise._units import check_spacing, units_of
from bouton.surprise.family import ConjugateFamily, Units

__all__ = ["GaussianMean", "GaussianUnknown"]

_LOG_TWO_PI = math.log(2 * math.pi)


class GaussianMean(ConjugateFamily):
    r"""Normal observations of known deviation around an unknown mean.

    Parameters
    ----------
    deviation : float
        :math:`\sigma`, the standard deviation of an observation, in the units of the data.
    prior_mean : float
        :math:`\mu_0`. Default 0.
    prior_deviation : float
        :math:`\sigma_0`. Default 1.

    Raises
    ------
    InputError
        If a deviation is not positive and finite, or the prior's mean is not finite.

    Examples
    --------
    >>> import bouton
    >>> family = bouton.surprise.GaussianMean(deviation=0.1)
    >>> [round(float(value), 4) for value in family.prior]
    [0.0, 0.01]
    """

    deviation: Positive | Float[Array, ""]
    prior_mean: Finite | Float[Array, ""] = 0.0
    prior_deviation: Positive | Float[Array, ""] = 1.0

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """One number."""
        return jax.ShapeDtypeStruct((), jnp.result_type(float))

    @property
    def prior(self) -> Float[Array, "2"]:
        r"""No evidence, and the count :math:`\sigma^2 / \sigma_0^2` that the prior is worth."""
        count = jnp.square(jnp.asarray(self.deviation / self.prior_deviation, jnp.result_type(float)))
        return jnp.stack([jnp.zeros_like(count), count])

    def statistics(self, y: Float[Array, ""] | float) -> Float[Array, "2"]:
        r"""Return :math:`(y - \mu_0, 1)`."""
        distance = jnp.asarray(y - self.prior_mean, jnp.result_type(float))
        return jnp.stack([distance, jnp.ones_like(distance)])

    def log_predictive(self, belief: Float[Array, "2"], y: Float[Array, ""] | float) -> Float[Array, ""]:
        """Return the log density of an observation under a belief."""
        distance = (y - self.prior_mean) - belief[0] / belief[1]
        variance = self.deviation**2 * (1 + 1 / belief[1])
        return -0.5 * (distance**2 / variance + jnp.log(variance) + _LOG_TWO_PI)

    def mean(self, belief: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the believed mean."""
        return self.prior_mean + belief[0] / belief[1]

    def variance(self, belief: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the variance of the believed mean."""
        return self.deviation**2 / belief[1]

    def check(self, observations: np.ndarray) -> None:
        """Accept all numbers."""

    @property
    def units(self) -> Units:
        """The prior's mean, and the deviation where it is beyond what squares allow."""
        return units_of(float(self.prior_mean), float(self.deviation))

    def in_units(self, units: Units) -> "GaussianMean":
        """Return the family of observations less the level, over the scale."""
        return dataclasses.replace(
            self,
            deviation=self.deviation / units.scale,
            prior_mean=(self.prior_mean - units.level) / units.scale,
            prior_deviation=self.prior_deviation / units.scale,
        )

    def restored(self, name: str, values: np.ndarray, units: Units) -> np.ndarray:
        """Return estimates, variances and Shannon surprise in the units of the data."""
        match name:
            case "estimate":
                return np.asarray(units.level + units.scale * values.astype(np.float64))
            case "variance":
                return np.asarray(units.scale**2 * values.astype(np.float64))
            case "shannon":
                return np.asarray(values + math.log(units.scale))
        return values

    def check_resolution(self, observations: np.ndarray) -> None:
        """Refuse observations at which numbers lie too far apart for the deviation."""
        check_spacing(observations, float(self.deviation))

    def draw_parameter(self, key: PRNGKeyArray) -> Float[Array, ""]:
        """Draw a mean from the prior."""
        return self.prior_mean + self.prior_deviation * jax.random.normal(key)

    def draw_observation(self, key: PRNGKeyArray, parameter: Float[Array, ""]) -> Float[Array, ""]:
        """Draw an observation around a mean."""
        return parameter + self.deviation * jax.random.normal(key)

    def scaled_likelihood(self, y: Float[Array, ""] | float) -> Float[Array, "2"]:
        """Return the normal around the observation."""
        return self.statistics(y)

    def divergence(self, belief: Float[Array, "2"], other: Float[Array, "2"]) -> Float[Array, ""]:
        """Return the divergence of two normals."""
        distance, ratio = belief[0] / belief[1] - other[0] / other[1], other[1] / belief[1]
        return 0.5 * (distance**2 * other[1] / self.deviation**2 + ratio - 1 - jnp.log(ratio))


class GaussianUnknown(ConjugateFamily):
    r"""Normal observations of unknown mean and unknown precision.

    Parameters
    ----------
    prior_mean : float
        :math:`\mu_0`. Default 0.
    prior_count : float
        :math:`\kappa_0`, how many observations the prior's mean is worth: the smaller, the wider. Default 0.1.
    shape : float
        :math:`a_0` of the precision. Default 1.
    rate : float
        :math:`b_0` of the precision, in squared units of the data; the typical variance is b/a. Default 1.

    Raises
    ------
    InputError
        If the prior's mean is not finite, shape is not above 1/2, or another parameter is not positive and finite.

    Notes
    -----
    The parameter is (mean, precision); the mean's variance, :math:`b / ((a - 1) \kappa)`, is infinite up to a = 1.

    Examples
    --------
    >>> import bouton
    >>> family = bouton.surprise.GaussianUnknown()
    >>> [round(float(value), 3) for value in family.mean(family.prior + family.statistics(2.0))]
    [1.818, 1.269]
    """

    prior_mean: Finite | Float[Array, ""] = 0.0
    prior_count: Positive | Float[Array, ""] = 0.1
    shape: Annotated[float, Range(0.5)] | Float[Array, ""] = 1.0
    rate: Positive | Float[Array, ""] = 1.0

    @property
    def observation(self) -> jax.ShapeDtypeStruct:
        """One number."""
        return jax.ShapeDtypeStruct((), jnp.result_type(float))

    @property
    def prior(self) -> Float[Array, "4"]:
        """The natural parameters of the normal-gamma prior, around its own mean."""
        values = (2 * self.shape - 1, self.prior_count, 0.0, 2 * self.rate)
        return jnp.stack([jnp.asarray(value, jnp.result_type(float)) for value in values])

    def statistics(self, y: Float[Array, ""] | float) -> Float[Array, "4"]:
        r"""Return :math:`(1, 1, y', y'^2)`."""
        distance = jnp.asarray(y - self.prior_mean, jnp.result_type(float))
        one = jnp.ones_like(distance)
        return jnp.stack([one, one, distance, distance**2])

    @staticmethod
    def _ordinary(belief: Float[Array, "4"]) -> tuple[Array, Array, Array, Array]:
        count, mean = belief[1], belief[2] / belief[1]
        return mean, count, 0.5 * (belief[0] + 1), 0.5 * (belief[3] - count * mean**2)

    def log_predictive(self, belief: Float[Array, "4"], y: Float[Array, ""] | float) -> Float[Array, ""]:
        """Return the log density of an observation under a belief: Student's t."""
        mean, count, shape, rate = self._ordinary(belief)
        spread = 2 * rate * (count + 1) / count
        distance = (y - self.prior_mean) - mean
        constant = gammaln(shape + 0.5) - gammaln(shape) - 0.5 * (jnp.log(spread) + math.log(math.pi))
        return constant - (shape + 0.5) * jnp.log1p(distance**2 / spread)

    def mean(self, belief: Float[Array, "4"]) -> Float[Array, "2"]:
        """Return the believed mean and the believed precision."""
        mean, _, shape, rate = self._ordinary(belief)
        return jnp.stack([self.prior_mean + mean, shape / rate])

    def mean_without_prior(self, evidence: Float[Array, "4"]) -> Float[Array, "2"]:
        """Return mean and precision of the observations; the prior's precision while all of them are equal."""
        mean, _, shape, rate = self._ordinary(evidence)
        # One observation, or equal ones: what is left of the squares is rounding.
        spread = rate > 8 * jnp.finfo(evidence.dtype).eps * evidence[3]
        precision = jnp.where(spread, shape / jnp.where(spread, rate, 1), self.shape / self.rate)
        return jnp.stack([self.prior_mean + mean, precision])

    def variance(self, belief: Float[Array, "4"]) -> Float[Array, "2"]:
        """Return the variances of mean and precision under a belief."""
        _, count, shape, rate = self._ordinary(belief)
        of_mean = jnp.where(shape > 1, rate / (jnp.where(shape > 1, shape - 1, 1) * count), jnp.inf)
        return jnp.stack([of_mean, shape / rate**2])

    def check(self, observations: np.ndarray) -> None:
        """Accept all numbers."""

    @property
    def units(self) -> Units:
        """The prior's mean, and the typical deviation where it is beyond what squares allow."""
        return units_of(float(self.prior_mean), self._typical_deviation)

    @property
    def _typical_deviation(self) -> float:
        return math.sqrt(float(self.rate) / float(self.shape))

    def in_units(self, units: Units) -> "GaussianUnknown":
        """Return the family of observations less the level, over the scale."""
        return dataclasses.replace(
            self, prior_mean=(self.prior_mean - units.level) / units.scale, rate=self.rate / units.scale**2
        )

    def restored(self, name: str, values: np.ndarray, units: Units) -> np.ndarray:
        """Return estimates and variances, both of mean and precision, and Shannon surprise in the units of the data."""
        factors = np.array([units.scale, units.scale**-2])
        match name:
            case "estimate":
                return np.array([units.level, 0.0]) + factors * values.astype(np.float64)
            case "variance":
                return factors**2 * values.astype(np.float64)
            case "shannon":
                return np.asarray(values + math.log(units.scale))
        return values

    def check_resolution(self, observations: np.ndarray) -> None:
        """Refuse observations at which numbers lie too far apart for the typical deviation."""
        check_spacing(observations, self._typical_deviation)

    def draw_parameter(self, key: PRNGKeyArray) -> Float[Array, "2"]:
        """Draw a mean and a precision from the prior."""
        of_mean, of_precision = jax.random.split(key)
        precision = jax.random.gamma(of_precision, self.shape) / self.rate
        deviation = 1 / jnp.sqrt(self.prior_count * precision)
        return jnp.stack([self.prior_mean + deviation * jax.random.normal(of_mean), precision])

    def draw_observation(self, key: PRNGKeyArray, parameter: Float[Array, "2"]) -> Float[Array, ""]:
        """Draw an observation of given mean and precision."""
        return parameter[0] + jax.random.normal(key) / jnp.sqrt(parameter[1])
