r"""Synaptic currents, and what they bring to a leaky membrane over a time step, exactly.

==================== ============================================================================ =============
class                current after a jump w                                                       acts on V
==================== ============================================================================ =============
`DeltaSynapse`       none: the potential itself jumps by w (mV)                                   in the step
`ExponentialSynapse` :math:`w\, e^{-t/\tau_s}` (pA)                                               from the next
`AlphaSynapse`       :math:`w\, (t/\tau_s)\, e^{1 - t/\tau_s}` (pA), which peaks at w             from the next
==================== ============================================================================ =============

Over a step h the potential of a membrane of capacitance C and time constant :math:`\tau_m` gains from a current that
was 1 at its beginning, with :math:`a = 1/\tau_s - 1/\tau_m`,

.. math::

    \frac{e^{-h/\tau_m}}{C}\, h\, \varphi_1(a h), \qquad \varphi_k(x) = \int_0^1 s^{k-1} e^{-x s}\, ds,

and from the rise of an alpha current as much with :math:`h^2 \varphi_2(a h)`. In this form equal time constants are
nothing special: :math:`\varphi_1(0) = 1`, :math:`\varphi_2(0) = 1/2`.

Source: S. Rotter, M. Diesmann (1999), Biological Cybernetics 81, 381-402.
"""

import math
from abc import abstractmethod

import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Positive

__all__ = [
    "AlphaSynapse",
    "DeltaSynapse",
    "ExponentialSynapse",
    "SynapticCurrent",
    "first_variables",
    "kicks",
    "leaky_integral",
    "propagate_all",
]

_TERMS = 18


def leaky_integral(x: Float[Array, "*shape"], order: int = 1) -> Float[Array, "*shape"]:
    r"""Return :math:`\varphi_k(x) = \int_0^1 s^{k-1} e^{-x s}\, ds` to rounding, for k = 1 or 2 and any x.

    Parameters
    ----------
    x : array
        Where, without unit.
    order : int
        k. Default 1.

    Returns
    -------
    array
        The integral, in the shape of x.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> [round(value, 4) for value in leaky_integral(jnp.array([0.0, 1.0])).tolist()]
    [1.0, 0.6321]
    """
    series = jnp.zeros_like(x)
    for k in reversed(range(_TERMS)):
        series = series * x + (-1) ** k / (math.factorial(k) * (k + order))
    near = jnp.abs(x) < 1
    far = jnp.where(near, jnp.ones_like(x), x)
    direct = -jnp.expm1(-far) / far if order == 1 else (1 - jnp.exp(-far) * (1 + far)) / (far * far)
    return jnp.where(near, series, direct)


class SynapticCurrent(Checked):
    """What a synapse of one kind leaves in a neuron after a spike; jumps are added to its first variable."""

    @property
    @abstractmethod
    def n_variables(self) -> int:
        """Number of variables per neuron."""

    @abstractmethod
    def propagate(
        self,
        variables: tuple[Float[Array, " neurons"], ...],
        membrane_time_constant: float | Float[Array, "..."],
        time_step: float | Float[Array, ""],
    ) -> tuple[tuple[Float[Array, " neurons"], ...], Float[Array, " neurons"]]:
        """Go on by a time step; return the variables, and C times what the potential gains (pA ms)."""

    def kick(self, variables: tuple[Float[Array, " neurons"], ...]) -> Float[Array, " neurons"]:
        """Return by how much the potential jumps at the end of the step, in mV."""
        return jnp.zeros_like(variables[0])


class DeltaSynapse(SynapticCurrent):
    """The potential itself jumps by the weight, in mV, in the step in which the spike arrives.

    Examples
    --------
    >>> DeltaSynapse().n_variables
    1
    """

    @property
    def n_variables(self) -> int:
        """One: the jumps of this step."""
        return 1

    def propagate(
        self,
        variables: tuple[Float[Array, " neurons"], ...],
        membrane_time_constant: float | Float[Array, "..."],
        time_step: float | Float[Array, ""],
    ) -> tuple[tuple[Float[Array, " neurons"], ...], Float[Array, " neurons"]]:
        """Forget the jumps of the last step."""
        zeros = jnp.zeros_like(variables[0])
        return (zeros,), zeros

    def kick(self, variables: tuple[Float[Array, " neurons"], ...]) -> Float[Array, " neurons"]:
        """Return the jumps of this step, in mV."""
        return variables[0]


