"""R6: integrate-and-fire neurons that learn from photographs by triplet plasticity, and a control."""

from collections.abc import Callable
from typing import Any

import numpy as np
from jaxtyping import Float

import bouton
from bouton.analysis import orientation_index, participation_ratio
from bouton.data import load_natural5, sample_patches
from bouton.engine import SideBySide
from bouton.features import TripletNeurons
from bouton.papers._correlation_invariant.settings import Settings
from bouton.papers._seeds import generator, random_key

__all__ = ["measure_spiking", "spiking_circuits"]

_LOOKS = 8


def spiking_circuits(settings: Settings) -> dict[str, TripletNeurons]:
    """Return the triplet neurons and their control, with the published constants."""
    size, n, batch = settings.spiking_patch_size**2, settings.spiking_neurons, settings.spiking_batch_size
    return {
        "triplet": TripletNeurons(size, n, "triplet", 0.001, 1e-4, 0.05, batch_size=batch),
        "oja": TripletNeurons(size, n, "oja", 0.005, 2e-5, 0.0, batch_size=batch),
    }


def _patches(settings: Settings, seed: int) -> Float[np.ndarray, "batches batch pixels"]:
    """Return patches of the photographs, each of zero mean and unit variance, divided by the deviation of all."""
    photographs = [(each - each.mean()) / each.std() for each in load_natural5().values()]
    batch, size = settings.spiking_batch_size, settings.spiking_patch_size
    count = min(settings.spiking_steps, settings.spiking_patches // batch) * batch
    rows = sample_patches(photographs, size, count, generator(seed, 29), dihedral=True)
    return (rows / rows.std()).astype(np.float32).reshape(-1, batch, size * size)


def measure_spiking(settings: Settings, seed: int, progress: Callable[[float], None]) -> dict[str, Any]:
    """R6: what fields look like while they are learned, how alike they are, and how much neurons fire."""
    events, circuits = _patches(settings, seed), spiking_circuits(settings)
    both, key = SideBySide(circuits), random_key(seed, 29)
    state: Any = None
    done, marks = 0, np.linspace(0, settings.spiking_steps, _LOOKS + 1).astype(int)[1:]
    steps, participation = [], []
    for mark in marks:
        while done < mark:
            begin = done % len(events)
            part = events[begin : begin + mark - done]
            state = bouton.run(both, part, key=key, state=state, first_step=done, shuffle=True).state
            done += len(part)
            progress(done / settings.spiking_steps)
        steps.append(done * 100)
        participation.append([np.median(_shares(circuit, state[name])) for name, circuit in circuits.items()])
    fields = np.array([np.asarray(circuit.fields(state[name])) for name, circuit in circuits.items()])
    return {
        "R6.rules": list(circuits),
        "R6.fields": fields,
        "R6.patch_size": settings.spiking_patch_size,
        "R6.steps": np.array(steps),
        "R6.participation": np.array(participation).T,
        "R6.cosines": np.array([_cosines(each) for each in fields]),
        "R6.orientation": np.array([orientation_index(each) for each in fields]),
        "R6.rates": np.array([1000 * np.asarray(state[name].rate) for name in circuits]),
    }


def _shares(circuit: TripletNeurons, state: Any) -> Float[np.ndarray, " neurons"]:
    """Return how many pixels take part in each field, as if patches had 256."""
    return np.asarray(participation_ratio(np.asarray(circuit.fields(state)))) * 256 / circuit.n_inputs


def _cosines(fields: Float[np.ndarray, "neurons pixels"]) -> tuple[float, float]:
    """Return the mean cosine between two fields, and the mean absolute one."""
    unit = fields / np.linalg.norm(fields, axis=1, keepdims=True)
    pairs = (unit @ unit.T)[np.triu_indices(len(unit), 1)]
    return float(pairs.mean()), float(np.abs(pairs).mean())
