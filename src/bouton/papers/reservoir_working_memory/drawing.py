"""Digits drawn by one network: which one, the working memory is told by a cue before the drawing begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

import bouton
from bouton.behaviour import ReservoirNetwork, WorkingMemory, memory_projection, practice, remember, square_cue
from bouton.data import digit_stroke
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.reservoir_working_memory._common import tested
from bouton.report import figures

__all__ = ["SECTION"]

FULL = ("laptop", "paper")
_CUE_STEPS = 100
_NAMES = {"with": "working memory", "cue alone": "cue alone, 100 ms", "without": "neither"}
_RUNS = basis.ours("from a run of an independent program with other random numbers, one network")


@dataclass(frozen=True)
class Settings:
    """Units, digits, presentations of each after which there is a test, drawings in a test, side of the sheet."""

    units: int = 500
    digits: tuple[int, ...] = (0, 3, 5)
    schedule: tuple[int, ...] = (5, 10, 20, 40)
    tests: int = 3
    side: int = 50
    cue_width: int = 5


def _currents(settings: Settings, steps: int, seed: int) -> dict[str, list[np.ndarray | None]]:
    """Return what each digit's drawing is accompanied by, of each condition."""
    memory = WorkingMemory(settings.side, weight_noise=0.12)
    weights, projected = jax.random.split(random_key(seed, 40))
    projection = memory_projection(projected, settings.units, memory.n_neurons).T
    cues = [square_cue(settings.side, number, settings.cue_width) for number in range(len(settings.digits))]
    static = []
    for cue in cues:
        static.append(np.zeros((steps, settings.units)))
        static[-1][:_CUE_STEPS] = cue @ projection
    return {
        "with": [remember(memory, steps, key=weights, cue=cue) @ projection for cue in cues],
        "cue alone": static,
        "without": [None] * len(cues),
    }


def _order(settings: Settings, seed: int) -> list[int]:
    """Return which digit is practised when: all of them in each round, in random order."""
    rng = generator(seed, 41)
    return [int(digit) for _ in range(settings.schedule[-1]) for digit in rng.permutation(len(settings.digits))]


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return scores (points, digits) of each condition, and the drawings of the last test."""
    targets = [digit_stroke(digit) for digit in settings.digits]
    order, found, drawn = _order(settings, seed), {}, {}
    for name, currents in _currents(settings, len(targets[0]), seed).items():
        network = ReservoirNetwork(settings.units, 2, input_noise=0.0 if name == "without" else 0.05)
        key, steps = random_key(seed, 42), 0
        practised, frozen = (
            [practice(*pair, learning=learns) for pair in _pairs(targets, settings.units, currents)]
            for learns in (True, False)
        )
        state, points = network.init(key), []
        for number, digit in enumerate(order, 1):
            run = bouton.run(network, practised[digit], key=key, state=state, first_step=steps, record={"output": 1})
            state, steps = run.state, run.steps
            done, rest = divmod(number, len(targets))
            if rest == 0 and done in settings.schedule:
                points.append(_drawings(network, state, frozen, settings.tests, key))
        found[name] = np.array([[_score(one, target) for one, target in zip(each, targets, strict=True)]
                                for each in points])  # fmt: skip
        drawn[name] = points[-1]
    return {
        "digits": np.array(settings.digits),
        "presentations": np.array(settings.schedule),
        "scores": found,
        "drawn": drawn,
        "targets": np.array(targets),
    }


def _pairs(targets: list[np.ndarray], units: int, currents: list[np.ndarray | None]) -> list[tuple[Any, ...]]:
    return [(target, units, current) for target, current in zip(targets, currents, strict=True)]


def _drawings(network: Any, state: Any, frozen: list[Any], tests: int, key: Any) -> np.ndarray:
    """Return drawings (digits, tests, steps, 2), digits in turn, one after the other without a pause."""
    found = np.empty((len(frozen), tests, len(frozen[0].target), 2))
    for number in range(tests):
        for digit, events in enumerate(frozen):
            state, outputs = tested(network, state, events, 1, jax.random.fold_in(key, number))
            found[digit, number] = outputs[0]
    return found


def _score(drawings: np.ndarray, target: np.ndarray) -> float:
    """Return the root-mean-square error of the mean drawing, over that of the target about its mean."""
    return float(np.sqrt(np.mean((drawings.mean(axis=0) - target) ** 2) / np.mean((target - target.mean(axis=0)) ** 2)))


def networks(settings: Settings) -> tuple[ReservoirNetwork, ...]:
    """Return the network."""
    return (ReservoirNetwork(settings.units, 2, input_noise=0.05),)


def draw_digits(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw targets and drawings: single ones thin, their mean thick."""
    names, digits = list(results["drawn"]), len(results["digits"])
    figure, axes = figures.new_figure(1.9 * (1 + len(names)), 1.6 * digits, rows=digits, columns=1 + len(names))
    colours = figures.category_colours(len(names))
    everything = np.concatenate(
        [results["targets"].reshape(-1, 2), *(d.reshape(-1, 2) for d in results["drawn"].values())]
    )
    limits = [(each.min() - 0.1, each.max() + 0.1) for each in everything.T]
    for row in range(digits):
        axes[row, 0].plot(*results["targets"][row].T, color=figures.muted(), linewidth=2.0)
        for axis, name, colour in zip(axes[row, 1:], names, colours, strict=True):
            for drawing in results["drawn"][name][row]:
                axis.plot(*drawing.T, color=colour, linewidth=0.6, alpha=0.5)
            axis.plot(*results["drawn"][name][row].mean(axis=0).T, color=colour, linewidth=1.8)
        for axis, title in zip(axes[row], ("target", *(_NAMES[name] for name in names)), strict=True):
            axis.set(xticks=(), yticks=(), xlim=limits[0], ylim=limits[1], aspect="equal")
            if row == 0:
                axis.set_title(title, fontsize=8.5)
    return figure


