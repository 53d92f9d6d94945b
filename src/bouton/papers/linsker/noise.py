"""Layers B and C under noise, pattern by pattern, beside the averaged rule for the same cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

import bouton
from bouton.analysis import arbor_shape
from bouton.features import LatticeArbors, LinskerGrowth, LinskerNetwork, lattice_arbors
from bouton.papers import AtLeast, Check, Equals, Figure, Near, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.linsker._common import draw_cell
from bouton.report import figures

__all__ = ["SECTION"]

# Spacings of the lattice of layer A in a unit of length, so that arbors cover many of its cells.
_SCALE = 2.0
_PATTERNS_OF_B = 500
_RATE_OF_B = 0.01
_BLOCK = 10_000
_FULL = ("laptop", "paper")
"""Where there are synapses enough for shapes to be what they are in larger cells."""


@dataclass(frozen=True)
class Settings:
    """Side of the lattice of layer A, cells of layer C along it, their synapses, and how long and fast they learn."""

    lattice: int = 24
    cells: int = 4
    synapses: int = 300
    patterns: int = 80_000
    rate: float = 2e-3
    k2: float = -3.0
    arbor: float = 1.5
    arbor_b: float = 0.5


def _network(settings: Settings, seed: int, developing: int = 0) -> tuple[LinskerNetwork, LatticeArbors]:
    """Return the network of layers B and C, and the arbors of C."""
    rng, side = generator(seed, 5), settings.lattice
    b = lattice_arbors(rng, side, side, 60, settings.arbor_b * _SCALE**2)
    c = lattice_arbors(rng, side, settings.cells, settings.synapses, settings.arbor * _SCALE**2)
    connectivities = (b.connectivity, c.connectivity)
    return LinskerNetwork(connectivities, k1=1.0, k2=0.0, learning_rate=_RATE_OF_B, developing=developing), c


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Let B and then C develop, and C by the averaged rule too, from the same start and on B's exact covariance."""
    circuit, arbors = _network(settings, seed)
    rng = generator(seed, 6)
    size = settings.lattice**2
    patterns = rng.normal(size=(_PATTERNS_OF_B, size)).astype(np.float32)
    first = bouton.run(circuit, patterns, key=random_key(seed, 6)).state
    circuit, state = circuit.matured(first, k1=0.45, k2=settings.k2, learning_rate=settings.rate)
    start = state.weights[1]
    for block in range(0, settings.patterns, _BLOCK):
        count = min(_BLOCK, settings.patterns - block)
        patterns = rng.normal(size=(count, size)).astype(np.float32)
        state = bouton.run(circuit, patterns, key=random_key(seed, 7), state=state).state
    response = circuit.response(state, 0)
    covariance, table = response @ response.T, np.asarray(arbors.connectivity.table)
    within = jnp.asarray(covariance[table[:, :, None], table[:, None, :]], start.dtype)
    growth = LinskerGrowth(0.45, settings.k2, steps=max(1, round(settings.patterns * settings.rate / 0.2)))
    averaged = np.asarray(jax.vmap(growth.grow)(start, within), float)
    learned = np.asarray(state.weights[1], float)
    pairs = list(zip(learned, averaged, strict=True))
    return {
        "positions": arbors.positions / _SCALE,
        "b_excitatory": float((first.weights[0] > 0).mean()),
        "learned": learned,
        "averaged": averaged,
        "correlation": np.array([np.corrcoef(one, other)[0, 1] for one, other in pairs]),
        "shapes": np.array([arbor_shape(w, p) for w, p in zip(learned, arbors.positions, strict=True)]),
        "averaged_shapes": np.array([arbor_shape(w, p) for w, p in zip(averaged, arbors.positions, strict=True)]),
        "fields": circuit.response(state, 1),
        "verdicts": verdicts(circuits(settings)),
    }


def circuits(settings: Settings) -> tuple[LinskerNetwork, ...]:
    """Return the layered network while layer C develops."""
    return (_network(settings, 0, developing=1)[0],)


def draw_noise(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw cells that learned from noise above the same cells by the averaged rule."""
    columns = min(6, len(results["learned"]))
    figure, panels = figures.new_figure(9.6, 3.6, 2, columns)
    for column in range(columns):
        positions, correlation = results["positions"][column], results["correlation"][column]
        draw_cell(panels[0, column], positions, results["learned"][column], "noise", 4, 5.0)
        draw_cell(panels[1, column], positions, results["averaged"][column], f"average, r {correlation:.2f}", 4, 5.0)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings(12, 2, 60, 500),
        "laptop": Settings(),
        "paper": Settings(patterns=800_000, rate=2e-4),
    },
    measure=measure,
    checks=(
        Check(
            "layer-b",
            "Under noise, pattern by pattern, all synapses of layer B become excitatory: share of them.",
            Equals(1.0),
            lambda results: results["b_excitatory"],
            basis.paper("PNAS 83:7508", recalled=True),
        ),
        Check(
            "centre",
            "Layer C then comes to have centre and surround: inner minus outer half, mean over cells.",
            AtLeast(0.55),
            lambda results: float(results["shapes"][:, 0].mean()),
            basis.replication("references/linsker.py"),
            on="opponent",
            expected="0.55 to 0.67 in eight cells, by the averaged rule",
            scales=_FULL,
        ),
        Check(
            "excitatory",
            "Its share of excitatory synapses is that of the averaged rule.",
            Near(0.66, 0.03),
            lambda results: float(results["shapes"][:, 2].mean()),
            basis.ours("from three cells of a run in NumPy by the averaged rule; references/linsker.py prints 0.67"),
            on="covariance",
            scales=_FULL,
        ),
        Check(
            "same-cells",
            "Cell by cell its weights are those of the averaged rule from the same start (correlation, mean over "
            "cells).",
            AtLeast(0.9),
            lambda results: float(results["correlation"].mean()),
            basis.ours("the averaged rule is the mean of the rule; set after a first, smaller run had shown 0.95"),
            on="covariance",
            scales=_FULL,
        ),
        Check(
            "local",
            "Every pathway is local, by the audit of the traced rules.",
            Equals("local"),
            lambda results: results["verdicts"],
            basis.theory("shapes and origins of what each rule is handed"),
        ),
    ),
    holds=lambda: {
        "b_excitatory": 1.0,
        "shapes": np.tile((0.6, 0.08, 0.66, 0.98), (16, 1)),
        "correlation": np.full(16, 0.95),
        "verdicts": ["local"] * 3,
    },
    breaks={
        "layer-b": {"b_excitatory": 0.99},
        "centre": put("shapes", 0.5, (..., 0)),
        "excitatory": put("shapes", 0.7, (..., 2)),
        "same-cells": put("correlation", 0.8),
        "local": {"verdicts": ["local", "weight transport", "local"]},
    },
    figures=(
        Figure(
            "noise",
            "Layer C under noise, pattern by pattern, above, and by the averaged rule for the same synapses and "
            "starts, below. Look for the same shapes.",
            draw_noise,
        ),
    ),
    circuits=circuits,
)
