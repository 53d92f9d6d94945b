r"""Populations of finite size in few variables: the fraction of each that fires in a bin, and the ages of its neurons.

A cohort are the neurons of a population that fired last in the same bin. Cohort k, which fired k + 1 bins ago, has one
potential :math:`V_k` and one survival :math:`S_k`; with :math:`m_k = S_k Z_{t-1-k}` and :math:`v_k = (1 - S_k) m_k`

.. math::

    P_k &= 1 - e^{-\lambda_k \Delta t}, \quad \lambda_k = e^{V_k - \vartheta}, \quad
    \Lambda = \sum_k v_k P_k \Big/ \sum_k v_k \\
    \bar Z_t &= \sum_k m_k P_k + \Lambda \Big(1 - \sum_k m_k\Big), \qquad Z_t \sim N(\bar Z_t, \bar Z_t / N) .

Over one bin potentials relax exactly (``"exp"``) or by a forward Euler step (``"euler"``, as the authors' program does,
which at bins of 4 ms moves the fixed points).

Source: T. Schwalger, M. Deger, W. Gerstner, PLoS Comput Biol 13:e1005507, 2017; S. Wang, V. Schmutz, G. Bellec,
W. Gerstner, NeurIPS 2022, arXiv:2205.13493.
"""

import math
from typing import Literal, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from bouton._checked import Checked
from bouton._fields import Count, Positive
from bouton.dynamics.populations import PopulationValues

__all__ = [
    "FLOOR",
    "AgeBins",
    "MesoscopicState",
    "expected_fractions",
    "hazard",
    "shifted",
    "stationary_state",
]

FLOOR = 0.1
"""Rate in Hz whose variance is added to that of a fraction, so that a density of it exists where nobody fires."""
_HIGHEST, _SILENT = 20.0, math.log(1e-8)


class AgeBins(Checked):
    """How time and age are divided.

    Parameters
    ----------
    time_step : float
        Length of a bin, in ms. Default 4.
    refractory_time : float
        For which a neuron is held after a spike, in ms. Default 4.
    n_ages : int
        How many bins since the last spike are told apart. Default 250.
    scheme : {"exp", "euler"}
        How potentials go on over a bin. Default "exp".

    Examples
    --------
    >>> AgeBins().held
    1
    """

    time_step: Positive = eqx.field(static=True, default=4.0)
    refractory_time: float = eqx.field(static=True, default=4.0)
    n_ages: Count = eqx.field(static=True, default=250)
    scheme: Literal["exp", "euler"] = eqx.field(static=True, default="exp")

    @property
    def seconds(self) -> float:
        """Length of a bin in s."""
        return 1e-3 * self.time_step

    @property
    def held(self) -> int:
        """Bins after that of the spike in which a neuron is still refractory: those of age k with k dt < t_ref."""
        return max(math.ceil(self.refractory_time / self.time_step - 1e-9), 0)

    def decay(self, membrane_rates: Float[Array, " populations"]) -> Float[Array, " populations"]:
        """Return what is left of a distance from rest after one bin."""
        step = membrane_rates * self.seconds
        return 1 - step if self.scheme == "euler" else jnp.exp(-step)

    def decayed(self, membrane_rates: Float[Array, "..."], bins: Array) -> Float[Array, "..."]:
        """Return what is left after several bins."""
        step = membrane_rates * self.seconds
        return jnp.exp(bins.astype(step.dtype) * (jnp.log1p(-step) if self.scheme == "euler" else -step))


class MesoscopicState(NamedTuple):
    """What populations need to go on."""

    synaptic: Float[Array, " populations"]
    """Low-passed rates in Hz."""
    membrane: Float[Array, "populations ages"]
    survival: Float[Array, "populations ages"]
    fractions: Float[Array, "populations ages"]
    """Of each population that fired so many bins ago, the last bin first."""


def hazard(distance: Float[Array, "*shape"], free: Bool[Array, "..."]) -> Float[Array, "*shape"]:
    """Return the rate of firing in Hz at a distance from the threshold; next to nothing where not `free`."""
    return jnp.exp(jnp.where(free, jnp.minimum(distance, _HIGHEST), _SILENT))


def stationary_state(values: PopulationValues, bins: AgeBins, rates: Float[Array, " populations"]) -> MesoscopicState:
    """Return populations that have fired at given rates, in Hz, for ever."""
    at_rest = values.drives + rates @ values.couplings / values.membrane_rates
    since = jnp.arange(bins.n_ages) - bins.held  # of the bin before: whose potentials and survivals these are
    left = bins.decayed(values.membrane_rates[:, None], jnp.maximum(since + 1, 0)[None])
    membrane = at_rest[:, None] * (1 - left)
    before = jnp.pad(membrane[:, :-1], ((0, 0), (1, 0)))
    chance = -jnp.expm1(-bins.seconds * hazard(membrane - values.thresholds[:, None], (since >= 0)[None]))
    survival = jnp.pad(jnp.cumprod(1 - chance, axis=1)[:, :-1], ((0, 0), (1, 0)), constant_values=1)
    fractions = jnp.broadcast_to((rates * bins.seconds)[:, None], membrane.shape)
    return MesoscopicState(rates, before, survival, fractions)


def expected_fractions(
    values: PopulationValues, bins: AgeBins, state: MesoscopicState, external: Float[Array, " populations"]
) -> tuple[MesoscopicState, Float[Array, " populations"], Float[Array, " populations"]]:
    """Go on over a bin, up to who fires in it.

    Parameters
    ----------
    values : PopulationValues
        The parameters.
    bins : AgeBins
        How time is divided.
    state : MesoscopicState
        After the bin before.
    external : array (populations,)
        External drive, in units of the noise's width per s.

    Returns
    -------
    state : MesoscopicState
        With survivals at the end of the bin, ages not yet shifted.
    fraction : array (populations,)
        Expected to fire.
    missing : array (populations,)
        1 less the sum of all cohorts.
    """
    kept = jnp.exp(-values.synaptic_rates * bins.seconds)
    synaptic = kept * state.synaptic + (1 - kept) * state.fractions[:, 0] / bins.seconds
    rest = values.drives + (synaptic @ values.couplings + external) / values.membrane_rates
    free = (jnp.arange(bins.n_ages) >= bins.held)[None]
    membrane = rest[:, None] + (state.membrane - rest[:, None]) * bins.decay(values.membrane_rates)[:, None]
    membrane = jnp.where(free, membrane, 0)
    chance = -jnp.expm1(-bins.seconds * hazard(membrane - values.thresholds[:, None], free))
    mass = state.survival * state.fractions
    variance = (1 - state.survival) * mass
    total = jnp.sum(variance, axis=1)
    mean = jnp.sum(variance * chance, axis=1) / jnp.where(total > 0, total, 1)
    missing = 1 - jnp.sum(mass, axis=1)
    fraction = jnp.clip(jnp.sum(mass * chance, axis=1) + mean * missing, 0, 1)
    return MesoscopicState(synaptic, membrane, state.survival * (1 - chance), state.fractions), fraction, missing


def shifted(state: MesoscopicState, fractions: Float[Array, " populations"]) -> MesoscopicState:
    """Return the state one bin older, with those who fired as the youngest cohort."""

    def older(of_ages: Array, youngest: Array) -> Array:
        return jnp.concatenate([youngest[:, None], of_ages[:, :-1]], axis=1)

    zero = jnp.zeros_like(fractions)
    return MesoscopicState(
        state.synaptic,
        older(state.membrane, zero),
        older(state.survival, zero + 1),
        older(state.fractions, fractions),
    )
