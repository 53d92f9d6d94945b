"""Two layers with feedback on synthetic patterns: the objective, similarities by layer, novel patterns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.dynamics import Relaxation
from bouton.papers import AtLeast, AtMost, Check, Figure, Near, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put, scaled
from bouton.papers._seeds import generator, random_key
from bouton.papers.structured_deep_similarity_matching._common import (
    FULL,
    NOT_LOCAL,
    OWN_RUN,
    epochs_of_learning,
    local,
)
from bouton.papers.structured_deep_similarity_matching._patterns import class_contrast, cosines, patterns, prototypes
from bouton.plasticity import LearningRate, Sheet
from bouton.report import figures
from bouton.similarity import DeepSimilarityMatching

__all__ = ["SECTION"]

_SHOWN_FEEDBACK = 0.5
# Without feedback or with little of it, the network takes longer.
_MOST_STEPS = 150
_PER_CLASS = 12
_LEVELS = ("input", "layer 1", "layer 2")
_ENDS = {0.5: -933.0, 1.0: -1154.0}
_STEPS = {0.5: 85, 1.0: 53}
_CONTRASTS = (0.96, 1.06, 1.06)


@dataclass(frozen=True)
class Settings:
    """An epoch is a number of presentations, drawn with replacement."""

    prototypes: int = 10
    size: int = 16
    epochs: int = 5
    presentations: int = 1000
    held_out: int = 400
    feedbacks: tuple[float, ...] = (0.0, 0.2, 0.5, 1.0)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn ten patterns with several strengths of feedback; look at similarities with the one in the middle."""
    rng = generator(seed, 4)
    known, novel = (prototypes(settings.prototypes, settings.size, rng) for _ in range(2))
    n_training = settings.epochs * settings.presentations
    samples = patterns(known, rng.integers(0, settings.prototypes, n_training), rng)
    judged = patterns(known, rng.integers(0, settings.prototypes, settings.held_out), rng)
    curves: dict[str, list[np.ndarray]] = {"objective": [], "steps": []}
    found: dict[str, Any] = {}
    for feedback in settings.feedbacks:
        circuit = _network(settings, feedback)
        learned = epochs_of_learning(
            circuit, samples, judged, random_key(seed, 4), rng, settings.epochs, settings.presentations,
            both_forms=feedback == _SHOWN_FEEDBACK,
        )  # fmt: skip
        for name, rows in curves.items():
            rows.append(learned[name])
        if feedback == _SHOWN_FEEDBACK:
            found = {"min_max": learned["min_max"]}
            found |= _similarities(settings, circuit, learned["state"], known, novel, rng)
    return {
        "feedbacks": np.array(settings.feedbacks),
        "presentations": settings.presentations,
        "verdicts": verdicts(networks(settings)),
        **{name: np.array(rows) for name, rows in curves.items()},
        **found,
    }


def _similarities(
    settings: Settings, circuit: DeepSimilarityMatching, state: Any, known: np.ndarray, novel: np.ndarray, rng: Any
) -> dict[str, Any]:
    """Return what input and layers make of samples of the known and of as many unknown prototypes."""
    classes = np.repeat(np.arange(settings.prototypes), _PER_CLASS)
    old, new = (patterns(each, classes, rng) for each in (known, novel))
    encoded = [(old, new), *zip(circuit.encode(state, old), circuit.encode(state, new), strict=True)]
    matrices, contrasts, separations, products = [], [], [], []
    for known_rows, new_rows in encoded:
        rows = np.concatenate([known_rows, new_rows]).astype(float)
        matrices.append(rows @ rows.T)
        products.append((known_rows @ known_rows.T).ravel())
        contrasts.append(class_contrast(known_rows, classes))
        within = cosines(known_rows, known_rows)[classes[:, None] == classes].mean()
        separations.append(float(within - np.abs(cosines(known_rows, new_rows)).mean()))
    return {
        "known": len(classes),
        "similarity": np.array(matrices),
        "contrast": np.array(contrasts),
        "novel": np.array(separations),
        "alike": np.array([np.corrcoef(products[0], layer)[0, 1] for layer in products[1:]]),
    }


