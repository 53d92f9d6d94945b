"""The working memory by itself: a bump of activity that travels over the sheet, the same way from the same start."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.behaviour import WorkingMemory, bump_position, memory_projection, remember, square_cue
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.report import figures

__all__ = ["SECTION"]

FULL = ("laptop", "paper")
_ROUNDED, _EVERY, _UNITS = 1.5e-9, 10, 1000
"""Largest rate that no longer changes where increments are rounded to ten decimals, as the published program does."""
_RUNS = basis.ours("from a run of an independent program with other random numbers")


@dataclass(frozen=True)
class Settings:
    """Neurons along each axis of the sheet, and steps."""

    side: int = 50
    steps: int = 10_000


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Return activity of a recording, the way of the bump in two recordings of one sheet, and snapshots."""
    memory, side = WorkingMemory(settings.side), settings.side
    key, steps = random_key(seed, 1), min(settings.steps, 2000)
    rates = remember(memory, settings.steps, key=key)
    formed = rates[100:]
    sent = rates[::_EVERY] @ memory_projection(key, _UNITS, memory.n_neurons).T
    way = bump_position(rates[::_EVERY], side)
    moved = _distance(way[10:-1], way[11:], side)
    cue, others = square_cue(side, 1, side // 10), [random_key(seed, 2, number) for number in range(2)]
    ways = [
        [bump_position(remember(memory, steps, key=key, cue=given, noise_key=other), side) for other in others]
        for given in (cue, None)
    ]
    profile = memory.mean_weights()[0].reshape(side, side)
    spectrum = np.fft.fft2(profile).real
    return {
        "side": side,
        "active": float((formed > _ROUNDED).sum(axis=1).mean()),
        "mean": float(formed.mean()),
        "largest": float(formed.max()),
        "sent": sent.std(axis=1),
        "speed": float(moved.mean() * 1000 / _EVERY),
        "way": way,
        "apart": np.array([_distance(one, other, side) for one, other in ways]),
        "snapshots": rates[[min(step, settings.steps - 1) for step in (0, 100, 400, 800)]].reshape(-1, side, side),
        "eigenvalues": np.array([spectrum[0, 0], spectrum[0, 1], spectrum[1, 1], spectrum[0, 2]]),
    }


def _distance(one: np.ndarray, other: np.ndarray, side: int) -> np.ndarray:
    """Return the distances of pairs of places on the torus."""
    along = np.abs(one - other)
    return np.linalg.norm(np.minimum(along, side - along), axis=-1)


def networks(settings: Settings) -> tuple[WorkingMemory, ...]:
    """Return nothing that learns."""
    return ()


def draw_way(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw snapshots of the sheet, and the way of the bump."""
    figure, axes = figures.new_figure(7.4, 2.0, columns=5)
    largest = results["snapshots"].max()
    for axis, sheet, time in zip(axes, results["snapshots"], (0, 100, 400, 800), strict=False):
        axis.imshow(sheet.T, origin="lower", cmap=figures.sequential(), vmin=0, vmax=largest)
        axis.set(xticks=(), yticks=(), title=f"{time} ms")
    way = results["way"][10:]
    axes[-1].scatter(*way.T, c=np.arange(len(way)), s=1.5, cmap="viridis", rasterized=True)
    axes[-1].set(
        xticks=(), yticks=(), xlim=(0, results["side"]), ylim=(0, results["side"]), aspect="equal", title="way"
    )
    return figure


def draw_apart(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw how far the bumps of two recordings of one sheet are apart, and what the sheet sends."""
    figure, axes = figures.new_figure(7.4, 2.6, columns=2)
    for apart, name in zip(results["apart"], ("the same cue", "no cue"), strict=True):
        axes[0].plot(np.arange(len(apart)) / 1000, apart, label=name)
    axes[0].set(xlabel="time (s)", ylabel="distance (neurons)", ylim=(-0.5, None))
    axes[0].legend(fontsize=8, ncols=2, **figures.ABOVE)
    seconds = np.arange(len(results["sent"])) * _EVERY / 1000
    axes[1].plot(seconds, results["sent"])
    axes[1].set(xlabel="time (s)", ylabel="current, spread over units", ylim=(0, None))
    return figure


def _made_up() -> dict[str, Any]:
    return {
        "active": 320.0,
        "mean": 0.035,
        "largest": 2.1,
        "sent": np.array([0.004, *[0.3] * 200]),
        "speed": 25.0,
        "apart": np.full((2, 2000), 0.5),
        "eigenvalues": np.array([-441.718, 112.629, 25.586, -12.716]),
    }


SECTION = Section(
    settings={"smoke": Settings(20, 300), "laptop": Settings(), "paper": Settings()},
    measure=measure,
    checks=(
        Check(
            "active",
            "Neurons of 2500, once the bump has formed, with a rate that the published program does not round to a "
            "standstill (above 1.5e-9).",
            Between(250, 400),
            lambda results: results["active"],
            _RUNS,
            on="clock",
            scales=FULL,
        ),
        Check(
            "mean",
            "Mean rate of all neurons.",
            Between(0.025, 0.045),
            lambda results: results["mean"],
            _RUNS,
            on="clock",
            scales=FULL,
        ),
        Check(
            "speed",
            "Speed of the bump, in neurons per second.",
            Between(20, 30),
            lambda results: results["speed"],
            _RUNS,
            on="clock",
            scales=FULL,
        ),
        Check(
            "sent",
            "Standard deviation over units of what the sheet sends: smallest and largest from 100 ms on.",
            Between(0.2, 0.4),
            lambda results: [float(results["sent"][10:].min()), float(results["sent"][10:].max())],
            _RUNS,
            on="clock",
            remark="The largest value is the peak while the bump forms.",
            scales=FULL,
        ),
        Check(
            "same-way",
            "Largest distance of the bumps of two recordings of one sheet from the same cue, with other noise of the "
            "input, over 2 s, in neurons.",
            AtMost(5.0),
            lambda results: float(results["apart"][0].max()),
            basis.ours("a tenth of the sheet; chosen before measuring"),
            on="clock",
            scales=FULL,
        ),
        Check(
            "unstable",
            "The uniform state is unstable to a single bump: eigenvalue of the weights for one wave on the sheet.",
            Near(112.6289, 1e-3),
            lambda results: results["eigenvalues"][1],
            basis.replication("references/reservoir_working_memory.py"),
            on="clock",
            scales=FULL,
        ),
        Check(
            "large",
            "Largest rate of a neuron.",
            AtLeast(1.5),
            lambda results: results["largest"],
            _RUNS,
            scales=FULL,
        ),
    ),
    holds=_made_up,
    breaks={
        "active": {"active": 2500.0},
        "mean": {"mean": 0.1},
        "speed": {"speed": 0.5},
        "sent": put("sent", 0.01, 50),
        "same-way": put("apart", 20.0, (0, 50)),
        "unstable": put("eigenvalues", 1.0, 1),
        "large": {"largest": 0.1},
    },
    figures=(
        Figure(
            "way",
            "Rates on the sheet at four times after the warm-up, and the way of the bump, dark to light in time.",
            draw_way,
        ),
        Figure(
            "apart",
            "Left: distance of the bumps in two recordings of one sheet, with other noise of its input, from the same "
            "cue and without one, where noise decides where a bump forms. Right: standard deviation over "
            "the units of a reservoir of what the sheet sends.",
            draw_apart,
        ),
    ),
    circuits=networks,
)
