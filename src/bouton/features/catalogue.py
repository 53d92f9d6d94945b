r"""The published nonlinearities by name: models of receptive fields, each as a curve and a plasticity function.

===================  ====================================================  =====================  ========
name                 f(u), with :math:`r_\theta(u) = \max(0, u - \theta)`  model                  index
===================  ====================================================  =====================  ========
linear-rectifier     :math:`r_3(u)`                                        L1 sparse coding       positive
quadratic-rectifier  :math:`v (v - \frac12) / 10,\; v = r_{1/2}(u)`        BCM; cortex            positive
hard-threshold       u where u > 3, else 0                                 L0 sparse coding       positive
cauchy               :math:`T^{-1}(u)` where u > 0, else 0                 Cauchy sparse coding   positive
negative-sigmoid     :math:`-\tanh(u) / 2`                                 ICA                    positive
cubic                :math:`u^3 / 100`                                     kurtosis               positive
negative-sine        :math:`-\sin u`                                       none                   positive
linear               u                                                     PCA                    0
two-sided-rectifier  :math:`\max(0, |u| - 2)`                              none                   0
negative-cosine      :math:`-\cos u`                                       none                   0
triplet-stdp         :math:`r (r - b),\; r = a\, r_\theta`, in nA and Hz   spiking, triplet STDP  positive
lif-triplet          the same, with an integrate-and-fire curve            spiking, triplet STDP  positive
===================  ====================================================  =====================  ========

``minus-`` before any name gives its negative. The first ten, and their negatives, are those of the paper's figure 2c.

Sources: C. S. N. Brito, W. Gerstner, PLoS Computational Biology 12(9):e1005070, 2016; constants of its published code.
"""

import math
from collections.abc import Callable

from bouton.dynamics import (
    CauchyThreshold,
    HardThreshold,
    Identity,
    LeakyIntegrateAndFire,
    RectifiedLinear,
    Tanh,
    TwoSidedRectifier,
)
from bouton.errors import InputError
from bouton.features.nonlinearity import EffectiveNonlinearity
from bouton.plasticity import PowerPlasticity, QuadraticPlasticity, SinePlasticity

__all__ = ["NONLINEARITIES", "PUBLISHED", "nonlinearity"]

_RHEOBASE = 0.08
_SLOPE = 143.0
_DEPRESSION = 22.1
# At 5 standard deviations the factor is then between 1 and 2, as that of the quadratic rectifier: one rate suits all.
_PER_SQUARED_HZ, _PER_SQUARED_HZ_LIF = 1e-3, 2e-4


def _spiking(name: str, rate: RectifiedLinear | LeakyIntegrateAndFire, scale: float) -> EffectiveNonlinearity:
    return EffectiveNonlinearity(rate, QuadraticPlasticity(_DEPRESSION, scale), _RHEOBASE, name)


_MAKERS: dict[str, Callable[[str], EffectiveNonlinearity]] = {
    "linear-rectifier": lambda name: EffectiveNonlinearity(RectifiedLinear(3.0), name=name),
    "quadratic-rectifier": lambda name: EffectiveNonlinearity(
        RectifiedLinear(0.5), QuadraticPlasticity(0.5, 0.1), name=name
    ),
    "hard-threshold": lambda name: EffectiveNonlinearity(HardThreshold(3.0), name=name),
    "cauchy": lambda name: EffectiveNonlinearity(CauchyThreshold(3.2), name=name),
    "negative-sigmoid": lambda name: EffectiveNonlinearity(Tanh(), PowerPlasticity(scale=-0.5), name=name),
    "cubic": lambda name: EffectiveNonlinearity(Identity(), PowerPlasticity(3, 0.01), name=name),
    "negative-sine": lambda name: EffectiveNonlinearity(Identity(), SinePlasticity(-1.0), name=name),
    "linear": lambda name: EffectiveNonlinearity(name=name),
    "two-sided-rectifier": lambda name: EffectiveNonlinearity(TwoSidedRectifier(2.0), name=name),
    "negative-cosine": lambda name: EffectiveNonlinearity(Identity(), SinePlasticity(-1.0, math.pi / 2), name=name),
    "triplet-stdp": lambda name: _spiking(name, RectifiedLinear(_RHEOBASE, _SLOPE), _PER_SQUARED_HZ),
    "lif-triplet": lambda name: _spiking(name, LeakyIntegrateAndFire(_RHEOBASE), _PER_SQUARED_HZ_LIF),
}

NONLINEARITIES: tuple[str, ...] = tuple(_MAKERS)
"""All names."""

PUBLISHED: tuple[str, ...] = (*NONLINEARITIES[:10], *(f"minus-{name}" for name in NONLINEARITIES[:10]))
"""The twenty of the paper's figure 2c, in its order: number k + 10 is the negative of number k."""


def nonlinearity(name: str) -> EffectiveNonlinearity:
    """Return a published nonlinearity by its name.

    Parameters
    ----------
    name : str
        One of `NONLINEARITIES`, or ``minus-`` and one of them.

    Returns
    -------
    EffectiveNonlinearity

    Raises
    ------
    InputError
        If there is none of that name.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> [round(float(factor), 5) for factor in nonlinearity("quadratic-rectifier")(jnp.array([0.75, 1.0, 2.0]))]
    [-0.00625, 0.0, 0.15]
    """
    plain = name.removeprefix("minus-")
    if plain not in _MAKERS:
        raise InputError(f"there is no nonlinearity {name!r}; there is {', '.join(_MAKERS)}, each also with minus-")
    found = _MAKERS[plain](plain)
    return found if name == plain else -found
