"""Contents are bound to a space and come back after 5 s; without excitability or plasticity they do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Between, Check, Equals, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.assemblies._common import (
    ROLES,
    RUNS,
    SMOKE_SIZE,
    Size,
    draw_raster,
    empty_allowed,
    ready,
    several,
    sorted_spikes,
)
from bouton.report import figures
from bouton.spiking.assemblies import AssemblyCircuit, AssemblyNetwork, Operation, build_spaces

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """How large the network is, how long it waits before recall, and its spaces, of which the first is used."""

    size: Size = field(default_factory=Size)
    delay: float = 5000.0
    spaces: tuple[str, ...] = ("space",)


CONDITIONS = {
    "as published": {},
    "without excitability": {"jump": 0.0},
    "without plasticity": {"binding": False},
}
_FULL = ("laptop", "paper")
_PUBLISHED, _UNEXCITABLE, _UNPLASTIC = range(3)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Create, load and recall each content, in the published network and in two that lack a part."""
    contents, space = settings.size.contents, settings.spaces[0]
    found: dict[str, Any] = {
        name: np.full((len(CONDITIONS), contents), np.nan) for name in ("recovered", "surplus", "success", "decoded")
    }
    found |= {"sizes": np.zeros((len(CONDITIONS), contents)), "shared": np.zeros(len(CONDITIONS)), "awake": 0}
    with empty_allowed():
        for number, change in enumerate(CONDITIONS.values()):
            network, assemblies = ready(settings.size, seed, settings.spaces, **change)
            found["sizes"][number] = [len(each) for each in assemblies[space]]
            found["shared"][number] = several(assemblies[space])
            if number == _PUBLISHED:
                found |= _weights(network, space)
            for pattern in range(contents):
                loaded, recalled = network.load(space, pattern), network.recall(space, settings.delay)
                assert recalled.overlap is not None
                found["recovered"][number, pattern] = recalled.overlap.recovered
                found["surplus"][number, pattern] = recalled.overlap.surplus
                found["success"][number, pattern] = recalled.success
                found["decoded"][number, pattern] = recalled.decoded == pattern
                found["awake"] += _awake(network, space, recalled)
                if number == _PUBLISHED and pattern == 0:
                    found |= _course(network, space, loaded, recalled, assemblies)
    return found


def _weights(network: AssemblyNetwork, space: str) -> dict[str, Any]:
    """Return the mean weights of linked assemblies, and of all other synapses, by where they lead."""
    ways = {"forth": ("content", space), "back": (space, "content"), "in": (space, space)}
    found: dict[str, Any] = {}
    for name, ends in ways.items():
        matrix, elsewhere = network.weights(*ends)
        found |= {f"weights {name}": matrix, f"other weights {name}": elsewhere}
    return found


def _awake(network: AssemblyNetwork, space: str, recalled: Operation) -> int:
    """Return how many spikes neurons of the space fire in the delay, later than 50 ms after it is inhibited."""
    begin, end = recalled.schedule.window("delay", recalled.start)
    assert recalled.spikes is not None
    first = network.circuit.network.offset(f"{space}.E")
    return len(recalled.spikes.of(first, network.circuit.network.n_neurons).between(begin + 50.0, end).times)


def _course(
    network: AssemblyNetwork, space: str, loaded: Operation, recalled: Operation, assemblies: dict
) -> dict[str, Any]:
    """Return spikes of the last 300 ms of loading, and from 100 ms before recall on."""
    load, recall = loaded.schedule.window("load", loaded.start), recalled.schedule.window("recall", recalled.start)
    begin = recalled.schedule.window("recall alone", recalled.start)[0]
    windows = ((loaded, load[0] - 100, load[1]), (recalled, begin - 100, recall[1]))
    found: dict[str, Any] = {"edges": np.array([100.0, 300.0, 400.0, 450.0])}
    for shown, name in (("content", "content"), ("space", space)):
        parts = []
        for number, (operation, start, stop) in enumerate(windows):
            own = sorted_spikes(network.trains_of(operation, name).between(start, stop), assemblies[name])
            parts.append((own["times"] + 300 * number, own["rows"], own["groups"]))
        found |= {
            f"{shown} times": np.concatenate([part[0] for part in parts]),
            f"{shown} rows": np.concatenate([part[1] for part in parts]),
            f"{shown} groups": parts[0][2],
        }
    return found


