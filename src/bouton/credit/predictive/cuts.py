"""Images and sequences as fixations: grids of patches, pairs of views, mini-batches."""

import warnings

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton._arguments import check_sizes
from bouton.credit.predictive.state import Fixations
from bouton.errors import InputError

__all__ = ["fixations", "offsets_of", "patch_grid", "two_views"]

_LARGE = 10.0


def patch_grid(
    images: Float[np.ndarray, "samples height width *channels"], size: int, stride: int, *, flat: bool = True
) -> Float[np.ndarray, "samples rows columns *patch"]:
    """Cut images into a grid of patches, whose rows are steps in time and whose columns are lanes.

    Parameters
    ----------
    images : array (samples, height, width) or (samples, height, width, channels)
        Pixels, standardised.
    size, stride : int
        Edge of a patch, and pixels from a patch to the next.
    flat : bool
        Whether a patch is a row of values, or a map (size, size, channels) for convolutions. Default True.

    Returns
    -------
    array (samples, rows, columns, values) or (samples, rows, columns, size, size, channels)

    Raises
    ------
    InputError
        If a patch is larger than the images.

    Warns
    -----
    UserWarning
        If pixels at the right and the lower border are in no patch.

    Examples
    --------
    >>> patch_grid(np.zeros((10, 28, 28)), 12, 4).shape
    (10, 5, 5, 144)
    """
    check_sizes(size=size, stride=stride)
    pixels = np.asarray(images)
    if pixels.ndim not in (3, 4):
        raise InputError(f"images must have the shape (samples, height, width) or with channels, got {pixels.shape}")
    pixels = pixels if pixels.ndim == 4 else pixels[..., None]
    height, width = pixels.shape[1:3]
    if min(height, width) < size:
        raise InputError(f"patches of {size} x {size} do not fit into images of {height} x {width}")
    dropped = (height - size) % stride, (width - size) % stride
    if any(dropped):
        warnings.warn(
            f"a grid of patches of {size} with stride {stride} leaves out the last {dropped[0]} rows and "
            f"{dropped[1]} columns of pixels",
            UserWarning,
            stacklevel=2,
        )
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    patches = np.moveaxis(windows, 3, -1)
    return np.ascontiguousarray(patches if not flat else patches.reshape(*patches.shape[:3], -1))


def offsets_of(steps: int, skipped: int, distances: int) -> tuple[int, ...]:
    """Return the offsets of a number of distances where the rows next to a context are skipped.

    Parameters
    ----------
    steps : int
        Rows of the grid, or steps of a sequence.
    skipped : int
        Rows next to the context that are not predicted, since patches overlap.
    distances : int
        K, the number of distances.

    Returns
    -------
    tuple of int
        From ``skipped + 1`` on.

    Raises
    ------
    InputError
        If there are too few rows.

    Examples
    --------
    >>> offsets_of(7, 1, 5)
    (2, 3, 4, 5, 6)
    """
    check_sizes(steps=steps, distances=distances)
    if steps < skipped + distances + 1:
        raise InputError(
            f"K={distances} with skip {skipped} needs at least {skipped + distances + 1} rows; there are {steps}"
        )
    return tuple(range(skipped + 1, skipped + distances + 1))


