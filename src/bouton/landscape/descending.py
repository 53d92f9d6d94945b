"""Down from a permutation saddle, along the lowest direction of its curvature to both sides.

Source: J. Brea, B. Şimşek, B. Illing, W. Gerstner (2019), arXiv:1907.02911.
"""

from typing import Any

import numpy as np

from bouton._arguments import check_positive
from bouton.errors import InputError
from bouton.landscape.duplication import classify_duplication
from bouton.landscape.loss import LossLandscape
from bouton.landscape.neurons import duplicate
from bouton.landscape.parameters import neurons_of, with_layer
from bouton.landscape.training import Trained, train_to_convergence

__all__ = ["descend_from"]


def descend_from(
    landscape: LossLandscape,
    reduced: Any,
    neuron: int,
    layer: int = 0,
    *,
    share: float = 0.5,
    step: float = 1e-3,
    **options: Any,
) -> tuple[Trained, Trained]:
    """Duplicate a neuron of a critical point, and follow the gradient flow down to both sides.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss, with a smooth activation.
    reduced : Parameters
        The network at its critical point.
    neuron : int
        Which neuron is divided.
    layer : int, default 0
        Which hidden layer.
    share : float, default 0.5
        What the first copy keeps. At 0.5, the two descents are images of each other with the two neurons exchanged.
    step : float, default 1e-3
        How far to go along the lowest eigenvector of the block of the Hessian (`DuplicationType.block`) before the
        flow.
    **options
        Of `train_to_convergence`.

    Returns
    -------
    tuple of Trained
        From the one side and from the other.

    Raises
    ------
    InputError
        If there is no descending direction, or as `classify_duplication`.
    """
    check_positive(step=step)
    kind = classify_duplication(landscape, reduced, neuron, layer)
    values, vectors = np.linalg.eigh(kind.block(share))
    if values[0] >= -kind.smallest:
        raise InputError(f"no direction descends from this point: it is a {kind.kind}")
    known = landscape.checked(reduced)
    length = len(kind.curvature)
    # The sign of an eigenvector is a convention of the library that computed it: fixed here.
    lowest = vectors[:, 0] * np.sign(vectors[np.abs(vectors[:, 0]).argmax(), 0])
    v, b = lowest[:length], lowest[length:]
    ends = []
    for sign in (1.0, -1.0):
        wide = duplicate(known, neuron, share, layer)
        w, a = neurons_of(wide, layer)
        w[neuron] += sign * step * (1 - share) * v
        w[-1] -= sign * step * share * v
        a[neuron] += sign * step * b
        a[-1] -= sign * step * b
        ends.append(train_to_convergence(landscape, with_layer(wide, layer, w, a), **options))
    return ends[0], ends[1]
