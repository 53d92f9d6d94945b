r"""Signals for a readout to produce: periodic sums of sines, samples of a Gaussian process, drawn digits.

Sources: R. Pogodin et al., arXiv:1910.10559, 2019, whose program has these signals; the strokes of the digits are our
own.
"""

import numpy as np

from bouton.data._arguments import Seed, as_generator, at_least
from bouton.errors import InputError

__all__ = ["DIGIT_STROKES", "digit_stroke", "gaussian_process", "long_signal", "short_signal", "sussillo_signal"]

DIGIT_STROKES: dict[int, tuple[tuple[float, float], ...]] = {
    0: ((0.5, 1), (0.15, 0.85), (0, 0.5), (0.15, 0.15), (0.5, 0), (0.85, 0.15), (1, 0.5), (0.85, 0.85), (0.5, 1)),
    1: ((0.2, 0.75), (0.5, 1), (0.5, 0)),
    2: ((0.05, 0.75), (0.2, 0.95), (0.5, 1), (0.8, 0.9), (0.85, 0.65), (0.6, 0.4), (0, 0), (1, 0)),
    3: (
        *((0.1, 0.95), (0.6, 1), (0.9, 0.8), (0.75, 0.58), (0.4, 0.52)),
        *((0.8, 0.45), (1, 0.25), (0.75, 0.03), (0.1, 0.05)),
    ),
    4: ((0.6, 1), (0, 0.35), (1, 0.35), (0.7, 0.35), (0.7, 0.75), (0.7, 0)),
    5: (
        *((0.9, 1), (0.2, 1), (0.15, 0.55), (0.55, 0.62)),
        *((0.9, 0.45), (0.9, 0.2), (0.6, 0), (0.1, 0.05)),
    ),
    6: (
        *((0.8, 0.95), (0.4, 0.8), (0.1, 0.4), (0.2, 0.08), (0.55, 0)),
        *((0.85, 0.15), (0.8, 0.42), (0.5, 0.5), (0.15, 0.3)),
    ),
    7: ((0, 1), (1, 1), (0.4, 0)),
    8: (
        *((0.5, 0.52), (0.15, 0.75), (0.5, 1), (0.85, 0.75), (0.5, 0.52)),
        *((0.1, 0.25), (0.5, 0), (0.9, 0.25), (0.5, 0.52)),
    ),
    9: ((0.85, 0.75), (0.5, 0.52), (0.15, 0.75), (0.45, 1), (0.85, 0.8), (0.8, 0.4), (0.6, 0)),
}
"""Corners of a stroke for each digit, in a box of 1 by 1, y upwards."""
_GRID = 10


def short_signal(steps: int = 1000) -> np.ndarray:
    r"""Return one period of a sum of four sines.

    .. math:: 1.3 \Big(\frac{\sin\theta}{1.5} + \frac{\sin 2\theta}{3} + \frac{\sin 3\theta}{9}
        + \frac{\sin 4\theta}{3}\Big)

    Parameters
    ----------
    steps : int, default 1000
        Of the period.

    Returns
    -------
    array (steps,)

    Examples
    --------
    >>> signal = short_signal()
    >>> round(float(signal.max()), 6), round(float(signal.var()), 6)
    (1.333865, 0.573765)
    """
    angle = _angles(steps)
    return 1.3 * (np.sin(angle) / 1.5 + np.sin(2 * angle) / 3 + np.sin(3 * angle) / 9 + np.sin(4 * angle) / 3)


def long_signal(steps: int = 10_000) -> np.ndarray:
    r"""Return one period of half a sine and half the short signal, both over the whole period.

    Parameters
    ----------
    steps : int, default 10000
        Of the period.

    Returns
    -------
    array (steps,)
    """
    return 0.5 * np.sin(_angles(steps)) + 0.5 * short_signal(steps)


