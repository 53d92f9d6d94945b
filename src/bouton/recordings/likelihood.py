r"""The joint likelihood of recorded spikes y and latent fractions Z, for all bins at once.

.. math:: \ln p(y, Z) = \sum_t \ln p(y_t | y_{<t}, Z_{<t}) + \ln p(Z_t | Z_{<t})

Where all fractions are given, nothing needs to go on from bin to bin but the potential u of a neuron that never fires:
a neuron that was released from its refractory time j bins ago has :math:`V_t = u_t - \alpha^j u_{t-j}`, with
:math:`\alpha` what is left of a potential after one bin. So the loop is over ages, each step of it over all bins; only
u and the synapses are filtered in time. The result is that of `bouton.dynamics.mesoscopic`, step by step.

Source: S. Wang, V. Schmutz, G. Bellec, W. Gerstner, NeurIPS 2022, arXiv:2205.13493, equation 4.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from bouton.dynamics import AgeBins, PopulationValues, spike_log_likelihood
from bouton.dynamics.mesoscopic import FLOOR, hazard

__all__ = ["Past", "RecordedTrial", "expected_series", "fraction_log_likelihood", "log_likelihoods", "spike_rates"]


class Past(NamedTuple):
    """What is known of the time before a trial; before that, populations are taken to have been stationary."""

    fractions: Float[Array, "populations ages"]
    """That fired in the bins before, the last one at the end."""
    rates: Float[Array, " populations"]
    """In Hz: where synapses start from, and potentials by them."""


class RecordedTrial(NamedTuple):
    """What is given of one trial."""

    past: Past
    external: Float[Array, "populations bins"]
    """External drive, in units of the noise's width per s."""
    spikes: Bool[Array, "neurons bins"]
    released: Int[Array, "neurons bins"]
    """For how many bins each neuron has been out of its refractory time; not positive while it is in it."""
    labels: Int[Array, " neurons"]
    """Population of each neuron."""


class _Free(NamedTuple):
    """The potential of neurons that never fire."""

    potential: Float[Array, "populations bins"]
    padded: Float[Array, "populations all"]
    """With as many bins before the trial as there are ages."""
    rest: Float[Array, " populations"]
    """Before the trial."""


def _free_potential(values: PopulationValues, bins: AgeBins, latents: Array, past: Past, external: Array) -> _Free:
    kept = jnp.exp(-values.synaptic_rates * bins.seconds)
    left = bins.decay(values.membrane_rates)
    rest = values.drives + past.rates @ values.couplings / values.membrane_rates
    rates = jnp.concatenate([past.fractions[:, -1:], latents[:, :-1]], axis=1) / bins.seconds

    def one(carry: tuple[Array, Array], now: tuple[Array, Array]) -> tuple[tuple[Array, Array], Array]:
        synaptic, potential = carry
        rate, drive = now
        synaptic = kept * synaptic + (1 - kept) * rate
        towards = values.drives + (synaptic @ values.couplings + drive) / values.membrane_rates
        potential = towards + (potential - towards) * left
        return (synaptic, potential), potential

    _, potential = lax.scan(one, (past.rates, rest), (rates.T, external.T))
    before = jnp.broadcast_to(rest[:, None], (rest.shape[0], bins.n_ages))
    return _Free(potential.T, jnp.concatenate([before, potential.T], axis=1), rest)


def expected_series(
    values: PopulationValues,
    bins: AgeBins,
    latents: Float[Array, "populations bins"],
    past: Past,
    external: Float[Array, "populations bins"],
) -> tuple[Float[Array, "populations bins"], Float[Array, "populations bins"]]:
    """Return the fraction that is expected to fire in each bin given all before, and 1 less the sum of all cohorts.

    Parameters
    ----------
    values : PopulationValues
        The parameters.
    bins : AgeBins
        How time is divided.
    latents : array (populations, bins)
        Fractions that fire in each bin.
    past : Past
        Before the first bin.
    external : array (populations, bins)
        External drive, in units of the noise's width per s.
    """
    free = _free_potential(values, bins, latents, past, external)
    return _expected(values, bins, latents, past, free)