def _network(settings: Settings, feedback: float) -> DeepSimilarityMatching:
    """Return the two-layer network: 4 units per site, the second layer over the sites of the first."""
    first = Sheet((settings.size, settings.size, 1), stride=2, radius=4.0, units_per_site=4)
    second = Sheet(first.shape, stride=2, radius=2.0, units_per_site=4)
    return DeepSimilarityMatching(
        [first, second],
        feedback=feedback,
        learning_rate=LearningRate(5e-2, decay=0.5, every=1000, floor=1e-3),
        dynamics=Relaxation(look_every=1, max_steps=_MOST_STEPS),
    )


def networks(settings: Settings) -> tuple[DeepSimilarityMatching, ...]:
    """Return the network whose similarities are looked at; the others differ in the strength of feedback only."""
    return (_network(settings, _SHOWN_FEEDBACK),)


def _place(results: Mapping[str, Any], feedback: float) -> int:
    return np.asarray(results["feedbacks"]).tolist().index(feedback)


def _first_share(results: Mapping[str, Any], feedback: float) -> float:
    curve = results["objective"][_place(results, feedback)]
    return (curve[0] - curve[1]) / (curve[0] - curve.min())


def _wiggle(results: Mapping[str, Any], feedback: float) -> float:
    tail = results["objective"][_place(results, feedback)][1:]
    return float((tail.max() - tail.min()) / abs(tail).max())


