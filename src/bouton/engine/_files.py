"""Tensors and JSON with checksums, in files that are whole or not there."""

import contextlib
import hashlib
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bouton._files import try_to_write, write_files
from bouton.errors import CheckpointError

__all__ = [
    "Content",
    "digest_of",
    "ensure_writable",
    "is_digest",
    "is_texts",
    "read_json",
    "read_pair",
    "read_tensors",
    "write_json",
    "write_pair",
    "write_tensors",
]


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that at any moment its place holds the old content, the new one, or nothing.

    Raises
    ------
    CheckpointError
        If the file cannot be written; what was there before is untouched.
    """
    write_files(path.parent, {path.name: content}, CheckpointError)


def ensure_writable(folder: Path) -> None:
    """Make a folder, if it is not there, make sure that files can be written into it, and sweep what kills left behind.

    Raises
    ------
    CheckpointError
        If not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try_to_write(folder)
    except OSError as error:
        raise CheckpointError(
            f"cannot write into {folder}: {error.strerror or error}; choose a folder that can be written to"
        ) from error


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_tensors(path: Path, tensors: dict[str, np.ndarray]) -> str:
    """Write a safetensors file; return the SHA-256 of its bytes."""
    content = _packed(tensors)
    write_bytes(path, content)
    return digest_of(content)


def read_tensors(path: Path, digest: str) -> dict[str, np.ndarray]:
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
    if digest_of(content) != digest:
        raise CheckpointError(f"{path} is damaged: its checksum is not the one that was stored with it")
    try:
        return load(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} is not a readable safetensors file: {error}") from error


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file that carries its own checksum."""
    text = _canonical(content)
    write_bytes(path, (_canonical(content | {"checksum": digest_of(text.encode())}) + "\n").encode())


def read_json(path: Path, format: int | None = None) -> "Content":
    """Read a JSON file written by `write_json`.

    Raises
    ------
    CheckpointError
        If it is missing, damaged, or its checksum is wrong; if a format is given, also if it has another one.
    """
    try:
        content = json.loads(path.read_bytes().decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        checksum = content.pop("checksum")
        found = digest_of(_canonical(content).encode())
    except OSError as error:
        raise CheckpointError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise CheckpointError(f"{path} is damaged: it is not JSON with a checksum") from None
    if not isinstance(checksum, str) or found != checksum:
        raise CheckpointError(f"{path} is damaged: its checksum is not the one that was stored with it")
    if format is not None and content.get("format") != format:
        raise CheckpointError(
            f"{path} has format {content.get('format')}, this version of bouton reads format {format}"
        )
    return Content(path, content)


class Content(dict[str, Any]):
    """What a JSON file holds, of which nothing is believed.

    Parameters
    ----------
    path : Path
        The file, named in errors.
    content : dict
        What it holds.
    """

    def __init__(self, path: Path, content: dict[str, Any]):
        super().__init__(content)
        self.path = path

    def take(self, name: str, check: Callable[[Any], bool]) -> Any:
        """Return a value that must be there and pass a check.

        Raises
        ------
        CheckpointError
            If it does not.
        """
        if name not in self or not check(self[name]):
            raise CheckpointError(f"{self.path} is damaged: its {name} is {'missing' if name not in self else 'wrong'}")
        return self[name]


def is_digest(value: Any) -> bool:
    """Return whether a value is a SHA-256 as hexadecimal digits."""
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def is_texts(value: Any) -> bool:
    """Return whether a value maps texts to texts."""
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def write_pair(folder: Path, stem: str, content: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
    """Write tensors and the JSON that describes them, over an older pair if there is one.

    The tensors' file is named by its content, the JSON names it and is replaced last: until then the older pair is
    whole, from then on the new one is. The tensors of the older pair are removed after that.

    Raises
    ------
    CheckpointError
        If they cannot be written; an older pair is untouched then.
    """
    packed = _packed(tensors)
    digest = digest_of(packed)
    name = f"{stem}-{digest[:16]}.safetensors"
    path = folder / f"{stem}.json"
    old = _tensors_of(path)
    write_bytes(folder / name, packed)
    write_json(path, content | {"tensors": name, "tensors_sha256": digest})
    own = re.compile(rf"{re.escape(stem)}-[0-9a-f]{{16}}\.safetensors")
    for file in (*filter(lambda each: own.fullmatch(each.name), folder.glob(f"{stem}-*.safetensors")), *old):
        if file.name != name:
            with contextlib.suppress(OSError):
                file.unlink()


def read_pair(folder: Path, stem: str, format: int) -> tuple[Content, dict[str, np.ndarray]]:
    """Return the JSON and the tensors that `write_pair` wrote, or versions of bouton before it.

    Raises
    ------
    CheckpointError
        If a file is missing or damaged, or the pair is of another format.
    """
    path = folder / f"{stem}.json"
    content = read_json(path, format)
    try:
        return content, _read_named(content, stem)
    except CheckpointError:
        # Another process may have replaced the pair between the two reads.
        again = read_json(path, format)
        if again == content:
            raise
        return again, _read_named(again, stem)


def _read_named(content: Content, stem: str) -> dict[str, np.ndarray]:
    digest = content.take("tensors_sha256", is_digest)
    content.setdefault("tensors", f"{stem}.safetensors")
    name = content.take("tensors", lambda name: name in (f"{stem}-{digest[:16]}.safetensors", f"{stem}.safetensors"))
    return read_tensors(content.path.parent / name, digest)


def _tensors_of(path: Path) -> list[Path]:
    """Return the tensors' file of a pair written by versions that gave it one name, if there is one."""
    try:
        return [] if "tensors" in read_json(path) else [path.with_suffix(".safetensors")]
    except CheckpointError:
        return []


def _packed(tensors: dict[str, np.ndarray]) -> bytes:
    from safetensors.numpy import save

    return save({name: np.asarray(value, order="C") for name, value in tensors.items()})


def _canonical(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True, allow_nan=False)


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is too large")
    return value
