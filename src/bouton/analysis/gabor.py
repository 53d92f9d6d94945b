r"""Gabor functions fitted to receptive fields, with the goodness of the fit.

.. math::

    G(x', y') = A \cos(2 \pi f x' + \varphi)\; e^{-x'^2 / 2 \sigma_x^2 - y'^2 / 2 \sigma_y^2}

with x' along the wave and y' along the bars, measured from the centre. For given centre, direction, frequency and
widths the best amplitude and phase follow from linear least squares; the six others are found by bounded nonlinear
least squares from several starts (variable projection: G. H. Golub, V. Pereyra, SIAM J. Numer. Anal. 10:413, 1973).
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

from bouton.analysis.filters import as_images, power_spectrum

__all__ = ["GaborFits", "fit_gabors", "gabor"]

_SMALLEST_WIDTH = 0.4
_FREQUENCIES = (0.02, 0.7)
_STARTS = ((0.3, 0.6), (0.4, 1.2))
"""Widths along and across the wave, in wavelengths."""


class GaborFits(NamedTuple):
    """Gabor functions, one per filter.

    Parameters
    ----------
    r_squared : array (filters,)
        Share of the filter's power that the fit explains: 1 is a perfect Gabor function.
    frequency : array (filters,)
        f, in cycles per pixel.
    direction : array (filters,)
        Of the wave, in radians from the horizontal axis, clockwise as images are shown, in [0, pi).
    width, length : arrays (filters,)
        :math:`\\sigma_x` along the wave and :math:`\\sigma_y` along the bars, in pixels.
    phase : array (filters,)
        :math:`\\varphi`, in radians: 0 or pi for an even field, plus or minus pi/2 for an odd one.
    row, column : arrays (filters,)
        The centre, in pixels.
    amplitude : array (filters,)
        A, in units of the filter.
    """

    r_squared: np.ndarray
    frequency: np.ndarray
    direction: np.ndarray
    width: np.ndarray
    length: np.ndarray
    phase: np.ndarray
    row: np.ndarray
    column: np.ndarray
    amplitude: np.ndarray

    @property
    def width_in_wavelengths(self) -> Float[np.ndarray, " filters"]:
        """Width along the wave times frequency: about 0.3 for a field of one or two bars."""
        return self.width * self.frequency

    @property
    def length_in_wavelengths(self) -> Float[np.ndarray, " filters"]:
        """Length along the bars times frequency."""
        return self.length * self.frequency


def gabor(
    shape: tuple[int, int],
    frequency: float,
    direction: float,
    width: float,
    length: float,
    phase: float = 0.0,
    centre: tuple[float, float] | None = None,
) -> Float[np.ndarray, "height width"]:
    """Return a Gabor function of amplitude 1 as an image.

    Parameters
    ----------
    shape : tuple of int
        Height and width.
    frequency, direction, width, length, phase : float
        As in `GaborFits`.
    centre : tuple of float, optional
        Row and column of the centre. Default: the middle.

    Returns
    -------
    array (height, width)

    Examples
    --------
    >>> gabor((3, 3), frequency=0.25, direction=0.0, width=10.0, length=10.0).round(2)[1].tolist()
    [0.0, 1.0, 0.0]
    """
    row, column = centre or ((shape[0] - 1) / 2, (shape[1] - 1) / 2)
    even, odd = _pair(shape, np.array([row, column, direction, frequency, width, length]))
    return (np.cos(phase) * even - np.sin(phase) * odd).reshape(shape)


def fit_gabors(filters: ArrayLike, shape: tuple[int, int] | None = None) -> GaborFits:
    """Fit a Gabor function to each filter.

    Parameters
    ----------
    filters : array (filters, height * width)
        One filter per row.
    shape : tuple of int, optional
        Height and width of an image. Default: square.

    Returns
    -------
    GaborFits

    Raises
    ------
    InputError
        If the shape does not fit.

    Examples
    --------
    >>> field = gabor((12, 12), frequency=0.2, direction=0.5, width=1.5, length=3.0, phase=1.0)
    >>> found = fit_gabors(field.reshape(1, -1))
    >>> bool(found.r_squared[0] > 0.999), round(float(found.frequency[0]), 3)
    (True, 0.2)
    """
    images = as_images(filters, shape)
    return GaborFits(*np.array([_fit(image) for image in images]).T)


def _pair(shape: tuple[int, int], parameters: np.ndarray) -> np.ndarray:
    """Return the even and the odd function (2, pixels) of centre, direction, frequency, width and length."""
    row, column, direction, frequency, width, length = parameters
    y, x = np.indices(shape).reshape(2, -1) - np.array([[row], [column]])
    along = np.cos(direction) * x + np.sin(direction) * y
    across = np.cos(direction) * y - np.sin(direction) * x
    envelope = np.exp(-(along**2) / (2 * width**2) - across**2 / (2 * length**2))
    return envelope * np.stack([np.cos(2 * np.pi * frequency * along), np.sin(2 * np.pi * frequency * along)])


def _projected(shape: tuple[int, int], parameters: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the best coefficients of the pair, and what they leave of the values."""
    pair = _pair(shape, parameters)
    # A trace of regularisation keeps the system solvable where the odd function vanishes on the grid.
    gram = pair @ pair.T + 1e-9 * np.eye(2)
    coefficients = np.linalg.solve(gram, pair @ values)
    return coefficients, values - coefficients @ pair


