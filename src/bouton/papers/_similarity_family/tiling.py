"""Manifold tiling: receptive fields on a circle, offline under two constraints and online, against theory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Claim, Figure
from bouton.papers._relations import AtLeast, AtMost, Equals, Near

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["CLAIMS", "FIGURES", "SCALES", "TilingSettings", "circuits", "measure"]


@dataclass(frozen=True)
class TilingSettings:
    """Points on a circle; 100 points, alpha and beta are those of the authors' demonstration."""

    points: int = 100
    alpha: float = 0.01
    beta: float = 0.08
    norm_outputs: int = 100
    spectral_outputs: int = 20
    network_outputs: int = 8
    network_offset: float = 0.7
    network_samples: int = 100_000
    probes: int = 360


_LAPTOP = TilingSettings()
SCALES = {
    "smoke": replace(
        _LAPTOP,
        points=24,
        alpha=1 / 24,
        beta=1 / 3,
        norm_outputs=24,
        spectral_outputs=6,
        network_outputs=4,
        network_samples=4000,
    ),
    "laptop": _LAPTOP,
    "paper": replace(_LAPTOP, network_samples=200_000),
}
_PAPER = "2018 paper"
_TITLES = {"norm": "limit on each answer", "spectral": "limit on each direction", "online": "online network"}
_FULL = ("laptop", "paper")
_THEORY = "2018 paper; derived here for a finite number of points"


def measure(settings: TilingSettings, seed: int) -> dict[str, Any]:
    """Solve for both constraints, and let the network learn points drawn from the circle."""
    from bouton.papers._similarity_family.tiling_runs import run_all

    return run_all(settings, seed)


def circuits(settings: TilingSettings) -> tuple[Any, ...]:
    """Return the online network."""
    from bouton.papers._similarity_family.tiling_runs import network

    return (network(settings),)


def _result(name: str):
    return lambda results: results[f"tiling.{name}"]


_NARROW = (
    "Under a limit on each direction the objective is largest for the narrowest fields that there are outputs for: "
    "non-negative outputs have no direction with more power than the one that all outputs share, so that the first "
    "harmonic can at most match the mean, and does so for disjoint fields of a single point. With fewer outputs than "
    "points, each answers an arc of its own, nearly evenly. Seen at laptop scale with seed 0."
)

_NORM_CLAIMS = (
    Claim(
        "tiling.norm-constraint",
        "Limit on each answer (NSM-1): all points are answered with the power that is allowed (largest relative "
        "deviation).",
        "|y|^2 = beta",
        _PAPER,
        AtMost(1e-3),
        _result("norm.deviation"),
    ),
    Claim(
        "tiling.norm-optimum",
        "The solver reaches the optimum, which is known on a circle (cost found over cost of theory).",
        1.0,
        _THEORY,
        Near(1.0, 0.005),
        _result("norm.relative_cost"),
    ),
    Claim(
        "tiling.norm-cosine",
        "Every receptive field is the truncated cosine of theory, rotated (smallest correlation).",
        "identical truncated cosines",
        _PAPER,
        AtLeast(0.99),
        _result("norm.cosine"),
    ),
    Claim(
        "tiling.norm-width",
        "Its width is that of theory (mean difference, in steps between points).",
        0.0,
        _THEORY,
        Near(0.0, 2.0),
        _result("norm.width_difference"),
    ),
    Claim(
        "tiling.norm-edge",
        "Fields fall to zero at their edges (largest answer at the edge of a field, relative to its peak).",
        "truncated cosines",
        _PAPER,
        AtMost(0.2),
        _result("norm.edge"),
        scales=_FULL,
    ),
    Claim(
        "tiling.norm-tiling",
        "Fields tile the circle with overlap (largest gap between neighbouring peaks, in half widths).",
        "fields tile the manifold",
        _PAPER,
        AtMost(1.0),
        _result("norm.gap"),
        scales=_FULL,
    ),
)

_SPECTRAL_CLAIMS = (
    Claim(
        "tiling.spectral-constraint",
        "Limit on each direction (NSM-2): the power of the outputs along their strongest direction is the limit "
        "(relative).",
        1.0,
        _PAPER,
        Near(1.0, 1e-3),
        _result("spectral.power"),
    ),
    Claim(
        "tiling.spectral-arcs",
        "With fewer outputs than points, the cost is that of equal arcs that do not overlap (cost over that of arcs).",
        1.0,
        "derived here",
        Near(1.0, 0.01),
        _result("spectral.relative_cost"),
    ),
    Claim(
        "tiling.spectral-disjoint",
        "So fields do not overlap (largest cosine between two fields).",
        0.0,
        "derived here",
        AtMost(0.05),
        _result("spectral.overlap"),
    ),
    Claim(
        "tiling.spectral-edge",
        "Fields fall to zero at their edges (largest answer at the edge of a field, relative to its peak).",
        "truncated cosines (expected picture of the model; for which of the constraints is not recalled)",
        "reference run V4",
        AtMost(0.2),
        _result("spectral.edge"),
        scales=_FULL,
        remark=_NARROW,
    ),
)

