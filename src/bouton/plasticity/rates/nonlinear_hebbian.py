r"""Nonlinear Hebbian learning: the presynaptic activity times any function of the postsynaptic rate.

.. math:: \Delta w = \eta\, h(y)\, x

===========================  ================================================  =====================================
plasticity function          h(y)                                              where it occurs
===========================  ================================================  =====================================
`PowerPlasticity`            :math:`c\, y^p`                                   Hebb, linear STDP (p = 1); kurtosis
`QuadraticPlasticity`        :math:`c\, y\, (y - b)`                           BCM with a fixed threshold, triplet STDP
`SinePlasticity`             :math:`c \sin(y + \varphi)`                       none: a test of generality
===========================  ================================================  =====================================

and any other callable of the rate. `SynapticScaling` is what bounds it: the neuron scales all its synapses alike.

Source: C. S. N. Brito, W. Gerstner, "Nonlinear Hebbian learning as a unifying principle in receptive field formation",
PLoS Computational Biology 12(9):e1005070, 2016.
"""

import inspect
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Count
from bouton.plasticity.rule import AffineRule, Scalar

__all__ = [
    "NonlinearHebb",
    "PlainFunction",
    "PlasticityFunction",
    "PowerPlasticity",
    "QuadraticPlasticity",
    "SinePlasticity",
    "SynapticScaling",
]


Rates = float | Float[Array, "*shape"]


class PlasticityFunction(Checked):
    """A scalar function of the postsynaptic rate: by how much, and in which direction, a synapse changes."""

    @abstractmethod
    def __call__(self, rate: Rates) -> Rates:
        """Return the postsynaptic factor at a rate."""


class PlainFunction(PlasticityFunction):
    """Any function of the rate, written with `jax.numpy`, as a module: what a plain callable is turned into.

    Parameters
    ----------
    function : callable
        Takes and returns arrays of any shape, element by element.
    """

    function: Callable[[Any], Any] = eqx.field(static=True)

    def __call__(self, rate: Rates) -> Rates:
        """Return ``function(rate)``."""
        return self.function(rate)


def as_module(function: Any) -> Any:
    """Return a plain callable as a module, which compiled programs can be handed; anything else as it is."""
    plain = callable(function) and not isinstance(function, eqx.Module) and not inspect.isclass(function)
    return PlainFunction(function) if plain else function  # pyright: ignore[reportArgumentType]


class PowerPlasticity(PlasticityFunction):
    r"""A power of the rate, :math:`h(y) = c\, y^p`.

    Parameters
    ----------
    exponent : int
        :math:`p \ge 1`. Default 1: linear, as in Hebb's rule and in pair-based STDP of rates.
    scale : float
        :math:`c`; negative for anti-Hebbian learning. Default 1.

    Raises
    ------
    InputError
        If the exponent is no whole number of at least 1.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> PowerPlasticity(3, 0.01)(jnp.asarray(-10.0)).item()
    -10.0
    """

    exponent: Count = eqx.field(static=True, default=1)
    scale: Scalar = 1.0

    def __call__(self, rate: Rates) -> Rates:
        """Return ``scale * rate**exponent``."""
        return self.scale * rate**self.exponent


class QuadraticPlasticity(PlasticityFunction):
    r"""Depression at low rates, potentiation at high ones, :math:`h(y) = c\, y\, (y - b)`.

    Parameters
    ----------
    depression : float
        :math:`b`, the rate above which synapses are potentiated. Default 22.1 Hz, the minimal triplet STDP rule fitted
        to visual cortex.
    scale : float
        :math:`c`. Default 1.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> QuadraticPlasticity(depression=20.0)(jnp.array([10.0, 30.0])).tolist()
    [-100.0, 300.0]
    """

    depression: Scalar = 22.1
    scale: Scalar = 1.0

    def __call__(self, rate: Rates) -> Rates:
        """Return ``scale * rate * (rate - depression)``."""
        return self.scale * rate * (rate - self.depression)


class SinePlasticity(PlasticityFunction):
    r"""A sine of the rate, :math:`h(y) = c \sin(y + \varphi)`.

    Parameters
    ----------
    scale : float
        :math:`c`. Default 1.
    phase : float
        :math:`\varphi`, in radians: pi/2 makes it a cosine. Default 0.
    """

    scale: Scalar = 1.0
    phase: Scalar = 0.0

    def __call__(self, rate: Rates) -> Rates:
        """Return ``scale * sin(rate + phase)``."""
        return self.scale * jnp.sin(rate + self.phase)


class NonlinearHebb(AffineRule):
    r"""Nonlinear Hebbian learning: the presynaptic activity times a function of the postsynaptic rate.

    .. math:: \Delta w = \eta\, h(y)\, x

    With :math:`y = g(w^\top x)` it climbs :math:`\langle F(w^\top x) \rangle`, where :math:`F' = h \circ g`: what a
    neuron learns depends on the two functions through their composition alone.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    plasticity : PlasticityFunction or callable
        h. Default `PowerPlasticity`, the identity, which makes it Hebb's rule.

    References
    ----------
    C. S. N. Brito, W. Gerstner, PLoS Computational Biology 12(9):e1005070, 2016.

    Examples
    --------
    >>> rule = NonlinearHebb(rate=0.5, plasticity=QuadraticPlasticity(depression=1.0))
    >>> rule(0.2, 2.0, 3.0, None)
    6.0
    """

    rate: Scalar
    plasticity: Callable[[Any], Any] = eqx.field(default=PowerPlasticity(), converter=as_module)

    def gain(self, post, signal):
        """Return ``rate * h(post)``."""
        return self.rate * self.plasticity(post)

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0


class SynapticScaling(AffineRule):
    r"""The neuron scales all its synapses by one factor, to a weight vector of a given length.

    .. math:: \Delta w = \left(\frac{\ell}{|w|} - 1\right) w

    The postsynaptic factor is the present length :math:`|w|`, which the neuron knows of its own synapses (the root of
    `Synapses.squared_length`). Other than `NormalisedHebb` it follows any rule, and any number of events.

    Parameters
    ----------
    length : float
        :math:`\ell`. Default 1.

    References
    ----------
    G. G. Turrigiano et al., Activity-dependent scaling of quantal amplitude in neocortical neurons, Nature 391:892,
    1998: the biology that the multiplicative constraint stands for.

    Examples
    --------
    >>> SynapticScaling()(0.6, 0.0, 2.0, None)
    -0.3
    """

    length: Scalar = 1.0

    def gain(self, post, signal):
        """Return zero: it does not depend on the input."""
        return 0.0 * post

    def decay(self, post, signal):
        """Return ``1 - length / post``."""
        return 1 - self.length / post

    def __call__(self, synapse, pre, post, signal):
        """Return ``synapse * (length / post - 1)``."""
        return synapse * (self.length / post - 1)
