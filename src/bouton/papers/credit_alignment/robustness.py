"""Metaparameters at random: how much of them each rule bears.

Twenty nets per rule, each with other learning rates, coefficients and noise, on scikit-learn's digits. What diverges
counts as chance. Noise of a standard deviation s is noise of 1 with coefficients of amp and null times the square of s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.credit import AlignedFeedback
from bouton.papers import AtLeast, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.credit_alignment._common import FULL, SMALLEST, Training, network, plain_net, trained
from bouton.report import figures

__all__ = ["SECTION"]

_USUAL = Training("digits", 1500, 297, (8, 16, 16), (1, 2, 1), 64, 8)
_NAMES = ("symmetric alignment", "weight mirror", "information alignment")


@dataclass(frozen=True)
class Settings:
    """Number of draws per rule, and training."""

    draws: int = 20
    names: tuple[str, ...] = _NAMES
    training: Training = _USUAL


def _drawn(name: str, rng: np.random.Generator) -> tuple[float, AlignedFeedback]:
    """Return a learning rate and a rule with metaparameters at random, each on a logarithmic scale."""

    def between(lower: float, upper: float) -> float:
        return float(np.exp(rng.uniform(np.log(lower), np.log(upper))))

    learning_rate, rate = between(0.01, 0.3), between(1e-3, 1e-1)
    amp, null, power = between(0.1, 10), between(0.1, 10), between(0.1, 3) ** 2
    if name == "symmetric alignment":
        return learning_rate, AlignedFeedback(decay=1.0, self_=2.0, rate=rate)
    null = null * power if name == "information alignment" else 0.0
    return learning_rate, AlignedFeedback(decay=1.0, amp=amp * power, null=null, rate=rate, noise=1.0)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the share of correct test samples of each draw, smallest first."""
    found = {}
    for place, name in enumerate(settings.names):
        correct = []
        for number in range(settings.draws):
            # The same draws of what the rules have in common.
            learning_rate, rule = _drawn(name, generator(seed, 6, number))
            net = network(plain_net(settings.training), rule, settings.training, learning_rate)
            correct.append(float(trained(net, settings.training, seed, number)["correct"]))
        found[settings.names[place]] = np.sort(correct)
    return found


def draw_sorted(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the accuracies of all draws, smallest first."""
    shown = [name for name in _NAMES if name in results]
    figure, axes = figures.new_figure(5.2, 3.6)
    for name, colour in zip(shown, figures.category_colours(len(shown)), strict=True):
        axes.plot(np.arange(1, len(results[name]) + 1), results[name], "o-", color=colour, label=name)
    axes.set(xlabel="draws, sorted", ylabel="correct test samples", ylim=(0, 1))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure


def _failed(name: str) -> Any:
    return lambda results: float(np.mean(results[name] < 0.5))


SECTION = Section(
    settings={
        "smoke": Settings(1, ("symmetric alignment",), SMALLEST),
        "laptop": Settings(10),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        Check(
            "symmetric-robust",
            "Median of correct test samples with symmetric alignment less that with information alignment.",
            AtLeast(0.0),
            lambda results: float(np.median(results[_NAMES[0]]) - np.median(results[_NAMES[2]])),
            basis.ours("the order, not its size"),
            on="match",
            scales=FULL,
        ),
        Check(
            "mirror-fails",
            "Share of draws below one half with the weight mirror less that with information alignment.",
            AtLeast(0.0),
            lambda results: _failed(_NAMES[1])(results) - _failed(_NAMES[2])(results),
            basis.ours("the order, not its size"),
            on="robust",
            scales=FULL,
            remark="Null diverges by itself where its coefficient times the rate and the square of the noise is large, "
            "and draws reach 9. What multiplies the errors of the weight mirror, a ratio of lengths per layer, does so "
            "only three times in a net of this depth.",
        ),
    ),
    holds=lambda: {
        _NAMES[0]: np.full(4, 0.95),
        _NAMES[1]: np.array([0.1, 0.1, 0.6, 0.9]),
        _NAMES[2]: np.array([0.1, 0.6, 0.7, 0.8]),
    },
    breaks={"symmetric-robust": put(_NAMES[0], 0.2), "mirror-fails": put(_NAMES[1], 0.9)},
    figures=(
        Figure(
            "sorted",
            "Share of correct test samples of nets with metaparameters at random, sorted; one tenth is chance, and "
            "what diverged.",
            draw_sorted,
        ),
    ),
    circuits=lambda settings: [network(plain_net(settings.training), AlignedFeedback.information(), settings.training)],
)
