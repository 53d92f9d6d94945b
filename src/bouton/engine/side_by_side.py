"""Several circuits that learn from the same stream: one compiled loop, one pass over the data."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
from jaxtyping import PRNGKeyArray, PyTree

from bouton._allowed import shown
from bouton._fields import check_values
from bouton.engine.circuit import Circuit
from bouton.errors import InputError

__all__ = ["SideBySide"]


class SideBySide(Circuit[dict[str, Any], dict[str, Any]]):
    """Circuits side by side, which know nothing of each other: each sees every event.

    State, info and response are mappings by name. Circuit number i starts from ``fold_in(key, i)``, and steps with it.

    Parameters
    ----------
    circuits : mapping of str to Circuit
        The circuits, all of the same event.

    Raises
    ------
    InputError
        If there is none, or their events differ.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.engine import SideBySide
    >>> from bouton.similarity import SNMFNetwork
    >>> both = SideBySide({"few": SNMFNetwork(3, 2), "many": SNMFNetwork(3, 5)})
    >>> run = bouton.run(both, np.random.default_rng(0).uniform(size=(100, 3)), key=jax.random.key(0))
    >>> run.state["many"].feedforward.shape
    (5, 3)
    """

    circuits: tuple[Circuit, ...]
    names: tuple[str, ...] = eqx.field(static=True)

    def __init__(self, circuits: Mapping[str, Circuit]):
        check_values(SideBySide, locals())
        for name, circuit in circuits.items():
            if not isinstance(circuit, Circuit):
                raise InputError(f"circuits[{name!r}] must be a Circuit, got {shown(circuit)}")
        self.names, self.circuits = tuple(circuits), tuple(circuits.values())
        if not self.circuits:
            raise InputError("circuits must hold at least one circuit")
        first = self.circuits[0].event
        for name, circuit in circuits.items():
            if circuit.event != first:
                raise InputError(
                    f"circuits side by side must take the same events: {self.names[0]} takes {first}, {name} takes "
                    f"{circuit.event}"
                )

    @classmethod
    def _from_fields(cls, names: tuple[str, ...], circuits: tuple[Circuit, ...]) -> "SideBySide":
        return cls(dict(zip(names, circuits, strict=True)))

    @property
    def event(self) -> PyTree[jax.ShapeDtypeStruct]:
        """One event, which is presented to all circuits."""
        return self.circuits[0].event

    def init(self, key: PRNGKeyArray) -> dict[str, Any]:
        """Return the states before the first event, by name."""
        return {name: circuit.init(own) for name, circuit, own in self._with_keys(key)}

    def respond(self, state: dict[str, Any], x: PyTree) -> dict[str, Any]:
        """Return the responses to an event, by name."""
        return {name: circuit.respond(state[name], x) for name, circuit in self._named()}

    def step(self, key: PRNGKeyArray, state: dict[str, Any], x: PyTree) -> tuple[dict[str, Any], dict[str, Any]]:
        """Let each circuit take its step."""
        steps = {name: circuit.step(own, state[name], x) for name, circuit, own in self._with_keys(key)}
        return {name: step[0] for name, step in steps.items()}, {name: step[1] for name, step in steps.items()}

    @property
    def data_power(self) -> int:
        """The highest power that one of the circuits computes with."""
        return max(circuit.data_power for circuit in self.circuits)

    def check(self, events: PyTree) -> None:
        """Let each circuit refuse events that it is not made for."""
        for circuit in self.circuits:
            circuit.check(events)

    def _named(self) -> zip:
        return zip(self.names, self.circuits, strict=True)

    def _with_keys(self, key: PRNGKeyArray) -> list[tuple[str, Circuit, PRNGKeyArray]]:
        return [(name, circuit, jax.random.fold_in(key, index)) for index, (name, circuit) in enumerate(self._named())]
