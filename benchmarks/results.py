"""Show and write results: tables with the ratios first, what aims hold, bench.json and figures."""

import json
from pathlib import Path
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator
from rich.console import Console
from rich.table import Table

from benchmarks import aims, nonnegative_results
from benchmarks.names import AUTO, BLOCK_SIZES, BLOCKS, LAYER_PLAIN, PRODUCTS, READING
from benchmarks.nonnegative_results import short
from benchmarks.timing import LIMIT, OTHER, SAME
from bouton.report.figures import new_figure, style

_WIDTH = 120
_OWN = "C0"
_COLOURS = {SAME: "C1", OTHER: "C3", LIMIT: "0.35"}


def show(found: dict[str, Any]) -> None:
    """Print one table per problem, the work on the weights, the waiting times, and which aims hold."""
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
    console.print(_layers(found["weights"]))
    for run in found["nonnegative"]:
        nonnegative_results.show(run, console)
    waiting = Table("waiting", "seconds", title="Around the learning (medians)", title_justify="left", box=None)
    for name, seconds in found["startup"]["seconds"].items():
        waiting.add_row(name, f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.2f}")
    console.print(waiting)
    for skipped in [*found["startup"]["skipped"], *found["skipped"]]:
        console.print(f"  left out: {skipped['name']}: {skipped['reason']}", highlight=False)
    console.print(_aims(found["aims"]))


def _layers(layers: list[dict[str, Any]]) -> Table:
    """Return the table of the work on the weights, with ratios to the plain loop's."""
    table = Table(title="\nWork on the weights alone: times over the plain loop's", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for name in ("plain, µs", "auto, µs", AUTO, *map(str, BLOCK_SIZES), "reading", "products"):
        table.add_column(name, justify="right", no_wrap=True)
    for layer in layers:
        times = aims.medians(layer)
        ratios = [times[name] / times[LAYER_PLAIN] for name in (AUTO, *BLOCKS, READING, PRODUCTS)]
        micro = [short(times[name]) for name in (LAYER_PLAIN, AUTO)]
        table.add_row(aims.where(layer), *micro, *(f"{ratio:.2f}" for ratio in ratios))
    table.caption = "µs: a sample. 16 to 256: blocks of so many samples. reading, products: the machine's limits.\n"
    table.caption_justify = "left"
    return table


def _aims(judged: list[dict[str, Any]]) -> Table:
    table = Table(title="\nWhat is aimed at", title_justify="left", box=None, collapse_padding=True)
    for name in ("", "aim", "worst", "best", "the worst is at"):
        table.add_column(name, justify="right" if name in ("worst", "best") else "left")
    for each in judged:
        held = {True: "held", False: "not held", None: "not measured"}[each["held"]]
        if each["figures"]:
            (where, worst), (_, best) = each["figures"][0], each["figures"][-1]
            table.add_row(held, each["aim"], short(worst), short(best), where)
        else:
            table.add_row(held, each["aim"], "", "", "")
    return table


def _table(case: dict[str, Any]) -> Table:
    work = f"; {case['sweeps']:.0f} sweeps, {case['active']:.0%} of units active" if "sweeps" in case else ""
    title = f"\n{aims.where(case)}: {case['data']}{work}"
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("")
    for name in ("ratio", "µs a sample", "least to most", "rows", "error", "off bouton's"):
        table.add_column(name, justify="right", no_wrap=True)
    for outcome in case["contenders"]:
        micro, merit = outcome["microseconds_per_sample"], outcome["merit"]
        if outcome["kind"] == SAME:
            error, difference = f"{merit['similarity_error']:.4f}", f"{merit['difference_from_bouton']:.0e}"
        elif outcome["kind"] == LIMIT:
            error, difference = "", ""
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
        "bouton's after the same rows. n rows: handed over n at a time.\n"
        "limits: reading the weights once a sample; 4 flops a weight and sample at the speed of XLA's products."
    )
    table.caption_justify = "left"
    return table


def write(found: dict[str, Any], folder: Path) -> list[Path]:
    """Write bench.json, bench.png, and nonnegative.png where pynsm was there; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / "bench.json", folder / "bench.png"]
    paths[0].write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    _draw(found["cases"], paths[1])
    first = found["nonnegative"][0]
    if first["problems"]:
        paths.append(folder / "nonnegative.png")
        nonnegative_results.draw(first, paths[2])
    return paths


def _draw(cases: list[dict[str, Any]], path: Path) -> None:
    names = list(dict.fromkeys(outcome["name"] for case in cases for outcome in case["contenders"]))
    # A row for each shape: types and numbers of threads beside each other.
    columns = len({(case["dtype"], case["threads"]) for case in cases})
    cases = sorted(cases, key=lambda case: (case["inputs"], case["outputs"], case["threads"], case["dtype"]))
    n_rows = -(-len(cases) // columns)
    width, height = 3.4 + 4.0 * columns, 0.6 + (1.0 + 0.26 * len(names)) * n_rows
    with style():
        figure, axes = new_figure(width, height, n_rows, columns, sharey=True, squeeze=False)
        figure.get_layout_engine().set(h_pad=0.08)
        for panel, case in zip(axes.flat, cases, strict=False):
            _draw_case(panel, case, names)
        for panel in axes.flat[len(cases) :]:
            panel.set_axis_off()
        kinds = {"bouton": _OWN, SAME: _COLOURS[SAME], OTHER: _COLOURS[OTHER], LIMIT: _COLOURS[LIMIT]}
        points = [
            Line2D([], [], color=colour, marker=_marker(name), linestyle="", label=name)
            for name, colour in kinds.items()
        ]
        figure.legend(handles=points, loc="outside upper left", ncols=len(points), fontsize=9, handletextpad=0.1)
        figure.savefig(path, dpi=130)


def _marker(kind: str) -> str:
    return "|" if kind == LIMIT else "o"


def _draw_case(panel: Any, case: dict[str, Any], names: list[str]) -> None:
    own = case["contenders"][0]["microseconds_per_sample"]["median"]
    for outcome in case["contenders"]:
        y, micro = names.index(outcome["name"]), outcome["microseconds_per_sample"]
        colour = _OWN if outcome["name"].startswith("bouton") else _COLOURS[outcome["kind"]]
        panel.plot([micro["least"] / own, micro["most"] / own], [y, y], color=colour, linewidth=2, alpha=0.5)
        panel.plot(outcome["ratio"], y, _marker(outcome["kind"]), color=colour, markersize=6, markeredgewidth=1.5)
        # Ratios stand in a column of their own: beside the points they would run into each other.
        panel.text(1.01, y, short(outcome["ratio"]), transform=panel.get_yaxis_transform(), va="center", fontsize=8)
    panel.axvline(1, color=_OWN, linewidth=0.8, linestyle=":")
    panel.grid(axis="y")
    panel.set_xscale("log")
    panel.set_title(aims.where(case), fontsize=10)
    panel.text(1.01, -0.95, "ratio", transform=panel.get_yaxis_transform(), va="bottom", fontsize=8)
    panel.margins(x=0.06)
    panel.xaxis.set_major_locator(LogLocator(numticks=7))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    panel.tick_params(axis="x", labelsize=8)
    panel.set_yticks(range(len(names)), names, fontsize=8)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_xlabel(f"time a sample over that of bouton.run ({short(own)} µs)", fontsize=8.5)
