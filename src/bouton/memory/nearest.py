"""The exact nearest stored pattern: what an ideal memory of as many patterns recalls, and what it costs to look."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.neighbors import NearestNeighbors

from bouton.memory.store import PatternStore, Recall

__all__ = ["NearestPattern"]


class NearestPattern(PatternStore):
    """Recall by an exact search for the nearest pattern: the baseline of every associative memory.

    For cues of independent flips, no memory recalls more often. It keeps all patterns and compares with each of them.

    Attributes
    ----------
    patterns_, targets_ : arrays
        What is stored.

    Examples
    --------
    >>> import numpy as np
    >>> NearestPattern().add(np.eye(3)).recall([[0.9, 0.2, 0.1]]).tolist()
    [[1.0, 0.0, 0.0]]
    """

    def _store(self, patterns: np.ndarray, targets: np.ndarray, hetero: bool, grows: bool) -> None:
        self.patterns_, self.targets_, self.hetero_ = patterns, targets, hetero
        self._search = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(patterns)

    def recall(self, cues: ArrayLike, *, return_steps: bool = False) -> Any:
        """Return the targets of the nearest patterns, the first of those that are equally near.

        Parameters
        ----------
        cues : array (cues, inputs)
            Noisy or incomplete patterns.
        return_steps : bool
            Whether to return a `Recall`; a search is one step. Default False.
        """
        rows = self._as_cues(cues)
        states = self.targets_[self._search.kneighbors(rows, return_distance=False)[:, 0]]
        sure = np.ones(len(rows), bool)
        return Recall(states, sure.astype(int), sure, ~sure) if return_steps else states
