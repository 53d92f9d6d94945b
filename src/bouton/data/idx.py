"""Read IDX files, the format of MNIST: big-endian header (magic, count[, rows, columns]), then one unsigned byte each.

The magic number is 2051 for images and 2049 for labels. Plain and gzip files are told apart by their first two bytes.
"""

import gzip
import os
import struct
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from bouton.errors import InputError

__all__ = ["read_idx_images", "read_idx_labels"]

_KINDS = {2051: "images", 2049: "labels"}
_GZIP = b"\x1f\x8b"


def read_idx_images(path: str | os.PathLike[str]) -> UInt8[np.ndarray, "samples height width"]:
    """Return the images of an IDX file (plain or gzip).

    Raises
    ------
    InputError
        When the file is missing, of another kind, damaged, or not of the length that its header announces.
    """
    return _read(Path(path).expanduser(), 2051, 3)


def read_idx_labels(path: str | os.PathLike[str]) -> UInt8[np.ndarray, " samples"]:
    """Return the labels of an IDX file (plain or gzip); raises as `read_idx_images`."""
    return _read(Path(path).expanduser(), 2049, 1)


def _read(path: Path, magic: int, n_dimensions: int) -> np.ndarray:
    if not path.is_file():
        raise InputError(f"{path} does not exist; an IDX file of {_KINDS[magic]} was expected")
    try:
        with path.open("rb") as raw:
            compressed = raw.read(2) == _GZIP
        with gzip.open(path, "rb") if compressed else path.open("rb") as file:
            header = file.read(4 * (1 + n_dimensions))
            shape = _shape(path, header, magic, n_dimensions)
            expected = int(np.prod(shape, dtype=object))
            # One byte more than announced shows a file that is too long without reading an endless one.
            content = file.read(expected + 1)
    except (OSError, EOFError, zlib.error, MemoryError, OverflowError) as error:
        raise InputError(f"{path} is damaged or truncated: {error}") from error
    if len(content) != expected:
        found = f"{len(content)} were found" if len(content) < expected else "more follow"
        raise InputError(f"{path}: {expected} bytes for shape {shape} were expected after the header, {found}")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _shape(path: Path, header: bytes, magic: int, n_dimensions: int) -> tuple[int, ...]:
    expected = 4 * (1 + n_dimensions)
    found = struct.unpack(">I", header[:4])[0] if len(header) >= 4 else None
    if found is not None and found != magic:
        kind = f"a file of {_KINDS[found]}" if found in _KINDS else "no IDX file of bytes"
        raise InputError(
            f"{path} has magic number {found}, {kind}; the file of {_KINDS[magic]} (magic number {magic}) was expected"
        )
    if len(header) < expected:
        raise InputError(f"{path} is truncated: a header of {expected} bytes was expected, {len(header)} were found")
    return struct.unpack(f">{n_dimensions}I", header[4:])
