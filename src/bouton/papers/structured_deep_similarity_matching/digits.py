"""A linear read-out of 8 x 8 digits, from random and learned features, against the number of units at each site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.data import load_digits
from bouton.dynamics import Relaxation
from bouton.papers import AtLeast, AtMost, Check, Figure, Near, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.structured_deep_similarity_matching._common import (
    FULL,
    NOT_LOCAL,
    OWN_RUN,
    PUBLISHED_STEPS,
    centred,
    epochs_of_learning,
    error_of_readout,
    local,
)
from bouton.plasticity import LearningRate, Sheet
from bouton.report import figures
from bouton.similarity import StructuredSimilarityMatching

__all__ = ["SECTION"]

_SHOWN_UNITS = 4
_RANDOM = {1: 3.63, 2: 3.02, 4: 2.85, 8: 2.23, 16: 1.5}
_LEARNED = {1: 4.80, 2: 3.35, 4: 1.96, 8: 1.51, 16: 1.8}


@dataclass(frozen=True)
class Settings:
    """An epoch is a number of presentations, drawn with replacement."""

    units: tuple[int, ...] = (1, 2, 4, 8, 16)
    seeds: int = 3
    epochs: int = 6
    presentations: int = 1000
    training_samples: int = 1200
    test_samples: int = 597


_SMOKE = Settings(units=(4,), seeds=1, epochs=1, presentations=200, training_samples=200, test_samples=200)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn features of digits for several numbers of units per site and several seeds, and read them out."""
    digits = load_digits(normalise=False)
    images, n_training, n_test = digits.data / 16, settings.training_samples, settings.test_samples
    shape = (settings.seeds, len(settings.units))
    found: dict[str, Any] = {name: np.zeros(shape) for name in ("random", "learned", "start", "end")}
    raw, curves = [], {}
    for number in range(settings.seeds):
        rng = generator(seed, 1, number)
        order = rng.permutation(len(images))
        train, test = order[:n_training], order[n_training : n_training + n_test]
        rows, labels = centred(images), digits.labels
        raw.append(error_of_readout(images[train], labels[train], images[test], labels[test]))
        for place, units in enumerate(settings.units):
            circuit, key = _network(units), random_key(seed, 1, number)
            learned = epochs_of_learning(
                circuit, rows[train], rows[train], key, rng, settings.epochs, settings.presentations,
                both_forms=number == 0 and units == _SHOWN_UNITS,
            )  # fmt: skip
            for name, state in (("random", circuit.init(key)), ("learned", learned["state"])):
                responses = bouton.respond(circuit, state, rows)
                error = error_of_readout(responses[train], labels[train], responses[test], labels[test])
                found[name][number, place] = error
            found["start"][number, place], found["end"][number, place] = learned["objective"][[0, -1]]
            if number == 0:
                curves[units] = learned
    shown = curves[_SHOWN_UNITS]
    return {
        "units": np.array(settings.units),
        "raw": np.array(raw),
        **found,
        **{f"curve.{name}": shown[name] for name in ("objective", "min_max", "converged")},
        "presentations": settings.presentations,
        "verdicts": verdicts(networks(settings)),
    }


def _network(units: int) -> StructuredSimilarityMatching:
    """Return the network with a site at every pixel; it learns faster than the published one, from fewer samples."""
    sheet = Sheet((8, 8, 1), stride=1, radius=2.0, units_per_site=units)
    return StructuredSimilarityMatching(
        sheet.feedforward,
        sheet.lateral,
        learning_rate=LearningRate(2e-2, decay=0.5, every=1000, floor=1e-4),
        dynamics=Relaxation(max_steps=PUBLISHED_STEPS),
    )


def networks(settings: Settings) -> tuple[StructuredSimilarityMatching, ...]:
    """Return the network with four units per site; the others differ in size only."""
    return (_network(_SHOWN_UNITS),)


def _mean(results: Mapping[str, Any], name: str, units: int) -> float:
    """Return the mean over seeds of a quantity for one number of units per site."""
    return results[name][:, np.asarray(results["units"]).tolist().index(units)].mean()


