r"""Layers of threshold neurons that learn which action an image asks for by perturbation of nodes or of weights.

.. math:: h^l = (W^l + \xi^l)\, s^{l-1} + \zeta^l, \qquad s^l = [h^l > \theta^l], \qquad a = \arg\max_i h^{L+1}_i

with :math:`\theta^l` the adaptive inhibition of `MappingNetwork`. Either :math:`\zeta` or :math:`\xi` is Gaussian noise
of standard deviation sigma, drawn in each trial; the other is 0. When the reward comes, the noise is learned from by
`NodePerturbation` or `WeightPerturbation`, with the reward less its running mean as the signal.

These are baselines: forms and numbers are ours.
"""

import math
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive, Share, Whole, check_fields
from bouton.behaviour.agent import Agent, AgentInfo, Experience
from bouton.behaviour.reversal_task import active_of, trial_event
from bouton.behaviour.reward_expectation import RewardExpectation
from bouton.dynamics.binary_units import adaptive_threshold
from bouton.plasticity import Dense, NodePerturbation, PerturbedSynapse, Synapses, WeightPerturbation

__all__ = ["PerturbedInfo", "PerturbedNetwork", "PerturbedState"]


class PerturbedState(NamedTuple):
    """What the network needs to go on: synapses, and the trial whose reward is yet to come."""

    synapses: tuple[Any, ...]
    """Of each hidden layer, and of the two decision units: weights, or weights with their noise."""
    activity: tuple[Float[Array, " neurons"], ...]
    """Of the inputs and of each hidden layer."""
    noise: tuple[Float[Array, " neurons"], ...]
    """In the drive of each hidden layer, and of the two decision units."""
    image: Int[Array, ""]
    expected: Float[Array, " images"]


class PerturbedInfo(NamedTuple):
    """What one may look at."""

    modulator: Float[Array, ""]
    """M of the trial before."""


