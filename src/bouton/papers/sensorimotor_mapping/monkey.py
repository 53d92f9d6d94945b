"""The learning curve after a reversal, beside the four numbers that are known of monkeys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.behaviour import MONKEY, ChoiceModel, ClosedLoop, ReversalTask, Trials, reaches
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Section, basis
from bouton.papers.sensorimotor_mapping._common import (
    FIRST,
    FULL,
    MANY,
    OURS,
    SMALL,
    WHOLE,
    Sizes,
    curve_of,
    lived,
    loop,
    made_up,
    replace_cell,
    summary,
)
from bouton.report import figures
from bouton.report.reversals import draw_learning_curves

__all__ = ["SECTION"]

_PLACES = (1, 2, 3, 4, 5, 7, 10, 15, 20)
_EXPECTED = (0.004, 0.025, 0.175, 0.304, 0.446, 0.679, 0.754, 0.903, 0.918)
_CHANCE = 0.45
_REPLICATION = basis.replication("references/sensorimotor_mapping.py")
_MONKEY = basis.paper("Fusi et al., Neuron 54:319, 2007, caption of figure 1B; the level that counts is ours")


@dataclass(frozen=True)
class Settings:
    """Sizes of the network and of the task, temperatures, and what else is compared."""

    sizes: Sizes = WHOLE
    temperatures: tuple[float, ...] = (0.05, 0.01)
    yardsticks: tuple[str, ...] = ("two strengths", "table of rewards")


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return learning curves of the network and of two yardsticks, and the responses of one network."""
    sizes, networks = settings.sizes, {}
    for number, temperature in enumerate(settings.temperatures):
        trials = lived(loop(sizes, temperature=temperature), sizes, seed, 100 + number)
        networks[f"T = {temperature:g}"] = summary(trials, sizes)
        if number == 0:
            responses, unchanged = _responses(trials, 0), _unchanged(trials, sizes)
    agents = _agents(sizes, settings.yardsticks)
    yardsticks = {
        name: summary(lived(agents[name], sizes, seed, 110 + number), sizes) for number, name in enumerate(agents)
    }
    return {"networks": networks, "yardsticks": yardsticks, "responses": responses, "unchanged": unchanged}


def _agents(sizes: Sizes, names: tuple[str, ...]) -> dict[str, ClosedLoop]:
    """Return agents that see which image it is, in tasks of their own."""
    shape: dict[str, Any] = {"n_images": sizes.images, "n_inputs": 2}
    task = {"n_reversing": sizes.reversing, "level": 0.5} | shape
    agents = {
        "two strengths": ClosedLoop(ChoiceModel.two_strengths(**shape), ReversalTask(**task)),
        "table of rewards": ClosedLoop(ChoiceModel.tabular(**shape), ReversalTask(error_cost=0.0, **task)),
    }
    return {name: agents[name] for name in names}


def _responses(trials: Trials, image: int, longest: int = 40) -> np.ndarray:
    """Return whether the first network was right, by block and presentation of an image; -1 where there was none."""
    rows = (trials.copy == 0) & (trials.image == image) & (trials.presentation <= longest)
    found = np.full((int(trials.block.max()) + 1, longest), -1)
    found[trials.block[rows], trials.presentation[rows] - 1] = trials.correct[rows]
    return found


def _unchanged(trials: Trials, sizes: Sizes) -> float:
    """Return how often images that do not reverse are responded to correctly; NaN where all do."""
    rows = (trials.image >= sizes.reversing) & (trials.block >= FIRST)
    return float(trials.correct[rows].mean()) if rows.any() else float("nan")


def _main(results: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(results["networks"].values()))


def _at(results: Mapping[str, Any], place: int) -> float:
    return float(_main(results)["correct"][place - 1])


def _trials_until(kept: Mapping[str, Any], level: float) -> int:
    """Return after how many trials since the reversal a curve is at a level; 1000 where it never is."""
    return (reaches(curve_of(kept), level) or 1001) - 1


