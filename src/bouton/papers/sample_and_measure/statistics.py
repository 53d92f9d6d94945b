"""The likelihood alone, and with statistics: what the networks do by themselves, beside what was recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.sample_and_measure._common import FULL, Data, cases, connectivity, fitted, scored, tiny
from bouton.recordings import BernoulliGLM, BernoulliHMM, SmoothedPSTH, noise_correlations
from bouton.report import figures

__all__ = ["SECTION"]

_MODELS = ["likelihood", "with statistics", "GLM, convex", "hidden Markov", "smoothed PSTH"]
_LIKELIHOOD, _STATISTICS = 0, 1
_LOSSES = {"likelihood": "likelihood", "PSTHTerm": "histograms", "NoiseCorrelationTerm": "noise correlations"}
_SHOWN, _WIDTH = 3, 60.0


@dataclass(frozen=True)
class Settings:
    """Sizes of data and fits."""

    data: Data = field(default_factory=Data)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Fit all models to each network's recording, and score them on other trials."""
    data, scores, couplings, floors, recorded = settings.data, [], [], [], []
    found: dict[str, Any] = {}
    for number, case in enumerate(cases(data, seed)):
        likelihood, statistics = (fitted(data, case.training, statistics=each) for each in (0.0, 1.0))
        convex = BernoulliGLM(3).fit(case.training)
        others = BernoulliHMM(3).fit(case.training), SmoothedPSTH(_WIDTH).fit(case.training)
        scores.append([scored(data, each, case) for each in (likelihood, statistics, convex, *others)])
        couplings.append([connectivity(each, case) for each in (likelihood, statistics, convex)])
        floors.append(case.floor)
        pairs = np.triu_indices(data.n_recorded, 1)
        noise = noise_correlations(case.test.spikes)[pairs]
        recorded.append(noise.mean())
        if number:
            continue
        runs = [case.test, *(each.sample(case.test, n_trials=data.free) for each in (likelihood, statistics))]
        found = {
            "noise": np.array([noise, *(noise_correlations(each.spikes)[pairs] for each in runs[1:])]),
            "psth": np.array([each.spikes.mean(axis=0) for each in runs]),
            "spikes": np.array([each.spikes[:_SHOWN].reshape(-1, data.n_recorded) for each in runs]),
            "matrices": 0.4 * np.array([case.truth.couplings, likelihood.couplings_, statistics.couplings_]),
            **{f"losses.{name}": _blocks(statistics.losses_[name]) for name in _LOSSES},
            **{f"alone.{name}": _blocks(likelihood.losses_[name]) for name in _LOSSES},
            "total": _blocks(statistics.losses_["total"]),
        }
    return {
        "scores": np.array(scores), "couplings": np.array(couplings), "floors": np.array(floors),
        "recorded": np.array(recorded), "per_block": data.updates // len(found["total"]), **found,
    }  # fmt: skip


