r"""Where NMDA receptors make a point neuron bistable: folds of its steady states.

With leak and a steady NMDA conductance alone, and :math:`r = g_N / g_L`,

.. math:: E_L - V = r\, B(V) (V - E) \quad\Longrightarrow\quad r(V) = \frac{E_L - V}{B(V)(V - E)} .

Between two turning points of r(V) there are three steady states, of which the outer two are stable. With a shallow
block (0.062 per mV) and a rest of -70 mV r(V) does not turn: responses are boosted, but graded.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.optimize import brentq

from bouton.dynamics import GlutamateReceptors

__all__ = ["Fold", "conductance_ratio", "fold_points", "quasi_static"]

_POINTS = 4000
_STEPS = 1000


class Fold(NamedTuple):
    """A turning point of the steady states.

    Parameters
    ----------
    ratio : float
        NMDA conductance over leak.
    voltage : float
        In mV.
    """

    ratio: float
    voltage: float


def conductance_ratio(receptors: GlutamateReceptors, voltage: Any, rest: float = -70.0) -> Any:
    """Return the NMDA conductance over the leak for which a voltage (mV) between rest and reversal is steady."""
    there = np.asarray(voltage, float)
    share = 1 / (1 + float(receptors.magnesium * receptors.block) * np.exp(-float(receptors.steepness) * there))
    return (rest - there) / (share * (there - float(receptors.reversal)))


def fold_points(receptors: GlutamateReceptors, rest: float = -70.0) -> tuple[Fold, ...]:
    """Return the folds of a point neuron with leak and NMDA receptors, in order of rising ratio; none if it is graded.

    Parameters
    ----------
    receptors : GlutamateReceptors
        Their block, magnesium and reversal count.
    rest : float
        Reversal of the leak, in mV. Default -70.

    Returns
    -------
    tuple of Fold
        Two, between whose ratios the neuron is bistable, or none.

    Examples
    --------
    >>> from bouton.dynamics import GlutamateReceptors
    >>> [round(fold.ratio, 4) for fold in fold_points(GlutamateReceptors.named("polsky"))]
    [5.0075, 5.8911]
    >>> fold_points(GlutamateReceptors.named("jahr-stevens"))
    ()
    """
    steepness = float(receptors.steepness)
    strength, reversal = float(receptors.magnesium * receptors.block), float(receptors.reversal)

    def slope(there: Any) -> Any:
        # Of log r(V).
        blocked = strength * np.exp(-steepness * there)
        return 1 / (there - rest) - 1 / (there - reversal) - steepness * blocked / (1 + blocked)

    grid = np.linspace(rest, reversal, _POINTS + 2)[1:-1]
    signs = np.sign(slope(grid))
    found = []
    for k in np.flatnonzero(signs[1:] != signs[:-1]):
        place: Any = brentq(slope, grid[k], grid[k + 1], xtol=1e-12)
        found.append(Fold(float(conductance_ratio(receptors, place, rest)), float(place)))
    return tuple(sorted(found))


def quasi_static(
    receptors: GlutamateReceptors, ratios: Any, rest: float = -70.0, start: float | None = None
) -> Float[np.ndarray, " ratios"]:
    """Return the voltages of a point neuron whose NMDA conductance moves slowly through a series of values.

    At each it runs for 1000 implicit steps of a fifth of the membrane's time constant, so that it stays in the steady
    state where it is, until that ceases to exist.

    Parameters
    ----------
    receptors : GlutamateReceptors
        Their block, magnesium and reversal count.
    ratios : array (ratios,)
        NMDA conductances over the leak, in their order.
    rest : float
        Reversal of the leak, in mV. Default -70.
    start : float, optional
        Voltage at the beginning, in mV. Default: rest.

    Returns
    -------
    array (ratios,)
        In mV.
    """
    first = jnp.asarray(rest if start is None else float(start))
    return np.asarray(_followed(receptors, jnp.asarray(np.asarray(ratios, float)), jnp.asarray(float(rest)), first))


@jax.jit
def _followed(receptors: GlutamateReceptors, ratios: Array, rest: Array, start: Array) -> Array:
    def settle(voltage: Array, ratio: Array) -> tuple[Array, Array]:
        def step(now: Array, _: None) -> tuple[Array, None]:
            current, slope = receptors.nmda(ratio, now)
            return now + (rest - now - current) / (5 + 1 + slope), None

        voltage = jax.lax.scan(step, voltage, None, _STEPS)[0]
        return voltage, voltage

    return jax.lax.scan(settle, start, ratios)[1]
