"""The neuron as a network of two layers: sums of branch curves against the full model, and where they fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dendrites import BranchCurve, CableCell, CableResponse, Electrode, TwoLayerNeuron, clustered, stimulate
from bouton.papers import AtLeast, Between, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.nmda_spike._common import FULL, cable, cluster
from bouton.report import figures

__all__ = ["SECTION"]

_BRANCHES = 8
_EVENNESS = 0.5
_CELLS = ("clamped", "large", "reference")
_WORDS = {"clamped": "soma clamped", "large": "large soma and trunk", "reference": "schematic neuron"}
_LARGE = {"soma": 40.0, "trunk": (600.0, 8.0), "tuft": (8, 300.0, 1.5)}
_RUNS = {
    ("clamped", 40): (0.992, 1.000, 0.913, 0.507),
    ("clamped", 80): (0.989, 1.000, 0.898, 0.551),
    ("large", 40): (0.946, 0.971, 0.692, 0.522),
    ("large", 80): (0.940, 0.970, 0.775, 0.686),
    ("reference", 40): (0.874, 0.936, 0.674, 0.531),
    ("reference", 80): (0.637, 0.599, 0.872, 0.907),
}
_OURS = basis.ours("runs of another program of the same cell in double precision, other patterns")


@dataclass(frozen=True)
class Settings:
    """Patterns, largest numbers of synapses in all, length and steps in ms."""

    patterns: int = 150
    totals: tuple[int, ...] = (40, 80)
    least: int = 10
    duration: float = 200.0
    time_step: float = 0.1


def _cells(settings: Settings) -> dict[str, CableCell]:
    small, large = cable(), cable(**_LARGE)
    held = Electrode(0, "voltage")
    sites = {name: tuple(int(site) for site in cluster(each, _BRANCHES)) for name, each in
             (("reference", small), ("large", large))}  # fmt: skip
    return {
        "clamped": CableCell(small, sites["reference"], electrode=held, time_step=settings.time_step),
        "large": CableCell(large, sites["large"], time_step=settings.time_step),
        "reference": CableCell(small, sites["reference"], time_step=settings.time_step),
    }


def _read(name: str, found: CableResponse) -> tuple[np.ndarray, np.ndarray]:
    """Return peak and area of what is seen at the soma: voltage, or the current into it where it is held."""
    if name != "clamped":
        return found.peak(0), found.area(0)
    return found.axial.max(axis=1), found.axial.sum(axis=1)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Measure the curve of one branch, predict random patterns on eight, and compare."""
    rng, most = generator(seed, 5), max(settings.totals)
    alone = np.arange(most + 1)
    single = np.zeros((most + 1, _BRANCHES, 4))
    single[:, 0] = clustered(alone, 4)
    drawn = {total: _patterns(rng, settings, total) for total in settings.totals}
    results: dict[str, Any] = {"alone": alone, "totals": np.array(settings.totals)}
    for name, cell in _cells(settings).items():
        curves = _read(name, stimulate(cell, single.reshape(most + 1, -1), duration=settings.duration, record=(0,)))
        results[f"{name}.curve"] = curves[0]
        for total, counts in drawn.items():
            placed = clustered(counts.ravel(), 4).reshape(len(counts), -1)
            seen = _read(name, stimulate(cell, placed, duration=settings.duration, record=(0,)))
            for kind, curve, response in zip(("peak", "area"), curves, seen, strict=True):
                model = TwoLayerNeuron(BranchCurve(alone, curve)).fit(counts, response)
                control = TwoLayerNeuron(BranchCurve(alone, curve, "linear")).fit(counts, response)
                results[f"{name}.{kind}.{total}"] = model.score(counts, response)
                results[f"{name}.{kind}.{total}.linear"] = control.score(counts, response)
                if kind == "peak" and total == settings.totals[0]:
                    results[f"{name}.predicted"], results[f"{name}.found"] = model.predict(counts), response
    return results | {"many": np.array([results[f"reference.{kind}.{max(drawn)}"] for kind in ("peak", "area")])}


def _patterns(rng: np.random.Generator, settings: Settings, most: int) -> np.ndarray:
    totals = rng.integers(settings.least, most + 1, settings.patterns)
    shares = rng.dirichlet(np.full(_BRANCHES, _EVENNESS), settings.patterns)
    return np.array([rng.multinomial(total, share) for total, share in zip(totals, shares, strict=True)])


