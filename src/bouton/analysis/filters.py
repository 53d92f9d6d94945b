r"""What receptive fields look like, in numbers: how localised, how oriented, at which frequency.

.. math::

    \mathrm{PR}(w) = \frac{(\sum_i w_i^2)^2}{\sum_i w_i^4}, \qquad
    \mathrm{OSI}(w) = \frac{|\sum_k P(k)\, e^{2 i \varphi(k)}|}{\sum_k P(k)}

with the power spectrum P of the filter over frequencies k of direction :math:`\varphi`, without the constant component.
The participation ratio counts the pixels that take part: 1 for a single one, two thirds of all for a grating. The
orientation index is 1 for a grating and 0 for a spectrum that is alike in all directions.
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton.errors import InputError

__all__ = ["as_images", "orientation_index", "participation_ratio", "power_spectrum", "preferred_frequency"]


def as_images(filters: ArrayLike, shape: tuple[int, int] | None = None) -> Float[np.ndarray, "filters height width"]:
    """Return filters, one per row, as images; square ones where no shape is given.

    Raises
    ------
    InputError
        If the rows do not have height * width entries.
    """
    rows = np.atleast_2d(np.asarray(filters, float))
    side = round(np.sqrt(rows.shape[-1]))
    height, width = shape or (side, side)
    if rows.ndim != 2 or rows.shape[1] != height * width:
        raise InputError(
            f"filters must have one row of height * width entries each, got shape {np.shape(filters)} for images of "
            f"{height} x {width}; give shape=(height, width)"
        )
    return rows.reshape(-1, height, width)


def participation_ratio(filters: ArrayLike) -> Float[np.ndarray, " filters"]:
    """Return the effective number of pixels of each filter.

    Parameters
    ----------
    filters : array (filters, pixels)
        One filter per row.

    Returns
    -------
    array (filters,)
        Between 1 and the number of pixels; NaN for a filter that is zero.

    Examples
    --------
    >>> import numpy as np
    >>> participation_ratio(np.array([[1.0, 0, 0, 0], [1, -1, 1, 1]])).tolist()
    [1.0, 4.0]
    """
    squares = np.atleast_2d(np.asarray(filters, float)) ** 2
    with np.errstate(invalid="ignore"):
        return squares.sum(axis=1) ** 2 / (squares**2).sum(axis=1)


def power_spectrum(
    filters: ArrayLike, shape: tuple[int, int] | None = None, *, transform_size: int = 64, centre: bool = True
) -> Float[np.ndarray, "filters rows columns"]:
    """Return the power of each filter at each frequency, as `numpy.fft.fftfreq` orders them.

    Parameters
    ----------
    filters : array (filters, height * width)
        One filter per row.
    shape : tuple of int, optional
        Height and width of an image. Default: square.
    transform_size : int
        Points along each axis; the rest is padded with zeros. Default 64.
    centre : bool
        Subtract each filter's mean before it is padded. Default True.

    Returns
    -------
    array (filters, transform_size, transform_size)
        The power, 0 at frequency zero.

    Raises
    ------
    InputError
        If a shape does not fit.
    """
    images = as_images(filters, shape)
    if max(images.shape[1:]) > transform_size:
        raise InputError(
            f"transform_size must be at least a filter's longer side of {max(images.shape[1:])} pixels, got "
            f"{transform_size}"
        )
    if centre:
        images = images - images.mean(axis=(1, 2), keepdims=True)
    power = np.abs(np.fft.fft2(images, s=(transform_size, transform_size))) ** 2
    power[:, 0, 0] = 0
    return power


def orientation_index(
    filters: ArrayLike, shape: tuple[int, int] | None = None, *, transform_size: int = 64, centre: bool = True
) -> Float[np.ndarray, " filters"]:
    """Return the orientation selectivity index of image filters.

    Parameters
    ----------
    filters, shape, transform_size, centre
        As in `power_spectrum`.

    Returns
    -------
    array (filters,)
        Between 0 and 1; NaN for a filter that is constant.

    Examples
    --------
    >>> import numpy as np
    >>> grating = np.cos(2 * np.pi * np.arange(16) / 4) * np.ones((16, 1))
    >>> bool(orientation_index(grating.reshape(1, -1)) > 0.9)
    True
    """
    power = power_spectrum(filters, shape, transform_size=transform_size, centre=centre)
    frequency = np.fft.fftfreq(transform_size)
    direction = np.arctan2(frequency[:, None], frequency[None, :])
    with np.errstate(invalid="ignore"):
        return np.abs(np.tensordot(power, np.exp(2j * direction), 2)) / power.sum(axis=(1, 2))


def preferred_frequency(
    filters: ArrayLike, shape: tuple[int, int] | None = None, *, transform_size: int = 64
) -> Float[np.ndarray, "filters 2"]:
    """Return the frequency vector, down and across, at which each filter's power is largest.

    Parameters
    ----------
    filters, shape, transform_size
        As in `power_spectrum`.

    Returns
    -------
    array (filters, 2)
        Cycles per pixel along rows and along columns, in the half plane of frequencies that go to the right.

    Examples
    --------
    >>> import numpy as np
    >>> grating = np.cos(2 * np.pi * np.arange(16) / 4) * np.ones((16, 1))
    >>> preferred_frequency(grating.reshape(1, -1)).tolist()
    [[0.0, 0.25]]
    """
    power = power_spectrum(filters, shape, transform_size=transform_size)
    rows, columns = np.unravel_index(power.reshape(len(power), -1).argmax(axis=1), power.shape[1:])
    frequency = np.fft.fftfreq(transform_size)
    vectors = np.stack([frequency[rows], frequency[columns]], axis=1)
    to_the_left = (vectors[:, 1] < 0) | ((vectors[:, 1] == 0) & (vectors[:, 0] < 0))
    return np.where(to_the_left[:, None], -vectors, vectors) + 0.0
