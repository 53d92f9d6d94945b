"""Which factors a synapse needs: the family of rules in one network, and a grid for the gradient rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.sensorimotor_mapping._common import (
    FULL,
    MANY,
    OURS,
    SMALL,
    WHOLE,
    Sizes,
    curve_of,
    draw_table,
    lived,
    loop,
    made_up,
    replace_cell,
    summary,
)
from bouton.report import figures
from bouton.report.reversals import draw_learning_curves

__all__ = ["SECTION"]

RULES = (
    ("hebb", 0.005),
    ("pure_hebb", 0.005),
    ("mixed", 0.005),
    ("reinforce", 0.002),
    ("reinforce", 0.005),
    ("reinforce", 0.02),
    ("pre_only", 0.001),
    ("pre_only", 0.005),
    ("post_only", 0.001),
    ("post_only", 0.005),
)
_AFTER = basis.ours("the two rules were not simulated before; chance fails always")


@dataclass(frozen=True)
class Settings:
    """Sizes; of the grid for the gradient rule: temperatures, rates, costs of an error, networks; and mixtures."""

    sizes: Sizes = WHOLE
    temperatures: tuple[float, ...] = (0.05, 0.1, 0.2, 0.5)
    rates: tuple[float, ...] = (0.002, 0.005, 0.02)
    costs: tuple[float, ...] = (1.0, 4.0)
    grid_networks: int = 8
    mixtures: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return what is kept of each rule, and medians and failures of the gradient rule over the grid."""
    sizes = settings.sizes
    found = {
        f"{rule}, {rate:g}": summary(lived(loop(sizes, rule, rate), sizes, seed, 200 + number), sizes)
        for number, (rule, rate) in enumerate(RULES)
    }
    few = Sizes(**(vars(sizes) | {"networks": settings.grid_networks}))
    shape = len(settings.costs), len(settings.temperatures), len(settings.rates)
    median, failed = np.zeros(shape), np.zeros(shape)
    for number, (cost, temperature, rate) in enumerate(np.ndindex(shape)):
        cell = loop(
            few,
            "reinforce",
            settings.rates[rate],
            {"error_cost": settings.costs[cost]},
            temperature=settings.temperatures[temperature],
            attenuation=1.0,
        )
        kept = summary(lived(cell, few, seed, 250 + number), few)
        median[cost, temperature, rate], failed[cost, temperature, rate] = kept["median"], kept["failed"]
    mixed = [
        summary(lived(loop(sizes, "mixed", mixture=mixture), sizes, seed, 230 + number), sizes)
        for number, mixture in enumerate(settings.mixtures)
    ]
    mixed = {f"mixed_{name}": np.array([kept[name] for kept in mixed]) for name in ("median", "quartiles", "failed")}
    axes = {name: np.array(getattr(settings, name)) for name in ("temperatures", "rates", "costs", "mixtures")}
    return {"rules": found, "grid_median": median, "grid_failed": failed, **mixed, **axes}


def _fast_cells(results: Mapping[str, Any]) -> int:
    """Return in how many settings the gradient rule fails less than a fifth of blocks and needs no thrice as long."""
    limit = 3 * results["rules"]["hebb, 0.005"]["median"]
    own = [kept for name, kept in results["rules"].items() if name.startswith("reinforce")]
    medians = np.append(np.ravel(results["grid_median"]), [kept["median"] for kept in own])
    failed = np.append(np.ravel(results["grid_failed"]), [kept["failed"] for kept in own])
    return int(((failed < 0.2) & (medians < limit)).sum())


