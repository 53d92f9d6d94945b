"""R3: three clusters in the plane, one of them near the origin, where silence is an answer too."""

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from sklearn.metrics import adjusted_rand_score

import bouton
from bouton.data import three_clusters
from bouton.engine import Run
from bouton.papers._online_snmf.learning import generator, learn, random_key, units_used
from bouton.papers._online_snmf.metrics import answering_units
from bouton.papers._online_snmf.settings import Settings
from bouton.similarity import OfflineSNMF, SNMFNetwork, relative_similarity_error

__all__ = ["decide", "measure_plane"]

_CLUSTERS = 3
_WEIGHTS = ("feedforward", "lateral", "cumulative_activity")


def measure_plane(settings: Settings, seed: int) -> dict[str, Any]:
    """R3: count the recruited units against the rank penalty, and judge the answers of three units."""
    many = SNMFNetwork(2, settings.plane_units)
    three = SNMFNetwork(2, _CLUSTERS, rank_penalty=settings.plane_penalty)
    solver = OfflineSNMF(_CLUSTERS, n_starts=settings.plane_offline_starts)
    units = np.zeros((settings.plane_seeds, len(settings.plane_penalties)), int)
    rand_index, online, offline = np.zeros((3, settings.plane_seeds))
    pictures: list[tuple[np.ndarray, np.ndarray, Run]] = []
    for number in range(settings.plane_seeds):
        samples, labels, _ = three_clusters(generator(seed, 3, number), settings.plane_samples_per_cluster)
        key = random_key(seed, 3, number)
        for column, penalty in enumerate(settings.plane_penalties):
            circuit = replace(many, rank_penalty=penalty)
            units[number, column] = units_used(circuit, learn(circuit, samples, key).state)
        run = learn(three, samples, key)
        answers = run.respond(samples)
        rand_index[number] = adjusted_rand_score(labels, answering_units(answers))
        online[number] = relative_similarity_error(samples, answers)
        offline[number] = solver.fit(samples, key=key).relative_cost
        pictures.append((samples, labels, run))
    samples, labels, run = pictures[0]
    return {
        "R3.penalties": np.array(settings.plane_penalties),
        "R3.units": units,
        "R3.rand_index": rand_index,
        "R3.online": online,
        "R3.offline": offline,
        "R3.samples": samples,
        "R3.labels": labels,
    } | {f"R3.{name}": np.asarray(getattr(run.state, name)) for name in _WEIGHTS}


def decide(results: Any, positions: np.ndarray) -> np.ndarray:
    """Return the unit of the pictured network that answers most at each position of the plane, -1 where none does."""
    # A penalty does not matter to a frozen network, but keeps it the same program as the one that learned.
    circuit = SNMFNetwork(2, _CLUSTERS, rank_penalty=0.0)
    state = circuit.init(random_key(0, 3))._replace(**{name: jnp.asarray(results[f"R3.{name}"]) for name in _WEIGHTS})
    return answering_units(bouton.respond(circuit, state, positions))
