"""Model files: a trained circuit as ``model.json`` (circuit, versions, checksums) and ``model-DIGEST.safetensors``.

The second holds the state, is named by its content, and is named in the first: a model written over an older one is the
older one until ``model.json`` is replaced, and the new one from then on. No pickle: a file cannot run code, and what it
names is believed only where it is a class of bouton whose constructor takes what the file says. Circuits of bouton are
rebuilt from the file alone; of others, the state is read into the circuit that one hands over.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import jax
import numpy as np
from jaxtyping import PyTree

from bouton.engine._files import is_texts, read_json, read_pair, write_pair
from bouton.engine.checkpoint import FORMAT, named_leaves, restored
from bouton.engine.circuit import Circuit
from bouton.engine.describe import describe, difference, rebuild, versions
from bouton.errors import CheckpointError

__all__ = ["about", "load", "save"]

_STEM = "model"
C = TypeVar("C", bound=Circuit)


def save(folder: str | os.PathLike, circuit: Circuit, state: PyTree, **facts: Any) -> Path:
    """Write a trained circuit into a folder.

    Parameters
    ----------
    folder : path
        Where ``model.json`` and the tensors beside it go; made if it is not there.
    circuit : Circuit
        The circuit.
    state : PyTree
        Its state.
    **facts
        Further JSON values to keep with it, such as the data it learned.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    CheckpointError
        If it cannot be written; a model that was there before is untouched.

    Examples
    --------
    >>> import bouton, jax, tempfile
    >>> circuit = bouton.similarity.SNMFNetwork(n_inputs=3, n_outputs=2)
    >>> folder = bouton.save(tempfile.mkdtemp(), circuit, circuit.init(jax.random.key(0)))
    >>> bouton.load(folder)[0] == circuit
    True
    """
    path = Path(folder)
    arrays: dict[str, np.ndarray] = {}
    description = describe(circuit, arrays)
    content = {"format": FORMAT, "circuit": description, "versions": versions(), "facts": facts}
    write_pair(path, _STEM, content, named_leaves(state) | arrays)
    return path


def load(folder: str | os.PathLike, circuit: C | None = None) -> tuple[Circuit | C, PyTree]:
    """Read a trained circuit.

    Parameters
    ----------
    folder : path
        Folder with ``model.json`` and the tensors beside it.
    circuit : Circuit, optional
        The circuit whose state it is; needed for circuits that are not bouton's own.

    Returns
    -------
    tuple
        Circuit and state.

    Raises
    ------
    CheckpointError
        If the files are missing, damaged, or belong to another circuit.
    """
    path = Path(folder)
    content, tensors = read_pair(path, _STEM, FORMAT)
    content.take("circuit", lambda value: isinstance(value, dict))
    if circuit is None:
        found = rebuild(content["circuit"], tensors)
        if not isinstance(found, Circuit):
            raise CheckpointError(f"{path} holds a {type(found).__name__}, which is no circuit")
    else:
        found = circuit
        differs = difference(content["circuit"], describe(circuit))
        if differs:
            raise CheckpointError(f"{path} holds another circuit: {differs}")
    return found, restored(tensors, jax.eval_shape(found.init, jax.random.key(0)))


def about(folder: str | os.PathLike) -> Mapping[str, Mapping[str, Any]]:
    """Return what is kept beside a trained circuit.

    Parameters
    ----------
    folder : path
        Folder with ``model.json``.

    Returns
    -------
    mapping
        "facts" as `save` was given them, and "versions" of the software.

    Raises
    ------
    CheckpointError
        If the file is missing, damaged or of another format.

    Examples
    --------
    >>> import bouton, jax, tempfile
    >>> circuit = bouton.similarity.SNMFNetwork(n_inputs=3, n_outputs=2)
    >>> folder = bouton.save(tempfile.mkdtemp(), circuit, circuit.init(jax.random.key(0)), rows=7)
    >>> about(folder)["facts"]
    {'rows': 7}
    """
    content = read_json(Path(folder) / f"{_STEM}.json", FORMAT)
    facts = content.take("facts", lambda value: isinstance(value, dict))
    return {"facts": facts, "versions": content.take("versions", is_texts)}
