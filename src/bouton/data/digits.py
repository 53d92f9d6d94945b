"""Labelled data sets: their common form, and the 8 x 8 digits that come with scikit-learn."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

__all__ = ["Dataset", "load_digits"]


@dataclass(frozen=True)
class Dataset:
    """Samples with labels, and where they come from.

    Attributes
    ----------
    data : array (samples, features), float32
        One sample per row.
    labels : array (samples,), int64
        Class of each sample.
    name : str
        What it is called.
    licence : str
        Of the data.
    source : str
        Who made it and which package carries it.
    image_shape : tuple of int or None
        Height and width when the features are pixels.
    """

    data: Float[np.ndarray, "samples features"]
    labels: Int[np.ndarray, " samples"]
    name: str
    licence: str
    source: str
    image_shape: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.data)

    def __repr__(self) -> str:
        samples, features = self.data.shape
        return f"Dataset({self.name}: {samples} samples x {features} features, {len(np.unique(self.labels))} classes)"


def load_digits(centre: bool = False, normalise: bool = True) -> Dataset:
    """Return the 1797 handwritten digits of 8 x 8 pixels.

    Parameters
    ----------
    centre : bool, default False
        Subtract the mean image, before scaling.
    normalise : bool, default True
        Scale all samples by one number so that the mean of ``|x|^2`` is 1; otherwise pixels count from 0 to 16.

    Examples
    --------
    >>> digits = load_digits(centre=True)
    >>> digits
    Dataset(digits: 1797 samples x 64 features, 10 classes)
    """
    from sklearn.datasets import load_digits as load

    pixels, labels = load(return_X_y=True)
    data = np.asarray(pixels, dtype=np.float64)
    if centre:
        data = data - data.mean(axis=0)
    if normalise:
        data = data / np.sqrt((data**2).sum(axis=1).mean())
    return Dataset(
        data.astype(np.float32),
        np.asarray(labels, dtype=np.int64),
        name="digits",
        licence="CC BY 4.0",
        source="E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998 (with scikit-learn)",
        image_shape=(8, 8),
    )
