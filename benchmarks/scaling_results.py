"""Show how time and memory grow: a table per question, and one figure of all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from rich.console import Console
from rich.table import Table

from benchmarks.nonnegative_results import short
from bouton.report.figures import muted, new_figure, style

_WIDTH = 120
_WAYS = {"vmap": "-", "one run after the other": ":"}
_AXES = {"inputs": "inputs", "outputs": "outputs", "block": "samples per block", "active fraction": "active fraction"}


def show(found: dict[str, Any]) -> None:
    """Print one table per question."""
    console = Console()
    console = Console(width=max(console.width, _WIDTH))
    for curve in found["curves"]:
        heads = [_plain(point["value"]) for point in curve["lines"][0]["points"]]
        rows = {line["name"]: [_micro(point) for point in line["points"]] for line in curve["lines"]}
        title = f"µs a sample against {_AXES[curve['of']]}"
        if curve["of"] in ("inputs", "outputs"):
            title += " (power: of its growth over the upper half)"
            heads.append("power")
            for line in curve["lines"]:
                rows[line["name"]].append(f"{line['power']:.2f}")
        _print(console, title, heads, rows)
    lanes = {f"{line['name']}, {line['way']}": [_micro(point) for point in line["points"]] for line in found["lanes"]}
    heads = [str(point["lanes"]) for point in found["lanes"][0]["points"]]
    _print(console, "µs a sample and lane against lanes (seeds)", heads, lanes)
    memory = {
        f"rows from an {line['source']}": [
            f"{point['before_megabytes']:.0f} + {growth(point):.1f}" for point in line["points"]
        ]
        for line in found["memory"]
    }
    heads = [_plain(point["samples"]) for point in found["memory"][0]["points"]]
    _print(console, "MB before a run + what the run adds at its peak, against samples", heads, memory)


def growth(point: dict[str, float]) -> float:
    """Return how much memory a run took beyond what was there before, in megabytes."""
    return point["peak_megabytes"] - point["before_megabytes"]


def _print(console: Console, title: str, heads: list[str], rows: dict[str, list[str]]) -> None:
    table = Table("", box=None)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for name, values in rows.items():
        table.add_row(name, *values)
    console.print(f"\n{title}", highlight=False)
    console.print(table)


def _micro(point: dict[str, Any]) -> str:
    return short(point["microseconds_per_sample"]["median"])


def _plain(value: float) -> str:
    """Return a number as one writes it at an axis: 0.1, 64, 10k, 1M."""
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if value >= 1e4 or value == 1e3 else f"{value:g}"


def draw(found: dict[str, Any], path: Path) -> None:
    """Draw one panel per question."""
    with style():
        figure, axes = new_figure(15.0, 7.0, 2, 4)
        figure.get_layout_engine().set(h_pad=0.1, w_pad=0.08)
        for panel, curve in zip(axes.flat, found["curves"], strict=False):
            _draw_curve(panel, curve)
        sweeps, throughput, cost, memory = axes[1]
        _draw_sweeps(sweeps, found["curves"][1])
        _draw_lanes(throughput, found["lanes"], lambda point: point["samples_per_second"], "samples × lanes a second")
        _draw_lanes(cost, found["lanes"], _median, "µs a sample and lane")
        _draw_memory(memory, found["memory"])
        names = dict.fromkeys(line["name"] for line in found["lanes"])
        _legend_above(throughput, [Line2D([], [], color=f"C{at}", label=name) for at, name in enumerate(names)])
        _legend_above(cost, [Line2D([], [], color=muted(), linestyle=_WAYS[way], label=way) for way in _WAYS])
        figure.savefig(path, dpi=130)


def _median(point: dict[str, Any]) -> float:
    return point["microseconds_per_sample"]["median"]


def _draw_curve(panel: Axes, curve: dict[str, Any]) -> None:
    for number, line in enumerate(curve["lines"]):
        values = [point["value"] for point in line["points"]]
        label = line["name"] + (f" (power {line['power']:.2f})" if "power" in line else "")
        panel.plot(values, [_median(point) for point in line["points"]], ".-", color=f"C{number}", label=label)
        spread = [[point["microseconds_per_sample"][end] for point in line["points"]] for end in ("least", "most")]
        panel.fill_between(values, *spread, color=f"C{number}", alpha=0.2, linewidth=0)
    _logarithmic(panel, values, _AXES[curve["of"]], "µs a sample")
    if curve["of"] == "active fraction":
        _from_zero(panel)
    _legend_above(panel)


def _draw_sweeps(panel: Axes, curve: dict[str, Any]) -> None:
    line = curve["lines"][0]
    values = [point["value"] for point in line["points"]]
    panel.plot(values, [point["merit"]["sweeps"] for point in line["points"]], ".-", label="sweeps until they settle")
    active = [point["merit"]["active"] * point["value"] for point in line["points"]]
    panel.plot(values, active, ".-", label="neurons that answer")
    _logarithmic(panel, values, "outputs", f"a sample, {line['name']}")
    _legend_above(panel)


def _draw_lanes(panel: Axes, lines: list[dict[str, Any]], value: Callable[[dict], float], label: str) -> None:
    names = list(dict.fromkeys(line["name"] for line in lines))
    for line in lines:
        lanes = [point["lanes"] for point in line["points"]]
        values, colour = [value(point) for point in line["points"]], f"C{names.index(line['name'])}"
        panel.plot(lanes, values, marker=".", linestyle=_WAYS[line["way"]], color=colour)
    _logarithmic(panel, lanes, "lanes (seeds)", label)


def _draw_memory(panel: Axes, lines: list[dict[str, Any]]) -> None:
    for line in lines:
        samples = [point["samples"] for point in line["points"]]
        peaks = [point["peak_megabytes"] for point in line["points"]]
        panel.plot(samples, peaks, ".-", label=f"rows from an {line['source']}")
    first = lines[0]["points"][0]["before_megabytes"]
    panel.axhline(first, color=muted(), linewidth=0.8, linestyle=":", label="before the run")
    _logarithmic(panel, samples, "samples", "peak of resident memory, MB")
    _from_zero(panel)
    _legend_above(panel)


def _from_zero(panel: Axes) -> None:
    panel.set_yscale("linear")
    panel.set_ylim(bottom=0)
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _legend_above(panel: Axes, lines: list[Line2D] | None = None) -> None:
    """Put the legend above the panel, where no line runs through it."""
    panel.legend(
        handles=lines, fontsize=7.5, loc="lower left", bbox_to_anchor=(-0.02, 1.0), borderpad=0, labelspacing=0.2
    )


def _logarithmic(panel: Axes, values: list[float], across: str, up: str) -> None:
    panel.set(xscale="log", yscale="log")
    # Every second of many values: their names would run into each other.
    ticks = values if len(values) <= 5 else values[:: -(-len(values) // 5)]
    panel.set_xticks(ticks, [_plain(value) for value in ticks])
    panel.xaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=12))
    panel.yaxis.set_minor_locator(NullLocator())
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _plain(value)))
    panel.tick_params(labelsize=8)
    panel.grid(axis="y")
    panel.set_xlabel(across, fontsize=9)
    panel.set_ylabel(up, fontsize=9)
