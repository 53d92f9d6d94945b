r"""What each neuron of a trained student does: copy of a teacher's neuron, silent, or one of a group that cancels.

Source: B. Şimşek et al. (2021), ICML, arXiv:2105.12221, whose published code groups neurons by their angle to the
nearest neuron of the teacher (`rule="angle"`); grouping by incoming vectors is safer and the default here.
"""

import warnings
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from bouton._arguments import check_positive
from bouton.errors import InputError
from bouton.landscape.activations import activation_named
from bouton.landscape.neurons import groups_of, refuse_reducible
from bouton.landscape.parameters import hidden_layer, incoming_of, parameters_of

__all__ = ["NeuronKinds", "classify_neurons"]

_LENGTH = 0.5


class NeuronKinds(NamedTuple):
    """What the neurons of a layer do."""

    kinds: tuple[str, ...]
    """For each neuron "copy", "flipped copy", "silent", "zero group", "constant" or "other"."""
    teacher: np.ndarray
    """For each neuron the teacher's that it copies, -1 for none."""
    groups: tuple[tuple[int, ...], ...]
    """The zero groups of two neurons or more."""
    sums: np.ndarray
    """For each of these, the length of the sum of outgoing vectors."""

    @property
    def counts(self) -> dict[str, int]:
        """How many neurons are of each kind, zero groups by their size: "zero group of 2"."""
        found = {kind: self.kinds.count(kind) for kind in ("copy", "flipped copy", "silent", "constant", "other")}
        for group in self.groups:
            name = f"zero group of {len(group)}"
            found[name] = found.get(name, 0) + len(group)
        return {name: number for name, number in found.items() if number}


def classify_neurons(
    student: Any,
    teacher: Any,
    activation: Any = "generic",
    *,
    angle: float = 1.0,
    silent: float = 1e-6,
    distance: float = 1e-2,
    zero_sum: float = 1e-4,
    rule: Literal["weights", "angle"] = "weights",
    layer: int = 0,
) -> NeuronKinds:
    """Say of each neuron of a student whether it is a copy of a teacher's, silent, or one of a zero group.

    Parameters
    ----------
    student : Parameters
        A converged network.
    teacher : Parameters
        The irreducible network that made its targets.
    activation : str, NamedActivation or callable, default "generic"
        Of both. Where neurons of opposite weights do the same, they are found as flipped copies, and what constant
        they leave may be made up for by a neuron without incoming weights, "constant".
    angle : float, default 1.0
        Largest angle to a teacher's incoming vector, in degrees, at which a neuron is a copy.
    silent : float, default 1e-6
        Length of the outgoing vector below which a neuron is silent.
    distance : float, default 1e-2
        Distance of incoming vectors within a zero group, and length of those of a constant neuron (its bias left
        out), as a share of the mean length.
    zero_sum : float, default 1e-4
        Length of the sum of outgoing vectors below which a group is a zero group.
    rule : str, default "weights"
        "weights" groups by incoming vectors, and copies must have about the length of the teacher's, too, within half;
        "angle" groups by the angle to the nearest teacher's, within `angle`, as the published code does.
    layer : int, default 0
        Which hidden layer; that below must have the neurons of the teacher's.

    Returns
    -------
    NeuronKinds

    Raises
    ------
    InputError
        If the teacher can be reduced, or incoming vectors are of different lengths.

    Warns
    -----
    UserWarning
        If the activation has further symmetries, so that converged students may hold neurons of other kinds.

    Examples
    --------
    >>> import numpy as np
    >>> teacher = [np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 1.0]])]
    >>> student = [np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 3.0]]), np.array([[1.0, 1.0, 0.0]])]
    >>> classify_neurons(student, teacher).kinds
    ('copy', 'copy', 'silent')
    """
    check_positive(angle=angle, silent=silent, distance=distance, zero_sum=zero_sum)
    if rule not in ("weights", "angle"):
        raise InputError(f'rule must be "weights" or "angle", got {rule!r}')
    kind = activation_named(activation)
    if kind.symmetry != "none":
        warnings.warn(
            f"the activation {kind.name} has further symmetries ({kind.symmetry}): the kinds named here, and counts of "
            "subspaces, are not complete",
            stacklevel=2,
        )
    ours, theirs = parameters_of(student), parameters_of(teacher)
    refuse_reducible(theirs, layer, "teacher")
    (below, above), taught = hidden_layer(ours, layer), incoming_of(hidden_layer(theirs, layer)[0])
    incoming, outgoing = incoming_of(below), np.asarray(above.weight.T)
    if incoming.shape[1] != taught.shape[1]:
        raise InputError(
            f"the student's neurons have {incoming.shape[1]} incoming weights, the teacher's {taught.shape[1]}"
        )
    lengths = np.linalg.norm(incoming, axis=1)
    cosines = incoming @ taught.T / np.maximum(np.outer(lengths, np.linalg.norm(taught, axis=1)), 1e-300)
    signed = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
    angles = np.minimum(signed, 180 - signed) if kind.flips else signed
    nearest, best = angles.argmin(axis=1), angles.min(axis=1)
    taught_lengths = np.linalg.norm(taught, axis=1)[nearest]
    # A rectifier's vectors may have any length.
    as_long = np.abs(lengths - taught_lengths) <= _LENGTH * taught_lengths
    as_long |= rule == "angle" or kind.symmetry == "scaling"
    kinds, taught_by = ["other"] * len(incoming), np.full(len(incoming), -1)
    for n in range(len(incoming)):
        if np.linalg.norm(outgoing[n]) < silent:
            kinds[n] = "silent"
        elif best[n] < angle and as_long[n]:
            kinds[n] = "copy" if signed[n, nearest[n]] < angle else "flipped copy"
            taught_by[n] = nearest[n]
    waiting = [n for n in range(len(incoming)) if kinds[n] == "other"]
    groups, sums = [], []
    for group in _grouped(waiting, incoming, best, distance, angle, rule):
        total = float(np.linalg.norm(outgoing[group].sum(axis=0)))
        if len(group) > 1 and total < zero_sum:
            groups.append(tuple(group))
            sums.append(total)
            for n in group:
                kinds[n] = "zero group"
    varying = np.linalg.norm(incoming if below.bias is None else incoming[:, :-1], axis=1)
    # Without biases and further symmetries there is no constant to be made up for.
    absorbed = kind.symmetry != "none" or below.bias is not None
    for n in waiting if absorbed else ():
        if kinds[n] == "other" and varying[n] <= distance * float(np.linalg.norm(taught, axis=1).mean()):
            kinds[n] = "constant"
    return NeuronKinds(tuple(kinds), taught_by, tuple(groups), np.array(sums))


def _grouped(
    waiting: Sequence[int], incoming: np.ndarray, angles: np.ndarray, distance: float, angle: float, rule: str
) -> list[list[int]]:
    if not waiting:
        return []
    rows = incoming[list(waiting)] if rule == "weights" else angles[list(waiting), None]
    within = distance * float(np.linalg.norm(rows, axis=1).mean()) if rule == "weights" else angle
    return [[waiting[n] for n in group] for group in groups_of(rows, within)]
