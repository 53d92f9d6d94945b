"""What the sections of binary patterns share: random patterns, and recall with equal and with trained coefficients."""

import numpy as np

from bouton.memory import EqualCoefficients, KernelMemory, MemoryKernel, MemoryRule, noise_robustness

__all__ = ["NOISE", "recalled_by_both", "signs"]

NOISE = (0.0, 0.05, 0.1, 0.2)
"""Shares of flipped values in cues."""


def signs(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Return random patterns of -1 and 1."""
    return rng.choice([-1.0, 1.0], size=(count, size))


def recalled_by_both(kernel: MemoryKernel, rule: MemoryRule, patterns: np.ndarray, seed: int) -> np.ndarray:
    """Return the shares recalled with equal and with trained coefficients, at each level of noise."""
    memories = (KernelMemory(kernel, each).fit(patterns) for each in (EqualCoefficients(), rule))
    return np.array([noise_robustness(memory, patterns, NOISE, random_state=seed) for memory in memories])