def _fit(image: np.ndarray) -> np.ndarray:
    shape, values = image.shape, image.ravel()
    power = float(values @ values)
    if not power > 0:
        return np.full(9, np.nan)
    height, width = shape
    low = np.array([-1, -1, -np.inf, _FREQUENCIES[0], _SMALLEST_WIDTH, _SMALLEST_WIDTH])
    high = np.array([height, width, np.inf, _FREQUENCIES[1], max(shape), 2 * max(shape)])
    best, least = None, np.inf
    for start in _starts(image):
        found = least_squares(
            lambda parameters: _projected(shape, parameters, values)[1],
            np.clip(start, low + 1e-6, high - 1e-6),
            bounds=(low, high),
            x_scale=[1, 1, 0.2, 0.05, 1, 1],
            max_nfev=80,
        )
        if found.cost < least:
            best, least = found.x, found.cost
    assert best is not None
    (even, odd), left = _projected(shape, best, values)
    row, column, direction, frequency, along, across = best
    phase = np.arctan2(-odd, even)
    # The same function with the wave going the other way has the opposite phase.
    turns = np.floor(direction / np.pi)
    phase = phase if turns % 2 == 0 else -phase
    r_squared = 1 - float(left @ left) / power
    return np.array(
        [r_squared, frequency, direction - turns * np.pi, along, across, phase, row, column, np.hypot(even, odd)]
    )


def _starts(image: np.ndarray) -> list[np.ndarray]:
    """Return starts: the two strongest directions of the spectrum, each with two envelopes, at the centre of power."""
    squares = image**2 / (image**2).sum()
    centre = [(squares * index).sum() for index in np.indices(image.shape)]
    size = 64 if max(image.shape) <= 64 else 2 * max(image.shape)
    power = power_spectrum(image.reshape(1, -1), image.shape, transform_size=size)[0]
    frequency = np.fft.fftfreq(size)
    found = []
    for _ in range(2):
        row, column = np.unravel_index(power.argmax(), power.shape)
        down, across = frequency[row], frequency[column]
        length, direction = np.hypot(down, across), np.arctan2(down, across)
        found.append((length, direction))
        # What lies within a quarter of a cycle per field of this direction is the same peak.
        angles = np.arctan2(frequency[:, None], frequency[None, :])
        power = np.where(np.abs(np.sin(angles - direction)) < 0.5, 0, power)
    return [
        np.array([*centre, direction, max(length, 0.03), along / max(length, 0.03), across / max(length, 0.03)])
        for length, direction in found
        for along, across in _STARTS
    ]
