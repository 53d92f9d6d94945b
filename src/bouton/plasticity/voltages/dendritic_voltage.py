r"""Plasticity by the voltage at the synapse: glutamate meets the time course of the local voltage, with a veto on LTD.

.. math::

    P &= A_{LTP}\, x\, [u_+ - \theta_+]_+, \qquad D = A_{LTD}\, x\, [u_- - \theta_-]_+, \qquad \dot w = P - D \\
    \theta_- &= \theta_0 + b_\theta \bar P, \qquad \tau_\theta\, \dot{\bar P} = P - \bar P

:math:`x` is what is left of glutamate after presynaptic spikes, :math:`u_+` and :math:`u_-` are the voltage at the
synapse *relative to rest* behind a fast and a slow low-pass filter. Potentiation raises the threshold of depression for
a while: a strong depolarisation vetoes LTD.

=============================  ==========================================  ===========================================
rule                           potentiation                                what it is
=============================  ==========================================  ===========================================
`DendriticVoltageHebb`         :math:`x [u_+ - \theta_+]_+`                the published rule; without veto at b = 0
`InstantaneousVoltageHebb`     :math:`x [v - \theta_+]_+ [u_+ -            the comparison, in the manner of Clopath et
                               \theta_0]_+`                                al. (2010)
=============================  ==========================================  ===========================================

Source: C. Meissner-Bernard, M. C. Tsai, L. Logiaco, W. Gerstner, Frontiers in Synaptic Neuroscience 12:585539, 2020,
arXiv:2001.03614.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_ordered
from bouton._fields import AtLeastZero, Bound, Finite, Positive, check_fields
from bouton.plasticity.rule import Rule, Scalar

__all__ = [
    "DendriticSynapse",
    "DendriticVoltageHebb",
    "Glutamate",
    "InstantaneousVoltageHebb",
    "LocalVoltage",
    "VoltageSignals",
]


class Glutamate(NamedTuple):
    """What the presynaptic neuron makes available to `InstantaneousVoltageHebb`.

    Parameters
    ----------
    trace : float
        What is left of glutamate, for potentiation.
    depressing : float
        What depression goes with: the same trace, or spikes per ms, which makes it an event of the instant.
    """

    trace: Scalar
    depressing: Scalar


class LocalVoltage(NamedTuple):
    """The voltage where the synapse sits, relative to rest.

    Parameters
    ----------
    now : float
        The voltage itself, in mV.
    fast, slow : float
        Behind the fast and the slow low-pass filter, in mV.
    """

    now: Scalar
    fast: Scalar
    slow: Scalar


class DendriticSynapse(NamedTuple):
    """What a synapse keeps for `DendriticVoltageHebb`.

    Parameters
    ----------
    weight : float
        The weight.
    recent_potentiation : float
        The potentiation signal behind a low-pass filter, per ms: what the veto goes by.
    """

    weight: Scalar
    recent_potentiation: Scalar


class VoltageSignals(NamedTuple):
    """Potentiation and depression of one synapse, per ms.

    Parameters
    ----------
    potentiation, depression : float
        :math:`P` and :math:`D`.
    """

    potentiation: Any
    depression: Any


class DendriticVoltageHebb(Rule):
    r"""Glutamate times local voltage above threshold, where potentiation raises the threshold of depression.

    .. math::

        \Delta w &= h\, (P - D), \qquad P = A_{LTP}\, x\, [u_+ - \theta_+]_+, \quad
        D = A_{LTD}\, x\, [u_- - \theta_0 - b_\theta \bar P]_+ \\
        \Delta \bar P &= \tfrac{h}{\tau_\theta}\, (P - \bar P)

    The presynaptic factor is the glutamate trace :math:`x`, the postsynaptic one a `LocalVoltage`. All is of the step's
    beginning, as the authors integrate; with `exact`, trace and voltages are taken for their means over the step,
    :math:`\bar P` relaxes exponentially, and the veto is that of the middle of the step.

    Parameters
    ----------
    potentiation, depression : float
        :math:`A_{LTP}` and :math:`A_{LTD}`, per mV and ms.
    potentiation_threshold, depression_threshold : float
        :math:`\theta_+` and :math:`\theta_0`, in mV above rest.
    veto : float
        :math:`b_\theta`, in mV per unit of :math:`\bar P`. Default 0: no veto.
    veto_time_constant : float
        :math:`\tau_\theta`, in ms. Default 30.
    time_step : float
        :math:`h`, in ms. Default 0.1.
    lower, upper : float
        Bounds of the weight. Default: none.
    exact : bool
        Integrate to second order in the step. Default False: the authors' scheme.

    Raises
    ------
    InputError
        If a factor is negative, a time not positive, or `lower` above `upper`.

    References
    ----------
    C. Meissner-Bernard, M. C. Tsai, L. Logiaco, W. Gerstner, Frontiers in Synaptic Neuroscience 12:585539, 2020.

    Examples
    --------
    >>> rule = DendriticVoltageHebb(1e-4, 2e-4, potentiation_threshold=25.0, depression_threshold=5.0)
    >>> synapse = DendriticSynapse(weight=0.5, recent_potentiation=0.0)
    >>> strong, weak = LocalVoltage(70.0, 65.0, 15.0), LocalVoltage(15.0, 15.0, 15.0)
    >>> [round(float(rule(synapse, 1.0, voltage, None).weight), 6) for voltage in (strong, weak)]
    [0.0002, -0.0002]
    """

    potentiation: AtLeastZero | Float[Array, ""]
    depression: AtLeastZero | Float[Array, ""]
    potentiation_threshold: Finite | Float[Array, ""]
    depression_threshold: Finite | Float[Array, ""]
    veto: AtLeastZero | Float[Array, ""] = 0.0
    veto_time_constant: Positive | Float[Array, ""] = 30.0
    time_step: Positive | Float[Array, ""] = 0.1
    lower: Bound | Float[Array, ""] = -float("inf")
    upper: Bound | Float[Array, ""] = float("inf")
    exact: bool = eqx.field(static=True, default=False)

    def __check_init__(self) -> None:
        check_fields(self)
        check_ordered(self.lower, self.upper)

    def signals(self, synapse: DendriticSynapse, pre: Any, post: LocalVoltage) -> VoltageSignals:
        """Return potentiation and depression of one synapse, per ms."""
        potentiation = self._potentiation(pre, post)
        raised = synapse.recent_potentiation + self._relaxed(synapse, potentiation, 0.5 if self.exact else 0.0)
        threshold = self.depression_threshold + self.veto * raised
        return VoltageSignals(potentiation, self.depression * pre * jnp.maximum(post.slow - threshold, 0))

    def _potentiation(self, pre: Any, post: LocalVoltage) -> Any:
        return self.potentiation * pre * jnp.maximum(post.fast - self.potentiation_threshold, 0)

    def _relaxed(self, synapse: DendriticSynapse, potentiation: Any, share: float) -> Any:
        """Return how the filtered potentiation changes over a share of the step."""
        ratio = share * self.time_step / self.veto_time_constant
        moved = -jnp.expm1(-jnp.asarray(ratio)) if self.exact else ratio
        return moved * (potentiation - synapse.recent_potentiation)

    def __call__(self, synapse, pre, post, signal):
        """Return the changes of the synapse's variables over a time step."""
        signals = self.signals(synapse, pre, post)
        moved = synapse.weight + self.time_step * (signals.potentiation - signals.depression)
        weight = jnp.clip(moved, self.lower, self.upper)
        return DendriticSynapse(weight - synapse.weight, self._relaxed(synapse, signals.potentiation, 1.0))

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight


