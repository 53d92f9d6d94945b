"""Rows of loss landscapes: counts, derivatives, training and permutation saddles beside the programs."""

from functools import cache

import numpy as np

from bouton.landscape import (
    LossLandscape,
    classify_duplication,
    count_critical_subspaces,
    count_global_subspaces,
    descend_from,
    duplicate,
    newton_polish,
    parameters_of,
    permute_neurons,
    straight_barrier,
    train_to_convergence,
)
from bouton.landscape.parameters import flattened
from references import landscape_geometry as geometry
from references import weight_space_symmetry as symmetry

PAIRS = ((1, 3), (2, 4), (3, 5), (4, 5))


def network(theta):
    n = theta.size // 3
    return parameters_of([theta[:-n].reshape(n, 2), theta[None, -n:]])


@cache
def task():
    x, y = geometry.task(2.0)
    return x, y, LossLandscape(x, y)


def counts():
    """Compare formulas with enumerations."""
    return {
        "critical": ([count_critical_subspaces(*pair) for pair in PAIRS], [geometry.count_G(*pair) for pair in PAIRS]),
        "global": ([count_global_subspaces(*pair) for pair in PAIRS], [geometry.count_T(*pair) for pair in PAIRS]),
    }


def derivatives():
    """Compare loss, gradient and Hessian at a random point."""
    x, y, landscape = task()
    theta = geometry.glorot(3, 7)
    return {
        "loss": (landscape.value(network(theta)), geometry.loss(theta, x, y)),
        "gradient": (flattened(landscape.gradient(network(theta))), geometry.gradient(theta, x, y)),
        "hessian": (landscape.hessian(network(theta)), geometry.hessian(theta, x, y)),
    }


def trained():
    """Compare where Levenberg-Marquardt ends, at a minimum with error and far fewer steps than it may take."""
    x, y, landscape = task()
    theta = geometry.glorot(3, 0)
    found = train_to_convergence(landscape, network(theta), gradient_flow=False, iterations=300).parameters
    expected = geometry.levenberg_marquardt(theta, x, y, 300)
    polished = newton_polish(landscape, found).parameters
    return {"end": (flattened(polished), symmetry.newton(expected, x, y))}


def barriers():
    """Compare losses on straight lines between the teacher and its swaps."""
    x, y, landscape = task()
    teacher = parameters_of([geometry.W_TEACHER, geometry.A_TEACHER[None]])
    pairs = [(0, 1), (2, 3)]
    swapped = [permute_neurons(teacher, [1, 0, 2, 3]), permute_neurons(teacher, [0, 1, 3, 2])]
    found = [straight_barrier(landscape, teacher, other) for other in swapped]
    return {"barriers": (found, [geometry.barrier(i, j, x, y) for i, j in pairs])}


def saddles():
    """Compare B, the Hessian of the duplicated network, and losses that both descents end at."""
    x, y, landscape = task()
    theta = symmetry.newton(geometry.levenberg_marquardt(geometry.glorot(3, 0), x, y), x, y)
    reduced, pairs = network(theta), {}
    for i in range(3):
        kind = classify_duplication(landscape, reduced, i)
        pairs[f"B of neuron {i}"] = kind.curvature, symmetry.B_and_C(theta, i, x, y)[0]
        wide = landscape.hessian(duplicate(reduced, i, 0.3))
        pairs[f"Hessian of neuron {i}"] = wide, geometry.hessian(symmetry.duplicate(theta, i, 0.3), x, y)
    i = int(np.argmin([classify_duplication(landscape, reduced, n).curvature_eigenvalues[0] for n in range(3)]))
    ends = [each.loss for each in descend_from(landscape, reduced, i)]
    # What ends at the teacher ends at the rounding of zero.
    expected = [geometry.loss(symmetry.descend(theta, i, sign, x, y), x, y) for sign in (1, -1)]
    pairs["descents"] = np.round([1 + end for end in ends], 12), np.round([1 + end for end in expected], 12)
    return pairs


REFERENCES = {
    "landscape_geometry: counts": counts,
    "landscape_geometry: derivatives": derivatives,
    "landscape_geometry: Levenberg-Marquardt": trained,
    "landscape_geometry: barriers": barriers,
    "weight_space_symmetry": saddles,
}
