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
from typing import Any, NamedTuple

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
from bouton.plasticity import PowerPlasticity, QuadraticPlasticity, SinePlasticity

__all__ = ["NONLINEARITIES", "PUBLISHED", "Parts", "parts_of"]

_RHEOBASE = 0.08
_SLOPE = 143.0
_DEPRESSION = 22.1
# At 5 standard deviations the factor is then between 1 and 2, as that of the quadratic rectifier: one rate suits all.
_PER_SQUARED_HZ, _PER_SQUARED_HZ_LIF = 1e-3, 2e-4


class Parts(NamedTuple):
    """What a nonlinearity is put together from.

    Parameters
    ----------
    rate, plasticity : callable
        Frequency-current curve g and plasticity function h.
    input_scale : float
        Units of g's argument per standard deviation of the drive. Default 1.
    """

    rate: Any = Identity()
    plasticity: Any = PowerPlasticity()
    input_scale: float = 1.0


def _spiking(rate: RectifiedLinear | LeakyIntegrateAndFire, scale: float) -> Parts:
    return Parts(rate, QuadraticPlasticity(_DEPRESSION, scale), _RHEOBASE)


_PARTS = {
    "linear-rectifier": Parts(RectifiedLinear(3.0)),
    "quadratic-rectifier": Parts(RectifiedLinear(0.5), QuadraticPlasticity(0.5, 0.1)),
    "hard-threshold": Parts(HardThreshold(3.0)),
    "cauchy": Parts(CauchyThreshold(3.2)),
    "negative-sigmoid": Parts(Tanh(), PowerPlasticity(scale=-0.5)),
    "cubic": Parts(Identity(), PowerPlasticity(3, 0.01)),
    "negative-sine": Parts(Identity(), SinePlasticity(-1.0)),
    "linear": Parts(),
    "two-sided-rectifier": Parts(TwoSidedRectifier(2.0)),
    "negative-cosine": Parts(Identity(), SinePlasticity(-1.0, math.pi / 2)),
    "triplet-stdp": _spiking(RectifiedLinear(_RHEOBASE, _SLOPE), _PER_SQUARED_HZ),
    "lif-triplet": _spiking(LeakyIntegrateAndFire(_RHEOBASE), _PER_SQUARED_HZ_LIF),
}

NONLINEARITIES: tuple[str, ...] = tuple(_PARTS)
"""All names."""

PUBLISHED: tuple[str, ...] = (*NONLINEARITIES[:10], *(f"minus-{name}" for name in NONLINEARITIES[:10]))
"""The twenty of the paper's figure 2c, in its order: number k + 10 is the negative of number k."""


def parts_of(name: str) -> Parts:
    """Return what the nonlinearity of a name is put together from; ``minus-`` before it makes no difference.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    plain = name.removeprefix("minus-")
    if plain not in _PARTS:
        raise InputError(f"there is no nonlinearity {name!r}; there is {', '.join(_PARTS)}, each also with minus-")
    return _PARTS[plain]
