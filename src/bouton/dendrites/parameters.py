"""The parameters of plasticity by local voltage, and the sets that the authors found."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Finite, Positive
from bouton.errors import InputError

__all__ = ["PUBLISHED_VOLTAGE_PARAMETERS", "VoltageParameters", "stacked"]


class VoltageParameters(Checked):
    r"""All that the rule and its filters need: nine numbers.

    Parameters
    ----------
    depression, potentiation : float
        :math:`A_{LTD}` and :math:`A_{LTP}`, per mV and ms.
    depression_threshold, potentiation_threshold : float
        :math:`\theta_0` and :math:`\theta_+`, in mV above rest.
    veto : float
        :math:`b_\theta`.
    veto_time_constant : float
        :math:`\tau_\theta`, in ms.
    slow_time_constant, fast_time_constant : float
        :math:`\tau_-` and :math:`\tau_+` of the filters of the voltage, in ms.
    glutamate_time_constant : float
        :math:`\tau_x`, in ms.

    Raises
    ------
    InputError
        If a factor is negative, or a time not positive.

    References
    ----------
    C. Meissner-Bernard, M. C. Tsai, L. Logiaco, W. Gerstner, Frontiers in Synaptic Neuroscience 12:585539, 2020.

    Examples
    --------
    >>> PUBLISHED_VOLTAGE_PARAMETERS["L-a"].without_veto().veto
    0.0
    """

    depression: AtLeastZero | Any
    potentiation: AtLeastZero | Any
    depression_threshold: Finite | Any
    potentiation_threshold: Finite | Any
    veto: AtLeastZero | Any
    veto_time_constant: Positive | Any
    slow_time_constant: Positive | Any
    fast_time_constant: Positive | Any
    glutamate_time_constant: Positive | Any

    def without_veto(self) -> "VoltageParameters":
        """Return the same parameters with a threshold of depression that stays where it is."""
        return eqx.tree_at(lambda own: own.veto, self, 0.0 * self.veto)


def stacked(parameters: VoltageParameters | Sequence[VoltageParameters]) -> VoltageParameters:
    """Return several sets of parameters as one, with an axis of sets in front.

    Parameters
    ----------
    parameters : VoltageParameters or sequence of them
        One set counts as a sequence of one; a set of arrays is handed back as it is.

    Returns
    -------
    VoltageParameters
        Of arrays (sets,).

    Raises
    ------
    InputError
        If there is none.
    """
    if isinstance(parameters, VoltageParameters):
        return jax.tree.map(jnp.atleast_1d, jax.tree.map(jnp.asarray, parameters))
    if not parameters:
        raise InputError("there must be at least one set of parameters")
    return jax.tree.map(lambda *values: jnp.stack([jnp.asarray(value) for value in values]), *parameters)


PUBLISHED_VOLTAGE_PARAMETERS = {
    "L-a": VoltageParameters(1.872e-4, 3.933e-5, 4.886, 26.04, 9999.0, 32.13, 77.17, 2.001, 20.89),
    "L-b": VoltageParameters(1.60328e-4, 3.85e-5, 5.6, 26.2, 10000.98042, 25.4, 65.5, 2.0, 22.1),
    "L-c": VoltageParameters(
        1.7497e-4, 3.92e-5, 5.19687991, 25.7159892, 9991.2109, 26.7646283, 70.4876245, 2.00056053, 21.8613168
    ),
    "B-a": VoltageParameters(0.09997, 0.01795, 3.316, 11.96, 1077.0, 114.9, 52.63, 3.041, 4.877),
    "B-b": VoltageParameters(
        0.099761303, 0.013652842, 2.636491402, 12.20124861, 2.114599383, 75.72422075, 74.55801316, 2.786924509,
        5.12639093,
    ),
    "B-c": VoltageParameters(
        0.099763602, 0.01505758, 2.927871397, 12.12886953, 942.1754017, 114.6026989, 63.79366, 2.853035054,
        4.990562943,
    ),
}  # fmt: skip
"""The points that the authors' searches found, for layer 5 cells (L) and for CA3 cells (B), as in their code; the
article's own table may differ in digits."""
