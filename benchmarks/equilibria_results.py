"""Show how fast neurons can settle: a table at two accuracies, and curves of error against time."""

from pathlib import Path
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.ticker import NullFormatter
from rich.console import Console
from rich.table import Table

from benchmarks.nonnegative_results import short
from bouton.report.figures import new_figure, style

_COLOURS = {"CoordinateDescent": "C0", "ActiveSet": "C1", "ProjectedGradient": "C2"}
_DASHES = ("-", "--")
_ACCURACIES = (1e-3, 1e-9)


def show(found: dict[str, Any]) -> None:
    """Print the time that each solver takes to a median error of a thousandth, and of a billionth."""
    table = Table(title="\nMicroseconds to settle, to a median error of 1e-3 / 1e-9", title_justify="left", box=None)
    for head in ("units", "condition", "active", *_COLOURS):
        table.add_column(head, justify="right", no_wrap=True)
    for problem in found["problems"]:
        cells = [" / ".join(_time(curve, accuracy) for accuracy in _ACCURACIES) for curve in problem["curves"]]
        table.add_row(str(problem["units"]), f"{problem['condition']:g}", f"{problem['active_fraction']:.0%}", *cells)
    table.caption, table.caption_justify = "-: not reached with the tolerances and in the time given.", "left"
    Console(width=max(Console().width, 100)).print(table)


def _time(curve: dict[str, Any], accuracy: float) -> str:
    times = [point["microseconds"] for point in curve["points"] if point["error"] <= accuracy]
    return short(min(times)) if times else "-"


def draw(found: dict[str, Any], path: Path) -> None:
    """Draw a panel per size and condition number; the active fraction is the line's dash."""
    problems = found["problems"]
    units, conditions, fractions = (
        sorted({problem[name] for problem in problems}) for name in ("units", "condition", "active_fraction")
    )
    with style():
        figure, axes = new_figure(3.3 * len(units) + 0.4, 2.5 * len(conditions) + 0.6, len(conditions), len(units))
        for problem in problems:
            panel = axes[conditions.index(problem["condition"]), units.index(problem["units"])]
            dash = _DASHES[fractions.index(problem["active_fraction"])]
            for curve in problem["curves"]:
                panel.loglog(
                    [point["microseconds"] for point in curve["points"]],
                    [max(point["error"], 1e-16) for point in curve["points"]],
                    dash, color=_COLOURS[curve["solver"]], marker="o", markersize=3, linewidth=1.2,
                )  # fmt: skip
            panel.set_title(f"{problem['units']} units, condition {problem['condition']:g}", fontsize=9)
            panel.set_ylim(1e-16, 2)
            panel.xaxis.set_minor_formatter(NullFormatter())
        for panel in axes[-1]:
            panel.set_xlabel("microseconds to settle")
        for panel in axes[:, 0]:
            panel.set_ylabel("relative error")
        handles = [
            Line2D([], [], color=colour, marker="o", markersize=3, label=name) for name, colour in _COLOURS.items()
        ]
        handles += [
            Line2D([], [], color="0.4", linestyle=dash, label=f"{fraction:.0%} of units active")
            for dash, fraction in zip(_DASHES, fractions, strict=False)
        ]
        figure.legend(handles=handles, loc="outside upper center", ncols=5, frameon=False)
        figure.savefig(path, dpi=150)
