r"""The fit of a spiking network to recorded trials: the likelihood of spikes, and statistics of what it does by itself.

An event is a mini-batch of trials. Two passes: one in which all see the recorded past, for the likelihood

.. math:: L = w \langle \ln(1 + e^{v}) - z^D v \rangle + \sum_s w_s L_s,

and one in which the network runs by itself, for the statistics :math:`L_s` (`bouton.recordings.statistic_terms`). With
hidden neurons the first term is an estimate of an upper bound, from one sample of them. Gradients of each array of
parameters are clipped to a norm, and Adam takes a step.

Whenever the mean loss of the last epoch is the lowest so far, the loss of the validation trials is evaluated; kept are
the parameters at which that was lowest.

Source: G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, NeurIPS 2021, arXiv:2106.10064, and its program.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive, Rate, Whole, check_fields
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Adam, DescentPace
from bouton.plasticity.rates.descent import descended
from bouton.recordings._arrays import as_flags, as_single, as_whole
from bouton.recordings.spiking_glm import GLMParameters, SpikingGLM
from bouton.recordings.statistic_terms import StatisticTerm
from bouton.recordings.stimulus_features import StimulusFeatures
from bouton.recordings.trial_groups import TrialGroups

__all__ = ["SampleAndMeasureFit", "SampleAndMeasureInfo", "SampleAndMeasureState", "split_options"]


class SampleAndMeasureState(NamedTuple):
    """What is needed to go on."""

    loss: Float[Array, ""]
    """Of the last mini-batch; first, so that a run that diverged names it."""
    parameters: GLMParameters
    first_moment: GLMParameters
    second_moment: GLMParameters
    best: GLMParameters
    """Those of the lowest loss of validation trials; without such trials, the last ones."""
    best_loss: Float[Array, ""]
    lowest: Float[Array, ""]
    """Mean loss of an epoch, the lowest so far."""
    recent: Float[Array, " batches"]
    """Losses of the last epoch."""
    n_updates: Int[Array, ""]
    n_validations: Int[Array, ""]


class SampleAndMeasureInfo(NamedTuple):
    """What one may look at."""

    loss: Float[Array, ""]
    likelihood_loss: Float[Array, ""]
    """Mean negative log likelihood of a bin of a neuron, in nats."""
    term_losses: Float[Array, " terms"]
    """Of each term, without its weight."""
    best_loss: Float[Array, ""]
    """Of the validation trials, the lowest so far."""


class SampleAndMeasureFit(Circuit[SampleAndMeasureState, SampleAndMeasureInfo]):
    """The fit of a spiking network to recorded trials; `SampleAndMeasure` makes one of a recording.

    Parameters
    ----------
    network : SpikingGLM
        What is fitted.
    spikes : array of bool (trials, bins, recorded)
        Trials to learn from, and after them those for validation.
    stimulus : array (conditions, bins, channels)
        What was shown in each condition.
    conditions : array of int (trials,)
        Number of the condition of each trial.
    terms : tuple of StatisticTerm
        Statistics. Default: none, the likelihood alone.
    likelihood_weight : float
        Default 0.4.
    features : StimulusFeatures, optional
        What the network is given of the stimulus. Default: the stimulus.
    n_validation : int
        How many of the last trials are for validation. Default 0.
    batch_size : int
        Trials of a mini-batch. Default 20.
    learning_rate : float
        Of Adam. Default 0.001.
    clip : float
        Largest norm of the gradient of each array of parameters. Default 1.
    start_scale : float
        Of the kernels between recorded neurons to begin with. Default 1.

    Raises
    ------
    InputError
        If sizes do not fit.
    """

    network: SpikingGLM
    spikes: Bool[Array, "trials bins recorded"] = eqx.field(converter=as_flags)
    stimulus: Float[Array, "conditions bins channels"] = eqx.field(converter=as_single)
    conditions: Int[Array, " trials"] = eqx.field(converter=as_whole)
    terms: tuple[StatisticTerm, ...] = ()
    likelihood_weight: AtLeastZero | Float[Array, ""] = 0.4
    features: StimulusFeatures | None = None
    n_validation: Whole = eqx.field(static=True, default=0)
    batch_size: Count = eqx.field(static=True, default=20)
    learning_rate: Rate | Float[Array, ""] = 1e-3
    clip: Positive | Float[Array, ""] = 1.0
    start_scale: Positive | Float[Array, ""] = 1.0

    def __check_init__(self) -> None:
        check_fields(self)
        for name, axes in (("spikes", 3), ("stimulus", 3), ("conditions", 1)):
            if np.ndim(getattr(self, name)) != axes:
                raise InputError(f"{name} must have {axes} axes, got shape {np.shape(getattr(self, name))}")
        trials, bins, recorded = self.spikes.shape
        if recorded != self.network.n_recorded:
            raise InputError(f"spikes must be of {self.network.n_recorded} recorded neurons, got {recorded}")
        if self.stimulus.shape[1] != bins:
            raise InputError(f"stimulus must have {bins} bins as spikes have, got {self.stimulus.shape[1]}")
        if len(self.conditions) != trials:
            raise InputError(f"conditions must hold one number for each of {trials} trials, got {len(self.conditions)}")
        if self.n_validation + self.batch_size > trials:
            raise InputError(
                f"batch_size and n_validation must not exceed the {trials} trials together, got {self.batch_size} and "
                f"{self.n_validation}"
            )

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """Numbers of the trials of a mini-batch."""
        return jax.ShapeDtypeStruct((self.batch_size,), jnp.int32)

    @property
    def within_conditions(self) -> bool:
        """Whether a mini-batch has to hold trials of one condition."""
        return any(term.averages_trials for term in self.terms)

    @property
    def n_training(self) -> int:
        """Number of trials to learn from."""
        return len(self.spikes) - self.n_validation

    def init(self, key: PRNGKeyArray) -> SampleAndMeasureState:
        """Return random parameters."""
        kind = jnp.result_type(float)
        _, bins, channels = self.stimulus.shape
        own = self.features
        given = jax.ShapeDtypeStruct((bins, channels), self.stimulus.dtype)
        n_features = channels if own is None else own.count(given)
        begin = None if own is None else jax.tree.map(lambda leaf: jnp.asarray(leaf, kind), own.parameters)
        parameters = self.network.start(key, n_features, begin, self.start_scale)
        none = jax.tree.map(jnp.zeros_like, parameters)
        zero, count = jnp.zeros((), kind), jnp.zeros((), jnp.int32)
        recent = jnp.zeros(max(self.n_training // self.batch_size, 1), kind)
        return SampleAndMeasureState(zero, parameters, none, none, parameters, zero, zero, recent, count, count)

    def losses(
        self, parameters: GLMParameters, trials: Int[Array, " batch"], key: PRNGKeyArray, mixed: bool = False
    ) -> tuple[Float[Array, ""], tuple[Float[Array, ""], Float[Array, " terms"]]]:
        """Return the loss of some trials, its likelihood part, and that of each term, these without their weights.

        Parameters
        ----------
        parameters : GLMParameters
            Of the network.
        trials : array of int (batch,)
            Their numbers.
        key : PRNG key
            Of all samples.
        mixed : bool
            Whether they may be of several conditions though terms average trials. Default False.
        """
        network, kind = self.network, parameters.bias.dtype
        spikes, drive = self.spikes[trials].astype(kind), self._drive(parameters, trials, mixed)
        shape, (forced_key, free_key) = spikes.shape[:2], jax.random.split(key)
        uniform = jax.random.uniform(forced_key, (*shape, network.n_hidden), kind)
        forced = network.run_forced(parameters, drive, spikes, uniform)
        seen = forced.potentials[..., : network.n_recorded]
        likelihood = jnp.mean(jax.nn.softplus(seen) - spikes * seen)
        activity = forced
        if any(term.samples for term in self.terms):
            uniform = jax.random.uniform(free_key, (*shape, network.n_neurons), kind)
            activity = network.run_free(parameters, drive, uniform)
        groups = TrialGroups(self.conditions[trials], len(self.stimulus) if mixed else 1)
        parts = [jnp.asarray(term(activity, spikes, groups), kind) for term in self.terms]
        total = self.likelihood_weight * likelihood
        for term, part in zip(self.terms, parts, strict=True):
            total = total + term.weight * part
        return total, (likelihood, jnp.stack(parts) if parts else jnp.zeros(0, kind))

    def _drive(self, parameters: GLMParameters, trials: Array, mixed: bool) -> Array:
        """Return the drive (bins, neurons) of one condition, or that of each trial."""
        alike = len(self.stimulus) == 1 or (self.within_conditions and not mixed)
        stimulus = self.stimulus[self.conditions[trials[0] if alike else trials]].astype(parameters.bias.dtype)
        own = self.features
        if own is not None:
            made = own if alike else jax.vmap(own, (None, 0))
            stimulus = made(parameters.features, stimulus)
        return self.network.drive(parameters, stimulus)

    def respond(self, state: SampleAndMeasureState, x: Int[Array, " batch"]) -> Float[Array, "batch bins recorded"]:
        """Return the probability of each spike of some trials, given the recorded past; hidden neurons are sampled."""
        parameters, spikes = state.parameters, self.spikes[x].astype(state.loss.dtype)
        uniform = jax.random.uniform(jax.random.key(0), (*spikes.shape[:2], self.network.n_hidden), spikes.dtype)
        forced = self.network.run_forced(parameters, self._drive(parameters, x, True), spikes, uniform)
        return forced.probabilities[..., : self.network.n_recorded]

    def step(
        self, key: PRNGKeyArray, state: SampleAndMeasureState, x: Int[Array, " batch"]
    ) -> tuple[SampleAndMeasureState, SampleAndMeasureInfo]:
        """Take one step of Adam, and evaluate validation trials where that is due."""
        own, validation = jax.random.split(key)
        slopes = jax.value_and_grad(self.losses, has_aux=True)
        (loss, (likelihood, parts)), gradient = slopes(state.parameters, x, own)
        count = state.n_updates + 1
        moved = self._moved(state, gradient, count)
        recent = state.recent.at[state.n_updates % len(state.recent)].set(loss)
        mean = jnp.mean(recent)
        due = (count >= len(recent)) & ((count == len(recent)) | (mean < state.lowest))
        state = state._replace(loss=loss, recent=recent, n_updates=count, **moved)
        state = state._replace(lowest=jnp.where(due, mean, state.lowest))
        state = self._validated(state, due, validation) if self.n_validation else state._replace(best=state.parameters)
        return state, SampleAndMeasureInfo(loss, likelihood, parts, state.best_loss)

    def _moved(self, state: SampleAndMeasureState, gradient: GLMParameters, count: Array) -> dict[str, GLMParameters]:
        def clipped(slope: Array) -> Array:
            norm = jnp.sqrt(jnp.sum(slope * slope))
            return -slope * (self.clip / jnp.maximum(norm, self.clip))

        pace = DescentPace(self.learning_rate, step=count.astype(state.loss.dtype))
        moments, change = (state.first_moment, state.second_moment), jax.tree.map(clipped, gradient)
        found = descended(Adam(), state.parameters, change, *moments, pace)
        return dict(zip(("parameters", "first_moment", "second_moment"), found, strict=True))

    def _validated(self, state: SampleAndMeasureState, due: Array, key: PRNGKeyArray) -> SampleAndMeasureState:
        trials = jnp.arange(self.n_training, len(self.spikes))

        def evaluated(state: SampleAndMeasureState) -> SampleAndMeasureState:
            found = self.losses(state.parameters, trials, key, mixed=True)[0]
            better = (found < state.best_loss) | (state.n_validations == 0)
            kept = jax.tree.map(lambda new, old: jnp.where(better, new, old), state.parameters, state.best)
            lowest = jnp.where(better, found, state.best_loss)
            return state._replace(best=kept, best_loss=lowest, n_validations=state.n_validations + 1)

        return lax.cond(due, evaluated, lambda state: state, state)

    def summary(self, state: SampleAndMeasureState) -> dict[str, Any]:
        """Return the loss of the last mini-batch and the lowest one of validation trials."""
        return {"loss": float(state.loss), "validation": float(state.best_loss)}


_OF_NETWORK, _OF_FIT = ("threshold", "dampening"), ("clip", "start_scale")


def split_options(options: dict[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return further fields of the network, and of the fit.

    Raises
    ------
    InputError
        If there is no such field.
    """
    given = dict(options or {})
    if unknown := sorted(set(map(str, given)) - {*_OF_NETWORK, *_OF_FIT}):
        raise InputError(f"options may hold {', '.join((*_OF_NETWORK, *_OF_FIT))}, got {', '.join(unknown)}")
    return tuple({name: given[name] for name in names if name in given} for names in (_OF_NETWORK, _OF_FIT))  # pyright: ignore[reportReturnType]
