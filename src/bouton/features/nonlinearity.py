r"""Effective nonlinearities: what a neuron learns depends on its curve and its plasticity through one function.

.. math:: f = h \circ g, \qquad F(u) = \int_0^u f(v)\, dv

======  ===========  =================================================================  ===========
symbol  name         what it is                                                         unit
======  ===========  =================================================================  ===========
u       drive        total input :math:`w^\top x`                                       its s.d.
g       rate         frequency-current curve, of :math:`s u`                            the model's
h       plasticity   postsynaptic factor of the plasticity rule, of the rate            1
f       ()           effective nonlinearity, :math:`f(u) = h(g(s u))`                   1
F       objective    integral of f; learning climbs :math:`\langle F(w^\top x)\rangle`  1
s       input_scale  units of g's argument per standard deviation of the drive          units of g
======  ===========  =================================================================  ===========

Source: C. S. N. Brito, W. Gerstner, "Nonlinear Hebbian learning as a unifying principle in receptive field formation",
PLoS Computational Biology 12(9):e1005070, 2016, arXiv:1601.00701.
"""

import inspect
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._allowed import shown
from bouton._checked import Checked
from bouton._floating import floating
from bouton.analysis import selectivity_of
from bouton.dynamics import Identity
from bouton.errors import InputError
from bouton.features.catalogue import parts_of
from bouton.plasticity import PowerPlasticity
from bouton.plasticity.rates.nonlinear_hebbian import as_module
from bouton.plasticity.rule import Scalar

__all__ = ["EffectiveNonlinearity", "Opposite", "as_nonlinearity", "mean_objective", "nonlinearity"]

_CELLS_PER_UNIT = 32
_REACH = 64
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)


