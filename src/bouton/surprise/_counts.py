r"""Probabilities of counts that do not cancel, however large the counts are.

:math:`\log\Gamma` of a million has seven digits before the point; the logarithm of a probability, of order one, is the
difference of several such numbers. Here the large parts are taken off by hand (Loader 2000): with

.. math::

    \delta(z) = \log\Gamma(z + 1) - (z + \tfrac12)\log z + z - \tfrac12\log 2\pi, \qquad
    D(x, m) = x \log(x / m) + m - x

both of which are small where they should be, a negative binomial and the divergence of two gamma distributions are sums
of small terms.

Source: C. Loader (2000), "Fast and accurate computation of binomial probabilities".
"""

import jax.numpy as jnp
from jax.scipy.special import digamma, gammaln
from jaxtyping import Array, Float

__all__ = ["gamma_divergence", "log_negative_binomial"]

_SERIES_FROM = 10.0
_NEAR, _TERMS = 0.1, 9


def log_negative_binomial(y: Float[Array, ""], shape: Float[Array, ""], rate: Float[Array, ""]) -> Float[Array, ""]:
    """Return the log probability of a count of Poisson events whose rate has a gamma distribution."""
    total = shape + y
    # Positive where the count is below the mean that is expected of it.
    apart = (shape - y * rate) / (1 + rate)
    count = jnp.maximum(y, 1.0)
    several = (
        _stirling_error(total)
        - _stirling_error(shape)
        - _stirling_error(count)
        - _deviance(shape, total * rate / (1 + rate), apart)
        - _deviance(count, total / (1 + rate), -apart)
        + 0.5 * jnp.log(shape / (2 * jnp.pi * count * total))
    )
    return jnp.where(y > 0, several, -shape * jnp.log1p(1 / rate))


def gamma_divergence(
    shape: Float[Array, ""], rate: Float[Array, ""], other_shape: Float[Array, ""], other_rate: Float[Array, ""]
) -> Float[Array, ""]:
    """Return the divergence of a gamma distribution from another one."""
    expected = shape * other_rate / rate
    return (
        (shape - other_shape) * _digamma_less_logarithm(shape)
        + _deviance(other_shape, expected, (other_shape * rate - shape * other_rate) / rate)
        - 0.5 * jnp.log(other_shape / shape)
        + _stirling_error(other_shape)
        - _stirling_error(shape)
    )


def _stirling_error(z: Float[Array, ""]) -> Float[Array, ""]:
    large, small = jnp.maximum(z, _SERIES_FROM), jnp.minimum(z, _SERIES_FROM)
    squared = large * large
    series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * squared)) / squared) / squared) / squared) / large
    direct = gammaln(small + 1) - (small + 0.5) * jnp.log(small) + small - 0.5 * jnp.log(2 * jnp.pi)
    return jnp.where(z >= _SERIES_FROM, series, direct)


def _deviance(x: Float[Array, ""], m: Float[Array, ""], apart: Float[Array, ""]) -> Float[Array, ""]:
    """Return x log(x / m) + m - x, given x - m."""
    share = apart / (x + m)
    near = jnp.clip(share, -_NEAR, _NEAR)
    squared, total = near * near, jnp.zeros_like(near)
    for power in range(_TERMS, 0, -1):
        total = squared * (total + 1 / (2 * power + 1))
    return jnp.where(jnp.abs(share) < _NEAR, apart * near + 2 * x * near * total, x * jnp.log(x / m) - apart)


def _digamma_less_logarithm(z: Float[Array, ""]) -> Float[Array, ""]:
    large, small = jnp.maximum(z, _SERIES_FROM), jnp.minimum(z, _SERIES_FROM)
    squared = large * large
    series = -1 / (2 * large) - (1 / 12 - (1 / 120 - (1 / 252 - 1 / (240 * squared)) / squared) / squared) / squared
    return jnp.where(z >= _SERIES_FROM, series, digamma(small) - jnp.log(small))
