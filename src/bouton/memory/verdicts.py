"""What a recall has come to: a stored pattern, its complement, a mixture, something else, or no rest at all."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from bouton.memory.store import PatternStore, Recall

__all__ = ["Verdicts", "verdicts"]

_SIGN_MIXTURES, _MEAN_MIXTURES = (3, 5, 7), (2, 3, 4, 5, 6, 7)
"""Of how many patterns: the sign of a sum needs an odd number, lest it be 0."""


class Verdicts(NamedTuple):
    """What each recall has come to.

    Parameters
    ----------
    kind : array of str (cues,)
        "stored": a stored pattern, within the tolerance. "complement": the opposite of one. "mixture": the sign of the
        sum of 3, 5 or 7 patterns or opposites of patterns; of a real-valued memory, the mean of 2 to 7 patterns.
        "spurious": another fixed point. "cycle": two states by turns. "unsettled": none of these, time was up.
    pattern : array of int (cues,)
        Which pattern the state resembles most, by overlap or, in a real-valued memory, by distance.
    """

    kind: np.ndarray
    pattern: np.ndarray

    @property
    def shares(self) -> dict[str, float]:
        """The share of each kind that occurs."""
        kinds, counts = np.unique(self.kind, return_counts=True)
        return {str(kind): float(count) / len(self.kind) for kind, count in zip(kinds, counts, strict=True)}


def verdicts(memory: PatternStore, recall: Recall, tolerance: float = 0.0) -> Verdicts:
    """Say of each recall what it has come to.

    Parameters
    ----------
    memory : KernelMemory or NearestPattern
        Which recalled.
    recall : Recall
        What it found, with ``return_steps=True``.
    tolerance : float
        Share of neurons that may differ; of a real-valued memory, distance relative to the pattern's length. Near
        capacity states rest a few neurons away from patterns. Default 0, up to rounding.

    Returns
    -------
    Verdicts

    Raises
    ------
    NotFittedError
        If nothing is stored.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.memory import hopfield_memory, random_signs, verdicts
    >>> patterns = random_signs(3, 200)
    >>> memory = hopfield_memory().add(patterns)
    >>> cues = np.stack([patterns[0], -patterns[1], np.sign(patterns.sum(axis=0))])
    >>> verdicts(memory, memory.recall(cues, return_steps=True), tolerance=0.05).kind.tolist()
    ['stored', 'complement', 'mixture']
    """
    memory._check_stored()
    states, targets = np.asarray(recall.states, float), np.asarray(memory.targets_, float)
    binary = bool(np.all(np.abs(targets) == 1)) and bool(np.all(np.abs(states) == 1))
    overlaps = states @ targets.T
    if binary:
        order = np.argsort(-np.abs(overlaps), axis=1, kind="stable")
    else:
        distances = np.sum(targets**2, axis=1)[None, :] - 2 * overlaps
        order = np.argsort(distances, axis=1, kind="stable")
    nearest = order[:, 0]

    def reaches(goals: Float[np.ndarray, "cues neurons"]) -> Bool[np.ndarray, " cues"]:
        if binary:
            return np.mean(states != goals, axis=1) <= tolerance
        size = np.maximum(np.linalg.norm(goals, axis=1), np.finfo(float).tiny)
        return np.linalg.norm(states - goals, axis=1) <= max(tolerance, 1e-6) * size

    kind = np.full(len(states), "spurious", dtype="<U10")
    kind[_is_mixture(reaches, targets, overlaps, order, binary)] = "mixture"
    if binary:
        kind[reaches(-targets[nearest])] = "complement"
    kind[reaches(targets[nearest])] = "stored"
    kind[~np.asarray(recall.settled)] = "unsettled"
    kind[np.asarray(recall.cycling)] = "cycle"
    return Verdicts(kind, nearest)


def _is_mixture(
    reaches, targets: np.ndarray, overlaps: np.ndarray, order: Int[np.ndarray, "cues patterns"], binary: bool
) -> Bool[np.ndarray, " cues"]:
    found = np.zeros(len(order), bool)
    for count in _SIGN_MIXTURES if binary else _MEAN_MIXTURES:
        if count > len(targets):
            break
        chosen = order[:, :count]
        parts = targets[chosen]
        if binary:
            signs = np.where(np.take_along_axis(overlaps, chosen, axis=1) >= 0, 1.0, -1.0)
            found |= reaches(np.sign(np.sum(signs[:, :, None] * parts, axis=1)))
        else:
            found |= reaches(np.mean(parts, axis=1))
    return found
