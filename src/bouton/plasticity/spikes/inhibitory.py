r"""Inhibitory plasticity with a target rate: inhibition grows until the target fires as it should.

.. math:: \text{pre}: \Delta w = \eta\, (y - \alpha), \qquad \text{post}: \Delta w = \eta\, x, \qquad
          \alpha = 2 \rho_0 \tau

with traces x and y of the two neurons' spikes. Independent Poisson neurons of rates p and q change the weight by
:math:`\eta\, p\, (2 q \tau - \alpha)` on average: nothing where q is the target rate :math:`\rho_0`.

Source: T. P. Vogels, H. Sprekeler, F. Zenke, C. Clopath, W. Gerstner, Science 334:1569 (2011).
"""

from jaxtyping import Array, Float

from bouton._fields import AtLeastZero, Positive
from bouton.dynamics import ExponentialTrace, Readout
from bouton.plasticity.event import EventRule

__all__ = ["InhibitorySTDP"]


class InhibitorySTDP(EventRule):
    r"""Near-coincident spikes strengthen an inhibitory synapse, every presynaptic one weakens it.

    The weight is the strength of inhibition: give it a receptor that inhibits, and a bound (`BoundedEvents`).

    Parameters
    ----------
    rate : float
        :math:`\eta`, in units of the weight. Default 0.01.
    target : float
        :math:`\rho_0`, in Hz. Default 3.
    time_constant : float
        :math:`\tau` of both traces, in ms. Default 20.

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> from bouton.plasticity import event_driven
    >>> rule = InhibitorySTDP()
    >>> together, alone = event_driven(rule, 0.0, [10.0], [15.0]), event_driven(rule, 0.0, [10.0], [500.0])
    >>> round(float(together), 5), round(float(alone), 5)
    (0.00659, -0.0012)
    """

    rate: AtLeastZero | Float[Array, ""] = 0.01
    target: AtLeastZero | Float[Array, ""] = 3.0
    time_constant: Positive | Float[Array, ""] = 20.0

    @property
    def depression(self):
        r""":math:`\alpha = 2 \rho_0 \tau`."""
        return 2e-3 * self.target * self.time_constant

    @property
    def pre_readouts(self) -> tuple[Readout, ...]:
        """The trace x."""
        return (ExponentialTrace(self.time_constant),)

    @property
    def post_readouts(self) -> tuple[Readout, ...]:
        """The trace y."""
        return (ExponentialTrace(self.time_constant),)

    def on_pre(self, synapse, pre, post, signal):
        """Return the change by the postsynaptic trace, less what every presynaptic spike takes."""
        return self.rate * (post[0] - self.depression)

    def on_post(self, synapse, pre, post, signal):
        """Return the change by the presynaptic trace."""
        return self.rate * pre[0]
