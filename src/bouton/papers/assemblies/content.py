"""Assemblies emerge in the content space: sizes, overlaps, weights, and rates, over several networks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers.assemblies._common import (
    ROLES,
    RUNS,
    SMOKE_SIZE,
    Size,
    draw_raster,
    empty_allowed,
    several,
    sorted_spikes,
)
from bouton.report import figures
from bouton.spiking.assemblies import AssemblyCircuit, AssemblyNetwork, build_spaces

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """How large each network is, how many there are, and their further spaces, which stay silent."""

    size: Size = field(default_factory=Size)
    networks: int = 2
    spaces: tuple[str, ...] = ()


_FULL = ("laptop", "paper")


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Train content spaces and show each pattern once more."""
    names = ("sizes", "shared", "within", "elsewhere", "inputs", "matrix", "course")
    rows: dict[str, list] = {name: [] for name in names}
    raster: dict[str, np.ndarray] = {}
    parameters = settings.size.parameters()
    for number in range(settings.networks):
        network = AssemblyNetwork(settings.spaces, parameters, 100 * seed + number)
        trained = network.train(settings.size.presentations)
        with empty_allowed():
            shown = network.test()
        assemblies = [np.asarray(each.assembly) for each in shown]
        matrix, elsewhere = network.weights("content", "content")
        rows["sizes"].append([len(each) for each in assemblies])
        rows["shared"].append(several(assemblies))
        rows["within"].append(np.diag(matrix))
        rows["matrix"].append(matrix)
        rows["elsewhere"].append(elsewhere)
        rows["inputs"].append(network.weights("inputs", "content")[1])
        # Pattern and clear input take turns; each lasts four frames.
        rows["course"].append(trained.rates[:, 1:].reshape(-1, 2, 4, 2).mean(axis=2))
        if number == 0:
            trains = network.trains_of(shown[0], "content")
            raster = {f"content {name}": value for name, value in sorted_spikes(trains, assemblies).items()}
            raster["edges"] = np.cumsum([phase.duration for phase in shown[0].schedule.phases])[:-1]
    return {name: np.array(values) for name, values in rows.items()} | raster


def draw_weights(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the mean weight from each assembly to each."""
    matrix = results["matrix"][0]
    figure, axes = figures.new_figure(4.2, 3.6)
    shown = axes.imshow(matrix, cmap=figures.sequential(), vmin=0, vmax=0.6)
    axes.set(xlabel="to assembly", ylabel="from assembly", xticks=range(len(matrix)), yticks=range(len(matrix)))
    axes.grid(False)
    figure.colorbar(shown, ax=axes, label="mean weight")
    return figure


def draw_course(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw rates of both pools over training, while patterns are shown and while input is clear."""
    course = results["course"].mean(axis=0)
    figure, panels = figures.new_figure(7.2, 3.0, 1, 2)
    for column, (axes, pool) in enumerate(zip(panels, ("excitatory", "inhibitory"), strict=True)):
        series = {when: course[:, place, column] for place, when in enumerate(("pattern", "clear input"))}
        figures.curves(
            np.arange(1, len(course) + 1),
            series,
            xlabel="presentation",
            ylabel="mean rate (Hz)",
            title=f"{pool} neurons",
            axes=axes,
        )
        axes.set_ylim(0, 1.5 * course[..., column].max())
    return figure


def _last(results: Mapping[str, Any], place: int, column: int) -> float:
    """Return the mean rate of a pool over the last tenth of the presentations."""
    course = results["course"]
    return float(course[:, -max(1, course.shape[1] // 10) :, place, column].mean())


SECTION = Section(
    settings={
        "smoke": Settings(SMOKE_SIZE, networks=1, spaces=ROLES),
        "laptop": Settings(),
        "paper": Settings(Size(time_step=0.1), networks=5),
    },
    measure=measure,
    checks=(
        Check(
            "mean-size",
            "Mean number of neurons in an assembly of the content space.",
            Between(55, 80),
            lambda results: results["sizes"].mean(),
            basis.ours(RUNS),
            on="emerge",
            scales=_FULL,
        ),
        Check(
            "smallest",
            "Neurons in the smallest assembly.",
            AtLeast(40),
            lambda results: results["sizes"].min(),
            basis.ours(RUNS),
            on="emerge",
            scales=_FULL,
        ),
        Check(
            "largest",
            "Neurons in the largest assembly.",
            AtMost(95),
            lambda results: results["sizes"].max(),
            basis.ours(RUNS),
            on="emerge",
            scales=_FULL,
        ),
        Check(
            "shared",
            "Most neurons, of any network, that belong to more than one assembly.",
            AtMost(2),
            lambda results: results["shared"].max(),
            basis.ours(RUNS),
            on="emerge",
            scales=_FULL,
        ),
        Check(
            "within",
            "Mean recurrent weight within an assembly, whose bound is 0.6.",
            AtLeast(0.58),
            lambda results: results["within"].mean(),
            basis.ours(RUNS),
            on="emerge",
            scales=_FULL,
        ),
        Check(
            "elsewhere",
            "Mean recurrent weight of all other synapses.",
            AtMost(0.01),
            lambda results: results["elsewhere"].max(),
            basis.ours(RUNS),
            on="emerge",
            scales=_FULL,
        ),
        Check(
            "inputs",
            "Mean weight of the inputs at the end, which began at 0.4.",
            Near(0.03, 0.02),
            lambda results: results["inputs"].mean(),
            basis.ours(RUNS),
            scales=_FULL,
        ),
        Check(
            "rate",
            "Mean rate of excitatory neurons during the last patterns (Hz).",
            Between(4.0, 9.5),
            lambda results: _last(results, 0, 0),
            basis.ours(RUNS),
            scales=_FULL,
        ),
        Check(
            "stable",
            "Highest mean rate of the excitatory neurons at any presentation (Hz).",
            AtMost(100.0),
            lambda results: results["course"][..., 0].max(),
            basis.ours(),
        ),
    ),
    holds=lambda: {
        "sizes": np.full((2, 5), 68),
        "shared": np.zeros(2),
        "within": np.full((2, 5), 0.597),
        "elsewhere": np.full(2, 2e-4),
        "inputs": np.full(2, 0.03),
        "course": np.full((2, 20, 2, 2), 6.0),
    },
    breaks={
        "mean-size": {"sizes": np.full((2, 5), 45)},
        "smallest": put("sizes", 20, (0, 0)),
        "largest": put("sizes", 150, (0, 0)),
        "shared": put("shared", 9, 0),
        "within": put("within", 0.3),
        "elsewhere": put("elsewhere", 0.2, 0),
        "inputs": put("inputs", 0.4),
        "rate": put("course", 20.0),
        "stable": put("course", 150.0),
    },
    figures=(
        Figure(
            "raster",
            "Spikes while each pattern is shown for 200 ms, clear input between: some neurons of each assembly, sorted "
            "by assembly, then some of none. Look for one block of rows in each window.",
            lambda results: draw_raster(results, ["content"]),
        ),
        Figure("weights", "Mean recurrent weight between assemblies. Look for the diagonal.", draw_weights),
        Figure(
            "course",
            "Mean rates over training, while patterns are shown and while input is clear. Look for the fall of both.",
            draw_course,
        ),
    ),
    circuits=lambda settings: [AssemblyCircuit(build_spaces(settings.size.parameters()))],
)
