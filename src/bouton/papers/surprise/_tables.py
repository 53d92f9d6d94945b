"""Mean squared error of exact inference, and what the others err more, by world: measured, judged and drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.engine import rollout
from bouton.papers import AtMost, Check, basis
from bouton.papers._seeds import random_key
from bouton.papers.surprise._filters import FLAT, families, filters_of, histories_of, mean_errors, tuned
from bouton.papers.surprise._worlds import CATEGORICAL, GAUSSIAN, Cell, name_of, published
from bouton.report import figures
from bouton.surprise import DeltaRule, GaussianMean

__all__ = [
    "FULL",
    "STORED",
    "TableSettings",
    "draw_table",
    "exactness",
    "made_up_table",
    "measure_table",
    "order",
    "table_checks",
]

FULL = ("laptop", "paper")
STORED = basis.authors("their result files")
TINY = {"gaussian": ("MP20", "SOR20"), "categorical": ("MP10", "MP20", "SOR20")}
_HAZARDS = np.r_[np.geomspace(1e-4, 0.1, 40), np.geomspace(0.12, 0.9, 12)]


@dataclass(frozen=True)
class TableSettings:
    """Worlds, and how long and how often each is followed."""

    cells: tuple[Cell, ...]
    length: int = 20_000
    repetitions: int = 5
    hypotheses: int = 3000
    """Room of exact inference."""
    tuning_length: int = 20_000
    tuning_repetitions: int = 3


def measure_table(kind: str, settings: TableSettings, seed: int) -> dict[str, Any]:
    """Measure all algorithms in all worlds of a task.

    Parameters
    ----------
    kind : {"gaussian", "categorical"}
        The task.
    settings : TableSettings
        Sizes.
    seed : int
        Seed of all.

    Returns
    -------
    dict of str to value
        Worlds, and by world the errors by algorithm (repetitions,), and what exact inference dropped at most.
    """
    free, group = (GAUSSIAN, 1) if kind == "gaussian" else (CATEGORICAL, 2)
    errors: dict[str, dict[str, np.ndarray]] = {}
    dropped = []
    for number, (noise, hazard) in enumerate(settings.cells):
        family, key = families(kind)(noise), random_key(seed, group, number)
        with jax.enable_x64(True):
            histories = histories_of(family, hazard, key, settings.length, settings.repetitions)
            filters = filters_of(family, hazard, free[noise, hazard], settings.hypotheses)
            own = jax.random.fold_in(key, 1)
            found = {name: mean_errors(circuit, histories, own) for name, circuit in filters.items()}
            if isinstance(family, GaussianMean):
                found |= _flat_priors(noise, hazard, settings, histories, own)
            dropped.append(_largest_loss(filters["exact Bayes"], histories, own, settings))
        errors[name_of(noise, hazard)] = found
    return {"errors": errors, "dropped": np.asarray(dropped), "cells": np.asarray(settings.cells)}


def _flat_priors(
    noise: float, hazard: float, settings: TableSettings, histories: Any, key: Any
) -> dict[str, np.ndarray]:
    """Run the original delta rules, whose hazard is tuned on histories of their own: the authors' is not known."""
    family, found = GaussianMean(noise, prior_deviation=FLAT), {}
    tuning = histories_of(
        GaussianMean(noise), hazard, jax.random.fold_in(key, 2), settings.tuning_length, settings.tuning_repetitions
    )
    for version, name in ((2010, "Nas10"), (2012, "Nas12")):

        def make(value: Any, version: Any = version) -> DeltaRule:
            return DeltaRule(family, value, version)

        best, _ = tuned(make, _HAZARDS, tuning, key)
        found[name] = mean_errors(make(best), histories, key)
    return found


def _largest_loss(exact: Any, histories: Any, key: Any, settings: TableSettings) -> float:
    """Return the most that exact inference dropped at a step of the first history, in a part of it."""
    part = histories.observations[0, : min(settings.length, 5000)]
    _, info = jax.jit(rollout)(exact, part, key)
    return float(info.dropped.max())


def _deviations(results: Mapping[str, Any], kind: str, name: str) -> list[float]:
    """Return by world how far error or regret is from the published one, in units of what is allowed.

    Allowed are 12 % of an error of exact inference, 25 % of a regret, or three standard errors, whichever is more.
    Regrets of less than ten standard errors are left out, as too small to be judged by so many steps; of algorithms
    that hardly have larger ones (`TINY`), the claim is that they err no more than published.
    """
    found = []
    for world, errors in results["errors"].items():
        expected = published(kind)[world].get(name)
        exact = errors["exact Bayes"]
        values = errors[name] if name == "exact Bayes" else errors[name] - exact
        error = 3 * values.std(ddof=1) / len(values) ** 0.5
        if expected is None or (name not in ("exact Bayes", *TINY[kind]) and expected < 10 * error / 3):
            continue
        share = 0.12 if name == "exact Bayes" else 0.25
        distance = (float(values.mean()) - expected) / max(share * expected, float(error))
        found.append(distance if name in TINY[kind] else abs(distance))
    return found


