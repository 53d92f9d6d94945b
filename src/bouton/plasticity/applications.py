"""What a step does with its synapses, marked by name in the traced computation: what audit and blocks work from.

While nobody records, nothing is marked and nothing costs. While someone does, each use of synapses becomes a call of
its own, whose inputs are the arrays of the `Synapses` (those that its rule carries), then the operands in their order.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

import jax
from jaxtyping import PyTree

__all__ = ["Application", "Use", "is_recorded", "marked", "recorded_applications"]

Use = Literal[
    "update", "mean update", "event update", "drive", "transpose drive", "ordered transpose drive", "squared length"
]


@dataclass(frozen=True)
class Application:
    """One use of synapses met while a step is traced.

    Parameters
    ----------
    marker : str
        Name of the call in the traced computation.
    use : str
        What is done with the synapses.
    synapses : Synapses
        The pathway; of event updates, which change one synapse of a sparse projection, whatever has a `rule`.
    operands : dict of str to PyTree
        What it is given; of mini-batches, one event.
    """

    marker: str
    use: Use
    synapses: Any
    operands: dict[str, PyTree]


_applications: ContextVar[list[Application] | None] = ContextVar("bouton_applications", default=None)
# What jax keeps of one trace must not serve another: marks would be missing, or those of another recording.
_recording = jax.make_user_context(0)
_numbers = itertools.count(1)


@contextlib.contextmanager
def recorded_applications() -> Iterator[list[Application]]:
    """Collect the uses of synapses of what is traced inside, each marked by name in the traced computation."""
    collected: list[Application] = []
    token = _applications.set(collected)
    try:
        with _recording(next(_numbers)):
            yield collected
    finally:
        _applications.reset(token)


def is_recorded() -> bool:
    """Return whether someone records what is traced."""
    return _applications.get() is not None


def marked(use: Use, synapses: Any, function: Callable, operands: tuple, seen: dict[str, PyTree]) -> Any:
    """Return ``function(synapses, *operands)``; while someone records, as a named call, noted with what was `seen`."""
    applications = _applications.get()
    if applications is None:
        return function(synapses, *operands)
    marker = f"{use.replace(' ', '_')}_{len(applications)}"
    applications.append(Application(marker, use, synapses, seen))

    def call(own, *given):
        return function(own, *given)

    call.__name__ = call.__qualname__ = marker
    return jax.jit(call)(synapses, *operands)
