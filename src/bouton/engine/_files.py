"""Tensors and JSON with checksums, in files that are whole or not there."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from bouton._files import beside, sweep, write_new, write_together
from bouton.errors import CheckpointError

__all__ = [
    "digest_of",
    "ensure_writable",
    "read_json",
    "read_tensors",
    "write_json",
    "write_tensors",
]


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that at any moment its place holds the old content, the new one, or nothing.

    Raises
    ------
    CheckpointError
        If the file cannot be written; what was there before is untouched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_together(path.parent, {path.name: content})
    except OSError as error:
        raise CheckpointError(
            f"cannot write {path}: {error.strerror or error}; free some space or choose a folder that can be written to"
        ) from error


def ensure_writable(folder: Path) -> None:
    """Make a folder, if it is not there, make sure that files can be written into it, and sweep what kills left behind.

    Raises
    ------
    CheckpointError
        If not.
    """
    probe = beside(folder / "probe")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_new(probe, b"")
        probe.unlink()
    except OSError as error:
        raise CheckpointError(
            f"cannot write into {folder}: {error.strerror or error}; choose a folder that can be written to"
        ) from error
    sweep(folder)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_tensors(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> str:
    """Write a safetensors file; return the SHA-256 of its bytes."""
    from safetensors.numpy import save

    content = save({name: np.asarray(value, order="C") for name, value in tensors.items()}, metadata)
    write_bytes(path, content)
    return digest_of(content)


def read_tensors(path: Path, digest: str | None = None) -> dict[str, np.ndarray]:
    """Read a safetensors file and check its digest.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, or not the file that was written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error
    if digest is not None and digest_of(content) != digest:
        raise CheckpointError(f"{path} is damaged: its checksum is not the one that was stored with it")
    try:
        return load(content)
    except (SafetensorError, ValueError, KeyError) as error:
        raise CheckpointError(f"{path} is not a readable safetensors file: {error}") from error


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file that carries its own checksum."""
    text = json.dumps(content, indent=1, sort_keys=True, allow_nan=False)
    sealed = content | {"checksum": digest_of(text.encode())}
    write_bytes(path, (json.dumps(sealed, indent=1, sort_keys=True, allow_nan=False) + "\n").encode())


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file written by `write_json`.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, or its checksum is wrong.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        checksum = content.pop("checksum")
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, AttributeError, TypeError):
        raise CheckpointError(f"{path} is damaged: it is not JSON with a checksum") from None
    if digest_of(json.dumps(content, indent=1, sort_keys=True, allow_nan=False).encode()) != checksum:
        raise CheckpointError(f"{path} is damaged: its checksum is not the one that was stored with it")
    return content
