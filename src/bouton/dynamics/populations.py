r"""Populations of identical neurons that fire at random: their parameters, and what they do in the mean.

.. math:: \dot V = a (E - V) + \sum_b J_{bm} s_b(t) + I_m(t), \qquad \lambda = e^{V - \vartheta}\ \mathrm{Hz}, \qquad
          \dot s_b = \beta_b (A_b(t) - s_b)

V is in units of the width of the escape noise; it is set to 0 at a spike and held there for the refractory time.
:math:`A_b` is the rate of population b, and :math:`J_{bm}` the jump of V in population m if all neurons of b fire once.
A population at constant input :math:`h = E + I / a` fires at

.. math:: F(h) = \Big(t_{ref} + \int_0^\infty S(u)\, du\Big)^{-1}, \qquad
          S(u) = \exp\Big(-\int_0^u e^{h (1 - e^{-a u'}) - \vartheta}\, du'\Big) .

Source: W. Gerstner, W. Kistler, R. Naud, L. Paninski, Neuronal Dynamics (2014), chapter 14.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Finite, Positive, check_fields
from bouton.errors import InputError

__all__ = ["PopulationValues", "Populations", "as_tuple", "fixed_points", "stationary_rate"]

_FINEST = 1e-5
_LONGEST = 20.0


def as_tuple(values: Any) -> Any:
    """Return lists and arrays as tuples, whatever is in them as well; all else is for the check of fields to refuse."""
    values = values.tolist() if isinstance(values, np.ndarray) else values
    return tuple(map(as_tuple, values)) if isinstance(values, list | tuple) else values


class PopulationValues(NamedTuple):
    """Parameters of populations as arrays, one value for each population."""

    sizes: Float[Array, " populations"]
    membrane_rates: Float[Array, " populations"]
    """In 1/s."""
    drives: Float[Array, " populations"]
    thresholds: Float[Array, " populations"]
    couplings: Float[Array, "populations populations"]
    """From the population of the row to that of the column."""
    synaptic_rates: Float[Array, " populations"]
    """Of the sending population, in 1/s."""


class Populations(Checked):
    """Populations of identical neurons with escape noise, each with parameters of its own.

    Parameters
    ----------
    sizes : tuple of int
        Neurons in each population.
    couplings : tuple of tuples of float
        Jump of the potential if all neurons of the population of the row fire once, in units of the noise's width.
    drives : tuple of float
        Resting drive E, in units of the noise's width.
    thresholds : tuple of float
        At which the rate of firing is 1 Hz, in units of the noise's width.
    membrane_rates : tuple of float
        One over the membrane's time constant, in 1/s.
    synaptic_rates : tuple of float
        One over the time constant of the sending population's synapses, in 1/s.
    refractory_time : float
        In ms. Default 4.

    Raises
    ------
    InputError
        If not every parameter has one value for each population.

    Examples
    --------
    >>> one = Populations((500,), ((0.0,),), (10.0,), (3.7,), (50.0,), (333.0,))
    >>> one.count
    1
    """

    sizes: tuple[Count, ...] = eqx.field(static=True, converter=as_tuple)
    couplings: tuple[tuple[Finite, ...], ...] = eqx.field(converter=as_tuple)
    drives: tuple[Finite, ...] = eqx.field(converter=as_tuple)
    thresholds: tuple[Finite, ...] = eqx.field(converter=as_tuple)
    membrane_rates: tuple[Positive, ...] = eqx.field(converter=as_tuple)
    synaptic_rates: tuple[Positive, ...] = eqx.field(converter=as_tuple)
    refractory_time: AtLeastZero = eqx.field(static=True, default=4.0)

    def __check_init__(self) -> None:
        check_fields(self)
        count = len(self.sizes)
        if not count:
            raise InputError("sizes must hold at least one population, got none")
        for name in ("couplings", "drives", "thresholds", "membrane_rates", "synaptic_rates"):
            if len(getattr(self, name)) != count:
                raise InputError(
                    f"{name} must hold one value for each of {count} populations, got {len(getattr(self, name))}"
                )
        if any(len(row) != count for row in self.couplings):
            raise InputError(f"each row of couplings must hold {count} values, one for each receiving population")

    @property
    def count(self) -> int:
        """Number of populations."""
        return len(self.sizes)

    @property
    def values(self) -> PopulationValues:
        """All parameters as arrays."""
        return PopulationValues(
            jnp.asarray(self.sizes, float),
            *(
                jnp.asarray(getattr(self, name), float)
                for name in ("membrane_rates", "drives", "thresholds", "couplings", "synaptic_rates")
            ),
        )


def stationary_rate(drive: Any, populations: Populations) -> Float[np.ndarray, " populations"]:
    """Return the rate at which neurons of each population fire at constant input.

    Parameters
    ----------
    drive : float or array (populations,)
        h, to which the potential relaxes, in units of the noise's width.
    populations : Populations
        The neurons.

    Returns
    -------
    array (populations,)
        In Hz.

    Examples
    --------
    >>> one = Populations((500,), ((0.0,),), (10.0,), (3.6974149,), (50.0,), (333.0,))
    >>> round(float(stationary_rate(8.0, one)[0]), 3)
    17.033
    """
    drives = np.broadcast_to(np.asarray(drive, np.float64), (populations.count,))
    neurons = zip(drives, populations.membrane_rates, populations.thresholds, strict=True)
    return np.array([_rate(*neuron, 1e-3 * populations.refractory_time) for neuron in neurons])


def _rate(drive: float, membrane_rate: float, threshold: float, refractory: float) -> float:
    times = np.arange(0, _LONGEST / membrane_rate, _FINEST)
    hazard = np.exp(np.minimum(drive * -np.expm1(-membrane_rate * times) - threshold, 50.0))
    summed = np.concatenate([[0.0], np.cumsum(0.5 * (hazard[1:] + hazard[:-1]) * _FINEST)])
    survival = np.exp(-summed)
    # From here on the hazard is constant, and what is left of the integral is known.
    return float(1 / (refractory + np.trapezoid(survival, dx=_FINEST) + survival[-1] / hazard[-1]))


def fixed_points(
    populations: Populations, starts: Any, tolerance: float = 1e-6
) -> Float[np.ndarray, "points populations"]:
    """Return rates at which coupled populations of infinite size stay as they are: A = F(E + A J / a).

    Parameters
    ----------
    populations : Populations
        The network.
    starts : array (starts, populations)
        Rates in Hz from which they are looked for.
    tolerance : float, default 1e-6
        Points nearer to each other than this, relative to the rates, are one.

    Returns
    -------
    array (points, populations)
        In Hz, in the order of the starts that led there; starts that lead nowhere bring none.

    Examples
    --------
    >>> one = Populations((500,), ((0.0,),), (8.0,), (3.6974149,), (50.0,), (333.0,))
    >>> fixed_points(one, [[5.0]]).round(3).tolist()
    [[17.033]]
    """
    from scipy.optimize import root

    couplings, drives = np.array(populations.couplings, float), np.array(populations.drives, float)

    def off(rates: np.ndarray) -> np.ndarray:
        return stationary_rate(drives + rates @ couplings / np.array(populations.membrane_rates), populations) - rates

    found: list[np.ndarray] = []
    for start in np.atleast_2d(np.asarray(starts, float)):
        outcome: Any = root(off, start, tol=1e-10)
        known = any(np.allclose(outcome.x, other, rtol=max(tolerance, 1e-12), atol=1e-9) for other in found)
        if np.max(np.abs(off(outcome.x))) < 1e-6 and not known:
            found.append(outcome.x)
    return np.array(found).reshape(-1, populations.count)
