"""Single neurons and the mesoscopic model side by side: fixed points, rates, and how often the stronger one changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib.figure
import numpy as np

from bouton.dynamics import AgeBins, fixed_points
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers.neulvm._common import FULL, RATES
from bouton.recordings import (
    MesoscopicNetwork,
    MicroscopicNetwork,
    rates_when_ahead,
    simulate_mesoscopic,
    simulate_microscopic,
    switch_count,
    winner_take_all,
)
from bouton.report import figures

__all__ = ["SECTION"]

_SCHEMES: tuple[tuple[Literal["exp", "euler"], float], ...] = (("exp", 4.0), ("euler", 4.0), ("exp", 1.0))
_NAMES = ["neurons", *(f"{scheme}, {step:g} ms" for scheme, step in _SCHEMES)]
_OWN = basis.ours("from three other runs of the same equations, 200 s each")
_SHOWN = 20_000.0


@dataclass(frozen=True)
class Settings:
    """Seconds of each run, and the step of single neurons in ms."""

    seconds: float = 200.0
    time_step: float = 0.2
    schemes: int = 3


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return mean-field fixed points, and of each run rates, switches and the spread of counts."""
    populations = winner_take_all()
    points = fixed_points(populations, [[20.0, 5.0, 25.0], [5.0, 20.0, 25.0], [12.0, 12.0, 24.0]])
    n_bins = round(1e3 * settings.seconds / 4)
    neurons = simulate_microscopic(MicroscopicNetwork(populations, settings.time_step, RATES), n_bins, seed).fractions
    runs = [(4.0, neurons)]
    for scheme, step in _SCHEMES[: settings.schemes]:
        network = MesoscopicNetwork(populations, AgeBins(step, 4.0, round(1000 / step), scheme), RATES)
        runs.append((step, simulate_mesoscopic(network, round(n_bins * 4 / step), seed).fractions))
    return {
        "points": points,
        "rates": np.array([rates_when_ahead(run, step) for step, run in runs]),
        "switches": np.array([switch_count(run, step) for step, run in runs]),
        "spread": neurons.std(axis=0) * np.array(populations.sizes),
        "neurons": _smooth(neurons, 4.0),
        "mesoscopic": _smooth(runs[1][1], 4.0),
        "exact": points[0],
    }


