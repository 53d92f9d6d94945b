"""Sparse distributed memory: its kernel as locations grow, and what counters and trained coefficients store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.memory import EqualCoefficients, HardMargin, KanervaKernel, kanerva_memory
from bouton.memory.named import active_radius
from bouton.papers import Between, Check, Figure, IsTrue, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Locations of the finite kernels, and the memory that associations are stored in."""

    locations: tuple[int, ...] = (500, 2000, 8000, 32_000)
    neurons: int = 100
    count: int = 1000
    patterns: tuple[int, ...] = (50, 100, 200, 400, 700, 1000)
    outputs: int = 20


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the error of finite kernels, and recall by counters and by trained coefficients."""
    rng, size = generator(seed, 6), settings.neurons
    radius = active_radius(size)
    # Pairs at every distance, of which close ones matter most.
    first = rng.choice([-1.0, 1.0], size=(1, size))
    second = first * np.where(np.arange(size)[None, :] < np.arange(size // 2)[:, None], -1.0, 1.0)
    rows = jnp.asarray(np.vstack([first, second]), jnp.result_type(float))
    wanted = np.asarray(KanervaKernel(radius).gram(rows, rows))[0]
    errors = []
    for number, count in enumerate(settings.locations):
        gram = np.asarray(kanerva_memory(size, count, radius, random_state=seed + number)._kernel.gram(rows, rows))
        errors.append(float(np.sqrt(np.mean((gram[0] / gram[0, 0] - wanted) ** 2))))
    recalled = []
    for number, count in enumerate(settings.patterns):
        cues = generator(seed, 6, 1 + number).choice([-1.0, 1.0], size=(count, size))
        targets = generator(seed, 6, 1000 + number).choice([-1.0, 1.0], size=(count, settings.outputs))
        shares = []
        for rule in (EqualCoefficients(), HardMargin(max_sweeps=5000)):
            memory = kanerva_memory(size, settings.count, radius, rule, random_state=seed).fit(cues, targets)
            shares.append(memory.score(cues, targets))
        recalled.append(shares)
    return {
        "radius": radius,
        "locations": np.array(settings.locations),
        "errors": np.array(errors),
        "count": settings.count,
        "patterns": np.array(settings.patterns),
        "recalled": np.array(recalled),
    }


def _slope(results: Mapping[str, Any]) -> float:
    return float(np.polyfit(np.log(results["locations"]), np.log(results["errors"]), 1)[0])


def _stores(results: Mapping[str, Any]) -> list[bool]:
    equal, trained = results["recalled"][list(results["patterns"]).index(results["count"])]
    return [bool(trained == 1), bool(equal < 0.5)]


def draw_locations(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the error of the kernel over the number of locations, and recall over the number of associations."""
    figure, (left, right) = figures.new_figure(7.6, 3.3, 1, 2)
    places, errors, colours = results["locations"], results["errors"], figures.category_colours(2)
    left.loglog(places, errors, color=colours[0], marker="o", label="measured")
    left.loglog(places, errors[0] * np.sqrt(places[0] / places), color=figures.muted(), label="slope -1/2")
    left.set(xlabel="locations", ylabel="error of the kernel")
    left.legend(fontsize=8)
    for place, (name, colour) in enumerate(zip(("counters", "optimal"), colours, strict=True)):
        right.plot(results["patterns"], results["recalled"][:, place], color=colour, marker="o", label=name)
    right.set(xlabel=f"associations, {results['count']} locations", ylabel="share recalled", ylim=(-0.03, 1.03))
    right.legend(fontsize=8)
    return figure


SECTION = Section(
    settings={
        "smoke": Settings((100, 400), 50, 200, (10, 50), 4),
        "laptop": Settings(),
        "paper": Settings(patterns=(50, 100, 200, 400, 700, 1000, 1400)),
    },
    measure=measure,
    checks=(
        Check(
            "limit",
            "The kernel of a sparse distributed memory comes to that of all addresses as one over the root of the "
            "number of locations: slope in logarithms.",
            Between(-0.7, -0.3),
            _slope,
            basis.theory("a mean over random locations"),
            on="special",
            expected=-0.5,
        ),
        Check(
            "stores",
            "Trained, a sparse distributed memory stores as many associations as it has locations; with counters, less "
            "than half of these are recalled.",
            IsTrue(),
            _stores,
            basis.ours("set before measuring; twice as many could be stored by Cover's bound"),
            on="optimal",
            scales=("laptop", "paper"),
        ),
    ),
    holds=lambda: {
        "locations": np.array([100, 400]),
        "errors": np.array([0.2, 0.1]),
        "count": 1000,
        "patterns": np.array([100, 1000]),
        "recalled": np.array([[0.9, 1.0], [0.1, 1.0]]),
    },
    breaks={"limit": put("errors", 0.19, 1), "stores": put("recalled", 0.6, (1, 0))},
    figures=(
        Figure(
            "locations",
            "Left: the kernel of finitely many hard locations comes to that of all. Right: associations recalled by a "
            "sparse distributed memory, by counters as published and with trained coefficients.",
            draw_locations,
        ),
    ),
)
