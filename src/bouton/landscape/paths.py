"""Paths of constant loss between networks that compute the same, and what lies on the straight line between two.

Two neurons change places along seven straight segments, with one silent neuron to spare, and the function stays what it
is. Composed, such exchanges reach every ordering of a layer.

Sources: J. Brea et al. (2019), arXiv:1907.02911; B. Şimşek et al. (2021), ICML, arXiv:2105.12221.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Float

from bouton._arguments import check_sizes
from bouton.errors import InputError
from bouton.landscape.loss import LossLandscape
from bouton.landscape.neurons import groups_of, reduce
from bouton.landscape.parameters import (
    DenseWeights,
    Parameters,
    hidden_layer,
    incoming_of,
    known_neuron,
    neurons_of,
    parameters_of,
    same_elsewhere,
    same_shapes,
    with_layer,
)

__all__ = ["connect", "exchange", "loss_along", "straight_barrier"]


def exchange(parameters: Any, first: int, second: int, spare: int, layer: int = 0) -> list[Parameters]:
    """Return the corners of a path along which two neurons change places while the function stays the same.

    Parameters
    ----------
    parameters : Parameters
        A network with a neuron that has no outgoing weights.
    first, second : int
        The neurons that change places.
    spare : int
        The silent neuron, which is back at its place at the end.
    layer : int, default 0
        Which hidden layer.

    Returns
    -------
    list of Parameters
        Eight corners of seven straight segments.

    Raises
    ------
    InputError
        If neurons are not three different ones of the layer, or the spare one has outgoing weights.
    """
    known = parameters_of(parameters)
    known_neuron(known, layer, first=first, second=second, spare=spare)
    if len({first, second, spare}) < 3:
        raise InputError(f"first, second and spare must be three neurons, got {first}, {second}, {spare}")
    below, above = hidden_layer(known, layer)
    w, a = incoming_of(below), np.array(above.weight.T)
    if np.abs(a[spare]).max() > 0:
        raise InputError(f"spare must be a neuron without outgoing weights, got {spare}: pass them to a copy first")
    p, q, z, old = first, second, spare, w.copy()
    moves = [
        (z, old[p], None),
        (None, None, (p, z)),
        (p, old[q], None),
        (None, None, (q, p)),
        (q, old[p], None),
        (None, None, (z, q)),
        (z, old[z], None),
    ]
    corners = [known]
    for neuron, place, passing in moves:
        if neuron is not None:
            w[neuron] = place
        else:
            _pass(a, *passing)  # pyright: ignore[reportOptionalIterable]
        corners.append(with_layer(known, layer, w, a))
    return corners


def _pass(outgoing: np.ndarray, giver: int, taker: int) -> None:
    outgoing[taker] += outgoing[giver]
    outgoing[giver] = 0


def connect(start: Any, end: Any, tolerance: float = 1e-8, layer: int = 0) -> list[Parameters]:
    """Return the corners of a path between two networks that compute the same, along which the function stays the same.

    Copies pass their outgoing weights to one of them, zero groups fall silent; neurons then move over a silent one to
    the places that they have in the other network, and divide again.

    Parameters
    ----------
    start, end : Parameters
        Networks of one width, that are the same up to order, copies and zero groups in one hidden layer.
    tolerance : float, default 1e-8
        Of weights that count as equal.
    layer : int, default 0
        Which hidden layer.

    Returns
    -------
    list of Parameters
        From `start` to `end`; straight lines between them.

    Raises
    ------
    InputError
        If they do not compute the same in this way, or no neuron can be spared: then each ordering is a component of
        its own.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.landscape import duplicate, permute_neurons
    >>> wide = duplicate([np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]])], 0)
    >>> path = connect(wide, permute_neurons(wide, [1, 0, 2]))
    >>> path[-1][0].weight.ravel().tolist()
    [2.0, 1.0, 1.0]
    """
    one, other = parameters_of(start), parameters_of(end)
    if not same_shapes(one, other):
        raise InputError("start and end must be networks of the same widths, with biases in the same layers")
    if not same_elsewhere(one, other, layer, tolerance):
        raise InputError(f"start and end must differ in the neurons of layer {layer} alone: connect layer after layer")
    forth, heads = _gathered(one, tolerance, layer)
    back, aims = _gathered(other, tolerance, layer)
    w, a = neurons_of(forth[-1], layer)
    w_end, a_end = neurons_of(back[-1], layer)
    if len(heads) == len(w):
        raise InputError("no neuron can be spared: with distinct neurons alone, orderings are not connected")
    places = {}
    for head in heads:
        near = [
            aim
            for aim in aims
            if np.linalg.norm(w[head] - w_end[aim]) <= 10 * tolerance
            and np.linalg.norm(a[head] - a_end[aim]) <= 10 * tolerance * max(1.0, float(np.linalg.norm(a[head])))
        ]
        if len(near) != 1:
            raise InputError("start and end do not compute the same by the same neurons: nothing connects them here")
        places[head] = near[0]
    if sorted(places.values()) != sorted(aims):
        raise InputError("start and end do not compute the same by the same neurons: nothing connects them here")
    corners = list(forth)

    def move(source: int, target: int) -> None:
        w[target] = w[source]
        corners.append(with_layer(one, layer, w, a))
        _pass(a, source, target)
        corners.append(with_layer(one, layer, w, a))

    waiting = {head: aim for head, aim in places.items() if head != aim}
    while waiting:
        taken = set(places) | set(waiting)
        free = [head for head, aim in waiting.items() if aim not in taken]
        if free:
            head, target = free[0], waiting.pop(free[0])
            move(head, target)
            places[target] = places.pop(head)
        else:
            head = next(iter(waiting))
            spare = next(n for n in range(len(w)) if n not in places)
            move(head, spare)
            places[spare] = places.pop(head)
            waiting[spare] = waiting.pop(head)
    w[:] = w_end
    corners.append(with_layer(one, layer, w, a))
    return [*corners, *back[::-1]]


def _gathered(parameters: Parameters, tolerance: float, layer: int) -> tuple[list[Parameters], list[int]]:
    """Return corners to a network in which the first of each group has all outgoing weights, and who these are."""
    w, a = neurons_of(parameters, layer)
    found = reduce(parameters, tolerance, layer)
    for group in groups_of(w, tolerance):
        total = a[group].sum(axis=0)
        a[group] = 0
        if tuple(group) in found.subspace.clusters:
            a[group[0]] = total
    return [parameters, with_layer(parameters, layer, w, a)], [cluster[0] for cluster in found.subspace.clusters]


def loss_along(landscape: LossLandscape, corners: Sequence[Any], points: int = 20) -> Float[np.ndarray, " points"]:
    """Return the loss along straight lines from corner to corner.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss.
    corners : sequence of Parameters
        At least two.
    points : int, default 20
        Points per line, its end included.

    Returns
    -------
    array (points * lines + 1,)

    Raises
    ------
    InputError
        If there are fewer than two corners, or of different widths.
    """
    check_sizes(points=points)
    known = [landscape.checked(corner) for corner in corners]
    if len(known) < 2:
        raise InputError("a path needs at least two corners")
    if not all(same_shapes(known[0], each) for each in known):
        raise InputError("corners must be networks of the same widths, with biases in the same layers")
    steps = np.arange(1, points + 1) / points
    between = [known[0]]
    for one, other in pairwise(known):
        between += [_mixed(one, other, share) for share in steps]
    return landscape.values(between)


def _mixed(one: Parameters, other: Parameters, share: float) -> Parameters:
    return tuple(
        DenseWeights(*(None if a is None else (1 - share) * a + share * b for a, b in zip(*pair, strict=True)))
        for pair in zip(one, other, strict=True)
    )


def straight_barrier(landscape: LossLandscape, start: Any, end: Any, points: int = 41) -> float:
    """Return by how much the loss on the straight line exceeds the straight line between the losses of its ends.

    Parameters
    ----------
    landscape : LossLandscape
        Data and loss.
    start, end : Parameters
        Two networks of the same widths.
    points : int, default 41
        Points on the line, both ends included; at least 2.

    Returns
    -------
    float
        The largest excess; at least 0.
    """
    if points < 2:
        raise InputError(f"points must be at least 2, both ends, got {points}")
    losses = loss_along(landscape, [start, end], points - 1)
    return float((losses - np.linspace(losses[0], losses[-1], len(losses))).max())
