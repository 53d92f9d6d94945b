"""How the time of a sample grows: with inputs, outputs, the size of blocks and the fraction of neurons that answer.

Two circuits are timed: the online SNMF network, after a warm-up, on mixtures of as many sparse sources as it has
outputs; and the layer of `benchmarks.weights`, which has no dynamics. Where the network's curve is steeper than the
layer's, its neurons take more sweeps to settle: sweeps and active fraction are kept with each point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import numpy as np
from scipy.stats import norm

import bouton
from benchmarks import weights
from benchmarks.cases import INITIAL_ACTIVITY, SEED, solver, with_unit_power
from benchmarks.timing import SAME, Contender, race
from bouton.data import sparse_mixture
from bouton.similarity import SNMFNetwork

INPUTS = (32, 64, 128, 256, 512, 1024, 2048, 4096)
OUTPUTS = (8, 16, 32, 64, 128, 256, 512)
BLOCKS = (1, 8, 16, 32, 64, 128, 256, 512)
FRACTIONS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_BLOCK = 64
_WARM = 2048
_VISITS = 2e8
"""Synapses times samples in one timed run, visits of the lateral ones while neurons settle included."""


@dataclass(frozen=True)
class Sizes:
    """What is varied, and the sizes at which the rest is held."""

    inputs: tuple[int, ...] = INPUTS
    outputs: tuple[int, ...] = OUTPUTS
    blocks: tuple[int, ...] = BLOCKS
    fractions: tuple[float, ...] = FRACTIONS
    fixed: tuple[int, int] = (784, 64)
    wide: tuple[int, int] = (784, 200)
    widest: tuple[int, int] = (3072, 400)

    @classmethod
    def quick(cls) -> "Sizes":
        """Return next to nothing."""
        small = (32, 8)
        return cls((16, 32), (4, 8), (1, 8), (0.1, 1.0), small, small, small)


def measured(sizes: Sizes, repeats: int, quick: bool) -> list[dict[str, Any]]:
    """Return all curves: what is varied, and for each circuit the time of a sample at each value."""
    n, m = sizes.fixed
    wide_n, wide_m = sizes.wide
    series = {
        "inputs": [
            (f"SNMF, {m} outputs", [(each, network(each, m, "auto", quick)) for each in sizes.inputs]),
            (f"weights alone, {m} outputs", [(each, layer(each, m, 1.0, "auto", quick)) for each in sizes.inputs]),
        ],
        "outputs": [
            (f"SNMF, {n} inputs", [(each, network(n, each, "auto", quick)) for each in sizes.outputs]),
            (f"weights alone, {n} inputs", [(each, layer(n, each, 1.0, "auto", quick)) for each in sizes.outputs]),
        ],
        "block": [
            (f"SNMF, {wide_n}x{wide_m}", [(each, network(wide_n, wide_m, each, quick)) for each in sizes.blocks]),
            *(
                (f"weights alone, {inputs}x{outputs}",
                 [(each, layer(inputs, outputs, 1.0, each, quick)) for each in sizes.blocks])
                for inputs, outputs in dict.fromkeys((sizes.wide, sizes.widest))
            ),
        ],
        "active fraction": [
            (f"weights alone, {wide_n}x{wide_m}, {name}",
             [(each, layer(wide_n, wide_m, each, block, quick)) for each in sizes.fractions])
            for name, block in (("plain", None), (f"block {_BLOCK}", _BLOCK))
        ],
    }  # fmt: skip
    return [_curve(name, lines, repeats) for name, lines in series.items()]


def _curve(name: str, lines: Sequence[tuple[str, list[tuple[float, Contender]]]], repeats: int) -> dict[str, Any]:
    race([contender for _, points in lines for _, contender in points], repeats)
    found = []
    for line, points in lines:
        outcomes = [{"value": value, **contender.outcome()} for value, contender in points]
        kept = ("value", "rows", "microseconds_per_sample", "merit")
        found.append({"name": line, "points": [{key: each[key] for key in kept} for each in outcomes]})
        if name in ("inputs", "outputs"):
            found[-1]["power"] = power(outcomes)
    return {"of": name, "lines": found}


def power(points: Sequence[dict[str, Any]]) -> float:
    """Return the power of the value that the time grows as, over the upper half of the values."""
    upper = points[len(points) // 2 - 1 :]
    logs = np.log([[each["value"], each["microseconds_per_sample"]["median"]] for each in upper])
    return float(np.polyfit(*logs.T, 1)[0])


def layer(inputs: int, outputs: int, active: float, block: Any, quick: bool) -> Contender:
    """Return the layer without dynamics, of which about that fraction answers a sample."""
    threshold = float(norm.isf(active)) if active < 1 else weights.THRESHOLDS[1.0]
    circuit = weights.RectifyingLayer(inputs, outputs, threshold)
    return weights.contender(circuit, _noise(inputs, outputs, quick), str(block), block, None)


def network(inputs: int, outputs: int, block: Any, quick: bool) -> Contender:
    """Return the online SNMF network after its warm-up."""
    warm, timed = _mixtures(inputs, outputs, quick)
    circuit = SNMFNetwork(inputs, outputs, dynamics=solver(), start="random", initial_activity=INITIAL_ACTIVITY)
    key = jax.random.key(SEED)
    before = bouton.run(circuit, warm, key=key, record={"sweeps": 4, "y": 4}, block=None)
    late = len(before.recordings["y"].values) // 2
    sweeps, answers = (np.asarray(before.recordings[name].values)[late:] for name in ("sweeps", "y"))
    work = {"sweeps": float(sweeps.mean()), "active": float((answers > 0).mean())}
    return Contender(
        str(block),
        SAME,
        len(timed),
        lambda: None,
        lambda _: jax.block_until_ready(bouton.run(circuit, timed, key=key, state=before.state, block=block).state),
        lambda _: work,
    )


# Points that differ in another way than by their shape share their rows.
@lru_cache(maxsize=1)
def _noise(inputs: int, outputs: int, quick: bool) -> np.ndarray:
    return weights.samples(inputs, outputs, "float32", quick)


@lru_cache(maxsize=1)
def _mixtures(inputs: int, outputs: int, quick: bool) -> tuple[np.ndarray, np.ndarray]:
    visits = inputs * outputs + 10 * outputs**2
    warm, timed = (64, 64) if quick else (_WARM, int(np.clip(_VISITS / visits, 256, 8192)))
    rows, _, _ = sparse_mixture(inputs, min(inputs, outputs), warm + timed, probability=0.1, seed=SEED)
    rows = with_unit_power(rows).astype(np.float32)
    return rows[:warm], rows[warm:]
