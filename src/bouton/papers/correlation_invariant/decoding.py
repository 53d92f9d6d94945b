"""Signals of several amplitudes, and of several noise levels: how well a neuron decodes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np
from jaxtyping import Float

from bouton.features import CorrelationInvariantNeurons
from bouton.papers import AtLeast, Between, Check, Decreasing, Figure, Increasing, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.correlation_invariant._common import LABELS, in_batches
from bouton.papers.correlation_invariant._signals import Groups, groups
from bouton.report import figures

__all__ = ["SECTION"]

_SCALES = np.repeat([1.5, 1.0, 0.7], (5, 10, 5))
_INVARIANT, _CONTROL = range(2)
_FULL = ("laptop", "paper")
"""Where there are samples enough for the weights to arrive."""
_STORED = basis.authors("stored outputs of the notebooks of the decoding experiments")


@dataclass(frozen=True)
class Settings:
    """Samples of a millisecond, mini-batches learned from and their size, and repetitions."""

    samples: int = 200_000
    steps: int = 20_000
    seeds: int = 3
    batch_size: int = 100
    averaging_time: float = 2000.0


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Let a neuron of either kind learn, and compare it with the optimal linear decoder."""
    results: dict[str, Any] = {}
    cases = {"scale": (2.6 * _SCALES, 1.3 * _SCALES, 3e-3, 1.0), "noise": (np.full(20, 3.0), 1.5 * _SCALES, 1e-3, 1.5)}
    for number, (case, (amplitude, noise, rate, decay)) in enumerate(cases.items()):
        ratios, means = [], []
        for repetition in range(settings.seeds):
            rng = generator(seed, 22 + number, repetition)
            data = groups(rng, settings.samples, amplitude, noise, (1.0, 0.0), 0.8 * np.sqrt(20))
            options = {"averaging_time": settings.averaging_time, "nonnegative": True}
            options |= {"batch_size": settings.batch_size}
            circuits = {
                "invariant": CorrelationInvariantNeurons(60, 1, "invariant", 4.0, 1.0, rate, **options),
                "heterosynaptic": CorrelationInvariantNeurons(60, 1, "heterosynaptic", 1.0, decay, 1e-3, **options),
            }
            start = rng.normal(size=(1, 60))
            state, _ = in_batches(settings.batch_size, seed, 22 + number, circuits, data.rows, start, settings.steps)
            weights = np.array([np.asarray(state[rule].feedforward)[0] for rule in circuits])
            ratios.append(_ratios(data, weights))
            means.append([[row[:5].mean(), row[5:15].mean(), row[15:20].mean(), row[20:].mean()] for row in weights])
        results |= {f"{case}_ratios": np.array(ratios).T, f"{case}_means": np.array(means).mean(axis=0)}
    return results


def _ratios(data: Groups, weights: Float[np.ndarray, "rules inputs"]) -> list[float]:
    """Return the signal-to-noise ratio of each rule, over that of linear regression."""
    rows, latent = data.rows.astype(float), data.latent - data.latent.mean()
    optimal = np.linalg.lstsq(rows, latent, rcond=None)[0]
    found = [_signal_to_noise(rows @ row, latent) for row in (*weights, optimal)]
    return [each / found[-1] for each in found[:-1]]


def _signal_to_noise(drive: np.ndarray, latent: np.ndarray) -> float:
    squared = np.corrcoef(drive, latent)[0, 1] ** 2
    return float(squared / (1 - squared))


