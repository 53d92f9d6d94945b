"""A net of three layers on handwritten digits: what each way for errors to come down makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    DenseLayer,
    DirectFeedback,
    KolenPollack,
    SignSymmetry,
    WeightTransport,
    mini_batches,
)
from bouton.data import load_digits
from bouton.dynamics import Tanh
from bouton.papers import AtLeast, AtMost, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.credit_alignment._common import FULL, draw_points
from bouton.report import figures

__all__ = ["SECTION"]

FEEDBACK = {
    "backpropagation": WeightTransport(),
    "symmetric alignment": AlignedFeedback.symmetric(),
    "weight mirror": AlignedFeedback.weight_mirror(),
    "Kolen-Pollack": KolenPollack(),
    "activation alignment": AlignedFeedback.activation(),
    "sign symmetry": SignSymmetry(),
    "feedback alignment": AlignedFeedback(),
    "direct feedback": DirectFeedback(),
    "information alignment": AlignedFeedback.information(),
}
_NAMES = list(FEEDBACK)
_REFERENCE = basis.replication("references/credit_alignment.py")
_LEARNED = 1500
_PRINTED = {
    "backpropagation": 0.920,
    "symmetric alignment": 0.919,
    "weight mirror": 0.916,
    "Kolen-Pollack": 0.912,
    "activation alignment": 0.906,
    "sign symmetry": 0.901,
    "feedback alignment": 0.891,
    "direct feedback": 0.887,
    "information alignment": 0.865,
}


@dataclass(frozen=True)
class Settings:
    """Numbers of nets with other weights and orders, and of passes over the samples."""

    networks: int = 3
    epochs: int = 20


def network(name: str) -> AlignmentNetwork:
    """Return the net with one way for errors to come down."""
    layers = [DenseLayer(32, Tanh()), DenseLayer(32, Tanh()), DenseLayer(10)]
    return AlignmentNetwork(layers, (64,), FEEDBACK[name], learning_rate=0.1, weight_decay=1e-3)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the share of correct test samples and the angles of the feedback weights over learning."""
    digits = load_digits(normalise=False)
    pixels = digits.data / 16
    rows, labels = pixels[:_LEARNED], digits.labels[:_LEARNED]
    found: dict[str, Any] = {"correct": np.zeros((len(_NAMES), settings.networks))}
    for place, name in enumerate(_NAMES):
        net, angles, ratios = network(name), [], []
        for number in range(settings.networks):
            batches = mini_batches(rows, labels, 32, epochs=settings.epochs, seed=1000 * seed + number)
            record = {"weight_angle": 10, "norm_ratio": 10}
            run = bouton.run(net, batches, key=random_key(seed, 1, number), record=record)
            said = np.argmax(np.asarray(net.outputs(run.state, pixels[_LEARNED:])), axis=1)
            found["correct"][place, number] = np.mean(said == digits.labels[_LEARNED:])
            angles.append(run.recordings["weight_angle"].values)
            ratios.append(run.recordings["norm_ratio"].values)
            found["steps"] = np.asarray(run.recordings["weight_angle"].steps)
        if not isinstance(net.feedback, DirectFeedback):
            found[f"angle, {name}"], found[f"ratio, {name}"] = np.mean(angles, axis=0), np.mean(ratios, axis=0)
    return found


def _correct(results: Mapping[str, Any], name: str) -> float:
    return float(np.mean(results["correct"][_NAMES.index(name)]))


def _below(name: str) -> Any:
    """Return a function that gives how far a rule stays behind backpropagation."""
    return lambda results: _correct(results, "backpropagation") - _correct(results, name)


def draw_accuracy(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the share of correct test samples of each net."""
    return draw_points({**results, "names": _NAMES})


def draw_angles(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the angle between feedback and transposed forward weights of both layers."""
    shown = [name for name in _NAMES if f"angle, {name}" in results and name != "backpropagation"]
    figure, panels = figures.new_figure(7.2, 3.4, columns=2, sharey=True)
    for layer, axes in enumerate(panels):
        for name, colour in zip(shown, figures.category_colours(len(shown)), strict=True):
            axes.plot(results["steps"], results[f"angle, {name}"][:, layer], color=colour, label=name)
        axes.set(xlabel="mini-batches", title=f"layer {layer + 2}", ylim=(-3, 95))
    panels[0].set_ylabel("angle / degrees")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _holds() -> dict[str, Any]:
    made_up = {f"angle, {name}": np.full((5, 2), 60.0) for name in _NAMES}
    made_up |= {f"angle, {name}": np.full((5, 2), 1.0) for name in ("symmetric alignment", "weight mirror")}
    return {"correct": np.array([[_PRINTED[name]] * 3 for name in _NAMES])} | made_up


def _printed(name: str) -> Check:
    return Check(
        name.lower().replace(" ", "-"),
        f"Share of correct test samples with {name}, mean over the nets.",
        Near(_PRINTED[name], 0.02),
        lambda results: _correct(results, name),
        _REFERENCE,
        scales=FULL,
    )


SECTION = Section(
    settings={"smoke": Settings(1, 1), "laptop": Settings(), "paper": Settings(20, 20)},
    measure=measure,
    checks=(
        Check(
            "symmetric-matches",
            "Symmetric alignment stays behind backpropagation by no more than this share of test samples.",
            AtMost(0.02),
            _below("symmetric alignment"),
            basis.ours(),
            on="match",
            scales=FULL,
        ),
        Check(
            "activation-matches",
            "The same of activation alignment.",
            AtMost(0.02),
            _below("activation alignment"),
            basis.ours(),
            on="match",
            scales=FULL,
            remark="At its step the feedback weights are still far from the forward ones when learning ends: see the "
            "angles.",
        ),
        Check(
            "information-gap",
            "Information alignment stays behind backpropagation by at least this share.",
            AtLeast(0.01),
            _below("information alignment"),
            basis.ours(),
            on="gap",
            scales=FULL,
        ),
        Check(
            "symmetric-aligns",
            "Symmetric alignment: largest angle of a layer at the end of learning, in degrees.",
            AtMost(8.1),
            lambda results: float(np.max(results["angle, symmetric alignment"][-1])),
            basis.ours("a cosine of 0.99"),
            on="match",
        ),
        *map(_printed, _NAMES),
    ),
    holds=_holds,
    breaks={
        "symmetric-matches": put("correct", 0.89, _NAMES.index("symmetric alignment")),
        "activation-matches": put("correct", 0.89, _NAMES.index("activation alignment")),
        "information-gap": put("correct", 0.915, _NAMES.index("information alignment")),
        "symmetric-aligns": put("angle, symmetric alignment", 20.0),
        **{name.lower().replace(" ", "-"): put("correct", 0.95, _NAMES.index(name)) for name in _NAMES},
    },
    figures=(
        Figure(
            "accuracy",
            "Share of correct test samples by the way in which errors come down: nets with other first weights and "
            "orders (points), and their mean.",
            draw_accuracy,
        ),
        Figure(
            "angles",
            "Angle between the feedback weights and the transposed forward weights of the second and the third layer.",
            draw_angles,
        ),
    ),
    circuits=lambda settings: [network("information alignment"), network("symmetric alignment")],
)