def draw_feedback(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the fall of the objective and the steps until rest, for each strength of feedback."""
    figure, (left, right) = figures.new_figure(7.2, 3.2, 1, 2)
    feedbacks = results["feedbacks"]
    for place, (feedback, colour) in enumerate(zip(feedbacks, figures.category_colours(len(feedbacks)), strict=True)):
        objective = results["objective"][place]
        shown = results["presentations"] * np.arange(len(objective))
        left.plot(shown, objective / abs(objective[-1]), "o-", color=colour, label=f"feedback {feedback:g}")
        if feedback == _SHOWN_FEEDBACK:
            min_max = results["min_max"] / abs(objective[-1])
            left.plot(shown[1:], min_max, "s--", color=colour, label="its min-max form")
        right.plot(shown[1:], results["steps"][place], "o-", color=colour)
    left.set(xlabel="samples", ylabel="objective / its final size")
    left.legend()
    right.set(xlabel="samples", ylabel="Euler steps per sample", ylim=(0, None))
    return figure


def draw_similarities(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the similarity matrices of input and layers, known classes first."""
    matrices: dict[str, Any] = dict(zip(_LEVELS, results["similarity"], strict=True))
    return figures.similarity_matrices(matrices, boundary=int(results["known"]))


_CHOSEN = basis.ours("the poster shows a picture; the measure, its bound and the patterns are chosen here")
_FALL = "the poster: J falls during the first 200 of 1000 samples; the number was chosen before measuring"

SECTION = Section(
    settings={
        "smoke": Settings(epochs=1, presentations=200, held_out=60, feedbacks=(0.5, 1.0)),
        "laptop": Settings(),
        "paper": Settings(),
    },
    measure=measure,
    checks=(
        local("two layers with feedback"),
        *(
            Check(
                f"first-{feedback:g}",
                "The objective falls at the beginning and stays: share of the fall within the first epoch, feedback "
                f"{feedback:g}.",
                AtLeast(0.98),
                lambda results, feedback=feedback: _first_share(results, feedback),
                basis.ours(_FALL),
                on="falls",
                scales=FULL,
            )
            for feedback in _ENDS
        ),
        *(
            Check(
                f"wiggle-{feedback:g}",
                f"Later it wiggles little: range over the later epochs relative to its size, feedback {feedback:g}.",
                AtMost(0.05),
                lambda results, feedback=feedback: _wiggle(results, feedback),
                basis.ours("chosen before measuring, from a run of the same equations in NumPy with other patterns"),
                on="falls",
                expected="0.01 to 0.03",
                remark="Seen at laptop scale: with the high rate of the first epoch the objective may fall below where "
                "it stays; from the second epoch on its range is 2 to 4 percent. With seed 1 and feedback 1 it does "
                "not overshoot.",
                scales=FULL,
            )
            for feedback in _ENDS
        ),
        Check(
            "alike",
            "The similarity matrices of both layers look like that of the input (correlation of their entries).",
            AtLeast(0.9),
            lambda results: results["alike"],
            _CHOSEN,
            on="similarities",
            remark="Seen at laptop scale: the same blocks are there, but units near their bounds respond to all "
            "classes about equally strongly, and similar classes of opposite sign become exact opposites.",
            scales=FULL,
        ),
        *(
            Check(
                f"contrast-{level.replace(' ', '-')}",
                "Patterns of one class are alike and those of different classes are not: mean cosine within less that "
                f"between classes, {level}, feedback {_SHOWN_FEEDBACK:g}.",
                Near(_CONTRASTS[place], 0.05),
                lambda results, place=place: results["contrast"][place],
                OWN_RUN,
                on="similarities" if place else "",
                scales=FULL,
            )
            for place, level in enumerate(_LEVELS)
        ),
        Check(
            "novel",
            "Novel patterns are kept apart from known ones: mean cosine within the known classes less mean absolute "
            "cosine of known with novel patterns, in input, layer 1 and layer 2.",
            AtLeast(0.5),
            lambda results: results["novel"],
            _CHOSEN,
            on="novel",
            remark="Seen at laptop scale: novel patterns share bumps with known ones and drive the same units; known "
            "classes stay apart from each other. The paper's novel patterns come from another distribution that is "
            "not known.",
            scales=FULL,
        ),
        *(
            Check(
                f"end-{feedback:g}",
                f"J on held-out patterns at the end, feedback {feedback:g}.",
                Near(end, 0.2 * abs(end)),
                lambda results, feedback=feedback: results["objective"][_place(results, feedback)][-1],
                OWN_RUN,
                scales=FULL,
            )
            for feedback, end in _ENDS.items()
        ),
        *(
            Check(
                f"steps-{feedback:g}",
                f"Euler steps until the network settles, feedback {feedback:g}.",
                Near(steps, {85: 17, 53: 11}[steps]),
                lambda results, feedback=feedback: float(results["steps"][_place(results, feedback)].mean()),
                OWN_RUN,
                scales=FULL,
            )
            for feedback, steps in _STEPS.items()
        ),
    ),
    holds=lambda: {
        "feedbacks": np.array(list(_ENDS)),
        "objective": np.outer(list(_ENDS.values()), (0.02, 0.99, 1.0, 0.99, 1.0)),
        "steps": np.outer(list(_STEPS.values()), np.ones(5)),
        "contrast": np.array(_CONTRASTS),
        "novel": np.array([0.8, 0.7, 0.6]),
        "alike": np.array([0.95, 0.92]),
        "verdicts": ["local"] * 4,
    },
    breaks={
        "local": NOT_LOCAL,
        **{f"first-{feedback:g}": put("objective", -500.0, (..., 1)) for feedback in _ENDS},
        **{f"wiggle-{feedback:g}": put("objective", -800.0, (..., 3)) for feedback in _ENDS},
        "alike": put("alike", 0.6, 1),
        **{f"contrast-{level.replace(' ', '-')}": scaled("contrast", 0.9) for level in _LEVELS},
        "novel": put("novel", 0.3, 2),
        **{f"end-{feedback:g}": put("objective", -600.0, (..., -1)) for feedback in _ENDS},
        **{f"steps-{feedback:g}": put("steps", 150.0) for feedback in _STEPS},
    },
    figures=(
        Figure(
            "feedback",
            "Two layers with feedback of several strengths: the objective on held-out patterns, relative to its final "
            "size, for one of them also its min-max form, which the weights descend and ascend; and the number of "
            "Euler steps until the network settles, at most 150 (without feedback, in each layer; their sum is shown). "
            "Look for the fall within the first epoch.",
            draw_feedback,
        ),
        Figure(
            "similarities",
            "Similarities of patterns of ten known classes and, beyond the line, of ten unknown ones, with feedback "
            "0.5, in the input and in both layers; the largest is 1. Look for the blocks of the classes, which are "
            "there in all layers, and for unknown patterns that the layers take for known ones or for their opposites.",
            draw_similarities,
        ),
    ),
    circuits=networks,
)
