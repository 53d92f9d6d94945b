"""Weights in open loop: pulses of a predictor and of a reflex, with one filter and with ten, by ICO and by ISO."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.behaviour import SequenceLearner, Stimulus, input_correlations
from bouton.dynamics import ResonatorBank
from bouton.engine import rollout
from bouton.papers import AtLeast, AtMost, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.plasticity import InputCorrelations, IsotropicSequenceOrder
from bouton.report import figures

__all__ = ["SECTION"]

_PERIOD, _DELAY, _EVERY = 1000, 25, 250
_RATES = (1e-5, 1e-4, 5e-3)
_TEN = ResonatorBank.harmonics(0.1, 10)
FULL = ("laptop", "paper")


@dataclass(frozen=True)
class Settings:
    """Numbers of pairs, and of lone pulses of the predictor after them."""

    pairs: int = 100
    lone: int = 50


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return weights every 250 steps, and after the first pair, the last pair and the last lone pulse."""
    n = np.arange((settings.pairs + settings.lone) * _PERIOD)
    predictive = (n % _PERIOD == 500).astype(float)
    reflex = ((n % _PERIOD == 500 + _DELAY) & (n < settings.pairs * _PERIOD)).astype(float)
    one = input_correlations(reflex, predictive, 1e-6)
    ten = input_correlations(reflex, predictive, 1e-4, predictive_filters=_TEN)
    key, weights = random_key(seed, 1), []
    with jax.enable_x64(True):
        events = Stimulus(jnp.asarray(reflex[:, None]), jnp.asarray(predictive[:, None]))

        @jax.jit
        def followed(rate: Any) -> Any:
            look = lambda state, info: state.synapses.weight[0, 0]  # noqa: E731
            return rollout(SequenceLearner(IsotropicSequenceOrder(rate)), events, key, look=look)[1]

        weights = np.array([followed(rate) for rate in _RATES])
    ends = settings.pairs * _PERIOD - 1, len(n) - 1
    return {
        "step": n[::_EVERY],
        "ico": one[::_EVERY, 0],
        "ico_end": one[[*ends], 0],
        "ico_moved": float(np.ptp(one[ends[0] :, 0])),
        "ten": ten[::_EVERY],
        "ten_end": ten[-1],
        "iso": weights[:, ::_EVERY],
        "iso_first": weights[:, _PERIOD - 1],
        "iso_end": weights[:, [*ends]],
        "lone": settings.lone,
    }


def _growth(results: Mapping[str, Any]) -> float:
    """Return what a lone pulse multiplies the weight of ISO by, less 1, in units of the rate 1e-4."""
    paired, end = results["iso_end"][1]
    return float(((end / paired) ** (1 / results["lone"]) - 1) / _RATES[1])


