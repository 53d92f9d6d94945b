"""Where a circuit starts: states that are handed in are checked, and any circuit starts from weights that are given."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray, PyTree
from numpy.typing import ArrayLike

from bouton.engine._doors import described
from bouton.engine.circuit import Circuit
from bouton.engine.selection import as_path, recordable
from bouton.errors import InputError

__all__ = ["checked_state", "returned_by", "start_from"]


def start_from(circuit: Circuit, given: Mapping[str, ArrayLike], *, key: PRNGKeyArray) -> Any:
    """Return the state of a circuit before the first event, with weights, or whatever its state holds, as given.

    Parameters
    ----------
    circuit : Circuit
        What is to start.
    given : mapping of str to array
        Arrays of the state by their path, as recordings name them: ``"feedforward"``, ``"hidden.weights"``. Lists are
        arrays.
    key : PRNG key
        Seed of all that is not given.

    Returns
    -------
    PyTree
        The state, for `run(..., state=)`.

    Raises
    ------
    InputError
        If the state has no such array, or it has another shape, or holds anything but finite real numbers.

    Examples
    --------
    >>> import jax
    >>> from bouton.engine import start_from
    >>> from bouton.similarity import SNMFNetwork
    >>> start = start_from(SNMFNetwork(3, 2), {"feedforward": [[1, 0, 0], [0, 0.5, 0]]}, key=jax.random.key(0))
    >>> start.feedforward.tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.5, 0.0]]
    """
    state = circuit.init(key)
    holds = recordable(state)
    wanted = {as_path(name): value for name, value in given.items()}
    if missing := wanted.keys() - holds.keys():
        raise InputError(f"the state of {type(circuit).__name__} has no {min(missing)!r}: it has {', '.join(holds)}")
    paths, structure = jax.tree_util.tree_flatten_with_path(state)
    named = [(jax.tree_util.keystr(path, simple=True, separator="."), leaf) for path, leaf in paths]
    leaves = [_as_leaf(name, wanted[name], leaf) if name in wanted else leaf for name, leaf in named]
    return jax.tree.unflatten(structure, leaves)


def checked_state(circuit: Circuit, state: PyTree) -> PyTree:
    """Return a state that was handed in, as arrays of the types that the circuit's own state has.

    Raises
    ------
    InputError
        If it is the state of another circuit: its structure or the shape of an array differs.
    """
    own = _own_state(circuit)
    paths, structure = jax.tree_util.tree_flatten_with_path(own)
    try:
        given = structure.flatten_up_to(state)
    except (ValueError, TypeError):
        raise InputError(
            f"state is not one of {type(circuit).__name__}, whose states are {described(own)}: got {_told(state)}; "
            "take the state of a run of this circuit, or circuit.init(key)"
        ) from None
    leaves = [
        _as_leaf(f"state.{jax.tree_util.keystr(path, simple=True, separator='.')}".rstrip("."), value, leaf)
        for (path, leaf), value in zip(paths, given, strict=True)
    ]
    return jax.tree.unflatten(structure, leaves)


_MOST_KEPT = 64
_kept: dict[Any, Any] = {}
"""Shapes by the structure of circuits: short runs, one after the other, trace `init` and `step` once."""


def _own_state(circuit: Circuit) -> Any:
    return _remembered("state", circuit, lambda: jax.eval_shape(circuit.init, jax.random.key(0)))


def returned_by(circuit: Circuit, key: PRNGKeyArray, state: PyTree) -> Any:
    """Return the shapes of what a step returns for a state as `circuit.init` makes it."""
    return _remembered("step", circuit, lambda: jax.eval_shape(circuit.step, key, state, circuit.event))


def _remembered(what: str, circuit: Circuit, traced: Callable[[], Any]) -> Any:
    leaves, structure = jax.tree.flatten(circuit)
    shapes = tuple((jnp.shape(leaf), jnp.result_type(leaf)) for leaf in leaves)
    kind = what, structure, shapes, jnp.result_type(float)
    if kind not in _kept:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[kind] = traced()
    return _kept[kind]


def _told(state: Any) -> str:
    if isinstance(state, type):
        return f"the class {state.__name__}"
    held = ", ".join(recordable(jax.tree.map(jnp.asarray, state))) if _is_of_arrays(state) else ""
    return f"{type(state).__name__} of {held}" if held else type(state).__name__


def _is_of_arrays(state: Any) -> bool:
    return all(hasattr(leaf, "dtype") and hasattr(leaf, "shape") for leaf in jax.tree.leaves(state))


def _as_leaf(name: str, value: Any, like: Any) -> Any:
    """Return a value as an array of the shape and type of another."""
    if isinstance(value, jax.Array) and value.shape == like.shape and value.dtype == like.dtype:
        return value
    if jnp.issubdtype(like.dtype, jax.dtypes.prng_key):
        raise InputError(f"{name} must be random keys of shape {like.shape}, got {value!r}")
    try:
        array = value if isinstance(value, jax.Array) else np.asarray(value)
        kind = np.dtype(array.dtype).kind
    except (ValueError, TypeError):
        kind = "O"
    if kind not in "biuf":
        raise InputError(f"{name} must be an array of numbers of shape {like.shape}, got {type(value).__name__}")
    if array.shape != like.shape:
        advice = "it belongs to a circuit of another size"
        if array.shape[1:] == like.shape and array.shape:
            advice = f"it looks like {array.shape[0]} states at once, which `Copies` runs"
        elif array.ndim == 2 and array.shape[::-1] == like.shape:
            advice = "it is the transpose, hand over its .T"
        raise InputError(f"{name} must have shape {like.shape}, got {array.shape}: {advice}")
    if kind == "f" and np.dtype(like.dtype).kind != "f":
        raise InputError(f"{name} must hold whole numbers ({like.dtype}), got {array.dtype}")
    if isinstance(array, np.ndarray) and not np.all(np.isfinite(array)):
        raise InputError(f"{name} must be finite, got {array[~np.isfinite(array)][0]}")
    return jnp.asarray(array, like.dtype)
