"""How well a memory recalls: cues that are noisy or occluded, and the curves measured with them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton._arguments import check_sizes
from bouton.errors import InputError
from bouton.memory._inputs import as_patterns, check_signs

__all__ = ["CapacityCurve", "capacity_curve", "flip", "noise_robustness", "occlude", "random_signs", "recall_basin"]


class Recalling(Protocol):
    """What the measures ask of a memory: `KernelMemory` and `NearestPattern` have it."""

    def fit(self, X: Any, y: Any = None) -> Any:
        """Store patterns."""
        ...

    def recall(self, cues: Any, *, return_steps: bool = False) -> Any:
        """Return what is recalled."""
        ...


class CapacityCurve(NamedTuple):
    """What share of the patterns is recalled, as more and more are stored.

    Parameters
    ----------
    n_patterns : array of int (points,)
        Patterns stored.
    recalled : array (points,)
        Share that is recalled exactly.
    capacity : int
        Most patterns stored of which at least the asked share is recalled, at the points measured; 0 for none.
    """

    n_patterns: np.ndarray
    recalled: np.ndarray
    capacity: int


def random_signs(n_patterns: int, n_neurons: int, random_state: int = 0) -> Float[np.ndarray, "patterns neurons"]:
    """Return random patterns of +-1.

    Parameters
    ----------
    n_patterns, n_neurons : int
        Shape.
    random_state : int
        Seed. Default 0.

    Examples
    --------
    >>> random_signs(2, 3).shape
    (2, 3)
    """
    check_sizes(n_patterns=n_patterns, n_neurons=n_neurons)
    return np.random.default_rng(random_state).choice([-1.0, 1.0], size=(n_patterns, n_neurons))


def flip(patterns: ArrayLike, share: float, random_state: int = 0) -> Float[np.ndarray, "patterns neurons"]:
    """Return patterns of +-1 in which every value is flipped with a probability.

    Parameters
    ----------
    patterns : array (patterns, neurons)
        Of +-1.
    share : float
        The probability, from 0 to 1.
    random_state : int
        Seed. Default 0.

    Examples
    --------
    >>> flip([[1.0, -1.0]], 1.0).tolist()
    [[-1.0, 1.0]]
    """
    rows = as_patterns("patterns", patterns)
    check_signs("patterns", rows)
    if not 0 <= share <= 1:
        raise InputError(f"share must lie between 0 and 1, got {share}")
    return rows * np.where(np.random.default_rng(random_state).random(rows.shape) < share, -1.0, 1.0)


def occlude(
    patterns: ArrayLike, shape: tuple[int, int], rows: slice, columns: slice = slice(None), value: float = -1.0
) -> Float[np.ndarray, "patterns neurons"]:
    """Return images in which a rectangle is covered.

    Parameters
    ----------
    patterns : array (patterns, pixels)
        Flattened images.
    shape : tuple of int
        Height and width.
    rows, columns : slice
        What is covered. Default: all columns.
    value : float
        What covers it. Default -1.

    Examples
    --------
    >>> occlude([[1.0, 1.0, 1.0, 1.0]], (2, 2), rows=slice(1, 2)).tolist()
    [[1.0, 1.0, -1.0, -1.0]]
    """
    images = as_patterns("patterns", patterns, shape[0] * shape[1]).reshape(-1, *shape)
    images[:, rows, columns] = value
    return images.reshape(len(images), -1)


def noise_robustness(
    memory: Any, patterns: ArrayLike, shares: Sequence[float], *, trials: int = 1, random_state: int = 0
) -> Float[np.ndarray, " shares"]:
    """Return the share of patterns that are recalled exactly from cues with flipped values.

    Parameters
    ----------
    memory : KernelMemory or NearestPattern
        The memory, with the patterns stored.
    patterns : array (patterns, neurons)
        Stored patterns of +-1.
    shares : sequence of float
        Probabilities of a flip.
    trials : int
        Cues of each pattern. Default 1.
    random_state : int
        Seed. Default 0.

    Examples
    --------
    >>> from bouton.memory import optimal_stability_memory
    >>> patterns = random_signs(5, 40)
    >>> noise_robustness(optimal_stability_memory().fit(patterns), patterns, [0.0, 0.05]).tolist()
    [1.0, 1.0]
    """
    check_sizes(trials=trials)
    rows = as_patterns("patterns", patterns)
    wanted = np.tile(rows, (trials, 1))
    found = []
    for number, share in enumerate(shares):
        cues = flip(wanted, share, random_state + number)
        found.append(float(np.mean(np.all(_recalled(memory, cues) == wanted, axis=1))))
    return np.array(found)


def recall_basin(
    memory: Any, patterns: ArrayLike, *, least: float = 0.95, trials: int = 1, random_state: int = 0
) -> Float[np.ndarray, " patterns"]:
    """Return, for each pattern, the largest share of flipped values from which it is recalled.

    For each number of flips, which values are flipped is drawn anew; a pattern's basin ends where the first number of
    flips lies at which less than `least` of its trials succeed. Numbers of flips are halved in search of it, as if
    success fell with their number.

    Parameters
    ----------
    memory : KernelMemory or NearestPattern
        The memory, with the patterns stored.
    patterns : array (patterns, neurons)
        Stored patterns of +-1.
    least : float
        Share of trials that must succeed. Default 0.95.
    trials : int
        Cues for each number of flips. Default 1.
    random_state : int
        Seed. Default 0.
    """
    check_sizes(trials=trials)
    rows = as_patterns("patterns", patterns)
    check_signs("patterns", rows)
    count, size = rows.shape
    rng = np.random.default_rng(random_state)
    wanted = np.repeat(rows, trials, axis=0)
    low, high = np.full(count, -1), np.full(count, size // 2 + 1)
    while np.any(high - low > 1):
        middle = np.where(high - low > 1, (low + high) // 2, np.maximum(low, 0))
        ranks = np.argsort(rng.random(wanted.shape), axis=1)
        cues = np.where(ranks < np.repeat(middle, trials)[:, None], -wanted, wanted)
        right = np.all(_recalled(memory, cues) == wanted, axis=1).reshape(count, trials).mean(axis=1) >= least
        open_ = high - low > 1
        low, high = np.where(open_ & right, middle, low), np.where(open_ & ~right, middle, high)
    return np.maximum(low, 0) / size


def capacity_curve(
    make: Callable[[], Recalling],
    n_neurons: int,
    n_patterns: Sequence[int],
    *,
    least: float = 0.99,
    noise: float = 0.0,
    random_state: int = 0,
) -> CapacityCurve:
    """Store more and more random patterns; measure what share is recalled.

    Parameters
    ----------
    make : callable
        Returns an empty memory.
    n_neurons : int
        Length of the patterns.
    n_patterns : sequence of int
        How many to store, rising.
    least : float
        Share to be recalled for the patterns to count as stored. Default 0.99.
    noise : float
        Share of flipped values in the cues. Default 0.
    random_state : int
        Seed. Default 0.

    Examples
    --------
    >>> from bouton.memory import hopfield_memory
    >>> capacity_curve(hopfield_memory, 100, [5, 30]).capacity
    5
    """
    counts = np.array(list(n_patterns))
    recalled = []
    for number, count in enumerate(counts):
        patterns = random_signs(int(count), n_neurons, random_state + number)
        recalled.append(noise_robustness(make().fit(patterns), patterns, [noise], random_state=random_state)[0])
    stored = [int(count) for count, share in zip(counts, recalled, strict=True) if share >= least]
    return CapacityCurve(counts, np.array(recalled), max(stored, default=0))


def _recalled(memory: Any, cues: np.ndarray) -> np.ndarray:
    return memory.recall(cues, return_steps=True).states
