"""The figures of the reproduction, one history first. What draws is imported when something is drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Figure

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["FIGURES"]

_SHOWN = ("exact Bayes", "VarSMiLe", "pf20", "Leaky")
_LOG_PROBABILITY = -4.0


def _draw_history(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, (top, middle, bottom) = figures.new_figure(8.4, 6.6, 3, 1, sharex=True, height_ratios=(2, 1, 1.1))
    colours = dict(zip(_SHOWN, figures.category_colours(4), strict=True))
    steps = np.arange(len(results["example.observations"]))
    changes = np.flatnonzero(results["example.changed"])[1:]
    top.scatter(steps, results["example.observations"], s=9, color=figures.muted(), label="observed", linewidths=0)
    top.step(steps, results["example.parameters"], where="post", color=figures.muted(), linewidth=1.2, label="truth")
    mean = results["example.exact Bayes.estimate"]
    spread = np.sqrt(results["example.exact Bayes.variance"])
    top.fill_between(steps, mean - 2 * spread, mean + 2 * spread, color=colours["exact Bayes"], alpha=0.18, linewidth=0)
    for name in _SHOWN:
        top.plot(steps, results[f"example.{name}.estimate"], color=colours[name], linewidth=1.4, label=name)
    top.set(ylabel="mean")
    top.legend(fontsize=8, ncols=6, loc="upper center", bbox_to_anchor=(0.5, 1.16))
    for name in ("exact Bayes", "VarSMiLe"):
        middle.plot(steps, results[f"example.{name}.adaptation_rate"], color=colours[name], linewidth=1.4)
    middle.set(ylabel="adaptation rate", ylim=(0, 1.03))
    lengths = results["example.run_lengths"]
    with np.errstate(divide="ignore"):
        shown = np.maximum(np.log10(lengths.T[1:]), _LOG_PROBABILITY)
    image = bottom.imshow(
        shown, origin="lower", aspect="auto", cmap=figures.sequential(), vmin=_LOG_PROBABILITY, vmax=0,
        extent=(-0.5, len(steps) - 0.5, 0.5, len(shown) + 0.5),
    )  # fmt: skip
    bottom.set(xlabel="step", ylabel="run length", ylim=(0.5, 1.3 * np.diff(np.r_[0, changes, len(steps)]).max()))
    scale = bottom.inset_axes((0.02, 0.72, 0.17, 0.06))
    figure.colorbar(image, cax=scale, orientation="horizontal", ticks=(-4, -2, 0))
    scale.tick_params(labelsize=7)
    scale.set_title("log10 of its probability", fontsize=7, pad=2)
    for axes in (top, middle):
        for change in changes:
            axes.axvline(change - 0.5, color=figures.muted(), linewidth=0.8, linestyle=(0, (2, 3)))
    return figure


def _draw_table(results: Mapping[str, Any], kind: str) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.papers._surprise.settings import published
    from bouton.report import figures

    errors = results[f"{kind}.errors"]
    worlds, names = list(errors), list(next(iter(errors.values())))
    scaled = np.empty((len(names), len(worlds)))
    figure, axes = figures.new_figure(1.9 + 1.15 * len(worlds), 0.9 + 0.3 * len(names))
    for column, world in enumerate(worlds):
        exact = errors[world]["exact Bayes"]
        for row, name in enumerate(names):
            value = float((errors[world][name] - (0 if name == "exact Bayes" else exact)).mean())
            scaled[row, column] = np.nan if name == "exact Bayes" else max(value / exact.mean(), 1e-4)
            expected = published(kind).get(world, {}).get(name)
            text = f"{value:.2g}" + (f"\npaper {expected:.2g}" if expected is not None else "")
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


def _draw_after_change(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.report import figures

    figure, panels = figures.new_figure(8.4, 3.2, 1, 2)
    order = ("exact Bayes", "VarSMiLe", "MP20", "Leaky")
    colours = dict(zip(order, figures.category_colours(4), strict=True))
    for number, (axes, title, longest) in enumerate(
        zip(panels, ("noise 0.1, hazard 0.1", "noise 5, hazard 0.01"), (30, 100), strict=True)
    ):
        for name, curve in zip(results[f"R3.{number}.names"], results[f"R3.{number}.curves"], strict=True):
            at = np.arange(1, longest + 1)
            axes.plot(at, curve[:longest], color=colours[name], label=name, linewidth=1.6)
        axes.set(xlabel="observations of the new parameter", ylabel="mean squared error", title=title, xscale="log")
        axes.set_yscale("log")
        axes.legend(fontsize=8)
    return figure


def _draw_predictions(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.papers._surprise.settings import DELTAS, PROBABILITIES
    from bouton.report import figures

    figure, panels = figures.new_figure(8.4, 5.6, 2, 2)
    colours = figures.category_colours(2)
    labels = ("Bayes factor surprise", "Shannon surprise (log10)")
    for kind in (0, 1):
        for learner, style in (("Nas12*", "-"), ("pf20", (0, (4, 2)))):
            by_error = results[f"R4.{learner}.by_error"][kind]
            for sign, (name, colour) in enumerate(zip(("away from the prior", "towards it"), colours, strict=True)):
                label = f"{learner}, {name}" if kind == 0 else None
                panels[kind, 0].plot(DELTAS, by_error[sign], color=colour, linestyle=style, label=label, linewidth=1.5)
            enough = results[f"R4.{learner}.subjects"] >= 5
            panels[kind, 1].plot(
                np.asarray(PROBABILITIES)[enough], results[f"R4.{learner}.by_probability"][kind][enough],
                color=figures.muted(), linestyle=style, label=learner if kind == 0 else None, linewidth=1.5,
            )  # fmt: skip
        panels[kind, 0].set(ylabel=labels[kind], xlabel="size of the prediction error" if kind else "")
        panels[kind, 1].set(xlabel="probability under belief and prior" if kind else "")
    panels[0, 0].set(yscale="log")
    panels[0, 1].set(ylim=(0, 2))
    panels[0, 0].legend(fontsize=7)
    panels[0, 1].legend(fontsize=8)
    return figure


def _draw_mismatch(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    import numpy as np

    from bouton.papers._surprise.settings import EXPECTED_HAZARD
    from bouton.report import figures

    figure, axes = figures.new_figure(6.6, 3.6)
    colours = (*figures.category_colours(6), figures.muted())
    for name, excess, colour in zip(results["R5.names"], results["R5.excess"], colours, strict=True):
        shown = np.maximum(excess.mean(axis=1), 1e-6)
        line = (0, (4, 2)) if name in ("MP20", "Leaky") else "-"
        axes.plot(
            results["R5.hazards"],
            shown,
            color=colour,
            linestyle=line,
            marker="o",
            markersize=4,
            linewidth=1.5,
            label=name,
        )
    axes.axvline(EXPECTED_HAZARD, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    axes.set(xscale="log", yscale="log", xlabel="true hazard", ylabel="excess of mean squared error")
    axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


FIGURES = (
    Figure(
        "history",
        "One history: observations, truth and what four filters believe, with two standard deviations of exact "
        "inference (top); the share of the belief that is given up at each observation (middle); the probability of "
        "each run length in exact inference (bottom). Dotted lines are true changes. Look for beliefs that jump at "
        "changes and hold still between them, where leaky integration does neither.",
        _draw_history,
    ),
    Figure(
        "gaussian",
        "A normal mean (R1): mean squared error of exact inference, and what the others err more; published numbers "
        "below ours. The darker, the larger the regret, in shares of the error of exact inference, on a "
        "logarithmic scale.",
        lambda results: _draw_table(results, "gaussian"),
    ),
    Figure(
        "categorical",
        "The probabilities of five symbols (R2), in the same way; the first number is the concentration of the prior.",
        lambda results: _draw_table(results, "categorical"),
    ),
    Figure(
        "after-change",
        "The error as a function of how many observations of a new parameter were seen (R3). Where noise is small all "
        "start alike and leaky integration stops improving; where it is large, few messages cannot wait for evidence.",
        _draw_after_change,
    ),
    Figure(
        "predictions",
        "Two predictions for experiments (R4): at equal size of the prediction error, Bayes factor surprise is larger "
        "for errors towards the prior, Shannon surprise for those away from it (left); where belief and prior expect "
        "an observation alike, the first is 1, the second falls with its probability (right).",
        _draw_predictions,
    ),
    Figure(
        "mismatch",
        "What algorithms err that expect a hazard of 0.0041 (dashed line) in worlds of other hazards, beyond exact "
        "inference that knows the true one (R5); what is less than 1e-6 is drawn there. Look for the distance of leaky "
        "integration from the rest.",
        _draw_mismatch,
    ),
)
