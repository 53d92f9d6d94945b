"""A pathway whose neurons fire where they are told to: what the audit looks at."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton.plasticity import Dense, EventRule, SpikingState, SpikingSynapses

__all__ = ["ToldPathway"]


class ToldPathway(eqx.Module):
    """Three neurons onto two, with any spike-driven rule; an event is the spikes of all five in a ms."""

    rule: EventRule

    @property
    def pathway(self) -> SpikingSynapses:
        """The synapses."""
        return SpikingSynapses(Dense(3, 2), self.rule)

    @property
    def event(self) -> tuple[jax.ShapeDtypeStruct, jax.ShapeDtypeStruct]:
        """Spikes before and behind the synapses."""
        kind = jnp.result_type(float)
        return jax.ShapeDtypeStruct((3,), kind), jax.ShapeDtypeStruct((2,), kind)

    def init(self, key: PRNGKeyArray) -> SpikingState:
        """Return weights of 1."""
        return self.pathway.start(jnp.ones((2, 3)))

    def step(
        self, key: PRNGKeyArray, state: SpikingState, x: tuple[Float[Array, " pres"], Float[Array, " posts"]]
    ) -> tuple[SpikingState, None]:
        """Learn."""
        return self.pathway.step(state, *x), None
