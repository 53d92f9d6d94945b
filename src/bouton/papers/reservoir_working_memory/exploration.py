"""What the two rules do on average, for one neuron whose error is known: the graded one climbs the performance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.plasticity import ExplorationPost, ExploratoryHebb, GatedExploratoryHebb, Performance
from bouton.report import figures

__all__ = ["SECTION"]

_HALF_WIDTH = 0.5


@dataclass(frozen=True)
class Settings:
    """Draws of exploration for each error."""

    draws: int = 1_000_000
    errors: tuple[float, ...] = (-2.0, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 2.0)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the mean change by each rule for each error of the output, and its standard error, at a rate of 1."""
    exploration = generator(seed, 50).uniform(-_HALF_WIDTH, _HALF_WIDTH, settings.draws)
    found: dict[str, list[tuple[float, float]]] = {"graded": [], "gated": []}
    for error in settings.errors:
        value, mean = -((error + exploration) ** 2), -(error**2) - _HALF_WIDTH**2 / 3
        for name, rule in (("graded", ExploratoryHebb()), ("gated", GatedExploratoryHebb())):
            change = np.asarray(rule(0.0, 1.0, ExplorationPost(exploration, 0.0), Performance(value, mean, 1.0)), float)
            found[name].append((float(change.mean()), float(change.std() / np.sqrt(settings.draws))))
    return {"errors": np.array(settings.errors), **{name: np.array(values) for name, values in found.items()}}


def graded(errors: np.ndarray) -> np.ndarray:
    """Return the exact mean change by the graded rule: twice the variance of exploration times what is missing."""
    return -2 * _HALF_WIDTH**2 / 3 * errors


def gated(errors: np.ndarray) -> np.ndarray:
    """Return the exact mean change by the gated rule: the integral of exploration over where its gate is open."""
    lower, upper = (np.clip(-errors + sign * np.sqrt(errors**2 + _HALF_WIDTH**2 / 3), -_HALF_WIDTH, _HALF_WIDTH)
                    for sign in (-1, 1))  # fmt: skip
    return (upper**2 - lower**2) / (4 * _HALF_WIDTH)


def _off(results: Mapping[str, Any], name: str, exact: Any) -> float:
    means, errors = results[name].T
    return float(np.max(np.abs(means - exact(results["errors"])) / errors))


def draw(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the mean change of both rules against the error, over the exact curves."""
    figure, axes = figures.new_figure(5.6, 3.0)
    errors = np.linspace(results["errors"].min(), results["errors"].max(), 401)
    for name, exact, colour in zip(("graded", "gated"), (graded, gated), figures.category_colours(2), strict=True):
        axes.plot(errors, exact(errors), color=colour, linewidth=1.0)
        axes.plot(results["errors"], results[name][:, 0], "o", color=colour, markersize=4, label=f"{name} rule")
    axes.axhline(0, color=figures.muted(), linewidth=0.6)
    axes.set(xlabel="error of the output", ylabel="mean change")
    axes.legend(fontsize=8, ncols=2, **figures.ABOVE)
    return figure


def _made_up() -> dict[str, Any]:
    errors = np.array([-1.0, 0.5, 1.0])
    close = {name: np.stack([exact(errors), np.full(3, 1e-4)], axis=1) for name, exact in _EXACT.items()}
    return {"errors": errors} | close


_EXACT = {"graded": graded, "gated": gated}

SECTION = Section(
    settings={"smoke": Settings(100_000), "laptop": Settings(), "paper": Settings(10_000_000)},
    measure=measure,
    checks=(
        Check(
            "graded",
            "Mean change by the graded rule less twice the variance of exploration times what is missing, in standard "
            "errors: largest over errors.",
            AtMost(4.5),
            lambda results: _off(results, "graded", graded),
            basis.theory("E[(P - E P) xi] = 2 s^2 (f - zhat) for symmetric exploration of variance s^2"),
            on="gradient",
        ),
        Check(
            "gated",
            "The same of the gated rule, whose mean is the integral of exploration over where its gate is open.",
            AtMost(4.5),
            lambda results: _off(results, "gated", gated),
            basis.theory("the gate is open where |zhat + xi - f|^2 is below its mean"),
            on="gradient",
        ),
    ),
    holds=_made_up,
    breaks={"graded": put("graded", 0.0, (1, 0)), "gated": put("gated", 0.0, (2, 0))},
    figures=(
        Figure(
            "changes",
            "Mean change of a weight against the error of the output, at a rate and a presynaptic rate of 1: dots from "
            "random exploration, lines exact. The graded rule is linear in the error, a gradient; the gated one is of "
            "the same sign, and of nearly the same size whatever the error.",
            draw,
        ),
    ),
    circuits=lambda settings: (),
)
