r"""What sampled and recorded activity are compared by: each term measures a statistic of both, and their distance.

=======================  ==============================================================================================
term                     distance
=======================  ==============================================================================================
`PSTHTerm`               :math:`-\langle P \ln Q + (1 - P) \ln (1 - Q) \rangle`, P and Q the means over trials of
                         recorded spikes and of the model's probabilities
`NoiseCorrelationTerm`   :math:`\langle (M^D_d - M_d)^2 \rangle`, covariances :math:`M_{d,ij}` of neuron i now and j
                         d bins ago, about the means over trials
`HiddenRateTerm`         :math:`\langle (r_h - r)^2 \rangle` of the rates of hidden neurons
`AutocorrelationTerm`    :math:`\langle (A^D_d - A_d)^2 \rangle`, autocovariances of the mean over neurons
=======================  ==============================================================================================

Any other differentiable function of potentials and spikes is a class of one's own that derives from `StatisticTerm`, or
from `MatchedStatistic` where it is the squared distance of something that is measured on both sides.

Source: G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, NeurIPS 2021, arXiv:2106.10064, and its program.
The estimator "rao-blackwell" is derived: the authors' covariance of probabilities is that of spikes only for two
neurons in the same bin, and its diagonal there lets variances of probabilities reach for variances of spikes.
"""

from abc import abstractmethod
from typing import Any, Literal

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Fraction
from bouton.recordings.spiking_glm import GLMActivity
from bouton.recordings.trial_groups import TrialGroups, cross_covariance

__all__ = [
    "AutocorrelationTerm",
    "HiddenRateTerm",
    "MatchedStatistic",
    "NoiseCorrelationTerm",
    "PSTHTerm",
    "StatisticTerm",
    "published_terms",
]

_LEAST = 1e-7


class StatisticTerm(Checked):
    """A term of the loss.

    Parameters
    ----------
    weight : float
        Its weight in the loss.
    """

    weight: eqx.AbstractVar[Any]

    @property
    def averages_trials(self) -> bool:
        """Whether trials of the same stimulus are averaged, so that one is not enough. Default True."""
        return True

    @property
    def samples(self) -> bool:
        """Whether the network has to run by itself for it. Default True."""
        return True

    @abstractmethod
    def __call__(
        self,
        activity: GLMActivity,
        recorded: Float[Array, "trials bins recorded"],
        groups: TrialGroups,
    ) -> Float[Array, ""]:
        """Return the distance of sampled and recorded activity.

        Parameters
        ----------
        activity : GLMActivity
            Of all neurons in a free run, one trial for each recorded one, the recorded neurons first.
        recorded : array (trials, bins, recorded)
            Recorded spikes, 0 or 1.
        groups : TrialGroups
            Which trials had the same stimulus.
        """


class MatchedStatistic(StatisticTerm):
    """The mean squared distance of something that is measured on sampled and on recorded spikes.

    Parameters
    ----------
    weight : float
        Its weight in the loss.

    Examples
    --------
    The share of bins in which two neurons or more fire:

    >>> import jax.numpy as jnp
    >>> class Coincidences(MatchedStatistic):
    ...     weight: float = 1.0
    ...     def statistic(self, spikes, groups):
    ...         return jnp.mean(jnp.maximum(jnp.sum(spikes, axis=2) - 1, 0))
    >>> recorded = jnp.array([[[1.0, 1.0], [0.0, 1.0]]])
    >>> sampled = GLMActivity(jnp.zeros((1, 2, 2)), jnp.zeros((1, 2, 2)))
    >>> float(Coincidences()(sampled, recorded, TrialGroups(jnp.array([0]), 1)))
    0.25
    """

    @abstractmethod
    def statistic(self, spikes: Float[Array, "trials bins recorded"], groups: TrialGroups) -> Array:
        """Return what is measured, an array of any shape."""

    def __call__(self, activity: GLMActivity, recorded: Array, groups: TrialGroups) -> Array:
        """Return the mean squared distance."""
        sampled = activity.spikes[..., : recorded.shape[-1]]
        return jnp.mean((self.statistic(sampled, groups) - self.statistic(recorded, groups)) ** 2)


class PSTHTerm(StatisticTerm):
    """Cross-entropy of the peri-stimulus time histograms (PSTH), the means over trials in each bin.

    It is at its lowest, the mean entropy of the recorded histogram, where both are the same. The model's is a mean of
    probabilities, which varies less than one of spikes.

    Parameters
    ----------
    weight : float
        Default 0.1.
    """

    weight: AtLeastZero | Float[Array, ""] = 0.1

    def __call__(self, activity: GLMActivity, recorded: Array, groups: TrialGroups) -> Array:
        """Return the mean over bins and neurons, conditions by their numbers of trials."""
        chance = activity.of(slice(recorded.shape[-1])).probabilities
        found = jnp.clip(groups.mean(chance), _LEAST, 1 - _LEAST)
        aim = groups.mean(recorded)
        return -jnp.mean(aim * jnp.log(found) + (1 - aim) * jnp.log1p(-found))


