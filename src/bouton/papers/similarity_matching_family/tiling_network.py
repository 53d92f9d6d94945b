"""Manifold tiling online: a network learns receptive fields on a circle under a limit on each direction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.data import ring
from bouton.papers import AtLeast, AtMost, Equals, Figure, Near, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._seeds import generator, random_key
from bouton.papers.similarity_matching_family import _fields
from bouton.papers.similarity_matching_family._common import FULL, NOT_LOCAL, PICTURE, check, local
from bouton.report import figures
from bouton.similarity import ManifoldTilingNetwork

__all__ = ["SECTION"]

_GROUP = 4


@dataclass(frozen=True)
class Settings:
    """Neurons and samples, and the probes at which fields are looked at."""

    outputs: int = 8
    offset: float = 0.7
    samples: int = 100_000
    probes: int = 360


def networks(settings: Settings) -> tuple[ManifoldTilingNetwork, ...]:
    """Return the network."""
    return (ManifoldTilingNetwork(2, settings.outputs, offset=settings.offset),)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Let the network learn points drawn from the circle, and measure its fields."""
    (circuit,) = networks(settings)
    samples = ring(settings.samples, seed=generator(seed, _GROUP, 2))[0]
    run = bouton.run(circuit, samples, key=random_key(seed, _GROUP, 2), record={"y": 1})
    late = run.recordings["y"].values[-(len(samples) // 4) :].astype(float)
    probes = ring(settings.probes, seed=None)[0]
    fields = run.respond(probes).astype(float)
    responding = _fields.responding(fields)
    aligned = _fields.aligned(fields)
    gaps = _fields.gaps(_fields.centres(fields))
    widths = responding.sum(axis=0)
    objective = circuit.objective(run.state, probes)
    return {
        "arcs": np.count_nonzero(responding & ~np.roll(responding, 1, axis=0), axis=0),
        "correlation": np.corrcoef(aligned["aligned"]).min(),
        "width_range": np.ptp(widths) / widths.mean(),
        "edge": _fields.edges(fields).max(),
        "gap": gaps.max() / gaps.mean(),
        "power": np.linalg.norm(late, 2) ** 2 / len(late) / circuit.power_limit,
        "power_frozen": np.linalg.norm(fields, 2) ** 2 / len(fields) / circuit.power_limit,
        "duality": float(circuit.min_max_objective(run.state, probes)) / objective,
        "shown": fields[:, np.argsort(_fields.centres(fields))],
        **aligned,
        "verdicts": verdicts(networks(settings)),
    }


def draw_fields(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw receptive fields over the circle, and with their peaks aligned."""
    figure, (left, right) = figures.new_figure(7.6, 3.0, 1, 2, width_ratios=(1.6, 1.0))
    _fields.plot_fields(left, results["shown"], xlabel="angle (degrees)")
    _fields.plot_shapes(right, results["distance"], results["aligned"])
    return figure


_AVERAGE = basis.ours("met on average in theory; how close while synapses go on learning is chosen here")


SECTION = Section(
    settings={
        "smoke": Settings(outputs=4, samples=4000),
        "laptop": Settings(),
        "paper": Settings(samples=200_000),
    },
    measure=measure,
    checks=(
        check(
            "arcs",
            "bumps",
            "Every neuron responds to one connected arc (number of arcs of each neuron).",
            Equals(1),
            PICTURE,
            "tiling",
        ),
        check(
            "gap",
            "peaks",
            "Their peaks are spread evenly (largest gap over mean gap).",
            AtMost(1.5),
            PICTURE,
            "tiling",
        ),
        check(
            "edge",
            "edge",
            "Fields fall to zero at their edges (largest response at the edge of a field, relative to its peak).",
            AtMost(0.2),
            PICTURE,
            "cosines",
            scales=FULL,
            remark=_fields.NARROW,
        ),
        check(
            "correlation",
            "identical",
            "Fields are identical but for rotation (smallest correlation of two fields whose peaks are aligned).",
            AtLeast(0.95),
            PICTURE,
            "cosines",
        ),
        check(
            "width_range",
            "width",
            "Widths of the fields are alike (range over mean).",
            AtMost(0.2),
            PICTURE,
            "cosines",
        ),
        local("the online network"),
        check(
            "power",
            "power",
            "The power along the strongest direction is the limit (relative; mean over the last quarter of learning).",
            Near(1.0, 0.1),
            _AVERAGE,
        ),
        check(
            "power_frozen",
            "power-frozen",
            "So it is once learning is frozen (relative; mean over the circle).",
            Near(1.0, 0.1),
            _AVERAGE,
            scales=FULL,
            remark="The weights of the moment fluctuate about those that meet the limit: the smaller the learning rate "
            "at the end, the less they do; the mean over learning meets it.",
        ),
        check(
            "duality",
            "duality",
            "The min-max objective, which synapses descend and ascend, meets the objective of the outputs (their "
            "ratio).",
            Near(1.0, 0.1),
            _AVERAGE,
        ),
    ),
    holds=lambda: {
        "arcs": np.ones(8, int),
        "gap": 1.02,
        "edge": 0.1,
        "correlation": 0.97,
        "width_range": 0.04,
        "power": 1.0,
        "power_frozen": 1.05,
        "duality": 1.0,
        "verdicts": ["local"] * 3,
    },
    breaks={
        "bumps": {"arcs": np.array([1, 2, 1])},
        "peaks": {"gap": 2.0},
        "edge": {"edge": 0.9},
        "identical": {"correlation": 0.8},
        "width": {"width_range": 0.5},
        "local": NOT_LOCAL,
        "power": {"power": 1.3},
        "power-frozen": {"power_frozen": 0.8},
        "duality": {"duality": 1.3},
    },
    figures=(
        Figure(
            "fields",
            "Receptive fields of the online network on a circle: response of each neuron to each point, and the same "
            "fields with their peaks laid over each other. Look for bumps side by side all around, and for steep "
            "edges.",
            draw_fields,
            alt="Bumps over the angle of a circle, and laid over each other",
        ),
    ),
    circuits=networks,
)
