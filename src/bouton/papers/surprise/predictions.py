"""Where Bayes factor surprise and Shannon surprise disagree, in what an experiment would see of twenty subjects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.engine import rollout
from bouton.papers import Between, Check, Decreasing, Figure, IsTrue, Section, basis
from bouton.papers._made_up import flipped, put, scaled
from bouton.papers._seeds import random_key
from bouton.papers.surprise._tables import FULL, STORED
from bouton.report import figures
from bouton.surprise import DeltaRule, GaussianMean, ParticleFilter, VolatileWorld

__all__ = ["SECTION"]

DELTAS = tuple(step / 10 for step in range(1, 16))
"""Absolute prediction errors."""
PROBABILITIES = tuple(step / 40 for step in range(1, 16))
"""Probabilities of an observation under both belief and prior."""

_LEARNERS = {"delta": ("Nas12*", (0.471, 2.261, 0.818, 0.747)), "particles": ("pf20", (0.504, 2.331, 0.835, 0.751))}
"""Surprise at an error of 1, away from the prior and towards it: Bayes factor and Shannon, of the authors' files."""


@dataclass(frozen=True)
class Settings:
    """Number of subjects, and steps of each."""

    subjects: int = 20
    length: int = 500


_NOISE, _HAZARD, _TUNED = 0.5, 0.1, 0.08377
_ESTIMATE, _ESTIMATE_WINDOW, _DELTA_WINDOW, _BIN = 1.0, 0.25, 0.1, 0.025


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Let subjects follow histories of their own; average surprise by prediction error, and by probability.

    Parameters
    ----------
    settings : Settings
        Number of subjects and steps.
    seed : int
        Seed of all.

    Returns
    -------
    dict of str to array
        For each learner: mean over subjects of both surprises, by sign (+, -) and size of the prediction error, and
        by probability; and how many subjects each mean is of. Shannon surprise is in units of ten's logarithm.
    """
    family = GaussianMean(_NOISE)
    learners = {"Nas12*": DeltaRule(family, _TUNED), "pf20": ParticleFilter(family, _HAZARD, 20, "multinomial")}
    key = random_key(seed, 4)
    keys = jax.random.split(key, settings.subjects)
    with jax.enable_x64(True):
        draw = VolatileWorld(family, _HAZARD).draw
        histories = jax.vmap(lambda own: draw(own, settings.length))(keys)
        results: dict[str, Any] = {}
        for name, circuit in learners.items():
            _, info = jax.jit(jax.vmap(rollout, (None, 0, 0)))(circuit, histories.observations, keys)
            results |= _by_error(name, np.asarray(histories.observations), info)
            results |= _by_probability(name, family, np.asarray(histories.observations), info)
    return results


def _surprises(info: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return Bayes factor and Shannon surprise of all observations but the first, which is judged by the prior."""
    return np.exp(np.asarray(info.log_bayes_factor))[:, 1:], np.asarray(info.shannon)[:, 1:] / np.log(10)


def _by_error(name: str, observations: np.ndarray, info: Any) -> dict[str, np.ndarray]:
    estimates = np.asarray(info.estimate)[:, :-1]
    delta = observations[:, 1:] - estimates
    confident = np.abs(np.abs(estimates) - _ESTIMATE) <= _ESTIMATE_WINDOW
    means = []
    for surprise in _surprises(info):
        rows = []
        for sign in (1, -1):
            same = confident & (np.sign(delta * estimates) == sign)
            rows.append(
                [_over_subjects(surprise, same & (np.abs(np.abs(delta) - at) <= _DELTA_WINDOW)) for at in DELTAS]
            )
        means.append(rows)
    return {f"{name}.by_error": np.asarray(means)}


def _by_probability(name: str, family: GaussianMean, observations: np.ndarray, info: Any) -> dict[str, np.ndarray]:
    """Average over observations that are as probable under the belief as under the prior, to within a bin."""
    log_prior = np.asarray(jax.vmap(lambda y: family.log_predictive(family.prior, y))(observations.ravel()))
    prior = np.exp(log_prior).reshape(observations.shape)[:, 1:]
    belief = prior / np.exp(np.asarray(info.log_bayes_factor))[:, 1:]
    means, counts = [], []
    for surprise in _surprises(info):
        rows = []
        for at in PROBABILITIES:
            chosen = (np.abs(prior - at) <= _BIN / 2) & (np.abs(belief - at) <= _BIN / 2)
            rows.append(_over_subjects(surprise, chosen))
            counts.append(int(chosen.any(axis=1).sum()))
        means.append(rows)
    return {
        f"{name}.by_probability": np.asarray(means),
        f"{name}.subjects": np.asarray(counts[: len(PROBABILITIES)]),
    }


def _over_subjects(values: np.ndarray, chosen: np.ndarray) -> float:
    """Return the mean over subjects of each one's own mean, of those that have any."""
    counts = chosen.sum(axis=1)
    means = (values * chosen).sum(axis=1)[counts > 0] / counts[counts > 0]
    return float(means.mean()) if means.size else float("nan")


def _at(results: Mapping[str, Any], learner: str, kind: int, sign: int, delta: float) -> float:
    return float(results[f"{learner}.by_error"][kind, sign, DELTAS.index(delta)])


