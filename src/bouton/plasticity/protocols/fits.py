r"""How well a rule fits a pairing experiment, and the parameters that fit best.

.. math:: E = \frac{1}{n} \sum_{k=1}^{n} \Big(\frac{\Delta w_k^{data} - \Delta w_k^{rule}}{\sigma_k}\Big)^2

with the standard errors :math:`\sigma_k` of the data.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import least_squares

from bouton.errors import InputError
from bouton.plasticity.event import EventRule
from bouton.plasticity.protocols.changes import final_weights
from bouton.plasticity.protocols.slices import SJOSTROM_2001, PairingData
from bouton.plasticity.protocols.trains import pair_trains
from bouton.plasticity.spike_times import Trains, merge_trains
from bouton.plasticity.spiking_synapses import weights_after

__all__ = ["Fit", "fit", "fit_error"]


class Fit(NamedTuple):
    """A rule fitted to data.

    Parameters
    ----------
    rule : EventRule
        With the parameters that fit best.
    error : float
        The error E that is left.
    """

    rule: Any
    error: float


def _trains(data: PairingData, repeats: int) -> list[Trains]:
    sizes = {np.shape(part) for part in data}
    if len(sizes) != 1 or len(next(iter(sizes))) != 1 or not len(data.dt):
        raise InputError(f"all parts of the data must be rows of one length, got shapes {sorted(sizes)}")
    if not np.all(np.asarray(data.error) > 0):
        raise InputError("the data's standard errors must be positive")
    return [pair_trains(dt, rate, repeats) for dt, rate in zip(data.dt, data.rate, strict=True)]


def fit_error(rule: Any, data: PairingData = SJOSTROM_2001, repeats: int = 60, initial: float = 1.0) -> float:
    """Return the mean squared distance of a rule from data, in standard errors.

    Parameters
    ----------
    rule : EventRule, VoltageSynapse or ClopathVoltage
        The rule.
    data : PairingData
        Default: the frequency series of visual cortex.
    repeats : int
        Pairs of the protocol. Default 60.
    initial : float
        Weight before. Default 1.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If the data are not rows of one length, with positive errors.

    Examples
    --------
    >>> from bouton.plasticity import PairSTDP, TripletSTDP, protocols
    >>> round(protocols.fit_error(TripletSTDP()), 2)
    0.34
    """
    weights = np.asarray(final_weights(rule, _trains(data, repeats), initial), float)
    return float(np.mean((((weights - initial) / initial - data.change) / data.error) ** 2))


def fit(rule: EventRule, free: Sequence[str], data: PairingData = SJOSTROM_2001, repeats: int = 60) -> Fit:
    """Return the parameters at least squares, from those of the rule on.

    A local search in the logarithms of the parameters, with slopes through the rule: start it from several rules where
    there may be several minima.

    Parameters
    ----------
    rule : EventRule
        Where to start; its synapse is a plain weight of 1.
    free : sequence of str
        Names of the parameters to fit, positive numbers in the rule.
    data : PairingData
        Default: the frequency series of visual cortex.
    repeats : int
        Pairs of the protocol. Default 60.

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        If a parameter is unknown or not positive, or the data are not rows of one length.

    Examples
    --------
    >>> from bouton.plasticity import protocols, triplet_set
    >>> start = triplet_set("visual-cortex-minimal")
    >>> found = protocols.fit(start, free=("triplet_potentiation", "pair_depression"))
    >>> found.error <= protocols.fit_error(start)
    True
    """
    known = {field.name for field in dataclasses.fields(rule)}
    for name in free:
        value = getattr(rule, name) if name in known else None
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise InputError(
                f"{name!r} cannot be fitted: it must name a positive number of {type(rule).__name__}, got {value!r}; "
                f"its parameters: {', '.join(sorted(known))}"
            )
    events = merge_trains(*_trains(data, repeats))
    with jax.enable_x64(True):
        target, scale = jnp.asarray(data.change, float), jnp.asarray(data.error, float)

        def changed(logarithms: Any) -> Any:
            return dataclasses.replace(rule, **dict(zip(free, jnp.exp(logarithms), strict=True)))

        @jax.jit
        def residuals(logarithms: Any) -> Any:
            return (weights_after(changed(logarithms), 1.0, events) - 1.0 - target) / scale

        slopes = jax.jit(jax.jacfwd(residuals))
        start = np.log([float(getattr(rule, name)) for name in free])
        outer: dict[str, Any] = {"jac": lambda x: np.asarray(slopes(jnp.asarray(x)))}
        found = least_squares(lambda x: np.asarray(residuals(jnp.asarray(x))), start, **outer)
        best = dataclasses.replace(rule, **dict(zip(free, np.exp(found.x).tolist(), strict=True)))
    return Fit(best, float(2 * found.cost / len(data.dt)))
