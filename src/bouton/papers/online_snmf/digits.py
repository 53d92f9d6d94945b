"""Handwritten digits, centred and not: clusters and parts, and how much of the label the responses keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
from sklearn.linear_model import LogisticRegression

from bouton.analysis import purity
from bouton.data import load_digits
from bouton.dynamics import CoordinateDescent
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, Near, Relation, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.online_snmf._common import learn, most_active_unit, units_used
from bouton.report import figures
from bouton.similarity import SNMFNetwork

__all__ = ["SECTION"]

_PIXELS = 64
_QUANTITIES = ("used", "active", "purity", "accuracy", "sweeps", "smallest")
_SHAPE = (8, 8)
_SAMPLES_SHOWN = 400
_FULL = ("laptop", "paper")
_RUN = basis.ours("from a run of the same equations in double precision")


@dataclass(frozen=True)
class Settings:
    """Digits are scaled to a mean squared length of 1."""

    units: int = 64
    few_units: int = 20
    penalty: float = 0.02
    passes: int = 4
    seeds: int = 3
    forgetting: float = 0.999
    initial_activity: float = 1.0
    training_samples: int = 1200


_LAPTOP = Settings()
_SMOKE = Settings(units=16, few_units=8, passes=1, seeds=1)
_PAPER = Settings(seeds=10)


def networks(settings: Settings) -> tuple[SNMFNetwork, ...]:
    """Return the network of all units; the others differ in their sizes only."""
    return (_network(settings, settings.units),)


def _network(settings: Settings, n_units: int, **options: Any) -> SNMFNetwork:
    # Nearly collinear units of uncentred digits settle slowly.
    dynamics = CoordinateDescent(max_sweeps=300)
    return SNMFNetwork(_PIXELS, n_units, rank_penalty=settings.penalty, dynamics=dynamics, **options)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn without labels, freeze, classify the responses."""
    forgetful = _network(
        settings,
        settings.units,
        start="random",
        initial_activity=settings.initial_activity,
        forgetting=settings.forgetting,
    )
    cases = {
        "many": (True, _network(settings, settings.units)),
        "few": (True, _network(settings, settings.few_units)),
        "uncentred": (False, _network(settings, settings.few_units)),
        "forgetting": (True, forgetful),
    }
    results: dict[str, Any] = {}
    for name, (centred, circuit) in cases.items():
        runs = [_learn_digits(settings, seed, number, circuit, centred) for number in range(settings.seeds)]
        results |= {f"{name}.{quantity}": np.array([run[quantity] for run in runs]) for quantity in _QUANTITIES}
        results |= {f"{name}.{picture}": runs[0][picture] for picture in ("features", "responses")}
    digits = load_digits(centre=True)
    raw = [_accuracy(settings, seed, number, digits.data, digits.labels) for number in range(settings.seeds)]
    return results | {"raw.accuracy": np.array(raw), "labels": digits.labels}


def _learn_digits(settings: Settings, seed: int, number: int, circuit: SNMFNetwork, centred: bool) -> dict[str, Any]:
    digits = load_digits(centre=centred)
    run = learn(circuit, digits.data, random_key(seed, 6, number), epochs=settings.passes, shuffle=True)
    responses = run.respond(digits.data)
    return {
        "used": units_used(circuit, run.state),
        "active": (responses > 0).sum(axis=1).mean(),
        "purity": purity(digits.labels, most_active_unit(responses)),
        "accuracy": _accuracy(settings, seed, number, responses, digits.labels),
        "sweeps": run.recordings["sweeps"].values.mean(),
        "smallest": [float(part.min()) for part in (responses, run.state.lateral, run.state.feedforward)],
        "features": np.asarray(run.state.feedforward),
        "responses": responses,
    }


