"""The circuit of an assembly network: frames say what is shown, which spaces are inhibited, and what may learn."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton.engine import Circuit
from bouton.spiking.assemblies.build import CONTENT
from bouton.spiking.frames import FrameInfo, NetworkInput, NetworkState
from bouton.spiking.network import SpikingNetwork

__all__ = ["AssemblyCircuit", "AssemblyFrame"]


class AssemblyFrame(NamedTuple):
    """What happens in a frame.

    Parameters
    ----------
    rates : array, shape (inputs,)
        In Hz.
    inhibited : array, shape (spaces,)
        1 where a space is inhibited, else 0; the content space is the first.
    training : scalar
        1 where synapses of the content space learn, else 0.
    binding : scalar
        1 where synapses within the other spaces learn while these are not inhibited, and synapses between them and the
        content space while neither is; else 0.
    forget : array, shape (spaces,)
        1 where a space loses its excitability at the beginning of the frame, else 0.
    """

    rates: Any
    inhibited: Any
    training: Any
    binding: Any
    forget: Any


class AssemblyCircuit(Circuit[NetworkState, FrameInfo]):
    """A network of spaces whose inhibition and plasticity the frames switch.

    Attributes
    ----------
    network : SpikingNetwork
        From `build_spaces`.
    spaces : tuple of str
        Names of the spaces, the content space first.
    inhibition : float
        Drive into the neurons of an inhibited space.
    """

    network: SpikingNetwork
    spaces: tuple[str, ...] = eqx.field(static=True, default=(CONTENT,))
    inhibition: float | Float[Array, ""] = -2.0

    @property
    def event(self) -> AssemblyFrame:
        """What happens in a frame."""
        kind = jnp.result_type(float)
        spaces, one = jax.ShapeDtypeStruct((len(self.spaces),), kind), jax.ShapeDtypeStruct((), kind)
        inputs = jax.ShapeDtypeStruct((self.network.groups[0].size,), kind)
        return AssemblyFrame(inputs, spaces, one, one, spaces)  # pyright: ignore[reportArgumentType]

    def init(self, key: PRNGKeyArray) -> NetworkState:
        """Return the network before the first step."""
        return self.network.init(key)

    def respond(self, state: NetworkState, x: AssemblyFrame) -> Float[Array, " groups"]:
        """Return the mean rate of each group over a frame, in Hz, with weights that stay as they are."""
        return self.network.respond(self._forgotten(state, x), self._given(x))

    def step(self, key: PRNGKeyArray, state: NetworkState, x: AssemblyFrame) -> tuple[NetworkState, FrameInfo]:
        """Simulate a frame."""
        return self.network.step(key, self._forgotten(state, x), self._given(x))

    def summary(self, state: NetworkState) -> Any:
        """Return the mean rate of each group so far, in Hz."""
        return self.network.summary(state)

    def _given(self, x: AssemblyFrame) -> NetworkInput:
        names = [group.name.rpartition(".")[0] for group in self.network.groups]
        drives = [self.inhibition * x.inhibited[self.spaces.index(name)] if name else 0.0 for name in names]
        current = jnp.stack([jnp.asarray(drive, x.rates.dtype) for drive in drives])
        awake = 1 - x.inhibited
        signals = []
        for name in self.network.signals:
            if name == CONTENT:
                signals.append(x.training)
            else:
                joined, _, space = name.rpartition("+")
                free = awake[self.spaces.index(space)]
                signals.append(x.binding * free * (awake[0] if joined else 1))
        return NetworkInput(current, jnp.stack(signals), (x.rates,))

    def _forgotten(self, state: NetworkState, x: AssemblyFrame) -> NetworkState:
        groups = list(state.groups)
        for index, group in enumerate(self.network.groups):
            space, _, pool = group.name.rpartition(".")
            if pool == "E" and space:
                kept = 1 - x.forget[self.spaces.index(space)]
                excitability, *rest = groups[index].slow
                groups[index] = groups[index]._replace(slow=(kept * excitability, *rest))
        return state._replace(groups=tuple(groups))
