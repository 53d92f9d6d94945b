"""Minima of three neurons with each neuron divided in two: which saddles these are, and where one comes down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

from bouton.landscape import (
    classify_duplication,
    classify_point,
    descend_from,
    duplicate,
    four_neuron_task,
    glorot_start,
    newton_polish,
    parameters_of,
    train_to_convergence,
)
from bouton.papers import AtLeast, AtMost, Check, Equals, Figure, Near, Section, basis
from bouton.papers._made_up import put, scaled
from bouton.report import figures
from bouton.report.landscapes import draw_path_loss, draw_spectra, draw_weights

__all__ = ["SECTION"]

_LOSS = 1.012946e-5
_CURVATURES = ((-6.33182e-4, 1.21759e-5), (-1.82488e-3, -1.03664e-4), (-5.15612e-4, 1.19571e-4))
_END = 3.119431e-6
_FULL = ("laptop", "paper")
_PROGRAM = basis.replication("references/weight_space_symmetry.py")


@dataclass(frozen=True)
class Settings:
    """The grid of samples, and how many starts of the reduced network."""

    spacing: float = 0.25
    starts: int = 20


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Train three neurons from many starts, divide each neuron of the best, and descend to both sides."""
    landscape, teacher = four_neuron_task(settings.spacing)
    starts = [glorot_start((2, 3, 1), seed * 1000 + number) for number in range(settings.starts)]
    found = [train_to_convergence(landscape, start, gradient_flow=False) for start in starts]
    best = newton_polish(landscape, min(found, key=lambda each: each.loss).parameters)
    # Neurons in the order of their first incoming weight.
    order = np.argsort(best.parameters[0].weight[:, 0])
    reduced = parameters_of([best.parameters[0].weight[order], best.parameters[1].weight[:, order]])
    results: dict[str, Any] = {
        "losses": np.array([each.loss for each in found]),
        "best": best.loss,
        "reduced_spectrum": classify_point(landscape, reduced).eigenvalues,
        "teacher": teacher[0].weight,
    }
    rows: dict[str, list[Any]] = {
        "curvatures": [],
        "lowest": [],
        "spectra": [],
        "orders": [],
        "ends": [],
        "inertia": [],
    }
    for neuron in range(3):
        kind = classify_duplication(landscape, reduced, neuron)
        wide = classify_point(landscape, duplicate(reduced, neuron))
        rows["curvatures"].append(kind.curvature_eigenvalues)
        rows["lowest"].append(wide.eigenvalues[0])
        rows["spectra"].append(wide.eigenvalues)
        rows["orders"].append(wide.order)
        rows["inertia"].append(tuple(wide.inertia) == tuple(kind.inertia(0.5)))
        down = descend_from(landscape, reduced, neuron)
        rows["ends"].append([each.loss for each in down])
        if neuron == 1:
            results |= _path(landscape, down, duplicate(reduced, neuron))
    return results | {name: np.array(row) for name, row in rows.items()}


