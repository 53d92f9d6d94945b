"""Gaussian clusters in many dimensions: units are recruited on demand, one per cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import matplotlib.figure
import numpy as np
from sklearn.metrics import adjusted_rand_score

from bouton.papers import AtLeast, AtMost, Check, Decreasing, Equals, Figure, Near, Relation, Section, basis
from bouton.papers._locality import verdicts
from bouton.papers._made_up import flipped, put
from bouton.papers._seeds import random_key
from bouton.papers.online_snmf._common import clusters, learn, most_active_unit, units_used
from bouton.report import figures
from bouton.similarity import SNMFNetwork

__all__ = ["SECTION"]

# Rows of the arrays: a penalty too low, within the plateau, at its upper end, too high.
_LOW, _WITHIN, _UPPER, _HIGH = range(4)
_QUANTITIES = ("units", "rand_index", "cosine", "active", "sweeps", "explained_rest", "new_rest", "rate_error")


@dataclass(frozen=True)
class Settings:
    """Penalties are in units of the fourth power of the input's length."""

    clusters: int = 5
    inputs: int = 50
    samples: int = 2000
    units: int = 12
    seeds: int = 10
    penalties: tuple[float, ...] = (5e3, 2e4, 5e4, 1e5)
    """Too low, in the middle of the plateau, at its upper end, too high."""
    staircase_penalties: tuple[float, ...] = (
        *(1e3, 2e3, 3.5e3, 5e3, 7e3, 8.5e3, 1e4, 1.4e4, 2e4, 2.8e4, 4e4, 5e4, 7e4, 1e5, 1.4e5, 2e5),
    )


_LAPTOP = Settings()
# The laptop's penalties times (72.5 / 362.5)^2, the ratio of the squared expected powers of the inputs.
_SMOKE = Settings(3, 10, 200, 6, 2, (200.0, 841.0, 2000.0, 4000.0), (80.0, 200.0, 841.0, 2000.0, 4000.0, 8000.0))


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Count the recruited units against the rank penalty, and compare the responses with the true clusters."""
    staircase = np.zeros((settings.seeds, len(settings.staircase_penalties)), int)
    named: list[list[dict[str, Any]]] = []
    for number in range(settings.seeds):
        samples, labels, centres = _data(settings, seed, number)
        key = random_key(seed, 1, number)
        network = SNMFNetwork(settings.inputs, settings.units)
        for column, penalty in enumerate(settings.staircase_penalties):
            circuit = replace(network, rank_penalty=penalty)
            staircase[number, column] = units_used(circuit, learn(circuit, samples, key).state)
        circuits = [replace(network, rank_penalty=penalty) for penalty in settings.penalties]
        named.append([_compare(circuit, samples, labels, centres, key) for circuit in circuits])
    return {name: np.array([[found[name] for found in runs] for runs in named]).T for name in _QUANTITIES} | {
        "clusters": settings.clusters,
        "penalties": np.array(settings.staircase_penalties),
        "staircase": staircase,
        "verdicts": verdicts(networks(settings)),
    }


def _data(settings: Settings, seed: int, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return clusters(settings.inputs, settings.clusters, settings.samples, seed, number)


def _compare(
    circuit: SNMFNetwork, samples: np.ndarray, labels: np.ndarray, centres: np.ndarray, key: Any
) -> dict[str, Any]:
    run = learn(circuit, samples, key)
    learned, frozen = run.recordings["y"].values, run.respond(samples)
    used = circuit.report(run.state).used
    cosines = _of_unit_length(np.asarray(run.state.feedforward)[used]) @ _of_unit_length(centres).T
    first = np.argmax(learned[:, used] > 0, axis=0)
    # A recruited unit takes all that was unexplained: its first activity is the root of the rest.
    new_rest = learned[first, np.flatnonzero(used)].astype(float) ** 4
    rest = np.maximum((samples**2).sum(axis=1) - (frozen.astype(float) ** 2).sum(axis=1), 0)
    squared = (learned.astype(float) ** 2).sum(axis=0)
    return {
        "units": int(used.sum()),
        "rand_index": adjusted_rand_score(labels, most_active_unit(frozen)),
        "cosine": cosines.max(axis=1).min(),
        "active": (frozen > 0).sum(axis=1).mean(),
        "sweeps": run.recordings["sweeps"].values.mean(),
        "explained_rest": (rest**2).mean(),
        "new_rest": new_rest.mean(),
        "rate_error": np.abs(np.asarray(run.state.cumulative_activity) / np.where(used, squared, 1) - used).max(),
    }


def _of_unit_length(matrix: np.ndarray) -> np.ndarray:
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def networks(settings: Settings) -> tuple[SNMFNetwork, ...]:
    """Return the network; those of the other penalties differ in a number only."""
    return (SNMFNetwork(settings.inputs, settings.units, rank_penalty=settings.penalties[_WITHIN]),)


_FULL = ("laptop", "paper")
_PROGRAM = basis.replication("references/online_snmf.py")
_GAP = "the penalty lies between what a known cluster leaves unexplained and what the first sample of a new one brings"


def _made_up() -> dict[str, Any]:
    """Return results of ten seeds as they would be where all is as expected."""
    alike = np.ones(10)
    rows = {
        "units": (12, 5, 5, 4),
        "rand_index": (0.998, 1.0, 1.0, 0.92),
        "cosine": (0.97,) * 4,
        "active": (2.8,) * 4,
        "sweeps": (8.0,) * 4,
        "explained_rest": (8e3,) * 4,
        "new_rest": (1.3e5,) * 4,
        "rate_error": (1e-5,) * 4,
    }
    results: dict[str, Any] = {name: np.outer(values, alike) for name, values in rows.items()}
    return results | {"verdicts": ["local"] * 2, "staircase": np.outer(alike, (12, 9, 5, 5, 4))}


def draw_staircase(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the recruited units against the rank penalty, with the plateau at the true number of clusters."""
    return figures.staircase(
        results["penalties"],
        results["staircase"],
        truth=results["clusters"],
        truth_name="true number of clusters",
        xlabel=r"rank penalty $\lambda$",
        ylabel="recruited units",
    )