def draw_errors(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw test errors of random and of learned features against the number of units per site."""
    figure, axes = figures.new_figure(5.4, 3.6)
    units = results["units"]
    for name, colour in zip(("random", "learned"), figures.category_colours(2), strict=True):
        errors = results[name]
        axes.scatter(np.tile(units, len(errors)), errors.ravel(), s=16, color=colour, alpha=0.5, linewidths=0)
        axes.plot(units, errors.mean(axis=0), color=colour, label=f"{name} features")
    axes.axhline(results["raw"].mean(), color=figures.muted(), linestyle="--", label="raw pixels")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="units per site", ylabel="test error (percent)", ylim=(0, None))
    axes.legend()
    return figure


def draw_objective(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the objective in both forms and the share of samples that settled."""
    figure, (left, right) = figures.new_figure(7.2, 3.2, 1, 2)
    one, other = figures.category_colours(2)
    shown = results["presentations"] * np.arange(len(results["curve.objective"]))
    left.plot(shown, results["curve.objective"], "o-", color=one, label="J of the responses")
    left.plot(shown[1:], results["curve.min_max"], "s-", color=other, label="min-max form")
    left.set(xlabel="samples", ylabel="objective")
    left.legend()
    right.plot(shown[1:], results["curve.converged"], "o-", color=one)
    right.set(xlabel="samples", ylabel="share of samples that settled", ylim=(-0.05, 1.05))
    return figure


def _error(kind: str, units: int, expected: float) -> Check:
    words = "learned" if kind == "learned" else "random, untrained"
    return Check(
        f"{kind}-{units}",
        f"Test error on 8 x 8 digits with {words} features, {units} unit{'s' if units > 1 else ''} per site (percent, "
        "mean of the seeds).",
        Near(expected, 1.0),
        lambda results: _mean(results, kind, units),
        OWN_RUN,
        remark="Seen at laptop scale: the error hangs on which digits are held out. Over eight other splits random "
        "features had 3.73, 2.72 and 2.64 percent with 1, 8 and 16 units per site, standard deviation 0.7; raw pixels "
        "3.54, standard deviation 0.9. The expected error with 16 units is that of a single seed.",
        scales=FULL,
    )


_ERRORS = tuple(
    (kind, units, expected)
    for kind, errors in (("random", _RANDOM), ("learned", _LEARNED))
    for units, expected in errors.items()
)
_BOUND = basis.ours("chosen before measuring, from a run of the same equations in NumPy with other random numbers")

SECTION = Section(
    settings={"smoke": _SMOKE, "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "objective-falls",
            "Learning lowers the objective J in every run (largest change of any).",
            AtMost(0.0),
            lambda results: (results["end"] - results["start"]).max(),
            basis.ours("J falls where it is optimised"),
            on="optimised",
        ),
        local("the structured network"),
        Check(
            "eight",
            "With 8 units per site the learned features leave a test error below 2.5 percent (mean of the seeds).",
            AtMost(2.5),
            lambda results: _mean(results, "learned", 8),
            _BOUND,
            on="features",
            expected=1.51,
            scales=FULL,
        ),
        Check(
            "better-than-pixels",
            "With 4 units per site learned features do better than raw pixels (error of pixels less error of "
            "features).",
            AtLeast(0.0),
            lambda results: results["raw"].mean() - _mean(results, "learned", 4),
            _BOUND,
            on="features",
            expected="3.69 - 1.96",
            scales=FULL,
        ),
        Check(
            "units-help",
            "More units per site help: error with 1 unit less error with 8 (percentage points).",
            AtLeast(1.5),
            lambda results: _mean(results, "learned", 1) - _mean(results, "learned", 8),
            _BOUND,
            on="units",
            expected="4.80 - 1.51",
            scales=FULL,
        ),
        Check(
            "raw",
            "Test error of raw pixels (percent, mean of the seeds).",
            Near(3.69, 1.0),
            lambda results: results["raw"].mean(),
            OWN_RUN,
            scales=FULL,
        ),
        *(_error(*row) for row in _ERRORS),
        *(
            Check(
                f"objective-{name}",
                f"J of {weights} weights, 4 units per site (mean of the seeds).",
                Near(expected, tolerance),
                lambda results, name=name: _mean(results, name, 4),
                OWN_RUN,
                scales=FULL,
            )
            for name, weights, expected, tolerance in (
                ("start", "untrained", -8.9, 0.9),
                ("end", "learned", -19.1, 1.0),
            )
        ),
    ),
    holds=lambda: {
        "units": np.array(list(_LEARNED)),
        "raw": np.full(3, 3.69),
        "random": np.tile(list(_RANDOM.values()), (3, 1)),
        "learned": np.tile(list(_LEARNED.values()), (3, 1)),
        "start": np.full((3, 5), -8.9),
        "end": np.full((3, 5), -19.1),
        "verdicts": ["local", "local"],
    },
    breaks={
        "objective-falls": put("end", -8.0, (2, 4)),
        "local": NOT_LOCAL,
        "eight": put("learned", 3.0, (..., 3)),
        "better-than-pixels": put("learned", 4.0, (..., 2)),
        "units-help": put("learned", 2.0),
        "raw": put("raw", 6.0),
        **{f"{kind}-{units}": put(kind, 9.0) for kind, units, _ in _ERRORS},
        "objective-start": put("start", 0.0),
        "objective-end": put("end", -9.0),
    },
    figures=(
        Figure(
            "errors",
            "Test error of a linear read-out of 8 x 8 digits against the number of units per site, random and learned "
            "features: a dot per seed and a line through the mean. Look for how much of the gain random features have "
            "already.",
            draw_errors,
        ),
        Figure(
            "objective",
            "Learning 8 x 8 digits with 4 units per site: the objective J of the responses and its min-max form, "
            "which the weights descend and ascend; share of samples that settled within 99 steps, by epoch. Look for "
            "how soon both forms level off, close to each other, although the responses are far from settled.",
            draw_objective,
        ),
    ),
    circuits=networks,
)
