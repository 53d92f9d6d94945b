"""What can be stored at all: random labels that are separable, beside Cover's count."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
from scipy.optimize import linprog

from bouton.memory import cover_probability
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.report import figures

__all__ = ["SECTION"]

_INPUTS = 6


@dataclass(frozen=True)
class Settings:
    """Numbers of patterns for 21 quadratic features, and labellings of each."""

    patterns: tuple[int, ...] = (32, 38, 42, 46, 52)
    trials: int = 100


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the share of random labellings of Gaussian inputs that quadratic features separate, and Cover's."""
    upper = np.triu_indices(_INPUTS)
    dimension, shares = len(upper[0]), []
    for number, count in enumerate(settings.patterns):
        rng, separable = generator(seed, 5, number), 0
        for _ in range(settings.trials):
            x = rng.normal(size=(count, _INPUTS))
            features = (x[:, :, None] * x[:, None, :])[:, upper[0], upper[1]]
            labels = rng.choice([-1.0, 1.0], size=(count, 1))
            found = linprog(
                np.zeros(dimension), A_ub=-labels * features, b_ub=-np.ones(count), bounds=(None, None), method="highs"
            )
            separable += int(found.status == 0)
        shares.append(separable / settings.trials)
    theory = [cover_probability(count, dimension) for count in settings.patterns]
    return {
        "patterns": np.array(settings.patterns),
        "measured": np.array(shares),
        "theory": np.array(theory),
        "trials": settings.trials,
    }


def _deviations(results: Mapping[str, Any]) -> np.ndarray:
    """Return deviations in standard errors of theory."""
    theory = results["theory"]
    return abs(results["measured"] - theory) / np.sqrt(theory * (1 - theory) / results["trials"])


def draw_cover(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the share of separable labellings over the number of patterns."""
    figure, axes = figures.new_figure(6.0, 3.4)
    counts, colour = results["patterns"], figures.category_colours(1)[0]
    fine = np.arange(counts[0], counts[-1] + 1)
    axes.plot(fine, [cover_probability(int(count), 21) for count in fine], color=figures.muted(), label="Cover")
    spread = 2 * np.sqrt(results["theory"] * (1 - results["theory"]) / results["trials"])
    axes.errorbar(counts, results["measured"], spread, color=colour, fmt="o", label="measured, two standard errors")
    axes.set(xlabel="patterns, 21 features", ylabel="share separable", ylim=(-0.03, 1.15))
    axes.legend(fontsize=8)
    return figure


SECTION = Section(
    settings={"smoke": Settings((32, 42, 52), 5), "laptop": Settings(), "paper": Settings(trials=2000)},
    measure=measure,
    checks=(
        Check(
            "cover",
            "Random labels of M inputs are separable with Cover's probability: deviations at all M, in standard "
            "errors.",
            AtMost(4.0),
            _deviations,
            basis.theory("Cover 1965"),
            on="capacity",
            expected="shares 0.965, 0.744, 0.500, 0.276, 0.080",
        ),
    ),
    holds=lambda: {"theory": np.array([0.9, 0.5]), "measured": np.array([0.9, 0.4]), "trials": 100},
    breaks={"cover": put("measured", 0.75, 1)},
    figures=(
        Figure(
            "cover",
            "Random labels of Gaussian inputs that quadratic features separate, beside Cover's count. Look for the "
            "fall through a half at twice the number of features.",
            draw_cover,
        ),
    ),
)
