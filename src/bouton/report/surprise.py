"""What a filter found in a series: a figure, and a table."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from bouton._files import write_files
from bouton.report._pictures import saved
from bouton.report._text import drawn_text
from bouton.report.figures import category_colours, muted, new_figure, style
from bouton.surprise import Tracked

__all__ = ["draw_tracked", "write_tracked"]

_MOST_LABELS = 6


def draw_tracked(
    series: np.ndarray,
    tracked: Tracked,
    changes: Sequence[int] = (),
    labels: Sequence[str] = (),
    name: str = "observed",
) -> Figure:
    """Draw a series with what was believed of it, how surprising it was, and when the world may have changed.

    Parameters
    ----------
    series : array (steps,)
        The observations, NaN where one is missing.
    tracked : Tracked
        What a filter found.
    changes : sequence of int
        Steps to be marked.
    labels : sequence of str
        What the steps are called; a few are written below.
    name : str
        Name of what is observed.

    Returns
    -------
    matplotlib.figure.Figure
    """
    name = drawn_text(name)
    surprised = "log_bayes_factor" in tracked.variables
    rows = 3 if surprised else 1
    heights = (2.2, 1, 1)[:rows]
    figure, panels = new_figure(8.6, 6.2 if surprised else 3.2, rows, 1, sharex=True, height_ratios=heights)
    axes = np.atleast_1d(np.asarray(panels, dtype=object))
    steps, (blue, red, green) = np.arange(len(series)), category_colours(3)
    estimates = tracked.estimate
    axes[0].scatter(steps, series, s=max(3, min(14, 4000 / len(series))), color=muted(), linewidths=0, label=name)
    if estimates.ndim == 1 or estimates.shape[1] == 2:
        shown = estimates if estimates.ndim == 1 else estimates[:, 0]
        axes[0].plot(steps, shown, color=blue, linewidth=1.5, label="estimate")
        if "variance" in tracked.variables:
            spread = tracked.deviation if estimates.ndim == 1 else tracked.deviation[:, 0]
            axes[0].fill_between(
                steps, shown - 2 * spread, shown + 2 * spread, color=blue, alpha=0.2, linewidth=0,
                label="± 2 deviations of the belief",
            )  # fmt: skip
    else:
        likeliest = estimates.argmax(axis=1)
        axes[0].step(steps, likeliest, where="mid", color=blue, linewidth=1.2, label="most probable symbol")
    axes[0].set(ylabel=name)
    axes[0].legend(fontsize=8, ncols=3, loc="lower left", bbox_to_anchor=(0, 1.0))
    if surprised:
        axes[1].plot(steps, tracked["log_bayes_factor"] / np.log(10), color=red, linewidth=1.1)
        axes[1].axhline(0, color=muted(), linewidth=0.8)
        axes[1].set_ylabel("log10 Bayes factor", fontsize=9)
        axes[2].plot(steps, tracked.change_probability, color=green, linewidth=1.1)
        axes[2].set(ylim=(0, 1.03))
        axes[2].set_ylabel("change probability", fontsize=9)
    for panel in axes:
        for change in changes:
            panel.axvline(change - 0.5, color=muted(), linewidth=0.8, linestyle=(0, (2, 3)))
    if len(labels):
        at = np.unique(np.linspace(0, len(series) - 1, _MOST_LABELS).astype(int))
        axes[-1].set_xticks(at, [drawn_text(labels[place]) for place in at])
    return figure


def write_tracked(
    out: str | os.PathLike[str],
    series: np.ndarray,
    tracked: Tracked,
    changes: Sequence[int] = (),
    labels: Sequence[str] = (),
    name: str = "observed",
) -> tuple[Path, Path]:
    """Write figure (``surprise.png``) and table (``surprise.csv``) into a folder, made if it is not there.

    Parameters
    ----------
    out : path
        The folder.
    series, tracked, changes, labels, name
        As of `draw_tracked`.

    Returns
    -------
    figure, table : Path

    Raises
    ------
    InputError
        If the files cannot be written.
    """
    folder = Path(out)
    picture, table = folder / "surprise.png", folder / "surprise.csv"
    names = [label or str(place + 1) for place, label in enumerate(labels or [""] * len(series))]
    columns = {key: values.reshape(len(series), -1) for key, values in tracked.variables.items()}
    header = [
        "step",
        name,
        *(_heading(key, place, part) for key, part in columns.items() for place in range(part.shape[1])),
    ]
    with style(dark=False):
        drawn = saved(draw_tracked(series, tracked, changes, labels, name), "png", dpi=150)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([*map(_harmless, header), "change"])
    marked = set(map(int, changes))
    for step, label in enumerate(names):
        found = [f"{value:.7g}" for part in columns.values() for value in part[step]]
        seen = "" if np.isnan(series[step]) else f"{series[step]:.9g}"
        writer.writerow([_harmless(label), seen, *found, int(step in marked)])
    write_files(folder, {picture.name: drawn, table.name: lines.getvalue().encode("utf-8", "surrogateescape")})
    return picture, table


def _harmless(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula; numbers stay what they are."""
    if not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _heading(key: str, place: int, part: np.ndarray) -> str:
    return key if part.shape[1] == 1 else f"{key}_{place}"
