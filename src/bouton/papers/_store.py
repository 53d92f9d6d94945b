"""The store of results: one file per section, scale, seed and float width, read again only where nothing has changed.

A file is a NumPy archive without pickle: the arrays, and one text of JSON that says how they are nested and what they
were measured with.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bouton._files import sweep, write_together
from bouton.errors import InputError

__all__ = ["Measured", "Store"]

_UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, IndexError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What damaged archives raise; a run-time error is an unknown compression, a password, or too deep a nesting."""

_FORMAT = 1
_DESCRIPTION = "description"
# The last ones: an archive whose bytes say that it is compressed in another way, or encrypted.
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError, EOFError, zipfile.BadZipFile,
               NotImplementedError, RuntimeError, zlib.error)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """The results of a section and what they were measured with.

    Parameters
    ----------
    results : mapping
        Names to plain values and arrays.
    key : mapping
        All that the results depend on, as plain values.
    seconds : float
        How long it took.
    """

    results: Mapping[str, Any]
    key: Mapping[str, Any]
    seconds: float


@dataclass(frozen=True)
class Store:
    """A folder of results.

    Parameters
    ----------
    folder : Path
        Made when the first results are written.
    """

    folder: Path

    def path(self, paper: str, section: str, scale: str, seed: int, width: int) -> Path:
        """Return where the results of a section lie."""
        return self.folder / paper / f"{section}-{scale}-seed{seed}-float{width}.npz"

    def seeds(self, paper: str, scale: str) -> tuple[int, ...]:
        """Return the seeds for which some section of a paper has results at a scale, in their order."""
        found = [re.fullmatch(rf".+-{scale}-seed(\d+)-float\d+\.npz", path.name) for path in self._files(paper)]
        return tuple(sorted({int(match[1]) for match in found if match}))

    def _files(self, paper: str) -> list[Path]:
        folder = self.folder / paper
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def read(self, path: Path) -> Measured | None:
        """Return what a file holds; None where there is none, or it cannot be read."""
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
                described = json.loads(archive[_DESCRIPTION].tobytes().decode("utf-8"))
                if described["format"] != _FORMAT:
                    return None
                results = _decoded(described["results"], archive)
            return Measured(results, described["key"], float(described["seconds"]))
        except _UNREADABLE:
            return None

    def write(self, path: Path, measured: Measured) -> Measured:
        """Write results, whole or not at all, and return them as they will be read.

        Raises
        ------
        InputError
            If there is something in them that is neither a plain value nor an array of plain values.
        """
        arrays: dict[str, np.ndarray] = {}
        described = {
            "format": _FORMAT,
            "key": measured.key,
            "seconds": measured.seconds,
            "results": _encoded(measured.results, arrays, "results"),
        }
        text = json.dumps(described).encode("utf-8")
        buffer = io.BytesIO()
        np.savez(buffer, **{_DESCRIPTION: np.frombuffer(text, np.uint8)}, **arrays)  # type: ignore[arg-type]
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            sweep(path.parent)
            write_together(path.parent, {path.name: buffer.getvalue()})
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InputError(f"cannot write the results {path} ({reason}): choose another output folder") from error
        read = self.read(path)
        if read is None:
            raise InputError(f"the results written to {path} cannot be read again")
        return read


def _encoded(value: Any, arrays: dict[str, np.ndarray], place: str) -> Any:
    if value is None or isinstance(value, bool | str) or type(value) in (int, float):
        return value
    if isinstance(value, Mapping):
        pairs = [
            [_encoded(key, arrays, place), _encoded(item, arrays, f"{place}[{key!r}]")] for key, item in value.items()
        ]
        return {"mapping": pairs}
    if type(value) in (list, tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [_encoded(item, arrays, f"{place}[{number}]") for number, item in enumerate(value)]}
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        array = np.asarray(value)
        if array.dtype.kind in "biufcSU":
            name = f"array{len(arrays)}"
            arrays[name] = array
            return {"scalar" if isinstance(value, np.generic) else "array": name}
    raise InputError(f"{place} must be a plain value or an array of plain values, got {type(value).__name__}")


def _decoded(value: Any, archive: Mapping[str, np.ndarray]) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "mapping":
        return {_decoded(key, archive): _decoded(item, archive) for key, item in content}
    if kind in ("list", "tuple"):
        items = [_decoded(item, archive) for item in content]
        return items if kind == "list" else tuple(items)
    array = archive[content]
    return array[()] if kind == "scalar" else array