def draw_curves(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the learning curve of each rule at its best rate."""
    best: dict[str, str] = {}
    for name, kept in results["rules"].items():
        rule = name.partition(",")[0]
        if rule not in best or kept["median"] < results["rules"][best[rule]]["median"]:
            best[rule] = name
    return draw_learning_curves({name: curve_of(results["rules"][name]) for name in best.values()}, least_number=5)


def draw_lengths(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the median length of a block and the share of failed blocks of each rule and rate."""
    figure, (left, right) = figures.new_figure(7.2, 3.6, columns=2, sharey=True)
    names, place = list(results["rules"]), np.arange(len(results["rules"]))
    kept = [results["rules"][name] for name in names]
    colour, other = figures.category_colours(2)
    left.barh(place, [each["median"] for each in kept], color=colour, height=0.65)
    quartiles = np.array([each["quartiles"] for each in kept])
    left.hlines(place, quartiles[:, 0], quartiles[:, 1], color=figures.muted(), linewidth=2)
    right.barh(place, [each["failed"] for each in kept], color=other, height=0.65)
    left.set(yticks=place, xlabel="trials in a block (median, quartiles)", ylim=(len(names) - 0.5, -0.5))
    left.set_yticklabels(names)
    right.set(xlabel="share of failed blocks", xlim=(0, 1.05))
    return figure


def draw_grid(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the median length of a block by the gradient rule over temperature and rate, for two costs of an error."""
    costs, temperatures, rates = (results[name] for name in ("costs", "temperatures", "rates"))
    figure, panels = figures.new_figure(7.2, 3.0, columns=len(costs), sharey=True, squeeze=False)
    for axes, cost, medians, failed in zip(
        panels[0], costs, results["grid_median"], results["grid_failed"], strict=True
    ):
        draw_table(axes, medians, failed, temperatures, rates)
        axes.set_title(f"cost of an error {cost:g}")
    panels[0][0].set_ylabel("temperature")
    return figure


def draw_mixtures(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the length of a block and failures against the share of the expectation that is taken off."""
    figure, (left, right) = figures.new_figure(7.2, 3.0, columns=2)
    colour, other = figures.category_colours(2)
    left.fill_between(results["mixtures"], *results["mixed_quartiles"].T, color=colour, alpha=0.2, linewidth=0)
    left.plot(results["mixtures"], results["mixed_median"], "o-", color=colour)
    left.set(xlabel="share of the expectation, alpha", ylabel="trials in a block", ylim=(0, 525))
    right.plot(results["mixtures"], results["mixed_failed"], "o-", color=other)
    right.set(xlabel="share of the expectation, alpha", ylabel="share of failed blocks", ylim=(-0.04, 1.04))
    return figure


def _holds() -> dict[str, Any]:
    slow = {f"{rule}, {rate:g}": made_up(500.0, 1.0) for rule, rate in RULES}
    quick = {f"{rule}, 0.005": made_up() for rule in ("hebb", "pure_hebb", "mixed")}
    grid = (2, 4, 3)
    return {"rules": slow | quick, "grid_median": np.full(grid, 400.0), "grid_failed": np.full(grid, 0.5)}


def _both_fast(results: Mapping[str, Any]) -> dict[str, Any]:
    return put("grid_median", 100.0, (0, 0, 0))(results) | put("grid_failed", 0.0, (0, 0, 0))(results)


def _check(name: str, cell: str, sentence: str, relation: Any, what: str, whose: basis.Basis = OURS, **options: Any):
    return Check(name, sentence, relation, lambda results: results["rules"][cell][what], whose, "factors", **options)


SECTION = Section(
    settings={
        "smoke": Settings(SMALL, (0.05,), (0.005,), (1.0,), 2, (0.0, 1.0)),
        "laptop": Settings(),
        "paper": Settings(MANY, grid_networks=50),
    },
    measure=measure,
    checks=(
        _check("hebb", "hebb, 0.005", "By `hebb`: median length of a block.", AtMost(100), "median"),
        _check("hebb-failed", "hebb, 0.005", "By `hebb`: share of failed blocks.", AtMost(0.05), "failed"),
        _check(
            "pure",
            "pure_hebb, 0.005",
            "By `pure_hebb`, with nothing taken off the postsynaptic activity: median length of a block.",
            AtMost(130),
            "median",
            scales=FULL,
        ),
        _check("mixed", "mixed, 0.005", "By `mixed`: median length of a block.", AtMost(130), "median", scales=FULL),
        _check(
            "pre",
            "pre_only, 0.005",
            "By `pre_only`: share of failed blocks. Both decision units move alike.",
            AtLeast(0.95),
            "failed",
        ),
        _check(
            "post",
            "post_only, 0.005",
            "By `post_only`: share of failed blocks.",
            AtLeast(0.95),
            "failed",
            _AFTER,
            scales=FULL,
        ),
        Check(
            "gradient",
            "By `reinforce`, the gradient of the expected reward: in how many settings of temperature, rate, cost of "
            "an error and baseline it fails less than a fifth of blocks and needs less than three times as long as "
            "`hebb`.",
            AtMost(0),
            _fast_cells,
            OURS,
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "hebb": replace_cell("rules", "hebb, 0.005", median=200.0),
        "hebb-failed": replace_cell("rules", "hebb, 0.005", failed=0.3),
        "pure": replace_cell("rules", "pure_hebb, 0.005", median=200.0),
        "mixed": replace_cell("rules", "mixed, 0.005", median=200.0),
        "pre": replace_cell("rules", "pre_only, 0.005", failed=0.4),
        "post": replace_cell("rules", "post_only, 0.005", failed=0.4),
        "gradient": _both_fast,
    },
    figures=(
        Figure(
            "curves",
            "Proportion of correct responses since the reversal, each rule at the better of its rates. With either "
            "factor alone nothing is learned; by the gradient of reward an image that was well learned is unlearned "
            "slowly, since the factor of the old choice has vanished.",
            draw_curves,
        ),
        Figure(
            "lengths",
            "Median length of a block of all four images with quartiles, and the share of blocks that do not meet the "
            "criterion within 500 trials, by rule and rate.",
            draw_lengths,
        ),
        Figure(
            "grid",
            "The gradient rule with a reward baseline: median length of a block over temperature and rate. Neither "
            "noise nor a baseline makes it as fast as the Hebbian rule.",
            draw_grid,
        ),
        Figure(
            "mixtures",
            "Between the Hebbian rule (0) and the gradient of reward (1): length of a block (median, quartiles) and "
            "share of failed blocks against how much of the expectation is taken off the postsynaptic activity, in "
            "place of its mean level.",
            draw_mixtures,
        ),
    ),
    circuits=lambda settings: [loop(settings.sizes, rule).agent for rule in ("hebb", "reinforce", "pre_only")],
)
