"""Learning curves since a reversal, beside what monkeys need."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bouton.behaviour import MONKEY, LearningCurve
from bouton.report._style import on_axes
from bouton.report.figures import ABOVE, category_colours, muted

__all__ = ["draw_learning_curves"]


def draw_learning_curves(
    curves: Mapping[str, LearningCurve], *, least_number: int = 1, axes: Axes | None = None
) -> Figure:
    """Draw proportions of correct responses by presentation since the reversal, with the monkeys' four numbers.

    The bands are where monkeys are at chance, after 2 to 3 trials and so at the presentation that comes next, and where
    they have learned the new mapping, after 15 to 20; the dashed line is chance.

    Parameters
    ----------
    curves : mapping of str to LearningCurve
        By name.
    least_number : int
        Presentations that fewer sequences got to are left out. Default 1.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = on_axes(axes, 6.6, 3.8)
    for band in MONKEY:
        axes.axvspan(band[0] + 0.7, band[1] + 1.3, color=muted(), alpha=0.18, linewidth=0)
    axes.axhline(0.5, color=muted(), linestyle="--", linewidth=0.8)
    colours = category_colours(len(curves))
    for (name, curve), colour in zip(curves.items(), colours, strict=True):
        shown = curve.number >= least_number
        place, correct, error = curve.presentation[shown], curve.correct[shown], 2 * curve.error[shown]
        axes.fill_between(
            place, np.maximum(correct - error, 0), np.minimum(correct + error, 1), color=colour, alpha=0.18, linewidth=0
        )
        axes.plot(place, correct, "o-", markersize=3, color=colour, label=name)
    longest = max((int(curve.presentation[-1]) for curve in curves.values()), default=25)
    ticks = [1, *range(5, longest + 1, 5)]
    axes.set(xlabel="presentation since the reversal", ylabel="proportion correct", ylim=(-0.04, 1.04), xticks=ticks)
    if len(curves) > 1:
        axes.legend(ncols=3, fontsize=8, **ABOVE)
    return figure
