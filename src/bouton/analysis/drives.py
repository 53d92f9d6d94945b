"""What the total input to fields looks like over samples: its density and its kurtosis, by which features are told."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton.errors import InputError

__all__ = ["DriveStatistics", "drive_statistics"]

_BINS = np.linspace(-48, 48, 385)
"""Far enough for the heavy tails of fields that have learned, in steps of a quarter."""


class DriveStatistics(NamedTuple):
    """The total input to fields, one row per field.

    Parameters
    ----------
    bins : array (bins + 1,)
        Edges, in standard deviations of the drive.
    densities : array (fields, bins)
        Density between them.
    kurtosis : array (fields,)
        Fourth moment over the squared second one: 3 for a Gaussian; NaN for a field without any input.
    """

    bins: Float[np.ndarray, " edges"]
    densities: Float[np.ndarray, "fields bins"]
    kurtosis: Float[np.ndarray, " fields"]


def drive_statistics(fields: ArrayLike, samples: ArrayLike) -> DriveStatistics:
    """Return density and kurtosis of the drive of each field, in standard deviations of the drive.

    Parameters
    ----------
    fields : array (fields, inputs)
        One per row, in the space of the samples.
    samples : array (samples, inputs)
        Samples of mean zero.

    Returns
    -------
    DriveStatistics

    Raises
    ------
    InputError
        If the widths differ.

    Examples
    --------
    >>> import numpy as np
    >>> found = drive_statistics(np.eye(2), np.random.default_rng(0).laplace(size=(50_000, 2)))
    >>> bool(np.all(np.abs(found.kurtosis - 6) < 0.5))
    True
    """
    rows, seen = np.atleast_2d(np.asarray(fields)), np.asarray(samples)
    if seen.ndim != 2 or rows.shape[1] != seen.shape[1]:
        raise InputError(f"fields and samples must have as many columns, got shapes {rows.shape} and {seen.shape}")
    drives = seen @ rows.T.astype(seen.dtype)
    power = (drives.astype(float) ** 2).mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        kurtosis = (drives.astype(float) ** 4).mean(axis=0) / power**2
        scaled = drives / np.sqrt(power)
    densities = [_density(column) for column in scaled.T]
    return DriveStatistics(_BINS, np.array(densities), kurtosis)


def _density(drive: np.ndarray) -> np.ndarray:
    """Return the share of samples per unit in each bin; samples beyond the last edge count as samples."""
    return np.histogram(drive, _BINS)[0] / (len(drive) * np.diff(_BINS))
