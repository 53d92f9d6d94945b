"""A ring of inputs: rectifying neurons divide it into overlapping receptive fields, one bump each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
from jaxtyping import Float, Int

import bouton
from bouton.data import ring
from bouton.dynamics import CoordinateDescent
from bouton.papers import Between, Check, Equals, Figure, Near, Section
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.similarity_matching_family._common import FULL, NOT_LOCAL, OWN_RUN, REFERENCE, local
from bouton.report import figures
from bouton.similarity import NonnegativeSimilarityMatching

__all__ = ["SECTION", "shapes"]

_SIMILARITIES = {0: 1.04, 30: 0.80, 60: 0.42, 90: 0.10, 120: 0.00}
"""Expected similarity of the responses to two points of the ring, by the angle between them in degrees."""
_PRINTED = (0, 60, 120)
"""Angles at which the reference program, with fewer neurons and samples, prints the same to two decimals."""


@dataclass(frozen=True)
class Settings:
    """Points of the unit circle and the network that sees them.

    The published rule writes one rate, here 0.02, for both pathways; the rate of the min-max network counts half.
    """

    units: int = 50
    samples: int = 15_000
    learning_rate: float = 0.01
    leak: float = 0.01
    max_sweeps: int = 500
    angles: int = 360
    seeds: int = 3


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Let the network learn the ring; look at receptive fields and at similarities by angle."""
    (circuit,) = networks(settings)
    grid = ring(settings.angles, seed=None)[0]
    fields = []
    for number in range(settings.seeds):
        points, _ = ring(settings.samples, seed=generator(seed, 3, number))
        fields.append(bouton.run(circuit, points, key=random_key(seed, 3, number)).respond(grid))
    found = [shapes(responses) for responses in fields]
    return {
        "fields": fields[0],
        "widths": np.concatenate([width for width, _ in found]),
        "bumps": np.concatenate([bumps for _, bumps in found]),
        "similarity": np.mean([_by_angle(responses) for responses in fields], axis=0),
        "input_similarity": np.cos(2 * np.pi * np.arange(settings.angles) / settings.angles),
        "verdicts": verdicts(networks(settings)),
    }


def networks(settings: Settings) -> tuple[NonnegativeSimilarityMatching, ...]:
    """Return the network."""
    # Inputs of two dimensions make lateral weights of low rank: the neurons settle slowly.
    dynamics = CoordinateDescent(max_sweeps=settings.max_sweeps)
    return (
        NonnegativeSimilarityMatching(2, settings.units, settings.learning_rate, leak=settings.leak, dynamics=dynamics),
    )


def shapes(responses: Float[np.ndarray, "angles units"]) -> tuple[Float[np.ndarray, " used"], Int[np.ndarray, " used"]]:
    """Return width in degrees and number of bumps of each neuron that responds, its support above 2 % of its peak."""
    used = responses[:, responses.max(axis=0) > 0]
    inside = used > 0.02 * used.max(axis=0)
    return inside.mean(axis=0) * 360, np.sum(inside & ~np.roll(inside, 1, axis=0), axis=0)


def _by_angle(responses: Float[np.ndarray, "angles units"]) -> Float[np.ndarray, " angles"]:
    """Return the mean similarity of responses to points a given number of grid steps apart."""
    return np.array(
        [np.mean(np.sum(responses * np.roll(responses, shift, axis=0), axis=1)) for shift in range(len(responses))]
    )


def draw_fields(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the receptive fields around the ring, and the similarities by angle."""
    figure, (left, right) = figures.new_figure(7.6, 3.5, 1, 2, width_ratios=(1.4, 1.0))
    fields = results["fields"]
    degrees = np.arange(len(fields)) * 360 / len(fields)
    fields = fields[:, fields.max(axis=0) > 0]
    order = np.argsort(np.angle(np.exp(1j * np.radians(degrees)) @ fields) % (2 * np.pi))
    shown = order[:: max(1, len(order) // 12)]
    for unit, colour in zip(shown, figures.category_colours(len(shown)), strict=True):
        left.plot(degrees, fields[:, unit], color=colour, linewidth=1.3)
    left.set(xlabel="angle of the input (degrees)", ylabel="response", xticks=range(0, 361, 90), xlim=(0, 360))
    half = slice(0, len(degrees) // 2 + 1)
    series = {"outputs": results["similarity"][half], "inputs": results["input_similarity"][half]}
    figures.curves(degrees[half], series, xlabel="angle between two inputs (degrees)", ylabel="similarity", axes=right)
    right.scatter(*zip(*_SIMILARITIES.items(), strict=True), color=figures.muted(), s=22, zorder=3, label="expected")
    right.set_xticks(range(0, 181, 45))
    right.legend()
    return figure


SECTION = Section(
    settings={"smoke": Settings(units=12, samples=1500, seeds=1), "laptop": Settings(), "paper": Settings(seeds=10)},
    measure=measure,
    checks=(
        Check(
            "bumps",
            "Every receptive field is a single bump (number of bumps, smallest and largest).",
            Equals((1, 1)),
            lambda results: [int(results["bumps"].min()), int(results["bumps"].max())],
            OWN_RUN,
            on="tiling",
            scales=FULL,
        ),
        local("the rectifying network"),
        Check(
            "width",
            "Width of the receptive fields in degrees, support above 2 % of the peak (median of all neurons).",
            Between(110, 125),
            lambda results: float(sorted(results["widths"])[len(results["widths"]) // 2]),
            OWN_RUN,
            scales=FULL,
        ),
        Check(
            "widths",
            "So wide is every one of them (smallest and largest width of all neurons and seeds).",
            Between(110, 125),
            lambda results: [float(results["widths"].min()), float(results["widths"].max())],
            OWN_RUN,
            remark="Seen at laptop scale with seed 0: 109 to 126 degrees among 150 neurons; the expected range is that "
            "of one run of 50. Widths fluctuate, since the learning rate stays.",
            scales=FULL,
        ),
        *(
            Check(
                f"similarity-{angle}",
                f"Similarity of the responses to points {angle} degrees apart (mean of the seeds).",
                Near(expected, 0.05),
                lambda results, angle=angle: results["similarity"][angle * len(results["similarity"]) // 360],
                REFERENCE if angle in _PRINTED else OWN_RUN,
                scales=FULL,
            )
            for angle, expected in _SIMILARITIES.items()
        ),
    ),
    holds=lambda: {
        "bumps": np.ones(50, int),
        "widths": np.linspace(112, 123, 50),
        "similarity": np.interp(np.arange(360), list(_SIMILARITIES), list(_SIMILARITIES.values())),
        "verdicts": ["local", "local"],
    },
    breaks={
        "bumps": put("bumps", 2, 7),
        "local": NOT_LOCAL,
        "width": put("widths", 140.0),
        "widths": put("widths", 126.0, -1),
        **{f"similarity-{angle}": put("similarity", -0.5) for angle in _SIMILARITIES},
    },
    figures=(
        Figure(
            "fields",
            "A ring divided among rectifying neurons. Left: responses of some of the neurons to points of the ring; "
            "look for a single bump each, and for bumps all around. Right: similarity of the responses to two points "
            "by the angle between them; the responses keep the similarity of near points and have none where that of "
            "the inputs is negative.",
            draw_fields,
            alt="Bumps of activity around a ring, and similarity falling with the angle",
        ),
    ),
    circuits=networks,
)
