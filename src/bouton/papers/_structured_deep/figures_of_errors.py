"""Drawings of errors and objectives. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["draw_errors", "draw_feedback", "draw_objective"]

_REFERENCE_MNIST = {4: 7.8, 8: 7.2, 16: 5.7}
_POSTER = {4: 3.87, 8: 2.41, 16: 1.73, 32: 1.60, 64: 1.47, 100: 1.40}


def draw_errors(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw test errors against units per site, for small digits and for MNIST."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.6, 3.6, 1, 2)
    random, learned, full = figures.category_colours(3)
    units = results["R1.units"]
    for name, colour in (("random", random), ("learned", learned)):
        errors = results[f"R1.{name}"]
        left.scatter(np.tile(units, len(errors)), errors.ravel(), s=16, color=colour, alpha=0.5, linewidths=0)
        left.plot(units, errors.mean(axis=0), color=colour, label=f"{name} features")
    left.axhline(results["R1.raw"].mean(), color=figures.muted(), linestyle="--", label="raw pixels")
    left.set(title="8 x 8 digits", ylabel="test error (percent)")
    units = results["R2.units"]
    right.plot(units, results["R2.untrained"], "o-", color=random, label="random, 4000 digits")
    right.plot(units, results["R2.trained"], "o-", color=learned, label="learned, 4000 digits")
    right.plot(*zip(*_REFERENCE_MNIST.items(), strict=True), "x", color=learned, label="reference run")
    right.axhline(results["R2.raw"], color=figures.muted(), linestyle="--", label="raw pixels, 4000 digits")
    if "E3.errors" in results:
        right.plot(results["E3.units"], results["E3.errors"], "o-", color=full, label="learned, 60,000 digits")
    right.plot(*zip(*_POSTER.items(), strict=True), "x", color=full, label="published, 60,000 digits")
    right.set(title="MNIST", ylim=(0, None))
    for axes in (left, right):
        axes.set_xscale("log", base=2)
        axes.set(xlabel="units per site")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.legend(fontsize=7)
    left.set_ylim(0, None)
    return figure


def draw_objective(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the objective in both forms and the share of samples that settled."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.2, 3.2, 1, 2)
    one, other = figures.category_colours(2)
    shown = results["R1.presentations"] * np.arange(len(results["R1.curve.objective"]))
    left.plot(shown, results["R1.curve.objective"], "o-", color=one, label="J of the responses")
    left.plot(shown[1:], results["R1.curve.min_max"], "s-", color=other, label="min-max form")
    left.set(xlabel="samples", ylabel="objective")
    left.legend()
    right.plot(shown[1:], results["R1.curve.converged"], "o-", color=one)
    right.set(xlabel="samples", ylabel="share of samples that settled", ylim=(-0.05, 1.05))
    return figure


def draw_feedback(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the fall of the objective and the steps until rest, for each strength of feedback."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.2, 3.2, 1, 2)
    feedbacks = results["R3.feedbacks"]
    for place, (feedback, colour) in enumerate(zip(feedbacks, figures.category_colours(len(feedbacks)), strict=True)):
        objective = results[f"R3.{place}.objective"]
        shown = results["R3.presentations"] * np.arange(len(objective))
        left.plot(shown, objective / abs(objective[-1]), "o-", color=colour, label=f"feedback {feedback:g}")
        if feedback == results["R3.shown.feedback"]:
            min_max = results["R3.shown.min_max"] / abs(objective[-1])
            left.plot(shown[1:], min_max, "s--", color=colour, label="its min-max form")
        right.plot(shown[1:], results[f"R3.{place}.steps"], "o-", color=colour)
    left.set(xlabel="samples", ylabel="objective / its final size")
    left.legend()
    right.set(xlabel="samples", ylabel="Euler steps per sample", ylim=(0, None))
    return figure
