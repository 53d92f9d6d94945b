r"""Networks of populations that run freely: neuron by neuron, and in terms of the fractions that fire.

Microscopic: every neuron has a potential of its own, of which it knows the populations' low-passed rates alone;
:math:`V \leftarrow (1 - \alpha) E + \alpha V + \Delta t\, (s J + I)`, it fires with probability
:math:`1 - e^{-\lambda \Delta t}`. Mesoscopic: see `bouton.dynamics.mesoscopic`.

Source: S. Wang, V. Schmutz, G. Bellec, W. Gerstner, NeurIPS 2022, arXiv:2205.13493, and its published program.
"""

import itertools
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import Positive
from bouton.dynamics import AgeBins, MesoscopicState, Populations, spike_probability
from bouton.dynamics.mesoscopic import expected_fractions, hazard, shifted, stationary_state
from bouton.dynamics.populations import as_tuple
from bouton.engine import Circuit

__all__ = [
    "MesoscopicInfo",
    "MesoscopicNetwork",
    "MicroscopicInfo",
    "MicroscopicNetwork",
    "MicroscopicState",
    "winner_take_all",
]


def winner_take_all(**changes: Any) -> Populations:
    """Return the paper's network: two excitatory populations that compete through an inhibitory one.

    Parameters
    ----------
    **changes
        Fields of `Populations` that differ.

    Examples
    --------
    >>> winner_take_all().sizes
    (400, 400, 200)
    """
    own: dict[str, Any] = {
        "sizes": (400, 400, 200),
        "couplings": ((9.984, 0.0, 9.984), (0.0, 9.984, 9.984), (-19.968, -19.968, -19.968)),
        "drives": (14.4,) * 3,
        "thresholds": (6 - float(np.log(10)),) * 3,
        "membrane_rates": (50.0,) * 3,
        "synaptic_rates": (1000 / 3, 1000 / 3, 500 / 3),
    }
    return Populations(**(own | changes))


class MesoscopicInfo(NamedTuple):
    """What one may look at."""

    fractions: Float[Array, " populations"]
    expected: Float[Array, " populations"]
    missing: Float[Array, " populations"]
    """1 less the sum of all cohorts: what finite size has lost or gained."""


