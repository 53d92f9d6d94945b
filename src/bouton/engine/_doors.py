"""What `run` and its neighbours are handed: the common mistakes, each refused in words."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PyTree

from bouton._allowed import shown
from bouton._forked import refuse_forked
from bouton.errors import InputError

__all__ = ["check_circuit", "check_key", "check_record", "described", "explain_step", "info_of"]

_PARTS = ("event", "init", "respond", "step")


def check_circuit(circuit: Any) -> None:
    """Refuse a class, an estimator, or whatever else is no circuit; and to compute where JAX cannot."""
    refuse_forked()
    if isinstance(circuit, type) or not all(hasattr(type(circuit), part) for part in _PARTS):
        advice = ": an estimator learns by its own fit(X)" if hasattr(circuit, "fit") else ""
        if isinstance(circuit, type):
            advice = ""
        elif hasattr(circuit, "shape"):
            advice = ": the circuit comes first, then the stream"
        raise InputError(f"circuit must be a Circuit, got {shown(circuit)}{advice}")


def check_key(key: Any) -> None:
    """Refuse what is no random key of JAX; traced keys and keys of the old kind pass."""
    kind, shape = getattr(key, "dtype", None), getattr(key, "shape", None)
    if kind is not None and jnp.issubdtype(kind, jax.dtypes.prng_key) and shape == ():
        return
    if kind == np.uint32 and len(shape or ()) == 1:
        return
    seed = int(key) if isinstance(key, int | np.integer) else 0
    raise InputError(f"key must be one random key of JAX, got {shown(key)}: hand over jax.random.key({seed})")


def check_record(record: Any) -> None:
    """Refuse recordings that are neither names, for every step, nor names with the steps between recorded values."""
    if record is None or isinstance(record, Mapping):
        return
    if isinstance(record, list | tuple) and all(isinstance(name, str) for name in record):
        return
    name = record if isinstance(record, str) else "y"
    raise InputError(
        "record must map each name to the number of steps between recorded values, or list names to record at every "
        f'step, got {shown(record)}: give record={{"{name}": 1}}'
    )


def explain_step(circuit: Any, key: Any, state: PyTree) -> None:
    """Say what is wrong with what a step returns, if that is what is wrong."""
    try:
        returned = jax.eval_shape(circuit.step, key, state, circuit.event)
    except Exception:
        # The step itself fails: its own error says more.
        return
    info_of(circuit, state, returned)


def info_of(circuit: Any, state: PyTree, returned: Any) -> Any:
    """Return the info of what a step has returned; refuse what is not a state like the one before, and info."""
    name = type(circuit).__name__
    if type(returned) is not tuple or len(returned) != 2:
        raise InputError(
            f"{name}.step must return two things, the new state and what one may look at (info), got "
            f"{_with_fields(returned)}: return state, info, or state, () where there is nothing to look at"
        )
    after, before = jax.tree.structure(returned[0]), jax.tree.structure(state)
    if after != before:
        raise InputError(f"{name}.step must return a state like the one it is handed, {before}; it returned {after}")
    leaves = zip(jax.tree_util.tree_leaves_with_path(state), jax.tree.leaves(returned[0]), strict=True)
    for (path, old), new in leaves:
        if np.shape(old) != np.shape(new):
            leaf = jax.tree_util.keystr(path, simple=True, separator=".")
            raise InputError(f"{name}.step must keep the shape of state.{leaf}, {np.shape(old)}, got {np.shape(new)}")
    return returned[1]


def described(tree: PyTree) -> str:
    """Return the name of a state with those of its fields."""
    fields = getattr(tree, "_fields", ())
    return f"{type(tree).__name__}({', '.join(fields)})" if fields else type(tree).__name__


def _with_fields(value: Any) -> str:
    return f"{len(value)} of them" if type(value) is tuple else f"one {described(value)}"
