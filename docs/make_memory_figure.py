"""Draw the figure of the page on memories, and print its table: 10,000 patches of photographs, recalled from parts."""

import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from bouton.data import load_natural5, sample_patches
from bouton.memory import (
    ExponentialKernel,
    Interpolation,
    KernelMemory,
    NearestPattern,
    dense_hopfield_memory,
    exponential_memory,
    flip,
    hopfield_memory,
    occlude,
)
from bouton.report.figures import new_figure, style, tiles

SIDE, PATTERNS, CUES, SHOWN, RATE = 12, 10_000, 300, 9, 0.25
COVERED = slice(8, 12)


def patches() -> np.ndarray:
    """Return distinct patches of +-1: brighter than their median or not."""
    rows = sample_patches(load_natural5(), SIDE, 3 * PATTERNS, 0)
    signs = np.where(rows > np.median(rows, axis=1, keepdims=True), 1.0, -1.0)
    distinct = np.unique(signs, axis=0)
    return distinct[np.random.default_rng(0).permutation(len(distinct))[:PATTERNS]]


def memories() -> dict[str, Any]:
    """Return empty memories by name."""
    return {
        "Hopfield": hopfield_memory(),
        "dense Hopfield, F = x^5": dense_hopfield_memory(5),
        "exponential, equal": exponential_memory(RATE),
        "exponential, interpolated": KernelMemory(ExponentialKernel(RATE), Interpolation(), self_connection=True),
        "nearest pattern": NearestPattern(),
    }


def main() -> None:
    """Measure, print, draw."""
    stored = patches()
    wanted = stored[:CUES]
    cues = {
        "stored": wanted,
        "10 % flipped": flip(wanted, 0.1),
        "a third covered": occlude(wanted, (SIDE, SIDE), rows=COVERED),
    }
    shown = [wanted[:SHOWN], cues["a third covered"][:SHOWN]]
    print("| memory |", " | ".join(cues), "| stored in | 300 cues in | most memory, GB |")
    for name, memory in memories().items():
        before = time.perf_counter()
        memory.fit(stored)
        trained, shares = time.perf_counter() - before, []
        for each in cues.values():
            before = time.perf_counter()
            found = memory.recall(each, return_steps=True).states
            recalled = time.perf_counter() - before
            shares.append(np.mean(np.all(found == wanted, axis=1)))
        shown.append(found[:SHOWN])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"| {name} |",
            " | ".join(f"{s:.2f}" for s in shares),
            f"| {trained:.1f} s | {recalled:.2f} s | {peak:.1f} |",
        )
    with style():
        figure, axes = new_figure(7.2, 4.3)
        tiles(np.vstack(shown), (SIDE, SIDE), columns=SHOWN, axes=axes)
        axes.set_yticks([SIDE / 2 + (SIDE + 1) * row for row in range(len(shown))])
        axes.set_yticklabels(["stored", "cue", *memories()])
        axes.tick_params(axis="y", length=0)
        figure.savefig(Path(__file__).parent / "_static" / "memories.png", dpi=110)


if __name__ == "__main__":
    main()
