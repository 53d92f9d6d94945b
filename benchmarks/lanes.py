"""Many seeds: so many networks learning the same rows in one program (`jax.vmap`), beside one run after the other.

Runs are calls of `bouton.run`, each of which costs some milliseconds of its own; one lane is a loop without them.
"""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import bouton
from benchmarks import weights
from benchmarks.cases import INITIAL_ACTIVITY, SEED, digits, solver
from benchmarks.timing import SAME, Contender, race
from bouton.engine import Circuit
from bouton.similarity import SNMFNetwork

LANES = (1, 2, 4, 8, 16, 32, 64)
INPUTS, OUTPUTS = 64, 16
_ROWS, _QUICK_ROWS = 2048, 64


def circuits() -> dict[str, Circuit]:
    """Return what learns: with dynamics, which take as long as the slowest lane needs; without, and with the search for
    active neurons, which a network by itself makes and lanes do not, or without it.
    """
    shape = INPUTS, OUTPUTS
    layers = {
        f"weights alone, {name}": weights.RectifyingLayer(*shape, weights.THRESHOLDS[1.0], skip)
        for name, skip in (("silent skipped", True), ("all rewritten", False))
    }
    network = SNMFNetwork(*shape, dynamics=solver(), start="random", initial_activity=INITIAL_ACTIVITY)
    return {"SNMF": network, **layers}


@jax.jit
def together(circuit: Circuit, keys: jax.Array, rows: jax.Array) -> Any:
    """Return the states of as many networks as there are keys, after learning the rows side by side."""

    def alone(key: jax.Array) -> Any:
        def step(state: Any, event: tuple[jax.Array, jax.Array]) -> tuple[Any, None]:
            return circuit.step(jax.random.fold_in(key, event[0]), state, event[1])[0], None

        return lax.scan(step, circuit.init(key), (jnp.arange(len(rows), dtype=jnp.uint32), rows))[0]

    return jax.vmap(alone)(keys)


def one_by_one(circuit: Circuit, keys: jax.Array, rows: np.ndarray) -> list[Any]:
    """Return the same states, from one run after the other."""
    return jax.block_until_ready([bouton.run(circuit, rows, key=key).state for key in keys])


def measured(lanes: Sequence[int], repeats: int, quick: bool) -> list[dict[str, Any]]:
    """Return, for each circuit and way, microseconds per sample and lane, and samples times lanes per second."""
    rows = digits(_QUICK_ROWS if quick else _ROWS).astype(np.float32)
    return [line for name, circuit in circuits().items() for line in _lines(name, circuit, rows, lanes, repeats)]


def _lines(name: str, circuit: Circuit, rows: np.ndarray, lanes: Sequence[int], repeats: int) -> list[dict[str, Any]]:
    ways = {"vmap": together, "one run after the other": one_by_one}
    contenders = {
        way: [_contender(learn, circuit, jax.random.split(jax.random.key(SEED), count), rows) for count in lanes]
        for way, learn in ways.items()
    }
    race([each for group in contenders.values() for each in group], repeats)
    return [
        {"name": name, "way": way, "points": [_point(count, each) for count, each in zip(lanes, group, strict=True)]}
        for way, group in contenders.items()
    ]


def _contender(learn: Any, circuit: Circuit, keys: jax.Array, rows: np.ndarray) -> Contender:
    count = len(rows) * len(keys)
    return Contender(
        "", SAME, count, lambda: None, lambda _: jax.block_until_ready(learn(circuit, keys, rows)), lambda _: {}
    )


def _point(lanes: int, contender: Contender) -> dict[str, Any]:
    outcome = contender.outcome()["microseconds_per_sample"]
    return {"lanes": lanes, "microseconds_per_sample": outcome, "samples_per_second": 1e6 / outcome["median"]}
