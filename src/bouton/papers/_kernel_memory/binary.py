"""R1 to R3: the margin of linear networks; optimal beside equal coefficients for random patterns and for digits."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bouton.data import load_digits
from bouton.memory import (
    DenseKernel,
    EqualCoefficients,
    ExponentialKernel,
    HardMargin,
    KernelMemory,
    MemoryKernel,
    MemoryRule,
    PolynomialKernel,
    SoftMargin,
    noise_robustness,
    occlude,
    optimal_stability_memory,
)
from bouton.papers._kernel_memory.settings import NOISE, Settings
from bouton.papers._seeds import generator

__all__ = ["measure_coefficients", "measure_digits", "measure_stability"]

_SIDE = 8
_SHOWN = 8
_SUPPORT = 1e-9


def _signs(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    return rng.choice([-1.0, 1.0], size=(count, size))


def measure_stability(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the stabilities of neurons of the optimal linear network, and its support vectors, at each load."""
    size, stabilities, support = settings.linear_neurons, [], []
    for number, load in enumerate(settings.loads):
        patterns = _signs(generator(seed, 1, number), round(load * size), size)
        memory = optimal_stability_memory(HardMargin(max_sweeps=10_000)).fit(patterns)
        # Kernels are scaled to 1; a synapse's input counts as 1 in the theory.
        stabilities.append(memory.stabilities_ * np.sqrt(size - 1))
        support.append(float(np.mean(memory.alphas_ > _SUPPORT)))
    return {
        "R1.loads": np.array(settings.loads),
        "R1.stabilities": np.array(stabilities),
        "R1.support": np.array(support),
    }


def _both(kernel: MemoryKernel, rule: MemoryRule, patterns: np.ndarray, seed: int) -> np.ndarray:
    """Return the shares recalled with equal and with trained coefficients, at each level of noise."""
    memories = (KernelMemory(kernel, each).fit(patterns) for each in (EqualCoefficients(), rule))
    return np.array([noise_robustness(memory, patterns, NOISE, random_state=seed) for memory in memories])


def measure_coefficients(settings: Settings, seed: int) -> dict[str, Any]:
    """Return recall of random patterns by each kernel: (numbers of patterns, equal or trained, noise)."""
    cases: Mapping[str, tuple[MemoryKernel, tuple[int, ...]]] = {
        "linear": (PolynomialKernel(1), settings.linear_patterns),
        "cubic": (DenseKernel(3), settings.cubic_patterns),
        "exponential": (ExponentialKernel(settings.exponential_rate), (settings.exponential_patterns,)),
    }
    results: dict[str, Any] = {"R2.noise": np.array(NOISE), "R2.neurons": settings.neurons}
    for group, (name, (kernel, counts)) in enumerate(cases.items()):
        recalled = []
        for number, count in enumerate(counts):
            patterns = _signs(generator(seed, 2, 100 * group + number), count, settings.neurons)
            recalled.append(_both(kernel, HardMargin(max_sweeps=10_000), patterns, seed))
        results |= {f"R2.{name}.patterns": np.array(counts), f"R2.{name}": np.array(recalled)}
    return results


def measure_digits(settings: Settings, seed: int) -> dict[str, Any]:
    """Return recall of binary digits by each kernel, and what is recalled from digits whose lower part is covered."""
    grey = load_digits(normalise=False).data
    images = np.unique(np.where(grey >= 8, 1.0, -1.0), axis=0)
    kernels: Mapping[str, MemoryKernel] = {
        "linear": PolynomialKernel(1),
        "cubic": DenseKernel(3),
        "exp 1/8": ExponentialKernel(1 / 8),
        "exp 1/4": ExponentialKernel(1 / 4),
        "exp 1/2": ExponentialKernel(1 / 2),
    }
    rule, recalled = SoftMargin(settings.digit_cost, max_sweeps=settings.digit_sweeps), []
    for number, count in enumerate(settings.digit_patterns):
        order = generator(seed, 3, number).permutation(len(images))
        patterns = images[order[:count]]
        recalled.append([_both(kernel, rule, patterns, seed) for kernel in kernels.values()])
    chosen = images[generator(seed, 3).permutation(len(images))[: settings.digit_patterns[0]]]
    covered = occlude(chosen[:_SHOWN], (_SIDE, _SIDE), rows=slice(5, 8))
    shown = [chosen[:_SHOWN], covered]
    for each in (EqualCoefficients(), rule):
        memory = KernelMemory(kernels["exp 1/8"], each).fit(chosen)
        shown.append(memory.recall(covered, return_steps=True).states)
    return {
        "R3.images": len(images),
        "R3.kernels": list(kernels),
        "R3.patterns": np.array(settings.digit_patterns),
        "R3.recalled": np.array(recalled),
        "R3.shown": np.array(shown),
    }
