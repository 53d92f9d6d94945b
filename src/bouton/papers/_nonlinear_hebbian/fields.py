"""R1 and R6: the fields that twenty nonlinearities and two spiking neurons learn from natural images, and their shapes.

All of them learn side by side, in one run: every neuron of every nonlinearity sees the same samples.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from bouton.analysis import (
    drive_statistics,
    fit_gabors,
    orientation_index,
    orientation_tuning,
    participation_ratio,
    preferred_frequency,
)
from bouton.engine import SideBySide
from bouton.features import NONLINEARITIES, PUBLISHED, NonlinearHebbianNeurons, nonlinearity
from bouton.papers._nonlinear_hebbian.patches import in_passes
from bouton.papers._nonlinear_hebbian.settings import Settings

__all__ = ["NAMES", "field_circuit", "measure_fields", "measure_shapes", "measure_unwhitened"]

NAMES = (*PUBLISHED, *NONLINEARITIES[10:])
_FITTED = NAMES[:7]
_CURVE = np.linspace(-6, 6, 241)


def field_circuit(settings: Settings, name: str, learning_rate: float | None = None) -> NonlinearHebbianNeurons:
    """Return the neurons of one nonlinearity, at the published rate unless another one is given."""
    return NonlinearHebbianNeurons(
        settings.patch_size**2,
        settings.neurons * settings.starts,
        name,
        learning_rate or settings.learning_rate,
        settings.batch_size,
    )


def measure_fields(settings: Settings, seed: int, white: Float[np.ndarray, "patches pixels"]) -> dict[str, Any]:
    """R1: learn, and measure how localised and how oriented the fields are."""
    circuit = SideBySide({name: field_circuit(settings, name) for name in NAMES})
    state = in_passes(circuit, white, settings.batch_size, settings.samples, seed, 11)
    fields = np.array([state[name].feedforward for name in NAMES])
    groups = (len(NAMES), settings.starts, settings.neurons)
    flat = fields.reshape(-1, settings.patch_size**2)
    rng = np.random.default_rng(seed)
    random_field = rng.normal(size=white.shape[1])
    directions = np.stack([fields[0, 0], fields[4, 0], random_field / np.linalg.norm(random_field)])
    drives = drive_statistics(directions, white[:50_000])
    return {
        "R1.names": list(NAMES),
        "R1.fields": fields,
        "R1.patch_size": settings.patch_size,
        "R1.orientation": orientation_index(flat).reshape(groups),
        "R1.participation": participation_ratio(flat).reshape(groups),
        "R1.drive_bins": drives.bins,
        "R1.drive_densities": drives.densities,
        "R1.drive_kurtosis": drives.kurtosis,
        "R1.curve_at": _CURVE,
        "R1.curves": np.array([np.asarray(nonlinearity(name)(jnp.asarray(_CURVE, jnp.float32))) for name in NAMES]),
    }


def measure_shapes(settings: Settings, fields: Float[np.ndarray, "names neurons pixels"]) -> dict[str, Any]:
    """R6: fit Gabor functions to the fields of one start of each selective nonlinearity, and measure their tuning."""
    chosen = [fields[NAMES.index(name), : settings.neurons] for name in _FITTED]
    fits = [fit_gabors(rows) for rows in chosen]
    return {
        "R6.names": list(_FITTED),
        "R6.r_squared": np.array([fit.r_squared for fit in fits]),
        "R6.frequency": np.array([fit.frequency for fit in fits]),
        "R6.width": np.array([fit.width_in_wavelengths for fit in fits]),
        "R6.length": np.array([fit.length_in_wavelengths for fit in fits]),
        "R6.aspect": np.array([fit.length / fit.width for fit in fits]),
        "R6.half_width": np.array([orientation_tuning(rows).half_width for rows in chosen]),
    }


def measure_unwhitened(
    settings: Settings,
    seed: int,
    patches: Float[np.ndarray, "patches pixels"],
    fields: Float[np.ndarray, "names neurons pixels"],
) -> dict[str, Any]:
    """Figure 4: the same neurons on patches that were not whitened, and the frequencies that fields prefer."""
    circuit = SideBySide({name: field_circuit(settings, name) for name in _FITTED})
    state = in_passes(circuit, patches, settings.batch_size, settings.samples, seed, 14)
    unwhitened = np.array([state[name].feedforward for name in _FITTED])
    size = settings.patch_size**2

    def frequencies(rows: np.ndarray) -> np.ndarray:
        return np.hypot(*preferred_frequency(rows.reshape(-1, size)).T).reshape(len(_FITTED), -1)

    return {
        "F4.fields": unwhitened,
        "F4.frequency": frequencies(unwhitened),
        "F4.white_frequency": frequencies(fields[: len(_FITTED)]),
    }