class ExponentialSynapse(SynapticCurrent):
    r"""A current that jumps by the weight, in pA, and decays, :math:`\tau_s \dot I = -I`.

    Parameters
    ----------
    time_constant : float
        :math:`\tau_s`, in ms. Default 5.

    Raises
    ------
    InputError
        If the time constant is not positive.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> current, gained = ExponentialSynapse(2.0).propagate((jnp.ones(1),), 10.0, 1.0)
    >>> round(float(current[0][0]), 4), round(float(gained[0]), 4)
    (0.6065, 0.7458)
    """

    time_constant: Positive | Float[Array, ""] = 5.0

    @property
    def n_variables(self) -> int:
        """One: the current."""
        return 1

    def propagate(
        self,
        variables: tuple[Float[Array, " neurons"], ...],
        membrane_time_constant: float | Float[Array, "..."],
        time_step: float | Float[Array, ""],
    ) -> tuple[tuple[Float[Array, " neurons"], ...], Float[Array, " neurons"]]:
        """Let the current decay; return it, and its integral as the membrane keeps it."""
        h, leak, x = _step(self.time_constant, membrane_time_constant, time_step)
        kept = jnp.exp(-h / self.time_constant) * variables[0]
        return (kept,), leak * h * leaky_integral(x) * variables[0]


class AlphaSynapse(SynapticCurrent):
    r"""A current that rises and falls, and peaks at the weight, in pA, one time constant after the spike.

    .. math:: \tau_s \dot y_1 = -y_1, \qquad \dot I = \frac{e}{\tau_s} y_1 - \frac{I}{\tau_s}

    Parameters
    ----------
    time_constant : float
        :math:`\tau_s`, in ms. Default 2.

    Raises
    ------
    InputError
        If the time constant is not positive.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> variables, _ = AlphaSynapse(2.0).propagate((jnp.ones(1), jnp.zeros(1)), 10.0, 2.0)
    >>> round(float(variables[1][0]), 4)
    1.0
    """

    time_constant: Positive | Float[Array, ""] = 2.0

    @property
    def n_variables(self) -> int:
        """Two: what is left of the jump, and the current."""
        return 2

    def propagate(
        self,
        variables: tuple[Float[Array, " neurons"], ...],
        membrane_time_constant: float | Float[Array, "..."],
        time_step: float | Float[Array, ""],
    ) -> tuple[tuple[Float[Array, " neurons"], ...], Float[Array, " neurons"]]:
        """Let the current rise and fall; return it, and its integral as the membrane keeps it."""
        h, leak, x = _step(self.time_constant, membrane_time_constant, time_step)
        rise, current = math.e / self.time_constant * variables[0], variables[1]
        kept = jnp.exp(-h / self.time_constant)
        after = (kept * variables[0], kept * (current + h * rise))
        return after, leak * h * (leaky_integral(x) * current + h * leaky_integral(x, 2) * rise)


def first_variables(synapses: tuple[SynapticCurrent, ...]) -> tuple[int, ...]:
    """Return where the variables of each synapse begin, if all are counted through."""
    sizes = [synapse.n_variables for synapse in synapses]
    return tuple(sum(sizes[:receptor]) for receptor in range(len(sizes)))


def propagate_all(
    synapses: tuple[SynapticCurrent, ...],
    variables: tuple[Float[Array, " neurons"], ...],
    membrane_time_constant: float | Float[Array, "..."],
    time_step: float | Float[Array, ""],
) -> tuple[tuple[Float[Array, " neurons"], ...], Float[Array, " neurons"]]:
    """Go on by a time step with synapses of several kinds; return all variables, and C times what V gains (pA ms)."""
    gained, after = jnp.zeros_like(variables[0]), []
    for synapse, first in zip(synapses, first_variables(synapses), strict=True):
        own = variables[first : first + synapse.n_variables]
        own, charge = synapse.propagate(own, membrane_time_constant, time_step)
        gained = gained + charge
        after.extend(own)
    return tuple(after), gained


def kicks(
    synapses: tuple[SynapticCurrent, ...], variables: tuple[Float[Array, " neurons"], ...]
) -> Float[Array, " neurons"]:
    """Return by how much the potential jumps at the end of a step through all synapses, in mV."""
    total = jnp.zeros_like(variables[0])
    for synapse, first in zip(synapses, first_variables(synapses), strict=True):
        total = total + synapse.kick(variables[first : first + synapse.n_variables])
    return total


def _step(synaptic, membrane, time_step) -> tuple[Array, Array, Array]:
    """Return the step, the share that the membrane keeps over it, and ``a h``."""
    h, membrane = jnp.asarray(time_step), jnp.asarray(membrane)
    return h, jnp.exp(-h / membrane), h / synaptic - h / membrane
