"""A population with recurrent inhibition, under inputs with broad circular tuning, all alike or diverse."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.features import CorrelationInvariantNetwork, CorrelationInvariantNeurons
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, Increasing, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.correlation_invariant._common import in_batches
from bouton.papers.correlation_invariant._tuning import stimulus_path, tuned_inputs, tuning_width
from bouton.report import figures

__all__ = ["SECTION"]

_RULES = ("invariant", "heterosynaptic")
_INPUT, _INVARIANT, _CONTROL = range(3)
_FULL = ("laptop", "paper")
"""Where there are samples enough for the weights to arrive."""
_STORED = basis.authors("stored outputs of the notebook of figure 3")


@dataclass(frozen=True)
class Settings:
    """Inputs, neurons, samples of a millisecond, mini-batches learned from and their size."""

    inputs: int = 100
    neurons: int = 16
    samples: int = 100_000
    steps: int = 10_000
    batch_size: int = 100
    averaging_time: float = 2000.0


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Measure widths of tuning of inputs, invariant neurons and controls, and what diverse inputs weigh."""
    results: dict[str, Any] = {"rules": list(_RULES), "silent": [], "verdicts": verdicts(circuits(settings))}
    for name, group, diverse in (("same", 26, False), ("diverse", 27, True)):
        weights, responding, inputs, path, rows = _learned(settings, seed, group, diverse)
        responses = {"input": rows} | {rule: np.maximum(rows @ weights[rule].T, 0) for rule in _RULES}
        found = {kind: tuning_width(path, each) for kind, each in responses.items()}
        responding["input"] = np.ones(len(inputs.width), bool)
        results[f"{name}_widths"] = np.array([found[kind][0][responding[kind]].mean() for kind in found])
        results["silent"].append(int(np.sum(~responding["invariant"])))
        if diverse:
            mean_weights = np.array([np.abs(weights[rule]).mean(axis=0) for rule in _RULES])
            results |= {
                "diverse_input_widths": inputs.width,
                "diverse_weights": mean_weights,
                "diverse_correlations": np.array([np.corrcoef(row, inputs.width)[0, 1] for row in mean_weights]),
            }
            continue
        for kind, (widths, curves, deviations) in found.items():
            shown = {"own_widths": widths, "curves": curves.T, "deviations": deviations.T}
            own = {what: values[responding[kind]] for what, values in shown.items()}
            results |= {f"{kind}_{what}": values for what, values in own.items()}
        results |= {f"{rule}_weights": weights[rule][responding[rule]] for rule in _RULES}
    return results


