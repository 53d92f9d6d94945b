r"""The fit of a mesoscopic model to recorded spikes: parameters given the latents and latents given them, in turns.

An event is one evaluation of the loss with its gradient, by all parameters and all latents; what it is used for
depends on the phase.

* M: a step of a search in the box of the parameters (`bouton.recordings.box`), until that is finished.
* E: a step of Adam on the latent fractions, clipped to :math:`[10^{-5}, 1]`, that keeps those at which both terms of
  the loss were lowest, and ends after `patience` steps without any. That both must fall is what stops the fit in time:
  the sum alone falls for ever, towards latents that are too smooth and couplings that are too strong.
* Done: after `rounds` of both, or where an M-step takes no more than one step or an E-step improves nothing; what comes
  then costs nothing.

The loss is :math:`-\ln p(y, Z) / (B T M)` for B trials of T bins and M populations.

Source: S. Wang, V. Schmutz, G. Bellec, W. Gerstner, NeurIPS 2022, arXiv:2205.13493, "Baum-Viterbi", and its program.
"""

from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import Count, Rate, check_fields
from bouton.dynamics import AgeBins
from bouton.engine import Circuit, start_from
from bouton.errors import InputError
from bouton.recordings._arrays import as_flags, as_single, as_whole
from bouton.recordings.box import next_point, start_search
from bouton.recordings.fit_state import DONE, E_STEP, M_STEP, MesoscopicFitInfo, MesoscopicFitState
from bouton.recordings.likelihood import Past, RecordedTrial, log_likelihoods
from bouton.recordings.parameters import FreeParameters

__all__ = ["MesoscopicFit"]

_LEAST = 1e-5
_DECAYS, _TINY = (0.9, 0.999), 1e-8
_FLAT = {"single": 5e-8, "double": 2e-9}
"""What a step must bring: not less than rounding."""


