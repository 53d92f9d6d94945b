"""A longer signal: three seconds, with the working memory and without."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.behaviour import ReservoirNetwork, RewardLearning, WorkingMemory
from bouton.data import long_signal
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.reservoir_working_memory._common import backbone, memory_current, practised, scores
from bouton.plasticity import LearningRate
from bouton.report import figures

__all__ = ["SECTION"]

FULL = ("laptop", "paper")
_RUNS = basis.ours("from a run of an independent program with other random numbers, one network")


@dataclass(frozen=True)
class Settings:
    """Units, steps of the period, periods after which there is a test, periods of a test, whether there is a sheet."""

    units: int = 1000
    steps: int = 3000
    schedule: tuple[int, ...] = (10, 30, 60, 100)
    tests: int = 3
    sheet: bool = True


def _learning(settings: Settings) -> RewardLearning:
    # The rate falls as much in a period as it does in one of the short signal.
    return RewardLearning(learning_rate=LearningRate(5e-4, 1 / (20 * settings.steps)))


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return scores of both conditions, and the last test periods."""
    target, learning = long_signal(settings.steps), _learning(settings)
    if settings.sheet:
        current = memory_current(WorkingMemory(), settings.steps, settings.units, random_key(seed, 1))
    else:
        current = backbone(settings.steps, settings.units, generator(seed, 1))
    found, shown = {}, {}
    for name, given, noise in (("with", current, 0.05), ("without", None, 0.0)):
        network = ReservoirNetwork(settings.units, learning=learning, input_noise=noise)
        key = random_key(seed, 30)
        outputs = practised(network, target, given, settings.schedule, settings.tests, key)[1]
        for what, values in scores(outputs, target).items():
            found.setdefault(what, {})[name] = values
        shown[name] = outputs[-1, -1, :, 0]
    return {"periods": np.array(settings.schedule), "target": target, "shown": shown, **found}


def networks(settings: Settings) -> tuple[ReservoirNetwork, ...]:
    """Return the network with a working memory."""
    return (ReservoirNetwork(settings.units, learning=_learning(settings), input_noise=0.05),)


def _after(results: Mapping[str, Any], what: str, periods: int) -> float:
    return float(results[what]["with"][list(results["periods"]).index(periods)])


def draw(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the last test period of both conditions, and the error at the given phase against practice."""
    figure, axes = figures.new_figure(7.4, 2.8, columns=2, width_ratios=(2, 1))
    colours = figures.category_colours(2)
    axes[0].plot(results["target"], color=figures.muted(), linestyle="--", linewidth=1.2, label="target")
    for (name, output), colour in zip(results["shown"].items(), colours, strict=True):
        axes[0].plot(output, color=colour, linewidth=1.2, label=f"{name} working memory")
        axes[1].plot(results["periods"], results["in_phase"][name], "o-", color=colour, markersize=3)
    axes[0].set(xlabel="time (ms)", ylabel="output")
    axes[0].legend(fontsize=8, ncols=3, **figures.ABOVE)
    axes[1].set(xlabel="periods of practice", ylabel="error in phase", yscale="log")
    return figure


def _made_up() -> dict[str, Any]:
    made = {"correlation": ([0.94, 0.99, 1.0, 1.0], 0.93), "in_phase": ([0.4, 0.008, 0.003, 0.002], 0.5)}
    return {"periods": np.array([10, 30, 60, 100])} | {
        name: {"with": np.array(good), "without": np.full(4, bad)} for name, (good, bad) in made.items()
    }


def _changed(what: str, condition: str, place: int, value: float) -> Any:
    return lambda results: {what: dict(results[what]) | put(condition, value, place)(results[what])}


SECTION = Section(
    settings={
        "smoke": Settings(200, 1000, (10, 20), 2, sheet=False),
        "laptop": Settings(),
        "paper": Settings(steps=10_000, schedule=(10, 30, 60, 100, 200, 400), tests=50),
    },
    measure=measure,
    checks=(
        Check(
            "early",
            "Correlation with the target after 10 periods with a working memory, phase forgiven.",
            AtLeast(0.9),
            lambda results: _after(results, "correlation", 10),
            _RUNS,
            on="as-force",
            scales=("laptop",),
        ),
        Check(
            "late",
            "The same after 30 periods.",
            AtLeast(0.98),
            lambda results: _after(results, "correlation", 30),
            _RUNS,
            on="as-force",
            remark="Networks differ widely with 30 periods of practice; after 100 all is well.",
            scales=("laptop",),
        ),
        Check(
            "in-phase",
            "Mean squared error at the given phase after 30 periods.",
            AtMost(0.02),
            lambda results: _after(results, "in_phase", 30),
            _RUNS,
            on="as-force",
            remark="Networks differ widely with 30 periods of practice; after 100 all is well.",
            scales=("laptop",),
        ),
        Check(
            "slips",
            "The same without a working memory, after the last test, over that with one.",
            AtLeast(3.0),
            lambda results: float(results["in_phase"]["without"][-1] / results["in_phase"]["with"][-1]),
            _RUNS,
            on="facilitates",
            scales=FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "early": _changed("correlation", "with", 0, 0.8),
        "late": _changed("correlation", "with", 1, 0.9),
        "in-phase": _changed("in_phase", "with", 1, 0.5),
        "slips": _changed("in_phase", "without", -1, 0.001),
    },
    figures=(
        Figure(
            "signals",
            "Left: the last test period, with a working memory and without, over the target. Right: mean squared error "
            "at the given phase against practice.",
            draw,
        ),
    ),
    circuits=networks,
)