def draw_weights(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the weights of both rules against time, in units of the weight after the last pair."""
    figure, axes = figures.new_figure(6.4, 3.6)
    colours = figures.category_colours(len(_RATES) + 1)
    axes.plot(results["step"], results["ico"] / results["ico_end"][0], color=colours[0], label="ICO, any rate")
    for rate, weights, (paired, _), colour in zip(_RATES, results["iso"], results["iso_end"], colours[1:], strict=True):
        axes.plot(results["step"], weights / paired, color=colour, label=f"ISO, rate {rate:g}")
    last = results["step"][-1] - results["lone"] * _PERIOD
    axes.axvline(last, color=figures.muted(), linewidth=0.8)
    axes.set(xlabel="step", ylabel="weight / weight after the last pair", ylim=(0, 2.7))
    axes.legend(fontsize=8, loc="upper left")
    return figure


def draw_filters(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the weights of ten filters against time."""
    figure, axes = figures.new_figure(6.4, 3.4)
    weights = results["ten"]
    for number in range(weights.shape[1]):
        shade = 0.15 + 0.8 * number / (weights.shape[1] - 1)
        axes.plot(results["step"], weights[:, number], color=figures.category_colours(1)[0], alpha=shade)
    axes.annotate("fastest filters", (results["step"][-1] * 0.55, 0.02), fontsize=8, color=figures.muted())
    axes.annotate("slowest", (results["step"][-1] * 0.85, float(weights.max()) * 1.03), fontsize=8)
    axes.set(xlabel="step", ylabel="weight", ylim=(-0.02, float(weights.max()) * 1.15))
    return figure


def _made_up() -> dict[str, Any]:
    return {
        "ico_end": np.array([3.109773454e-3, 3.109773454e-3]),
        "ico_moved": 0.0,
        "ten_end": np.array([0, -2.4e-4, -6.3e-4, 0.0111, 0.0441, 0.0945, 0.1533, 0.2123, 0.2660, 0.310977]),
        "iso_first": np.array([3.1102835e-4, 3.1148829e-3, 0.169678]),
        "iso_end": np.array([[0.0311, 0.0312], [0.31563194, 0.31986386], [48.386443, 121.39938]]),
        "lone": 50,
    }


SECTION = Section(
    settings={"smoke": Settings(4, 2), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "one-filter",
            "ICO, one filter: weight after 100 pairs.",
            Near(0.0031, 5e-5),
            lambda results: float(results["ico_end"][0]),
            basis.authors("plot of the first demonstration of the ICO library: 0.0031"),
            on="ico",
            scales=FULL,
        ),
        Check(
            "one-filter-exact",
            "ICO, one filter: weight after 100 pairs, to nine digits.",
            Near(3.109773454e-3, 4e-12),
            lambda results: float(results["ico_end"][0]),
            basis.replication("references/iso_learning.py"),
            scales=FULL,
        ),
        Check(
            "slowest-of-ten",
            "ICO, ten filters: weight of the slowest filter after 100 pairs.",
            Near(0.31, 5e-3),
            lambda results: float(results["ten_end"][-1]),
            basis.authors("plot of the demonstration with ten filters of the ICO library: 0.31"),
            on="ico",
            scales=FULL,
        ),
        Check(
            "frozen",
            "ICO: how far the weight moves once the reflex is silent.",
            AtMost(0.0),
            lambda results: results["ico_moved"],
            basis.theory("without a reflex the rule has nothing to multiply"),
            on="stable",
        ),
        Check(
            "grows",
            "ISO at a rate of 1e-4: what a lone pulse of the predictor multiplies the weight by, less 1, over the "
            "rate.",
            Near(2.6487, 0.03),
            _growth,
            basis.theory("R(0) - R(1) of the impulse response, to first order in the rate"),
        ),
        Check(
            "iso-freezes",
            "ISO at the lowest rate: share that the weight gains from 50 lone pulses, after the reflex is silent.",
            AtMost(0.01),
            lambda results: float(results["iso_end"][0][1] / results["iso_end"][0][0] - 1),
            basis.ours("a hundredth is what counts as stable here"),
            on="stable",
            scales=FULL,
        ),
        Check(
            "explodes",
            "ISO at a rate of 5e-3: factor by which 50 lone pulses let the weight grow, with no reflex.",
            AtLeast(2.0),
            lambda results: float(results["iso_end"][2][1] / results["iso_end"][2][0]),
            basis.ours("references/iso_learning.py prints 48.39 and 121.4; twice is what counts as explosive"),
            on="ico",
            scales=FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "one-filter": put("ico_end", 0.0029),
        "one-filter-exact": put("ico_end", 0.00310978),
        "slowest-of-ten": put("ten_end", 0.33, -1),
        "frozen": {"ico_moved": 1e-9},
        "grows": put("iso_end", 0.33, (1, 1)),
        "iso-freezes": put("iso_end", 0.04, (0, 1)),
        "explodes": put("iso_end", 50.0, (2, 1)),
    },
    figures=(
        Figure(
            "weights",
            "Weight of a predictor 25 steps ahead of a reflex, which is left out from the line on. Look at what "
            "happens "
            "there: by input correlations the weight stands still, by ISO it goes on growing, the faster the higher "
            "the "
            "rate.",
            draw_weights,
        ),
        Figure(
            "filters",
            "Weights of ten filters by ICO, from the fastest (pale) to the slowest. Those grow whose hump reaches the "
            "reflex; all stand still once it is silent.",
            draw_filters,
        ),
    ),
    circuits=lambda settings: [
        SequenceLearner(InputCorrelations(1e-6)),
        SequenceLearner(IsotropicSequenceOrder(1e-5)),
    ],
)