def fixations(
    sequences: ArrayLike,
    batch_size: int,
    *,
    lengths: ArrayLike | None = None,
    lanes: bool = False,
    epochs: int = 1,
    shuffle: bool = True,
    seed: int = 0,
) -> Fixations:
    """Return mini-batches for `CLAPPNetwork`, the sequences of each epoch in a random order.

    Parameters
    ----------
    sequences : array of samples, steps, and the shape of a step; with lanes: samples, steps, lanes, shape
        One sequence per row, standardised.
    batch_size : int
        Sequences of a mini-batch; those of an epoch that fill none are left out.
    lengths : int array (samples,), optional
        How many steps of each sequence are real. Default: all.
    lanes : bool
        Whether the third axis is that of lanes, as of `patch_grid`. Default False: there is one lane.
    epochs : int
        How often the sequences are gone through. Default 1.
    shuffle : bool
        Whether sequences change places in each epoch. Default True.
    seed : int
        Of the orders. Default 0.

    Returns
    -------
    Fixations
        With an axis of mini-batches in front.

    Raises
    ------
    InputError
        If there is one sequence alone, which leaves nothing to be contrasted with, or numbers do not fit.

    Warns
    -----
    UserWarning
        If values are so large that the margins of the loss mean nothing.

    Examples
    --------
    >>> fixations(np.zeros((25, 4, 3)), 10).inputs.shape
    (2, 10, 4, 1, 3)
    """
    check_sizes(batch_size=batch_size, epochs=epochs)
    rows = np.asarray(sequences)
    if rows.ndim < 3:
        raise InputError(f"sequences must have the shape (samples, steps, *shape), got {rows.shape}")
    if batch_size < 2 or len(rows) < 2:
        raise InputError(
            f"a saccade ends on another sequence: batch_size and the number of sequences must be at least 2, got "
            f"{batch_size} and {len(rows)}"
        )
    if len(rows) < batch_size:
        raise InputError(f"{len(rows)} sequences fill no mini-batch of {batch_size}: give a smaller batch_size")
    spread = float(np.std(rows[:: max(1, len(rows) // 1000)]))
    if spread > _LARGE:
        warnings.warn(
            f"values have a standard deviation of {spread:.3g}, and margins are 1: standardise them first",
            UserWarning,
            stacklevel=2,
        )
    rows = rows if lanes else rows[:, :, None]
    real = np.full(len(rows), rows.shape[1]) if lengths is None else np.asarray(lengths)
    if real.shape != (len(rows),) or not np.issubdtype(real.dtype, np.integer):
        raise InputError(f"lengths must be one integer for each of the {len(rows)} sequences, got shape {real.shape} "
                         f"of {real.dtype.name}")  # fmt: skip
    whole, rng = len(rows) // batch_size, np.random.default_rng(seed)
    order = np.concatenate(
        [(rng.permutation(len(rows)) if shuffle else np.arange(len(rows)))[: whole * batch_size] for _ in range(epochs)]
    ).reshape(epochs * whole, batch_size)
    kind = jnp.result_type(float)
    return Fixations(rows[order].astype(kind), real[order].astype(np.int32))  # pyright: ignore[reportArgumentType]


def two_views(
    images: Float[np.ndarray, "samples height width"],
    *,
    shift: float = 3.0,
    rotation: float = 15.0,
    contrast: float = 0.3,
    seed: int | tuple[int, ...] = 0,
) -> Float[np.ndarray, "samples two height width"]:
    """Return two random views of each image: the fixation of an object that moves a little.

    Parameters
    ----------
    images : array (samples, height, width)
        Pixels, 0 where there is nothing.
    shift : float
        Largest shift along either axis, in pixels. Default 3.
    rotation : float
        Largest rotation about the centre, in degrees. Default 15.
    contrast : float
        Largest share by which pixels are scaled up or down. Default 0.3.
    seed : int or tuple of int
        Of the views. Default 0.

    Returns
    -------
    array (samples, 2, height, width)

    Examples
    --------
    >>> two_views(np.ones((3, 8, 8))).shape
    (3, 2, 8, 8)
    """
    pixels, rng = np.asarray(images), np.random.default_rng(seed)
    if pixels.ndim != 3:
        raise InputError(f"images must have the shape (samples, height, width), got {pixels.shape}")
    samples, height, width = pixels.shape
    count = (samples, 2, 1, 1)
    angle = np.radians(rng.uniform(-rotation, rotation, count))
    moved = rng.uniform(-shift, shift, (2, *count))
    rows, columns = np.arange(height)[:, None] - (height - 1) / 2, np.arange(width) - (width - 1) / 2
    y = np.cos(angle) * rows - np.sin(angle) * columns + (height - 1) / 2 + moved[0]
    x = np.sin(angle) * rows + np.cos(angle) * columns + (width - 1) / 2 + moved[1]
    scaled = 1 + rng.uniform(-contrast, contrast, count)
    return (scaled * _between(pixels, y, x)).astype(pixels.dtype if pixels.dtype.kind == "f" else np.float64)


def _between(pixels: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return pixels between pixels, linearly; 0 outside."""
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1)))
    height, width = pixels.shape[1:]
    y, x = np.clip(y + 1, 0, height + 0.999), np.clip(x + 1, 0, width + 0.999)
    top, left = y.astype(int), x.astype(int)
    down, right = y - top, x - left
    number = np.arange(len(pixels)).reshape(-1, 1, 1, 1)
    upper = (1 - right) * padded[number, top, left] + right * padded[number, top, left + 1]
    lower = (1 - right) * padded[number, top + 1, left] + right * padded[number, top + 1, left + 1]
    return (1 - down) * upper + down * lower