def _expected(
    values: PopulationValues, bins: AgeBins, latents: Array, past: Past, free: _Free, single: bool = False
) -> tuple[Array, Array]:
    n_bins, ages, wide = latents.shape[1], bins.n_ages, latents.dtype
    if single:
        values, latents, past, free = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), (values, latents, past, free))
    fired = jnp.concatenate([past.fractions, latents], axis=1)
    rate, threshold = values.membrane_rates[:, None], values.thresholds[:, None]
    rest = free.rest[:, None]

    @jax.checkpoint
    def cohort(
        survival: Array, stationary: Array, mass: Array, before: Array, released: Array
    ) -> tuple[Array, Array, tuple[Array, Array, Array, Array]]:
        left, loose = bins.decayed(rate, jnp.maximum(released, 0)), released > 0
        # What is lost of small probabilities is far below one neuron, and `expm1` would take half as long again.
        stays = jnp.exp(-bins.seconds * hazard(free.potential - left * before - threshold, loose))
        alone = stationary * jnp.exp(-bins.seconds * hazard(rest * (1 - left) - threshold, loose))
        mass = survival * mass
        variance = (1 - survival) * mass
        after = jnp.concatenate([alone, (survival * stays)[:, :-1]], axis=1)
        return after, alone, (mass, mass * (1 - stays), variance, variance * (1 - stays))

    def one(carry: tuple, age: Array) -> tuple[tuple, None]:
        survival, stationary, *sums = carry
        released = age + 1 - bins.held
        mass = lax.dynamic_slice_in_dim(fired, ages - 1 - age, n_bins, 1)
        before = lax.dynamic_slice_in_dim(free.padded, ages - jnp.maximum(released, 0), n_bins, 1)
        survival, stationary, parts = cohort(survival, stationary, mass, before, released)
        return (
            survival,
            stationary,
            *(total + part.astype(wide) for total, part in zip(sums, parts, strict=True)),
        ), None

    start = (jnp.ones_like(latents), jnp.ones_like(rest), *(jnp.zeros(latents.shape, wide) for _ in range(4)))
    (_, _, mass, firing, variance, uncertain), _ = lax.scan(one, start, jnp.arange(ages))
    mean = jnp.where(variance > 0, uncertain / jnp.where(variance > 0, variance, 1), 0)
    return jnp.clip(firing + mean * (1 - mass), 0, 1), 1 - mass


def fraction_log_likelihood(
    latents: Float[Array, "populations bins"],
    expected: Float[Array, "populations bins"],
    sizes: Float[Array, " populations"],
    bins: AgeBins,
) -> Float[Array, "populations bins"]:
    """Return the log density of each fraction around what was expected."""
    variance = (expected + FLOOR * bins.seconds) / sizes[:, None]
    return -0.5 * ((latents - expected) ** 2 / variance + jnp.log(variance) + jnp.log(2 * jnp.pi))


def spike_rates(
    values: PopulationValues, bins: AgeBins, potential: Array, padded: Array, trial: RecordedTrial
) -> Float[Array, "neurons bins"]:
    """Return the rate of firing of each recorded neuron in each bin, in Hz, from the potential of silent neurons."""
    own, n_bins = trial.labels[:, None], potential.shape[1]
    until = bins.n_ages + jnp.arange(n_bins, dtype=trial.released.dtype)[None]
    released = jnp.clip(trial.released, 0, until)
    left = bins.decayed(values.membrane_rates[own], released)
    before = padded[own, until - released]
    return hazard(potential[trial.labels] - left * before - values.thresholds[own], trial.released > 0)


def log_likelihoods(
    values: PopulationValues,
    bins: AgeBins,
    latents: Float[Array, "populations bins"],
    trial: RecordedTrial,
    single: bool = False,
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Return the log likelihoods of the spikes and of the latent fractions of one trial, each given all before.

    Parameters
    ----------
    values : PopulationValues
        The parameters.
    bins : AgeBins
        How time is divided.
    latents : array (populations, bins)
        Fractions that fire in each bin.
    trial : RecordedTrial
        What is given.
    single : bool, default False
        Whether cohorts are computed in single precision and only summed in that of the latents: five times faster, and
        right to about 1e-7.
    """
    free = _free_potential(values, bins, latents, trial.past, trial.external)
    expected, _ = _expected(values, bins, latents, trial.past, free, single)
    rates = spike_rates(values, bins, free.potential, free.padded, trial)
    of_spikes = spike_log_likelihood(rates, trial.spikes, bins.time_step)
    return of_spikes, jnp.sum(fraction_log_likelihood(latents, expected, values.sizes, bins))
