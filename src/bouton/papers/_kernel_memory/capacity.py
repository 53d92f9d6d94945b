"""R5 and R6: what can be stored at all, by Cover's count, and by a sparse distributed memory."""

from typing import Any

import numpy as np
from scipy.optimize import linprog

from bouton.memory import (
    EqualCoefficients,
    HardMargin,
    KanervaKernel,
    cover_probability,
    kanerva_memory,
)
from bouton.memory.named import active_radius
from bouton.papers._kernel_memory.settings import Settings
from bouton.papers._seeds import generator

__all__ = ["measure_cover", "measure_locations"]

_INPUTS = 6


def measure_cover(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the share of random labellings of Gaussian inputs that quadratic features separate, and Cover's."""
    upper = np.triu_indices(_INPUTS)
    dimension, shares = len(upper[0]), []
    for number, count in enumerate(settings.cover_patterns):
        rng, separable = generator(seed, 5, number), 0
        for _ in range(settings.cover_trials):
            x = rng.normal(size=(count, _INPUTS))
            features = (x[:, :, None] * x[:, None, :])[:, upper[0], upper[1]]
            labels = rng.choice([-1.0, 1.0], size=(count, 1))
            found = linprog(
                np.zeros(dimension), A_ub=-labels * features, b_ub=-np.ones(count), bounds=(None, None), method="highs"
            )
            separable += int(found.status == 0)
        shares.append(separable / settings.cover_trials)
    theory = [cover_probability(count, dimension) for count in settings.cover_patterns]
    return {
        "R5.patterns": np.array(settings.cover_patterns),
        "R5.measured": np.array(shares),
        "R5.theory": np.array(theory),
        "R5.trials": settings.cover_trials,
    }


def measure_locations(settings: Settings, seed: int) -> dict[str, Any]:
    """Return the error of finite kernels, and recall by counters and by trained coefficients."""
    import jax.numpy as jnp

    rng, size = generator(seed, 6), settings.location_neurons
    radius = active_radius(size)
    # Pairs at every distance, of which close ones matter most.
    first = rng.choice([-1.0, 1.0], size=(1, size))
    second = first * np.where(np.arange(size)[None, :] < np.arange(size // 2)[:, None], -1.0, 1.0)
    rows = jnp.asarray(np.vstack([first, second]), jnp.result_type(float))
    wanted = np.asarray(KanervaKernel(radius).gram(rows, rows))[0]
    errors = []
    for number, count in enumerate(settings.locations):
        gram = np.asarray(kanerva_memory(size, count, radius, random_state=seed + number)._kernel.gram(rows, rows))
        errors.append(float(np.sqrt(np.mean((gram[0] / gram[0, 0] - wanted) ** 2))))
    recalled = []
    for number, count in enumerate(settings.location_patterns):
        cues = generator(seed, 6, 1 + number).choice([-1.0, 1.0], size=(count, size))
        answers = generator(seed, 6, 1000 + number).choice([-1.0, 1.0], size=(count, settings.location_outputs))
        shares = []
        for rule in (EqualCoefficients(), HardMargin(max_sweeps=5000)):
            memory = kanerva_memory(size, settings.location_count, radius, rule, random_state=seed).fit(cues, answers)
            shares.append(memory.score(cues, answers))
        recalled.append(shares)
    return {
        "R6.radius": radius,
        "R6.locations": np.array(settings.locations),
        "R6.errors": np.array(errors),
        "R6.count": settings.location_count,
        "R6.patterns": np.array(settings.location_patterns),
        "R6.recalled": np.array(recalled),
    }
