"""Delayed reward: a chaotic network learns a delayed non-match from the errors of whole trials."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.behaviour import DelayedRewardNetwork, sequential_xor
from bouton.papers import AtLeast, Check, Equals, Figure, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.report import figures

__all__ = ["SECTION"]

FULL = ("laptop", "paper")
_RULES = {"cubic": 0.1, "perturbation": 0.001}
_NAMES = {"cubic": "cubic eligibility", "perturbation": "node perturbation"}
_RUNS = basis.ours("from runs of an independent program with other random numbers, two networks")
_WINDOW = 100


@dataclass(frozen=True)
class Settings:
    """Trials by each rule, networks, units, and steps of a trial."""

    cubic: int = 4000
    perturbation: int = 2500
    networks: int = 2
    units: int = 200
    steps: int = 1000


def _network(settings: Settings, rule: Any) -> DelayedRewardNetwork:
    scored = settings.steps // 5
    return DelayedRewardNetwork(
        settings.units, n_steps=settings.steps, eligibility=rule, rate=_RULES[rule], scored_steps=scored
    )


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return errors (networks, trials) by each rule, and responses to the four kinds of trials before and after."""
    errors, shown = {}, {}
    for group, rule in enumerate(_RULES):
        rows, network = [], _network(settings, rule)
        for number in range(settings.networks):
            trials = sequential_xor(getattr(settings, rule), seed=seed + number, n_steps=settings.steps)
            run = bouton.run(
                network, trials, key=random_key(seed, 60 + group, number), record={"error": 1, "output": 1}
            )
            rows.append(np.asarray(run.recordings["error"].values))
            if number == 0:
                outputs = np.asarray(run.recordings["output"].values)
                first, last = ([int(np.flatnonzero(np.asarray(trials.kind) == kind)[at]) for kind in range(4)]
                               for at in (0, -1))  # fmt: skip
                shown[rule] = outputs[[first, last]]
        errors[rule] = np.array(rows)
    return {"errors": errors, "shown": shown, "verdicts": verdicts(networks(settings))}


def networks(settings: Settings) -> tuple[DelayedRewardNetwork, ...]:
    """Return the networks of both rules."""
    return tuple(_network(settings, rule) for rule in _RULES)


def _correct(errors: np.ndarray) -> np.ndarray:
    """Return the share of trials with an error below 0.5, in windows of 100 trials, (networks, windows)."""
    whole = errors[:, : errors.shape[1] // _WINDOW * _WINDOW].reshape(len(errors), -1, _WINDOW)
    return (whole < 0.5).mean(axis=-1)


def draw_errors(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the share of correct trials and the median error against trials."""
    figure, axes = figures.new_figure(7.4, 2.9, columns=2)
    for (rule, errors), colour in zip(results["errors"].items(), figures.category_colours(2), strict=True):
        correct = _correct(errors)
        at = _WINDOW * (np.arange(correct.shape[1]) + 0.5)
        median = np.median(errors[:, : correct.shape[1] * _WINDOW].reshape(len(errors), -1, _WINDOW), axis=-1)
        for axis, values in zip(axes, (correct, median), strict=True):
            axis.plot(at, values.T, color=colour, linewidth=1.0)
            axis.plot([], [], color=colour, label=_NAMES[rule])
            axis.set(xlabel="trials")
    axes[0].set(ylabel="share with an error below 0.5", ylim=(0, 1.02))
    axes[1].set(ylabel="median error", yscale="log")
    axes[0].legend(fontsize=8, ncols=2, **figures.ABOVE)
    return figure


def draw_responses(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the output in the first and in the last trial of each kind."""
    figure, axes = figures.new_figure(7.4, 2.6, columns=2, sharey=True)
    colours = figures.category_colours(4)
    for axis, outputs, title in zip(axes, results["shown"]["cubic"], ("first trials", "last trials"), strict=True):
        for output, kind, colour in zip(outputs, ("AA", "AB", "BA", "BB"), colours, strict=True):
            axis.plot(output, color=colour, linewidth=1.0, label=kind)
        steps = outputs.shape[-1]
        axis.axvspan(0.8 * steps, steps, color=figures.muted(), alpha=0.15, linewidth=0)
        axis.set(xlabel=f"time (ms), {title}", ylim=(-1.05, 1.05))
    axes[0].set_ylabel("output")
    axes[1].legend(fontsize=8, ncols=4, **figures.ABOVE)
    return figure


def _made_up() -> dict[str, Any]:
    learned = np.concatenate([np.full(900, 0.9), np.full(3100, 0.05)])
    return {
        "errors": {"cubic": np.tile(learned, (2, 1)), "perturbation": np.tile(learned[:2500], (2, 1))},
        "verdicts": ["local"] * 4,
    }


def _changed(rule: str, place: Any) -> Any:
    return lambda results: {"errors": dict(results["errors"]) | put(rule, 0.9, place)(results["errors"])}


SECTION = Section(
    settings={
        "smoke": Settings(150, 150, 1, 50, 200),
        "laptop": Settings(),
        "paper": Settings(10_000, 10_000, 20),
    },
    measure=measure,
    checks=(
        Check(
            "perturbation",
            "Node perturbation: largest share of correct trials in a window of 100 within 2500 trials, each network.",
            AtLeast(1.0),
            lambda results: _correct(results["errors"]["perturbation"][:, :2500]).max(axis=1),
            _RUNS,
            on="delayed",
            remark="Of nine networks that were tried three get there; in the others the share of correct trials rises "
            "and falls again. The rate is too high for them: with 3e-4 two of four of these get there.",
            scales=FULL,
        ),
        Check(
            "cubic",
            "Cubic eligibility: the same within 4000 trials.",
            AtLeast(0.95),
            lambda results: _correct(results["errors"]["cubic"][:, :4000]).max(axis=1),
            _RUNS,
            on="delayed",
            scales=FULL,
        ),
        Check(
            "thousand",
            "Cubic eligibility: share of correct trials among those from 900 to 1000, each network.",
            AtLeast(0.95),
            lambda results: _correct(results["errors"]["cubic"][:, 900:1000])[:, 0],
            basis.authors("comments of the program of eLife 6:e20899, 2017: 95 % after about 1000 trials"),
            on="delayed",
            remark="How many trials are needed differs between networks; an independent program of the same equations "
            "needed 2500 in one, too.",
            scales=FULL,
        ),
        Check(
            "local",
            "What the audit says of eligibilities and weights, by both rules.",
            Equals("local"),
            lambda results: results["verdicts"],
            basis.theory("shapes and origins of what each rule is handed"),
            on="local",
        ),
    ),
    holds=_made_up,
    breaks={
        "perturbation": _changed("perturbation", (0, slice(None))),
        "cubic": _changed("cubic", (0, slice(None))),
        "thousand": _changed("cubic", (0, slice(900, 1000))),
        "local": put("verdicts", "NOT LOCAL", 0),
    },
    figures=(
        Figure(
            "errors",
            "Share of trials with an error below 0.5 (left) and median error (right), in windows of 100 trials; a line "
            "for each network.",
            draw_errors,
        ),
        Figure(
            "responses",
            "Output of one network that learns by cubic eligibility, in its first and last trial of each kind: two "
            "stimuli on channels A or B. The error is taken over the grey time; different stimuli ask for 0.98, equal "
            "ones for -0.98.",
            draw_responses,
        ),
    ),
    circuits=networks,
)
