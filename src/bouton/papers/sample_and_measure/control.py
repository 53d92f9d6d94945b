"""Control: nothing hidden in the networks that are recorded, so that the fitted network could have made the data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtLeast, AtMost, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers.sample_and_measure._common import FULL, Data, cases, connectivity, fitted, tiny
from bouton.report import figures

__all__ = ["SECTION"]

_NAMES = ("likelihood", "with statistics")


@dataclass(frozen=True)
class Settings:
    """Sizes of data and fits."""

    data: Data = field(default_factory=Data)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Fit each network's recording by likelihood alone and with statistics."""
    couplings, first = [], np.zeros((0, 0))
    for case in cases(settings.data, seed, n_hidden=0):
        models = [fitted(settings.data, case.training, statistics=each) for each in (0.0, 1.0)]
        couplings.append([connectivity(each, case) for each in models])
        if not len(first):
            first = 0.4 * np.array([each.ravel() for each in (case.truth.couplings, *(m.couplings_ for m in models))])
    return {"couplings": np.array(couplings), "first": first}


def draw_couplings(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw fitted over true couplings of the first network."""
    figure, panels = figures.new_figure(7.0, 3.9, 1, 2, sharex=True, sharey=True)
    ends = results["first"].min() - 0.1, results["first"].max() + 0.1
    for axes, values, name in zip(panels, results["first"][1:], _NAMES, strict=True):
        axes.plot(ends, ends, color=figures.muted(), linewidth=0.8)
        axes.plot(results["first"][0], values, "o", color=figures.category_colours(1)[0], alpha=0.7, markersize=4)
        axes.set(xlabel="true coupling", title=name, xlim=ends, ylim=ends, aspect="equal")
    panels[0].set_ylabel("fitted coupling")
    return figure


SECTION = Section(
    settings={"smoke": Settings(tiny(0)), "laptop": Settings(), "paper": Settings(Data(networks=10))},
    measure=measure,
    checks=(
        Check(
            "likelihood",
            "Likelihood alone: correlation of couplings with the truth, each network.",
            AtLeast(0.9),
            lambda results: results["couplings"][:, 0, 0],
            basis.ours("consistent in theory; 160 trials are many"),
            scales=FULL,
        ),
        Check(
            "bias",
            "Likelihood alone: mean error of couplings, each network: size.",
            AtMost(0.03),
            lambda results: np.abs(results["couplings"][:, 0, 2]),
            basis.ours("a quarter of what hidden neurons bring about"),
            scales=FULL,
        ),
        Check(
            "statistics",
            "With statistics: correlation of couplings with the truth, each network.",
            AtLeast(0.9),
            lambda results: results["couplings"][:, 1, 0],
            basis.ours("as for the likelihood"),
            on="consistent",
            scales=FULL,
        ),
        Check(
            "statistics-bias",
            "With statistics: mean error of couplings, each network: size.",
            AtMost(0.03),
            lambda results: np.abs(results["couplings"][:, 1, 2]),
            basis.ours("as for the likelihood"),
            on="consistent",
            scales=FULL,
            remark="The published noise covariance compares variances of spikes with those of probabilities, which the "
            "true network cannot match: theory promises nothing for this term.",
        ),
    ),
    holds=lambda: {"couplings": np.tile([[0.97, 0.05, 0.0], [0.95, 0.07, 0.01]], (3, 1, 1))},
    breaks={
        "likelihood": put("couplings", 0.8, (0, 0, 0)),
        "bias": put("couplings", -0.1, (0, 0, 2)),
        "statistics": put("couplings", 0.8, (0, 1, 0)),
        "statistics-bias": put("couplings", 0.1, (0, 1, 2)),
    },
    figures=(
        Figure("couplings", "Fitted over true couplings where nothing is hidden, first network.", draw_couplings),
    ),
)
