"""What of a state and of info is looked at: arrays by their path."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

__all__ = ["Selection", "as_path", "recordable", "select"]


class Selection(NamedTuple):
    """What is recorded: names of arrays of info and of state, and the number of steps between recorded ones."""

    info: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    every: int = 1

    def __bool__(self) -> bool:
        return bool(self.info or self.state)


def recordable(tree: Any) -> dict[str, Any]:
    """Return the arrays of a state or info by their path, as in ``hidden.weights``."""
    paths = jax.tree_util.tree_flatten_with_path(tree)[0]
    named = {jax.tree_util.keystr(path, simple=True, separator="."): leaf for path, leaf in paths if path}
    return {name: leaf for name, leaf in named.items() if not jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)}


def as_path(name: str) -> str:
    """Return a name whose parts are parted by strokes, as in ``0.001/reward``, as `recordable` spells it."""
    return name.replace("/", ".")


def select(tree: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the named arrays of a state or info, which may lie inside named tuples, modules, mappings and tuples."""
    found = recordable(tree) if names else {}
    return {name: found[as_path(name)] for name in names}
