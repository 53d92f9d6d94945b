"""One short history, followed by four filters, with the weights of all run lengths in exact inference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.engine import rollout
from bouton.papers import AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.surprise._filters import filters_of
from bouton.papers.surprise._worlds import Tuned
from bouton.report import figures
from bouton.surprise import GaussianMean, VolatileWorld, exact_bayes

__all__ = ["SECTION"]

_SHOWN = ("exact Bayes", "VarSMiLe", "pf20", "Leaky")
_LOG_PROBABILITY = -4.0
_HAZARD = 0.03


@dataclass(frozen=True)
class Settings:
    """Steps of the history."""

    length: int = 200


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Follow one short history, for the first figure, with the weights of all run lengths."""
    family, hazard, length = GaussianMean(0.5), _HAZARD, settings.length
    key, free = random_key(seed, 6), Tuned(0.7, 0.2, 0.02, 0.05, 0.02)
    history = VolatileWorld(family, hazard).draw(key, length)
    filters = filters_of(family, hazard, free, length)
    filters["exact Bayes"] = exact_bayes(family, hazard, length)
    results: dict[str, Any] = {
        "observations": np.asarray(history.observations),
        "parameters": np.asarray(history.parameters),
        "changed": np.asarray(history.changed),
    }
    for name in _SHOWN:
        _, info = jax.jit(rollout)(filters[name], history.observations, key)
        results |= {f"{name}.{field}": np.asarray(value) for field, value in info._asdict().items()}
    return results | {"run_lengths": _run_lengths(filters["exact Bayes"], history, key)}


def _run_lengths(exact: Any, history: Any, key: Any) -> np.ndarray:
    """Return the probability of each run length at each step (steps, run lengths)."""

    def look(state: Any, info: Any) -> tuple[Any, Any, Any]:
        return state.weights, state.run_lengths, state.newest

    _, (weights, lengths, newest) = rollout(exact, history.observations, key, look=look)
    weights, lengths, newest = map(np.asarray, (weights, lengths, newest))
    steps = len(weights)
    # The hypothesis of a change at the next step says nothing of this one.
    weights = np.where(np.arange(weights.shape[1]) == newest[:, None], 0, weights)
    table = np.zeros((steps, steps + 1))
    np.add.at(table, (np.arange(steps)[:, None], np.minimum(lengths, steps)), weights)
    return table / table.sum(axis=1, keepdims=True)


def _modulation(results: Mapping[str, Any]) -> float:
    """Return how far the adaptation rate is from the published function of the Bayes factor surprise."""
    surprise = np.exp(np.asarray(results["exact Bayes.log_bayes_factor"], float))[1:]
    odds = _HAZARD / (1 - _HAZARD)
    expected = odds * surprise / (1 + odds * surprise)
    return float(np.abs(np.asarray(results["exact Bayes.adaptation_rate"], float)[1:] - expected).max())


def draw_history(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw observations and beliefs, adaptation rates, and probabilities of run lengths."""
    figure, (top, middle, bottom) = figures.new_figure(8.4, 6.6, 3, 1, sharex=True, height_ratios=(2, 1, 1.1))
    colours = dict(zip(_SHOWN, figures.category_colours(4), strict=True))
    steps = np.arange(len(results["observations"]))
    changes = np.flatnonzero(results["changed"])[1:]
    top.scatter(steps, results["observations"], s=9, color=figures.muted(), label="observed", linewidths=0)
    top.step(steps, results["parameters"], where="post", color=figures.muted(), linewidth=1.2, label="truth")
    mean = results["exact Bayes.estimate"]
    spread = np.sqrt(results["exact Bayes.variance"])
    top.fill_between(steps, mean - 2 * spread, mean + 2 * spread, color=colours["exact Bayes"], alpha=0.18, linewidth=0)
    for name in _SHOWN:
        top.plot(steps, results[f"{name}.estimate"], color=colours[name], linewidth=1.4, label=name)
    top.set(ylabel="mean")
    top.legend(fontsize=8, ncols=6, loc="upper center", bbox_to_anchor=(0.5, 1.16))
    for name in ("exact Bayes", "VarSMiLe"):
        middle.plot(steps, results[f"{name}.adaptation_rate"], color=colours[name], linewidth=1.4)
    middle.set(ylabel="adaptation rate", ylim=(0, 1.03))
    lengths = results["run_lengths"]
    with np.errstate(divide="ignore"):
        shown = np.maximum(np.log10(lengths.T[1:]), _LOG_PROBABILITY)
    image = bottom.imshow(
        shown, origin="lower", aspect="auto", cmap=figures.sequential(), vmin=_LOG_PROBABILITY, vmax=0,
        extent=(-0.5, len(steps) - 0.5, 0.5, len(shown) + 0.5),
    )  # fmt: skip
    bottom.set(xlabel="step", ylabel="run length", ylim=(0.5, 1.3 * np.diff(np.r_[0, changes, len(steps)]).max()))
    scale = bottom.inset_axes((0.02, 0.72, 0.17, 0.06))
    figure.colorbar(image, cax=scale, orientation="horizontal", ticks=(-4, -2, 0))
    scale.tick_params(labelsize=7)
    scale.set_title("log10 of its probability", fontsize=7, pad=2)
    for axes in (top, middle):
        for change in changes:
            axes.axvline(change - 0.5, color=figures.muted(), linewidth=0.8, linestyle=(0, (2, 3)))
    return figure


def _made_up() -> dict[str, Any]:
    surprise = np.geomspace(0.01, 1e4, 9)
    odds = _HAZARD / (1 - _HAZARD)
    return {
        "exact Bayes.log_bayes_factor": np.log(surprise),
        "exact Bayes.adaptation_rate": odds * surprise / (1 + odds * surprise),
    }


SECTION = Section(
    settings=dict.fromkeys(("smoke", "laptop", "paper"), Settings()),
    measure=measure,
    checks=(
        Check(
            "modulation",
            "The share of the belief that exact inference gives up is m S / (1 + m S), where S is the Bayes factor "
            "surprise and m the odds of a change: largest difference over a history.",
            AtMost(1e-5),
            _modulation,
            basis.theory("Bayes' rule for a mixture of the belief and the prior, in single precision"),
            on="modulation",
        ),
    ),
    holds=_made_up,
    breaks={"modulation": put("exact Bayes.adaptation_rate", 0.5, 4)},
    figures=(
        Figure(
            "history",
            "One history: observations, truth and what four filters believe, with two standard deviations of exact "
            "inference (top); the share of the belief that is given up at each observation (middle); the probability "
            "of each run length in exact inference (bottom). Dotted lines are true changes. Look for beliefs that jump "
            "at changes and hold still between them, where leaky integration does neither.",
            draw_history,
        ),
    ),
)
