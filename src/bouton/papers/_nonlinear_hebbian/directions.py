"""R4: one Laplacian direction among Gaussian ones, the only stable fixed point of selective nonlinearities."""

from typing import Any

import numpy as np

from bouton.engine import SideBySide
from bouton.features import PUBLISHED, NonlinearHebbianNeurons
from bouton.papers._nonlinear_hebbian.patches import in_passes
from bouton.papers._nonlinear_hebbian.settings import Settings
from bouton.papers._seeds import generator

__all__ = ["measure_directions"]


def measure_directions(settings: Settings, seed: int) -> dict[str, Any]:
    """R4: learn the mixture with all twenty nonlinearities side by side."""
    rng, d = generator(seed, 4), settings.direction_inputs
    sources = rng.normal(size=(settings.direction_samples, d))
    sources[:, 0] = rng.laplace(size=len(sources)) / np.sqrt(2)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    rows = (sources @ turn).astype(np.float32)
    circuit = SideBySide(
        {
            name: NonlinearHebbianNeurons(
                d, settings.neurons, name, settings.direction_learning_rate, settings.batch_size
            )
            for name in PUBLISHED
        }
    )
    state = in_passes(circuit, rows, settings.batch_size, settings.direction_presented, seed, 12)
    cosines = np.array([np.abs(np.asarray(state[name].feedforward) @ turn[0]) for name in PUBLISHED])
    return {"R4.names": list(PUBLISHED), "R4.cosines": cosines}
