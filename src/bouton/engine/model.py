"""Model files: a trained circuit as ``model.safetensors`` (state) and ``model.json`` (circuit, versions, checksum).

No pickle: a file cannot run code. Circuits of bouton are rebuilt from the file alone; of others, the state is read into
the circuit that one hands over.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import jax
import numpy as np
from jaxtyping import PyTree

from bouton.engine._files import read_json, read_tensors, write_json, write_tensors
from bouton.engine.checkpoint import FORMAT, named_leaves, restored
from bouton.engine.circuit import Circuit
from bouton.engine.describe import describe, difference, rebuild, versions
from bouton.errors import CheckpointError

__all__ = ["about", "load", "save"]

_JSON, _TENSORS = "model.json", "model.safetensors"
C = TypeVar("C", bound=Circuit)


def save(folder: str | os.PathLike, circuit: Circuit, state: PyTree, **facts: Any) -> Path:
    """Write a trained circuit into a folder.

    Parameters
    ----------
    folder : path
        Where ``model.safetensors`` and ``model.json`` go; made if it is not there.
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
        If it cannot be written; files that were there before are untouched.

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
    digest = write_tensors(path / _TENSORS, named_leaves(state) | arrays)
    content = {"format": FORMAT, "circuit": description, "versions": versions(), "tensors_sha256": digest}
    write_json(path / _JSON, content | {"facts": facts})
    return path


def load(folder: str | os.PathLike, circuit: C | None = None) -> tuple[Circuit | C, PyTree]:
    """Read a trained circuit.

    Parameters
    ----------
    folder : path
        Folder with ``model.safetensors`` and ``model.json``.
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
    content = _read(path)
    tensors = read_tensors(path / _TENSORS, content["tensors_sha256"])
    if circuit is None:
        found = rebuild(content["circuit"], tensors)
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
    content = _read(Path(folder))
    return {"facts": content.get("facts", {}), "versions": content.get("versions", {})}


def _read(path: Path) -> dict[str, Any]:
    content = read_json(path / _JSON)
    if content.get("format") != FORMAT:
        raise CheckpointError(
            f"{path / _JSON} has format {content.get('format')}, this version of bouton reads format {FORMAT}"
        )
    return content
