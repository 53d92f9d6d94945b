r"""Triplets of spikes: plasticity that depends on the timing and on the rate of spikes (Pfister and Gerstner).

.. math::

    \text{pre fires}:\quad \Delta w = -o_1\, (A_2^- + A_3^- r_2), \qquad
    \text{post fires}:\quad \Delta w = r_1\, (A_2^+ + A_3^+ o_2)

:math:`r_1, r_2` are traces of presynaptic spikes (:math:`\tau_+, \tau_x`), :math:`o_1, o_2` of postsynaptic ones
(:math:`\tau_-, \tau_y`). :math:`r_2` and :math:`o_2` count *without* the present spike: a pair by itself does not feel
them. Under independent Poisson spikes the rule is one of rates, with the threshold of Bienenstock, Cooper and Munro.

Source: J.-P. Pfister, W. Gerstner, Journal of Neuroscience 26:9673, 2006.
"""

from typing import Any

import equinox as eqx
from jaxtyping import Array, Float

from bouton._fields import AtLeastZero, Positive
from bouton.dynamics import ExponentialTrace
from bouton.errors import InputError
from bouton.plasticity.event import EventRule

__all__ = ["TRIPLET_SETS", "SlidingTripletSTDP", "TripletSTDP", "triplet_set"]


class TripletSTDP(EventRule):
    r"""Pairs and triplets of spikes.

    .. math::

        \text{pre}: \Delta w = -o_1\, (A_2^- + A_3^- r_2), \qquad \text{post}: \Delta w = r_1\, (A_2^+ + A_3^+ o_2)

    The defaults are the full set fitted to visual cortex with all spikes; `triplet_set` has the others. Weights are
    relative to the initial one.

    Parameters
    ----------
    pair_potentiation, triplet_potentiation : float
        :math:`A_2^+` and :math:`A_3^+`, at least 0. Default 5e-10 and 6.2e-3.
    pair_depression, triplet_depression : float
        :math:`A_2^-` and :math:`A_3^-`, at least 0. Default 7e-3 and 2.3e-4.
    potentiation_time, depression_time : float
        :math:`\tau_+` and :math:`\tau_-`, in ms. Default 16.8 and 33.7.
    slow_pre_time, slow_post_time : float
        :math:`\tau_x` and :math:`\tau_y`, in ms. Default 101 and 125.
    nearest : bool
        Whether traces see the nearest spike only, not all before. Default False.

    Raises
    ------
    InputError
        If an amplitude is negative or a time is not positive.

    References
    ----------
    J.-P. Pfister, W. Gerstner, Journal of Neuroscience 26:9673, 2006.

    Examples
    --------
    >>> rule = TripletSTDP()
    >>> round(rule.on_post(1.0, (0.5, 0.0), (0.0, 1.0), None), 6)
    0.0031
    >>> round(rule.threshold(pre_rate=10.0), 2)
    18.72
    """

    pair_potentiation: AtLeastZero | Float[Array, ""] = 5e-10
    triplet_potentiation: AtLeastZero | Float[Array, ""] = 6.2e-3
    pair_depression: AtLeastZero | Float[Array, ""] = 7e-3
    triplet_depression: AtLeastZero | Float[Array, ""] = 2.3e-4
    potentiation_time: Positive | Float[Array, ""] = 16.8
    depression_time: Positive | Float[Array, ""] = 33.7
    slow_pre_time: Positive | Float[Array, ""] = 101.0
    slow_post_time: Positive | Float[Array, ""] = 125.0
    nearest: bool = eqx.field(static=True, default=False)

    @property
    def pre_readouts(self) -> tuple[ExponentialTrace, ...]:
        """The traces r1 and r2."""
        times = (self.potentiation_time, self.slow_pre_time)
        return tuple(ExponentialTrace(time, nearest=self.nearest) for time in times)

    @property
    def post_readouts(self) -> tuple[ExponentialTrace, ...]:
        """The traces o1 and o2."""
        times = (self.depression_time, self.slow_post_time)
        return tuple(ExponentialTrace(time, nearest=self.nearest) for time in times)

    def on_pre(self, synapse, pre, post, signal):
        """Return the depression by the fast postsynaptic trace, more of it after other presynaptic spikes."""
        return -post[0] * (self.pair_depression + self.triplet_depression * pre[1])

    def on_post(self, synapse, pre, post, signal):
        """Return the potentiation by the fast presynaptic trace, more of it after other postsynaptic spikes."""
        return pre[0] * (self.pair_potentiation + self.triplet_potentiation * post[1])

    def drift(self, pre_rate: Any, post_rate: Any) -> Any:
        r"""Return the mean change in a second under independent Poisson spikes, where all spikes count.

        .. math::

            \langle \dot w \rangle = (A_2^+ \tau_+ - A_2^- \tau_-)\, \rho_x \rho_y
                + A_3^+ \tau_+ \tau_y\, \rho_x \rho_y^2 - A_3^- \tau_- \tau_x\, \rho_x^2 \rho_y

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
            If the traces see nearest spikes only.
        """
        pairs, growth, weakening = self._per_rate()
        x, y = 1e-3 * pre_rate, 1e-3 * post_rate
        return 1e3 * x * y * (pairs + growth * y - weakening * x)

    def threshold(self, pre_rate: Any) -> Any:
        r"""Return the postsynaptic rate at which the drift changes its sign, :math:`\theta`.

        Parameters
        ----------
        pre_rate : float or array
            Presynaptic rate, in Hz; without triplet depression the threshold does not depend on it.

        Returns
        -------
        float or array
            In Hz.

        Raises
        ------
        InputError
            If the traces see nearest spikes only.
        """
        pairs, growth, weakening = self._per_rate()
        return 1e3 * (weakening * 1e-3 * pre_rate - pairs) / growth

    def _per_rate(self) -> tuple[Any, Any, Any]:
        """Return the coefficients of the drift, of pairs and of the two kinds of triplets, in ms and ms squared."""
        if self.nearest:
            raise InputError("the drift is known in this form where all spikes count; this rule sees the nearest ones")
        pairs = self.pair_potentiation * self.potentiation_time - self.pair_depression * self.depression_time
        growth = self.triplet_potentiation * self.potentiation_time * self.slow_post_time
        return pairs, growth, self.triplet_depression * self.depression_time * self.slow_pre_time