def _accuracy(settings: Settings, seed: int, number: int, features: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of held-out digits that logistic regression on the features names rightly."""
    order = generator(seed, 6, number).permutation(len(labels))
    training, test = np.split(order, [settings.training_samples])
    classifier = LogisticRegression(C=10.0, max_iter=2000).fit(features[training], labels[training])
    return float(classifier.score(features[test], labels[test]))


def draw_features(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the features of centred and of uncentred digits as tiles."""
    figure, (left, right) = figures.new_figure(7.2, 4.3, 1, 2, width_ratios=(1.6, 1.0))
    many, parts = results["many.features"], results["uncentred.features"]
    figures.tiles(many, _SHAPE, columns=8, title=f"centred, {len(many)} units", axes=left)
    figures.tiles(parts, _SHAPE, columns=4, signed=False, title=f"uncentred, {len(parts)} units", axes=right)
    return figure


def draw_activity(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the responses to digits, ordered by class, and how many units respond to a digit."""
    figure, (left, right) = figures.new_figure(7.6, 3.9, 1, 2, width_ratios=(1.25, 1.0))
    responses, labels = results["many.responses"], results["labels"]
    samples = np.argsort(labels, kind="stable")
    samples = samples[np.linspace(0, len(samples) - 1, _SAMPLES_SHOWN).astype(int)]
    activity = responses[samples]
    # Units in the order of the class that excites them most, so that clusters show as blocks.
    classes = np.unique(labels)
    preferred = np.argmax([responses[labels == label].mean(axis=0) for label in classes], axis=0)
    activity = activity[:, np.argsort(preferred, kind="stable")].T
    left.imshow(
        activity, cmap=figures.sequential(), aspect="auto", interpolation="nearest", vmax=np.quantile(activity, 0.99)
    )
    middles = [np.flatnonzero(labels[samples] == label).mean() for label in classes]
    left.set_xticks(middles, classes)
    left.set(xlabel="digits, by class", ylabel="unit", title="activity of centred digits")
    cases = {"many": "centred", "few": "centred", "uncentred": "uncentred"}
    for (name, label), colour in zip(cases.items(), figures.category_colours(3), strict=True):
        responses = results[f"{name}.responses"]
        shares = np.bincount((responses > 0).sum(axis=1)) / len(responses)
        right.stairs(
            shares,
            np.arange(len(shares) + 1) - 0.5,
            color=colour,
            fill=True,
            alpha=0.45,
            label=f"{label}, {responses.shape[1]} units",
        )
    right.set(xlabel="active units per digit", ylabel="share of digits")
    right.legend(fontsize=8, **figures.ABOVE)
    return figure


def _mean(name: str, sentence: str, relation: Relation, quantity: str, on: str = "") -> Check:
    return Check(name, sentence, relation, lambda results: results[quantity].mean(), _RUN, on=on, scales=_FULL)


SECTION = Section(
    settings={"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER},
    measure=measure,
    checks=(
        Check(
            "unipolar",
            "Activities, lateral weights and, for the non-negative pixels, feed-forward weights are never negative "
            "(smallest of each).",
            AtLeast(0),
            lambda results: results["uncentred.smallest"].min(axis=0),
            basis.paper("abstract"),
            on="unipolar",
        ),
        Check(
            "used",
            "On centred digits all 64 units are recruited.",
            Equals(64),
            lambda results: results["many.used"],
            _RUN,
            scales=_FULL,
        ),
        _mean("active", "Number of 64 units that respond to a centred digit.", Near(11.7, 1.5), "many.active"),
        _mean(
            "purity",
            "Share of digits that belong to the class of their most active unit (64 units, centred).",
            Near(0.845, 0.04),
            "many.purity",
        ),
        _mean(
            "accuracy",
            "Logistic regression on the responses names held-out digits (64 units, centred).",
            AtLeast(0.96),
            "many.accuracy",
        ),
        _mean("raw", "Logistic regression on the pixels does about as well.", Near(0.978, 0.015), "raw.accuracy"),
        _mean(
            "sweeps",
            "Sweeps per sample until the fast dynamics settle (64 units, centred).",
            AtMost(30),
            "many.sweeps",
        ),
        _mean("few-purity", "Purity with 20 units.", Near(0.758, 0.05), "few.purity"),
        _mean("few-accuracy", "Accuracy with 20 units.", AtLeast(0.9), "few.accuracy"),
        _mean("few-active", "Number of 20 units that respond to a digit.", Near(5, 1), "few.active"),
        _mean(
            "uncentred-purity",
            "Digits that were not centred are not clustered: purity with 20 units.",
            Near(0.16, 0.1),
            "uncentred.purity",
        ),
        _mean(
            "uncentred-accuracy",
            "The responses to them, which are like parts, still tell the class (20 units).",
            AtLeast(0.93),
            "uncentred.accuracy",
        ),
        _mean(
            "uncentred-active",
            "The responses to them are dense: number of 20 units that respond to a digit.",
            Near(15, 3),
            "uncentred.active",
        ),
        Check(
            "uncentred-sweeps",
            "They settle slowly: sweeps per sample against those of 64 units on centred digits (ratio).",
            AtLeast(2),
            lambda results: results["uncentred.sweeps"].mean() / results["many.sweeps"].mean(),
            _RUN,
            expected="90 against 25",
            scales=_FULL,
        ),
        _mean(
            "forgetting",
            "A random start with forgetting 0.999 does as well (accuracy with 64 units, centred).",
            AtLeast(0.96),
            "forgetting.accuracy",
        ),
    ),
    holds=lambda: {
        "many.used": np.full(3, 64),
        "many.active": np.full(3, 11.7),
        "many.purity": np.full(3, 0.845),
        "many.accuracy": np.full(3, 0.973),
        "many.sweeps": np.full(3, 25.0),
        "few.purity": np.full(3, 0.758),
        "few.accuracy": np.full(3, 0.926),
        "few.active": np.full(3, 5.0),
        "uncentred.purity": np.full(3, 0.16),
        "uncentred.accuracy": np.full(3, 0.958),
        "uncentred.active": np.full(3, 15.0),
        "uncentred.sweeps": np.full(3, 90.0),
        "uncentred.smallest": np.zeros((3, 3)),
        "forgetting.accuracy": np.full(3, 0.975),
        "raw.accuracy": np.full(3, 0.978),
    },
    breaks={
        "unipolar": put("uncentred.smallest", -1e-3, (0, 1)),
        "used": put("many.used", 63, 0),
        "active": put("many.active", 20.0),
        "purity": put("many.purity", 0.7),
        "accuracy": put("many.accuracy", 0.9),
        "raw": put("raw.accuracy", 0.9),
        "sweeps": put("many.sweeps", 40.0),
        "few-purity": put("few.purity", 0.6),
        "few-accuracy": put("few.accuracy", 0.8),
        "few-active": put("few.active", 9.0),
        "uncentred-purity": put("uncentred.purity", 0.5),
        "uncentred-accuracy": put("uncentred.accuracy", 0.8),
        "uncentred-active": put("uncentred.active", 5.0),
        "uncentred-sweeps": put("uncentred.sweeps", 30.0),
        "forgetting": put("forgetting.accuracy", 0.9),
    },
    figures=(
        Figure(
            "features",
            "Weight vectors learned from handwritten digits. Left, mean digit removed: most units stand for a way to "
            "write one digit (warm: ink, cool: ink that is lacking). Right, mean digit left in: all units carry it, "
            "look for how alike they are.",
            draw_features,
        ),
        Figure(
            "activity",
            "Responses to digits. Left: activity of all units, samples ordered by class; look for units that serve one "
            "class, seen as dark blocks. Right: how many units respond to a digit, for centred digits with many and "
            "with few units, and for digits that were not centred.",
            draw_activity,
        ),
    ),
    circuits=networks,
)