class MesoscopicNetwork(Circuit[MesoscopicState, MesoscopicInfo]):
    """Populations in terms of the fractions that fire in each bin; an event is the external drive in a bin.

    Parameters
    ----------
    populations : Populations
        The network.
    bins : AgeBins, optional
        How time and age are divided. Default: bins of 4 ms, 250 ages, and the refractory time of the populations.
    rates : tuple of float, optional
        At which populations fired before the first bin, in Hz. Default: 5 Hz each.

    Raises
    ------
    InputError
        If a value is out of its range.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.recordings import MesoscopicNetwork, winner_take_all
    >>> network = MesoscopicNetwork(winner_take_all(), rates=(5.0, 20.0, 25.0))
    >>> run = bouton.run(network, np.zeros((500, 3)), key=jax.random.key(0), record={"fractions": 1})
    >>> 20 < float(run.recordings["fractions"].values[:, 2].mean() / 0.004) < 30
    True
    """

    populations: Populations
    bins: AgeBins = AgeBins()
    rates: tuple[Positive, ...] | None = eqx.field(default=None, converter=as_tuple)

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """The external drive of each population, in units of the noise's width per s."""
        return jax.ShapeDtypeStruct((self.populations.count,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> MesoscopicState:
        """Return stationary populations."""
        rates = jnp.asarray(self.rates or (5.0,) * self.populations.count, float)
        return stationary_state(self.populations.values, self.bins, rates)

    def respond(self, state: MesoscopicState, x: Float[Array, " populations"]) -> Float[Array, " populations"]:
        """Return the fractions that are expected to fire."""
        return expected_fractions(self.populations.values, self.bins, state, x)[1]

    def step(
        self, key: PRNGKeyArray, state: MesoscopicState, x: Float[Array, " populations"]
    ) -> tuple[MesoscopicState, MesoscopicInfo]:
        """Go on over a bin."""
        values = self.populations.values
        state, expected, missing = expected_fractions(values, self.bins, state, x)
        noise = jax.random.normal(key, expected.shape, expected.dtype)
        fractions = jnp.maximum(expected + jnp.sqrt(expected / values.sizes) * noise, 0)
        return shifted(state, fractions), MesoscopicInfo(fractions, expected, missing)


class MicroscopicState(NamedTuple):
    """What neurons need to go on."""

    membrane: Float[Array, " neurons"]
    refractory: Int[Array, " neurons"]
    """Steps for which a neuron is still held."""
    synaptic: Float[Array, " populations"]
    fractions: Float[Array, " populations"]


class MicroscopicInfo(NamedTuple):
    """What one may look at."""

    fractions: Float[Array, " populations"]
    spikes: Bool[Array, " neurons"]


class MicroscopicNetwork(Circuit[MicroscopicState, MicroscopicInfo]):
    """Populations neuron by neuron; an event is the external drive in a time step.

    Parameters
    ----------
    populations : Populations
        The network.
    time_step : float
        In ms. Default 0.2.
    rates : tuple of float, optional
        At which populations fired before the first step, in Hz. Default: 5 Hz each.

    Raises
    ------
    InputError
        If a value is out of its range.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.recordings import MicroscopicNetwork, winner_take_all
    >>> network = MicroscopicNetwork(winner_take_all(), rates=(5.0, 20.0, 25.0))
    >>> run = bouton.run(network, np.zeros((2000, 3)), key=jax.random.key(0), record={"fractions": 1})
    >>> run.recordings["fractions"].values.shape
    (2000, 3)
    """

    populations: Populations
    time_step: Positive = eqx.field(static=True, default=0.2)
    rates: tuple[Positive, ...] | None = eqx.field(default=None, converter=as_tuple)

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """The external drive of each population, in units of the noise's width per s."""
        return jax.ShapeDtypeStruct((self.populations.count,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> MicroscopicState:
        """Return neurons whose ages are drawn as if they had fired at the given rates for ever."""
        values, own = self.populations.values, self.populations
        rates = jnp.asarray(self.rates or (5.0,) * own.count, float)
        finest = AgeBins(self.time_step, own.refractory_time, _ages(self.time_step), "exp")
        state = stationary_state(values, finest, rates)
        ends = np.cumsum((0, *own.sizes))
        membrane, held = [], []
        for number, (begin, end) in enumerate(itertools.pairwise(ends)):
            chosen = jax.random.fold_in(key, number)
            logits = jnp.log(jnp.maximum(state.survival[number], 1e-30))
            ages = jax.random.categorical(chosen, logits, shape=(end - begin,))
            membrane.append(state.membrane[number][ages])
            held.append(jnp.maximum(finest.held - ages, 0))
        refractory = jnp.concatenate(held).astype(jnp.int32)
        return MicroscopicState(jnp.concatenate(membrane), refractory, rates, rates * self.time_step * 1e-3)

    def _go_on(self, state: MicroscopicState, x: Array) -> tuple[Array, Array, Array]:
        """Return synapses, potentials, and the probability of each neuron to fire."""
        values, seconds = self.populations.values, 1e-3 * self.time_step
        kept, left = jnp.exp(-values.synaptic_rates * seconds), jnp.exp(-values.membrane_rates * seconds)
        synaptic = kept * state.synaptic + (1 - kept) * state.fractions / seconds
        towards = (1 - left) * values.drives + seconds * (synaptic @ values.couplings + x)
        free = state.refractory <= 0
        membrane = jnp.where(free, self._each(left) * state.membrane + self._each(towards), 0)
        rate = hazard(membrane - self._each(values.thresholds), free)
        return synaptic, membrane, spike_probability(rate, self.time_step)

    def respond(self, state: MicroscopicState, x: Float[Array, " populations"]) -> Float[Array, " neurons"]:
        """Return the probability of each neuron to fire."""
        return self._go_on(state, x)[2]

    def step(
        self, key: PRNGKeyArray, state: MicroscopicState, x: Float[Array, " populations"]
    ) -> tuple[MicroscopicState, MicroscopicInfo]:
        """Go on over a time step."""
        synaptic, membrane, chance = self._go_on(state, x)
        spikes = jax.random.uniform(key, chance.shape, chance.dtype) < chance
        ends = np.cumsum((0, *self.populations.sizes))
        counts = spikes.astype(chance.dtype)
        fractions = jnp.stack([jnp.mean(counts[a:b]) for a, b in itertools.pairwise(ends)])
        steps = AgeBins(self.time_step, self.populations.refractory_time).held
        refractory = jnp.where(spikes, steps, jnp.maximum(state.refractory - 1, 0)).astype(jnp.int32)
        membrane = jnp.where(spikes, 0, membrane)
        return MicroscopicState(membrane, refractory, synaptic, fractions), MicroscopicInfo(fractions, spikes)

    def _each(self, of_populations: Array) -> Array:
        """Return a value of each population for each of its neurons."""
        sizes = self.populations.sizes
        return jnp.repeat(of_populations, np.array(sizes), total_repeat_length=sum(sizes))


def _ages(time_step: float) -> int:
    return max(round(1000 / time_step), 1)