class Opposite(Checked):
    """The negative of a plasticity function: what was potentiated is depressed.

    Parameters
    ----------
    plasticity : callable
        The function h.
    """

    plasticity: Callable[[Any], Any]

    def __call__(self, rate: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return ``-h(rate)``."""
        return -self.plasticity(rate)


class EffectiveNonlinearity(Checked):
    r"""A frequency-current curve g with a plasticity function h: the effective nonlinearity :math:`f = h \circ g`.

    It can be called, handed to a circuit or an estimator, plotted, scored (`selectivity_index`) and negated.

    Parameters
    ----------
    rate : callable
        g, such as an `FICurve` or an `Activation`. Default `Identity`, a linear neuron.
    plasticity : callable
        h, such as a `PlasticityFunction`. Default `PowerPlasticity`, linear: Hebb's rule. Plain functions, written with
        `jax.numpy`, are welcome as g and as h.
    input_scale : float
        Units of g's argument per standard deviation of the drive. Default 1: g is written for drives of unit variance.
    name : str
        What tables and figures call it.

    Examples
    --------
    A spiking neuron with triplet STDP, in nA and Hz:

    >>> import jax.numpy as jnp
    >>> from bouton.dynamics import RectifiedLinear
    >>> from bouton.plasticity import QuadraticPlasticity
    >>> f = EffectiveNonlinearity(RectifiedLinear(0.08, 143.0), QuadraticPlasticity(22.1))
    >>> [round(float(factor)) for factor in f(jnp.array([0.05, 0.15, 0.30]))]
    [0, -121, 294]
    """

    rate: Callable[[Any], Any] = eqx.field(default=Identity(), converter=as_module)
    plasticity: Callable[[Any], Any] = eqx.field(default=PowerPlasticity(), converter=as_module)
    input_scale: Scalar = 1.0
    name: str = eqx.field(static=True, default="")

    @classmethod
    def from_name(cls, name: str) -> "EffectiveNonlinearity":
        """Return a published nonlinearity by its name, such as ``quadratic-rectifier``; see `nonlinearity`.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        plain = name.removeprefix("minus-")
        found = cls(*parts_of(name), plain)
        return found if name == plain else -found

    def respond(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return the firing rate, g(s u)."""
        return self.rate(self.input_scale * drive)

    def __call__(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        """Return f(u)."""
        return self.plasticity(self.respond(drive))

    def __neg__(self) -> "EffectiveNonlinearity":
        """Return the same neuron with opposite plasticity, whose effective nonlinearity is -f."""
        undone = isinstance(self.plasticity, Opposite)
        plasticity = self.plasticity.plasticity if undone else Opposite(self.plasticity)
        name = self.name.removeprefix("minus-") if self.name.startswith("minus-") else f"minus-{self.name}"
        return EffectiveNonlinearity(self.rate, plasticity, self.input_scale, name if self.name else "")

    def objective(self, drive: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
        r"""Return :math:`F(u) = \int_0^u f`, by Gauss-Legendre quadrature in cells of 1/32: exact for polynomials."""
        drive = floating(drive)
        at_edges = _running_integral(self, drive.dtype)
        cell = jnp.clip(jnp.floor(drive * _CELLS_PER_UNIT), -_REACH * _CELLS_PER_UNIT, _REACH * _CELLS_PER_UNIT - 1)
        edge = cell / _CELLS_PER_UNIT
        half = (drive - edge) / 2
        rest = [float(w) * self(edge + (1 + float(x)) * half) for x, w in zip(_NODES, _WEIGHTS, strict=True)]
        return at_edges[cell.astype(jnp.int32) + _REACH * _CELLS_PER_UNIT] + half * sum(rest)

    def selectivity_index(self) -> float:
        """Return how much more the objective rewards a heavy-tailed drive than a Gaussian one; see `selectivity`."""
        return selectivity_of(self).index


def _running_integral(nonlinearity: Callable[[Any], Any], dtype: Any) -> Float[Array, " edges"]:
    """Return F at the edges of all cells."""
    edges = np.arange(-_REACH * _CELLS_PER_UNIT, _REACH * _CELLS_PER_UNIT) / _CELLS_PER_UNIT
    inside = edges[:, None] + (1 + _NODES) / (2 * _CELLS_PER_UNIT)
    values = nonlinearity(jnp.asarray(inside, dtype)) @ jnp.asarray(_WEIGHTS / (2 * _CELLS_PER_UNIT), dtype)
    below, above = values[: len(values) // 2], values[len(values) // 2 :]
    # Summed outwards from zero, where rounding is smallest.
    negative = -jnp.cumsum(below[::-1])[::-1]
    return jnp.concatenate([negative, jnp.zeros(1, dtype), jnp.cumsum(above)])


def as_nonlinearity(value: Any) -> EffectiveNonlinearity:
    """Return the nonlinearity of that name, the nonlinearity itself, or one whose plasticity a callable is.

    Raises
    ------
    InputError
        If the value is none of these.
    """
    if isinstance(value, EffectiveNonlinearity):
        return value
    if isinstance(value, str):
        return EffectiveNonlinearity.from_name(value)
    if callable(value) and not inspect.isclass(value):
        return EffectiveNonlinearity(plasticity=value, name=getattr(value, "__name__", type(value).__name__))
    raise InputError(f"nonlinearity must be a name, an EffectiveNonlinearity or a function, got {shown(value)}")


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
    return EffectiveNonlinearity.from_name(name)


@jax.jit
def mean_objective(
    nonlinearity: EffectiveNonlinearity, drives: Float[Array, "samples neurons"]
) -> Float[Array, " neurons"]:
    r"""Return :math:`\langle F(u) \rangle` over samples, for each neuron.

    Parameters
    ----------
    nonlinearity : EffectiveNonlinearity
        f, whose integral is F.
    drives : array (samples, neurons)
        Total inputs :math:`u = w^\top x`.

    Returns
    -------
    array (neurons,)
    """
    return jnp.mean(nonlinearity.objective(drives), axis=0)
