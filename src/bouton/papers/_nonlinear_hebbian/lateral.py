"""R5: the network, with lateral inhibition that is learned, with none, and with that of sparse coding."""

from typing import Any

import numpy as np
from jaxtyping import Float

import bouton
from bouton.analysis import orientation_index, participation_ratio
from bouton.dynamics import RectifiedLinear
from bouton.engine import SideBySide
from bouton.features import EffectiveNonlinearity, NonlinearHebbianNetwork
from bouton.papers._nonlinear_hebbian.patches import in_passes
from bouton.papers._nonlinear_hebbian.settings import Settings

__all__ = ["INHIBITIONS", "measure_network", "network"]

INHIBITIONS = ("none", "learned", "reconstruction")
_LOOKED_AT = 2_000


def network(settings: Settings, threshold: float, inhibition: str) -> NonlinearHebbianNetwork:
    """Return the network of a threshold and a kind of inhibition."""
    return NonlinearHebbianNetwork(
        settings.patch_size**2,
        settings.network_neurons,
        EffectiveNonlinearity(RectifiedLinear(threshold), name="rectifier"),
        settings.network_learning_rate,
        settings.network_lateral_rate,
        inhibition=inhibition,  # pyright: ignore[reportArgumentType]
        batch_size=settings.network_batch_size,
    )


def measure_network(settings: Settings, seed: int, white: Float[np.ndarray, "patches pixels"]) -> dict[str, Any]:
    """R5: overlaps of the fields, with and without inhibition, and the fields of a longer run."""
    rows, size = white[: settings.network_samples], settings.network_batch_size
    thresholds = settings.network_thresholds
    circuits = {
        f"{kind} {threshold:g}": network(settings, threshold, kind) for threshold in thresholds for kind in INHIBITIONS
    }
    state = in_passes(SideBySide(circuits), rows, size, len(rows), seed, 15)
    shape = (len(thresholds), len(INHIBITIONS))
    overlaps = np.array([_overlaps(state[name].feedforward) for name in circuits]).reshape(*shape, -1)
    looked_at = rows[: min(_LOOKED_AT, len(rows)) // size * size].reshape(-1, size, rows.shape[1])
    used = []
    for name, circuit in circuits.items():
        answers = bouton.respond(circuit, state[name], looked_at).reshape(-1, settings.network_neurons)
        used.append((answers > 0).any(axis=0).mean())
    longer = {kind: network(settings, settings.picture_threshold, kind) for kind in ("none", "learned")}
    pictures = in_passes(SideBySide(longer), white, size, settings.picture_samples, seed, 16)
    fields = np.array([pictures[kind].feedforward for kind in longer])
    flat = fields.reshape(-1, rows.shape[1])
    return {
        "R5.thresholds": np.array(thresholds),
        "R5.mean_overlap": overlaps.mean(axis=2),
        "R5.used": np.array(used).reshape(shape),
        "R5.fields": fields,
        "R5.orientation": orientation_index(flat).reshape(2, -1),
        "R5.participation": participation_ratio(flat).reshape(2, -1),
        "R5.overlaps": np.array([_overlaps(rows) for rows in fields]),
    }


def _overlaps(weights: Any) -> Float[np.ndarray, " pairs"]:
    """Return the absolute cosines between the weight vectors of all pairs of neurons."""
    rows = np.asarray(weights, float)
    first, second = np.triu_indices(len(rows), 1)
    return np.abs(rows @ rows.T)[first, second]
