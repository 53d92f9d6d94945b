"""Long training before a reversal: what keeps forgetting quick is to stop learning what is known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers.sensorimotor_mapping._common import (
    FULL,
    OURS,
    SMALL,
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

LONG = Sizes(blocks=6)
VARIANTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no stop": ({}, {}),
    "stop at 0.8": ({}, {"stop_at": 0.8}),
    "attenuation": ({}, {"attenuation": 1.0}),
    "attenuation, errors cost 1": ({"error_cost": 1.0}, {"attenuation": 1.0}),
}


@dataclass(frozen=True)
class Settings:
    """Sizes, and the least number of trials in a block."""

    sizes: Sizes = LONG
    least_trials: int = 400


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return what is kept of each variant after long blocks and after blocks that end at the criterion."""
    sizes, found = settings.sizes, {}
    for group, (name, least) in enumerate((("long", settings.least_trials), ("short", 0))):
        found[name] = {
            variant: summary(
                lived(
                    loop(sizes, task=task | {"least_trials": least}, **options), sizes, seed, 500 + 10 * group + number
                ),
                sizes,
            )
            for number, (variant, (task, options)) in enumerate(VARIANTS.items())
        }
    return found


def _at(results: Mapping[str, Any], length: str, variant: str, place: int) -> float:
    return float(results[length][variant]["correct"][place - 1])


def draw_curves(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the learning curves of all variants, after long blocks and after short ones."""
    figure, panels = figures.new_figure(7.6, 3.8, columns=2, sharey=True)
    titles = {"long": "after long blocks", "short": "after blocks that end at the criterion"}
    for axes, (name, title) in zip(panels, titles.items(), strict=True):
        draw_learning_curves(
            {variant: curve_of(kept) for variant, kept in results[name].items()}, least_number=5, axes=axes
        )
        axes.get_legend().remove()
        axes.set_title(title, fontsize=10)
    panels[1].set_ylabel("")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=8)
    return figure


def _curve(*values: float) -> np.ndarray:
    return np.interp(np.arange(1, 26), (1, 5, 10, 15, 20), values)


def _holds() -> dict[str, Any]:
    quick = made_up(correct=_curve(0, 0.42, 0.77, 0.88, 0.94))
    cells = dict.fromkeys(VARIANTS, quick)
    return {"long": cells | {"no stop": made_up(correct=_curve(0, 0, 0.04, 0.35, 0.62))}, "short": cells}


SECTION = Section(
    settings={
        "smoke": Settings(SMALL, 100),
        "laptop": Settings(),
        "paper": Settings(replace(LONG, networks=200)),
    },
    measure=measure,
    checks=(
        Check(
            "stop",
            "After long blocks, learning stopped where the mean reward is above 0.8: proportion correct at "
            "presentation 10.",
            AtLeast(0.6),
            lambda results: _at(results, "long", "stop at 0.8", 10),
            OURS,
            on="learns",
            scales=FULL,
        ),
        Check(
            "no-stop",
            "The same where learning goes on.",
            AtMost(0.2),
            lambda results: _at(results, "long", "no stop", 10),
            OURS,
            scales=FULL,
        ),
        Check(
            "attenuation",
            "The same with reward attenuation.",
            AtLeast(0.5),
            lambda results: _at(results, "long", "attenuation", 10),
            basis.ours("beyond chance; runs of an independent program gave 0.67"),
            on="attenuation",
            scales=FULL,
        ),
        Check(
            "attenuation-failed",
            "With reward attenuation: share of failed blocks.",
            AtMost(0.05),
            lambda results: results["long"]["attenuation"]["failed"],
            OURS,
            on="attenuation",
            scales=FULL,
            remark="Where errors cost four times what a reward brings, a mean reward that is low makes an error count "
            "little: what is expected to be wrong is not unlearned.",
        ),
        Check(
            "attenuation-failed-equal",
            "The same where errors cost as much as a reward brings.",
            AtMost(0.05),
            lambda results: results["long"]["attenuation, errors cost 1"]["failed"],
            OURS,
            on="attenuation",
            scales=FULL,
        ),
        Check(
            "short",
            "After blocks that end at the criterion all is alike: proportions at presentation 15, with and without a "
            "stop.",
            AtLeast(0.75),
            lambda results: [_at(results, "short", name, 15) for name in ("no stop", "stop at 0.8")],
            OURS,
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "stop": replace_cell("long", "stop at 0.8", correct=_curve(0, 0, 0.3, 0.4, 0.5)),
        "no-stop": replace_cell("long", "no stop", correct=_curve(0, 0.3, 0.7, 0.8, 0.9)),
        "attenuation": replace_cell("long", "attenuation", correct=_curve(0, 0, 0.3, 0.4, 0.5)),
        "attenuation-failed": replace_cell("long", "attenuation", failed=0.2),
        "attenuation-failed-equal": replace_cell("long", "attenuation, errors cost 1", failed=0.2),
        "short": replace_cell("short", "no stop", correct=_curve(0, 0, 0.3, 0.4, 0.5)),
    },
    figures=(
        Figure(
            "curves",
            "Proportion of correct responses since the reversal where each image was shown about a hundred times "
            "before "
            "it (left) and where blocks end at the criterion (right). Look at the network that goes on learning what "
            "it knows: it holds on to the old mapping for ten presentations.",
            draw_curves,
        ),
    ),
    circuits=lambda settings: [loop(settings.sizes, stop_at=0.8).agent, loop(settings.sizes, attenuation=1.0).agent],
)