def _path(landscape: Any, down: Any, saddle: Any) -> dict[str, Any]:
    """Return the loss along both descents, over the length of the way, and where the one of them ends."""
    halves, lengths = [], []
    for each in down:
        way = each.way[:: max(1, len(each.way) // 60)]
        networks = list(each.way_of_parameters())[:: max(1, len(each.way) // 60)]
        losses = landscape.values(networks)
        steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
        halves.append(losses)
        lengths.append(np.concatenate([[0.0], np.cumsum(steps)]))
    place = np.concatenate([-lengths[0][::-1], [0.0], lengths[1]])
    return {
        "place": place,
        "path": np.concatenate([halves[0][::-1], [landscape.value(saddle)], halves[1]]),
        "end_incoming": down[0].parameters[0].weight,
        "end_outgoing": down[0].parameters[1].weight[0],
        "end_ways": np.array([network[0].weight for network in down[0].way_of_parameters()]),
    }


def draw_path(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the loss from one minimum over the saddle to its image, and the weights on the one side."""
    figure, (left, right) = figures.new_figure(9.8, 3.8, 1, 2)
    draw_path_loss(
        results["place"], {"gradient flow to both sides": results["path"]}, saddle=0.0, xlabel="length of the way",
        axes=left,
    )  # fmt: skip
    ways = list(results["end_ways"].transpose(1, 0, 2))
    draw_weights(results["end_incoming"], results["end_outgoing"], teacher=results["teacher"], ways=ways, axes=right)
    return figure


def draw_eigenvalues(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw spectra before and after each duplication."""
    after = {f"neuron {n + 1} divided": row for n, row in enumerate(results["spectra"])}
    return draw_spectra({"three neurons": results["reduced_spectrum"]} | after)


def _halves(results: Mapping[str, Any]) -> np.ndarray:
    return results["lowest"] / (results["curvatures"][:, 0] / 2)


SECTION = Section(
    settings={"smoke": Settings(2.0, 3), "laptop": Settings(), "paper": Settings(starts=50)},
    measure=measure,
    checks=(
        Check(
            "reduced-loss",
            "Lowest loss of three neurons, over 1.012946e-5.",
            Near(1.0, 1e-6),
            lambda results: results["best"] / _LOSS,
            _PROGRAM,
            scales=_FULL,
        ),
        Check(
            "reduced-share",
            "Share of starts from which Levenberg-Marquardt finds it.",
            Near(0.75, 0.25),
            lambda results: np.mean(np.abs(results["losses"] / results["best"] - 1) < 1e-5),
            basis.ours("15 of 20 in a run of the same algorithm in NumPy"),
            scales=_FULL,
        ),
        Check(
            "curvatures",
            "Eigenvalues of B of all three neurons, over those of the program.",
            Near(1.0, 1e-4),
            lambda results: (results["curvatures"] / np.array(_CURVATURES)).ravel(),
            _PROGRAM,
            scales=_FULL,
            expected="-6.332e-4, 1.218e-5; -1.825e-3, -1.037e-4; -5.156e-4, 1.196e-4",
        ),
        Check(
            "first-order",
            "Two of three divided neurons make first-order saddles, the other has two descending directions.",
            Equals((1, 2, 1)),
            lambda results: results["orders"],
            basis.ours("negative eigenvalues of B"),
            on="saddles",
            scales=_FULL,
        ),
        Check(
            "some-first-order",
            "At least one divided neuron makes a saddle of the first order.",
            AtLeast(1),
            lambda results: (results["orders"] == 1).sum(),
            basis.paper("abstract"),
            on="saddles",
        ),
        Check(
            "inertia",
            "The inertia of the whole Hessian is that of the reduced one and of the block of B and C.",
            Equals(True),
            lambda results: results["inertia"],
            basis.theory("Sylvester's law of inertia"),
            on="points",
        ),
        Check(
            "half",
            "The lowest eigenvalue after division in halves is half of that of B (ratio).",
            Near(1.0, 1e-4),
            _halves,
            basis.theory("the antisymmetric block in orthonormal coordinates"),
        ),
        Check(
            "mirror",
            "Both descents end at the same loss (largest difference, over the loss of the saddle).",
            AtMost(1e-6),
            lambda results: np.abs(results["ends"][:, 0] - results["ends"][:, 1]).max() / results["best"],
            basis.theory("the descents are images of each other with the two neurons exchanged"),
            on="points",
        ),
        Check(
            "ends",
            "From the first and third neuron, descents end at 3.119431e-6, a local minimum (ratio).",
            Near(1.0, 1e-6),
            lambda results: results["ends"][[0, 2]].ravel() / _END,
            _PROGRAM,
            scales=_FULL,
        ),
        Check(
            "global",
            "From the second, they end at the teacher with two neurons exchanged.",
            AtMost(1e-20),
            lambda results: results["ends"][1],
            basis.ours("zero loss to the square of rounding"),
            on="points",
            scales=_FULL,
        ),
    ),
    holds=lambda: {
        "best": _LOSS,
        "losses": np.array([_LOSS, _LOSS, _LOSS, 6.8e-5]),
        "curvatures": np.array(_CURVATURES),
        "orders": np.array([1, 2, 1]),
        "inertia": np.array([True] * 3),
        "lowest": np.array(_CURVATURES)[:, 0] / 2,
        "ends": np.array([[_END, _END], [1e-30, 1e-31], [_END, _END]]),
    },
    breaks={
        "reduced-loss": {"best": 2e-5},
        "reduced-share": put("losses", 1e-3),
        "curvatures": scaled("curvatures", 1.1),
        "first-order": put("orders", 2),
        "some-first-order": put("orders", 2),
        "inertia": put("inertia", False, 0),
        "half": scaled("lowest", 2.0),
        "mirror": put("ends", 1e-5, (0, 0)),
        "ends": put("ends", 1e-5, 0),
        "global": put("ends", 1e-5, 1),
    },
    figures=(
        Figure(
            "path",
            "Left: the loss on the way from one minimum over the permutation saddle to its image with two neurons "
            "exchanged; look for the symmetry. Right: where the neurons come from and go to on one side.",
            draw_path,
        ),
        Figure(
            "spectra",
            "Eigenvalues of the Hessian before and after each neuron is divided in halves: negative ones are new, and "
            "a zero.",
            draw_eigenvalues,
        ),
    ),
)