class MesoscopicFit(Circuit[MesoscopicFitState, MesoscopicFitInfo]):
    """The fit of a mesoscopic model to recorded spikes; `NeuLVM` makes one of a recording.

    Parameters
    ----------
    free : FreeParameters
        What is fitted.
    bins : AgeBins
        How time and age are divided.
    spikes : array of bool (trials, neurons, bins)
        What was recorded.
    released : array of int (trials, neurons, bins)
        For how many bins each neuron has been out of its refractory time.
    labels : array of int (neurons,)
        Population of each neuron.
    external : array (trials, populations, bins)
        External drive, in units of the noise's width per s.
    rates : array (trials, populations)
        Before each trial, in Hz.
    smoothed : array (trials, populations, bins)
        Latent fractions to begin with.
    infers : bool
        Whether latents are inferred; else they are taken as given, and there is one M-step. Default True.
    precision : {"single", "double"}
        Of cohorts; sums are in the precision of the state. Default "single".
    learning_rate : float
        Of Adam. Default 0.001.
    search_steps, latent_steps : int
        Most steps of an M-step and of an E-step. Default 200 each.
    patience : int
        Steps in vain after which an E-step ends. Default 3.
    rounds : int
        Most M-steps and E-steps. Default 20.

    Raises
    ------
    InputError
        If sizes do not fit.
    """

    free: FreeParameters
    bins: AgeBins
    spikes: Bool[Array, "trials neurons bins"] = eqx.field(converter=as_flags)
    released: Int[Array, "trials neurons bins"] = eqx.field(converter=as_whole)
    labels: Int[Array, " neurons"] = eqx.field(converter=as_whole)
    external: Float[Array, "trials populations bins"] = eqx.field(converter=as_single)
    rates: Float[Array, "trials populations"] = eqx.field(converter=as_single)
    smoothed: Float[Array, "trials populations bins"] = eqx.field(converter=as_single)
    infers: bool = True
    precision: Literal["single", "double"] = eqx.field(static=True, default="single")
    learning_rate: Rate = 1e-3
    search_steps: Count = eqx.field(static=True, default=200)
    latent_steps: Count = eqx.field(static=True, default=200)
    patience: Count = eqx.field(static=True, default=3)
    rounds: Count = eqx.field(static=True, default=20)

    def __check_init__(self) -> None:
        check_fields(self)
        if np.ndim(self.spikes) != 3:
            raise InputError(f"spikes must have axes of trials, neurons and bins, got shape {np.shape(self.spikes)}")
        trials, neurons, bins = self.spikes.shape
        shapes = {
            "released": (trials, neurons, bins),
            "labels": (neurons,),
            "external": (trials, self.free.reference.count, bins),
            "rates": (trials, self.free.reference.count),
            "smoothed": (trials, self.free.reference.count, bins),
        }
        for name, shape in shapes.items():
            if np.shape(getattr(self, name)) != shape:
                raise InputError(f"{name} must have shape {shape}, got {np.shape(getattr(self, name))}")

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """The number of an evaluation, which changes nothing."""
        return jax.ShapeDtypeStruct((), jnp.int32)

    @property
    def longest(self) -> int:
        """Evaluations after which any fit is done, but for searches that shorten many steps."""
        return self.rounds * (2 * self.search_steps + self.latent_steps) if self.infers else 3 * self.search_steps

    def init(self, key: PRNGKeyArray) -> MesoscopicFitState:
        """Return parameters drawn from the box, and the latents to begin with."""
        kind, many = jnp.result_type(float), self.free.count
        point = jax.random.uniform(key, (many,), kind)
        latents = jnp.clip(jnp.asarray(self.smoothed, kind), _LEAST, 1)
        zero, none = jnp.zeros((), kind), jnp.zeros((), jnp.int32)
        moments = jnp.zeros_like(latents), jnp.zeros_like(latents)
        search = start_search(point, jnp.zeros((many, many), kind))
        lowest = jnp.zeros((2,), kind)
        phase = jnp.asarray(M_STEP, jnp.int32)
        return MesoscopicFitState(
            zero, zero, search, latents, *moments, latents, lowest, phase, none, none, none, none, none
        )

    def at(self, point: Any, key: PRNGKeyArray) -> MesoscopicFitState:
        """Return a start from which only latents are inferred, at given parameters in the unit box."""
        last = {"search.point": point, "search.trial": point, "phase": E_STEP, "round_": self.rounds - 1}
        return start_from(self, last, key=key)

    def losses(
        self, point: Float[Array, " parameters"], latents: Float[Array, "trials populations bins"]
    ) -> tuple[Float[Array, "2"], Float[Array, " parameters"], Float[Array, "trials populations bins"]]:
        """Return the losses of spikes and of latents, and the gradient of their sum by parameters and latents.

        Trials come one after the other: memory does not grow with their number, but for the latents themselves.
        """
        slopes = jax.grad(self._of_trial, (0, 1), has_aux=True)

        def one(carry: tuple[Array, Array], trial: tuple) -> tuple[tuple[Array, Array], Array]:
            (by_point, by_latents), both = slopes(point, trial[0], trial[1:], latents.size)
            return (carry[0] + both, carry[1] + by_point), by_latents

        start = jnp.zeros(2, latents.dtype), jnp.zeros_like(point)
        (both, by_point), by_latents = lax.scan(one, start, (latents, *self._given))
        return both, by_point, by_latents

    def loss(
        self, point: Float[Array, " parameters"], latents: Float[Array, "trials populations bins"]
    ) -> Float[Array, ""]:
        """Return the loss alone."""

        def one(total: Array, trial: tuple) -> tuple[Array, None]:
            return total + self._of_trial(point, trial[0], trial[1:], latents.size)[0], None

        return lax.scan(one, jnp.zeros((), latents.dtype), (latents, *self._given))[0]

    @property
    def _given(self) -> tuple[Array, Array, Array, Array]:
        return self.spikes, self.released, self.external, self.rates

    def _of_trial(self, point: Array, latents: Array, given: tuple, size: int) -> tuple[Array, Array]:
        """Return what a trial adds to the loss, and the parts of spikes and of latents."""
        spikes, released, external, rates = given
        kind, single = latents.dtype, self.precision == "single"
        past = jnp.broadcast_to((rates * self.bins.seconds)[:, None], (len(rates), self.bins.n_ages)).astype(kind)
        trial = RecordedTrial(Past(past, rates.astype(kind)), external.astype(kind), spikes, released, self.labels)
        both = -jnp.stack(log_likelihoods(self.free.values(point), self.bins, latents, trial, single)) / size
        return jnp.sum(both), both

    def respond(self, state: MesoscopicFitState, x: Int[Array, ""]) -> Float[Array, " parameters"]:
        """Return the parameters."""
        return self.free.numbers(state.search.point)

    def step(
        self, key: PRNGKeyArray, state: MesoscopicFitState, x: Int[Array, ""]
    ) -> tuple[MesoscopicFitState, MesoscopicFitInfo]:
        """Evaluate the loss, and take a step of the phase that the fit is in."""
        numbers = self.free.numbers(state.search.trial)
        state = lax.cond(state.phase == DONE, lambda own: own, lambda own: self._evaluated(own), state)
        total = state.spikes_loss + state.latents_loss
        info = MesoscopicFitInfo(total, state.spikes_loss, state.latents_loss, numbers, state.phase, state.round_)
        return state, info

    def _evaluated(self, state: MesoscopicFitState) -> MesoscopicFitState:
        both, by_point, by_latents = self.losses(state.search.trial, state.latents)
        state = state._replace(spikes_loss=both[0], latents_loss=both[1])
        searching = state.phase == M_STEP
        searched, inferred = self._searched(state, both, by_point), self._inferred(state, both, by_latents)
        return jax.tree.map(lambda one, other: jnp.where(searching, one, other), searched, inferred)

    def _searched(self, state: MesoscopicFitState, both: Array, gradient: Array) -> MesoscopicFitState:
        search = next_point(state.search, jnp.sum(both), gradient, self.search_steps, _FLAT[self.precision])
        # What is evaluated after a search is its best point.
        search = search._replace(trial=jnp.where(search.finished, search.point, search.trial))
        stuck = (search.iterations <= 1) & (state.round_ > 0)
        after = jnp.where(stuck | jnp.logical_not(self.infers), DONE, E_STEP)
        none = jnp.zeros((), jnp.int32)
        return state._replace(
            search=search,
            phase=jnp.where(search.finished, after, state.phase).astype(jnp.int32),
            tried=none, in_vain=none, improvements=none, kept=state.latents,
        )  # fmt: skip

    def _inferred(self, state: MesoscopicFitState, both: Array, gradient: Array) -> MesoscopicFitState:
        first = state.tried == 0
        better = ~first & jnp.all(both < state.lowest)
        kept = jnp.where(better | first, state.latents, state.kept)
        lowest = jnp.where(better | first, both, state.lowest)
        in_vain = jnp.where(better | first, 0, state.in_vain + 1)
        improvements = state.improvements + better.astype(jnp.int32)
        ended = (in_vain >= self.patience) | (state.tried >= self.latent_steps)
        slope = jnp.where(jnp.isfinite(gradient), gradient, 0)
        steps = state.adam_steps + 1
        moment = _DECAYS[0] * state.first_moment + (1 - _DECAYS[0]) * slope
        power = _DECAYS[1] * state.second_moment + (1 - _DECAYS[1]) * slope**2
        up, down = (1 - decay ** steps.astype(slope.dtype) for decay in _DECAYS)
        move = self.learning_rate * (moment / up) / (jnp.sqrt(power / down) + _TINY)
        latents = jnp.where(ended, kept, jnp.clip(state.latents - move, _LEAST, 1))
        over = (improvements == 0) | (state.round_ + 1 >= self.rounds)
        search = start_search(state.search.point, state.search.curvature)
        return state._replace(
            search=jax.tree.map(lambda new, old: jnp.where(ended, new, old), search, state.search),
            latents=latents,
            first_moment=jnp.where(ended, state.first_moment, moment),
            second_moment=jnp.where(ended, state.second_moment, power),
            kept=kept,
            lowest=lowest,
            phase=jnp.where(ended, jnp.where(over, DONE, M_STEP), E_STEP).astype(jnp.int32),
            round_=state.round_ + ended.astype(jnp.int32),
            tried=state.tried + 1,
            in_vain=in_vain.astype(jnp.int32),
            improvements=improvements.astype(jnp.int32),
            adam_steps=jnp.where(ended, state.adam_steps, steps).astype(jnp.int32),
        )

    def summary(self, state: MesoscopicFitState) -> dict[str, Any]:
        """Return the loss and the number of the round."""
        return {"loss": float(state.spikes_loss + state.latents_loss), "round": int(state.round_)}
