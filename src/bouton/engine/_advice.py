"""What to do where a run diverged: which learning rate to lower, and to what."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import equinox as eqx
import jax
import numpy as np

__all__ = ["advice_for"]

_LARGE, _SMALL = 1e4, 1e-4
_RATES = ("learning_rate", "rate", "initial")
"""What a rate of learning is called: in circuits, in rules, and in schedules."""
_MOST = 3


def advice_for(circuit: Any, largest: float) -> str:
    """Return the end of the sentence that says that a run diverged.

    Parameters
    ----------
    circuit : Circuit
        What ran.
    largest : float
        Largest absolute value of the data.
    """
    parts = []
    if circuit.advice:
        parts.append(circuit.advice)
    rates = list(dict.fromkeys(_rates(circuit, "")))[:_MOST]
    if rates:
        shown = " and ".join(
            f"{name} (now {value:.3g}: try {value / 100:.2g} to {value / 10:.2g})" for name, value in rates
        )
        parts.append(f"lower {shown}")
    if largest > _LARGE or 0 < largest < _SMALL:
        parts.append(f"rescale the data, which reach {largest:.3g}, to about 1")
    return f": {', or '.join(parts)}" if parts else ""


def _rates(value: Any, path: str) -> Iterator[tuple[str, float]]:
    """Yield names and values of the rates of learning in a circuit, those of its rules and schedules included."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _rates(item, path)
    if not isinstance(value, eqx.Module):
        return
    for field in dataclasses.fields(value):  # pyright: ignore[reportArgumentType]
        inner = getattr(value, field.name)
        # A schedule is known by the name of the field that holds it.
        name = ".".join(filter(None, [path, field.name if field.name != "initial" or not path else ""]))
        is_number = isinstance(inner, int | float | np.generic | jax.Array) and np.ndim(inner) == 0
        if (field.name in _RATES or field.name.endswith("_learning_rate")) and is_number:
            yield name, float(inner)
        else:
            yield from _rates(inner, name)
