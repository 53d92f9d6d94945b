"""The cost of the network's responses against that of the offline solver, on the last samples of a stream."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.papers import AtMost, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import random_key
from bouton.papers.online_snmf._common import clusters, learn
from bouton.report import figures
from bouton.similarity import OfflineSNMF, SNMFNetwork, relative_similarity_error

__all__ = ["SECTION"]


@dataclass(frozen=True)
class Settings:
    """The penalty is in units of the fourth power of the input's length."""

    clusters: int = 5
    inputs: int = 50
    samples: int = 2000
    units: int = 12
    """Of the network whose similarities are drawn; the one that is compared has as many as there are clusters."""
    penalty: float = 2e4
    encoded_samples: int = 300
    after: tuple[int, ...] = (10, 20, 50, 100, 200, 500, 1000, 2000)
    offline_starts: int = 5


_LAPTOP = Settings()
_SMOKE = Settings(
    clusters=3,
    inputs=10,
    samples=200,
    units=6,
    penalty=841.0,
    encoded_samples=150,
    after=(50, 100, 200),
    offline_starts=2,
)
_FULL = ("laptop", "paper")
_RUN = basis.ours("from a run of the same equations in double precision with other random numbers")


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Freeze the network after so many samples, and compare the cost of its responses with the offline solver's."""
    samples, labels, _ = clusters(settings.inputs, settings.clusters, settings.samples, seed, 0)
    encoded = samples[-settings.encoded_samples :]
    circuit = SNMFNetwork(settings.inputs, settings.clusters, rank_penalty=settings.penalty)
    key, state, costs = random_key(seed, 2), None, []
    for start, stop in zip((0, *settings.after), settings.after, strict=False):
        run = learn(circuit, samples[start:stop], key, state=state, first_step=start)
        state = run.state
        costs.append(relative_similarity_error(encoded, run.respond(encoded)))
    solver = OfflineSNMF(settings.clusters, n_starts=1)
    offline = [
        solver.fit(encoded, key=random_key(seed, 2, 1 + number)).relative_cost
        for number in range(settings.offline_starts)
    ]
    spectrum = np.linalg.svd(encoded, compute_uv=False) ** 4
    spare = SNMFNetwork(settings.inputs, settings.units, rank_penalty=settings.penalty)
    return {
        "samples": samples,
        "responses": learn(spare, samples, random_key(seed, 1)).respond(samples),
        "labels": labels,
        "after": np.array(settings.after),
        "online": np.array(costs),
        "offline": np.array(offline),
        "unconstrained": spectrum[settings.clusters :].sum() / spectrum.sum(),
    }


def draw_cost(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the excess cost of frozen networks over the length of learning."""
    return figures.curves(
        results["after"],
        {"online network": 100 * (results["online"] / results["offline"].min() - 1)},
        reference=2.0,
        reference_name="two percent",
        xlabel="samples learned",
        ylabel="cost above the offline optimum (%)",
        logarithmic="xy",
    )


def draw_gram_matrices(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the similarities of inputs and of responses side by side."""
    return figures.gram_matrices(results["samples"], results["responses"], order=results["labels"])


SECTION = Section(
    settings={"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _LAPTOP},
    measure=measure,
    checks=(
        Check(
            "ratio",
            "Learning online, one sample at a time, costs next to nothing against the offline optimum (online / "
            "offline).",
            AtMost(1.02),
            lambda results: results["online"][-1] / results["offline"].min(),
            basis.ours(),
            on="cost",
        ),
        Check(
            "online",
            "Relative cost of the frozen network's responses to the last samples, after one pass.",
            Near(0.0987, 0.02),
            lambda results: results["online"][-1],
            _RUN,
            on="cost",
            scales=_FULL,
        ),
        Check(
            "offline",
            "Relative cost of the best offline factorisation of the same samples.",
            Near(0.0986, 0.02),
            lambda results: results["offline"].min(),
            _RUN,
            scales=_FULL,
        ),
        Check(
            "starts",
            "The offline solver finds the same cost from every random start (largest over smallest cost).",
            AtMost(1.01),
            lambda results: results["offline"].max() / results["offline"].min(),
            basis.ours(),
            remark="Seen at laptop scale with seed 0: one random start ends in a local minimum, the other four agree.",
        ),
        Check(
            "unconstrained",
            "Without the constraint of non-negative responses the cost could be far lower (principal components).",
            Near(0.0018, 0.001),
            lambda results: results["unconstrained"],
            _RUN,
            scales=_FULL,
        ),
    ),
    holds=lambda: {"online": np.array([0.3, 0.0987]), "offline": np.full(5, 0.0986), "unconstrained": 0.0018},
    breaks={
        "ratio": put("online", 0.11),
        "online": put("online", 0.2),
        "offline": put("offline", 0.2),
        "starts": put("offline", 0.11, 0),
        "unconstrained": {"unconstrained": 0.01},
    },
    figures=(
        Figure(
            "cost",
            "By how much the cost of the network's responses to the last samples exceeds the offline optimum, if "
            "learning is frozen after so many samples. Look for how soon the curve passes the line at two percent.",
            draw_cost,
        ),
        Figure(
            "gram-matrices",
            "Similarities of all pairs of samples, ordered by cluster, among inputs and among the network's responses. "
            "Look for the same blocks left and right; negative similarities, which non-negative responses cannot "
            "have, become zero.",
            draw_gram_matrices,
        ),
    ),
)
