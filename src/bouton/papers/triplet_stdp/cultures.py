"""Hippocampal cultures: pairs, triplets and quadruplets of spikes at 1 Hz."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._tables import distances, listed
from bouton.plasticity import protocols, triplet_set
from bouton.report import figures

__all__ = ["SECTION"]

PAIR_TIMES = (-50.0, -20.0, -10.0, -5.0, 5.0, 10.0, 20.0, 50.0)
WINDOW = (-0.0317, -0.0771, -0.1037, -0.1203, 0.2718, 0.2018, 0.1113, 0.0187)
"""Change by 60 pairs at these times from pre to post in ms."""

TRIPLET_INTERVALS = ((5.0, 5.0), (10.0, 10.0), (15.0, 5.0), (5.0, 15.0))
TRIPLETS = {"post": (0.0426, 0.0052, -0.0782, 0.1023), "pre": (0.3576, 0.2038, 0.3247, 0.1080)}
"""Change by 60 triplets with these intervals in ms, by which neuron fires in the middle."""

_NAMES = {"post": "pre-post-pre", "pre": "post-pre-post"}
_EXACT = basis.theory("exact arithmetic over the published parameters")


@dataclass(frozen=True)
class Settings:
    """Step in ms between the points of curves; the protocols are those of the paper at every scale."""

    step: float = 2.0


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Put the hippocampal set under the protocols."""
    lags = np.concatenate([np.arange(-100.0, 0.0, settings.step), np.arange(2.0, 101.0, settings.step)])
    gaps = np.concatenate([np.arange(-100.0, -9.0, settings.step), np.arange(10.0, 101.0, settings.step)])
    with jax.enable_x64(True):
        rule = triplet_set("hippocampus")
        return {
            "pairs": np.asarray(protocols.pairing(rule, PAIR_TIMES, 1.0)),
            "window": np.asarray(protocols.pairing(rule, lags, 1.0)),
            "lags": lags,
            "quadruplets": np.asarray(protocols.quadruplets(rule, gaps)),
            "gaps": gaps,
        } | {
            middle: np.array([float(protocols.triplets(rule, *pair, middle)) for pair in TRIPLET_INTERVALS])
            for middle in ("post", "pre")
        }


def draw_cultures(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the window of pairs, triplets of both kinds and quadruplets."""
    figure, (window, bars, quadruplets) = figures.new_figure(8.8, 3.2, 1, 3, width_ratios=(1.1, 1.2, 1.1))
    colours = figures.category_colours(2)
    lags, gaps = results["lags"], results["gaps"]
    for part in (lags < 0, lags > 0):
        window.plot(lags[part], results["window"][part], color=colours[0])
    window.plot(PAIR_TIMES, WINDOW, "o", color=colours[0], markersize=4)
    window.set(xlabel="from pre to post (ms)", ylabel="change of the weight", title="60 pairs")
    places = np.arange(len(TRIPLET_INTERVALS))
    for shift, (middle, name) in zip((-0.19, 0.19), _NAMES.items(), strict=True):
        bars.bar(places + shift, results[middle], 0.36, color=colours[int(shift > 0)], label=name)
    bars.set_xticks(places, [f"{first:g}, {second:g}" for first, second in TRIPLET_INTERVALS])
    bars.set(xlabel="two intervals (ms)", title="60 triplets", ylim=(-0.12, 0.5))
    bars.legend(fontsize=8, loc="upper right")
    for part in (gaps < 0, gaps > 0):
        quadruplets.plot(gaps[part], results["quadruplets"][part], color=colours[0])
    quadruplets.set(xlabel="from post-pre to pre-post (ms)", title="60 quadruplets")
    for axes in (window, bars, quadruplets):
        axes.axhline(0, color=figures.muted(), linewidth=0.8)
    return figure


SECTION = Section(
    settings=dict.fromkeys(("smoke", "laptop", "paper"), Settings()),
    measure=measure,
    checks=(
        Check(
            "asymmetry",
            "Triplets post-pre-post strengthen much, triplets pre-post-pre hardly change the weight: ratio of the "
            "means over the four intervals.",
            AtLeast(5.0),
            lambda results: results["pre"].mean() / abs(results["post"].mean()),
            basis.ours("strong against weak, in the figure of triplets"),
            on="triplets",
        ),
        Check(
            "pairs",
            "Hippocampal set, 60 pairs at 1 Hz, 50, 20, 10, 5 ms from post to pre, then from pre to post, as distances "
            "from the expected values.",
            AtMost(1e-4),
            lambda results: distances(results["pairs"], WINDOW),
            _EXACT,
            expected=listed(WINDOW),
        ),
        *(
            Check(
                name,
                f"Hippocampal set, 60 triplets {name} at 1 Hz with intervals "
                f"{', '.join(f'({first:g}, {second:g})' for first, second in TRIPLET_INTERVALS)} ms, as distances from "
                "the expected values.",
                AtMost(1e-4),
                lambda results, middle=middle: distances(results[middle], TRIPLETS[middle]),
                _EXACT,
                expected=listed(TRIPLETS[middle]),
            )
            for middle, name in _NAMES.items()
        ),
    ),
    holds=lambda: {"pairs": np.array(WINDOW)} | {middle: np.array(values) for middle, values in TRIPLETS.items()},
    breaks={
        "asymmetry": put("pre", 0.0),
        "pairs": put("pairs", 0.0, 3),
        "pre-post-pre": put("post", 0.0, 0),
        "post-pre-post": put("pre", 0.0, 3),
    },
    figures=(
        Figure(
            "cultures",
            "Hippocampal cultures, by the full set: pairs at 1 Hz, with the expected values as dots; triplets of the "
            "two kinds at four pairs of intervals; quadruplets of a post-pre and a pre-post pair, each of 5 ms.",
            draw_cultures,
        ),
    ),
)
