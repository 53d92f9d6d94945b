r"""The rule of neuronal assemblies: postsynaptic spikes tell whether the presynaptic neuron has fired of late.

.. math::

    \text{post}: w &\leftarrow \min(w_{max},\ w + \eta\, (x - A_-)) \\
    \text{pre}: w &\leftarrow \max(0,\ w - \eta\, (\alpha\, y + A_-))

with traces x (:math:`\tau_+`) and y (:math:`\tau_-`) of all spikes. Where both spikes are at the synapse in one step,
the postsynaptic one changes nothing. With :math:`\alpha = 0` any presynaptic spike depresses by :math:`\eta A_-`; with
:math:`\alpha = -1` the order of the spikes does not matter. Neither bound holds against the other change, as in the
published program: a weight may overshoot by one change. The signal switches plasticity: it multiplies :math:`\eta`.

Source: M. G. Müller, C. H. Papadimitriou, W. Maass, R. Legenstein, eNeuro 7(3), 0533-19 (2020).
"""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._fields import AtLeastZero, Finite, Positive
from bouton.dynamics import ExponentialTrace, Readout
from bouton.plasticity.event import EventRule, Spiking

__all__ = ["AssemblySTDP"]


class AssemblySTDP(EventRule):
    r"""Assemblies form where this rule meets repeated input and inhibition.

    Parameters
    ----------
    rate : float
        :math:`\eta`, in units of the weight. Default 0.01.
    depression : float
        :math:`A_-`. Default 0.4.
    symmetry : float
        :math:`\alpha`. Default 0.
    potentiation_time, depression_time : float
        :math:`\tau_+` and :math:`\tau_-`, in ms. Default 25 each; the latter has no effect where :math:`\alpha = 0`.
    maximum : float
        :math:`w_{max}`. Default 0.8.

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> from bouton.plasticity import event_driven
    >>> rule = AssemblySTDP()
    >>> [round(float(event_driven(rule, 0.4, pre, post, 1.0)), 5) for pre, post in (([10], [15]), ([15], [10]))]
    [0.40019, 0.392]
    """

    rate: AtLeastZero | Float[Array, ""] = 0.01
    depression: AtLeastZero | Float[Array, ""] = 0.4
    symmetry: Finite = eqx.field(static=True, default=0.0)
    potentiation_time: Positive | Float[Array, ""] = 25.0
    depression_time: Positive | Float[Array, ""] = 25.0
    maximum: Positive | Float[Array, ""] = 0.8

    @property
    def pre_readouts(self) -> tuple[Readout, ...]:
        """The trace x."""
        return (ExponentialTrace(self.potentiation_time),)

    @property
    def post_readouts(self) -> tuple[Readout, ...]:
        r"""The trace y, where :math:`\alpha` is not 0."""
        return (ExponentialTrace(self.depression_time),) if self.symmetry else ()

    def on_pre(self, synapse, pre, post, signal):
        """Return the change at a presynaptic spike, which ends at 0."""
        before = self.symmetry * post[0] if post else 0.0
        return jnp.maximum(0.0, synapse - self._rate(signal) * (before + self.depression)) - synapse

    def on_post(self, synapse, pre, post, signal):
        """Return the change at a postsynaptic spike, which ends at the maximum."""
        return jnp.minimum(self.maximum, synapse + self._rate(signal) * (pre[0] - self.depression)) - synapse

    def __call__(self, synapse: Any, pre: Spiking, post: Spiking, signal: Any) -> Any:
        """Return the change in a time step; where both spikes are there, that of the presynaptic one."""
        at_pre = self.on_pre(synapse, (), post.readouts, signal)
        at_post = self.on_post(synapse, pre.readouts, (), signal)
        return pre.spike * at_pre + post.spike * (1 - pre.spike) * at_post

    def _rate(self, signal: Any) -> Any:
        return self.rate if signal is None else self.rate * signal

    def drift(self, pre_rate: Any, post_rate: Any) -> Any:
        r"""Return the mean change in a second under independent Poisson spikes, away from the bounds.

        .. math:: \langle \dot w \rangle = \eta\, [q\, (p \tau_+ - A_-) - p\, (\alpha q \tau_- + A_-)]

        Parameters
        ----------
        pre_rate, post_rate : float or array
            p and q, in Hz.

        Returns
        -------
        float or array
        """
        gain = post_rate * (1e-3 * pre_rate * self.potentiation_time - self.depression)
        loss = pre_rate * (1e-3 * self.symmetry * post_rate * self.depression_time + self.depression)
        return self.rate * (gain - loss)