class PerturbedNetwork(Agent):
    r"""Layers of threshold neurons, and learning by perturbation.

    Parameters
    ----------
    of : {"nodes", "weights"}
        What is perturbed.
    rate : float
        Learning rate.
    noise : float
        Standard deviation of the noise, in the drive of a neuron, or in a weight times the square root of the number of
        active inputs, which is the same in the drive. Default 0.1.
    n_inputs, n_hidden, n_layers, n_images, input_level, level, spread
        As of `MappingNetwork`.
    attenuation : float
        How much of the expected reward is taken off. Default 1.

    Raises
    ------
    InputError
        If a number is out of its range, or none or all of a layer's neurons would be active.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.behaviour import ClosedLoop, PerturbedNetwork, ReversalTask, ticks
    >>> loop = ClosedLoop(PerturbedNetwork("nodes", rate=0.01), ReversalTask())
    >>> run = bouton.run(loop, ticks(60), key=jax.random.key(0), record={"reward": 1})
    >>> run.recordings["reward"].values.shape
    (60,)
    """

    of: Literal["nodes", "weights"] = eqx.field(static=True)
    rate: Positive
    noise: AtLeastZero = 0.1
    n_inputs: Count = eqx.field(static=True, default=100)
    n_hidden: Count = eqx.field(static=True, default=100)
    n_layers: Whole = eqx.field(static=True, default=2)
    n_images: Count = eqx.field(static=True, default=4)
    input_level: float = eqx.field(static=True, default=0.2)
    level: float = eqx.field(static=True, default=0.2)
    spread: AtLeastZero = 0.5
    attenuation: Share = 1.0

    def __check_init__(self) -> None:
        check_fields(self)
        active_of(self.n_inputs, self.input_level)
        if self.n_layers:
            active_of(self.n_hidden, self.level)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of neurons from the inputs to the decision."""
        return (self.n_inputs, *(self.n_hidden,) * self.n_layers, 2)

    @property
    def _active(self) -> tuple[float, ...]:
        """Numbers of active neurons that each layer listens to."""
        levels = (self.input_level, *(self.level,) * self.n_layers)
        return tuple(size * level for size, level in zip(self.sizes, levels, strict=False))

    @property
    def pathways(self) -> tuple[Synapses, ...]:
        """The synapses into each hidden layer, and into the decision units."""
        rule = NodePerturbation(self.rate) if self.of == "nodes" else WeightPerturbation(self.rate)
        return tuple(Synapses(Dense(pre, post), rule) for pre, post in pairwise(self.sizes))

    @property
    def event(self) -> Any:
        """An experience: a `Cue`, and the reward of the trial before."""
        return trial_event(self.n_inputs)

    def init(self, key: PRNGKeyArray) -> PerturbedState:
        """Return random weights, and no trial before."""
        weights = tuple(
            self.spread / jnp.sqrt(active) * jax.random.normal(jax.random.fold_in(key, number), (post, pre))
            for number, ((pre, post), active) in enumerate(zip(pairwise(self.sizes), self._active, strict=True))
        )
        synapses = (
            weights if self.of == "nodes" else tuple(PerturbedSynapse(own, jnp.zeros_like(own)) for own in weights)
        )
        silent = tuple(jnp.zeros(size) for size in self.sizes)
        return PerturbedState(synapses, silent[:-1], silent[1:], jnp.asarray(-1, jnp.int32), jnp.zeros(self.n_images))

    def _seen(self, synapses: Any, noise: tuple[Array, ...], pattern: Array) -> tuple[tuple[Array, ...], Array]:
        """Return the activity of the inputs and hidden layers, and the drives of the decision units."""
        activity = [pattern]
        for number, pathway in enumerate(self.pathways):
            drive = pathway.drive(synapses[number], activity[-1]) + noise[number]
            if number == self.n_layers:
                return tuple(activity), drive
            threshold = adaptive_threshold(drive, active_of(self.n_hidden, self.level))
            activity.append((drive > threshold).astype(drive.dtype))
        raise AssertionError

    def respond(self, state: PerturbedState, x: Experience) -> Float[Array, "2"]:
        """Return the drives of both decision units without noise."""
        quiet = tuple(jnp.zeros_like(each) for each in state.noise)
        synapses = state.synapses
        if self.of == "weights":
            synapses = tuple(PerturbedSynapse(own.weight, jnp.zeros_like(own.noise)) for own in synapses)
        return self._seen(synapses, quiet, x.observation.pattern)[1]

    def step(self, key: PRNGKeyArray, state: PerturbedState, x: Experience) -> tuple[PerturbedState, AgentInfo]:
        """Learn from the reward of the trial before, then see an image and act with new noise."""
        expected, modulator = RewardExpectation(self.attenuation).judge(state.expected, state.image, x.reward)
        drawn = self._drawn(key, x.reward.dtype)
        before = state.activity if self.of == "nodes" else drawn
        synapses = tuple(
            pathway.update(own, pre, post, modulator)
            for pathway, own, pre, post in zip(self.pathways, state.synapses, before, state.noise, strict=True)
        )
        noise = drawn if self.of == "nodes" else state.noise
        activity, drive = self._seen(synapses, noise, x.observation.pattern)
        action = (drive[1] > drive[0]).astype(jnp.int32)
        after = PerturbedState(synapses, activity, noise, x.observation.image.astype(jnp.int32), expected)
        return after, AgentInfo(action, PerturbedInfo(modulator))

    def _drawn(self, key: PRNGKeyArray, kind: Any) -> tuple[Array, ...]:
        """Return new noise of each layer, in its drives or in its weights."""
        drawn = []
        for number, ((pre, post), active) in enumerate(zip(pairwise(self.sizes), self._active, strict=True)):
            shape, size = ((post,), 1.0) if self.of == "nodes" else ((post, pre), 1 / math.sqrt(active))
            drawn.append(self.noise * size * jax.random.normal(jax.random.fold_in(key, number), shape, kind))
        return tuple(drawn)