def _learned(settings: Settings, seed: int, group: int, diverse: bool) -> tuple[Any, ...]:
    """Return what each population learned, the inputs, and a fresh path with what the inputs do along it."""
    rng = generator(seed, group)
    inputs = tuned_inputs(rng, settings.inputs, diverse)

    def along(path: np.ndarray) -> np.ndarray:
        return inputs.rates(path) + inputs.noise * rng.normal(size=(len(path), len(inputs.width)))

    rows = along(stimulus_path(rng, settings.samples))
    start = rng.normal(size=(settings.neurons, len(inputs.width))) / np.sqrt(len(inputs.width))
    centred = (rows - rows.mean(axis=0)).astype(np.float32)
    circuits = _populations(settings)
    state, _ = in_batches(settings.batch_size, seed, group, circuits, centred, start, settings.steps)
    path = stimulus_path(rng, settings.samples // 10)
    weights = {rule: np.asarray(state[rule].feedforward, float) for rule in _RULES}
    # The level of a neuron that is no longer active decays to nothing.
    responding = {rule: np.asarray(state[rule].neurons.level) > 1e-6 for rule in _RULES}
    return weights, responding, inputs, path, along(path)


def _populations(settings: Settings) -> dict[str, CorrelationInvariantNetwork]:
    """Return the population and its control, at the authors' rates."""
    size = settings.inputs, settings.neurons
    options = {"averaging_time": settings.averaging_time, "batch_size": settings.batch_size}
    invariant = CorrelationInvariantNeurons(*size, "invariant", 1.0, learning_rate=3e-3, leak=1e-3, **options)
    control = CorrelationInvariantNeurons(*size, "heterosynaptic", 1.0, 0.1, 1e-3, **options)
    return {
        "invariant": CorrelationInvariantNetwork(invariant, 0.03, 1.0, 1.0),
        "heterosynaptic": CorrelationInvariantNetwork(control, 0.03, 1.0, 20.0),
    }


def circuits(settings: Settings) -> tuple[CorrelationInvariantNetwork, ...]:
    """Return the population and its control."""
    return tuple(_populations(settings).values())


def _both(results: Mapping[str, Any], kind: int) -> list[float]:
    """Return the mean widths of tuning with inputs all alike and diverse."""
    return [float(results["same_widths"][kind]), float(results["diverse_widths"][kind])]


def draw_population(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw tuning curves, the weights behind them, and what diverse inputs weigh."""
    figure, (left, middle, right) = figures.new_figure(8.8, 3.2, 1, 3, width_ratios=(1.15, 1.15, 1))
    named = (("input", "input"), ("invariant", "invariant"), ("heterosynaptic", "heterosynaptic decay"))
    colours = (figures.muted(), figures.category_colours(4)[0], figures.category_colours(4)[2])
    for (kind, label), colour in zip(named, colours, strict=True):
        curves, spread = results[f"{kind}_curves"], results[f"{kind}_deviations"]
        # The neuron whose preferred stimulus lies nearest the middle.
        chosen = int(np.argmin(np.abs(curves.argmax(axis=1) - curves.shape[1] // 2)))
        shift, top = curves.shape[1] // 2 - int(curves[chosen].argmax()), curves[chosen].max()
        mean, band = (np.roll(each[chosen], shift) / top for each in (curves, spread))
        stimulus = (np.arange(len(mean)) + 0.5) / len(mean) - 0.5
        left.plot(stimulus, mean, color=colour, linewidth=1.6, label=label)
        left.fill_between(stimulus, mean - 2 * band, mean + 2 * band, color=colour, alpha=0.2, linewidth=0)
        if kind != "input":
            weights = results[f"{kind}_weights"][chosen]
            weights = np.roll(weights, round(shift * len(weights) / len(mean))) / np.abs(weights).max()
            middle.plot(np.arange(len(weights)) / len(weights) - 0.5, weights, color=colour, linewidth=1.6)
    left.set(xlabel="stimulus", ylabel="activity / its maximum", xlim=(-0.5, 0.5))
    left.legend(fontsize=7, **figures.ABOVE)
    middle.axhline(0, color=figures.muted(), linewidth=1)
    middle.set(xlabel="preferred stimulus of the input", ylabel="weight / the largest")
    for row, colour in zip(results["diverse_weights"], colours[1:], strict=True):
        right.scatter(results["diverse_input_widths"], row / row.mean(), s=14, color=colour, alpha=0.8, linewidths=0)
    right.set(xlabel="s.d. of the input's tuning", ylabel="mean |weight| / average")
    return figure


SECTION = Section(
    settings={"smoke": Settings(30, 4, 10_000, 500), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "sharper",
            "A population of invariant neurons with recurrent inhibition is tuned more sharply than its inputs: mean "
            "width of tuning, with inputs all alike and with diverse ones, of the neurons that respond.",
            AtMost(0.085),
            lambda results: _both(results, _INVARIANT),
            basis.ours("somewhat above what the authors stored"),
            on="population",
            expected="0.0741 and 0.083 in the authors' stored outputs",
            scales=_FULL,
        ),
        Check(
            "broader",
            "The control, whose depression acts on the weight, is tuned more broadly than its inputs.",
            AtLeast(0.15),
            lambda results: _both(results, _CONTROL),
            basis.ours("somewhat below what the authors stored"),
            on="population",
            expected="0.166 and 0.165 in the authors' stored outputs",
            scales=_FULL,
        ),
        Check(
            "order",
            "Widths of the invariant neurons, their inputs and the controls.",
            Increasing(),
            lambda results: results["same_widths"][[_INVARIANT, _INPUT, _CONTROL]],
            _STORED,
            on="population",
            expected="0.0741, 0.110, 0.166",
            remark="Inputs are Gaussian of standard deviation 0.05, hence 0.118 wide in theory; 24 bins of 200 are "
            "0.120.",
            scales=_FULL,
        ),
        Check(
            "silent",
            "All neurons of the invariant population respond: number that do not, with inputs all alike and diverse.",
            AtMost(0),
            lambda results: results["silent"],
            _STORED,
            expected="0: all widths lie between 0.070 and 0.080",
            remark="This was asked after two of 16 neurons had been found silent with seed 0. Perhaps depression and "
            "leak take the weights away of a neuron whose first responses are weak; that was not tested. Widths are "
            "those of the neurons that respond.",
            scales=_FULL,
        ),
        Check(
            "reliable",
            "Where inputs differ, invariant neurons give less weight to broader ones: correlation over the inputs of "
            "the mean absolute weight with the width.",
            AtMost(0),
            lambda results: float(results["diverse_correlations"][0]),
            _STORED,
            on="reliable",
            expected="-0.28",
            scales=_FULL,
        ),
        Check(
            "unreliable",
            "The control gives more weight to broader inputs.",
            AtLeast(0),
            lambda results: float(results["diverse_correlations"][1]),
            _STORED,
            expected="+0.34",
            scales=_FULL,
        ),
        Check(
            "local",
            "Every pathway is local, by the audit of the traced rules.",
            Equals("local"),
            lambda results: results["verdicts"],
            basis.theory("shapes and origins of what each rule is handed"),
        ),
    ),
    holds=lambda: {
        "same_widths": np.array([0.12, 0.075, 0.166]),
        "diverse_widths": np.array([0.12, 0.08, 0.16]),
        "diverse_correlations": np.array([-0.3, 0.3]),
        "silent": [0, 0],
        "verdicts": ["local"] * 4,
    },
    breaks={
        "sharper": put("diverse_widths", 0.09, _INVARIANT),
        "broader": put("same_widths", 0.14, _CONTROL),
        "order": put("same_widths", 0.13, _INVARIANT),
        "silent": put("silent", 1, 1),
        "reliable": put("diverse_correlations", 0.1, 0),
        "unreliable": put("diverse_correlations", -0.1, 1),
        "local": {"verdicts": ["local", "non-local"]},
    },
    figures=(
        Figure(
            "population",
            "Sixteen neurons with recurrent inhibition under 100 inputs that are tuned to a stimulus on a circle "
            "(figure 3 of the paper). Left: mean responses of one neuron or input each, with twice their standard "
            "deviation. Middle: the weights of these neurons. Right: mean absolute weight of each input where inputs "
            "differ, by its width. Look for the invariant neurons' sharper curves and negative flanks.",
            draw_population,
        ),
    ),
    circuits=circuits,
)
