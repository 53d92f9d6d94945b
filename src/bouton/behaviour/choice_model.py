r"""Choices by two strengths for each cue: the core of a decision circuit, and a yardstick for every other agent.

.. math:: p_0 = \sigma((J_{0m} - J_{1m}) / T), \qquad J = \sum_k c_k J^{(k)}

with m the cue. Each component learns by a rule of its own: bounded strengths that forget fast and learn slowly
(`ChoiceModel.two_strengths`, and with a slow and a fast component `ChoiceModel.several_timescales`), or a table of
predicted rewards (`ChoiceModel.tabular`).

Source: a reduction of the circuit of S. Fusi, W. F. Asaad, E. K. Miller, X.-J. Wang, Neuron 54:319-333, 2007, to what
its choices depend on; its numbers are ours, chosen so that forgetting and learning take as long as in monkeys.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import Count, Finite, Positive, check_fields
from bouton.behaviour.agent import Agent, AgentInfo, Experience
from bouton.behaviour.reversal_task import trial_event
from bouton.dynamics.binary_units import firing_probability
from bouton.errors import InputError
from bouton.plasticity import ChoiceStrength, Dense, RewardPrediction, Rule, Synapses

__all__ = ["ChoiceInfo", "ChoiceModel", "ChoiceState"]


class ChoiceState(NamedTuple):
    """What is needed to go on: strengths, and the trial whose reward is yet to come."""

    strengths: tuple[Float[Array, "2 images"], ...]
    """Of each component."""
    image: Int[Array, ""]
    """-1 before the first trial."""
    action: Int[Array, ""]


class ChoiceInfo(NamedTuple):
    """What one may look at."""

    probability: Float[Array, ""]
    """Of action 0."""


class ChoiceModel(Agent):
    """An agent with one strength for each image and action, in one or several components.

    Parameters
    ----------
    rules : tuple of Rule
        By which the strengths of each component learn: of the strength, whether the image is there, whether the action
        was taken, and the reward.
    shares : tuple of float
        How much each component counts.
    temperature : float
        T, how large a difference of strengths decides a choice. Default 0.2.
    start : float
        All strengths at the beginning. Default 0.5.
    n_images, n_inputs : int
        Of the task; of a pattern nothing is seen but which image it is. Default 4, 100.

    Raises
    ------
    InputError
        If there are not as many shares as rules.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.behaviour import ChoiceModel, ClosedLoop, ReversalTask, ticks
    >>> loop = ClosedLoop(ChoiceModel.two_strengths(), ReversalTask())
    >>> run = bouton.run(loop, ticks(500), key=jax.random.key(0), record={"reward": 1})
    >>> int((run.recordings["reward"].values > 0).sum()) > 350
    True
    """

    rules: tuple[Rule, ...]
    shares: tuple[Finite | Float[Array, ""], ...]
    temperature: Positive = 0.2
    start: Finite = 0.5
    n_images: Count = eqx.field(static=True, default=4)
    n_inputs: Count = eqx.field(static=True, default=100)

    def __check_init__(self) -> None:
        check_fields(self)
        if len(self.rules) != len(self.shares):
            raise InputError(f"shares must be as many as rules, {len(self.rules)}; got {len(self.shares)}")

    @classmethod
    def two_strengths(cls, reward_rate: Any = 0.05, error_rate: Any = 0.7, **options: Any) -> "ChoiceModel":
        """Return the reduced circuit: bounded strengths that learn slowly and forget fast."""
        return cls((ChoiceStrength(reward_rate, error_rate),), (1.0,), **options)

    @classmethod
    def several_timescales(
        cls,
        rates: tuple[tuple[float, float], ...] = ((0.005, 0.02), (0.05, 0.7)),
        shares: tuple[float, ...] = (0.5, 0.5),
        **options: Any,
    ) -> "ChoiceModel":
        """Return the reduced circuit with components that learn at rates of their own, from slow to fast.

        Parameters
        ----------
        rates : tuple of (reward rate, error rate)
            Of each component.
        shares : tuple of float
            How much each counts.
        **options
            Further fields.
        """
        return cls(tuple(ChoiceStrength(*each) for each in rates), shares, **options)

    @classmethod
    def tabular(cls, rate: Any = 0.3, **options: Any) -> "ChoiceModel":
        """Return a learner of the reward that each image and action bring, which chooses by a softmax of them."""
        return cls((RewardPrediction(rate),), (1.0,), start=options.pop("start", 0.0), **options)

    @property
    def components(self) -> tuple[Synapses, ...]:
        """The synapses of each component, from images to actions."""
        return tuple(Synapses(Dense(self.n_images, 2), rule) for rule in self.rules)

    @property
    def event(self) -> Any:
        """An experience: a `Cue`, and the reward of the trial before."""
        return trial_event(self.n_inputs)

    def init(self, key: PRNGKeyArray) -> ChoiceState:
        """Return equal strengths."""
        strengths = tuple(jnp.full((2, self.n_images), self.start, float) for _ in self.rules)
        return ChoiceState(strengths, jnp.asarray(-1, jnp.int32), jnp.asarray(0, jnp.int32))

    def _probabilities(self, strengths: tuple[Array, ...], image: Array) -> Array:
        shown = jax.nn.one_hot(image, self.n_images, dtype=strengths[0].dtype)
        parts = [
            share * synapses.drive(own, shown)
            for synapses, own, share in zip(self.components, strengths, self.shares, strict=True)
        ]
        difference = sum(part[0] - part[1] for part in parts)
        return firing_probability(jnp.stack([difference, -difference]), 0.0, self.temperature)

    def respond(self, state: ChoiceState, x: Experience) -> Float[Array, "2"]:
        """Return the probabilities of both actions."""
        return self._probabilities(state.strengths, x.observation.image)

    def step(self, key: PRNGKeyArray, state: ChoiceState, x: Experience) -> tuple[ChoiceState, AgentInfo]:
        """Learn from the reward of the trial before, then choose."""
        kind = state.strengths[0].dtype
        pre = jax.nn.one_hot(state.image, self.n_images, dtype=kind)  # all zero before the first trial
        post = jax.nn.one_hot(state.action, 2, dtype=kind)
        strengths = tuple(
            synapses.update(own, pre, post, x.reward)
            for synapses, own in zip(self.components, state.strengths, strict=True)
        )
        both = self._probabilities(strengths, x.observation.image)
        action = (jax.random.uniform(key, (), kind) >= both[0]).astype(jnp.int32)
        return ChoiceState(strengths, x.observation.image.astype(jnp.int32), action), AgentInfo(
            action, ChoiceInfo(both[0])
        )