def _smooth(fractions: np.ndarray, step: float) -> np.ndarray:
    """Return rates of the first seconds in boxes of 40 ms."""
    boxes = round(40 / step)
    shown = fractions[: int(_SHOWN / step) // boxes * boxes]
    return shown.reshape(-1, boxes, 3).mean(axis=1) / (1e-3 * step)


def draw_runs(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the first seconds of both kinds of network."""
    figure, panels = figures.new_figure(7.6, 4.4, 2, 1, sharex=True, sharey=True)
    for axes, name, title in zip(
        panels, ("neurons", "mesoscopic"), ("1,000 neurons", "mesoscopic model, bins of 4 ms"), strict=True
    ):
        times = 0.04 * np.arange(len(results[name]))
        for rates, colour, label in zip(
            results[name].T, figures.category_colours(3), ("first", "second", "inhibitory"), strict=True
        ):
            axes.plot(times, rates, color=colour, linewidth=0.9, label=label)
        axes.set(title=title, ylabel="rate / Hz")
    panels[1].set_xlabel("time / s")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure


def draw_rates(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the rates of the stronger, the weaker and the inhibitory population by kind of run."""
    figure, (left, right) = figures.new_figure(7.6, 3.4, 1, 2, width_ratios=(1.5, 1.0))
    names = _NAMES[: len(results["rates"])]
    places = np.arange(len(names))
    for rates, exact, colour, label in zip(
        results["rates"].T, results["exact"], figures.category_colours(3), ("stronger", "weaker", "inhibitory"),
        strict=True,
    ):  # fmt: skip
        left.plot(places, rates, "o", color=colour, label=label)
        left.axhline(exact, color=colour, linewidth=0.8, linestyle=(0, (4, 3)))
    left.set_xticks(places, names, rotation=20)
    left.set(ylabel="rate / Hz", ylim=(0, None))
    left.legend(fontsize=8, loc="center right")
    right.bar(places, results["switches"], color=figures.muted())
    right.set_xticks(places, names, rotation=20)
    right.set_ylabel("switches")
    return figure


def _gap(results: Mapping[str, Any], row: int) -> float:
    return float(results["rates"][row, 0] - results["rates"][row, 1])


def _rate(column: int) -> Any:
    return lambda results: float(results["rates"][0, column])


SECTION = Section(
    settings={"smoke": Settings(4.0, 2.0, 1), "laptop": Settings(), "paper": Settings(600.0)},
    measure=measure,
    checks=(
        Check(
            "fixed-point",
            "Mean-field rates of the stronger, the weaker and the inhibitory population, in Hz: largest distance from "
            "the exact solution.",
            AtMost(1e-3),
            lambda results: float(np.max(np.abs(results["points"][0] - [19.5991, 5.4016, 24.5222]))),
            basis.theory("A = F(E + A J / a), solved on a grid of 0.01 ms"),
            on="mesoscopic",
        ),
        Check(
            "saddle",
            "The same of the unstable fixed point between them.",
            AtMost(1e-3),
            lambda results: float(np.max(np.abs(results["points"][-1] - [12.3680, 12.3680, 24.4382]))),
            basis.theory("A = F(E + A J / a), solved on a grid of 0.01 ms"),
            on="mesoscopic",
        ),
        Check("stronger", "Neurons: rate of the stronger population, in Hz.", Near(18.8, 0.4), _rate(0), _OWN,
              on="mesoscopic", scales=FULL),
        Check("weaker", "Neurons: rate of the weaker population, in Hz.", Near(6.05, 0.4), _rate(1), _OWN,
              on="mesoscopic", scales=FULL),
        Check("inhibitory", "Neurons: rate of the inhibitory population, in Hz.", Near(24.5, 0.1), _rate(2), _OWN,
              on="mesoscopic", scales=FULL),
        Check(
            "switches",
            "Neurons: switches in 200 s.",
            Between(12, 36),
            lambda results: float(results["switches"][0]),
            basis.ours("16 to 28 in three other runs; a count of 22 has a spread of 5"),
            on="metastable",
            scales=("laptop",),
        ),
        Check(
            "gap",
            "Mesoscopic, exact relaxation, 4 ms: gap between the stronger and the weaker population, over that of the "
            "neurons.",
            Between(0.75, 1.25),
            lambda results: _gap(results, 1) / _gap(results, 0),
            basis.ours("within a quarter"),
            on="mesoscopic",
            scales=FULL,
        ),
        Check(
            "mesoscopic-switches",
            "Mesoscopic, exact relaxation, 4 ms: number of switches.",
            AtLeast(5),
            lambda results: float(results["switches"][1]),
            basis.ours("that it switches at all"),
            on="metastable",
            scales=FULL,
            remark="It switches several times as often as the neurons do.",
        ),
        Check(
            "euler",
            "With the Euler step of the published program at 4 ms and the true parameters, the model never switches.",
            AtMost(0),
            lambda results: float(results["switches"][2]),
            basis.replication("references/neulvm.py"),
            scales=FULL,
            remark="A shortcoming of the step, not of the model: with exact relaxation it switches. Seen with seed 0: "
            "once in 200 s, against 65 times with exact relaxation.",
        ),
    ),
    holds=lambda: {
        "points": np.array([[19.5991, 5.4016, 24.5222], [5.4016, 19.5991, 24.5222], [12.3680, 12.3680, 24.4382]]),
        "rates": np.array([[18.8, 6.05, 24.5], [17.8, 7.3, 24.6], [22.0, 3.3, 25.2], [18.1, 6.8, 24.6]]),
        "switches": np.array([22, 60, 0, 46]),
    },
    breaks={
        "fixed-point": put("points", 20.0, (0, 0)),
        "saddle": put("points", 13.0, (-1, 0)),
        "stronger": put("rates", 20.0, (0, 0)),
        "weaker": put("rates", 5.0, (0, 1)),
        "inhibitory": put("rates", 25.0, (0, 2)),
        "switches": put("switches", 60, 0),
        "gap": put("rates", 12.0, (1, 1)),
        "mesoscopic-switches": put("switches", 0, 1),
        "euler": put("switches", 4, 2),
    },
    figures=(
        Figure("runs", "Rates of the three populations in boxes of 40 ms; look for the changes of places.", draw_runs),
        Figure(
            "rates",
            "Left: rates by kind of run, over the time at which one population is ahead; dashed, the mean-field fixed "
            "point. Right: how often the stronger population changes. With Euler steps of 4 ms the gap is too large.",
            draw_rates,
        ),
    ),
    circuits=lambda settings: [MesoscopicNetwork(winner_take_all()), MicroscopicNetwork(winner_take_all())],
)  # fmt: skip
