"""Show and write results: tables with the ratios first, bench.json, bench.png, nonnegative.png."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import nonnegative_results
from benchmarks.nonnegative_results import short
from benchmarks.timing import SAME
from bouton.report.figures import new_figure, style

_WIDTH = 120


def show(found: dict[str, Any]) -> None:
    """Print one table per problem, and the waiting times."""
    console = Console()
    console = Console(width=max(console.width, _WIDTH))
    machine = found["machine"]
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_at_start']}; "
        f"jax {machine['versions']['jax']}, Python {machine['versions']['python']}, "
        f"loops folded: {'yes' if machine['loops_folded'] else 'no'}",
        highlight=False,
    )
    for case in found["cases"]:
        console.print(_table(case))
        for skipped in case["skipped"]:
            console.print(f"  left out: {skipped['name']}: {skipped['reason']}", highlight=False)
    nonnegative_results.show(found["nonnegative"], console)
    waiting = Table("waiting", "seconds", title="Around the learning (medians)", title_justify="left", box=None)
    for name, seconds in found["startup"]["seconds"].items():
        waiting.add_row(name, f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.2f}")
    console.print(waiting)
    for skipped in found["startup"]["skipped"]:
        console.print(f"  left out: {skipped['name']}: {skipped['reason']}", highlight=False)


def _table(case: dict[str, Any]) -> Table:
    work = f"; {case['sweeps']:.0f} sweeps, {case['active']:.0%} of units active" if "sweeps" in case else ""
    title = f"\n{case['inputs']} inputs, {case['outputs']} outputs, {case['dtype']}: {case['data']}{work}"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("")
    for name in ("ratio", "µs a sample", "least to most", "rows", "error", "off bouton's"):
        table.add_column(name, justify="right", no_wrap=True)
    for outcome in case["contenders"]:
        micro, merit = outcome["microseconds_per_sample"], outcome["merit"]
        if outcome["kind"] == SAME:
            error, difference = f"{merit['similarity_error']:.4f}", f"{merit['difference_from_bouton']:.0e}"
        else:
            error, difference = f"({merit['reconstruction_error']:.3f})", ""
        table.add_row(
            outcome["name"],
            short(outcome["ratio"]),
            short(micro["median"]),
            f"{short(micro['least'])} to {short(micro['most'])}",
            str(outcome["rows"]),
            error,
            difference,
        )
    table.caption = (
        "ratio: time over bouton's. error: |XX' - YY'| / |XX'| on rows not learned, of the state after `rows` rows; in "
        "brackets |X - HW| / |X|, another objective.\noff bouton's: largest relative difference of the weights from "
        "bouton's after the same rows. n rows: handed over n at a time."
    )
    table.caption_justify = "left"
    return table


def write(found: dict[str, Any], folder: Path) -> list[Path]:
    """Write bench.json, bench.png, and nonnegative.png where pynsm was there; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "bench.json", folder / "bench.png"]
    paths[0].write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    _draw(found["cases"], paths[1])
    if found["nonnegative"]["problems"]:
        paths.append(folder / "nonnegative.png")
        nonnegative_results.draw(found["nonnegative"], paths[2])
    return paths


def _draw(cases: list[dict[str, Any]], path: Path) -> None:
    names = list(dict.fromkeys(outcome["name"] for case in cases for outcome in case["contenders"]))
    columns = min(2, len(cases))
    n_rows = -(-len(cases) // columns)
    with style():
        figure, axes = new_figure(
            3.0 + 4.0 * columns, 0.4 + (0.7 + 0.3 * len(names)) * n_rows, n_rows, columns, sharey=True, squeeze=False
        )
        for panel, case in zip(axes.flat, cases, strict=False):
            _draw_case(panel, case, names)
        for panel in axes.flat[len(cases) :]:
            panel.set_axis_off()
        figure.savefig(path, dpi=130)


def _draw_case(panel: Any, case: dict[str, Any], names: list[str]) -> None:
    own = case["contenders"][0]["microseconds_per_sample"]["median"]
    for outcome in case["contenders"]:
        y, micro = names.index(outcome["name"]), outcome["microseconds_per_sample"]
        colour = "C0" if outcome["name"].startswith("bouton") else "C1" if outcome["kind"] == SAME else "C5"
        panel.plot([micro["least"] / own, micro["most"] / own], [y, y], color=colour, linewidth=2, alpha=0.5)
        panel.plot(outcome["ratio"], y, "o", color=colour, markersize=5)
        label = panel.annotate(
            short(outcome["ratio"]), (outcome["ratio"], y), (0, 5), textcoords="offset points", ha="center", fontsize=7
        )
        label.set_in_layout(False)
    panel.axvline(1, color="C0", linewidth=0.8, linestyle=":")
    panel.set(xscale="log", title=f"{case['inputs']} inputs, {case['outputs']} outputs, {case['dtype']}")
    panel.set_yticks(range(len(names)), names, fontsize=8)
    panel.set_ylim(len(names) - 0.4, -0.8)
    panel.set_xlabel(f"time a sample over that of bouton.run ({short(own)} µs)")
