"""Show the comparison of non-negative similarity matching: a table per problem, and learning curves over time."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.cores import threads_named
from bouton.report.figures import new_figure, style


def show(found: dict[str, Any], console: Console) -> None:
    """Print one table per problem, and what was left out."""
    for problem in found["problems"]:
        console.print(_table(problem, found["versions"], found["threads"]))
    for skipped in found["skipped"]:
        console.print(f"\n  left out: {skipped['name']}: {skipped['reason']}", highlight=False)


def _table(problem: dict[str, Any], versions: dict[str, str], threads: int) -> Table:
    title = (
        f"\nNon-negative similarity matching, {problem['inputs']} inputs, {problem['outputs']} outputs, float32, "
        f"{threads_named(threads)}: {problem['data']};\nto an error of {problem['objective']:.4f} (pynsm "
        f"{versions['pynsm']}, torch {versions['torch']})"
    )
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("")
    for name in ("ratio", "ms to error", "rows to error", "µs a row", "least to most", "last error", "off bouton's"):
        table.add_column(name, justify="right", no_wrap=True)
    for outcome in problem["contenders"]:
        micro, off = outcome["microseconds_per_sample"], outcome["difference_from_bouton"]
        rows, error = outcome["curve"][-1]
        table.add_row(
            outcome["name"],
            short(outcome["ratio"]),
            short(outcome["milliseconds_to_objective"]),
            short(outcome["rows_to_objective"]),
            short(micro["median"]),
            f"{short(micro['least'])} to {short(micro['most'])}",
            f"{error:.4f} ({rows})",
            "" if off is None else f"{off:.0e}",
        )
    table.caption = (
        "ratio: time to the error over bouton's; time is rows times the median. error: |XX' - YY'|² / |XX'|² on rows\n"
        "not learned; the one that all reach is the worst of the last errors (in brackets: after so many rows).\n"
        "off bouton's: largest relative difference of the weights from bouton's after the same rows.\n"
    )
    table.caption_justify = "left"
    return table


def short(value: float) -> str:
    """Return a number with three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def draw(found: dict[str, Any], path: Path) -> None:
    """Draw the error on rows held out over the time of learning."""
    problems = found["problems"]
    with style():
        figure, axes = new_figure(1.5 + 4.2 * len(problems), 3.6, 1, len(problems), squeeze=False)
        for panel, problem in zip(axes.flat, problems, strict=True):
            for outcome in problem["contenders"]:
                micro = outcome["microseconds_per_sample"]["median"]
                rows, errors = zip(*outcome["curve"][1:], strict=True)
                panel.plot([count * micro / 1e6 for count in rows], errors, ".-", label=outcome["name"])
            panel.axhline(problem["objective"], color="0.5", linewidth=0.8, linestyle=":")
            panel.set(xscale="log", xlabel="seconds of learning (rows × median time a row)")
            panel.set_title(f"{problem['inputs']} inputs, {problem['outputs']} outputs: {problem['data']}", fontsize=9)
            panel.set_ylim(bottom=0)
        axes[0, 0].set_ylabel("relative similarity error, rows held out")
        axes[0, 0].legend(fontsize=7)
        figure.savefig(path, dpi=130)
