"""R1, R2, R7: Gaussian clusters in many dimensions, their cost against the offline solver, clusters that change."""

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score

from bouton.data import gaussian_clusters, switching_clusters
from bouton.papers._online_snmf.learning import generator, learn, random_key, units_used
from bouton.papers._online_snmf.metrics import answering_units
from bouton.papers._online_snmf.settings import Settings
from bouton.similarity import OfflineSNMF, SNMFNetwork, relative_similarity_error

__all__ = ["measure_clusters", "measure_cost", "measure_novelty"]

Results = dict[str, Any]


def _clusters(settings: Settings, seed: int, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return gaussian_clusters(
        settings.cluster_inputs, settings.clusters, settings.cluster_samples, seed=generator(seed, 1, number)
    )


def measure_clusters(settings: Settings, seed: int) -> Results:
    """R1: count the recruited units against the rank penalty, and compare the answers with the true clusters."""
    n_seeds = settings.cluster_seeds
    staircase = np.zeros((n_seeds, len(settings.staircase_penalties)), int)
    named: list[list[Results]] = []
    for number in range(n_seeds):
        samples, labels, centres = _clusters(settings, seed, number)
        key = random_key(seed, 1, number)
        network = SNMFNetwork(settings.cluster_inputs, settings.cluster_units)
        for column, penalty in enumerate(settings.staircase_penalties):
            circuit = replace(network, rank_penalty=penalty)
            staircase[number, column] = units_used(circuit, learn(circuit, samples, key).state)
        circuits = [replace(network, rank_penalty=penalty) for penalty in settings.cluster_penalties]
        named.append([_judge_clusters(circuit, samples, labels, centres, key) for circuit in circuits])
    results: Results = {
        f"R1.{name}": np.array([[found[name] for found in runs] for runs in named]).T
        for name in ("units", "rand_index", "cosine", "active", "sweeps", "explained_rest", "new_rest")
    }
    samples, labels, _ = _clusters(settings, seed, 0)
    circuit = SNMFNetwork(settings.cluster_inputs, settings.cluster_units, rank_penalty=settings.cluster_penalties[1])
    answers = learn(circuit, samples, random_key(seed, 1)).respond(samples)
    return results | {
        "R1.clusters": settings.clusters,
        "R1.penalties": np.array(settings.staircase_penalties),
        "R1.staircase": staircase,
        "R1.samples": samples,
        "R1.answers": answers,
        "R1.labels": labels,
    }


def _judge_clusters(
    circuit: SNMFNetwork, samples: np.ndarray, labels: np.ndarray, centres: np.ndarray, key: Any
) -> Results:
    run = learn(circuit, samples, key)
    learned, frozen = run.recordings["y"].values, run.respond(samples)
    used = circuit.report(run.state).used
    weights = np.asarray(run.state.feedforward)[used]
    cosines = _rows_of_unit_length(weights) @ _rows_of_unit_length(centres).T
    first = np.argmax(learned[:, used] > 0, axis=0)
    # A recruited unit takes all that was unexplained: its first activity is the root of the rest.
    new_rest = learned[first, np.flatnonzero(used)].astype(float) ** 4
    rest = np.maximum((samples**2).sum(axis=1) - (frozen.astype(float) ** 2).sum(axis=1), 0)
    return {
        "units": int(used.sum()),
        "rand_index": adjusted_rand_score(labels, answering_units(frozen)),
        "cosine": cosines.max(axis=1).min(),
        "active": (frozen > 0).sum(axis=1).mean(),
        "sweeps": run.recordings["sweeps"].values.mean(),
        "explained_rest": (rest**2).mean(),
        "new_rest": new_rest.mean(),
    }


def _rows_of_unit_length(matrix: np.ndarray) -> np.ndarray:
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def measure_cost(settings: Settings, seed: int) -> Results:
    """R2: compare the cost of the network's answers with that of the offline solver, on the last samples."""
    samples, _, _ = _clusters(settings, seed, 0)
    encoded = samples[-settings.encoded_samples :]
    circuit = SNMFNetwork(settings.cluster_inputs, settings.clusters, rank_penalty=settings.cluster_penalties[1])
    key, state, costs = random_key(seed, 2), None, []
    for start, stop in zip((0, *settings.cost_after), settings.cost_after, strict=False):
        run = learn(circuit, samples[start:stop], key, state=state, first_step=start)
        state = run.state
        costs.append(relative_similarity_error(encoded, run.respond(encoded)))
    solver = OfflineSNMF(settings.clusters, n_starts=1)
    offline = [
        solver.fit(encoded, key=random_key(seed, 2, 1 + number)).relative_cost
        for number in range(settings.offline_starts)
    ]
    spectrum = np.linalg.svd(encoded, compute_uv=False) ** 4
    return {
        "R2.after": np.array(settings.cost_after),
        "R2.online": np.array(costs),
        "R2.offline": np.array(offline),
        "R2.unconstrained": spectrum[settings.clusters :].sum() / spectrum.sum(),
    }


def measure_novelty(settings: Settings, seed: int) -> Results:
    """R7: replace all clusters half-way, with and without spare units."""
    sizes = {"spare": settings.cluster_units, "full": settings.clusters}
    results: Results = {"R7.forgetting": np.array(settings.novelty_forgetting), "R7.switch": settings.novelty_switch}
    for name, n_units in sizes.items():
        runs = [
            [_meet_novelty(settings, seed, number, n_units, forgetting) for number in range(settings.novelty_seeds)]
            for forgetting in settings.novelty_forgetting
        ]
        for quantity in ("before", "after", "rand_index"):
            results[f"R7.{name}.{quantity}"] = np.array([[run[quantity] for run in row] for row in runs])
        results[f"R7.{name}.recruited"] = np.array([run["recruited"] for run in runs[0]])
    return results


def _meet_novelty(settings: Settings, seed: int, number: int, n_units: int, forgetting: float) -> Results:
    samples, labels, _ = switching_clusters(
        settings.cluster_inputs,
        settings.clusters,
        settings.novelty_samples,
        settings.novelty_switch,
        seed=generator(seed, 7, number),
    )
    circuit = SNMFNetwork(
        settings.cluster_inputs, n_units, rank_penalty=settings.cluster_penalties[1], forgetting=forgetting
    )
    run = learn(circuit, samples, random_key(seed, 7, number))
    answers, last = run.recordings["y"].values, settings.novelty_judged_samples
    recruited = np.logical_or.accumulate(answers > 0, axis=0).sum(axis=1)
    return {
        "recruited": recruited,
        "before": int(recruited[settings.novelty_switch - 1]),
        "after": int(recruited[-1]),
        "rand_index": adjusted_rand_score(labels[-last:], answering_units(answers[-last:])),
    }
