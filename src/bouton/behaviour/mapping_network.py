r"""A multilayer network of stochastic binary neurons that learns which action an image asks for, from reward alone.

.. math::

    h^l &= W^l s^{l-1}, \quad \phi^l = \sigma((h^l - \theta^l) / T), \quad s^l \sim \text{Bernoulli}(\phi^l) \\
    p_0 &= \sigma((W^o_0 - W^o_1) \cdot s^L / T), \quad a = 0 \text{ with probability } p_0, \text{ else } 1

:math:`\theta^l` is the inhibition that adapts to the layer (`bouton.dynamics.adaptive_threshold`): about a fifth of
its neurons are active, so that an error moves a layer to another sparse code and not to its complement. When the reward
of a trial comes, all synapses of all layers learn by one rule from what they remember of it, and from one signal

.. math:: M = R - \gamma\, \bar r_m, \qquad \bar r_m \leftarrow \bar r_m + \beta_r (R - \bar r_m)

with m the image. The exploration is done by the plasticity itself: an error weakens the path that was active, and
another response wins the next time.

Source: the claims are those of E. Vasilaki, S. Fusi, X.-J. Wang, W. Senn, Biological Cybernetics 100:147-158, 2009;
attenuation is that of B. B. Vladimirskiy, E. Vasilaki, R. Urbanczik, W. Senn, Biological Cybernetics, 2009.
The network and its numbers are a reconstruction: they are not those of the papers.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Bound, Count, Finite, Positive, Share, Whole, check_fields
from bouton.behaviour.agent import Agent, AgentInfo, Experience
from bouton.behaviour.reversal_task import active_of, trial_event
from bouton.behaviour.reward_expectation import RewardExpectation
from bouton.dynamics.binary_units import adaptive_threshold, firing_probability
from bouton.errors import InputError
from bouton.plasticity import Dense, RewardHebb, RewardHebbPost, RewardHebbPre, Synapses

__all__ = ["MappingInfo", "MappingNetwork", "MappingState"]


class MappingState(NamedTuple):
    """What the network needs to go on: its weights, and what is left of the trial whose reward is yet to come."""

    weights: tuple[Float[Array, "posts pres"], ...]
    """Of each hidden layer, and of the two decision units."""
    activity: tuple[Float[Array, " neurons"], ...]
    """Of the inputs, of each hidden layer, and of the two decision units."""
    probability: tuple[Float[Array, " neurons"], ...]
    """With which each neuron was to fire: of each hidden layer, and of the two decision units."""
    image: Int[Array, ""]
    """The image of that trial; -1 before the first."""
    expected: Float[Array, " images"]
    """Running mean of the reward of each image."""


class MappingInfo(NamedTuple):
    """What one may look at."""

    probability: Float[Array, ""]
    """Of action 0."""
    code: Float[Array, " neurons"]
    """Activity of the last layer before the decision."""
    modulator: Float[Array, ""]
    """M of the trial before, by which all synapses have just learned."""


class MappingNetwork(Agent):
    r"""Layers of stochastic binary neurons, two decision units, and one three-factor rule for all synapses.

    Parameters
    ----------
    rule : RewardHebb
        By which every synapse learns. Default: the rule "hebb" at a rate of 0.005.
    n_inputs : int
        Number of inputs. Default 100.
    n_hidden : int
        Number of neurons of each hidden layer. Default 100.
    n_layers : int
        L, the number of hidden layers, which may be 0. Default 2.
    n_images : int
        Number of images whose mean reward is kept. Default 4.
    input_level, level : float
        Share of inputs, and of each hidden layer, that is active. Default 0.2, 0.2.
    temperature : float
        T. The drives have a standard deviation of `spread` at the beginning. Default 0.05.
    spread : float
        Default 0.5.
    attenuation : float
        :math:`\gamma`, how much of the expected reward is taken off. Default 0.
    attenuation_rate : float
        :math:`\beta_r`. Default 0.2.
    stop_at : float
        Where the mean reward of an image, this trial included, is above it, a rewarded trial changes nothing. Default:
        never.
    threshold : float, optional
        A fixed one in place of the adaptive inhibition, with which "reinforce" is the exact gradient of the expected
        reward. Default: none.

    Raises
    ------
    InputError
        If the temperature is not above 0, none or all of a layer's neurons would be active, or one rewarded trial could
        carry a weight over its soft bound.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.behaviour import ClosedLoop, MappingNetwork, ReversalTask, ticks
    >>> loop = ClosedLoop(MappingNetwork(), ReversalTask())
    >>> run = bouton.run(loop, ticks(60), key=jax.random.key(0), record={"reward": 1})
    >>> run.recordings["reward"].values.shape
    (60,)
    """

    rule: RewardHebb = RewardHebb(0.005)
    n_inputs: Count = eqx.field(static=True, default=100)
    n_hidden: Count = eqx.field(static=True, default=100)
    n_layers: Whole = eqx.field(static=True, default=2)
    n_images: Count = eqx.field(static=True, default=4)
    input_level: float = eqx.field(static=True, default=0.2)
    level: float = eqx.field(static=True, default=0.2)
    temperature: Positive = 0.05
    spread: AtLeastZero = 0.5
    attenuation: Share = 0.0
    attenuation_rate: Share = 0.2
    stop_at: Bound = float("inf")
    threshold: Finite | None = None

    def __check_init__(self) -> None:
        if isinstance(self.temperature, int | float) and self.temperature <= 0:
            raise InputError(
                f"temperature must be > 0, got {self.temperature}; use 1e-3 for nearly deterministic units"
            )
        check_fields(self)
        active_of(self.n_inputs, self.input_level)
        if self.n_layers:
            active_of(self.n_hidden, self.level)
        rate, limit = self.rule.rate, self.rule.limit
        if self.rule.bounds == "soft" and isinstance(rate, float) and isinstance(limit, int | float) and rate > limit:
            raise InputError(
                f"with soft bounds the rate must not exceed the limit of a weight: one rewarded trial would carry it "
                f"out of its bounds; got rate {rate} and limit {limit}"
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of neurons from the inputs to the decision."""
        return (self.n_inputs, *(self.n_hidden,) * self.n_layers, 2)

    @property
    def levels(self) -> tuple[float, ...]:
        """Mean levels of activity from the inputs to the decision."""
        return (self.input_level, *(self.level,) * self.n_layers, 0.5)

    @property
    def pathways(self) -> tuple[Synapses, ...]:
        """The synapses into each hidden layer, and into the decision units."""
        return tuple(Synapses(Dense(pre, post), self.rule) for pre, post in pairwise(self.sizes))

    @property
    def event(self) -> Any:
        """An experience: a `Cue`, and the reward of the trial before."""
        return trial_event(self.n_inputs)

    def init(self, key: PRNGKeyArray) -> MappingState:
        """Return random weights, and no trial before."""
        weights = tuple(
            self.spread / jnp.sqrt(pre * level) * jax.random.normal(jax.random.fold_in(key, number), (post, pre))
            for number, ((pre, post), level) in enumerate(zip(pairwise(self.sizes), self.levels[:-1], strict=True))
        )
        activity = tuple(jnp.zeros(size) for size in self.sizes)
        return MappingState(weights, activity, activity[1:], jnp.asarray(-1, jnp.int32), jnp.zeros(self.n_images))

    def _firing(self, drive: Array) -> Array:
        n_active = active_of(self.n_hidden, self.level)
        threshold = adaptive_threshold(drive, n_active) if self.threshold is None else self.threshold
        return firing_probability(drive, threshold, self.temperature)

    def _decision(self, drive: Array) -> Array:
        """Return the probabilities of both actions."""
        return firing_probability(jnp.stack([drive[0] - drive[1], drive[1] - drive[0]]), 0.0, self.temperature)

    def respond(self, state: MappingState, x: Experience) -> Float[Array, "2"]:
        """Return the probabilities of both actions where hidden neurons fire that are likelier to than not."""
        activity = x.observation.pattern
        for synapses, weights in zip(self.pathways[:-1], state.weights[:-1], strict=True):
            activity = jnp.round(self._firing(synapses.drive(weights, activity)))
        return self._decision(self.pathways[-1].drive(state.weights[-1], activity))

    def step(self, key: PRNGKeyArray, state: MappingState, x: Experience) -> tuple[MappingState, AgentInfo]:
        """Learn from the reward of the trial before, then see an image and act."""
        critic = RewardExpectation(self.attenuation, self.attenuation_rate, self.stop_at)
        expected, modulator = critic.judge(state.expected, state.image, x.reward)
        weights = self._learned(state, modulator)
        chance = jax.random.uniform(key, (self.n_hidden * self.n_layers + 1,), x.observation.pattern.dtype)
        activity, probability = [x.observation.pattern], []
        for number in range(self.n_layers):
            own = chance[number * self.n_hidden : (number + 1) * self.n_hidden]
            firing = self._firing(self.pathways[number].drive(weights[number], activity[-1]))
            probability.append(firing)
            activity.append((own < firing).astype(firing.dtype))
        both = self._decision(self.pathways[-1].drive(weights[-1], activity[-1]))
        action = (chance[-1] >= both[0]).astype(jnp.int32)
        chosen = jax.nn.one_hot(action, 2, dtype=both.dtype)
        after = MappingState(
            weights, (*activity, chosen), (*probability, both), x.observation.image.astype(jnp.int32), expected
        )
        return after, AgentInfo(action, MappingInfo(both[0], activity[-1], modulator))

    def _learned(self, state: MappingState, modulator: Array) -> tuple[Array, ...]:
        """Return the weights after all synapses have learned."""
        after = []
        for number, (synapses, weights) in enumerate(zip(self.pathways, state.weights, strict=True)):
            before, behind = state.activity[number], state.activity[number + 1]
            pre = RewardHebbPre(before, jnp.full_like(before, self.levels[number]))
            level = jnp.full_like(behind, self.levels[number + 1])
            post = RewardHebbPost(behind, state.probability[number], level)
            after.append(synapses.update(weights, pre, post, modulator))
        return tuple(after)
