"""FORCE in the same network, without a working memory and with all noises: what the local rule is held against."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.behaviour import ForceLearning, ReservoirNetwork, practice
from bouton.data import short_signal
from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.reservoir_working_memory._common import practised, scores, tested
from bouton.report import figures

__all__ = ["SECTION"]

FULL = ("laptop", "paper")
_RUNS = basis.ours("from runs of an independent program with other random numbers")


@dataclass(frozen=True)
class Settings:
    """Units, networks, periods after which there is a test, periods of a test."""

    units: int = 1000
    networks: int = 3
    schedule: tuple[int, ...] = (1, 2, 5, 10, 20)
    tests: int = 5


def _network(settings: Settings) -> ReservoirNetwork:
    return ReservoirNetwork(settings.units, learning=ForceLearning())


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return correlations (networks, points) under noise, those without noise at the end, and lengths of weights."""
    target, noisy, quiet, shown = short_signal(), [], [], None
    for number in range(settings.networks):
        key = random_key(seed, 10, number)
        state, outputs = practised(_network(settings), target, None, settings.schedule, settings.tests, key)
        noisy.append(scores(outputs, target)["correlation"])
        frozen = practice(target, settings.units, learning=False)
        still = replace(_network(settings), rate_noise=0.0, exploration=0.0)
        # The noise that the state has taken over fades in the first period.
        without = tested(still, state, frozen, settings.tests, key)[1][1:]
        quiet.append(float(scores(without, target)["correlation"]))
        shown = outputs[[0, -1], -1, :, 0] if shown is None else shown
    return {
        "periods": np.array(settings.schedule),
        "correlation": np.array(noisy),
        "without_noise": np.array(quiet),
        "shown": shown,
        "target": target,
    }


def networks(settings: Settings) -> tuple[ReservoirNetwork, ...]:
    """Return the network."""
    return (_network(settings),)


def draw(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw correlation against practice, and the last test period at the first and at the last point."""
    figure, axes = figures.new_figure(7.4, 2.8, columns=2)
    colours = figures.category_colours(2)
    axes[0].plot(results["periods"], results["correlation"].T, color=colours[0], alpha=0.4, linewidth=0.8)
    axes[0].plot(results["periods"], results["correlation"].mean(axis=0), "o-", color=colours[0], markersize=3)
    axes[0].set(xlabel="periods of practice", ylabel="correlation", xscale="log")
    axes[0].set_xticks(list(results["periods"]), [f"{tick:g}" for tick in results["periods"]])
    axes[0].minorticks_off()
    axes[1].plot(results["target"], color=figures.muted(), linestyle="--", label="target")
    for output, point, colour in zip(results["shown"], (0, -1), colours[::-1], strict=True):
        number = int(results["periods"][point])
        axes[1].plot(output, color=colour, linewidth=1.2, label=f"after {number} period{'s' * (number > 1)}")
    axes[1].set(xlabel="time (ms)", ylabel="output")
    axes[1].legend(fontsize=8, ncols=3, **figures.ABOVE)
    return figure


def _made_up() -> dict[str, Any]:
    return {
        "periods": np.array([1, 2, 5, 10, 20]),
        "correlation": np.tile([0.6, 0.8, 0.95, 0.99, 0.998], (3, 1)),
        "without_noise": np.array([0.9999] * 3),
    }


SECTION = Section(
    settings={
        "smoke": Settings(200, 1, (2, 20), 2),
        "laptop": Settings(),
        "paper": Settings(networks=5, schedule=(10, 20, 30, 40, 50, 100, 200, 400), tests=50),
    },
    measure=measure,
    checks=(
        Check(
            "as-well",
            "Correlation under noise after 20 periods of FORCE, mean over networks: what the local rule reaches with "
            "a working memory after 100.",
            AtLeast(0.99),
            lambda results: results["correlation"].mean(axis=0)[list(results["periods"]).index(20)],
            _RUNS,
            on="as-force",
            scales=FULL,
        ),
        Check(
            "without-noise",
            "Correlation of each network where noise is switched off after practice.",
            AtLeast(0.999),
            lambda results: results["without_noise"],
            _RUNS,
            on="as-force",
            scales=FULL,
        ),
        Check(
            "small",
            "With 200 units, correlation after 20 periods.",
            AtLeast(0.9),
            lambda results: results["correlation"][:, -1],
            _RUNS,
            scales=("smoke",),
        ),
    ),
    holds=_made_up,
    breaks={
        "as-well": put("correlation", 0.9, (..., -1)),
        "without-noise": put("without_noise", 0.99, 0),
        "small": put("correlation", 0.8, (..., -1)),
    },
    figures=(
        Figure(
            "learning",
            "Left: correlation with the target against practice by FORCE, with all noises; thin lines are single "
            "networks. Right: the last test period of one network over the target.",
            draw,
        ),
    ),
    circuits=networks,
)
