"""Drawings of the experiments on clusters. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["draw_cost", "draw_gram_matrices", "draw_novelty", "draw_plane", "draw_staircase"]

_PENALTY = r"rank penalty $\lambda$"


def draw_staircase(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the recruited units against the rank penalty, with the plateau at the true number of clusters."""
    from bouton.report import figures

    return figures.staircase(
        results["R1.penalties"],
        results["R1.staircase"],
        truth=results["R1.clusters"],
        truth_name="true number of clusters",
        xlabel=_PENALTY,
        ylabel="recruited units",
    )


def draw_gram_matrices(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the similarities of inputs and of answers side by side."""
    from bouton.report import figures

    return figures.gram_matrices(results["R1.samples"], results["R1.answers"], order=results["R1.labels"])


def draw_cost(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the excess cost of frozen networks over the length of learning."""
    from bouton.report import figures

    return figures.curves(
        results["R2.after"],
        {"online network": 100 * (results["R2.online"] / results["R2.offline"].min() - 1)},
        reference=2.0,
        reference_name="two percent",
        xlabel="samples learned",
        ylabel="cost above the offline optimum (%)",
        logarithmic="xy",
    )


def draw_plane(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the decisions of three units in the plane, and the recruited units against the rank penalty."""
    from bouton.papers._online_snmf.plane import decide
    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.6, 3.6, 1, 2, width_ratios=(1.0, 1.1))
    used = results["R3.cumulative_activity"] > 0
    figures.decision_picture(
        results["R3.samples"],
        results["R3.labels"],
        lambda positions: decide(results, positions),
        centres=results["R3.feedforward"][used],
        axes=left,
    )
    figures.staircase(
        results["R3.penalties"],
        results["R3.units"],
        truth=3,
        truth_name="true number of clusters",
        xlabel=_PENALTY,
        ylabel="recruited units",
        axes=right,
    )
    right.set_ylim(0, 1.4 * results["R3.units"].max())
    return figure


def draw_novelty(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the recruited units over time, and the agreement with the new clusters at the end."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.6, 3.6, 1, 2, width_ratios=(1.3, 1.0))
    places = np.arange(len(results["R7.forgetting"]))
    names = {"spare": "with spare units", "full": "without spare units"}
    for offset, (name, label), colour in zip((-0.12, 0.12), names.items(), figures.category_colours(2), strict=True):
        recruited = results[f"R7.{name}.recruited"]
        steps = np.arange(1, recruited.shape[1] + 1)
        for number, units in enumerate(recruited):
            left.step(steps, units, where="post", color=colour, alpha=0.5, label="" if number else label)
        for row, agreement in enumerate(results[f"R7.{name}.rand_index"]):
            right.scatter(np.full(len(agreement), row + offset), agreement, s=26, color=colour, alpha=0.6, linewidths=0)
    left.axvline(results["R7.switch"], color=figures.muted(), linewidth=1.0, linestyle=(0, (4, 3)))
    left.set(xlabel="samples", ylabel="recruited units", ylim=(0, None))
    left.legend(loc="lower right")
    right.set(xlabel=r"forgetting factor $\beta$", ylabel="adjusted Rand index", ylim=(0, 1.05))
    right.set_xticks(places, [f"{forgetting:g}" for forgetting in results["R7.forgetting"]])
    return figure
