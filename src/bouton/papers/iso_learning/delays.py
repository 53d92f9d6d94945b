"""The change of a weight over the delay, beside its closed form; and what ISO's weights do to each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.behaviour import correlation_curve
from bouton.dynamics import ResonatorBank
from bouton.papers import AtMost, Check, Equals, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.report import figures

__all__ = ["SECTION"]

_F, _Q, _PAIRS = 0.01, 0.6, 100


@dataclass(frozen=True)
class Settings:
    """The longest delay, in steps."""

    longest: int = 200


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the curve of ICO learning over delays, its closed form, and the effects of lone pulses in a bank."""
    delays = np.arange(-settings.longest, settings.longest + 1)
    single = ResonatorBank((_F,), _Q)
    a, b = np.pi * _F / _Q, np.pi * _F * np.sqrt(4 - 1 / _Q**2)
    closed = np.sign(delays + 0.5) * np.exp(-a * abs(delays + 0.5)) * np.sin(b * abs(delays + 0.5)) / (4 * a * b)
    responses = ResonatorBank.harmonics(0.1, 10, _Q).impulse_response(8000)
    change = np.diff(responses, axis=1, prepend=0.0)
    before = np.concatenate([np.zeros((len(responses), 1)), responses[:, :-1]], axis=1)
    return {
        "delays": delays,
        "curve": 1e-6 * _PAIRS * correlation_curve(delays, single, single),
        "closed": 1e-6 * _PAIRS * closed,
        "effects": responses @ change.T,
        "midpoint": (responses + before) / 2 @ change.T,
    }


def draw_curve(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the curve and its closed form."""
    figure, axes = figures.new_figure(6.2, 3.4)
    axes.axhline(0, color=figures.muted(), linewidth=0.6)
    axes.axvline(0, color=figures.muted(), linewidth=0.6)
    axes.plot(results["delays"], results["curve"], color=figures.category_colours(1)[0], label="100 pairs, ICO")
    axes.plot(results["delays"], results["closed"], color=figures.muted(), linestyle="--", label="continuous time")
    axes.set(xlabel="steps from predictor to reflex", ylabel="weight")
    axes.legend(fontsize=8, loc="upper left")
    return figure


def draw_effects(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw what a lone pulse makes of the weights of a bank, by ISO as published and with midpoints."""
    figure, axes = figures.new_figure(6.4, 3.0, columns=2)
    largest = float(np.abs(results["effects"]).max())
    for axis, name, title in zip(axes, ("effects", "midpoint"), ("as published", "midpoints"), strict=True):
        axis.imshow(results[name], cmap=figures.diverging(), vmin=-largest, vmax=largest)
        axis.set(xlabel="of the weight of filter", title=title, xticks=(0, 4, 9), yticks=(0, 4, 9))
        axis.set_xticklabels((1, 5, 10))
        axis.set_yticklabels((1, 5, 10))
    axes[0].set_ylabel("on that of filter")
    return figure


SECTION = Section(
    settings={"smoke": Settings(60), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "height",
            "Largest weight after 100 pairs, over all delays.",
            Near(0.0035, 5e-5),
            lambda results: float(results["curve"].max()),
            basis.authors("plot of the timing curve of the ICO library: 0.0035"),
            on="window",
        ),
        Check(
            "place",
            "Delay at which it is largest, and at which it is smallest.",
            Equals((16, -17)),
            lambda results: [
                int(results["delays"][results["curve"].argmax()]),
                int(results["delays"][results["curve"].argmin()]),
            ],
            basis.replication(
                "references/iso_learning.py prints the weights at these delays; the plot of the ICO library "
                "has its extremes at about 17 and -17"
            ),
            on="window",
        ),
        Check(
            "antisymmetric",
            "The curve at -1 - T is the opposite of that at T: largest difference, over its height.",
            AtMost(1e-12),
            lambda results: float(abs(results["curve"][:-1] + results["curve"][-2::-1]).max() / results["curve"].max()),
            basis.theory("the correlation of two equal filters is even; the half step is that of the difference"),
            on="window",
        ),
        Check(
            "closed-form",
            "Largest distance from the closed form of continuous time, half a step later, over the height of the "
            "curve.",
            AtMost(0.11),
            lambda results: float(abs(results["curve"] - results["closed"]).max() / results["curve"].max()),
            basis.theory("the recursion's gain is larger by (b / sin b)^2 e^(2a), a tenth here"),
            on="window",
        ),
        Check(
            "positive",
            "ISO: smallest eigenvalue of the symmetric part of what lone pulses do to the weights of ten filters.",
            Near(0.0, 1e-9),
            lambda results: float(min(0.0, np.linalg.eigvalsh(results["effects"] + results["effects"].T).min())),
            basis.theory(
                "the symmetric part is half the Gram matrix of the differences: no weight is tamed by another"
            ),
        ),
        Check(
            "midpoint",
            "ISO with midpoints: largest symmetric part of the same.",
            AtMost(1e-9),
            lambda results: float(abs(results["midpoint"] + results["midpoint"].T).max()),
            basis.theory("sums by parts"),
        ),
    ),
    holds=lambda: {
        "delays": np.arange(-20, 21),
        "curve": np.where(np.arange(-20, 21) == 16, 0.0035, 0) - np.where(np.arange(-20, 21) == -17, 0.0035, 0),
        "closed": np.where(np.arange(-20, 21) == 16, 0.0034, 0) - np.where(np.arange(-20, 21) == -17, 0.0034, 0),
        "effects": np.array([[1.0, 2.0], [-2.0, 1.0]]),
        "midpoint": np.array([[0.0, 2.0], [-2.0, 0.0]]),
    },
    breaks={
        "height": put("curve", 0.004, 36),
        "place": put("curve", 0.006, 30),
        "antisymmetric": put("curve", 0.001, 20),
        "closed-form": put("closed", 0.001, 36),
        "positive": put("effects", -3.0, (0, 0)),
        "midpoint": put("midpoint", 0.5, (0, 0)),
    },
    figures=(
        Figure(
            "curve",
            "Weight after 100 pairs against the delay of the reflex. Look for the window: inputs that predict gain, "
            "those "
            "that come late lose.",
            draw_curve,
        ),
        Figure(
            "effects",
            "What a lone pulse of the predictor makes of the weights of ten filters by ISO, per unit of rate and "
            "weight. "
            "Left, with the backward difference of the published rule, the diagonal is positive: weights amplify "
            "themselves. Right, with midpoints, they only turn into each other.",
            draw_effects,
        ),
    ),
)
