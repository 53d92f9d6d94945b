"""Drawings of the experiments on features. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = [
    "draw_digit_activity",
    "draw_digit_features",
    "draw_image_features",
    "draw_selectivity",
    "draw_sources",
]

_DIGIT_SHAPE = (8, 8)
_SAMPLES_SHOWN = 400


def draw_image_features(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the features of natural images as tiles, the most oriented ones first."""
    import numpy as np

    from bouton.report import figures

    order = np.argsort(-results["R5.selectivity"])
    size = results["R5.patch_size"]
    return figures.tiles(results["R5.features"][order], (size, size), columns=16)


def draw_digit_features(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the features of centred and of uncentred digits as tiles."""
    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.2, 4.3, 1, 2, width_ratios=(1.6, 1.0))
    many, parts = results["R6.many.features"], results["R6.uncentred.features"]
    figures.tiles(many, _DIGIT_SHAPE, columns=8, title=f"centred, {len(many)} units", axes=left)
    figures.tiles(parts, _DIGIT_SHAPE, columns=4, signed=False, title=f"uncentred, {len(parts)} units", axes=right)
    return figure


def draw_selectivity(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the distributions of orientation selectivity, learned against random."""
    import numpy as np

    from bouton.report import figures

    figure, axes = figures.new_figure()
    groups = {"learned features": "R5.selectivity", "random vectors": "R5.random_selectivity"}
    for (label, name), colour in zip(groups.items(), figures.category_colours(2), strict=True):
        values = results[name]
        axes.hist(values, np.linspace(0, 1, 26), weights=np.full(len(values), 1 / len(values)), color=colour, alpha=0.5)
        axes.axvline(np.median(values), color=colour, label=f"{label}, median {np.median(values):.2f}")
    axes.set(xlabel="orientation selectivity", ylabel="share of units", xlim=(0, 1), ylim=(0, 1.3 * axes.get_ylim()[1]))
    axes.legend()
    return figure


def draw_sources(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the correlation of each source with its unit, for every seed of three cases."""
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(7.2, 3.4, 1, 3, sharey=True)
    titles = {"short": "30 % active, short", "long": "30 % active, long", "dense": "50 % active, long"}
    colour, other = figures.category_colours(2)
    for axes, (name, title) in zip(panels, titles.items(), strict=True):
        correlations = results[f"R4.{name}.correlations"]
        seeds = np.repeat(np.arange(1, len(correlations) + 1), correlations.shape[1])
        axes.scatter(seeds, correlations.ravel(), s=18, color=colour, alpha=0.5, linewidths=0, label="a source")
        means = correlations.mean(axis=1)
        axes.scatter(np.unique(seeds), means, s=120, color=other, marker="_", linewidths=2, label="their mean")
        axes.set(xlabel="seed", title=title, xticks=np.unique(seeds), ylim=(0, 1.05))
        axes.margins(x=0.1)
    panels[0].set_ylabel("matched correlation")
    panels[0].legend(loc="lower left")
    return figure


def draw_digit_activity(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the answers to digits, ordered by class, and how many units answer a digit."""
    import numpy as np

    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.6, 3.9, 1, 2, width_ratios=(1.25, 1.0))
    answers, labels = results["R6.many.answers"], results["R6.labels"]
    samples = np.argsort(labels, kind="stable")
    samples = samples[np.linspace(0, len(samples) - 1, _SAMPLES_SHOWN).astype(int)]
    activity = answers[samples]
    # Units in the order of the class that excites them most, so that clusters show as blocks.
    classes = np.unique(labels)
    preferred = np.argmax([answers[labels == label].mean(axis=0) for label in classes], axis=0)
    activity = activity[:, np.argsort(preferred, kind="stable")].T
    left.imshow(
        activity, cmap=figures.sequential(), aspect="auto", interpolation="nearest", vmax=np.quantile(activity, 0.99)
    )
    middles = [np.flatnonzero(labels[samples] == label).mean() for label in classes]
    left.set_xticks(middles, classes)
    left.set(xlabel="digits, by class", ylabel="unit", title="activity of centred digits")
    cases = {"many": "centred", "few": "centred", "uncentred": "uncentred"}
    for (name, label), colour in zip(cases.items(), figures.category_colours(3), strict=True):
        answers = results[f"R6.{name}.answers"]
        shares = np.bincount((answers > 0).sum(axis=1)) / len(answers)
        right.stairs(
            shares,
            np.arange(len(shares) + 1) - 0.5,
            color=colour,
            fill=True,
            alpha=0.45,
            label=f"{label}, {answers.shape[1]} units",
        )
    right.set(xlabel="active units per digit", ylabel="share of digits")
    right.legend()
    return figure