class InstantaneousVoltageHebb(Rule):
    r"""Glutamate times a product of the voltage itself and its fast filter, without a veto: the rule compared with.

    .. math::

        \Delta w = h\, (P - D), \qquad P = A_{LTP}\, x\, [v - \theta_+]_+\, [u_+ - \theta_0]_+, \quad
        D = A_{LTD}\, x_-\, [u_- - \theta_0]_+

    The presynaptic factor is a `Glutamate`. Clopath et al. depress at the instant of a presynaptic spike: :math:`x_-`
    are the spikes, per ms. With the trace as :math:`x_-`, depression lasts as long as potentiation may.

    Parameters
    ----------
    potentiation : float
        :math:`A_{LTP}`, per mV squared and ms.
    depression : float
        :math:`A_{LTD}`, per mV and ms.
    potentiation_threshold, depression_threshold : float
        :math:`\theta_+` and :math:`\theta_0`, in mV above rest.
    time_step : float
        :math:`h`, in ms. Default 0.1.
    lower, upper : float
        Bounds of the weight. Default: none.

    Raises
    ------
    InputError
        If a factor is negative, the time step not positive, or `lower` above `upper`.

    References
    ----------
    An alternative of C. Meissner-Bernard et al., 2020, after C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature
    Neuroscience 13:344, 2010.

    Examples
    --------
    Without filters, the sign changes where the voltage is above the threshold by the ratio of the factors:

    >>> rule = InstantaneousVoltageHebb(8e-5, 14e-5, potentiation_threshold=25.3, depression_threshold=0.0)
    >>> synapse, zero = DendriticSynapse(0.5, 0.0), 25.3 + 14 / 8
    >>> pre = Glutamate(1.0, 1.0)
    >>> [float(rule(synapse, pre, LocalVoltage(v, v, v), None).weight) > 0 for v in (zero - 0.1, zero + 0.1)]
    [False, True]
    """

    potentiation: AtLeastZero | Float[Array, ""]
    depression: AtLeastZero | Float[Array, ""]
    potentiation_threshold: Finite | Float[Array, ""]
    depression_threshold: Finite | Float[Array, ""]
    time_step: Positive | Float[Array, ""] = 0.1
    lower: Bound | Float[Array, ""] = -float("inf")
    upper: Bound | Float[Array, ""] = float("inf")

    def __check_init__(self) -> None:
        check_fields(self)
        check_ordered(self.lower, self.upper)

    def signals(self, synapse: DendriticSynapse, pre: Glutamate, post: LocalVoltage) -> VoltageSignals:
        """Return potentiation and depression of one synapse, per ms."""
        above = jnp.maximum(post.now - self.potentiation_threshold, 0)
        fast, slow = (jnp.maximum(u - self.depression_threshold, 0) for u in (post.fast, post.slow))
        return VoltageSignals(self.potentiation * pre.trace * above * fast, self.depression * pre.depressing * slow)

    def __call__(self, synapse, pre, post, signal):
        """Return the changes of the synapse's variables over a time step; nothing is filtered."""
        signals = self.signals(synapse, pre, post)
        moved = synapse.weight + self.time_step * (signals.potentiation - signals.depression)
        change = jnp.clip(moved, self.lower, self.upper) - synapse.weight
        return DendriticSynapse(change, jnp.zeros_like(synapse.recent_potentiation))

    def weight(self, synapse):
        """Return the weight."""
        return synapse.weight
