r"""Receptors for glutamate: AMPA, and NMDA, which magnesium blocks until the membrane is depolarised.

.. math::

    I = \big[g_A(t) + g_N(t)\, B(V)\big] (V - E), \qquad B(V) = \frac{1}{1 + [Mg]\, \eta\, e^{-\gamma V}}, \qquad
    g(t) = \hat g\, \frac{e^{-t/\tau_d} - e^{-t/\tau_r}}{e^{-t_p/\tau_d} - e^{-t_p/\tau_r}}

where :math:`t_p` is the time of the peak, so that :math:`\hat g` is the largest conductance of a synapse. In an
implicit step the NMDA current is taken along its tangent, of slope
:math:`S = g_N B + g_N \gamma B (1 - B)(V - E)`, which is negative where the current is regenerative.

Sources: C. E. Jahr, C. F. Stevens, Journal of Neuroscience 10:3178, 1990 (block); A. Polsky, B. W. Mel, J. Schiller,
Nature Neuroscience 7:621, 2004, and their published mechanism ("polsky"); G. Eyal et al., Frontiers in Cellular
Neuroscience 12:181, 2018 ("human").
"""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Finite, Positive, check_fields
from bouton.errors import InputError

__all__ = ["RECEPTOR_SETS", "GlutamateReceptors"]

RECEPTOR_SETS: dict[str, dict[str, float]] = {
    "polsky": {
        "nmda_rise": 5.0, "nmda_decay": 90.0, "block": 0.25, "steepness": 0.08, "nmda_conductance": 1.0,
        "ampa_rise": 0.2, "ampa_decay": 2.0, "ampa_conductance": 0.25,
    },
    "jahr-stevens": {
        "nmda_rise": 2.0, "nmda_decay": 50.0, "block": 1 / 3.57, "steepness": 0.062, "nmda_conductance": 1.0,
        "ampa_rise": 0.2, "ampa_decay": 2.0, "ampa_conductance": 0.25,
    },
    "human": {
        "nmda_rise": 8.019, "nmda_decay": 34.9884, "block": 0.28011, "steepness": 0.0765685,
        "nmda_conductance": 1.31038, "ampa_rise": 0.3, "ampa_decay": 1.8, "ampa_conductance": 0.73027,
    },
}  # fmt: skip
"""Parameters by name. Published: the block and the NMDA kinetics of "polsky" and "human", the block of "jahr-stevens",
all of AMPA of "human". Chosen here: the other conductances, AMPA's rise of 0.2 ms, the kinetics of "jahr-stevens"."""


class GlutamateReceptors(Checked):
    """AMPA and NMDA receptors of a synapse.

    Temperature does not enter: rates are those at which they were measured.

    Parameters
    ----------
    nmda_conductance, ampa_conductance : float
        The largest conductance of a synapse, in nS. Default 1 and 0.25.
    nmda_rise, nmda_decay : float
        In ms. Default 5 and 90.
    ampa_rise, ampa_decay : float
        In ms. Default 0.2 and 2.
    block : float
        Strength of the block at 0 mV, per mM. Default 0.25.
    steepness : float
        How steeply it is lifted, per mV. Default 0.08.
    magnesium : float
        In mM; none, no block. Default 1.
    reversal : float
        In mV. Default 0.

    Raises
    ------
    InputError
        If an argument is out of its range, or a rise is not faster than its decay.

    Examples
    --------
    >>> receptors = GlutamateReceptors.named("polsky")
    >>> round(float(receptors.unblocked(0.0)), 6), round(float(receptors.unblocked(-70.0)), 6)
    (0.8, 0.014576)
    """

    nmda_conductance: AtLeastZero | Float[Array, ""] = 1.0
    ampa_conductance: AtLeastZero | Float[Array, ""] = 0.25
    nmda_rise: Positive = 5.0
    nmda_decay: Positive = 90.0
    ampa_rise: Positive = 0.2
    ampa_decay: Positive = 2.0
    block: AtLeastZero | Float[Array, ""] = 0.25
    steepness: Positive | Float[Array, ""] = 0.08
    magnesium: AtLeastZero | Float[Array, ""] = 1.0
    reversal: Finite = 0.0

    def __check_init__(self) -> None:
        check_fields(self)
        for receptor in ("nmda", "ampa"):
            rise, decay = (getattr(self, f"{receptor}_{phase}") for phase in ("rise", "decay"))
            if not rise < decay:
                raise InputError(
                    f"{receptor}_rise must be below {receptor}_decay, got {rise:g} and {decay:g} ms: the conductance "
                    "is the difference of two exponentials, which for equal ones would be an alpha function"
                )

    @classmethod
    def named(cls, name: str, **changes: Any) -> "GlutamateReceptors":
        """Return the receptors of a published set, with changes.

        Parameters
        ----------
        name : {"polsky", "jahr-stevens", "human"}
            The set (`RECEPTOR_SETS`).
        **changes : float
            Parameters that differ from it.

        Raises
        ------
        InputError
            If there is no such set or parameter.
        """
        if name not in RECEPTOR_SETS:
            raise InputError(f"there is no set of receptors {name!r}: choose from {', '.join(RECEPTOR_SETS)}")
        known = {*RECEPTOR_SETS[name], "magnesium", "reversal"}
        if unknown := sorted(set(changes) - known):
            raise InputError(f"receptors have no {unknown[0]!r}: they have {', '.join(sorted(known))}")
        return cls(**RECEPTOR_SETS[name] | changes)

    @property
    def decays(self) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        """Time constants in ms: of AMPA and NMDA, decay and rise of each."""
        return (self.ampa_decay, self.ampa_rise), (self.nmda_decay, self.nmda_rise)

    @property
    def peaks(self) -> tuple[Any, Any]:
        """What multiplies the difference of the two exponentials, in uS: of AMPA and NMDA."""
        conductances = self.ampa_conductance, self.nmda_conductance
        return tuple(g * 1e-3 * _normal(*times) for g, times in zip(conductances, self.decays, strict=True))

    def unblocked(self, voltage: Any) -> Any:
        """Return which share of the NMDA conductance magnesium leaves open at a voltage in mV: B."""
        return 1 / (1 + self.magnesium * self.block * jnp.exp(-self.steepness * voltage))

    def nmda(self, conductance: Any, voltage: Any) -> tuple[Any, Any]:
        """Return the NMDA current (nA) at a voltage (mV), for an unblocked conductance in uS, and its slope (uS)."""
        share, driving = self.unblocked(voltage), voltage - self.reversal
        opened = conductance * share
        return opened * driving, opened * (1 + self.steepness * (1 - share) * driving)


def _normal(decay: Any, rise: Any) -> Any:
    peak = rise * decay / (decay - rise) * jnp.log(jnp.asarray(decay / rise))
    return 1 / (jnp.exp(-peak / decay) - jnp.exp(-peak / rise))