class SlidingTripletSTDP(EventRule):
    r"""Triplets with a depression that grows with the neuron's own mean rate: a threshold that slides.

    .. math:: A_2^- \to A_2^-\, (\bar\rho_y / \rho_0)^p

    With p > 1 this is the sliding threshold of Bienenstock, Cooper and Munro: a neuron that has been active for long
    needs more activity to potentiate.

    Parameters
    ----------
    rule : TripletSTDP
        The rule whose pair depression slides.
    target : float
        :math:`\rho_0`, in Hz: the mean rate at which the depression is that of the rule. Default 10.
    power : float
        p. Default 2.
    averaging_time : float
        Time constant of the neuron's mean rate, in ms. Default 10 000.

    Raises
    ------
    InputError
        If a number is not positive.

    Examples
    --------
    >>> rule = SlidingTripletSTDP(TripletSTDP(), target=10.0)
    >>> at_target, twice = rule.on_pre(1.0, (0.0, 0.0), (1.0, 0.0, 10.0), None), 2 * 10.0
    >>> round(rule.on_pre(1.0, (0.0, 0.0), (1.0, 0.0, twice), None) / at_target, 6)
    4.0
    """

    rule: TripletSTDP
    target: Positive | Float[Array, ""] = 10.0
    power: Positive | Float[Array, ""] = 2.0
    averaging_time: Positive | Float[Array, ""] = 10_000.0

    @property
    def pre_readouts(self) -> tuple[ExponentialTrace, ...]:
        """The traces of the triplet rule."""
        return self.rule.pre_readouts

    @property
    def post_readouts(self) -> tuple[ExponentialTrace, ...]:
        """The traces of the triplet rule, and the mean rate in Hz."""
        return (*self.rule.post_readouts, ExponentialTrace(self.averaging_time, 1e3 / self.averaging_time))

    def on_pre(self, synapse, pre, post, signal):
        """Return the depression, pairs weighted by the neuron's mean rate."""
        pairs = self.rule.pair_depression * (post[2] / self.target) ** self.power
        return -post[0] * (pairs + self.rule.triplet_depression * pre[1])

    def on_post(self, synapse, pre, post, signal):
        """Return the potentiation of the triplet rule."""
        return self.rule.on_post(synapse, pre, post, signal)


def _minimal(pair_potentiation: float, growth: float, depression: float, slow: float, near: bool) -> TripletSTDP:
    """Return a set without triplet depression, whose slow presynaptic trace counts for nothing."""
    return TripletSTDP(pair_potentiation, growth, depression, 0.0, slow_post_time=slow, nearest=near)


TRIPLET_SETS: dict[str, TripletSTDP] = {
    "visual-cortex": TripletSTDP(),
    "visual-cortex-nearest": TripletSTDP(
        8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3, slow_pre_time=714.0, slow_post_time=40.0, nearest=True
    ),
    "visual-cortex-minimal": _minimal(0.0, 6.5e-3, 7.1e-3, 114.0, near=False),
    "visual-cortex-minimal-nearest": _minimal(0.0, 5.0e-2, 8.0e-3, 40.0, near=True),
    "hippocampus": TripletSTDP(6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, slow_pre_time=946.0, slow_post_time=27.0),
    "hippocampus-nearest": TripletSTDP(
        4.6e-3, 9.1e-3, 3.0e-3, 7.5e-9, slow_pre_time=575.0, slow_post_time=47.0, nearest=True
    ),
    "hippocampus-minimal": _minimal(5.3e-3, 8.0e-3, 3.5e-3, 40.0, near=False),
}
"""The published parameter sets: of slices of visual cortex and of hippocampal cultures, all spikes or nearest ones, all
four amplitudes or the fewest that fit."""


def triplet_set(name: str) -> TripletSTDP:
    """Return a published parameter set by its name.

    Parameters
    ----------
    name : str
        One of `TRIPLET_SETS`.

    Returns
    -------
    TripletSTDP

    Raises
    ------
    InputError
        If there is no such set; the sentence lists those there are.

    Examples
    --------
    >>> triplet_set("visual-cortex-minimal").triplet_depression
    0.0
    """
    if name not in TRIPLET_SETS:
        raise InputError(f"there is no triplet set named {name!r}; known sets: {', '.join(TRIPLET_SETS)}")
    return TRIPLET_SETS[name]