class NoiseCorrelationTerm(StatisticTerm):
    """Squared distance of noise covariances, of all pairs of neurons and several lags.

    Parameters
    ----------
    weight : float
        Default 50; with "rao-blackwell" take 500 to 1000.
    n_lags : int
        Lags 0, 1, ... bins. Default 9.
    estimator : {"official", "rao-blackwell"}
        The model's covariance: of probabilities, as published; or of probabilities now and spikes before, without the
        variances in the same bin, which is the covariance of spikes but for sampling. Default "official".
    circular : bool
        Whether the last bins of a trial come before its first ones, as published: harmless where trials are long.
        Default True.
    """

    weight: AtLeastZero | Float[Array, ""] = 50.0
    n_lags: Count = eqx.field(static=True, default=9)
    estimator: Literal["official", "rao-blackwell"] = eqx.field(static=True, default="official")
    circular: bool = eqx.field(static=True, default=True)

    def __call__(self, activity: GLMActivity, recorded: Array, groups: TrialGroups) -> Array:
        """Return the mean over lags and pairs."""
        seen = activity.of(slice(recorded.shape[-1]))
        spikes, chance = recorded - groups.mean(recorded), seen.probabilities - groups.mean(seen.probabilities)
        direct = self.estimator == "rao-blackwell"
        before = seen.spikes - groups.mean(seen.spikes) if direct else chance
        total = jnp.zeros((), recorded.dtype)
        for lag in range(self.n_lags):
            past = chance if lag == 0 else before
            gap = cross_covariance(spikes, spikes, lag, self.circular)
            gap = gap - cross_covariance(chance, past, lag, self.circular)
            if direct and lag == 0:
                gap = gap * (1 - jnp.eye(len(gap), dtype=gap.dtype))
            total = total + jnp.mean(gap**2)
        return total / self.n_lags


class HiddenRateTerm(StatisticTerm):
    """Squared distance of the hidden neurons' rates from a target, which keeps them from falling silent.

    Parameters
    ----------
    weight : float
        Default 0.001.
    target : float
        Spikes per bin. Default 0.17.
    """

    weight: AtLeastZero | Float[Array, ""] = 0.001
    target: Fraction | Float[Array, ""] = 0.17

    @property
    def averages_trials(self) -> bool:
        """No."""
        return False

    @property
    def samples(self) -> bool:
        """No: the rates are those of the run on recorded pasts, where nothing else has to be sampled."""
        return False

    def __call__(self, activity: GLMActivity, recorded: Array, groups: TrialGroups) -> Array:
        """Return the mean over hidden neurons; 0 where there is none."""
        hidden = activity.spikes[..., recorded.shape[-1] :]
        if not hidden.shape[-1]:
            return jnp.zeros((), recorded.dtype)
        return jnp.mean((jnp.mean(hidden, axis=(0, 1)) - self.target) ** 2)


class AutocorrelationTerm(MatchedStatistic):
    """Squared distance of the autocovariances of the population's mean activity: an example of a further statistic.

    Parameters
    ----------
    weight : float
        Default 1000: the mean over many neurons varies little.
    n_lags : int
        Lags 0, 1, ... bins. Default 10.
    circular : bool
        Whether the last bins of a trial come before its first ones. Default False.
    """

    weight: AtLeastZero | Float[Array, ""] = 1000.0
    n_lags: Count = eqx.field(static=True, default=10)
    circular: bool = eqx.field(static=True, default=False)

    @property
    def averages_trials(self) -> bool:
        """No."""
        return False

    def statistic(self, spikes: Float[Array, "trials bins recorded"], groups: TrialGroups) -> Float[Array, " lags"]:
        """Return the autocovariance at each lag, of the stimulus and of noise together."""
        mean = jnp.mean(spikes, axis=2, keepdims=True)
        own = mean - jnp.mean(mean)
        return jnp.stack([cross_covariance(own, own, lag, self.circular)[0, 0] for lag in range(self.n_lags)])


def published_terms(n_lags: int = 9, n_hidden: int = 0) -> tuple[StatisticTerm, ...]:
    """Return the terms of the published program with its weights.

    Parameters
    ----------
    n_lags : int, default 9
        Lags of the noise covariances.
    n_hidden : int, default 0
        Number of hidden neurons, whose rates are a term if there are any.

    Examples
    --------
    >>> [term.weight for term in published_terms(n_hidden=2)]
    [0.1, 50.0, 0.001]
    """
    hidden = (HiddenRateTerm(),) if n_hidden else ()
    return PSTHTerm(), NoiseCorrelationTerm(n_lags=n_lags), *hidden
