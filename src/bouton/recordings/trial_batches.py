"""The stream of a fit to trials: mini-batches of numbers of trials, all once before any comes again."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int
from numpy.typing import ArrayLike

from bouton._arguments import check_sizes
from bouton.engine import Stream
from bouton.errors import InputError

__all__ = ["TrialBatches"]

_AT_ONCE = 50


class TrialBatches(Stream):
    """Mini-batches of trials, each within one group, over permutations; an incomplete rest is left out.

    Parameters
    ----------
    groups : array of int (trials,)
        A batch holds trials of one group.
    size : int
        Trials of a batch.
    count : int
        How many batches.
    seed : int
        Of the permutations. Default 0.

    Raises
    ------
    InputError
        If a group has fewer trials than a batch.

    Examples
    --------
    >>> batches = next(TrialBatches([0, 0, 0, 0, 0], 2, 4).chunks(0, 4))
    >>> sorted(batches[:2].ravel().tolist()) == sorted(set(batches[:2].ravel().tolist()))
    True
    """

    def __init__(self, groups: ArrayLike, size: int, count: int, seed: int = 0):
        check_sizes(size=size, count=count)
        own = np.asarray(groups)
        self._members = [np.flatnonzero(own == group) for group in np.unique(own)]
        fewest = min(len(members) for members in self._members)
        if fewest < size:
            raise InputError(f"a batch of {size} trials needs as many in each group, and one has {fewest}")
        self._size, self._seed, self._groups = size, seed, own
        self.n_events = count

    @property
    def per_epoch(self) -> int:
        """Number of batches until trials come again."""
        return sum(len(members) // self._size for members in self._members)

    @property
    def start_fingerprint(self) -> str:
        """The same at any position."""
        return self.fingerprint()

    def fingerprint(self) -> str:
        """Return what tells it from another one."""
        groups = ",".join(map(str, self._groups.tolist()))
        return f"{self.n_events} batches of {self._size} trials, seed {self._seed}, groups {groups}"

    def chunks(self, start: int, size: int) -> Iterator[np.ndarray]:
        """Yield batches (batches, trials) from number `start` on."""
        last, size = self.n_events or 0, min(size, _AT_ONCE)
        for first in range(start, last, size):
            yield np.stack([self._batch(number) for number in range(first, min(first + size, last))])

    def _batch(self, number: int) -> Int[np.ndarray, " trials"]:
        epoch, place = divmod(number, self.per_epoch)
        return self._epoch(epoch)[place]

    def _epoch(self, epoch: int) -> Int[np.ndarray, "batches trials"]:
        rng = np.random.default_rng((self._seed, epoch))
        each = [rng.permutation(members) for members in self._members]
        cut = [own[: len(own) // self._size * self._size].reshape(-1, self._size) for own in each]
        return rng.permutation(np.concatenate(cut)).astype(np.int32)
