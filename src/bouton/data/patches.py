"""Draw square patches from images: positions uniform over all valid positions of all images, variants equally likely.

An image of h x w pixels has (h - s + 1)(w - s + 1) valid positions of an s x s patch; one position is drawn from the
union of all images' positions, so that large images count in proportion. The dihedral variants are the symmetries of
the square: variant v in 0..7 is the patch rotated by 90 degrees v mod 4 times (anticlockwise), then mirrored left to
right when v >= 4.
"""

import os
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from jaxtyping import Float, Shaped

from bouton.data._arguments import Seed, as_entropy, at_least
from bouton.data.images import read_images
from bouton.data.sources import RowSource, reading_dtype
from bouton.errors import InputError

__all__ = ["ImagePatches", "centre_patches", "sample_patches"]

# Positions are drawn in blocks of this many, each from its own generator: any block can be drawn without those before.
_BLOCK = 4096

Images: TypeAlias = Mapping[str, np.ndarray] | Sequence[np.ndarray] | np.ndarray


class ImagePatches(RowSource):
    """Random patches of images as rows, cut when they are read.

    Neither patches nor positions are stored, so `count` may be as large as one likes; the images are kept in memory.

    Parameters
    ----------
    images : folder, mapping of names to 2-d arrays, sequence of 2-d arrays, or array (images, height, width)
        Of a folder all pictures are read as linear luminance.
    size : int
        Side of the patches in pixels.
    count : int
        Number of patches.
    seed : int or numpy.random.Generator
        Same seed, same patches. Row t does not depend on `count`.
    dihedral : bool, default False
        Rotate and mirror each patch by one of the eight symmetries of the square.

    Raises
    ------
    InputError
        For an image that is smaller than the patch, not 2-d, or holds NaN or infinity.

    Examples
    --------
    >>> import numpy as np
    >>> patches = ImagePatches({"ramp": np.arange(64.0).reshape(8, 8)}, size=3, count=1000, seed=0)
    >>> patches.shape
    (1000, 9)
    >>> image, row, column, variant = patches.positions(0, 1)[0]
    >>> bool(patches[0][0] == 8 * row + column)
    True
    """

    def __init__(
        self, images: str | os.PathLike[str] | Images, size: int, count: int, seed: Seed, dihedral: bool = False
    ):
        if isinstance(images, (str, os.PathLike)):
            images = read_images(images)
        self.size = at_least("size", size)
        self.names, self._images = _checked(images, self.size)
        self._dihedral = bool(dihedral)
        self._entropy = as_entropy(seed)
        self._widths = np.array([image.shape[1] - self.size + 1 for image in self._images])
        heights = np.array([image.shape[0] - self.size + 1 for image in self._images])
        self._ends = np.cumsum(heights * self._widths)
        super().__init__("image patches", (at_least("count", count), self.size**2), self._images[0].dtype)

    @property
    def n_positions(self) -> int:
        """Number of valid positions in all images."""
        return int(self._ends[-1])

    def positions(self, start: int, stop: int) -> Shaped[np.ndarray, "samples 4"]:
        """Return image number, top row, left column and variant (0 to 7) of the patches start to stop (excluded)."""
        blocks = range(start // _BLOCK, (stop - 1) // _BLOCK + 1)
        drawn = np.concatenate([np.empty((0, 4), np.int64), *(self._block(block) for block in blocks)])
        offset = start - start // _BLOCK * _BLOCK
        return drawn[offset : offset + stop - start]

    def _block(self, block: int) -> np.ndarray:
        generator = np.random.default_rng([self._entropy, block])
        flat = generator.integers(self.n_positions, size=_BLOCK)
        variants = generator.integers(8, size=_BLOCK) if self._dihedral else np.zeros(_BLOCK, np.int64)
        image = np.searchsorted(self._ends, flat, side="right")
        first = np.concatenate([[0], self._ends[:-1]])[image]
        rows, columns = np.divmod(flat - first, self._widths[image])
        return np.stack([image, rows, columns, variants], axis=1)

    def _rows(self, start: int, stop: int) -> np.ndarray:
        return self._cut(self.positions(start, stop))

    def _gather(self, indices: np.ndarray) -> np.ndarray:
        positions = np.empty((indices.size, 4), np.int64)
        blocks = indices // _BLOCK
        for block in np.unique(blocks):
            positions[blocks == block] = self._block(int(block))[indices[blocks == block] % _BLOCK]
        return self._cut(positions)

    def _cut(self, positions: np.ndarray) -> np.ndarray:
        patches = np.empty((len(positions), self.size, self.size), self.dtype)
        numbers, rows, columns, variants = positions.T
        for number in np.unique(numbers):
            chosen = numbers == number
            windows = np.lib.stride_tricks.sliding_window_view(self._images[number], (self.size, self.size))
            patches[chosen] = windows[rows[chosen], columns[chosen]]
        if self._dihedral:
            for variant in range(1, 8):
                chosen = variants == variant
                rotated = np.rot90(patches[chosen], variant % 4, axes=(1, 2))
                patches[chosen] = rotated[:, :, ::-1] if variant >= 4 else rotated
        return patches.reshape(len(positions), -1)


def sample_patches(
    images: Images, size: int, count: int, seed: Seed, dihedral: bool = False
) -> Float[np.ndarray, "count pixels"]:
    """Return `count` random patches of `size` x `size` pixels as rows: all of `ImagePatches` at once.

    Parameters
    ----------
    images : mapping of names to 2-d arrays, sequence of 2-d arrays, or array (images, height, width)
        As returned by `load_natural5`, `load_photographs`, `dead_leaves` or `read_images`.
    size : int
        Side of the patches in pixels.
    count : int
        Number of patches.
    seed : int or numpy.random.Generator
        Same seed, same patches.
    dihedral : bool, default False
        Rotate and mirror each patch by one of the eight symmetries of the square.

    Returns
    -------
    array of shape (count, size * size)
        float32 or float64 as the images.

    Examples
    --------
    >>> from bouton.data import load_natural5
    >>> sample_patches(load_natural5(), size=12, count=500, seed=1).shape
    (500, 144)
    """
    patches = ImagePatches(images, size, count, seed, dihedral)
    return patches.read(0, len(patches))


def centre_patches(patches: Float[np.ndarray, "samples pixels"]) -> Float[np.ndarray, "samples pixels"]:
    """Return patches without their own mean: x - mean over its pixels. It makes the rank at most pixels - 1.

    Examples
    --------
    >>> import numpy as np
    >>> centre_patches(np.array([[1.0, 2.0, 6.0]]))
    array([[-2., -1.,  3.]])
    """
    return patches - patches.mean(axis=1, keepdims=True)


def _checked(images: Images, size: int) -> tuple[list[str], list[np.ndarray]]:
    if isinstance(images, np.ndarray) and images.ndim == 2:
        images = [images]
    named = images.items() if isinstance(images, Mapping) else ((f"image {i}", image) for i, image in enumerate(images))
    names, checked = [], []
    for name, image in named:
        image = np.asarray(image)
        dtype = reading_dtype(image.dtype, name)
        if image.ndim != 2:
            raise InputError(f"{name} has shape {image.shape}, (height, width) was expected; convert colour to grey")
        if min(image.shape) < size:
            raise InputError(
                f"{name} has {image.shape[0]} x {image.shape[1]} pixels, too small for patches of {size} x {size}; "
                "remove it or take a smaller size"
            )
        if not np.isfinite(image).all():
            raise InputError(f"{name} holds NaN or infinity, finite pixels were expected; crop or repair it")
        names.append(name)
        checked.append(image.astype(dtype))
    if not checked:
        raise InputError("there are no images to draw patches from")
    common = np.result_type(*checked)
    return names, [image.astype(common, copy=False) for image in checked]
