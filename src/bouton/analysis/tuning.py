r"""Orientation tuning of receptive fields: the response to gratings of every orientation.

.. math:: R(\varphi) = \Big|\sum_{p} w_p\, e^{2 \pi i f\, (p_x \cos\varphi + p_y \sin\varphi)}\Big|

is the largest response of the linear field w over the phases of a grating of frequency f and unit contrast.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton.analysis.filters import as_images, preferred_frequency
from bouton.errors import InputError

__all__ = ["OrientationTuning", "orientation_tuning"]


class OrientationTuning(NamedTuple):
    """Tuning curves, one per filter.

    Parameters
    ----------
    directions : array (directions,)
        Of the grating's wave, in radians from the horizontal axis, clockwise as images are shown, in [0, pi).
    responses : array (filters, directions)
        Largest response over the phases.
    frequency : array (filters,)
        Of the gratings, in cycles per pixel.
    preferred : array (filters,)
        Direction of the largest response.
    half_width : array (filters,)
        Half the width of the curve at half its height, in radians; NaN where it never falls that low.
    """

    directions: np.ndarray
    responses: np.ndarray
    frequency: np.ndarray
    preferred: np.ndarray
    half_width: np.ndarray


def orientation_tuning(
    filters: ArrayLike,
    shape: tuple[int, int] | None = None,
    *,
    n_directions: int = 72,
    frequency: float | None = None,
) -> OrientationTuning:
    """Return the orientation tuning curves of filters.

    Parameters
    ----------
    filters : array (filters, height * width)
        One filter per row.
    shape : tuple of int, optional
        Height and width of an image. Default: square.
    n_directions : int
        Number of directions, evenly spaced over half a turn. Default 72.
    frequency : float, optional
        Of the gratings, in cycles per pixel. Default: each filter's own preferred frequency.

    Returns
    -------
    OrientationTuning

    Raises
    ------
    InputError
        If a shape or a number does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.analysis import gabor
    >>> field = gabor((16, 16), frequency=0.2, direction=np.pi / 3, width=2.0, length=4.0)
    >>> tuning = orientation_tuning(field.reshape(1, -1), frequency=0.2)
    >>> round(float(tuning.preferred[0] / np.pi), 3)
    0.333
    """
    images = as_images(filters, shape)
    if n_directions < 4:
        raise InputError(f"n_directions must be at least 4, got {n_directions}")
    if frequency is not None and not 0 < frequency < 1:
        raise InputError(f"frequency must lie between 0 and 1 cycle per pixel, got {frequency}")
    own = np.hypot(*preferred_frequency(filters, images.shape[1:]).T) if frequency is None else frequency
    own = np.broadcast_to(np.asarray(own, float), len(images))
    directions = np.arange(n_directions) * np.pi / n_directions
    y, x = np.indices(images.shape[1:]).reshape(2, -1)
    along = np.cos(directions)[:, None] * x + np.sin(directions)[:, None] * y
    rows = (images - images.mean(axis=(1, 2), keepdims=True)).reshape(len(images), -1)
    responses = np.array([np.abs(np.exp(2j * np.pi * f * along) @ row) for f, row in zip(own, rows, strict=True)])
    preferred = responses.argmax(axis=1)
    widths = [
        _half_width(np.roll(curve, -best), np.pi / n_directions)
        for curve, best in zip(responses, preferred, strict=True)
    ]
    return OrientationTuning(directions, responses, own, directions[preferred], np.array(widths))


def _half_width(from_peak: Float[np.ndarray, " directions"], step: float) -> float:
    """Return half the distance between the crossings of half the height on both sides of the peak."""
    sides = []
    for curve in (from_peak, np.roll(from_peak[::-1], 1)):
        below = np.flatnonzero(curve < curve[0] / 2)
        if len(below) == 0:
            return float("nan")
        last = below[0]
        share = (curve[last - 1] - curve[0] / 2) / (curve[last - 1] - curve[last])
        sides.append((last - 1 + share) * step)
    return float(np.mean(sides))
