"""A robot that learns to avoid walls and obstacles from its range finders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.behaviour import ClosedLoop, ObstacleArena, ticks
from bouton.engine import Copies
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers._seeds import random_key
from bouton.report import figures
from bouton.report.arenas import draw_way

__all__ = ["SECTION"]

CASES = {"no learning": ("ICO", 0.0), "ICO, 1e-5": ("ICO", 1e-5), "ICO, 1e-4": ("ICO", 1e-4),
         "ISO, 1e-6": ("ISO", 1e-6), "ISO, 1e-5": ("ISO", 1e-5)}  # fmt: skip
FULL = ("laptop", "paper")
_BINS, _SETTLING = 10, 2000
_OURS = basis.ours("chosen before measuring, from runs of an independent program of the same task")


@dataclass(frozen=True)
class Settings:
    """Steps and robots."""

    steps: int = 100_000
    robots: int = 6


def _lived(rule: Any, rate: float, settings: Settings, seed: int, group: int) -> dict[str, np.ndarray]:
    """Return collisions per 10,000 steps by bin and robot, the way travelled, and positions of the first robot."""

    def loop(own_rate: float) -> Copies:
        return Copies(ClosedLoop(ObstacleArena.agent(rule, own_rate), ObstacleArena()), settings.robots)

    key, record = random_key(seed, group), {"reward": 1, "world.pose.position": 10, "world.travelled": 100}
    settled = bouton.run(loop(0.0), ticks(_SETTLING, settings.robots), key=key, record=record)
    events = ticks(settings.steps - _SETTLING, settings.robots)
    run = bouton.run(loop(rate), events, key=key, state=settled.state, first_step=_SETTLING, record=record)
    whole = {name: np.concatenate([part.recordings[name].values for part in (settled, run)]) for name in record}
    per_bin = settings.steps // _BINS
    collisions = -whole["reward"].reshape(_BINS, per_bin, settings.robots).sum(axis=1)
    travelled = whole["world.travelled"][per_bin // 100 - 1 :: per_bin // 100]
    place = whole["world.pose.position"][:, 0]
    return {
        "collisions": collisions * 10_000 / per_bin,
        "travelled": np.diff(travelled, axis=0, prepend=0.0) * 10_000 / per_bin,
        "way": np.stack([place[: len(place) // _BINS], place[-(len(place) // _BINS) :]]),
    }


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return what robots of each case went through."""
    return {name: _lived(*case, settings, seed, number) for number, (name, case) in enumerate(CASES.items(), 30)}


def _collisions(results: Mapping[str, Any], case: str) -> np.ndarray:
    return results[case]["collisions"].mean(axis=1)


def draw_collisions(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the mean number of collisions against time."""
    figure, axes = figures.new_figure(6.4, 3.6)
    for case, colour in zip(CASES, figures.category_colours(len(CASES)), strict=True):
        axes.plot(np.arange(_BINS) + 0.5, _collisions(results, case), "o-", markersize=3, color=colour, label=case)
    axes.set(xlabel="tenth of the time", ylabel="collisions per 10,000 steps", xlim=(0, _BINS), ylim=(-1, None))
    axes.legend(fontsize=8, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    return figure


def draw_ways(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the way of one robot by ICO in the first and in the last tenth of the time, coloured by time."""
    figure, axes = figures.new_figure(7.0, 2.8, columns=2)
    ways = results["ICO, 1e-4"]["way"]
    for axis, way, title in zip(axes, ways, ("first tenth", "last tenth"), strict=True):
        draw_way(way, obstacles=ObstacleArena().obstacles, axes=axis)
        axis.set_title(title)
    return figure


def _made_up() -> dict[str, Any]:
    levels = {"no learning": np.full(10, 40.0), "ICO, 1e-5": np.array([25.0, 3, 2, 1, 1, 1, 1, 0, 0, 0]),
              "ICO, 1e-4": np.array([10.0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), "ISO, 1e-6": np.linspace(38, 10, 10),
              "ISO, 1e-5": np.array([26.0, 8, 11, 20, 26, 28, 30, 32, 33, 34])}  # fmt: skip
    return {
        case: {"collisions": np.stack([level, level], axis=1), "travelled": np.full((10, 2), 7000.0)}
        for case, level in levels.items()
    }


def _broken(case: str, name: str, value: Any) -> Any:
    return lambda results: {case: dict(results[case]) | {name: np.full((_BINS, 2), float(value))}}


SECTION = Section(
    settings={"smoke": Settings(20_000, 2), "laptop": Settings(), "paper": Settings(robots=20)},
    measure=measure,
    checks=(
        Check(
            "untrained",
            "Collisions per 10,000 steps without learning, in each tenth of the time.",
            Between(30.0, 50.0),
            lambda results: [float(value) for value in _collisions(results, "no learning")],
            _OURS,
            scales=FULL,
        ),
        Check(
            "ico",
            "The same by ICO at a rate of 1e-4, in each of the last five tenths.",
            AtMost(2.0),
            lambda results: [float(value) for value in _collisions(results, "ICO, 1e-4")[5:]],
            _OURS,
            on="ico",
            scales=FULL,
        ),
        Check(
            "still-moves",
            "Way travelled per 10,000 steps by ICO at a rate of 1e-4, least of all tenths: it has not learned to stand "
            "still.",
            AtLeast(6000.0),
            lambda results: float(results["ICO, 1e-4"]["travelled"].mean(axis=1).min()),
            _OURS,
            on="ico",
            scales=FULL,
        ),
        Check(
            "iso-learns",
            "ISO at a rate of 1e-6: collisions in the last tenth.",
            AtMost(20.0),
            lambda results: float(_collisions(results, "ISO, 1e-6")[-1]),
            _OURS,
            on="robot",
            scales=FULL,
        ),
        Check(
            "iso-improves",
            "ISO at a rate of 1e-5: collisions in the second tenth.",
            AtMost(15.0),
            lambda results: float(_collisions(results, "ISO, 1e-5")[1]),
            _OURS,
            on="robot",
            scales=FULL,
        ),
        Check(
            "iso-relapses",
            "ISO at a rate of 1e-5: mean collisions in the last three tenths; its weights do not stabilise there.",
            AtLeast(20.0),
            lambda results: float(_collisions(results, "ISO, 1e-5")[-3:].mean()),
            _OURS,
            on="ico",
            scales=FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "untrained": _broken("no learning", "collisions", 12),
        "ico": _broken("ICO, 1e-4", "collisions", 5),
        "still-moves": _broken("ICO, 1e-4", "travelled", 900),
        "iso-learns": _broken("ISO, 1e-6", "collisions", 33),
        "iso-improves": _broken("ISO, 1e-5", "collisions", 33),
        "iso-relapses": _broken("ISO, 1e-5", "collisions", 3),
    },
    figures=(
        Figure(
            "collisions",
            "Collisions per 10,000 steps, means of all robots. Look at how fast ICO learns, and at ISO at the middle "
            "rate: "
            "it improves, then relapses.",
            draw_collisions,
        ),
        Figure(
            "ways",
            "Way of one robot that learns by ICO, dark to light in time, among obstacles. Afterwards it turns before "
            "it "
            "touches.",
            draw_ways,
        ),
    ),
    circuits=lambda settings: [ObstacleArena.agent(rule, 1e-5) for rule in ("ICO", "ISO")],
)
