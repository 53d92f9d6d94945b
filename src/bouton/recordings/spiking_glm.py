r"""Networks of stochastic binary neurons that look back at the last bins: a coupled GLM, hidden neurons included.

In bin t neuron j of n fires with probability :math:`\pi_{tj} = \sigma(v_{tj})`, given what all fired before,

.. math::
   I_{tj} = \sum_{d=1}^{D} \sum_i W^{(d)}_{ij} z_{t-d,i} + \sum_k x_{tk} U_{kj} + b_j,
   \qquad v = (I - \theta) / \theta, \qquad z_{tj} \sim \mathrm{Bernoulli}(\pi_{tj}).

Neurons have no memory but these lags; what a neuron does to itself (refractoriness) is part of W. Before the first bin
nothing fired. Recorded neurons come first, hidden ones after them.

Gradients go through a sampled spike by a surrogate slope: :math:`dz/dv := 0.3 \max(0, 1 - |v|)`, or that of its
probability, :math:`\pi (1 - \pi)`. They are computed by one loop back in time, as cheap as the one forward.

Source: G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, NeurIPS 2021, arXiv:2106.10064, and its program.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._checked import Checked
from bouton._fields import Count, Positive, Whole

__all__ = ["GLMActivity", "GLMParameters", "SpikingGLM", "lagged"]


class GLMParameters(NamedTuple):
    """What is fitted."""

    kernels: Float[Array, "lagged neurons"]
    """W, of all neurons in the oldest bin first, and those in the last bin at the end."""
    inputs: Float[Array, "features neurons"]
    """U."""
    bias: Float[Array, " neurons"]
    features: Any
    """Of what makes features of the stimulus; None where these are the stimulus itself."""


class GLMActivity(NamedTuple):
    """What the neurons did."""

    potentials: Float[Array, "trials bins neurons"]
    """v."""
    spikes: Float[Array, "trials bins neurons"]
    """z: 0 or 1."""

    @property
    def probabilities(self) -> Float[Array, "trials bins neurons"]:
        """Of each spike, given those before."""
        return jax.nn.sigmoid(self.potentials)

    def of(self, neurons: slice) -> "GLMActivity":
        """Return that of some neurons."""
        return GLMActivity(self.potentials[..., neurons], self.spikes[..., neurons])


class SpikingGLM(Checked):
    """A network of stochastic binary neurons, some of which may be hidden.

    Parameters
    ----------
    n_recorded : int
        Number of recorded neurons.
    n_hidden : int
        Number of hidden ones. Default 0.
    n_lags : int
        For how many bins spikes count (D). Default 9.
    threshold : float
        In units of the input. Default 0.4.
    surrogate : {"triangle", "sigmoid"}
        Slope of a spike by the potential. Default "triangle", the published one.
    dampening : float
        Height of the triangle. Default 0.3.

    Examples
    --------
    >>> import jax, jax.numpy as jnp
    >>> network = SpikingGLM(n_recorded=3, n_lags=2)
    >>> parameters = network.start(jax.random.key(0), n_features=0)
    >>> drive = network.drive(parameters, jnp.zeros((20, 0)))
    >>> network.run_free(parameters, drive, jax.random.uniform(jax.random.key(1), (5, 20, 3))).spikes.shape
    (5, 20, 3)
    """

    n_recorded: Count = eqx.field(static=True)
    n_hidden: Whole = eqx.field(static=True, default=0)
    n_lags: Count = eqx.field(static=True, default=9)
    threshold: Positive = eqx.field(static=True, default=0.4)
    surrogate: Literal["triangle", "sigmoid"] = eqx.field(static=True, default="triangle")
    dampening: Positive = eqx.field(static=True, default=0.3)

    @property
    def n_neurons(self) -> int:
        """Number of all neurons."""
        return self.n_recorded + self.n_hidden

    def start(self, key: PRNGKeyArray, n_features: int, features: Any = None, scale: Any = 1.0) -> GLMParameters:
        """Return random parameters to begin a fit with.

        Parameters
        ----------
        key : PRNG key
            Of normal values, cut off at two standard deviations.
        n_features : int
            Number of features of the stimulus.
        features : PyTree, optional
            Parameters of what makes features.
        scale : float
            Of the kernels between recorded neurons, in units of 1 over the root of their number. Default 1.
        """
        neurons, kind = self.n_neurons, jnp.result_type(float)
        first, second = jax.random.split(key)
        width = (neurons * self.n_lags) ** -0.5
        kernels = width * jax.random.truncated_normal(first, -2, 2, (self.n_lags, neurons, neurons), kind)
        recorded = slice(None, self.n_recorded)
        kernels = kernels.at[:, recorded, recorded].multiply(scale).reshape(-1, neurons)
        inputs = jax.random.truncated_normal(second, -2, 2, (n_features, neurons), kind) * max(n_features, 1) ** -0.5
        return GLMParameters(kernels, inputs, jnp.zeros(neurons, kind), features)

    def drive(
        self, parameters: GLMParameters, features: Float[Array, "*trials bins features"]
    ) -> Float[Array, "*trials bins neurons"]:
        """Return what features of the stimulus and the bias bring to each neuron."""
        brought = features @ parameters.inputs
        return brought + jnp.broadcast_to(parameters.bias, brought.shape)

    def run_free(
        self,
        parameters: GLMParameters,
        drive: Float[Array, "*trials bins neurons"],
        uniform: Float[Array, "trials bins neurons"],
    ) -> GLMActivity:
        """Return what the network does by itself, in as many trials as there are random numbers."""
        drive = jnp.broadcast_to(drive, uniform.shape)
        return GLMActivity(*_sampled(self, parameters.kernels, drive, uniform))

    def run_forced(
        self,
        parameters: GLMParameters,
        drive: Float[Array, "*trials bins neurons"],
        spikes: Float[Array, "trials bins recorded"],
        uniform: Float[Array, "trials bins hidden"],
    ) -> GLMActivity:
        """Return what the network does where the past of the recorded neurons is what was recorded.

        Without hidden neurons that takes no loop. Hidden neurons see their own samples.

        Parameters
        ----------
        parameters : GLMParameters
            Of the network.
        drive : array (trials, bins, neurons) or (bins, neurons)
            As `drive` returns it.
        spikes : array (trials, bins, recorded)
            0 or 1.
        uniform : array (trials, bins, hidden)
            Random numbers in [0, 1) of hidden neurons.
        """
        recorded, hidden = slice(None, self.n_recorded), slice(self.n_recorded, None)
        kernels = parameters.kernels.reshape(self.n_lags, self.n_neurons, self.n_neurons)
        seen = kernels[:, recorded].reshape(-1, self.n_neurons)
        current = lagged(spikes, self.n_lags) @ seen
        current = current + jnp.broadcast_to(drive, current.shape)
        if not self.n_hidden:
            return GLMActivity(self._potential(current), spikes)
        among = kernels[:, hidden, hidden].reshape(-1, self.n_hidden)
        potentials, sampled = _sampled(self, among, current[..., hidden], uniform)
        out = kernels[:, hidden, recorded].reshape(-1, self.n_recorded)
        current = current[..., recorded] + lagged(sampled, self.n_lags) @ out
        return GLMActivity(
            jnp.concatenate([self._potential(current), potentials], axis=-1),
            jnp.concatenate([spikes, sampled], axis=-1),
        )

    def _potential(self, current: Array) -> Array:
        return (current - self.threshold) / self.threshold

    def _slope(self, potentials: Array) -> Array:
        if self.surrogate == "triangle":
            return self.dampening * jnp.maximum(0, 1 - jnp.abs(potentials))
        chance = jax.nn.sigmoid(potentials)
        return chance * (1 - chance)


def lagged(spikes: Float[Array, "trials bins neurons"], n_lags: int) -> Float[Array, "trials bins lagged"]:
    """Return what each bin looks back at: all neurons in the oldest bin first, and those in the last bin at the end.

    Parameters
    ----------
    spikes : array (trials, bins, neurons)
        What fired; before the first bin nothing did.
    n_lags : int
        How many bins.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> lagged(jnp.array([[[1.0], [2.0], [3.0]]]), 2)[0].tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 2.0]]
    """
    bins = spikes.shape[1]
    each = [jnp.pad(spikes, ((0, 0), (lag, 0), (0, 0)))[:, :bins] for lag in range(n_lags, 0, -1)]
    return jnp.concatenate(each, axis=-1)


def _sample(network: SpikingGLM, kernels: Array, drive: Array, uniform: Array) -> tuple[Array, Array]:
    """Return potentials and spikes of neurons that see their own past, and a drive (trials, bins, neurons)."""

    def one(past: Array, given: tuple[Array, Array]) -> tuple[Array, tuple[Array, Array]]:
        current, number = given
        potential = network._potential(current + past @ kernels)
        fired = (number < jax.nn.sigmoid(potential)).astype(potential.dtype)
        return jnp.concatenate([past[:, neurons:], fired], axis=1), (potential, fired)

    trials, _, neurons = drive.shape
    start = jnp.zeros((trials, len(kernels)), drive.dtype)
    _, found = lax.scan(one, start, (jnp.moveaxis(drive, 1, 0), jnp.moveaxis(uniform, 1, 0)))
    potentials, fired = (jnp.moveaxis(each, 0, 1) for each in found)
    return potentials, fired


def _sampled_forward(network: SpikingGLM, kernels: Array, drive: Array, uniform: Array) -> Any:
    found = _sample(network, kernels, drive, uniform)
    return found, (kernels, *found)


def _sampled_backward(network: SpikingGLM, kept: tuple[Array, Array, Array], slopes: tuple[Array, Array]) -> Any:
    """Return the slopes by kernels and drive: what later bins make of a spike comes back through the same kernels."""
    kernels, potentials, fired = kept
    trials, _, neurons = potentials.shape
    lags = len(kernels) // neurons
    back = jnp.swapaxes(kernels.reshape(lags, neurons, neurons)[::-1], 1, 2).reshape(-1, neurons)

    def one(later: Array, given: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        by_potential, by_spike, slope = given
        own = (by_potential + slope * (by_spike + later @ back)) / network.threshold
        return jnp.concatenate([own, later[:, :-neurons]], axis=1), own

    start = jnp.zeros((trials, lags * neurons), potentials.dtype)
    potential, spike, slope = (jnp.moveaxis(each, 1, 0) for each in (*slopes, network._slope(potentials)))
    _, by_drive = lax.scan(one, start, (potential, spike, slope), reverse=True)
    by_drive = jnp.moveaxis(by_drive, 0, 1)
    by_kernels = jnp.einsum("ktl,ktn->ln", lagged(fired, lags), by_drive)
    return by_kernels, by_drive, None


_sampled: Any = jax.custom_vjp(_sample, nondiff_argnums=(0,))
_sampled.defvjp(_sampled_forward, _sampled_backward)
