"""Made-up results with which a section shows that its checks can fail: ways to change what makes them hold."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["Change", "flipped", "put", "scaled"]

Change = Callable[[Mapping[str, Any]], dict[str, Any]]


def put(name: str, value: Any, place: Any = ...) -> Change:
    """Return a change that puts a value at a place of one result; everywhere by default."""

    def change(results: Mapping[str, Any]) -> dict[str, Any]:
        changed = np.array(results[name])
        changed[place] = value
        return {name: changed}

    return change


def scaled(name: str, factor: float) -> Change:
    """Return a change that multiplies one result."""
    return lambda results: {name: np.asarray(results[name]) * factor}


def flipped(name: str, axis: int = -1) -> Change:
    """Return a change that turns the order of one result along an axis round."""
    return lambda results: {name: np.flip(np.asarray(results[name]), axis)}