def draw_scores(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the score against presentations, means over digits thick."""
    figure, axes = figures.new_figure(5.4, 3.0)
    colours = figures.category_colours(len(results["scores"]))
    for (name, scores), colour in zip(results["scores"].items(), colours, strict=True):
        axes.plot(results["presentations"], scores, color=colour, linewidth=0.7, alpha=0.5)
        axes.plot(results["presentations"], scores.mean(axis=1), "o-", color=colour, markersize=3, label=_NAMES[name])
    axes.set(xlabel="presentations of each digit", ylabel="error / spread of the target", ylim=(0, None))
    axes.legend(fontsize=8, ncols=3, **figures.ABOVE)
    return figure


def _made_up() -> dict[str, Any]:
    rows = {"with": [0.7, 0.5, 0.4, 0.3], "cue alone": [1.2, 1.1, 1.0, 0.9], "without": [2.0, 1.8, 1.6, 1.4]}
    return {"scores": {name: np.tile(np.array(row)[:, None], (1, 3)) for name, row in rows.items()}}


def _changed(condition: str, value: float) -> Any:
    return lambda results: {"scores": dict(results["scores"]) | put(condition, value, -1)(results["scores"])}


SECTION = Section(
    settings={
        "smoke": Settings(200, (0, 3), (5, 10), 1, 20, 4),
        "laptop": Settings(),
        "paper": Settings(1000, tuple(range(10)), (5, 10, 20, 40, 100, 200)),
    },
    measure=measure,
    checks=(
        Check(
            "with",
            "Error of the mean drawing over the spread of the target after the last presentation, mean over digits, "
            "with a working memory.",
            AtMost(0.5),
            lambda results: float(results["scores"]["with"][-1].mean()),
            _RUNS,
            on="drawing",
            scales=FULL,
        ),
        Check(
            "without",
            "The same without a working memory and without a cue: the network cannot know which digit is wanted.",
            AtLeast(1.0),
            lambda results: float(results["scores"]["without"][-1].mean()),
            _RUNS,
            on="drawing",
            scales=FULL,
        ),
        Check(
            "cue-alone",
            "The same where the cue is sent for 100 ms and there is no working memory, over that with one.",
            AtLeast(1.5),
            lambda results: float(results["scores"]["cue alone"][-1].mean() / results["scores"]["with"][-1].mean()),
            basis.ours("a fairer control; chosen before measuring"),
            on="drawing",
            scales=FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "with": _changed("with", 0.8),
        "without": _changed("without", 0.5),
        "cue-alone": _changed("cue alone", 0.4),
    },
    figures=(
        Figure(
            "digits",
            "Drawings in the last test: single ones thin, their mean thick; each begins where the digit before it has "
            "ended. With a working memory the cue sends the "
            "bump on a way of its own for each digit; the cue alone, sent to the reservoir for 100 ms, is forgotten "
            "in its chaos; without both the network does not know what to draw.",
            draw_digits,
        ),
        Figure(
            "scores",
            "Error of the mean drawing over the spread of the target against practice; thin lines are single digits.",
            draw_scores,
        ),
    ),
    circuits=networks,
)
