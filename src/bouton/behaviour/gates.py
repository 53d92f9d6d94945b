r"""Relevance: when a learner of sequences is to learn, as the third factor of its rule says.

`WindowGate` is on for some steps from the beginning of a reflex on, where the input that predicts and the reflex go
together most and a synapse with itself least. `BurstGate` is a later model of dopamine of the same group, as their
programs have it: bursts where the reward is more than the learner's own output leads to expect.
"""

from abc import abstractmethod
from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Positive

__all__ = ["BurstGate", "Gate", "WindowGate"]


class Gate(Checked):
    """Makes a relevance out of reflex, filtered reflex and output."""

    @abstractmethod
    def start(self) -> Any:
        """Return the state at the beginning."""

    @abstractmethod
    def step(
        self, state: Any, reflex: Float[Array, " reflexes"], filtered: Float[Array, " reflexes"], output: Array
    ) -> tuple[Any, Float[Array, ""]]:
        """Return the state after a step, and the relevance in it."""


class WindowState(NamedTuple):
    """Steps that the window stays open, and whether there was a reflex in the step before."""

    left: Int[Array, ""]
    before: Int[Array, ""]


class WindowGate(Gate):
    """On for some steps from the beginning of a reflex on.

    Parameters
    ----------
    steps : int
        How many. Default 20.
    """

    steps: Count = 20

    def start(self) -> WindowState:
        """Return a closed window."""
        return WindowState(jnp.asarray(0, jnp.int32), jnp.asarray(0, jnp.int32))

    def step(self, state: WindowState, reflex: Array, filtered: Array, output: Array) -> tuple[WindowState, Array]:
        """Open the window where a reflex begins."""
        present = jnp.any(reflex != 0).astype(jnp.int32)
        begins = (present == 1) & (state.before == 0)
        left = jnp.where(begins, jnp.asarray(self.steps, jnp.int32), jnp.maximum(state.left - 1, 0))
        return WindowState(left, present), (left > 0).astype(filtered.dtype)


class BurstState(NamedTuple):
    """Activity of the dopamine neurons, the tonic level of it, and the slow memory of that level."""

    activity: Float[Array, ""]
    tonic: Float[Array, ""]
    memory: Float[Array, ""]


class BurstGate(Gate):
    r"""Bursts of dopamine neurons, where they are the relevance; an expected reward makes none.

    .. math::

        p &= 1 / (1 + 0.1\, v), \quad l = u_0 / (1 + 0.01\, v), \quad i = \max(0,\; 0.3\, d + p + 0.005\, v) \\
        a &= (l + 1) / (1 + i), \quad b = a - a_{\text{before}}, \quad r = b \text{ if } b > \theta \text{ else } 0

    with v the output and :math:`u_0` the filtered reflex. Where there is a burst, the memory d starts from 0; else the
    tonic level follows :math:`\max(0, a - 0.5)`, and d follows it by a share of 10^-6 a step.

    Parameters
    ----------
    threshold : float
        :math:`\theta`. Default 0.2.
    memory_rate : float
        What share of the difference d closes in a step. Default 1e-6.

    Notes
    -----
    Constants of the authors' simulator of the limbic system (2010), not of the paper of 2007.
    """

    threshold: Positive = 0.2
    memory_rate: AtLeastZero = 1e-6

    def start(self) -> BurstState:
        """Return neurons that are silent."""
        return BurstState(jnp.zeros(()), jnp.zeros(()), jnp.zeros(()))

    def step(self, state: BurstState, reflex: Array, filtered: Array, output: Array) -> tuple[BurstState, Array]:
        """Let the dopamine neurons respond."""
        value = jnp.sum(output)
        reward = jnp.sum(filtered) / (1 + 0.01 * value)
        inhibition = jnp.maximum(0.3 * state.memory + 1 / (1 + 0.1 * value) + 0.005 * value, 0)
        activity = (reward + 1) / (1 + inhibition)
        change = activity - state.activity
        burst = change > self.threshold
        tonic = jnp.where(burst, state.tonic, jnp.maximum(activity - 0.5, 0))
        memory = jnp.where(burst, 0.0, state.memory)
        memory = memory + self.memory_rate * (tonic - memory)
        return BurstState(activity, tonic, memory), jnp.where(burst, change, 0.0)
