"""Memories and beliefs: what is fitted or filtered, and the programs that it is held to, on the same numbers."""

import jax
import numpy as np

import bouton
from bouton import memory
from bouton.surprise import (
    DeltaRule,
    GaussianMean,
    LeakyIntegrator,
    MessagePassing,
    ParticleFilter,
    SMiLe,
    VariationalSMiLe,
    exact_bayes,
)
from references import kernel_memory, surprise

KEY = jax.random.key(1)
SIGMA, HAZARD, STEPS = 0.5, 0.1, 400
FAMILY = GaussianMean(SIGMA)


def stored():
    """Both by the AdaTron, of which the library's takes other steps: at the optimum, which is unique."""
    patterns = np.random.default_rng(0).choice([-1.0, 1.0], size=(24, 14))
    cues = np.random.default_rng(1).choice([-1.0, 1.0], size=(30, 14))
    rule = memory.HardMargin(tolerance=1e-12, max_sweeps=200_000)
    kernels = {
        "dense": (memory.DenseKernel(3), lambda product: (3 * product**2 + 1) / (3 * 13**2 + 1)),
        "exponential": (memory.ExponentialKernel(0.2), lambda product: np.exp(0.2 * (product - 13))),
    }
    pairs = {}
    for name, (kernel, function) in kernels.items():
        found = memory.KernelMemory(kernel, rule).add(patterns)
        alpha = kernel_memory.store(function, patterns, tolerance=1e-12, sweeps=200_000)
        pairs[f"{name}, coefficients"] = found.alphas_, alpha
        pairs[f"{name}, fields"] = found.fields(cues), kernel_memory.fields(function, patterns, alpha, cues)
        equal = memory.KernelMemory(kernel, memory.EqualCoefficients()).add(patterns)
        expected = kernel_memory.fields(function, patterns, np.ones_like(patterns), cues)
        pairs[f"{name}, fields of equal coefficients"] = equal.fields(cues), expected
    return pairs


def interpolated():
    rng = np.random.default_rng(0)
    patterns, cues = rng.normal(size=(12, 5)), rng.normal(size=(8, 5))

    def radial(first, second):
        return np.exp(-((np.linalg.norm(first[:, None] - second, axis=2) / 2.0) ** 2))

    kernel = memory.ExponentialPowerKernel(2.0, 2.0)
    found = memory.KernelMemory(kernel, memory.Interpolation(), binary=False, self_connection=True).add(patterns)
    return {"one update": (found.fields(cues), kernel_memory.interpolate(radial, patterns, cues))}


def observed():
    return surprise.world(np.random.default_rng(0), STEPS, SIGMA, HAZARD)[1]


def estimates(circuit, expected):
    def row():
        run = bouton.run(circuit(), observed(), key=KEY, record={"estimate": 1})
        return {"estimates": (run.recordings["estimate"].values, expected())}

    return row


def uniforms():
    """The random numbers that a run of twenty particles draws."""
    return np.array([jax.random.uniform(jax.random.fold_in(KEY, t), (2, 20)) for t in range(STEPS)])


FILTERS = {
    "exact inference": (
        lambda: exact_bayes(FAMILY, HAZARD, STEPS, cutoff=1e-16),
        lambda: surprise.messages(observed(), SIGMA, HAZARD, cutoff=1e-16),
    ),
    "MP5": (lambda: MessagePassing(FAMILY, HAZARD, 5), lambda: surprise.messages(observed(), SIGMA, HAZARD, N=5)),
    "pf20": (
        lambda: ParticleFilter(FAMILY, HAZARD, 20, resampling="multinomial"),
        lambda: surprise.particles(observed(), SIGMA, HAZARD, uniforms()),
    ),
    "VarSMiLe": (lambda: VariationalSMiLe(FAMILY, odds=0.2), lambda: surprise.var_smile(observed(), SIGMA, 0.2)),
    "SMiLe": (lambda: SMiLe(FAMILY, odds=0.2), lambda: surprise.smile(observed(), SIGMA, 0.2)),
    "Nas10*": (lambda: DeltaRule(FAMILY, 0.15, 2010), lambda: surprise.nassar(observed(), SIGMA, 0.15, 2010)),
    "Nas12*": (lambda: DeltaRule(FAMILY, 0.15, 2012), lambda: surprise.nassar(observed(), SIGMA, 0.15, 2012)),
    "leaky integration": (lambda: LeakyIntegrator(FAMILY, 0.9), lambda: surprise.leaky(observed(), 0.9)),
}
ROWS = {
    "kernel_memory": stored,
    "kernel_memory: interpolation": interpolated,
    **{f"surprise: {name}": estimates(*pair) for name, pair in FILTERS.items()},
}
