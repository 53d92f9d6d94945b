r"""Voltage-based plasticity in networks: depression at presynaptic spikes, potentiation while a neuron is depolarised.

.. math::

    \dot w = -A_{LTD}\, X\, [\bar u_- - \theta_-]_+ + A_{LTP}\, \bar x\, [u - \theta_+]_+ [\bar u_+ - \theta_-]_+

The second term is zero unless :math:`u > \theta_+` and :math:`\bar u_+ > \theta_-`: only then does a neuron change its
synapses, all of them in each such step. That is what the rule costs beyond spikes: the fan-in of a neuron for each step
that it spends above the threshold.

Potentials count as they are at the end of a step, before a reset. What a spike is worth therefore depends on how a
neuron model draws it: the published amplitudes belong to spikes that stay up for 2 ms (`ClopathNeuron`, in
`VoltageSynapse`). A model that is reset at once, such as `AdaptiveExponential`, is above the threshold for its upstroke
alone; `potentiation` is then to be scaled.

Source: C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010.
"""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_within
from bouton._fields import Finite, Positive
from bouton.dynamics import ExponentialTrace, FilteredVoltage, MomentaryVoltage, Readout
from bouton.plasticity.event import EventRule, Spiking
from bouton.plasticity.rule import within_bounds
from bouton.plasticity.voltages.clopath import ClopathVoltage, VoltagePost, VoltagePre

__all__ = ["ClopathEvents"]


class ClopathEvents(EventRule):
    r"""`ClopathVoltage` as synapses of a network run it: at presynaptic spikes and while the target is depolarised.

    Parameters
    ----------
    rule : ClopathVoltage
        Amplitudes, thresholds and bounds. Default: visual cortex.
    trace_time : float
        Time constant of the presynaptic trace, in ms; its area is 1 for a spike. Default 15.
    depression_time, potentiation_time : float
        :math:`\tau_-` and :math:`\tau_+` of the filtered potentials, in ms. Default 10 and 7.
    rest : float
        Where they start, in mV. Default -70.6.

    Raises
    ------
    InputError
        If a time is not positive.

    References
    ----------
    C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010.

    Examples
    --------
    A presynaptic trace of 0.1 per ms, a neuron that is held at -40 mV for a ms:

    >>> rule = ClopathEvents()
    >>> held = (-40.0, -60.0, -60.0)
    >>> bool(rule.is_depolarised(held)), round(float(rule.while_depolarised(1.0, 1.0, (0.1,), held, None)), 6)
    (True, 0.000449)
    """

    rule: ClopathVoltage = ClopathVoltage()
    trace_time: Positive | Float[Array, ""] = 15.0
    depression_time: Positive | Float[Array, ""] = 10.0
    potentiation_time: Positive | Float[Array, ""] = 7.0
    rest: Finite | Float[Array, ""] = -70.6

    @property
    def pre_readouts(self) -> tuple[Readout, ...]:
        """The trace of presynaptic spikes, in 1/ms."""
        return (ExponentialTrace(self.trace_time, 1 / self.trace_time),)

    @property
    def post_readouts(self) -> tuple[Readout, ...]:
        """The potential, and its two filtered versions."""
        filtered = (FilteredVoltage(time, self.rest) for time in (self.depression_time, self.potentiation_time))
        return (MomentaryVoltage(self.rest), *filtered)

    def on_pre(self, synapse, pre, post, signal):
        """Return the change at a presynaptic spike: depression."""
        return self._within(synapse, self.rule.on_pre(_read(post)))

    def on_post(self, synapse, pre, post, signal):
        """Return no change: a postsynaptic spike acts by the potential alone."""
        return jnp.zeros_like(synapse)

    def is_depolarised(self, post):
        """Return whether the potential and its filtered version for potentiation are above their thresholds."""
        return (post[0] > self.rule.high_threshold) & (post[2] > self.rule.low_threshold)

    def while_depolarised(self, synapse, elapsed, pre, post, signal):
        """Return the change over a time in ms: potentiation."""
        return self._within(synapse, elapsed * self._potentiation(pre, post))

    def __call__(self, synapse: Any, pre: Spiking, post: Spiking, signal: Any) -> Any:
        """Return the change of one synapse in a time step, cut off at the bounds."""
        held = 0.0 if post.depolarised is None else post.depolarised
        potentiation = held * self._potentiation(pre.readouts, post.readouts)
        return self._within(synapse, pre.spike * self.rule.on_pre(_read(post.readouts)) + potentiation)

    def _potentiation(self, pre: Any, post: Any) -> Any:
        """Return the potentiation per ms."""
        (trace,) = pre
        return self.rule.in_each_step(VoltagePre(None, trace), _read(post))

    def check_start(self, synapse):
        """Refuse weights outside of the bounds: the first spike would move them to the bound."""
        check_within(synapse, self.rule.lower, self.rule.upper, "weights of a rule with bounds", "at the start")

    def _within(self, synapse: Any, change: Any) -> Any:
        return within_bounds(self, synapse, change, self.rule.lower, self.rule.upper)


def _read(post: Any) -> VoltagePost:
    return VoltagePost(*post, depression_scale=1.0)
