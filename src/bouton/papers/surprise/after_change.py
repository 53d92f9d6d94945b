"""The error as a function of the observations since a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import matplotlib.figure
import numpy as np

from bouton.engine import rollout
from bouton.papers import Between, Check, Figure, Section
from bouton.papers._made_up import scaled
from bouton.papers._seeds import random_key
from bouton.papers.surprise._filters import filters_of
from bouton.papers.surprise._tables import FULL, STORED
from bouton.papers.surprise._worlds import GAUSSIAN
from bouton.report import figures
from bouton.surprise import GaussianMean, VolatileWorld, error_after_change, squared_errors

__all__ = ["SECTION"]

_LONGEST = 100
_FEW = "About a thousand changes are averaged over: the standard error of the first value is about 4.5 %. "
_TAILS = (
    "With so few messages a wrong belief, once chosen, stays: errors have heavy tails, beyond the average of 1e5 steps."
)
_CASES = (
    ("sharp-exact", 0, "exact Bayes", (1, 2, 5, 10), (0.0132, 0.00615, 0.00249, 0.00137), ""),
    ("sharp-variational", 0, "VarSMiLe", (1, 2, 5, 10), (0.0131, 0.0067, 0.00274, 0.0015), ""),
    ("sharp-leaky", 0, "Leaky", (1, 2, 5, 10), (0.016, 0.0089, 0.0089, 0.0088), ""),
    ("hidden-exact", 1, "exact Bayes", (1, 10, 50, 100), (1.50, 1.06, 0.42, 0.293), _FEW),
    ("hidden-messages", 1, "MP20", (1, 10, 50, 100), (1.25, 1.11, 0.811, 0.707), _FEW + _TAILS),
    ("hidden-leaky", 1, "Leaky", (1, 10, 50, 100), (1.65, 1.40, 0.69, 0.333), _FEW),
)


@dataclass(frozen=True)
class Settings:
    """Steps of each history, and the room of exact inference."""

    length: int = 100_000
    hypotheses: int = 3000


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Measure the error since a change in two worlds: one whose changes show at once, one whose changes hide."""
    results: dict[str, Any] = {}
    for number, (noise, hazard, chosen) in enumerate(
        ((0.1, 0.1, ("exact Bayes", "VarSMiLe", "Leaky")), (5.0, 0.01, ("exact Bayes", "MP20", "VarSMiLe", "Leaky")))
    ):
        family, key = GaussianMean(noise), random_key(seed, 3, number)
        with jax.enable_x64(True):
            history = VolatileWorld(family, hazard).draw(key, settings.length)
            filters = filters_of(family, hazard, GAUSSIAN[noise, hazard], settings.hypotheses)
            curves = []
            for name in chosen:
                _, info = jax.jit(rollout)(filters[name], history.observations, jax.random.fold_in(key, 1))
                errors = squared_errors(np.asarray(info.estimate), np.asarray(history.parameters))
                curves.append(error_after_change(errors, np.asarray(history.changed), _LONGEST))
        results |= {f"{number}.names": chosen, f"{number}.curves": np.asarray(curves)}
    return results


def _over(
    results: Mapping[str, Any], world: int, name: str, at: tuple[int, ...], values: tuple[float, ...]
) -> list[float]:
    """Return the errors at some observations since a change, over the expected ones."""
    row = results[f"{world}.curves"][list(results[f"{world}.names"]).index(name)]
    return [float(row[place - 1]) / value for place, value in zip(at, values, strict=True)]


def draw_after_change(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the error over the observations of the new parameter."""
    figure, panels = figures.new_figure(8.4, 3.2, 1, 2)
    order = ("exact Bayes", "VarSMiLe", "MP20", "Leaky")
    colours = dict(zip(order, figures.category_colours(4), strict=True))
    for number, (axes, title, longest) in enumerate(
        zip(panels, ("noise 0.1, hazard 0.1", "noise 5, hazard 0.01"), (30, 100), strict=True)
    ):
        for name, curve in zip(results[f"{number}.names"], results[f"{number}.curves"], strict=True):
            at = np.arange(1, longest + 1)
            axes.plot(at, curve[:longest], color=colours[name], label=name, linewidth=1.6)
        axes.set(xlabel="observations of the new parameter", ylabel="mean squared error", title=title, xscale="log")
        axes.set_yscale("log")
        axes.legend(fontsize=8)
    return figure


def _made_up() -> dict[str, Any]:
    results: dict[str, Any] = {}
    for world in (0, 1):
        rows = {name: (at, values) for _, where, name, at, values, _ in _CASES if where == world}
        curves = [np.interp(np.arange(1, _LONGEST + 1), at, values) for at, values in rows.values()]
        results |= {f"{world}.names": tuple(rows), f"{world}.curves": np.array(curves)}
    return results


SECTION = Section(
    settings={"smoke": Settings(2000, 1500), "laptop": Settings(), "paper": Settings(hypotheses=6000)},
    measure=measure,
    checks=tuple(
        Check(
            slug,
            f"{name}: the error {', '.join(map(str, at[:-1]))} and {at[-1]} observations into a new parameter, over "
            f"that of the authors' files ({'noise 0.1, hazard 0.1' if world == 0 else 'noise 5, hazard 0.01'}).",
            Between(0.9, 1.1),
            lambda results, case=(world, name, at, values): _over(results, *case),
            STORED,
            on="after-change",
            expected="errors " + ", ".join(f"{value:g}" for value in values),
            remark=remark,
            scales=FULL,
        )
        for slug, world, name, at, values, remark in _CASES
    ),
    holds=_made_up,
    breaks={slug: scaled(f"{world}.curves", 2.0) for slug, world, *_ in _CASES},
    figures=(
        Figure(
            "after-change",
            "The error as a function of how many observations of a new parameter were seen. Where noise is small all "
            "start alike and leaky integration stops improving; where it is large, few messages cannot wait for "
            "evidence.",
            draw_after_change,
        ),
    ),
)
