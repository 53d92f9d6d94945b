r"""Pair-based spike-timing-dependent plasticity: presynaptic before postsynaptic spikes strengthen, after them weaken.

.. math::

    \text{post fires}: \Delta w = A_+ f_+(w)\, x, \qquad \text{pre fires}: \Delta w = -A_- f_-(w)\, y

x and y are traces of presynaptic and postsynaptic spikes, with time constants :math:`\tau_+, \tau_-`. For two spikes
:math:`\Delta t = t_{post} - t_{pre}` apart that is the window :math:`A_+ e^{-\Delta t / \tau_+}` and
:math:`-A_- e^{\Delta t / \tau_-}`.

================  ===============================  ===============================  ===========================
dependence        :math:`f_+(w)`                   :math:`f_-(w)`                   source
================  ===============================  ===============================  ===========================
`Additive`        1                                1                                Song, Miller & Abbott 2000
`Multiplicative`  :math:`(1 - w/w_{max})^\mu`      :math:`(w/w_{max})^\mu`          Gütig et al. 2003
`PowerLaw`        :math:`w^\mu`                    :math:`w`                        Morrison et al. 2007
================  ===============================  ===============================  ===========================

An additive rule has no rest of its own: give it hard bounds (`BoundedEvents`).
"""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._arguments import check_positive
from bouton._checked import Checked
from bouton._fields import AtLeastZero, Positive, Share
from bouton.dynamics import ExponentialTrace
from bouton.errors import InputError
from bouton.plasticity.event import BoundedEvents, EventRule

__all__ = ["Additive", "Multiplicative", "PairSTDP", "PowerLaw", "WeightDependence", "song_miller_abbott"]


class WeightDependence(Checked):
    """How potentiation and depression depend on the weight that is there."""

    @abstractmethod
    def potentiation(self, weight: Any) -> Any:
        """Return the factor of potentiation."""

    @abstractmethod
    def depression(self, weight: Any) -> Any:
        """Return the factor of depression."""


class Additive(WeightDependence):
    """Changes that do not depend on the weight."""

    def potentiation(self, weight: Any) -> Any:
        """Return 1."""
        return 1.0

    def depression(self, weight: Any) -> Any:
        """Return 1."""
        return 1.0


class Multiplicative(WeightDependence):
    r"""Soft bounds: :math:`f_+ = (1 - w/w_{max})^\mu`, :math:`f_- = (w/w_{max})^\mu`.

    Parameters
    ----------
    exponent : float
        :math:`\mu`, within [0, 1]; 0 is additive. Default 1.
    maximum : float
        :math:`w_{max}`. Default 1.

    Raises
    ------
    InputError
        If the exponent lies outside [0, 1], or the maximum is not positive.

    Examples
    --------
    >>> soft = Multiplicative(maximum=2.0)
    >>> float(soft.potentiation(0.5)), float(soft.depression(0.5))
    (0.75, 0.25)
    """

    exponent: Share | Float[Array, ""] = 1.0
    maximum: Positive | Float[Array, ""] = 1.0

    def potentiation(self, weight: Any) -> Any:
        """Return ``(1 - weight / maximum) ** exponent``, 0 beyond the bound."""
        return _power(1 - weight / self.maximum, self.exponent)

    def depression(self, weight: Any) -> Any:
        """Return ``(weight / maximum) ** exponent``, 0 beyond the bound."""
        return _power(weight / self.maximum, self.exponent)


class PowerLaw(WeightDependence):
    r"""Sublinear growth and proportional weakening: :math:`f_+ = w^\mu`, :math:`f_- = w`.

    Parameters
    ----------
    exponent : float
        :math:`\mu`, at least 0. Default 0.4.

    Raises
    ------
    InputError
        If the exponent is negative.

    References
    ----------
    A. Morrison, A. Aertsen, M. Diesmann, Neural Computation 19:1437, 2007.
    """

    exponent: AtLeastZero | Float[Array, ""] = 0.4

    def potentiation(self, weight: Any) -> Any:
        """Return ``weight ** exponent``, 0 for negative weights."""
        return _power(weight, self.exponent)

    def depression(self, weight: Any) -> Any:
        """Return the weight."""
        return weight


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(exponent, int | float) and exponent == 1:
        return jnp.maximum(base, 0)
    return jnp.maximum(base, 0) ** exponent