def draw_prediction(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the full model against the prediction, for the three neurons."""
    figure, axes = figures.new_figure(10.2, 3.6, 1, 3)
    total = int(results["totals"][0])
    for each, name, colour in zip(axes, _CELLS, figures.category_colours(3), strict=True):
        predicted, found = results[f"{name}.predicted"], results[f"{name}.found"]
        each.plot(predicted, found, "o", color=colour, markersize=3.5, alpha=0.7)
        ends = [min(predicted.min(), found.min()), max(predicted.max(), found.max())]
        each.plot(ends, ends, color=figures.muted(), linewidth=0.9)
        unit = "nA" if name == "clamped" else "mV"
        each.set(xlabel=f"predicted peak, {unit}", title=f"{_WORDS[name]}, {results[f'{name}.peak.{total}']:.2f}")
    axes[0].set_ylabel("peak of the full model")
    return figure


def draw_scores(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw R^2 of the two-layer model and of the mere number of synapses, and the branch curve."""
    figure, (left, right) = figures.new_figure(9.6, 3.6, 1, 2, width_ratios=(1, 1.6))
    for name, colour in zip(_CELLS, figures.category_colours(3), strict=True):
        curve = results[f"{name}.curve"]
        left.plot(results["alone"], curve / curve.max(), color=colour, label=_WORDS[name])
    left.set(xlabel="synapses on one branch", ylabel="peak over its largest")
    left.legend(fontsize=8, loc="lower right")
    rows = [(name, kind, int(total)) for name in _CELLS for kind in ("peak", "area") for total in results["totals"]]
    places, (blue, red) = np.arange(len(rows)), figures.category_colours(2)
    scores = [results[f"{name}.{kind}.{total}"] for name, kind, total in rows]
    linear = [results[f"{name}.{kind}.{total}.linear"] for name, kind, total in rows]
    right.bar(places - 0.2, scores, 0.38, color=blue, label="two layers")
    right.bar(places + 0.2, linear, 0.38, color=red, label="number of synapses")
    right.set(ylabel="R²", xticks=places, ylim=(0, 1.25))
    right.set_xticklabels([f"{name}, {kind}, to {total}" for name, kind, total in rows], fontsize=7, rotation=90)
    right.legend(fontsize=8, loc="upper right", ncols=2)
    return figure


def _check(name: str, total: int, kind: str, expected: float) -> Check:
    return Check(
        f"{name}-{kind}-{total}",
        f"R² of the two-layer prediction: {_WORDS[name]}, {kind}, 10 to {total} synapses.",
        Near(expected, 0.05),
        lambda results: float(results[f"{name}.{kind}.{total}"]),
        _OURS,
        scales=FULL,
        remark="Which parameter the Dirichlet distribution of those runs had is not recorded; 0.5 was chosen here "
        "before measuring. The more even the patterns, the fewer branches make spikes, and the less there is to "
        "predict beyond the number of synapses.",
    )


SECTION = Section(
    settings={"smoke": Settings(patterns=12, totals=(40,), duration=60.0), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "exact",
            "With the soma held at rest branches are independent: R² of the two-layer prediction of the charge that "
            "enters the soma.",
            AtLeast(0.9999),
            lambda results: float(results["clamped.area.40"]),
            basis.theory("superposition: branches meet at a voltage that is held"),
            on="two-layer",
        ),
        Check(
            "large",
            "In a neuron with a large soma and trunk two layers predict peak and area at the soma (R², 10 to 40 "
            "synapses).",
            AtLeast(0.9),
            lambda results: [float(results["large.peak.40"]), float(results["large.area.40"])],
            basis.ours(),
            on="two-layer",
            scales=FULL,
            remark="It hangs on how many of the patterns come near threshold: with seed 0 both are above, with seed 1 "
            "they are at 0.86 and 0.898.",
        ),
        Check(
            "better",
            "There they predict better than the number of synapses does (difference of R², peak and area).",
            AtLeast(0.1),
            lambda results: [
                float(results[f"large.{kind}.40"] - results[f"large.{kind}.40.linear"]) for kind in ("peak", "area")
            ],
            basis.ours(),
            on="two-layer",
            scales=FULL,
        ),
        Check(
            "small",
            "In the small schematic neuron with many inputs, too (R², peak and area, 10 to 80 synapses).",
            AtLeast(0.9),
            lambda results: [float(value) for value in results["many"]],
            basis.ours(),
            on="two-layer",
            scales=FULL,
            remark="It fails there: 10 to 20 mV of depolarisation at the soma reach all branches and lower their "
            "thresholds, so that branches are no longer independent.",
        ),
        *(
            _check(name, total, kind, values[column])
            for (name, total), values in _RUNS.items()
            for column, kind in enumerate(("peak", "area"))
            if (name, kind) != ("clamped", "area")
        ),
        Check(
            "spike",
            "Peak at the soma of the large neuron by 24 synapses on one branch, in mV: that of recorded NMDA spikes.",
            Between(4.4, 7.4),
            lambda results: float(results["large.curve"][24]),
            basis.paper("Schiller et al. 2000, abstract"),
            on="soma",
            expected="5.9 +- 1.5 mV",
        ),
    ),
    holds=lambda: {
        **{f"{name}.peak.{total}": values[0] for (name, total), values in _RUNS.items()},
        **{f"{name}.area.{total}": values[1] for (name, total), values in _RUNS.items()},
        **{f"{name}.{kind}.{total}.linear": 0.5 for name, total in _RUNS for kind in ("peak", "area")},
        "many": np.array([0.95, 0.95]),
        "large.curve": np.full(81, 5.9),
    },
    breaks={
        "exact": {"clamped.area.40": 0.99},
        "large": {"large.area.40": 0.8},
        "better": {"large.peak.40.linear": 0.94},
        "small": put("many", 0.5, 1),
        **{
            f"{name}-{kind}-{total}": {f"{name}.{kind}.{total}": 0.3}
            for name, total in _RUNS
            for kind in ("peak", "area")
            if (name, kind) != ("clamped", "area")
        },
        "spike": put("large.curve", 12.0),
    },
    figures=(
        Figure(
            "prediction",
            "Peak of the full model against the two-layer prediction, random patterns of 10 to 40 synapses on eight "
            "branches; above, R². With the soma held (left; current into it) branches are independent.",
            draw_prediction,
        ),
        Figure(
            "scores",
            "The branch curve (left), and R² of the two-layer prediction and of the mere number of synapses (right). "
            "In the small schematic neuron with up to 80 synapses the number of synapses predicts better.",
            draw_scores,
        ),
    ),
)