def draw_curve(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the learning curves of the network and of the two yardsticks."""
    named = {f"network, {name}": kept for name, kept in results["networks"].items()} | dict(results["yardsticks"])
    return draw_learning_curves({name: curve_of(kept) for name, kept in named.items()}, least_number=5)


def draw_responses(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the responses of one network to one image that reverses, block by block."""
    figure, axes = figures.new_figure(6.6, 0.9 + 0.3 * len(results["responses"]))
    right, wrong = figures.category_colours(2)
    for value, colour, marker, name in ((1, right, "o", "correct"), (0, wrong, "x", "wrong")):
        block, place = np.nonzero(results["responses"] == value)
        axes.scatter(place + 1, block, s=22, color=colour, marker=marker, label=name)
    axes.set(
        xlabel="presentation of the image in the block",
        ylabel="block",
        ylim=(len(results["responses"]) - 0.5, -0.5),
        yticks=range(len(results["responses"])),
    )
    axes.legend(ncols=2, fontsize=8, **figures.ABOVE)
    return figure


def _holds() -> dict[str, Any]:
    correct = np.interp(np.arange(1, 26), _PLACES, _EXPECTED)
    monkeys = np.interp(np.arange(1, 26), (1, 3, 15, 25), (0.0, 0.46, 0.85, 0.9))
    return {"networks": {"T = 0.05": made_up(correct=correct), "T = 0.01": made_up(correct=monkeys)}, "unchanged": 0.95}


def _curve(value: float, first: int, last: int) -> Any:
    """Return a change that puts a value at some presentations of the first curve."""

    def change(results: Mapping[str, Any]) -> dict[str, Any]:
        correct = np.array(_main(results)["correct"])
        correct[first - 1 : last] = value
        return replace_cell("networks", "T = 0.05", correct=correct)(results)

    return change


SECTION = Section(
    settings={
        "smoke": Settings(SMALL, (0.05,), ("two strengths",)),
        "laptop": Settings(),
        "paper": Settings(MANY),
    },
    measure=measure,
    checks=(
        Check(
            "old",
            "Proportion correct at the first presentation after the reversal.",
            AtMost(0.10),
            lambda results: _at(results, 1),
            OURS,
            on="old",
        ),
        Check(
            "chance",
            "Presentation at which the proportion correct has reached 0.45.",
            Between(3, 7),
            lambda results: reaches(curve_of(_main(results)), _CHANCE),
            OURS,
            on="forgets",
            scales=FULL,
        ),
        Check(
            "monkeys-chance",
            "At the lower temperature, trials since the reversal until the proportion correct is at 0.45: monkeys need "
            "2 to 3.",
            Between(*MONKEY.forgotten),
            lambda results: _trials_until(results["networks"]["T = 0.01"], _CHANCE),
            _MONKEY,
            on="forgets",
            scales=FULL,
            remark="One trial more than monkeys, as at T = 0.05; a trial earlier the curve is near 0.4.",
        ),
        Check(
            "fifteen",
            "Proportion correct at the 15th presentation.",
            AtLeast(0.80),
            lambda results: _at(results, 15),
            OURS,
            on="learns",
            scales=FULL,
        ),
        Check(
            "monkeys-learned",
            "Trials until the proportion correct has reached 0.80: monkeys need 15 to 20.",
            AtMost(MONKEY.learned[1]),
            lambda results: _trials_until(_main(results), 0.8),
            _MONKEY,
            on="learns",
        ),
        Check(
            "curve",
            f"Proportion correct at presentations {', '.join(map(str, _PLACES))}: largest distance to an independent "
            "program.",
            AtMost(0.10),
            lambda results: max(abs(_at(results, n) - value) for n, value in zip(_PLACES, _EXPECTED, strict=True)),
            _REPLICATION,
            scales=FULL,
        ),
        Check(
            "median",
            "Median length of a block, in trials of all four images.",
            Between(65, 100),
            lambda results: _main(results)["median"],
            OURS,
            on="learns",
            scales=FULL,
        ),
        Check(
            "failed",
            "Share of blocks that do not meet the criterion within 500 trials.",
            AtMost(0.05),
            lambda results: _main(results)["failed"],
            OURS,
            on="learns",
        ),
        Check(
            "small",
            "A network of 40 neurons and one hidden layer, two images: median length of a block.",
            AtMost(80),
            lambda results: _main(results)["median"],
            OURS,
            scales=("smoke",),
        ),
        Check(
            "unchanged",
            "How often images that do not reverse are responded to correctly in the same blocks.",
            AtLeast(0.85),
            lambda results: results["unchanged"],
            basis.ours("chance is 0.5"),
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "old": _curve(0.3, 1, 1),
        "chance": _curve(0.2, 1, 9),
        "monkeys-chance": lambda results: replace_cell("networks", "T = 0.01", correct=np.full(25, 0.2))(results),
        "fifteen": _curve(0.7, 15, 15),
        "monkeys-learned": _curve(0.7, 1, 25),
        "curve": _curve(0.2, 7, 7),
        "median": replace_cell("networks", "T = 0.05", median=150.0),
        "failed": replace_cell("networks", "T = 0.05", failed=0.2),
        "small": replace_cell("networks", "T = 0.05", median=90.0),
        "unchanged": {"unchanged": 0.6},
    },
    figures=(
        Figure(
            "curve",
            "Proportion of correct responses by presentation since the reversal, means of all reversals and networks "
            "with two standard errors. Grey bands: where monkeys are at chance, and where they have learned. Look at "
            "the first presentation, where the response follows the old mapping, and at the crossing of chance. "
            "Beside the network: "
            "two strengths for each image, and a table of predicted rewards.",
            draw_curve,
        ),
        Figure(
            "responses",
            "Responses of one network to one image whose mapping is reversed at the beginning of each block but the "
            "first. Look for a few errors at the beginning of a block, then a mixture, then correct responses.",
            draw_responses,
        ),
    ),
    circuits=lambda settings: [loop(settings.sizes).agent],
)