def _mean(
    name: str, sentence: str, relation: Relation, quantity: str, row: int, source: str = "", **options: Any
) -> Check:
    """Return the check of the mean over seeds of one quantity at one penalty."""
    options = {"scales": _FULL} | options
    return Check(name, sentence, relation, lambda results: results[quantity][row].mean(), basis.ours(source), **options)


SECTION = Section(
    settings={"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _LAPTOP},
    measure=measure,
    checks=(
        Check(
            "units",
            "With a rank penalty of 20000, exactly as many units are recruited as there are clusters, for every seed.",
            Equals(5),
            lambda results: results["units"][_WITHIN],
            _PROGRAM,
            on="clusters",
            remark="Seen at laptop scale with seed 0: one of ten seeds recruits a sixth unit, also in double "
            "precision, settled to 1e-9; this penalty lies near the lower end of the plateau.",
            scales=_FULL,
        ),
        Check(
            "rand-index",
            "The most active unit tells the clusters apart without error (adjusted Rand index, penalty 20000, every "
            "seed).",
            AtLeast(0.9995),
            lambda results: results["rand_index"][_WITHIN],
            basis.ours(),
            on="clusters",
        ),
        _mean(
            "soft",
            "Clustering is soft: several units respond to a sample (mean number of active units).",
            Near(2.8, 0.3),
            "active",
            _WITHIN,
            on="clusters",
            source="from a run in double precision with other random numbers",
        ),
        _mean(
            "cosine",
            "Weight vectors point to cluster centres: the smallest cosine between a weight vector and its centre, "
            "mean of the seeds.",
            Near(0.97, 0.02),
            "cosine",
            _WITHIN,
            on="clusters",
        ),
        Check(
            "local",
            "Every pathway is local, by the audit of the traced rules.",
            Equals("local"),
            lambda results: results["verdicts"],
            basis.theory("shapes and origins of what each rule is handed"),
            on="local",
        ),
        Check(
            "learning-rate",
            "One over the learning rate of a unit is the sum of its squared responses (largest relative difference).",
            AtMost(1e-3),
            lambda results: results["rate_error"].max(),
            basis.theory("the learning rule, in single precision"),
            on="rate",
        ),
        *(
            Check(
                name, sentence, relation, lambda results, at=(quantity, row): results[at[0]][at[1]], why, scales=_FULL
            )
            for name, quantity, row, relation, why, sentence in (
                ("units-upper", "units", _UPPER, Equals(5), _PROGRAM, "So it is with a penalty of 50000."),
                ("rand-index-upper", "rand_index", _UPPER, AtLeast(0.9995), basis.ours(), "Also with 50000."),
                (
                    "units-low",
                    "units",
                    _LOW,
                    Equals(12),
                    basis.ours(),
                    "With a penalty of 5000 all units are recruited.",
                ),
            )
        ),
        _mean(
            "sweeps",
            "The fast dynamics settle in a few sweeps per sample.",
            AtMost(10),
            "sweeps",
            _WITHIN,
            scales=("smoke", *_FULL),
        ),
        _mean(
            "rand-index-low",
            "Even then the most active unit tells the clusters apart almost without error (mean of the seeds).",
            Near(0.998, 0.005),
            "rand_index",
            _LOW,
        ),
        Check(
            "units-high",
            "With too large a penalty, 100000, some seeds miss a cluster (fewest units of a seed).",
            AtMost(4),
            lambda results: results["units"][_HIGH].min(),
            basis.ours(),
            scales=_FULL,
        ),
        _mean(
            "rand-index-high",
            "Missed clusters cost agreement (adjusted Rand index at penalty 100000, mean of the seeds).",
            Near(0.92, 0.1),
            "rand_index",
            _HIGH,
        ),
        Check(
            "staircase",
            "The larger the penalty, the fewer units are recruited (mean of the seeds, from the smallest penalty on).",
            Decreasing(),
            lambda results: results["staircase"].mean(axis=0),
            basis.ours(),
        ),
        *(
            _mean(name, sentence, relation, quantity, _WITHIN, source=_GAP)
            for name, quantity, relation, sentence in (
                (
                    "rest-known",
                    "explained_rest",
                    AtMost(20_000),
                    "Mean squared rest of a known cluster (penalty 20000).",
                ),
                ("rest-new", "new_rest", AtLeast(50_000), "That of the first sample of a new cluster (penalty 50000)."),
            )
        ),
    ),
    holds=_made_up,
    breaks={
        "units": put("units", 6, (_WITHIN, 0)),
        "rand-index": put("rand_index", 0.99, (_WITHIN, 0)),
        "soft": put("active", 20.0, (_WITHIN, 0)),
        "cosine": put("cosine", 0.5, (_WITHIN, 0)),
        "local": put("verdicts", "NOT LOCAL", 1),
        "learning-rate": put("rate_error", 0.1, (_LOW, 0)),
        "units-upper": put("units", 4, (_UPPER, 0)),
        "rand-index-upper": put("rand_index", 0.9, (_UPPER, 0)),
        "sweeps": put("sweeps", 100, (_WITHIN, 0)),
        "units-low": put("units", 11, (_LOW, 0)),
        "rand-index-low": put("rand_index", 0.5, (_LOW, 0)),
        "units-high": put("units", 5, _HIGH),
        "rand-index-high": put("rand_index", -1.0, (_HIGH, 0)),
        "staircase": flipped("staircase"),
        "rest-known": put("explained_rest", 1e6, (_WITHIN, 0)),
        "rest-new": put("new_rest", 4e4),
    },
    figures=(
        Figure(
            "staircase",
            "Recruited units against the rank penalty. Look for the plateau at the true number of clusters: there the "
            "penalty lies between what a known cluster leaves unexplained and what a new one brings.",
            draw_staircase,
        ),
    ),
    circuits=networks,
)
