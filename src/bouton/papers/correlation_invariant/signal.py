"""A weak sparse signal under a strong fluctuation that other inputs share: which of the two a neuron follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.features import CorrelationInvariantNeurons
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import put
from bouton.papers._seeds import generator
from bouton.papers.correlation_invariant._common import LABELS, in_batches
from bouton.papers.correlation_invariant._signals import groups
from bouton.report import figures

__all__ = ["SECTION"]

_RATES = {"invariant": 5e-4, "kurtosis": 1e-3, "heterosynaptic": 2e-4, "oja": 1e-3}
_TARGETS = {"invariant": 5.0, "kurtosis": 4.0, "heterosynaptic": 1.0, "oja": 20.0}
_RULES = tuple(_RATES)
"""Rows of the arrays."""
_FULL = ("laptop", "paper")
"""Where there are samples enough for the weights to arrive."""


@dataclass(frozen=True)
class Settings:
    """Inputs of each of the three groups, samples of a millisecond, mini-batches learned from and their size."""

    size: int = 20
    samples: int = 100_000
    steps: int = 10_000
    batch_size: int = 100
    averaging_time: float = 2000.0


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn from a weak sparse signal, a strong slow fluctuation, and a background of unshared noise."""
    rng, size = generator(seed, 21), settings.size
    data = groups(rng, settings.samples, np.full(size, 2.2), np.full(size, 0.22), (1.2, 0.2), 0.5 * np.sqrt(size))
    start = np.maximum(rng.normal(size=(1, 3 * size)), 0)
    neurons = dict(zip(_RULES, circuits(settings), strict=True))
    state, passes = in_batches(settings.batch_size, seed, 21, neurons, data.rows, start, settings.steps, watched=True)
    weights = np.array([np.asarray(state[rule].feedforward)[0] for rule in _RULES])
    path = np.array([start[None, 0].repeat(len(_RULES), 0), *([each[rule][0] for rule in _RULES] for each in passes)])
    drives = data.rows @ weights.T
    return {
        "rules": list(_RULES),
        "means": weights.reshape(len(_RULES), 3, size).mean(axis=2),
        "path": path.reshape(len(path), len(_RULES), 3, size).mean(axis=3),
        "network": np.array([np.corrcoef(u, data.network)[0, 1] for u in drives.T]),
        "signal": np.array([np.corrcoef(u, data.latent)[0, 1] for u in drives.T]),
        "variances": np.linalg.eigvalsh(np.cov(data.rows, rowvar=False))[::-1],
        "verdicts": verdicts(circuits(settings)),
    }


def circuits(settings: Settings) -> tuple[CorrelationInvariantNeurons, ...]:
    """Return a neuron of each rule, at the authors' rates."""
    return tuple(
        CorrelationInvariantNeurons(
            3 * settings.size,
            1,
            rule,  # pyright: ignore[reportArgumentType]
            _TARGETS[rule],
            1.5,
            _RATES[rule],
            settings.averaging_time,
            nonnegative=True,
            batch_size=settings.batch_size,
        )
        for rule in _RULES
    )


def _signal_over_network(results: Mapping[str, Any]) -> list[float]:
    # A network weight of exactly zero is as good as any ratio.
    return [float(row[0] / max(row[1], 1e-9)) for row in results["means"][:2]]


def draw_plane(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the weights of both groups while learning, and what the drive is correlated with in the end."""
    figure, (left, right) = figures.new_figure(8.4, 3.7, 1, 2, width_ratios=(1.2, 1))
    colours = figures.category_colours(4)
    for index, (rule, colour) in enumerate(zip(results["rules"], colours, strict=True)):
        signal, network = results["path"][:, index, 0], results["path"][:, index, 1]
        left.plot(network, signal, color=colour, linewidth=1.6, marker=".", markersize=4, label=LABELS[rule])
        left.plot(network[-1], signal[-1], color=colour, marker="o", markersize=9)
    left.set(xlabel="mean weight of network inputs", ylabel="mean weight of signal inputs")
    left.legend(fontsize=8)
    for index, kind in enumerate(("signal", "network")):
        for place, (value, colour) in enumerate(zip(abs(results[kind]), colours, strict=True)):
            right.bar(index + 0.2 * (place - 1.5), value, 0.18, color=colour)
    right.set(xticks=[0, 1], ylabel="|correlation| of the drive", ylim=(0, 1.02))
    right.set_xticklabels(["with the signal", "with the network"])
    return figure


SECTION = Section(
    settings={"smoke": Settings(5, 10_000, 1000), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "invariant",
            "Invariant neurons, of skewness and of kurtosis, ignore the network's strong shared fluctuation: absolute "
            "correlation of their drive with it.",
            AtMost(0.2),
            lambda results: abs(results["network"][:2]),
            basis.ours(
                "chosen from one run in NumPy, 0.03 and 0.01; references/correlation_invariant prints 0.14 and 0.27"
            ),
            on="invariant",
            scales=_FULL,
        ),
        Check(
            "signal",
            "They pick out the sparse signal: mean signal weight over mean network weight.",
            AtLeast(5),
            _signal_over_network,
            basis.replication("references/correlation_invariant/rates.py"),
            on="higher-order",
            expected="1.39 : 0.11 and 1.07 : 0.17",
            scales=_FULL,
        ),
        Check(
            "heterosynaptic",
            "Neurons whose depression acts on the weight, potentiation with decay and Oja's rule, follow the network: "
            "correlation of their drive with it.",
            AtLeast(0.95),
            lambda results: results["network"][2:],
            basis.replication("references/correlation_invariant/rates.py"),
            on="heterosynaptic",
            expected="1.00 and 1.00",
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
        "network": np.array([0.1, -0.1, 0.99, 1.0]),
        "means": np.array([[1.2, 0.1, 0.2], [1.0, 0.0, 0.2], [0, 1, 0], [0, 1, 0]]),
        "verdicts": ["local"] * 4,
    },
    breaks={
        "invariant": put("network", -0.4, 1),
        "signal": put("means", 0.5, (0, 1)),
        "heterosynaptic": put("network", 0.9, 3),
        "local": {"verdicts": ["local", "non-local"]},
    },
    figures=(
        Figure(
            "plane",
            "A weak sparse signal under a strong network fluctuation (figure 2a of the paper): weights by group while "
            "learning, left, and what the drive is correlated with in the end, right. Look for the invariant rules "
            "going up, to the signal, and the others to the right, to the network.",
            draw_plane,
        ),
    ),
    circuits=circuits,
)
