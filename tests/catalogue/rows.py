"""What a row of the catalogues of estimators, neuron models and equilibrium solvers says."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator

from bouton.dynamics import EquilibriumSolver
from bouton.dynamics.point_neurons import PointNeurons

N_FEATURES = 4
DATA = np.random.default_rng(0).normal(size=(60, N_FEATURES)).astype(np.float32)


class EstimatorRow(NamedTuple):
    """An estimator whose scale is given where it can be, so that what it learns does not hang on its first rows."""

    make: Callable[[], BaseEstimator]
    rows: np.ndarray = DATA
    prepared: Callable[[Any, np.ndarray], np.ndarray] = lambda model, rows: rows
    """What its circuit is shown of rows."""
    first: int = 0
    """How many rows of a stream set its mean and scale; 0 where nothing is taken from the first ones."""
    targets: np.ndarray | None = None
    """What it is to make of the rows; None where it needs nothing to be told. With targets, rows are a series."""
    in_batches: bool = False
    """Whether `fit` learns from mini-batches, which is no run over rows."""
    is_memory: bool = False
    """Whether it stores and recalls patterns, instead of transforming rows."""


class NeuronRow(NamedTuple):
    """Neurons that a current of some hundred pA makes fire."""

    make: Callable[[], PointNeurons]
    current: float = 1000.0
    """An external current that makes them fire, in pA."""
    random: bool = False
    """Whether they fire by chance."""
    holds: bool = True
    """Whether the potential is held at the reset for a fixed time after a spike."""


class SolverRow(NamedTuple):
    """A solver that goes on until rounding, and what is said of it."""

    make: Callable[[], EquilibriumSolver]
    linear: bool = False
    """Whether activities may be negative: it solves A y = b; else no activity is, and silent units are pushed down."""
    why_unfoldable: str = ""
    """Why a loop that holds it cannot be folded into one kernel; "" where it can."""