def sussillo_signal(steps: int = 1200) -> np.ndarray:
    r"""Return one period of the signal of the published FORCE program.

    .. math:: \frac{1.3}{1.5} \Big(\sin\theta + \frac{\sin 2\theta}{2} + \frac{\sin 3\theta}{6}
        + \frac{\sin 4\theta}{3}\Big)

    Parameters
    ----------
    steps : int, default 1200
        Of the period: 120 time units in steps of 0.1.

    Returns
    -------
    array (steps,)
    """
    angle = _angles(steps)
    return 1.3 / 1.5 * (np.sin(angle) + np.sin(2 * angle) / 2 + np.sin(3 * angle) / 6 + np.sin(4 * angle) / 3)


def gaussian_process(steps: int = 1000, length_scale: float = 100.0, seed: Seed = 0) -> np.ndarray:
    r"""Return a sample of a Gaussian process that is 0 at both ends.

    The covariance over a time t is :math:`\exp(-t^2 / 2 \ell^2)`. A free sample is drawn on a grid of 10 steps, and
    what it has at the ends is taken off as its best guess from there says (Matheron's rule).

    Parameters
    ----------
    steps : int, default 1000
        Length.
    length_scale : float, default 100
        :math:`\ell`, in steps, at least 20: 100 is an easy signal, 44.7 a hard one.
    seed : int or numpy.random.Generator, default 0
        Same seed, same signal.

    Returns
    -------
    array (steps,)

    Raises
    ------
    InputError
        If the length scale is too short for the grid, or the signal shorter than two grid steps.

    Examples
    --------
    >>> signal = gaussian_process(seed=3)
    >>> bool(abs(signal[0]) < 1e-9), bool(abs(signal[-1]) < 1e-9)
    (True, True)
    """
    from scipy.interpolate import CubicSpline

    at_least("steps", steps, 2 * _GRID)
    if not length_scale >= 2 * _GRID:
        raise InputError(f"length_scale must be at least {2 * _GRID} steps, got {length_scale}")
    # The grid ends on the last step.
    places = np.linspace(0, steps - 1, int(np.ceil((steps - 1) / _GRID)) + 1)
    covariance = np.exp(-((places[:, None] - places) ** 2) / (2 * length_scale**2))
    values, vectors = np.linalg.eigh(covariance)
    free = vectors @ (np.sqrt(np.maximum(values, 0)) * as_generator(seed).normal(size=len(places)))
    ends = [0, -1]
    free = free - covariance[:, ends] @ np.linalg.solve(covariance[np.ix_(ends, ends)], free[ends])
    return CubicSpline(places, free)(np.arange(steps))


def digit_stroke(digit: int, steps: int = 1000) -> np.ndarray:
    """Return how a digit is drawn in one stroke, at constant speed.

    Parameters
    ----------
    digit : int
        0 to 9.
    steps : int, default 1000
        Of the stroke.

    Returns
    -------
    array (steps, 2)
        From the origin on, with 1 as the largest absolute coordinate.

    Raises
    ------
    InputError
        If there is no such digit.

    Examples
    --------
    >>> stroke = digit_stroke(3)
    >>> stroke.shape, stroke[0].tolist(), float(abs(stroke).max())
    ((1000, 2), [0.0, 0.0], 1.0)
    """
    from scipy.ndimage import gaussian_filter1d

    at_least("steps", steps, 2)
    if digit not in DIGIT_STROKES:
        raise InputError(f"digit must be one of 0 to 9, got {digit!r}")
    corners = np.array(DIGIT_STROKES[digit], float)
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    at = np.linspace(0, lengths[-1], steps)
    path = np.stack([np.interp(at, lengths, corners[:, axis]) for axis in (0, 1)], axis=1)
    path = gaussian_filter1d(path, 0.02 * steps, axis=0, mode="nearest")
    path = path - path[0]
    return path / np.abs(path).max()


def _angles(steps: int) -> np.ndarray:
    return 2 * np.pi * np.arange(at_least("steps", steps)) / steps
