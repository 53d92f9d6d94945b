r"""Conjugate families: what is observed, what is believed of its parameter, and how one observation changes that.

A belief is one vector :math:`\eta` of natural parameters. Whatever the family,

.. math::

    \text{one more observation:}\quad \eta &\leftarrow \eta + \phi(y) \\
    \text{forgetting a share g:}\quad \eta &\leftarrow (1 - g)\, \eta + g\, \eta_0

so that an algorithm is written once, and families are plugged in.

=====================  ============================  ===============================  ============================
family                 observation y                 prior of its parameter           :math:`\phi(y)`
=====================  ============================  ===============================  ============================
`GaussianMean`         normal, known deviation       normal (of the mean)             :math:`(y - \mu_0, 1)`
`GaussianUnknown`      normal                        normal-gamma (mean, precision)   :math:`(1, 1, y', y'^2)`
`Categorical`          one of K symbols              Dirichlet                        one-hot
`Bernoulli`            0 or 1                        beta                             :math:`(y, 1 - y)`
`Poisson`              a count                       gamma (of the rate)              :math:`(y, 1)`
=====================  ============================  ===============================  ============================

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, "Learning in Volatile Environments With the Bayes Factor
Surprise", Neural Computation 33(2):269-340, 2021, for `GaussianMean` and `Categorical`; the others are textbook pairs.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._checked import Checked
from bouton.errors import InputError

__all__ = ["ConjugateFamily", "Units"]


class Units(NamedTuple):
    """What observations have in common: each is the level and so many times the scale."""

    level: float = 0.0
    scale: float = 1.0


class ConjugateFamily(Checked):
    """A distribution of observations with the conjugate prior of its parameter.

    What a family of one's own must give: `observation`, `prior`, `statistics`, `log_predictive`, `mean`, `variance`,
    `check`, `draw_parameter` and `draw_observation`. `scaled_likelihood` and `divergence` are asked for by `SMiLe`
    only.

    Examples
    --------
    >>> import bouton
    >>> family = bouton.surprise.GaussianMean(0.5)
    >>> belief = family.prior + family.statistics(0.4)
    >>> round(float(family.mean(belief)), 4), round(float(family.variance(belief)), 4)
    (0.32, 0.2)
    """

    @property
    @abstractmethod
    def observation(self) -> jax.ShapeDtypeStruct:
        """Shape and type of one observation."""

    @property
    @abstractmethod
    def prior(self) -> Float[Array, " natural"]:
        r"""The natural parameters :math:`\eta_0` of the prior."""

    @abstractmethod
    def statistics(self, y: Any) -> Float[Array, " natural"]:
        r"""Return what one observation adds to a belief, :math:`\phi(y)`."""

    @abstractmethod
    def log_predictive(self, belief: Float[Array, " natural"], y: Any) -> Float[Array, ""]:
        r"""Return :math:`\log P(y; \pi)`, the log probability (density) of an observation under a belief, in nats."""

    @abstractmethod
    def mean(self, belief: Float[Array, " natural"]) -> Float[Array, "*parameter"]:
        """Return the mean of the parameter under a belief."""

    def mean_without_prior(self, evidence: Float[Array, " natural"]) -> Float[Array, "*parameter"]:
        """Return the mean of the parameter from observations alone; the prior's of what they leave undetermined.

        `evidence` is the (leaky) sum of the statistics of at least one observation.
        """
        return self.mean(evidence)

    @abstractmethod
    def variance(self, belief: Float[Array, " natural"]) -> Float[Array, "*parameter"]:
        """Return the variance of the parameter under a belief, component by component."""

    @abstractmethod
    def check(self, observations: np.ndarray) -> None:
        """Raise `InputError` for observations (NaN apart) that the family holds impossible."""

    @abstractmethod
    def draw_parameter(self, key: PRNGKeyArray) -> Any:
        """Draw a parameter from the prior, in the shape of `mean`."""

    @abstractmethod
    def draw_observation(self, key: PRNGKeyArray, parameter: Any) -> Array:
        """Draw an observation, given the parameter."""

    @property
    def units(self) -> Units:
        """Level and scale of the observations, which are taken off in double precision before they are cast."""
        return Units()

    def in_units(self, units: Units) -> "ConjugateFamily":
        """Return the family of observations less the level, over the scale."""
        return self

    def restored(self, name: str, values: np.ndarray, units: Units) -> np.ndarray:
        """Return what was found in such units, the variable "estimate", "variance" or "shannon", in those of the data.

        Other variables have none.
        """
        return values

    def check_resolution(self, observations: np.ndarray) -> None:
        """Raise `InputError` for observations so large that their type cannot tell apart what the noise does."""
        return

    def scaled_likelihood(self, y: Any) -> Float[Array, " natural"]:
        """Return the belief that one observation and a flat prior would give, where it is a distribution."""
        raise InputError(f"{type(self).__name__} has no scaled likelihood: SMiLe is not defined for it")

    def divergence(self, belief: Float[Array, " natural"], other: Float[Array, " natural"]) -> Float[Array, ""]:
        """Return the Kullback-Leibler divergence of a belief from another, in nats."""
        raise InputError(f"{type(self).__name__} states no divergence of beliefs: SMiLe is not defined for it")
