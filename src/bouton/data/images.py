"""Read pictures as linear luminance: proportional to light, 0 (black) to 1 (white).

    v -> v / 12.92                    for v <= 0.04045        (the sRGB curve undone, v in 0..1)
         ((v + 0.055) / 1.055)^2.4    otherwise
    L = 0.2126 R + 0.7152 G + 0.0722 B

(IEC 61966-2-1.) Palette, CMYK and other colour spaces are converted to RGB first; 16-bit grey keeps its 16 bits;
transparency is composited over black, because what is transparent sends no light. The EXIF orientation is ignored:
pixels come as they are stored. Of files with several pictures the first is read.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.data.sources import RowSource
from bouton.errors import InputError

__all__ = ["IMAGE_SUFFIXES", "ImageFolder", "read_image", "read_images"]

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".bmp", ".tif", ".tiff")
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def read_image(path: str | os.PathLike[str], linearise: bool = True) -> Float[np.ndarray, "height width"]:
    """Return one picture as luminance, float32, 0 to 1.

    Parameters
    ----------
    path : path
        png, jpg, pgm, ppm, bmp or tif.
    linearise : bool, default True
        Undo the sRGB curve. Pass False for files whose pixels are proportional to light already.

    Raises
    ------
    InputError
        When the file is missing, empty, truncated or no picture.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "grey.pgm"
    >>> _ = path.write_bytes(b"P5 2 1 255 " + bytes([0, 255]))
    >>> read_image(path)
    array([[0., 1.]], dtype=float32)
    """
    path = Path(path).expanduser()
    with _opened(path) as image:
        return _luminance(image, linearise).astype(np.float32)


def read_images(
    folder: str | os.PathLike[str], linearise: bool = True, normalise: bool = False
) -> dict[str, Float[np.ndarray, "height width"]]:
    """Return all pictures of a folder (not of its subfolders) by file name, in the order of the names.

    Parameters
    ----------
    folder : path
        Holds png, jpg, pgm, ppm, bmp or tif files; others are passed over.
    linearise : bool, default True
        Undo the sRGB curve.
    normalise : bool, default False
        Divide each picture by its standard deviation.

    Raises
    ------
    InputError
        When there is no picture, or one cannot be read.
    """
    images = {path.name: read_image(path, linearise) for path in image_paths(Path(folder).expanduser())}
    return {name: _by_deviation(name, image) for name, image in images.items()} if normalise else images


class ImageFolder(RowSource):
    """A folder of pictures of one size: each is one row of height x width luminances, decoded when it is read.

    Parameters
    ----------
    folder : Path
        Holds the pictures; rows are in the order of the file names.
    linearise : bool, default True
        Undo the sRGB curve.

    Raises
    ------
    InputError
        When there is no picture, one cannot be opened, or the sizes differ.
    """

    def __init__(self, folder: str | os.PathLike[str], linearise: bool = True):
        folder = Path(folder).expanduser()
        self.paths = image_paths(folder)
        self._linearise = linearise
        width, height = _size(self.paths[0])
        for path in self.paths[1:]:
            if _size(path) != (width, height):
                raise InputError(
                    f"{folder}: images differ in size ({self.paths[0].name} is {width} x {height}, {path.name} is "
                    f"{' x '.join(map(str, _size(path)))}); resize them, or draw patches with ImagePatches"
                )
        self.image_shape = (height, width)
        super().__init__(str(folder), (len(self.paths), height * width), np.dtype(np.float32))

    def _rows(self, start: int, stop: int) -> np.ndarray:
        rows = np.empty((stop - start, self.n_features), np.float32)
        for row, path in zip(rows, self.paths[start:stop], strict=True):
            image = read_image(path, self._linearise)
            if image.shape != self.image_shape:
                raise InputError(f"{path} has changed its size since the folder was opened; open it again")
            row[:] = image.ravel()
        return rows


def image_paths(folder: Path) -> list[Path]:
    """Return the pictures directly inside a folder in the order of their names, or raise InputError."""
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; a folder of images was expected")
    paths = sorted(
        (path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")),
        key=lambda path: path.name,
    )
    if not paths:
        raise InputError(f"{folder} holds no images ({', '.join(IMAGE_SUFFIXES)}); subfolders are not searched")
    return paths


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import struct

    from PIL import Image

    try:
        with Image.open(path) as image:
            yield image
    except InputError:
        raise
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist; check the spelling and the working folder") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(f"{path} is too large to be opened safely: {error}") from error
    # Decoders of different formats report damage by different exceptions.
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error) as error:
        raise InputError(f"{path} is damaged, truncated or no image: {error}") from error


def _size(path: Path) -> tuple[int, int]:
    with _opened(path) as image:
        return image.size


def _luminance(image: Any, linearise: bool) -> np.ndarray:
    if image.mode == "F":
        return np.asarray(image, dtype=np.float64)
    if image.mode.startswith("I"):
        values = np.asarray(image, dtype=np.float64)
        if values.min() < 0 or values.max() > 65535:
            raise InputError(f"{image.filename} has 32-bit pixels, at most 16 bits were expected; convert it")
        return _linear(values / 65535, linearise)
    transparent = image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info
    if image.mode in ("1", "L") and not transparent:
        return _linear(np.asarray(image.convert("L"), dtype=np.float64) / 255, linearise)
    pixels = np.asarray(image.convert("RGBA" if transparent else "RGB"), dtype=np.float64) / 255
    luminance = _linear(pixels[..., :3], linearise) @ _LUMINANCE
    return luminance * pixels[..., 3] if transparent else luminance


def _linear(values: np.ndarray, linearise: bool) -> np.ndarray:
    if not linearise:
        return values
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _by_deviation(name: str, image: np.ndarray) -> np.ndarray:
    deviation = image.std(dtype=np.float64)
    if deviation == 0:
        raise InputError(f"{name} is of one grey throughout, it cannot be divided by its standard deviation; remove it")
    return (image / deviation).astype(np.float32)
