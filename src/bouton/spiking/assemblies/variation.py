r"""Circuits of assemblies, also with random parameters: each is multiplied by :math:`1 + \sigma\, N(0, 1)`.

Varied are all numbers of the neurons (time constants, bias, hazard, dead time, excitability), of the rules (rates,
thresholds, time constants, bounds), the weights of each projection by a factor of its own, and the inhibition. Sizes,
connections, delays, signs and the time step stay; a factor below 0.1 counts as 0.1.
"""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import numpy as np

from bouton._arguments import check_at_least_zero
from bouton.spiking.assemblies.build import CONTENT, AssemblyParameters, build_spaces
from bouton.spiking.assemblies.circuit import AssemblyCircuit
from bouton.spiking.group import Group
from bouton.spiking.projection import Projection

__all__ = ["assembly_circuit"]

_LEAST = 0.1
_GROUP, _PROJECTION, _INHIBITION = range(3)


def assembly_circuit(
    parameters: AssemblyParameters,
    spaces: Sequence[str] = (),
    seed: int = 0,
    variation: float = 0.0,
    variation_seed: int | None = None,
) -> AssemblyCircuit:
    """Return the circuit of a content space and further spaces.

    Parameters
    ----------
    parameters : AssemblyParameters
        Sizes and constants.
    spaces : sequence of str
        Names of the further spaces. Default: none.
    seed : int
        Of wiring and first weights; those of the content space do not depend on the others. Default 0.
    variation : float
        Deviation of the factors by which parameters are multiplied. Default 0: all are as given.
    variation_seed : int, optional
        Of the factors; networks of one wiring run by one compiled program. Default: the seed.

    Returns
    -------
    AssemblyCircuit

    Raises
    ------
    InputError
        If names are used twice, or the variation is negative.

    Examples
    --------
    >>> small = AssemblyParameters(n_content=60, n_content_inhibitory=15)
    >>> circuit = assembly_circuit(small, variation=0.1)
    >>> bool(circuit.network.groups[1].units.membrane_time_constant != 10.0)
    True
    """
    check_at_least_zero(variation=variation)
    whole = AssemblyCircuit(build_spaces(parameters, spaces, seed), (CONTENT, *spaces), parameters.inhibition)
    if variation == 0:
        return whole

    def factors(kind: int, number: int = 0) -> "_Factors":
        drawn_by = seed if variation_seed is None else variation_seed
        return _Factors(np.random.default_rng((drawn_by, 7, kind, number)), variation)

    network = whole.network
    groups = [_varied_group(group, factors(_GROUP, number)) for number, group in enumerate(network.groups)]
    ways = [_varied_projection(way, factors(_PROJECTION, number)) for number, way in enumerate(network.projections)]
    inhibition = factors(_INHIBITION).of(parameters.inhibition)
    return eqx.tree_at(
        lambda circuit: (circuit.network.groups, circuit.network.projections, circuit.inhibition),
        whole,
        (tuple(groups), tuple(ways), inhibition),
    )


class _Factors:
    """Draws factors, one after the other."""

    def __init__(self, rng: np.random.Generator, variation: float):
        self.rng, self.variation = rng, variation

    def of(self, value: Any) -> Any:
        """Return a value times the next factor."""
        return max(1 + self.variation * float(self.rng.normal()), _LEAST) * value

    def of_all(self, module: Any) -> Any:
        """Return a module with all its numbers varied, its time step apart."""

        def vary(path: Any, leaf: Any) -> Any:
            is_clock = jax.tree_util.keystr(path[-1:], simple=True) == "time_step"
            return leaf if is_clock or not isinstance(leaf, float) else self.of(leaf)

        return jax.tree_util.tree_map_with_path(vary, module)


def _varied_group(group: Group, factors: _Factors) -> Group:
    return eqx.tree_at(lambda group: group.units, group, factors.of_all(group.units))


def _varied_projection(projection: Projection, factors: _Factors) -> Projection:
    weights = factors.of(projection.weights)
    projection = eqx.tree_at(lambda way: way.weights, projection, weights)
    if projection.rule is None:
        return projection
    return eqx.tree_at(lambda way: way.rule, projection, factors.of_all(projection.rule))