def _signs_differ(results: Mapping[str, Any], learner: str) -> bool:
    """Whether each surprise prefers its sign at every size of error from 0.2 on."""
    bayes, shannon = results[f"{learner}.by_error"][:, :, DELTAS.index(0.2) :]
    return bool((bayes[1] > bayes[0]).all() and (shannon[0] > shannon[1]).all())


def _of_probability(results: Mapping[str, Any], learner: str, kind: int) -> Any:
    return results[f"{learner}.by_probability"][kind][results[f"{learner}.subjects"] >= 5]


def draw_predictions(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw both surprises by the size of the prediction error, and by probability."""
    figure, panels = figures.new_figure(8.4, 5.6, 2, 2)
    colours = figures.category_colours(2)
    labels = ("Bayes factor surprise", "Shannon surprise (log10)")
    for kind in (0, 1):
        for learner, style in (("Nas12*", "-"), ("pf20", (0, (4, 2)))):
            by_error = results[f"{learner}.by_error"][kind]
            for sign, (name, colour) in enumerate(zip(("away from the prior", "towards it"), colours, strict=True)):
                label = f"{learner}, {name}" if kind == 0 else None
                panels[kind, 0].plot(DELTAS, by_error[sign], color=colour, linestyle=style, label=label, linewidth=1.5)
            enough = results[f"{learner}.subjects"] >= 5
            panels[kind, 1].plot(
                np.asarray(PROBABILITIES)[enough], results[f"{learner}.by_probability"][kind][enough],
                color=figures.muted(), linestyle=style, label=learner if kind == 0 else None, linewidth=1.5,
            )  # fmt: skip
        panels[kind, 0].set(ylabel=labels[kind], xlabel="size of the prediction error" if kind else "")
        panels[kind, 1].set(xlabel="probability under belief and prior" if kind else "")
    panels[0, 0].set(yscale="log")
    panels[0, 1].set(ylim=(0, 2))
    panels[0, 0].legend(fontsize=7)
    panels[0, 1].legend(fontsize=8)
    return figure


def _checks_of(slug: str, learner: str, values: tuple[float, ...]) -> tuple[Check, ...]:
    return (
        Check(
            f"{slug}-signs",
            f"At equal size of the prediction error, {learner} finds errors towards the prior more surprising by "
            "Bayes factor and less by Shannon, at every size from 0.2 on.",
            IsTrue(),
            lambda results: _signs_differ(results, learner),
            basis.paper("figure of the first prediction"),
            on="predictions",
            scales=FULL,
        ),
        Check(
            f"{slug}-values",
            f"{learner}: surprise at an error of 1, away from the prior and towards it, Bayes factor and Shannon, over "
            "that of the authors' files.",
            Between(0.9, 1.1),
            lambda results: [
                _at(results, learner, kind, sign, 1.0) / values[2 * kind + sign] for kind in (0, 1) for sign in (0, 1)
            ],
            STORED,
            on="predictions",
            expected="surprises " + ", ".join(f"{value:g}" for value in values),
            scales=FULL,
        ),
        Check(
            f"{slug}-flat",
            f"{learner}: where belief and prior expect an observation alike, its Bayes factor surprise is 1, however "
            "probable it is.",
            Between(0.9, 1.15),
            lambda results: _of_probability(results, learner, 0),
            basis.theory("by definition; the allowance is for the width of the bins"),
            on="predictions",
            scales=FULL,
        ),
        Check(
            f"{slug}-falls",
            f"{learner}: there, Shannon surprise falls with that probability.",
            Decreasing(strictly=True),
            lambda results: _of_probability(results, learner, 1),
            basis.paper("figure of the second prediction"),
            on="predictions",
            scales=FULL,
        ),
    )


def _made_up() -> dict[str, Any]:
    results: dict[str, Any] = {}
    for learner, values in _LEARNERS.values():
        results[f"{learner}.by_error"] = np.asarray(values).reshape(2, 2, 1).repeat(len(DELTAS), 2)
        results[f"{learner}.by_probability"] = np.stack([np.ones(len(PROBABILITIES)), -np.log10(PROBABILITIES)])
        results[f"{learner}.subjects"] = np.full(len(PROBABILITIES), 9)
    return results


SECTION = Section(
    settings=dict.fromkeys(("smoke", "laptop", "paper"), Settings()),
    measure=measure,
    checks=tuple(check for slug, known in _LEARNERS.items() for check in _checks_of(slug, *known)),
    holds=_made_up,
    breaks={
        f"{slug}-{what}": change
        for slug, (learner, _) in _LEARNERS.items()
        for what, change in {
            "signs": flipped(f"{learner}.by_error", 1),
            "values": scaled(f"{learner}.by_error", 2.0),
            "flat": put(f"{learner}.by_probability", 1.5, (0, 3)),
            "falls": flipped(f"{learner}.by_probability"),
        }.items()
    },
    figures=(
        Figure(
            "predictions",
            "Two predictions for experiments: at equal size of the prediction error, Bayes factor surprise is larger "
            "for errors towards the prior, Shannon surprise for those away from it (left); where belief and prior "
            "expect an observation alike, the first is 1, the second falls with its probability (right).",
            draw_predictions,
        ),
    ),
)
