"""What every memory has in common: patterns, the outputs that belong to them, and how well cues recall them."""

from abc import abstractmethod
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from bouton.errors import InputError
from bouton.memory._inputs import as_patterns, check_signs

__all__ = ["PatternStore", "Recall"]

S = TypeVar("S", bound="PatternStore")


class Recall(NamedTuple):
    """What a memory recalled.

    Parameters
    ----------
    states : array (cues, neurons)
        Final states.
    steps : array of int (cues,)
        Updates, or sweeps of asynchronous ones, until nothing changed.
    settled : array of bool (cues,)
        Whether a fixed point was reached.
    cycling : array of bool (cues,)
        Whether synchronous updates ended up in a cycle of two states.
    """

    states: np.ndarray
    steps: np.ndarray
    settled: np.ndarray
    cycling: np.ndarray


class PatternStore(BaseEstimator):
    """Patterns that can be added to and recalled; what becomes of them is left to the memory.

    Attributes
    ----------
    patterns_, targets_ : array (patterns, inputs) and (patterns, neurons)
        What is stored; the same where the memory is auto-associative.
    hetero_ : bool
        Whether targets are others than the patterns.
    """

    patterns_: np.ndarray
    targets_: np.ndarray
    hetero_: bool

    @abstractmethod
    def _store(self, patterns: np.ndarray, targets: np.ndarray, hetero: bool, grows: bool) -> None:
        """Store all patterns; `grows` where the first of them are stored already."""

    @abstractmethod
    def recall(self, cues: ArrayLike, *, return_steps: bool = False) -> Any:
        """Return what cues (cues, inputs) remind of: states (cues, neurons), or a `Recall`."""

    @property
    def _signs(self) -> bool:
        """Whether cues must be +-1."""
        return False

    def fit(self: S, X: ArrayLike, y: ArrayLike | None = None) -> S:
        """Store patterns in place of what was stored before.

        Parameters
        ----------
        X : array (patterns, inputs)
            Patterns; of +-1 where the memory is binary and auto-associative.
        y : array (patterns, neurons), optional
            The outputs that belong to them. Default: the patterns themselves.

        Returns
        -------
        PatternStore
            The memory itself.

        Raises
        ------
        InputError
            If the patterns cannot be used, or the rule asks for all of them to be stored and they contradict each
            other.
        """
        patterns = as_patterns("X", X)
        targets = patterns if y is None else as_patterns("y", y)
        if len(targets) != len(patterns):
            raise InputError(f"y must have a row for each of the {len(patterns)} patterns, got {len(targets)} rows")
        self._store(patterns, targets, y is not None, False)
        validate_data(self, X=cast(Any, X), reset=True, skip_check_array=True)  # remembers width and names
        return self

    def add(self: S, patterns: ArrayLike, targets: ArrayLike | None = None) -> S:
        """Store further patterns; rules that learn step by step go on from the coefficients that are there.

        Parameters
        ----------
        patterns : array (patterns, inputs)
            Patterns.
        targets : array (patterns, neurons), optional
            The outputs that belong to them, where the memory is hetero-associative.

        Returns
        -------
        PatternStore
            The memory itself.

        Raises
        ------
        InputError
            If the patterns cannot be used or stored; the memory is as it was then.
        """
        if not hasattr(self, "patterns_"):
            return self.fit(patterns, targets)
        if (targets is not None) != self.hetero_:
            raise InputError(
                "this memory is hetero-associative: give targets, too"
                if self.hetero_
                else "this memory is auto-associative: it takes no targets"
            )
        rows = as_patterns("patterns", patterns, self.patterns_.shape[1])
        outputs = rows if targets is None else as_patterns("targets", targets, self.targets_.shape[1])
        if len(outputs) != len(rows):
            raise InputError(f"targets must have a row for each of the {len(rows)} patterns, got {len(outputs)} rows")
        together = np.vstack([self.patterns_, rows])
        targets = together if not self.hetero_ else np.vstack([self.targets_, outputs])
        self._store(together, targets, self.hetero_, True)
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return what is recalled, as `recall` does by default; columns are those of `fit`, by their names too."""
        return self.recall(self._like_before(X))

    def score(self, X: ArrayLike, y: ArrayLike | None = None) -> float:
        """Return the share of cues that recall their pattern, y or else X itself, exactly (to 1e-6 of its length)."""
        X = self._like_before(X)
        wanted = self._as_cues(X) if y is None else as_patterns("y", y, self.targets_.shape[1])
        error = np.linalg.norm(self.recall(X, return_steps=True).states - wanted, axis=1)
        return float(np.mean(error <= 1e-6 * np.linalg.norm(wanted, axis=1)))

    def __len__(self) -> int:
        return len(self.patterns_) if hasattr(self, "patterns_") else 0

    def __bool__(self) -> bool:
        return True

    def _check_stored(self) -> None:
        check_is_fitted(self, "patterns_", msg="nothing is stored yet: call add or fit of this %(name)s first")

    def _like_before(self, X: ArrayLike) -> np.ndarray:
        """Return rows, refused where their width or the names of their columns are not those of the patterns."""
        self._check_stored()
        rows = as_patterns("X", X)
        validate_data(self, X=cast(Any, X), reset=False, skip_check_array=True)
        return rows

    def _as_cues(self, cues: ArrayLike) -> np.ndarray:
        self._check_stored()
        rows = as_patterns("cues", cues, self.patterns_.shape[1])
        if self._signs:
            check_signs("cues", rows)
        return rows

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn should know: targets are patterns, one value for each neuron."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output, tags.target_tags.single_output = True, False
        return tags
