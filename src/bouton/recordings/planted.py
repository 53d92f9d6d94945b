"""Networks whose connections are known, to make recordings of which one can ask what a fit finds.

Recorded neurons are connected at random and inhibit themselves; each hidden neuron excites most of them and stays
on or off for some ten bins, so that recorded neurons vary together from trial to trial without being connected.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from bouton._arguments import check_sizes
from bouton.recordings.spike_recording import SpikeRecording
from bouton.recordings.spiking_glm import GLMParameters, SpikingGLM

__all__ = ["PlantedNetwork", "planted_network"]

_PROFILE = np.array([0.2, 0.5, 1.0]) / 1.7
_STAY, _HIDDEN_BIAS = 1.76, -0.48


class PlantedNetwork(NamedTuple):
    """A network with its parameters and its stimulus."""

    network: SpikingGLM
    parameters: GLMParameters
    stimulus: Float[np.ndarray, "bins channels"]

    @property
    def couplings(self) -> Float[np.ndarray, "recorded recorded"]:
        """Change of the log odds of a spike by another one, summed over lags, from row to column: recorded neurons."""
        neurons, seen = self.network.n_neurons, self.network.n_recorded
        kernels = np.asarray(self.parameters.kernels, np.float64).reshape(-1, neurons, neurons)
        return kernels.sum(axis=0)[:seen, :seen] / self.network.threshold

    def sample(self, n_trials: int, seed: int = 0, *, time_step: float = 40.0) -> SpikeRecording:
        """Return trials of the same stimulus.

        Parameters
        ----------
        n_trials : int
            How many.
        seed : int, default 0
            Of spikes.
        time_step : float, default 40
            What a bin is said to last, in ms.
        """
        own = self.network
        drive = own.drive(self.parameters, jnp.asarray(self.stimulus, jnp.float32))
        uniform = jax.random.uniform(jax.random.key(seed), (n_trials, len(self.stimulus), own.n_neurons), jnp.float32)
        found = _run_free(own, self.parameters, drive, uniform)
        spikes = np.asarray(found.spikes[..., : own.n_recorded])
        return SpikeRecording(spikes, time_step, np.broadcast_to(self.stimulus, (n_trials, *self.stimulus.shape)))


_run_free = jax.jit(SpikingGLM.run_free, static_argnums=0)


def planted_network(
    seed: int = 0,
    *,
    n_recorded: int = 10,
    n_hidden: int = 2,
    n_bins: int = 100,
    n_channels: int = 5,
    hidden_weight: float = 0.8,
) -> PlantedNetwork:
    """Return a network with hidden common input.

    Parameters
    ----------
    seed : int, default 0
        Of connections and stimulus.
    n_recorded, n_hidden : int, default 10, 2
        Numbers of neurons.
    n_bins : int, default 100
        Length of the stimulus.
    n_channels : int, default 5
        Of the stimulus: white noise, smoothed with a Gaussian of 3 bins, of variance 1.
    hidden_weight : float, default 0.8
        Of a hidden neuron on a recorded one, in units in which the threshold is 0.4.

    Examples
    --------
    >>> truth = planted_network(0)
    >>> recording = truth.sample(20)
    >>> recording.n_trials, recording.n_neurons, truth.couplings.shape
    (20, 10, (10, 10))
    """
    from scipy.ndimage import gaussian_filter1d

    check_sizes(n_recorded=n_recorded, n_bins=n_bins)
    rng, neurons, seen = np.random.default_rng(seed), n_recorded + n_hidden, slice(None, n_recorded)
    weights = np.zeros((neurons, neurons))
    present = rng.random((n_recorded, n_recorded)) < 0.3
    weights[seen, seen] = np.where(present, 0.4 * rng.normal(size=present.shape), 0)
    np.fill_diagonal(weights[seen, seen], -0.4)
    weights[n_recorded:, seen] = hidden_weight * (rng.random((n_hidden, n_recorded)) < 0.7)
    kernels = _PROFILE[:, None, None] * weights
    hidden = np.arange(n_recorded, neurons)
    kernels[-1, hidden, hidden] = _STAY
    bias = np.concatenate([np.full(n_recorded, -0.4), np.full(n_hidden, _HIDDEN_BIAS)])
    stimulus = gaussian_filter1d(rng.normal(size=(n_bins, n_channels)), 3, axis=0)
    stimulus = (stimulus - stimulus.mean(axis=0)) / stimulus.std(axis=0) if n_channels else stimulus
    inputs = np.zeros((n_channels, neurons))
    inputs[:, seen] = 0.15 * rng.normal(size=(n_channels, n_recorded))
    flat, inputs, bias = (jnp.asarray(each, jnp.float32) for each in (kernels.reshape(-1, neurons), inputs, bias))
    parameters = GLMParameters(flat, inputs, bias, None)
    return PlantedNetwork(SpikingGLM(n_recorded, n_hidden, len(_PROFILE)), parameters, stimulus)
