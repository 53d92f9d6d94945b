"""Operations on what spaces hold: a content is copied from one to another, and two contents are compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np
from sklearn.metrics import roc_auc_score

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.assemblies._common import ROLES, RUNS, SMOKE_SIZE, Size, empty_allowed, ready
from bouton.report import figures
from bouton.spiking.assemblies import AssemblyCircuit, AssemblyNetwork, ComparisonReadout, Operation, build_spaces

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """How large the network is, and which contents are compared: four times the same, four times two."""

    size: Size = field(default_factory=Size)
    pairs: tuple[tuple[int, int], ...] = ((0, 0), (1, 1), (2, 2), (3, 3), (0, 1), (1, 2), (2, 3), (3, 4))


_FULL = ("laptop", "paper")


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Copy each content from one space to the other, then compare pairs of contents."""
    found: dict[str, Any] = {
        "copied": [],
        "recovered": [],
        "surplus": [],
        "peaks": [],
        "pairs": np.array(settings.pairs),
    }
    with empty_allowed():
        network, _ = ready(settings.size, seed, ROLES)
        for pattern in range(settings.size.contents):
            network.load(ROLES[0], pattern)
            copied = network.copy(*ROLES)
            assert copied.overlap is not None
            found["copied"].append(float(copied.success))
            found["recovered"].append(copied.overlap.recovered)
            found["surplus"].append(copied.overlap.surplus)
            if pattern == 0:
                found |= _course(network, copied)
        for number, pair in enumerate(settings.pairs):
            compared = network.compare(*ROLES, pair)
            found["peaks"].append(_peaks(network, compared, number, found))
    same = found["pairs"][:, 0] == found["pairs"][:, 1]
    return {name: np.array(value) for name, value in found.items()} | {"same": same}


def _course(network: AssemblyNetwork, copied: Operation) -> dict[str, Any]:
    """Return the mean rates of the excitatory pools in each frame of a copy, and when its phases begin."""
    columns = [copied.groups.index(f"{space}.E") for space in ("content", *ROLES)]
    edges = np.cumsum([phase.duration for phase in copied.schedule.phases])[:-1]
    return {"course": copied.rates[:, columns], "edges": edges, "frame": network.circuit.network.frame}


def _peaks(network: AssemblyNetwork, compared: Operation, number: int, found: dict) -> list[float]:
    """Return the highest response of the readout in either recall, and keep its course for the first of each kind."""
    windows = [
        (
            compared.schedule.window(f"{name} recall alone", compared.start)[0],
            compared.schedule.window(f"{name} recall", compared.start)[1],
        )
        for name in ("first", "second")
    ]
    content = network.trains_of(compared, "content").between(windows[0][0], windows[1][1])
    readout = ComparisonReadout(content.n_neurons, seed=number)
    times, response = readout.response(content)
    shown = (times > windows[0][0]) & (times <= windows[1][1])
    kind = "same" if compared.schedule.phases[1].pattern == compared.schedule.phases[3].pattern else "different"
    found.setdefault(f"response {kind}", response[shown])
    found.setdefault("response times", times[shown] - windows[0][0])
    return readout.peaks(content, *windows)


def draw_copy(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the mean rates of the three spaces over a copy."""
    figure, axes = figures.new_figure(7.0, 3.2)
    course, frame = results["course"], float(results["frame"])
    names = ("content space", "first space", "second space")
    for name, rates, colour in zip(names, course.T, figures.category_colours(3), strict=True):
        axes.step(frame * np.arange(1, len(course) + 1), rates, where="pre", color=colour, label=name)
    for edge in results["edges"]:
        axes.axvline(edge, color=figures.muted(), linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set(xlabel="time (ms)", ylabel="mean rate (Hz)", ylim=(0, 1.5 * max(1.0, course.max())))
    axes.legend(ncols=3, **figures.ABOVE)
    return figure


def draw_responses(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the response of the readout in two recalls, of the same content and of two."""
    figure, axes = figures.new_figure(7.0, 3.2)
    for kind, colour in zip(("same", "different"), figures.category_colours(2), strict=True):
        axes.plot(results["response times"], results[f"response {kind}"], color=colour, label=f"{kind} content")
    axes.set(xlabel="time (ms)", ylabel="response of the readout")
    axes.legend(ncols=2, **figures.ABOVE)
    return figure


def _second(results: Mapping[str, Any], same: bool) -> np.ndarray:
    return results["peaks"][results["same"] == same, 1]


SECTION = Section(
    settings={
        "smoke": Settings(SMOKE_SIZE, ((0, 0), (0, 1))),
        "laptop": Settings(),
        "paper": Settings(Size(time_step=0.1), tuple((a, b) for a in range(5) for b in range(5))),
    },
    measure=measure,
    checks=(
        Check(
            "copied",
            "Of five contents, how many are recalled from the space that they were copied to.",
            AtLeast(4),
            lambda results: results["copied"].sum(),
            basis.ours(f"{RUNS}: 5 of 5"),
            on="operations",
            scales=_FULL,
        ),
        Check(
            "surplus",
            "Neurons in excess in those recalls, over the size of the content's assembly, on average.",
            AtMost(0.2),
            lambda results: np.nanmean(results["surplus"]),
            basis.ours(f"{RUNS}: 0"),
            on="operations",
            scales=_FULL,
        ),
        Check(
            "told-apart",
            "How well the second response tells a different content from the same one (area under the curve).",
            AtLeast(0.95),
            lambda results: roc_auc_score(~results["same"], results["peaks"][:, 1]),
            basis.ours(f"{RUNS}: 1.000"),
            on="operations",
            scales=_FULL,
        ),
        Check(
            "same",
            "Highest second response to the same content.",
            AtMost(10.0),
            lambda results: _second(results, True).max(),
            basis.ours(f"{RUNS}: 0.6 to 1.1"),
            scales=_FULL,
        ),
        Check(
            "different",
            "Lowest second response to a different content.",
            AtLeast(30.0),
            lambda results: _second(results, False).min(),
            basis.ours(f"{RUNS}: 50 to 76"),
            scales=_FULL,
        ),
    ),
    holds=lambda: {
        "copied": np.ones(5),
        "surplus": np.zeros(5),
        "same": np.array([True, True, False, False]),
        "peaks": np.array([[70.0, 0.9], [60.0, 0.7], [65.0, 66.0], [80.0, 60.0]]),
    },
    breaks={
        "copied": put("copied", 0.0),
        "surplus": put("surplus", 0.5),
        "told-apart": put("peaks", 1.0),
        "same": put("peaks", 40.0, (0, 1)),
        "different": put("peaks", 5.0, (2, 1)),
    },
    figures=(
        Figure(
            "copy",
            "Mean rates of the excitatory neurons while the first content is copied; lines are where spaces are "
            "inhibited or let free. Look for the second space coming up while the other two are active, and for the "
            "content space following it at the end.",
            draw_copy,
        ),
        Figure(
            "responses",
            "Response of the readout to two recalls, one after the other. Look for the second one, which fails where "
            "the content is the same.",
            draw_responses,
        ),
    ),
    circuits=lambda settings: [AssemblyCircuit(build_spaces(settings.size.parameters(), ROLES), ("content", *ROLES))],
)
