"""What one looks at after a reversal task: learning curves since the reversal, and the lengths of blocks.

The monkeys of the experiment first respond by the old mapping, forget it within 2 or 3 trials, when they are at chance,
and learn the new one within 15 to 20: `MONKEY`.

Source of the monkeys' numbers: caption of figure 1B of S. Fusi, W. F. Asaad, E. K. Miller, X.-J. Wang, Neuron
54:319-333, 2007.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from bouton.behaviour.reversal_task import Trial
from bouton.errors import InputError

__all__ = [
    "MONKEY",
    "Blocks",
    "LearningCurve",
    "Milestones",
    "Trials",
    "block_lengths",
    "learning_curve",
    "reaches",
    "trials_of",
]


class Milestones(NamedTuple):
    """When, in trials of an image since its mapping was reversed, performance is at chance, and has been learned."""

    forgotten: tuple[int, int]
    learned: tuple[int, int]


MONKEY = Milestones(forgotten=(2, 3), learned=(15, 20))
"""The four numbers of the monkeys."""


class Trials(NamedTuple):
    """Trials as a table, one row each, of one or several copies of a task."""

    copy: Int[np.ndarray, " trials"]
    block: Int[np.ndarray, " trials"]
    image: Int[np.ndarray, " trials"]
    target: Int[np.ndarray, " trials"]
    correct: Int[np.ndarray, " trials"]
    presentation: Int[np.ndarray, " trials"]
    outcome: Int[np.ndarray, " trials"]


class LearningCurve(NamedTuple):
    """Performance by the number of presentations of an image since its mapping was reversed."""

    presentation: Int[np.ndarray, " presentations"]
    correct: Float[np.ndarray, " presentations"]
    """Proportion of correct responses; NaN where no block got so far."""
    number: Int[np.ndarray, " presentations"]
    """How many sequences got so far: those that ended have no value, not 0."""

    @property
    def error(self) -> Float[np.ndarray, " presentations"]:
        """Standard error of a proportion."""
        return np.sqrt(self.correct * (1 - self.correct) / np.maximum(self.number, 1))


class Blocks(NamedTuple):
    """Blocks that came to their end."""

    copy: Int[np.ndarray, " blocks"]
    block: Int[np.ndarray, " blocks"]
    length: Int[np.ndarray, " blocks"]
    """In trials of all images."""
    failed: np.ndarray
    """Whether the criterion was not met."""


def trials_of(recorded: ArrayLike) -> Trials:
    """Return the table of the trials that a run has recorded as ``world.last``.

    Parameters
    ----------
    recorded : array (trials, 6) or (trials, copies, 6)
        The record, of each trial.

    Returns
    -------
    Trials
        Copy by copy.

    Raises
    ------
    InputError
        If the array is not what a task records.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.behaviour import ClosedLoop, MappingNetwork, ReversalTask, ticks, trials_of
    >>> loop = ClosedLoop(MappingNetwork(), ReversalTask())
    >>> run = bouton.run(loop, ticks(80), key=jax.random.key(0), record={"world.last": 1})
    >>> trials = trials_of(run.recordings["world.last"].values)
    >>> trials.presentation.max() > 15
    np.True_
    """
    values = np.asarray(recorded)
    if values.ndim not in (2, 3) or values.shape[-1] != len(Trial._fields):
        raise InputError(f"trials are recorded as (trials, {len(Trial._fields)}), got shape {values.shape}")
    by_copy = values[:, None] if values.ndim == 2 else values
    rows = by_copy.transpose(1, 0, 2).reshape(-1, values.shape[-1])
    rows, copy = rows[rows[:, 0] >= 0], np.repeat(np.arange(by_copy.shape[1]), by_copy.shape[0])[rows[:, 0] >= 0]
    trial = Trial(*rows.T)
    return Trials(copy, **trial._asdict())


def block_lengths(trials: Trials, first_block: int = 2, last_block: int | None = None) -> Blocks:
    """Return how long blocks were and which failed; a block that has not ended yet is left out.

    Parameters
    ----------
    trials : Trials
        The trials.
    first_block, last_block : int
        The first block that counts, from 0, and the last. Default: from the third one on.

    Returns
    -------
    Blocks
    """
    ends = (trials.outcome > 0) & _counts(trials.block, first_block, last_block)
    keys = _numbered(trials)
    numbers, counts = np.unique(keys, return_counts=True)
    length = counts[np.searchsorted(numbers, keys[ends])]
    return Blocks(trials.copy[ends], trials.block[ends], length, trials.outcome[ends] == 2)


def learning_curve(
    trials: Trials,
    images: Sequence[int] = (0, 1),
    longest: int = 25,
    first_block: int = 2,
    last_block: int | None = None,
) -> LearningCurve:
    """Return the proportion of correct responses by presentation of an image since its mapping was reversed.

    Parameters
    ----------
    trials : Trials
        The trials.
    images : sequence of int
        The images that count, each by itself. Default: the two that reverse.
    longest : int
        Last presentation. Default 25.
    first_block, last_block : int
        The first block that counts, from 0, and the last. Default: from the third one on; one that has not ended is
        left out.

    Returns
    -------
    LearningCurve
    """
    ended = np.isin(_numbered(trials), _numbered(trials)[trials.outcome > 0])
    rows = ended & np.isin(trials.image, images) & _counts(trials.block, first_block, last_block)
    rows &= trials.presentation <= longest
    place, correct = trials.presentation[rows], trials.correct[rows]
    number = np.bincount(place, minlength=longest + 1)[1:]
    total = np.bincount(place, correct, minlength=longest + 1)[1:]
    share = np.divide(total, number, out=np.full(longest, np.nan), where=number > 0)
    return LearningCurve(np.arange(1, longest + 1), share, number)


def reaches(curve: LearningCurve, level: float) -> int:
    """Return the first presentation at which a curve has reached a level; 0 where it never does."""
    found = np.flatnonzero(curve.correct >= level)
    return int(curve.presentation[found[0]]) if len(found) else 0


def _counts(block: np.ndarray, first: int, last: int | None) -> np.ndarray:
    return (block >= first) & (True if last is None else block <= last)


def _numbered(trials: Trials) -> np.ndarray:
    """Return one number for each block of each copy."""
    return trials.copy.astype(np.int64) * (int(trials.block.max(initial=0)) + 1) + trials.block
