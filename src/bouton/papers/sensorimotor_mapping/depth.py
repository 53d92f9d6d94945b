"""Hidden layers: how much longer learning takes with each, for four images and for eight and sixteen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtMost, Check, Figure, Section
from bouton.papers._made_up import put
from bouton.papers.sensorimotor_mapping._common import FULL, MANY, OURS, SMALL, WHOLE, Sizes, lived, loop, summary
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Numbers of hidden layers; of harder problems: numbers of images, all of which reverse, layers and networks."""

    sizes: Sizes = WHOLE
    layers: tuple[int, ...] = (0, 1, 2, 3, 4)
    many_images: tuple[int, ...] = (8, 16)
    many_layers: tuple[int, ...] = (1, 2, 3)
    many_networks: tuple[int, ...] = (24, 8)
    most_trials: int = 2000


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return lengths of blocks, failures and lengths of the first block, by layers, for each number of images."""
    sizes = settings.sizes
    easy = [
        summary(lived(loop(sizes, n_layers=layers), sizes, seed, 400 + layers), sizes) for layers in settings.layers
    ]
    slower = summary(lived(loop(sizes, rate=0.0025, n_layers=settings.layers[-1]), sizes, seed, 410), sizes)
    found = {"few": _table(easy), "slower": {name: slower[name] for name in ("median", "failed", "first")}}
    for images, networks in zip(settings.many_images, settings.many_networks, strict=True):
        own = Sizes(**(vars(sizes) | {"images": images, "reversing": images, "networks": networks}))
        task = {"most_trials": settings.most_trials}
        hard = [
            summary(lived(loop(own, task=task, n_layers=layers), own, seed, 420 + 10 * images + layers), own)
            for layers in settings.many_layers
        ]
        found[f"{images} images"] = _table(hard)
    return found | {"layers": np.array(settings.layers), "many_layers": np.array(settings.many_layers)}


def _table(kept: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    return {name: np.array([each[name] for each in kept]) for name in ("median", "quartiles", "failed", "first")}


def _ratio(results: Mapping[str, Any], name: str, layers: np.ndarray) -> float:
    """Return the median length of a block with three layers over that with one."""
    medians = results[name]["median"]
    return float(medians[layers == 3][0] / medians[layers == 1][0])


def draw_layers(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the lengths of blocks after a reversal and of the first block against the number of layers."""
    harder = [name for name in results if name.endswith("images")]
    figure, panels = figures.new_figure(7.2, 3.2, columns=1 + len(harder), squeeze=False)
    colour, other = figures.category_colours(2)
    titles = {"few": "main task"} | {name: f"{name}, all reversing" for name in harder}
    for axes, (name, title) in zip(panels[0], titles.items(), strict=True):
        layers, kept = results["layers" if name == "few" else "many_layers"], results[name]
        axes.fill_between(layers, *kept["quartiles"].T, color=colour, alpha=0.2, linewidth=0)
        axes.plot(layers, kept["median"], "o-", color=colour, label="after a reversal")
        axes.plot(layers, kept["first"], "s--", color=other, label="first block")
        top = 1.1 * max(kept["first"].max(), kept["quartiles"].max())
        axes.set(xlabel="hidden layers", title=title, ylim=(0, top), xticks=layers)
        axes.margins(x=0.08)
    panels[0][0].set_ylabel("trials in a block")
    figure.legend(*panels[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return figure


def _holds() -> dict[str, Any]:
    def table(*medians: float) -> dict[str, np.ndarray]:
        return {"median": np.array(medians), "failed": np.zeros(len(medians))}

    return {
        "few": table(60.0, 75, 80, 86, 99),
        "slower": {"median": 110.0, "failed": 0.0, "first": 280.0},
        "8 images": table(256.0, 301, 332),
        "16 images": table(918.0, 1284, 925),
        "layers": np.arange(5),
        "many_layers": np.arange(1, 4),
    }


def _deep(name: str, what: str, place: int, value: float) -> Any:
    return lambda results: {name: dict(results[name]) | put(what, value, place)(results[name])}


SECTION = Section(
    settings={
        "smoke": Settings(SMALL, (0, 1), (2,), (1,), (2,), 500),
        "laptop": Settings(),
        "paper": Settings(MANY, many_networks=(200, 50)),
    },
    measure=measure,
    checks=(
        Check(
            "four",
            "Four images: median length of a block with three hidden layers over that with one.",
            AtMost(1.6),
            lambda results: _ratio(results, "few", results["layers"]),
            OURS,
            on="depth",
            scales=FULL,
        ),
        Check(
            "eight",
            "Eight images, all reversing: the same.",
            AtMost(1.6),
            lambda results: _ratio(results, "8 images", results["many_layers"]),
            OURS,
            on="depth",
            scales=FULL,
        ),
        Check(
            "sixteen",
            "Sixteen images, all reversing: the same.",
            AtMost(1.6),
            lambda results: _ratio(results, "16 images", results["many_layers"]),
            OURS,
            on="depth",
            scales=FULL,
        ),
        Check(
            "failed",
            "Four images: share of failed blocks with up to three hidden layers.",
            AtMost(0.05),
            lambda results: [float(share) for share in results["few"]["failed"][results["layers"] <= 3]],
            OURS,
            on="depth",
        ),
        Check(
            "four-layers",
            "Four images: share of failed blocks with four hidden layers.",
            AtMost(0.05),
            lambda results: float(results["few"]["failed"][results["layers"] == 4][0]),
            OURS,
            on="depth",
            scales=FULL,
            remark="Errors move the codes of four layers at once. At half of the learning rate hardly any block fails.",
        ),
        Check(
            "four-layers-slower",
            "The same at half of the learning rate.",
            AtMost(0.05),
            lambda results: results["slower"]["failed"],
            OURS,
            on="depth",
            scales=FULL,
        ),
    ),
    holds=_holds,
    breaks={
        "four": _deep("few", "median", 3, 200.0),
        "eight": _deep("8 images", "median", 2, 800.0),
        "sixteen": _deep("16 images", "median", 2, 1900.0),
        "failed": _deep("few", "failed", 2, 0.3),
        "four-layers": _deep("few", "failed", 4, 0.3),
        "four-layers-slower": {"slower": {"failed": 0.3}},
    },
    figures=(
        Figure(
            "layers",
            "Length of a block after a reversal (median, quartiles) and of the first block, from random weights, "
            "against the number of hidden layers. Reversals take hardly longer with each layer; what takes longer is "
            "to learn from nothing.",
            draw_layers,
        ),
    ),
)
