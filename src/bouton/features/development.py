r"""Linsker's network as one thing: layers A to G, that develop one after the other and are all driven by noise.

=========  =====  ======  ======  =====  ====================================================================
layer      k1     k2      n_E     A      what its cells become
=========  =====  ======  ======  =====  ====================================================================
B          1      0       0.5     0.5    all-excitatory
C          0.45   -3      0.5     1.5    centre and surround
D, E, F    0.35   -3      0.5     1.5    centre and surround, on ever more structured covariances
G          0.1    -3      0.5     1.5    selective for orientation
=========  =====  ======  ======  =====  ====================================================================

Lengths are in units of the square root of the variance parameter of layer B's covariance; A is the variance of a
synapse's coordinates, half of Linsker's squared arbor radius. The constants of layer C are the published ones as
recalled, those of D to G were chosen: the published ones could not be looked up.

Source: R. Linsker, PNAS 83:7508 and 8390, 1986.
"""

import math
from dataclasses import dataclass, replace

import jax
import numpy as np

from bouton._arguments import check_positive, check_sizes
from bouton._fields import Count, check_fields
from bouton.engine import run
from bouton.errors import InputError
from bouton.features.growth import LinskerGrowth
from bouton.features.layers import DevelopedLayer, LayerPlan, develop_layers, mature_disc, white_layer
from bouton.features.linsker import LinskerNetwork, lattice_arbors

__all__ = ["LINSKER_LAYERS", "Linsker"]

LINSKER_LAYERS = (
    LayerPlan("B", LinskerGrowth(k1=1.0, k2=0.0, steps=100), arbor=0.5),
    LayerPlan("C", LinskerGrowth(k1=0.45)),
    *(LayerPlan(name, LinskerGrowth(k1=0.35)) for name in "DEF"),
    LayerPlan("G", LinskerGrowth(k1=0.1, steps=3000)),
)
"""Layers B to G."""

_NARROWEST = 8
"""Standard deviations of an arbor that a lattice that wraps around must hold."""
_BLOCK = 10_000


