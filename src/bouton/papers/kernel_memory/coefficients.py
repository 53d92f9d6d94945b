"""Random patterns recalled with optimal and with equal coefficients, by three kernels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import matplotlib.figure
import numpy as np

from bouton.memory import (
    AdaTronNetwork,
    DenseKernel,
    ExponentialKernel,
    HardMargin,
    MemoryKernel,
    PolynomialKernel,
    dense_capacity,
    random_signs,
)
from bouton.papers import AtLeast, Between, Check, Figure, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.kernel_memory._common import NOISE, recalled_by_both, signs
from bouton.report import figures

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """Neurons, numbers of patterns by kernel, and the rate of the exponential kernel."""

    neurons: int = 50
    linear: tuple[int, ...] = (20, 50)
    cubic: tuple[int, ...] = (50, 100, 200, 400, 800)
    exponential: int = 800
    rate: float = 0.2


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return recall of random patterns by each kernel: (numbers of patterns, equal or trained, noise)."""
    cases: Mapping[str, tuple[MemoryKernel, tuple[int, ...]]] = {
        "linear": (PolynomialKernel(1), settings.linear),
        "cubic": (DenseKernel(3), settings.cubic),
        "exponential": (ExponentialKernel(settings.rate), (settings.exponential,)),
    }
    results: dict[str, Any] = {"noise": np.array(NOISE), "neurons": settings.neurons}
    for group, (name, (kernel, counts)) in enumerate(cases.items()):
        recalled = []
        for number, count in enumerate(counts):
            patterns = signs(generator(seed, 2, 100 * group + number), count, settings.neurons)
            recalled.append(recalled_by_both(kernel, HardMargin(max_sweeps=10_000), patterns, seed))
        results |= {f"{name}.patterns": np.array(counts), name: np.array(recalled)}
    return results


def circuits(settings: Settings) -> tuple[AdaTronNetwork, ...]:
    """Return the network whose locality is audited: neurons that learn the margin by the AdaTron rule."""
    patterns = random_signs(10, settings.neurons)
    return (AdaTronNetwork(jnp.asarray(patterns, jnp.result_type(float)), DenseKernel(3)),)


def _crossing(results: Mapping[str, Any]) -> list[float]:
    """Return equal coefficients' recall of 100 patterns above a half, and that of 200 below it, without noise."""
    counts = list(results["cubic.patterns"])
    at_100, at_200 = (float(results["cubic"][counts.index(count), 0, 0]) for count in (100, 200))
    return [at_100 - 0.5, 0.5 - at_200]


def draw_coefficients(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw recall over the number of patterns and over noise, with equal and with optimal coefficients."""
    figure, (left, right) = figures.new_figure(8.6, 3.5, 1, 2)
    colours = figures.category_colours(2)
    counts, recalled = results["cubic.patterns"], results["cubic"]
    for place, (name, colour) in enumerate(zip(("equal", "optimal"), colours, strict=True)):
        left.plot(counts, recalled[:, place, 0], color=colour, marker="o", label=f"{name}, no noise")
        left.plot(counts, recalled[:, place, 2], color=colour, marker="o", linestyle=":", label=f"{name}, 10 % flipped")
    bound = dense_capacity(int(results["neurons"]), 3)
    left.axvline(bound, color=figures.muted(), linewidth=1, linestyle=(0, (4, 3)))
    left.text(bound * 0.96, 0.03, "bound", color=figures.muted(), fontsize=8, rotation=90, ha="right")
    left.set(xscale="log", xlabel="patterns", ylabel="share recalled exactly", title=r"$F = x^3$", ylim=(-0.03, 1.4))
    left.set_yticks(np.arange(0, 1.1, 0.2))
    left.set_xticks(counts)
    left.set_xticklabels([str(count) for count in counts])
    left.minorticks_off()
    left.legend(fontsize=8, ncols=2, loc="upper center")
    last = 0
    for kernel, style in (("cubic", "-"), ("exponential", ":")):
        last = results[f"{kernel}.patterns"][-1]
        for place, (name, colour) in enumerate(zip(("equal", "optimal"), colours, strict=True)):
            label = f"{kernel}, {name}"
            right.plot(100 * results["noise"], results[kernel][-1, place], style, color=colour, marker="o", label=label)
    right.set(xticks=100 * results["noise"], xlabel="flipped values (%)", title=f"{last} patterns", ylim=(-0.03, 1.03))
    right.legend(fontsize=8)
    return figure


def _made_up() -> dict[str, Any]:
    cubic = np.ones((2, 2, 4))
    cubic[1, 0] = 0.3
    return {
        "linear": np.ones((1, 2, 4)),
        "cubic": cubic,
        "cubic.patterns": np.array([100, 200]),
        "exponential": np.ones((1, 2, 4)),
    }


SECTION = Section(
    settings={
        "smoke": Settings(20, (10,), (10,), 10),
        "laptop": Settings(),
        "paper": Settings(cubic=(25, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000)),
    },
    measure=measure,
    checks=(
        Check(
            "stored",
            "With optimal coefficients every pattern is a fixed point as long as there are fewer than twice the "
            "dimension of features: least share recalled without noise, over all kernels and numbers of patterns.",
            AtLeast(1.0),
            lambda results: [float(results[name][:, 1, 0].min()) for name in ("linear", "cubic", "exponential")],
            basis.theory("Cover's bound"),
            on="capacity",
        ),
        Check(
            "trained",
            "Optimal coefficients recall at least as many patterns as equal ones at every level of noise: least "
            "difference, linear and cubic.",
            AtLeast(-0.05),
            lambda results: [float((results[name][:, 1] - results[name][:, 0]).min()) for name in ("linear", "cubic")],
            basis.ours("the allowance is for the finite number of cues"),
            on="optimal",
        ),
        Check(
            "equal",
            "With equal coefficients, those of the dense Hopfield network, recall with F = x^3 falls below half "
            "between 100 and 200 patterns of 50 neurons: share recalled at 100 minus a half, and a half minus that at "
            "200.",
            AtLeast(0.0),
            _crossing,
            basis.replication("references/kernel_memory.py"),
            on="special",
            expected="shares 0.87 at 100 and 0.40 at 200; 107 patterns without errors by Krotov and Hopfield's bound",
            scales=("laptop", "paper"),
        ),
        Check(
            "exponential",
            "Where the kernel separates patterns already, equal coefficients are near-optimal: difference of the "
            "exponential network at every level of noise.",
            Between(-0.06, 0.06),
            lambda results: results["exponential"][0, 1] - results["exponential"][0, 0],
            basis.ours(),
        ),
    ),
    holds=_made_up,
    breaks={
        "stored": put("linear", 0.98, (0, 1, 0)),
        "trained": put("cubic", 0.9, (0, 1, 3)),
        "equal": put("cubic", 0.6, (1, 0, 0)),
        "exponential": put("exponential", 0.9, (0, 1, 2)),
    },
    figures=(
        Figure(
            "coefficients",
            "Random patterns recalled by 50 neurons with equal and with optimal coefficients: against their number, "
            "beside the bound of Krotov and Hopfield, and against noise. Look for the same kernel storing several "
            "times as many, and for no difference where the exponential kernel separates patterns already.",
            draw_coefficients,
        ),
    ),
    circuits=circuits,
)
