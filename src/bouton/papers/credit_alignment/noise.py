r"""Noise: on the way of weights that are carried over, and on the steps of feedback weights that learn.

Symmetric alignment averages the noise on its steps over :math:`1 / (2 \eta_B\, decay)` of them; transported weights
miss by all of it in every step, and the difference of Kolen-Pollack walks at random. Nets and data: `convolutions`.
"""

from typing import Any

import numpy as np

from bouton.credit import AlignedFeedback, KolenPollack, WeightTransport
from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.credit_alignment._common import (
    FULL,
    SMALLEST,
    Comparison,
    behind,
    compared,
    correct_of,
    draw_points,
    draw_ratios,
    plain_net,
)

__all__ = ["SECTION"]


def _symmetric(noise: float) -> AlignedFeedback:
    return AlignedFeedback(decay=1.0, self_=2.0, rate=0.05, update_noise=noise)


FEEDBACK = {
    "transport, 0.1": WeightTransport(noise=0.1),
    "transport, 0.3": WeightTransport(noise=0.3),
    "symmetric, 0.3": _symmetric(0.3),
    "symmetric, 1.0": _symmetric(1.0),
    "Kolen-Pollack, 0.3": KolenPollack(update_noise=0.3),
}
_NAMES = list(FEEDBACK)
_OWN_RUN = "a run of ours before this code, one net"


def measure(settings: Comparison, seed: int) -> dict[str, Any]:
    """Return what each way of bringing errors down makes of the net."""
    return compared(settings, FEEDBACK, plain_net, seed)


def _last(name: str) -> Any:
    """Return a function that gives the ratio of the highest convolution when learning ends."""
    return lambda results: float(results[f"ratio, {name}"][-1, -2])


def _holds() -> dict[str, Any]:
    correct = np.array([[0.75], [0.2], [0.83], [0.78], [0.78]])
    ratios = {f"ratio, {name}": np.stack([np.ones(5), np.full(5, 3.0 if "K" in name else 1.05)]) for name in _NAMES}
    return {"names": _NAMES, "correct": correct} | ratios | {f"steps, {name}": np.array([0, 9]) for name in _NAMES}


SECTION = Section(
    settings={
        "smoke": Comparison(("symmetric, 0.3",), 1, SMALLEST),
        "laptop": Comparison(("transport, 0.3", "symmetric, 0.3", "Kolen-Pollack, 0.3")),
        "paper": Comparison(tuple(_NAMES), 3),
    },
    measure=measure,
    checks=(
        Check(
            "symmetric-learns",
            "Symmetric alignment with noise of 0.3 on its steps: share of correct test samples.",
            AtLeast(0.75),
            correct_of("symmetric, 0.3"),
            basis.ours(_OWN_RUN),
            on="noise",
            scales=FULL,
        ),
        Check(
            "transport-fails",
            "Backpropagation with noise of 0.3 on transported weights: share of correct test samples.",
            AtMost(0.5),
            correct_of("transport, 0.3"),
            basis.ours(_OWN_RUN),
            scales=FULL,
        ),
        Check(
            "ahead-of-kolen-pollack",
            "Symmetric alignment is ahead of Kolen-Pollack at the same noise by at least this share.",
            AtLeast(0.0),
            behind("Kolen-Pollack, 0.3", "symmetric, 0.3"),
            basis.ours(_OWN_RUN),
            on="noise",
            scales=FULL,
        ),
        Check(
            "kolen-pollack-walks",
            "Kolen-Pollack: ratio of lengths in the highest convolution when learning ends.",
            AtLeast(2.0),
            _last("Kolen-Pollack, 0.3"),
            basis.ours(_OWN_RUN),
            scales=FULL,
        ),
        Check(
            "symmetric-stays",
            "Symmetric alignment with noise of 0.3: distance of the ratio of lengths from 1, largest of all layers.",
            AtMost(0.15),
            lambda results: float(np.max(np.abs(results["ratio, symmetric, 0.3"][-1] - 1))),
            basis.ours(_OWN_RUN + ": up to 0.09"),
            on="noise",
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "symmetric-learns": put("correct", 0.6, 2),
        "transport-fails": put("correct", 0.6, 1),
        "ahead-of-kolen-pollack": put("correct", 0.9, 4),
        "kolen-pollack-walks": put("ratio, Kolen-Pollack, 0.3", 1.0),
        "symmetric-stays": put("ratio, symmetric, 0.3", 1.3),
    },
    figures=(
        Figure(
            "accuracy",
            "Share of correct test samples with noise: its standard deviation, on transported weights or, times the "
            "learning rate, on the steps of feedback weights.",
            draw_points,
        ),
        Figure("ratios", "Length of the feedback weights over that of the forward weights, by layer.", draw_ratios),
    ),
)
