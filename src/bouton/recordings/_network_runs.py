"""What a fitted network does by itself, and on recorded pasts: condition by condition and trial by trial."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from bouton.recordings.sampled_fit import SampleAndMeasureFit
from bouton.recordings.spike_recording import SpikeRecording
from bouton.recordings.spiking_glm import GLMActivity, GLMParameters, SpikingGLM
from bouton.recordings.trials import StimulusTrials

__all__ = ["forced_potentials", "free_runs"]


def free_runs(
    circuit: SampleAndMeasureFit, parameters: GLMParameters, trials: StimulusTrials, n_trials: int, seed: int
) -> GLMActivity:
    """Return what all neurons do in so many trials of each condition."""
    network, drives = circuit.network, _drives(circuit.network, circuit.features, parameters, trials.stimulus)
    shape = n_trials, drives.shape[1], network.n_neurons
    found = []
    for number, drive in enumerate(drives):
        key = jax.random.fold_in(jax.random.key(seed), number)
        found.append(_run_free(network, parameters, drive, jax.random.uniform(key, shape)))
    potentials, spikes = (np.concatenate([np.asarray(leaf) for leaf in each]) for each in zip(*found, strict=True))
    return GLMActivity(potentials, spikes)  # pyright: ignore[reportArgumentType]


def forced_potentials(
    circuit: SampleAndMeasureFit,
    parameters: GLMParameters,
    recording: SpikeRecording,
    trials: StimulusTrials,
    seed: int,
) -> Float[np.ndarray, "trials bins recorded"]:
    """Return the potentials of recorded neurons given the recorded past, hidden ones being sampled once."""
    network, drives = circuit.network, _drives(circuit.network, circuit.features, parameters, trials.stimulus)
    found = np.zeros(recording.spikes.shape, np.float32)
    for trial, number in enumerate(trials.numbers):
        key = jax.random.fold_in(jax.random.key(seed), trial)
        uniform = jax.random.uniform(key, (1, recording.n_bins, network.n_hidden))
        spikes = jnp.asarray(recording.spikes[trial : trial + 1], uniform.dtype)
        forced = _run_forced(network, parameters, drives[number], spikes, uniform)
        found[trial] = forced.potentials[0, :, : recording.n_neurons]
    return found


_run_free = jax.jit(SpikingGLM.run_free, static_argnums=0)
_run_forced = jax.jit(SpikingGLM.run_forced, static_argnums=0)


@eqx.filter_jit
def _drives(network: SpikingGLM, features: Any, parameters: GLMParameters, stimulus: Any) -> jax.Array:
    """Return what each condition brings to the neurons (conditions, bins, neurons)."""
    given = jnp.asarray(stimulus, parameters.bias.dtype)
    if features is not None:
        given = jax.vmap(features, (None, 0))(parameters.features, given)
    return network.drive(parameters, given)
