r"""How alike two periodic signals are where the phase is forgiven.

.. math::

    \rho = \max_s \frac{\sum_t (a_t - \bar a)(b_{t+s} - \bar b)}{T \sigma_a \sigma_b}, \qquad
    \varepsilon = \min_s \frac1T \sum_t (a_t - b_{t+s})^2

with circular shifts s, the same one for all components.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike

from bouton.errors import InputError

__all__ = ["shifted_correlation", "shifted_error"]

_ROUNDING = 1e-12


def shifted_correlation(found: ArrayLike, wanted: ArrayLike) -> float:
    r"""Return the largest normalised correlation over all circular shifts.

    1 for a shifted, scaled copy with any offset; within [-1, 1]. Of signals with several components, one shift serves
    all. A flat signal has a correlation of 0; with a constant target it is not defined.

    Parameters
    ----------
    found, wanted : array (steps,) or (steps, components)
        The two periods.

    Returns
    -------
    float
        NaN, with a warning, where the target is constant.

    Raises
    ------
    InputError
        If the two differ in shape, or hold something that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.analysis import shifted_correlation
    >>> wave = np.sin(2 * np.pi * np.arange(100) / 100)
    >>> round(shifted_correlation(3 * np.roll(wave, 20) + 1, wave), 9)
    1.0
    """
    a, b = _pair(found, wanted)
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    power_a, power_b = np.sum(a * a), np.sum(b * b)
    if power_b <= _ROUNDING**2 * b.size * max(float(np.max(np.abs(wanted))), 1e-300) ** 2:
        warnings.warn("the target is constant: it has no correlation, look at the error", UserWarning, stacklevel=2)
        return float("nan")
    if power_a == 0:
        return 0.0
    return float(np.clip(_products(a, b).max() / np.sqrt(power_a * power_b), -1, 1))


def shifted_error(found: ArrayLike, wanted: ArrayLike) -> float:
    """Return the smallest mean squared difference over all circular shifts.

    Parameters
    ----------
    found, wanted : array (steps,) or (steps, components)
        The two periods.

    Returns
    -------
    float
        Per step, summed over components.

    Raises
    ------
    InputError
        If the two differ in shape, or hold something that is not finite.
    """
    a, b = _pair(found, wanted)
    return float(max(np.sum(a * a) + np.sum(b * b) - 2 * _products(a, b).max(), 0) / len(a))


def _pair(found: ArrayLike, wanted: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    a, b = (np.asarray(each, float) for each in (found, wanted))
    if a.shape != b.shape or a.ndim not in (1, 2) or not len(a):
        raise InputError(f"both periods must have one shape, (steps,) or (steps, components), got {a.shape}, {b.shape}")
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise InputError("both periods must be finite")
    return a.reshape(len(a), -1), b.reshape(len(b), -1)


def _products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the sum over steps and components of products at each circular shift."""
    spectrum = np.conj(np.fft.rfft(a, axis=0)) * np.fft.rfft(b, axis=0)
    return np.fft.irfft(np.sum(spectrum, axis=1), len(a))