@dataclass(frozen=True)
class Linsker:
    """Linsker's layered network: noise below, and layers above it that mature one after the other.

    Parameters
    ----------
    layers : tuple of LayerPlan
        From below; layer A, the noise, is not among them. Default: `LINSKER_LAYERS`, B to G.
    n_synapses : int
        Synapses of a cell. Default 300.

    Raises
    ------
    InputError
        If there is no layer, names repeat, or steps are so large that the mean weight would change its sign at every
        one of them.

    References
    ----------
    R. Linsker, From basic network principles to neural architecture, PNAS 83:7508, 8390 and 8779, 1986.

    Examples
    --------
    >>> network = Linsker(LINSKER_LAYERS[:2], n_synapses=100)
    >>> b, c = network.develop(n_cells=2)
    >>> b.excitatory, bool(0.6 < c.excitatory < 0.75)
    (1.0, True)
    """

    layers: tuple[LayerPlan, ...] = LINSKER_LAYERS
    n_synapses: Count = 300

    def __post_init__(self) -> None:
        check_fields(self)
        names = [plan.name for plan in self.layers]
        if not names or len(set(names)) < len(names):
            raise InputError(f"layers must be at least one, each with a name of its own, got {names}")
        for plan in self.layers:
            check_positive(arbor=plan.arbor)
            _check_steps(plan)

    def develop(
        self,
        method: str = "ensemble",
        *,
        n_cells: int = 3,
        seed: int = 0,
        lattice: int = 24,
        spacing: float = 0.5,
        learning_rate: float = 2e-3,
        progress: bool = False,
    ) -> list[DevelopedLayer]:
        r"""Let all layers develop.

        Parameters
        ----------
        method : {"ensemble", "noise"}
            "ensemble": the rule averaged over noise, on covariances that are handed on from layer to layer; seconds.
            "noise": patterns of noise pass through lattices of cells, and every synapse learns from each of them by
            `bouton.plasticity.LinskerHebb`; minutes. Default "ensemble".
        n_cells : int
            Cells of a layer that are looked at, of "ensemble". Default 3.
        seed : int
            Of places, starts and noise. Default 0.
        lattice : int
            Cells along the side of every layer, of "noise". Default 24.
        spacing : float
            Distance of neighbouring cells, of "noise", in the unit of length. Default 0.5.
        learning_rate : float
            :math:`\eta`, of "noise": a layer that grows for a time T is shown :math:`T / \eta` patterns. Default 2e-3.
        progress : bool
            Whether "noise" shows a progress bar for each layer.

        Returns
        -------
        list of DevelopedLayer
            From below, with places in the unit of length. Of "noise" all cells of a lattice are there, and the
            statistics are those that the cells' share of excitatory synapses would make, as of "ensemble".

        Raises
        ------
        InputError
            If a number is out of its range, or the lattice is too small for an arbor.
        """
        if method == "ensemble":
            return develop_layers(self.layers, n_synapses=self.n_synapses, n_cells=n_cells, seed=seed)
        if method != "noise":
            raise InputError(f"method must be 'ensemble' or 'noise', got {method!r}")
        check_sizes(lattice=lattice)
        check_positive(spacing=spacing, learning_rate=learning_rate)
        for plan in self.layers:
            _check_lattice(plan, lattice, spacing)
            _check_rate(plan, learning_rate)
        return self._under_noise(seed, lattice, spacing, learning_rate, progress)

    def _under_noise(
        self, seed: int, lattice: int, spacing: float, learning_rate: float, progress: bool
    ) -> list[DevelopedLayer]:
        rng = np.random.default_rng(seed)
        arbors = [
            lattice_arbors(rng, lattice, lattice, self.n_synapses, plan.arbor / spacing**2) for plan in self.layers
        ]
        first = self.layers[0].growth
        network = LinskerNetwork(
            tuple(arbor.connectivity for arbor in arbors), float(first.k1), float(first.k2), first.upper, learning_rate
        )
        state = network.init(jax.random.key(seed))
        statistics, developed = white_layer(), []
        for number, (plan, arbor) in enumerate(zip(self.layers, arbors, strict=True)):
            if number:
                k1, k2 = float(plan.growth.k1), float(plan.growth.k2)
                network, state = network.matured(state, k1=k1, k2=k2, learning_rate=learning_rate)
                network = replace(network, upper=plan.growth.upper)
            patterns = max(1, round(plan.growth.steps * plan.growth.step_size / learning_rate))
            for block in range(0, patterns, _BLOCK):
                noise = rng.normal(size=(min(_BLOCK, patterns - block), lattice**2)).astype(np.float32)
                state = run(
                    network, noise, key=jax.random.key(seed), state=state, first_step=block, progress=progress
                ).state
            weights = np.asarray(state.weights[number], float)
            share = float((weights > 0).mean())
            statistics = statistics.after(mature_disc(share, plan.arbor, plan.growth.upper), plan.arbor)
            developed.append(DevelopedLayer(plan.name, arbor.positions * spacing, weights, share, statistics))
        return developed


def _check_steps(plan: LayerPlan) -> None:
    """Refuse steps at which the mean weight changes its sign; Q(0) = 1 bounds what the covariance adds to k2."""
    growth = plan.growth
    if not isinstance(growth.k2, int | float):
        return
    speed = max(abs(growth.k2), abs(growth.k2 + 1))
    if not growth.step_size * speed < 1:
        raise InputError(
            f"layer {plan.name}: step_size * |k2 + lambda| must be below 1 or the mean weight changes its sign at "
            f"every step, got {growth.step_size} * {speed}: take a step_size below {1 / speed:.3g}"
        )


def _check_lattice(plan: LayerPlan, lattice: int, spacing: float) -> None:
    needed = _NARROWEST * math.sqrt(plan.arbor) / spacing
    if lattice < needed:
        raise InputError(
            f"layer {plan.name}: the lattice wraps around and must be at least {_NARROWEST} standard deviations of the "
            f"arbor wide, {math.ceil(needed)} cells, got {lattice}: take a larger lattice or spacing"
        )


def _check_rate(plan: LayerPlan, learning_rate: float) -> None:
    growth = plan.growth
    if not learning_rate < growth.step_size:
        raise InputError(
            f"layer {plan.name}: learning_rate must be far below the step_size of the averaged rule, "
            f"{growth.step_size}, got {learning_rate}"
        )