def draw_conditions(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how much of each content comes back, in each network."""
    figure, axes = figures.new_figure(6.0, 3.2)
    contents = results["recovered"].shape[1]
    for number, (name, colour) in enumerate(zip(CONDITIONS, figures.category_colours(3), strict=True)):
        places = np.arange(contents) + 0.27 * (number - 1)
        axes.bar(places, np.nan_to_num(results["recovered"][number]), 0.24, color=colour, label=name)
    axes.axhline(0.8, color=figures.muted(), linestyle=(0, (4, 3)), linewidth=1.0)
    axes.set(xlabel="content", ylabel="share recovered", xticks=range(contents), ylim=(0, 1.45))
    axes.legend(loc="upper center", ncols=3)
    return figure


def draw_weights(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw mean weights between assemblies of the content space and those of the space, forth, back and within."""
    names = {"forth": "content to space", "back": "space to content", "in": "within the space"}
    figure, panels = figures.new_figure(8.4, 3.0, 1, 3)
    for axes, (name, title) in zip(panels, names.items(), strict=True):
        matrix = results[f"weights {name}"]
        shown = axes.imshow(matrix, cmap=figures.sequential(), vmin=0)
        axes.set(title=title, xlabel="to assembly", ylabel="from assembly", xticks=range(len(matrix)))
        axes.set(yticks=range(len(matrix)))
        axes.grid(False)
        figure.colorbar(shown, ax=axes, shrink=0.8)
    return figure


def _linked(results: Mapping[str, Any], way: str) -> float:
    return float(np.diag(results[f"weights {way}"]).mean())


def _count(name: str, condition: int) -> Any:
    return lambda results: results[name][condition].sum()


SECTION = Section(
    settings={
        "smoke": Settings(SMOKE_SIZE, 500.0, ROLES),
        "laptop": Settings(),
        "paper": Settings(Size(time_step=0.1)),
    },
    measure=measure,
    checks=(
        Check(
            "size",
            "Mean number of neurons in an assembly of the space.",
            Between(90, 130),
            lambda results: results["sizes"][_PUBLISHED].mean(),
            basis.ours(RUNS),
            on="attach",
            scales=_FULL,
        ),
        Check(
            "shared",
            "Neurons of the space that belong to more than one assembly.",
            AtMost(5),
            lambda results: results["shared"][_PUBLISHED],
            basis.ours(RUNS),
            on="attach",
            scales=_FULL,
        ),
        Check(
            "forth",
            "Mean weight from a content's assembly to that of the space (bound 1.249).",
            AtLeast(1.23),
            lambda results: _linked(results, "forth"),
            basis.ours(RUNS),
            on="attach",
            scales=_FULL,
        ),
        Check(
            "back",
            "Mean weight back to the content's assembly (bound 0.869).",
            AtLeast(0.84),
            lambda results: _linked(results, "back"),
            basis.ours(RUNS),
            on="attach",
            scales=_FULL,
        ),
        Check(
            "recalled",
            "Of five contents, how many come back after 5 s.",
            AtLeast(4),
            _count("success", _PUBLISHED),
            basis.ours(f"{RUNS}: 25 of 25"),
            on="operations",
            scales=_FULL,
        ),
        Check(
            "decoded",
            "Of five contents, how many a readout of the content space names after 5 s.",
            AtLeast(4),
            _count("decoded", _PUBLISHED),
            basis.ours(f"{RUNS}: 25 of 25"),
            on="operations",
            scales=_FULL,
        ),
        Check(
            "without-excitability",
            "Of five contents, how many come back where spikes leave no excitability.",
            AtMost(1),
            _count("success", _UNEXCITABLE),
            basis.ours(f"{RUNS}: none"),
            on="needed",
            scales=_FULL,
        ),
        Check(
            "without-plasticity",
            "Of five contents, how many come back where the space and its ties do not learn.",
            AtMost(1),
            _count("success", _UNPLASTIC),
            basis.ours(f"{RUNS}: none"),
            on="needed",
            scales=_FULL,
        ),
        Check(
            "unplastic-shared",
            "Without plasticity, neurons of the space that belong to more than one assembly.",
            AtLeast(40),
            lambda results: results["shared"][_UNPLASTIC],
            basis.ours(f"{RUNS}: 87"),
            on="needed",
            scales=_FULL,
        ),
        Check(
            "silent",
            "Spikes of an inhibited space, later than 50 ms after it was inhibited.",
            Equals(0),
            lambda results: results["awake"],
            basis.theory("the potential relaxes to -2 with 10 ms, and the hazard is 0 below 0"),
        ),
    ),
    holds=lambda: {
        "sizes": np.full((3, 5), 111),
        "shared": np.array([1, 1, 87]),
        "weights forth": np.full((5, 5), 1.248),
        "weights back": np.full((5, 5), 0.86),
        "weights in": np.full((5, 5), 1.0),
        "success": np.array([[1.0] * 5, [0.0] * 5, [0.0] * 5]),
        "decoded": np.array([[1.0] * 5, [0.0] * 5, [0.0] * 5]),
        "recovered": np.full((3, 5), 1.0),
        "awake": 0,
    },
    breaks={
        "size": put("sizes", 20),
        "shared": put("shared", 50, 0),
        "forth": put("weights forth", 0.6),
        "back": put("weights back", 0.2),
        "recalled": put("success", 0.0),
        "decoded": put("decoded", 0.0),
        "without-excitability": put("success", 1.0),
        "without-plasticity": put("success", 1.0),
        "unplastic-shared": put("shared", 0),
        "silent": {"awake": 3},
    },
    figures=(
        Figure(
            "recall",
            "The first content is loaded for 200 ms (between the first two lines), 5 s pass under inhibition, of which "
            "the last 100 ms are shown, then the space alone is let free for 50 ms, then both. Some neurons of each "
            "assembly, then some of none. Look for the same rows in the content space before and after.",
            lambda results: draw_raster(results, ["content", "space"]),
        ),
        Figure(
            "conditions",
            "Share of each content's assembly that is active in recall, in the published network and in two that lack "
            "a part; the line is what counts as recalled. Missing bars are contents of which nothing came back.",
            draw_conditions,
        ),
        Figure(
            "weights",
            "Mean weights between assemblies after all five were created. Look for the diagonals.",
            draw_weights,
        ),
    ),
    circuits=lambda settings: [
        AssemblyCircuit(build_spaces(settings.size.parameters(), settings.spaces), ("content", *settings.spaces))
    ],
)
