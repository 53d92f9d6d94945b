"""Files that are either whole or not there: tensors and JSON, written beside their place and moved into it."""

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bouton.errors import CheckpointError

__all__ = [
    "TEMPORARY_PREFIX",
    "digest_of",
    "ensure_writable",
    "read_json",
    "read_tensors",
    "sweep",
    "write_json",
    "write_tensors",
]

TEMPORARY_PREFIX = ".writing-"


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that at any moment its place holds the old content, the new one, or nothing.

    Raises
    ------
    CheckpointError
        If the file cannot be written; what was there before is untouched.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=f"-{path.name}", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise CheckpointError(
            f"cannot write {path}: {error.strerror or error}; free some space or choose a folder that can be written to"
        ) from error
    except BaseException:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise


def ensure_writable(folder: Path) -> None:
    """Make a folder, if it is not there, and make sure that files can be written into it.

    Raises
    ------
    CheckpointError
        If not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=TEMPORARY_PREFIX, dir=folder):
            pass
    except OSError as error:
        raise CheckpointError(
            f"cannot write into {folder}: {error.strerror or error}; choose a folder that can be written to"
        ) from error


def _sync_folder(folder: Path) -> None:
    # Not every system lets a folder be opened; there a rename is durable when the file is.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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


def sweep(folder: Path) -> None:
    """Remove what writes left behind that were killed."""
    for leftover in folder.glob(f"{TEMPORARY_PREFIX}*"):
        with contextlib.suppress(OSError):
            leftover.unlink()