class PairSTDP(EventRule):
    r"""Pairs of spikes: what the traces of one neuron are when the other one fires.

    .. math:: \text{post}: \Delta w = A_+ f_+(w)\, x, \qquad \text{pre}: \Delta w = -A_- f_-(w)\, y

    Parameters
    ----------
    potentiation, depression : float
        :math:`A_+` and :math:`A_-`, in units of the weight, at least 0. Default 0.01 and 0.0105.
    potentiation_time, depression_time : float
        :math:`\tau_+` and :math:`\tau_-`, in ms. Default 20 each.
    dependence : WeightDependence
        Default `Additive`.
    nearest : bool
        Whether a spike pairs with the nearest one of the other neuron only, not with all before it. Default False.

    Raises
    ------
    InputError
        If an amplitude is negative or a time is not positive.

    References
    ----------
    S. Song, K. D. Miller, L. F. Abbott, Nature Neuroscience 3:919, 2000.

    Examples
    --------
    Ten ms from pre to post, from post to pre:

    >>> from bouton.plasticity import event_driven
    >>> rule = PairSTDP()
    >>> before, after = event_driven(rule, 0.0, [0.0], [10.0]), event_driven(rule, 0.0, [10.0], [0.0])
    >>> round(float(before), 6), round(float(after), 6)
    (0.006065, -0.006369)
    """

    potentiation: AtLeastZero | Float[Array, ""] = 0.01
    depression: AtLeastZero | Float[Array, ""] = 0.0105
    potentiation_time: Positive | Float[Array, ""] = 20.0
    depression_time: Positive | Float[Array, ""] = 20.0
    dependence: WeightDependence = Additive()
    nearest: bool = eqx.field(static=True, default=False)

    @property
    def pre_readouts(self) -> tuple[ExponentialTrace, ...]:
        """The trace x."""
        return (ExponentialTrace(self.potentiation_time, nearest=self.nearest),)

    @property
    def post_readouts(self) -> tuple[ExponentialTrace, ...]:
        """The trace y."""
        return (ExponentialTrace(self.depression_time, nearest=self.nearest),)

    def on_pre(self, synapse, pre, post, signal):
        """Return the depression by the postsynaptic trace."""
        return -self.depression * self.dependence.depression(synapse) * post[0]

    def on_post(self, synapse, pre, post, signal):
        """Return the potentiation by the presynaptic trace."""
        return self.potentiation * self.dependence.potentiation(synapse) * pre[0]

    def drift(self, pre_rate: Any, post_rate: Any) -> Any:
        r"""Return the mean change in a second under independent Poisson spikes, for additive pairing of all spikes.

        .. math:: \langle \dot w \rangle = (A_+ \tau_+ - A_- \tau_-)\, \rho_x \rho_y

        Parameters
        ----------
        pre_rate, post_rate : float or array
            :math:`\rho_x` and :math:`\rho_y`, in Hz.

        Returns
        -------
        float or array
            Change of the weight per second.

        Raises
        ------
        InputError
            If the rule pairs nearest spikes or depends on the weight, for which this is not so.
        """
        if self.nearest or not isinstance(self.dependence, Additive):
            raise InputError("the drift is known in this form for additive rules that pair all spikes")
        balance = self.potentiation * self.potentiation_time - self.depression * self.depression_time
        return 1e-3 * balance * pre_rate * post_rate


def song_miller_abbott(maximum: float = 1.0, step: float = 0.005, ratio: float = 1.05) -> BoundedEvents:
    r"""Return the additive rule with hard bounds of Song, Miller and Abbott, under which inputs compete.

    .. math:: A_+ = 0.005\, w_{max}, \quad A_- = 1.05\, A_+ \tau_+ / \tau_-, \quad \tau_+ = \tau_- = 20\ \text{ms}

    Parameters
    ----------
    maximum : float
        :math:`w_{max}`. Default 1.
    step : float
        :math:`A_+` over the maximum. Default 0.005.
    ratio : float
        Depression over potentiation. Default 1.05.

    Returns
    -------
    BoundedEvents

    Raises
    ------
    InputError
        If a number is not positive.

    Examples
    --------
    >>> round(song_miller_abbott(maximum=2.0).rule.depression, 6)
    0.0105
    """
    check_positive(maximum=maximum, step=step, ratio=ratio)
    return BoundedEvents(PairSTDP(step * maximum, ratio * step * maximum), 0.0, maximum)