def draw_decoding(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how well both neurons decode, and the weights that they give to the inputs."""
    figure, panels = figures.new_figure(8.6, 3.4, 1, 3)
    colours = figures.category_colours(4)
    chosen = {"invariant": colours[0], "heterosynaptic": colours[2]}
    cases = (("scale", "amplitudes differ"), ("noise", "noise differs"))
    for place, (rule, colour) in enumerate(chosen.items()):
        for index, (case, _) in enumerate(cases):
            ratios = results[f"{case}_ratios"][place]
            at = index + 0.36 * (place - 0.5)
            panels[0].bar(at, np.mean(ratios), 0.32, color=colour, alpha=0.8)
            panels[0].scatter(np.full(len(ratios), at), ratios, s=14, color=figures.muted(), zorder=3)
            axes = panels[index + 1]
            means = results[f"{case}_means"][place]
            axes.plot(range(4), means / means[1], color=colour, marker="o", linewidth=1.6, label=LABELS[rule])
    panels[0].axhline(1, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    panels[0].set(ylabel="share of the optimal SNR", ylim=(0, 1.08), xticks=[0, 1])
    panels[0].set_xticklabels([title.replace(" ", "\n") for _, title in cases])
    for axes, (_, title) in zip(panels[1:], cases, strict=True):
        axes.set(title=title, ylabel="mean weight / that of × 1", xticks=range(4))
        axes.set_xticklabels(["× 1.5", "× 1", "× 0.7", "others"])
    panels[1].legend(fontsize=8)
    return figure


_MEANS = ((0.6, 0.9, 1.3, 0.0), (4.0, 2.6, 1.8, 0.0))
_RATIOS = ((0.98, 0.97), (0.75, 0.74))

SECTION = Section(
    settings={
        "smoke": Settings(20_000, 1000, 1),
        "laptop": Settings(),
        "paper": Settings(1_000_000, 100_000),
    },
    measure=measure,
    checks=(
        *(
            check
            for case, words, statement, stored in (
                ("scale", "of different amplitudes", "latent", ("0.987", "0.751")),
                ("noise", "of different noise", "reliable", ("0.996", "0.734")),
            )
            for check in (
                Check(
                    f"{case}-invariant",
                    f"The invariant neuron decodes inputs {words} nearly as well as linear regression: share of the "
                    "optimal signal-to-noise ratio, in each repetition.",
                    AtLeast(0.95),
                    lambda results, case=case: results[f"{case}_ratios"][_INVARIANT],
                    basis.ours("somewhat below what the authors stored, who train five times longer"),
                    on=statement,
                    expected=f"{stored[0]} in the authors' stored outputs",
                    remark="With seed 1 one repetition of three reached 0.946 of the optimum for amplitudes, the "
                    "others 0.97 to 0.98; the authors train five times longer, as the paper scale does.",
                    scales=_FULL,
                ),
                Check(
                    f"{case}-control",
                    "The control, whose depression acts on the weight, does not.",
                    Between(0.70, 0.79),
                    lambda results, case=case: results[f"{case}_ratios"][_CONTROL],
                    basis.ours("about what the authors stored"),
                    on="heterosynaptic",
                    expected=f"{stored[1]} in the authors' stored outputs",
                    scales=_FULL,
                ),
            )
        ),
        Check(
            "order-invariant",
            "The invariant neuron's weights grow as amplitudes fall: mean weight of the inputs of amplitude 1.5, 1 and "
            "0.7.",
            Increasing(),
            lambda results: results["scale_means"][_INVARIANT][:3],
            _STORED,
            on="invariant",
            expected="0.61, 0.83, 1.22",
            scales=_FULL,
        ),
        Check(
            "order-control",
            "The control's weights follow the amplitudes.",
            Decreasing(),
            lambda results: results["scale_means"][_CONTROL][:3],
            _STORED,
            on="heterosynaptic",
            expected="3.7, 2.5, 1.7",
            scales=_FULL,
        ),
        Check(
            "order-noise",
            "Where noise differs, the invariant neuron's weights grow as it falls: noise 1.5, 1 and 0.7.",
            Increasing(),
            lambda results: results["noise_means"][_INVARIANT][:3],
            _STORED,
            on="reliable",
            expected="0.37, 0.67, 1.35",
            scales=_FULL,
        ),
    ),
    holds=lambda: (
        {f"{case}_means": np.array(_MEANS) for case in ("scale", "noise")}
        | {f"{case}_ratios": np.array(_RATIOS) for case in ("scale", "noise")}
    ),
    breaks={
        "scale-invariant": put("scale_ratios", 0.9, (0, 1)),
        "scale-control": put("scale_ratios", 0.9, (1, 0)),
        "noise-invariant": put("noise_ratios", 0.9, (0, 1)),
        "noise-control": put("noise_ratios", 0.9, (1, 0)),
        "order-invariant": put("scale_means", 1.0, (0, 0)),
        "order-control": put("scale_means", 3.0, (1, 2)),
        "order-noise": put("noise_means", 1.0, (0, 0)),
    },
    figures=(
        Figure(
            "decoding",
            "Signals of several amplitudes or noise levels. Left: signal-to-noise ratio over that of linear "
            "regression, a dot per repetition. Middle and right: mean weight by the amplitude or noise of the inputs. "
            "Look for the invariant neuron's weights, which undo the amplitudes and are greatest where noise is least.",
            draw_decoding,
        ),
    ),
)
