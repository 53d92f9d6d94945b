"""A robot that learns to turn to food that it hears: by no rule, ICO, ISO and ISO3, and over learning rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.behaviour import ClosedLoop, FoodArena, ticks
from bouton.engine import Copies
from bouton.errors import Diverged
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.report import figures
from bouton.report.arenas import draw_way

__all__ = ["SECTION"]

RULES = ("none", "ICO", "ISO", "ISO3")
FULL = ("laptop", "paper")
_BINS = 10
_OURS = basis.ours("chosen before measuring, from runs of an independent program of the same task")


@dataclass(frozen=True)
class Settings:
    """Steps, robots, and the robots and learning rates of the sweep."""

    steps: int = 100_000
    robots: int = 20
    rates: tuple[float, ...] = (1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3)
    swept: int = 8


def _eaten(rule: Any, rate: float, robots: int, steps: int, seed: int, group: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the disks that each robot eats per 10,000 steps, by bin, and the way of the first one."""
    agent = FoodArena.agent("ICO" if rule == "none" else rule, 0.0 if rule == "none" else rate)
    loop = Copies(ClosedLoop(agent, FoodArena()), robots)
    run = bouton.run(
        loop,
        ticks(steps, robots),
        key=random_key(seed, group),
        record={"reward": 1, "world.pose.position": 10},
    )
    rewards = run.recordings["reward"].values.reshape(_BINS, -1, robots)
    eaten = rewards.sum(axis=1) * 10_000 / rewards.shape[1]
    return eaten, run.recordings["world.pose.position"].values[:, 0]


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the disks eaten by each rule, bin and robot, ways of single robots, and the sweep over learning rates."""
    eaten, ways = {}, {}
    for number, rule in enumerate(RULES):
        eaten[rule], way = _eaten(rule, 1e-4, settings.robots, settings.steps, seed, 10 + number)
        ways[rule] = np.stack([way[: len(way) // _BINS], way[-(len(way) // _BINS) :]])
    swept = [[_late_level(rule, rate, settings, seed) for rate in settings.rates] for rule in RULES[1:]]
    return {"eaten": eaten, "ways": ways, "rates": np.array(settings.rates), "swept": np.array(swept)}


def _late_level(rule: str, rate: float, settings: Settings, seed: int) -> float:
    """Return the disks eaten in the second half of the time; NaN where the weights grew beyond all bounds."""
    try:
        return float(_eaten(rule, rate, settings.swept, settings.steps, seed, 20)[0][_BINS // 2 :].mean())
    except Diverged:
        return float("nan")


def _late(results: Mapping[str, Any], rule: str) -> float:
    return float(results["eaten"][rule][_BINS // 2 :].mean())


def draw_eaten(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the mean number of disks eaten against time, with twice its standard error."""
    figure, axes = figures.new_figure(6.4, 3.6)
    place = np.arange(_BINS) + 0.5
    for rule, colour in zip(RULES, figures.category_colours(len(RULES)), strict=True):
        eaten = results["eaten"][rule]
        error = 2 * eaten.std(axis=1) / np.sqrt(eaten.shape[1])
        axes.fill_between(place, eaten.mean(axis=1) - error, eaten.mean(axis=1) + error, color=colour, alpha=0.2, lw=0)
        axes.plot(place, eaten.mean(axis=1), color=colour, label="no learning" if rule == "none" else rule)
    axes.set(xlabel="tenth of the time", ylabel="disks eaten per 10,000 steps", xlim=(0, _BINS), ylim=(0, None))
    axes.legend(fontsize=8, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    return figure


def draw_ways(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the way of one robot by ICO in the first and in the last tenth of the time, coloured by time."""
    figure, axes = figures.new_figure(7.0, 2.8, columns=2)
    for axis, way, title in zip(axes, results["ways"]["ICO"], ("first tenth", "last tenth"), strict=True):
        draw_way(way, axes=axis)
        axis.set_title(title)
    return figure


def draw_rates(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw what is eaten in the second half of the time against the learning rate."""
    figure, axes = figures.new_figure(6.0, 3.4)
    for rule, eaten, colour in zip(RULES[1:], results["swept"], figures.category_colours(4)[1:], strict=True):
        axes.plot(results["rates"], eaten, "o-", color=colour, label=rule)
    axes.axhline(_late(results, "none"), color=figures.muted(), linestyle="--", label="no learning")
    axes.set(xscale="log", xlabel="learning rate", ylabel="disks eaten per 10,000 steps", ylim=(0, None))
    axes.legend(fontsize=8, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    return figure


def _made_up() -> dict[str, Any]:
    levels = {"none": 3.0, "ICO": 14.0, "ISO": 3.0, "ISO3": 14.0}
    eaten = {rule: np.full((_BINS, 4), level) for rule, level in levels.items()}
    eaten["ISO"][2] = 9.0
    return {"eaten": eaten, "swept": np.array([[3.0, 15.0, 0.0]] * 3)}


def _broken(rule: str, value: float) -> Any:
    return lambda results: {"eaten": dict(results["eaten"]) | {rule: np.full((_BINS, 4), value)}}


SECTION = Section(
    settings={
        "smoke": Settings(20_000, 2, (1e-5, 1e-4), 2),
        "laptop": Settings(),
        "paper": Settings(robots=100, swept=20),
    },
    measure=measure,
    checks=(
        Check(
            "untrained",
            "Disks eaten per 10,000 steps without learning, in the second half of the time.",
            Between(1.5, 4.5),
            lambda results: _late(results, "none"),
            _OURS,
            scales=FULL,
        ),
        Check(
            "ico",
            "The same by ICO.",
            AtLeast(10.0),
            lambda results: _late(results, "ICO"),
            _OURS,
            on="ico",
            scales=FULL,
        ),
        Check(
            "iso3",
            "The same by ISO3.",
            AtLeast(10.0),
            lambda results: _late(results, "ISO3"),
            _OURS,
            on="relevance",
            scales=FULL,
        ),
        Check(
            "iso",
            "The same by ISO: without the third factor the skill is lost.",
            AtMost(6.0),
            lambda results: _late(results, "ISO"),
            _OURS,
            on="relevance",
            scales=FULL,
        ),
        Check(
            "relapse",
            "ISO: its late level less that of its best tenth of the time.",
            AtMost(-1.0),
            lambda results: _late(results, "ISO") - float(results["eaten"]["ISO"].mean(axis=1).max()),
            _OURS,
            on="relevance",
            scales=FULL,
        ),
        Check(
            "too-fast",
            "At the highest learning rate every rule over-steers: disks eaten, over those at its best rate (ICO, "
            "ISO3).",
            AtMost(0.5),
            lambda results: [float(eaten[-1] / eaten.max()) for eaten in results["swept"][[0, 2]]],
            _OURS,
            scales=FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "untrained": _broken("none", 8.0),
        "ico": _broken("ICO", 6.0),
        "iso3": _broken("ISO3", 6.0),
        "iso": _broken("ISO", 9.0),
        "relapse": _broken("ISO", 3.0),
        "too-fast": put("swept", 14.0, (0, -1)),
    },
    figures=(
        Figure(
            "eaten",
            "Disks of food eaten per 10,000 steps, means of all robots with two standard errors. Look at ISO: it "
            "learns, "
            "then destroys what it has learned; with the third factor, and by input correlations, the skill stays.",
            draw_eaten,
        ),
        Figure(
            "ways",
            "Way of one robot that learns by ICO, dark to light in time. Before learning it goes straight on; "
            "afterwards it "
            "turns towards what it hears.",
            draw_ways,
        ),
        Figure(
            "rates",
            "Disks eaten in the second half of the time against the learning rate. Too high a rate over-steers: the "
            "robot circles around the food. Where a point is missing, the weights grew beyond all bounds.",
            draw_rates,
        ),
    ),
    circuits=lambda settings: [FoodArena.agent(rule, 1e-4) for rule in ("ICO", "ISO", "ISO3")],
)
