r"""Open loop: what input-only learning makes of given inputs, without a loop, and its curve over the delay.

The filtered inputs do not depend on the weights, so that a run of ICO learning is two recursive filters and a sum.
Isolated pairs of pulses change a weight by :math:`\mu\, (R(T) - R(T + 1))`, with R the correlation of the two impulse
responses and T the steps from predictor to reflex; in continuous time, with equal filters, by

.. math:: \frac{\mu}{4 a b}\, e^{-a T} \sin(b T), \quad T \ge 0,

and by its opposite at -T.

Sources: B. Porr, F. Woergoetter, Neural Computation 18:1380-1412, 2006; the closed form 15:831-864, 2003.
"""

import numpy as np
from numpy.typing import ArrayLike

from bouton.dynamics.resonators import ResonatorBank
from bouton.errors import InputError

__all__ = ["correlation_curve", "input_correlations"]

_SINGLE = ResonatorBank((0.01,))


def input_correlations(
    reflex: ArrayLike,
    predictive: ArrayLike,
    rate: float,
    reflex_filter: ResonatorBank = _SINGLE,
    predictive_filters: ResonatorBank = _SINGLE,
) -> np.ndarray:
    """Return the weights that ICO learning has after each step of given inputs.

    Parameters
    ----------
    reflex : array (steps,)
        The reflex input.
    predictive : array (steps,)
        The predicting input.
    rate : float
        Learning rate.
    reflex_filter, predictive_filters : ResonatorBank
        Their resonators. Default: f = 0.01, Q = 0.6 both.

    Returns
    -------
    array (steps, resonators)

    Raises
    ------
    InputError
        If the series differ in length, or hold something that is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.behaviour import input_correlations
    >>> reflex, predictive = np.zeros((2, 1000))
    >>> predictive[100], reflex[125] = 1, 1
    >>> f"{input_correlations(reflex, predictive, rate=1e-6)[-1, 0]:.6e}"
    '3.109773e-05'
    """
    given = {"reflex": np.asarray(reflex, float), "predictive": np.asarray(predictive, float)}
    for name, series in given.items():
        if series.ndim != 1 or not np.all(np.isfinite(series)):
            raise InputError(f"{name} must be a series of finite numbers, got shape {series.shape}")
    if len(given["reflex"]) != len(given["predictive"]):
        raise InputError(
            f"reflex and predictive must be of one length, got {len(given['reflex'])} and "
            f"{len(given['predictive'])} steps"
        )
    late = reflex_filter.filter(given["reflex"])[:, 0, 0]
    early = predictive_filters.filter(given["predictive"])[:, :, 0]
    products = early * np.diff(late, prepend=0.0)[:, None]
    before = np.concatenate([np.zeros((1, products.shape[1])), products[:-1]])
    return rate * np.cumsum((products + before) / 2, axis=0)


def correlation_curve(delays: ArrayLike, reflex_filter: ResonatorBank, predictive_filter: ResonatorBank) -> np.ndarray:
    """Return how much an isolated pair of pulses changes the weight of ICO learning, at a learning rate of 1.

    Parameters
    ----------
    delays : array (delays,) of int
        Steps from the predicting pulse to the one of the reflex.
    reflex_filter, predictive_filter : ResonatorBank
        A single resonator each.

    Returns
    -------
    array (delays,)

    Examples
    --------
    >>> from bouton.behaviour import correlation_curve
    >>> from bouton.dynamics import ResonatorBank
    >>> bank = ResonatorBank((0.01,))
    >>> correlation_curve([0, 16, -17], bank, bank).round(4).tolist()
    [2.6487, 34.896, -34.896]
    """
    wanted = np.asarray(delays, int)
    slowest = min(*reflex_filter.frequencies, *predictive_filter.frequencies)
    length = int(40 / slowest * max(reflex_filter.quality, predictive_filter.quality)) + int(np.abs(wanted).max()) + 4
    late, early = (bank.impulse_response(length)[0] for bank in (reflex_filter, predictive_filter))
    correlated = np.correlate(early, late, "full")  # at lag k: sum over n of early[n + k] late[n]
    return correlated[length - 1 + wanted] - correlated[length + wanted]
