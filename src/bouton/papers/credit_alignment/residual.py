"""A small residual net: shortcuts, projections with feedback weights of their own, and layers that normalise.

A stem of 8 channels and three blocks of 8, 16 and 32 channels, of two convolutions each, in the place of a ResNet-18.
Data and training as in `convolutions`.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from bouton.credit import AlignedFeedback, DenseLayer, Layer, MeanPool, ResidualBlock, WeightTransport
from bouton.dynamics import Rectifier
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.credit_alignment._common import (
    FULL,
    SMALLEST,
    Comparison,
    Training,
    behind,
    compared,
    convolution,
    cosines,
    draw_points,
    network,
)

__all__ = ["SECTION"]

FEEDBACK = {
    "backpropagation": WeightTransport(),
    "symmetric alignment": AlignedFeedback.symmetric(),
    "feedback alignment": AlignedFeedback(),
}
_NAMES = list(FEEDBACK)
_OWN_RUN = "a run of ours before this code, one net"


_USUAL = Training(channels=(8, 8, 16, 32), strides=(1, 1, 2, 2))
_SMALL = replace(SMALLEST, channels=(8, 8), strides=(1, 1))


def residual_net(training: Training) -> list[Layer]:
    """Return a stem, blocks of which each that changes the shape has a projection, and one unit per class."""
    stem, *channels = training.channels
    if training.data == "rows":
        hidden = DenseLayer(channels[0], Rectifier(), normalised=True)
        return [DenseLayer(stem, Rectifier(), normalised=True), ResidualBlock([hidden]), DenseLayer(10)]
    layers: list[Layer] = [convolution(stem, training.strides[0])]
    before = stem
    for units, stride in zip(channels, training.strides[1:], strict=True):
        changes = stride > 1 or units != before
        shortcut = convolution(units, stride, 1) if changes else None
        layers.append(ResidualBlock([convolution(units, stride), convolution(units)], shortcut))
        before = units
    return [*layers, MeanPool(), DenseLayer(10)]


def measure(settings: Comparison, seed: int) -> dict[str, Any]:
    """Return what each way of bringing errors down makes of the net."""
    return compared(settings, FEEDBACK, residual_net, seed)


def _holds() -> dict[str, Any]:
    made_up: dict[str, Any] = {"names": _NAMES, "correct": np.array([[0.88], [0.88], [0.41]])}
    return made_up | {"angle, symmetric alignment": np.ones((2, 9))}


SECTION = Section(
    settings={
        "smoke": Comparison(("symmetric alignment",), 1, _SMALL),
        "laptop": Comparison(tuple(_NAMES), training=_USUAL),
        "paper": Comparison(tuple(_NAMES), 3, _USUAL),
    },
    measure=measure,
    checks=(
        Check(
            "symmetric-matches",
            "Symmetric alignment stays behind backpropagation by no more than this share of test samples.",
            AtMost(0.02),
            behind("symmetric alignment"),
            basis.ours(_OWN_RUN),
            on="match",
            scales=FULL,
        ),
        Check(
            "fixed-falls-behind",
            "Feedback alignment stays behind backpropagation by at least this share.",
            AtLeast(0.1),
            behind("feedback alignment"),
            basis.ours(_OWN_RUN),
            scales=FULL,
        ),
        Check(
            "all-align",
            "Symmetric alignment: smallest cosine of a layer, projections included, when learning ends.",
            AtLeast(0.99),
            lambda results: float(np.min(cosines(results, "symmetric alignment"))),
            basis.ours("as in a net without shortcuts"),
            on="match",
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "symmetric-matches": put("correct", 0.8, 1),
        "fixed-falls-behind": put("correct", 0.85, 2),
        "all-align": put("angle, symmetric alignment", 20.0),
    },
    figures=(Figure("accuracy", "Share of correct test samples of the residual net.", draw_points),),
    circuits=lambda settings: [
        network(residual_net(settings.training), AlignedFeedback.weight_mirror(), settings.training)
    ],
)