def _blocks(values: np.ndarray) -> np.ndarray:
    """Return means over fifty stretches of a curve, or fewer."""
    size = max(len(values) // 50, 1)
    return values[: len(values) // size * size].reshape(-1, size).mean(axis=1)


def _score(column: int, model: int) -> Any:
    return lambda results: np.asarray(results["scores"])[:, model, column]


def _gap(column: int) -> Any:
    """Return how much higher a score is with statistics than by likelihood alone."""
    return lambda results: _score(column, _STATISTICS)(results) - _score(column, _LIKELIHOOD)(results)


def draw_correlations(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the noise correlation of each pair, of the networks over the recorded one."""
    figure, panels = figures.new_figure(7.0, 3.9, 1, 2, sharex=True, sharey=True)
    recorded = results["noise"][0]
    ends = min(results["noise"].min(), 0) - 0.02, results["noise"].max() + 0.02
    for axes, noise, name in zip(panels, results["noise"][1:], _MODELS, strict=False):
        axes.plot(ends, ends, color=figures.muted(), linewidth=0.8)
        axes.plot(recorded, noise, "o", color=figures.category_colours(1)[0], alpha=0.7, markersize=4)
        axes.set(xlabel="recorded", title=name, xlim=ends, ylim=ends, aspect="equal")
    panels[0].set_ylabel("noise correlation of the network")
    return figure


def draw_rasters(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw three trials of the recording and of each network."""
    figure, panels = figures.new_figure(7.6, 4.6, 3, 1, sharex=True)
    bins = len(results["psth"][0])
    for axes, spikes, name in zip(panels, results["spikes"], ("recorded", *_MODELS), strict=False):
        times, neurons = np.nonzero(spikes)
        axes.plot(0.04 * times, neurons, "|", color=figures.category_colours(1)[0], markersize=5)
        for trial in range(1, _SHOWN):
            axes.axvline(0.04 * bins * trial, color=figures.muted(), linewidth=0.8)
        axes.set(ylabel="neuron", title=name, yticks=[], xlim=(0, 0.04 * len(spikes)))
    panels[-1].set_xlabel("time / s (three trials)")
    return figure


def draw_histograms(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the histograms of four neurons."""
    figure, panels = figures.new_figure(7.6, 4.4, 2, 2, sharex=True)
    times = 0.04 * np.arange(len(results["psth"][0]))
    colours = (figures.muted(), *figures.category_colours(2))
    for neuron, axes in enumerate(np.ravel(panels)):
        for psth, colour, name in zip(results["psth"], colours, ("recorded", *_MODELS), strict=False):
            axes.plot(times, psth[:, neuron] / 0.04, color=colour, linewidth=1.1, label=name)
        axes.set(ylim=(0, None), title=f"neuron {neuron}")
    for axes in panels[1]:
        axes.set_xlabel("time / s")
    for axes in panels[:, 0]:
        axes.set_ylabel("rate / Hz")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    return figure


def draw_couplings(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw true and fitted couplings."""
    figure, panels = figures.new_figure(7.6, 3.0, 1, 3)
    most = float(np.abs(results["matrices"]).max())
    for axes, matrix, name in zip(panels, results["matrices"], ("true", *_MODELS), strict=False):
        axes.imshow(matrix, cmap=figures.diverging(), vmin=-most, vmax=most)
        axes.set(title=name, xlabel="to", xticks=[], yticks=[])
    panels[0].set_ylabel("from")
    figure.colorbar(panels[0].images[0], ax=list(panels), shrink=0.8, label="coupling")
    return figure


def draw_losses(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the terms of the loss over updates, with and without statistics in it."""
    figure, panels = figures.new_figure(7.6, 2.8, 1, 3)
    updates = results["per_block"] * (0.5 + np.arange(len(results["total"])))
    for axes, (name, title) in zip(panels, _LOSSES.items(), strict=True):
        for kind, label, colour in zip(("alone", "losses"), _MODELS, figures.category_colours(2), strict=False):
            axes.plot(updates, results[f"{kind}.{name}"], color=colour, label=label)
        axes.set(title=title, xlabel="updates")
    panels[0].set_ylabel("loss")
    panels[0].legend(fontsize=8)
    return figure


def draw_scores(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the scores of all models, a dot for each network."""
    figure, panels = figures.new_figure(7.6, 2.9, 1, 3, sharey=True)
    names = ("negative log likelihood", "correlation of histograms", "error of noise correlations")
    for column, (axes, name) in enumerate(zip(panels, names, strict=True)):
        for place in range(len(_MODELS)):
            values = results["scores"][:, place, column]
            axes.plot(values, np.full(len(values), place), "o", color=figures.category_colours(1)[0], alpha=0.6)
        axes.set(xlabel=name, yticks=range(len(_MODELS)))
    panels[2].axvline(float(np.mean(results["floors"])), color=figures.muted(), linewidth=0.8)
    panels[0].set_yticklabels(_MODELS)
    panels[0].invert_yaxis()
    return figure


_OURS = basis.ours("chosen from a run of another program on networks drawn alike")

SECTION = Section(
    settings={"smoke": Settings(tiny()), "laptop": Settings(), "paper": Settings(Data(networks=10))},
    measure=measure,
    checks=(
        Check(
            "losses-fall",
            "Loss at the end of the fit with statistics over that at its begin.",
            AtMost(1.0),
            lambda results: float(results["total"][-5:].mean() / results["total"][:5].mean()),
            basis.ours("that it learns"),
            on="back-propagation",
        ),
        Check(
            "too-little",
            "Likelihood alone: mean noise correlation over the recorded one, each network.",
            AtMost(0.5),
            lambda results: _score(3, _LIKELIHOOD)(results) / results["recorded"],
            _OURS,
            on="realistic",
            scales=FULL,
        ),
        Check(
            "repaired",
            "With statistics: error of the noise correlations over that of the likelihood alone, each network.",
            AtMost(0.5),
            lambda results: _score(2, _STATISTICS)(results) / _score(2, _LIKELIHOOD)(results),
            _OURS,
            on="realistic",
            scales=FULL,
        ),
        Check(
            "histograms",
            "With statistics: correlation of histograms less that of the likelihood alone, each network.",
            AtLeast(-0.03),
            _gap(1),
            _OURS,
            on="realistic",
            scales=FULL,
            remark="Seen with seed 0: -0.037, -0.016 and -0.017. Rates of neurons with much common input come out "
            "somewhat too high where the network stays in a bout of its own.",
        ),
        Check(
            "cost",
            "With statistics: negative log likelihood of a bin less that of the likelihood alone, in nats.",
            AtMost(0.02),
            _gap(0),
            _OURS,
            on="realistic",
            scales=FULL,
        ),
        Check(
            "convex",
            "Likelihood alone by 2,000 steps of Adam: negative log likelihood less that of the convex fit.",
            AtMost(0.001),
            lambda results: _score(0, _LIKELIHOOD)(results) - _score(0, 2)(results),
            basis.theory("without hidden neurons the problem is convex"),
            scales=FULL,
        ),
        Check(
            "other-models",
            "Hidden Markov model and smoothed histograms: negative log likelihood less that of the convex fit, least.",
            AtLeast(0.0),
            lambda results: float(np.min(results["scores"][:, 3:, 0] - results["scores"][:, 2:3, 0])),
            basis.ours("that looking back at single spikes helps"),
            scales=FULL,
        ),
    ),
    holds=lambda: {
        "scores": np.tile(
            [[0.495, 0.9, 0.06, 0.016], [0.503, 0.9, 0.02, 0.054], [0.495, 0.9, 0.06, 0.016], [0.56, 0.3, 0.05, 0.05],
             [0.53, 0.9, 0.07, 0.0]], (3, 1, 1),
        ),
        "recorded": np.full(3, 0.06),
        "total": np.linspace(0.5, 0.3, 50),
    },
    breaks={
        "losses-fall": put("total", 0.6, slice(-5, None)),
        "too-little": put("recorded", 0.02, 0),
        "repaired": put("scores", 0.05, (0, 1, 2)),
        "histograms": put("scores", 0.8, (0, 1, 1)),
        "cost": put("scores", 0.53, (0, 1, 0)),
        "convex": put("scores", 0.499, (0, 0, 0)),
        "other-models": put("scores", 0.48, (0, 4, 0)),
    },
    figures=(
        Figure(
            "correlations",
            "Noise correlation of each pair of neurons: networks that run by themselves over what was recorded. The "
            "likelihood alone misses what the hidden neurons bring.",
            draw_correlations,
        ),
        Figure("rasters", "Three trials: recorded, and of networks that run by themselves.", draw_rasters),
        Figure("histograms", "Peri-stimulus time histograms of four neurons.", draw_histograms),
        Figure(
            "couplings",
            "Couplings summed over lags, true and fitted; both fits put in excitation for the common input that they "
            "do not know.",
            draw_couplings,
        ),
        Figure(
            "losses",
            "Terms of the loss over updates, also where they were not part of it.",
            draw_losses,
        ),
        Figure(
            "scores",
            "Scores on other trials, each network a dot; grey, the error of noise correlations that the true network "
            "makes by chance.",
            draw_scores,
        ),
    ),
)  # fmt: skip