def table_checks(kind: str, task: str, names: Mapping[str, str], remarks: Mapping[str, str]) -> tuple[Check, ...]:
    """Return a check for each algorithm: its error or regret is that of the authors' files, within what is allowed."""

    def what(name: str) -> str:
        if name in TINY[kind]:
            return "no more than the authors' regret"
        return "the authors' error" if name == "exact Bayes" else "the authors' regret"

    return tuple(
        Check(
            slug,
            f"{name} follows {task} with {what(name)}: distance from it, by world, over what is allowed (12 % of the "
            "error of exact inference, 25 % of a regret, or three standard errors).",
            AtMost(1),
            lambda results, name=name: _deviations(results, kind, name),
            STORED,
            on="tables",
            remark=remarks.get(slug, ""),
            scales=FULL,
        )
        for slug, name in names.items()
    )


def order(task: str, better: tuple[str, ...], worse: tuple[str, ...]) -> Check:
    """Return the check that some algorithms err less than others in every world."""

    def ratios(results: Mapping[str, Any]) -> list[float]:
        return [
            max(float(errors[name].mean()) for name in better) / min(float(errors[name].mean()) for name in worse)
            for errors in results["errors"].values()
        ]

    return Check(
        "order",
        f"{', '.join(better)} err less than {' and '.join(worse)} in every world of {task}: the largest error of the "
        "first over the least of the others.",
        AtMost(1),
        ratios,
        basis.paper("abstract"),
        on="estimates",
        scales=FULL,
    )


def exactness() -> Check:
    """Return the check that exact inference is exact."""
    return Check(
        "exact-is-exact",
        "What exact inference dropped at a step for want of room or for being negligible: no probability to speak of.",
        AtMost(1e-12),
        lambda results: results["dropped"],
        basis.ours("hypotheses below 1e-16 are dropped, as in the authors' program"),
    )


def made_up_table(kind: str, cells: tuple[Cell, ...]) -> dict[str, Any]:
    """Return results with the authors' errors, in five repetitions that differ by some thousandths."""
    table: dict[str, dict[str, np.ndarray]] = {}
    for cell in cells:
        row = published(kind)[name_of(*cell)]
        exact = row["exact Bayes"] * (1 + 1e-3 * np.arange(-2, 3))
        values = {name: exact + value for name, value in row.items() if name != "exact Bayes"}
        missing = {name: exact for name in ("SOR20", "MP20") if name not in values}
        table[name_of(*cell)] = {"exact Bayes": exact, **values, **missing}
    return {"errors": table, "dropped": np.zeros(len(cells))}


def draw_table(results: Mapping[str, Any], kind: str) -> matplotlib.figure.Figure:
    """Draw errors and regrets by algorithm and world, as shares of the error of exact inference."""
    errors = results["errors"]
    worlds, names = list(errors), list(next(iter(errors.values())))
    scaled = np.empty((len(names), len(worlds)))
    figure, axes = figures.new_figure(1.9 + 1.15 * len(worlds), 0.9 + 0.3 * len(names))
    for column, world in enumerate(worlds):
        exact = errors[world]["exact Bayes"]
        for row, name in enumerate(names):
            value = float((errors[world][name] - (0 if name == "exact Bayes" else exact)).mean())
            scaled[row, column] = np.nan if name == "exact Bayes" else max(value / exact.mean(), 1e-4)
            expected = published(kind).get(world, {}).get(name)
            text = f"{value:.2g}" + (f"\nfiles {expected:.2g}" if expected is not None else "")
            dark = np.log10(scaled[row, column]) > -1.6
            ink = figures.sequential()(0.0 if dark else 1.0)
            axes.text(column, row, text, ha="center", va="center", fontsize=6.5, color=ink, linespacing=0.95)
    axes.imshow(np.log10(scaled), aspect="auto", cmap=figures.sequential(), vmin=-4, vmax=1)
    axes.set(xticks=range(len(worlds)), yticks=range(len(names)), xlabel="noise, hazard")
    axes.set_xticklabels(worlds)
    axes.set_yticklabels(names)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0)
    return figure
