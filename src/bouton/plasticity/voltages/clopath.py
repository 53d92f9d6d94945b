r"""Voltage-based plasticity: a synapse compares presynaptic spikes with the postsynaptic membrane potential.

.. math::

    \dot w = -A_{LTD}\, X\, [\bar u_- - \theta_-]_+ + A_{LTP}\, \bar x\, [u - \theta_+]_+ [\bar u_+ - \theta_-]_+

X is the presynaptic spike train, :math:`\bar x` its low-pass (area 1 for a spike), :math:`\bar u_\pm` are low-passes of
the potential, read with the delay of a spike's duration. Depression is a jump at a presynaptic spike; potentiation goes
on in every time step.

Source: C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_ordered
from bouton._fields import AtLeastZero, Bound, Finite, check_fields
from bouton.errors import InputError
from bouton.plasticity.rule import Rule

__all__ = ["VOLTAGE_SETS", "ClopathVoltage", "VoltagePost", "VoltagePre", "voltage_set"]


class VoltagePre(NamedTuple):
    """What the presynaptic neuron makes available in a ms.

    Parameters
    ----------
    spike : float
        1 where it fires, else 0.
    trace : float
        :math:`\\bar x`, in 1/ms, before this spike adds to it.
    """

    spike: Any
    trace: Any


class VoltagePost(NamedTuple):
    """What the postsynaptic neuron makes available in a ms.

    Parameters
    ----------
    potential : float
        u, in mV.
    for_depression, for_potentiation : float
        :math:`\\bar u_-` and :math:`\\bar u_+`, in mV, as the synapse reads them.
    depression_scale : float
        Factor of depression that a neuron sets by its own mean potential: homeostasis. 1 where there is none.
    """

    potential: Any
    for_depression: Any
    for_potentiation: Any
    depression_scale: Any


class ClopathVoltage(Rule):
    r"""Depression at presynaptic spikes, potentiation by the potential, both above thresholds; hard bounds.

    .. math::

        \Delta w = -A_{LTD}\, s_x\, [\bar u_- - \theta_-]_+ +
            A_{LTP}\, \bar x\, [u - \theta_+]_+ [\bar u_+ - \theta_-]_+

    in each ms.

    Parameters
    ----------
    depression : float
        :math:`A_{LTD}`, in 1/mV, at least 0. Default 14e-5.
    potentiation : float
        :math:`A_{LTP}`, in 1/mV², at least 0. Default 8e-5.
    low_threshold, high_threshold : float
        :math:`\theta_-` and :math:`\theta_+`, in mV. Default -70.6 and -45.3.
    lower, upper : float
        Bounds of the weight. Default 0 and 3.

    Raises
    ------
    InputError
        If an amplitude is negative, a threshold is not finite, or `lower` exceeds `upper`.

    References
    ----------
    C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010.

    Examples
    --------
    >>> rule = ClopathVoltage()
    >>> round(rule.reversal, 2)
    -43.55
    """

    depression: AtLeastZero | Float[Array, ""] = 14e-5
    potentiation: AtLeastZero | Float[Array, ""] = 8e-5
    low_threshold: Finite | Float[Array, ""] = -70.6
    high_threshold: Finite | Float[Array, ""] = -45.3
    lower: Bound | Float[Array, ""] = 0.0
    upper: Bound | Float[Array, ""] = 3.0

    def __check_init__(self) -> None:
        check_fields(self)
        check_ordered(self.lower, self.upper)

    def on_pre(self, post: VoltagePost) -> Any:
        """Return the change at a presynaptic spike."""
        above = jnp.maximum(post.for_depression - self.low_threshold, 0)
        return -self.depression * post.depression_scale * above

    def in_each_step(self, pre: VoltagePre, post: VoltagePost) -> Any:
        """Return the change of a ms, by the presynaptic trace and the potential."""
        now = jnp.maximum(post.potential - self.high_threshold, 0)
        before = jnp.maximum(post.for_potentiation - self.low_threshold, 0)
        return self.potentiation * pre.trace * now * before

    def __call__(self, synapse, pre: VoltagePre, post: VoltagePost, signal):
        """Return the change of a ms, cut off at the bounds."""
        change = pre.spike * self.on_pre(post) + self.in_each_step(pre, post)
        return jnp.clip(synapse + change, self.lower, self.upper) - synapse

    def at_clamp(self, potential: Any) -> Any:
        r"""Return the change by one presynaptic spike where the potential is held.

        .. math:: -A_{LTD} [V - \theta_-]_+ + A_{LTP} [V - \theta_+]_+ [V - \theta_-]_+

        Parameters
        ----------
        potential : float or array
            V, in mV.

        Returns
        -------
        array
            In units of the weight.
        """
        above = jnp.maximum(potential - self.low_threshold, 0)
        return above * (self.potentiation * jnp.maximum(potential - self.high_threshold, 0) - self.depression)

    @property
    def reversal(self) -> Any:
        """The held potential at which depression turns into potentiation, in mV."""
        return self.high_threshold + self.depression / self.potentiation


VOLTAGE_SETS = {
    "visual-cortex": ClopathVoltage(),
    "hippocampus": ClopathVoltage(3.8e-4, 0.2e-4, -41.0, -38.0),
}
"""The parameter sets of the rule: slices of visual cortex, and hippocampal slices as a replication has them."""


def voltage_set(name: str) -> ClopathVoltage:
    """Return a parameter set of the rule by its name.

    Parameters
    ----------
    name : str
        One of `VOLTAGE_SETS`.

    Returns
    -------
    ClopathVoltage

    Raises
    ------
    InputError
        If there is no such set; the sentence lists those there are.

    Examples
    --------
    >>> round(voltage_set("hippocampus").reversal, 6)
    -19.0
    """
    if name not in VOLTAGE_SETS:
        raise InputError(f"there is no voltage set named {name!r}; known sets: {', '.join(VOLTAGE_SETS)}")
    return VOLTAGE_SETS[name]