_ONLINE_CLAIMS = (
    Claim(
        "tiling.online-bumps",
        "Online network: every neuron answers one connected arc (number of arcs of each neuron).",
        1,
        "reference run V4 (expected picture)",
        Equals(1),
        _result("online.arcs"),
    ),
    Claim(
        "tiling.online-identical",
        "Fields are identical but for rotation (smallest correlation of two fields whose peaks are aligned).",
        "identical",
        "reference run V4 (expected picture)",
        AtLeast(0.95),
        _result("online.correlation"),
    ),
    Claim(
        "tiling.online-width",
        "Their widths are alike (range over mean).",
        "identical",
        "reference run V4 (expected picture)",
        AtMost(0.2),
        _result("online.width_range"),
    ),
    Claim(
        "tiling.online-edge",
        "Fields fall to zero at their edges (largest answer at the edge of a field, relative to its peak).",
        "truncated cosines",
        "reference run V4 (expected picture)",
        AtMost(0.2),
        _result("online.edge"),
        scales=_FULL,
        remark=_NARROW,
    ),
    Claim(
        "tiling.online-peaks",
        "Their peaks are spread evenly (largest gap over mean gap).",
        "tiling the ring",
        "reference run V4 (expected picture)",
        AtMost(1.5),
        _result("online.gap"),
    ),
    Claim(
        "tiling.online-power",
        "The power along the strongest direction is the limit (relative; mean over the last quarter of learning).",
        1.0,
        _PAPER,
        Near(1.0, 0.1),
        _result("online.power"),
    ),
    Claim(
        "tiling.online-power-frozen",
        "So it is once learning is frozen (relative; mean over the circle).",
        1.0,
        _PAPER,
        Near(1.0, 0.1),
        _result("online.power_frozen"),
        scales=_FULL,
        remark="The weights of the moment fluctuate about those that meet the limit: the smaller the learning rate at "
        "the end, the less they do; the mean over learning meets it.",
    ),
    Claim(
        "tiling.online-duality",
        "The min-max objective, which synapses descend and ascend, meets the objective of the answers (their ratio).",
        1.0,
        _PAPER,
        Near(1.0, 0.1),
        _result("online.duality"),
    ),
)

CLAIMS = (*_NORM_CLAIMS, *_SPECTRAL_CLAIMS, *_ONLINE_CLAIMS)


def draw_fields(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw receptive fields over the circle, a panel per solution."""
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(7.6, 5.6, 3, 1, sharex=True)
    for axes, (name, title) in zip(panels, _TITLES.items(), strict=True):
        fields = results[f"tiling.{name}.shown"]
        angles = 360 * np.arange(len(fields)) / len(fields)
        for field, colour in zip(fields.T, figures.category_colours(fields.shape[1]), strict=True):
            axes.plot(angles, field / fields.max(), color=colour, linewidth=1.4)
        axes.set(title=title, ylabel="answer", ylim=(0, 1.08), xlim=(0, 360))
    panels[-1].set(xlabel="angle (degrees)", xticks=range(0, 361, 60))
    return figure


def draw_shape(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw all fields with their peaks aligned, and the truncated cosine of theory."""
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(7.6, 2.9, 1, 3, sharey=True)
    colour = figures.category_colours(1)[0]
    for axes, (name, title) in zip(panels, _TITLES.items(), strict=True):
        aligned = results[f"tiling.{name}.aligned"]
        axes.plot(results[f"tiling.{name}.distance"], aligned.T, color=colour, alpha=0.35, linewidth=1.0)
        axes.set(title=title, xlabel="from the peak (degrees)", ylim=(0, 1.3))
    half = results["tiling.theory.half_width"]
    near = np.linspace(-90, 90, 361)
    cosine = np.maximum(np.cos(np.radians(near)) - np.cos(half), 0) / (1 - np.cos(half))
    panels[0].plot(near, cosine, color=figures.category_colours(2)[1], linestyle="--", label="theory")
    panels[0].legend(loc="upper left", borderpad=0.1)
    panels[0].set_ylabel("answer, peak 1")
    for axes in panels:
        axes.set(xlim=(-90, 90), xticks=(-60, -30, 0, 30, 60))
    return figure


FIGURES = (
    Figure(
        "tiling-fields",
        "Receptive fields on a circle: answer of each output to each point (of the first solution, the strongest of "
        "every twelfth of the circle). Look for bumps that cover the circle: overlapping where each answer is limited, "
        "side by side where the power along each direction is.",
        draw_fields,
        alt="Three panels of bumps over the angle of a circle",
    ),
    Figure(
        "tiling-shape",
        "The same fields with their peaks laid over each other. Look for how all of them are one: with a limit on each "
        "answer the truncated cosine of theory (dashed); with a limit on each direction arcs with steep edges.",
        draw_shape,
        alt="Three panels of aligned receptive fields, the first with the curve of theory",
    ),
)
