r"""How much each stored pattern counts for each neuron: the rules that set a memory's coefficients.

The field of neuron i is :math:`h_i(s) = \sum_\mu a_i^\mu k_i(\xi^\mu, s) - \theta_i`; targets are y.

=======================  ==========================================================================================
rule                     coefficients a
=======================  ==========================================================================================
`EqualCoefficients`      :math:`a = y`: Hopfield's, dense and sparse distributed memories; normalised: attention
`HardMargin`             the smallest weights with :math:`y h \ge 1`: support vectors, most robust to noise
`SoftMargin`             the same with :math:`0 \le a y \le C`: also where not all patterns can be stored
`KernelRidge`            :math:`(K + \lambda 1)^{-1} y`
`KernelLogistic`         the smallest :math:`\sum \log(1 + e^{-y h}) + \frac\lambda2 |w|^2`
`Interpolation`          :math:`K^+ y`: the smallest weights with h = y
=======================  ==========================================================================================

Source: G. Iatropoulos, J. Brea, W. Gerstner, "Kernel memory networks", NeurIPS 2022.
"""

from abc import abstractmethod
from typing import Literal, NamedTuple

import equinox as eqx
import numpy as np

from bouton._checked import Checked
from bouton._fields import Positive
from bouton.errors import InputError
from bouton.memory._linear import RankReport, logistic_coefficients, solve
from bouton.memory._problem import Problem

__all__ = [
    "EqualCoefficients",
    "Interpolation",
    "KernelLogistic",
    "KernelRidge",
    "LearnedCoefficients",
    "MemoryRule",
]


class LearnedCoefficients(NamedTuple):
    """What a rule found.

    Parameters
    ----------
    coefficients : array (patterns, neurons)
        a.
    thresholds : array (neurons,)
        :math:`\\theta`.
    partition : array (patterns,) or None
        Coefficients of the sum of kernels that fields are divided by.
    sweeps : int
        Sweeps over the patterns that were made; 0 where there are none.
    violation : array (neurons,) or None
        How far each neuron is from the conditions of its optimum.
    rank : RankReport or None
        Of the Gram matrix, where it was inverted.
    """

    coefficients: np.ndarray
    thresholds: np.ndarray
    partition: np.ndarray | None = None
    sweeps: int = 0
    violation: np.ndarray | None = None
    rank: RankReport | None = None


class MemoryRule(Checked):
    """A way to set the coefficients of all neurons."""

    @abstractmethod
    def learn(self, problem: Problem, start: np.ndarray | None = None) -> LearnedCoefficients:
        """Return the coefficients; `start` are earlier ones, of which iterative rules make use."""

    @property
    def stores_exactly(self) -> bool:
        """Whether the rule asks for every pattern to be stored, so that contradictions are errors."""
        return False

    @property
    def needs_signs(self) -> bool:
        """Whether targets must be +-1."""
        return False


def no_thresholds(problem: Problem) -> np.ndarray:
    """Return thresholds of 0."""
    return np.zeros(problem.targets.shape[1])


class EqualCoefficients(MemoryRule):
    """All patterns count alike: nothing is trained.

    Parameters
    ----------
    normalised : bool
        Whether fields are divided by the sum of all kernels; with the exponential kernel that is softmax attention.
        Default False.
    """

    normalised: bool = eqx.field(static=True, default=False)

    def learn(self, problem: Problem, start: np.ndarray | None = None) -> LearnedCoefficients:
        """Return the targets."""
        partition = np.ones(len(problem.patterns)) if self.normalised else None
        return LearnedCoefficients(problem.targets.copy(), no_thresholds(problem), partition)


class KernelRidge(MemoryRule):
    r"""Least squares with small weights: :math:`(K + \lambda 1)^{-1} y`.

    Parameters
    ----------
    penalty : float
        :math:`\lambda`. Default 1e-3.

    Raises
    ------
    InputError
        If the penalty is not positive.
    """

    penalty: Positive = 1e-3

    def learn(self, problem: Problem, start: np.ndarray | None = None) -> LearnedCoefficients:
        """Return the coefficients of least squares."""
        found = solve(problem, ridge=self.penalty)
        return LearnedCoefficients(found.solution, no_thresholds(problem), rank=found.rank)


class KernelLogistic(MemoryRule):
    r"""Logistic regression with small weights: :math:`\min \sum \log(1 + e^{-y h}) + \frac\lambda2 |w|^2`.

    One regression of scikit-learn per neuron, on the features that span the patterns.

    Parameters
    ----------
    penalty : float
        :math:`\lambda`. Default 1e-2.

    Raises
    ------
    InputError
        If the penalty is not positive.

    References
    ----------
    A. Tamamori, arXiv:2504.07633, 2025.
    """

    penalty: Positive = 1e-2

    @property
    def needs_signs(self) -> bool:
        """Whether targets must be +-1: yes."""
        return True

    def learn(self, problem: Problem, start: np.ndarray | None = None) -> LearnedCoefficients:
        """Return the coefficients of logistic regression."""
        return LearnedCoefficients(logistic_coefficients(problem, self.penalty), no_thresholds(problem))


class Interpolation(MemoryRule):
    r"""The smallest weights that give every target exactly: :math:`K^+ y`.

    Parameters
    ----------
    partition : str
        What fields are divided by: "none"; "interpolated", :math:`1^\top K^{-1} k`, which takes away that responses
        shrink far from the patterns (not the published rule); or "sum", the sum of all kernels: with the exponential
        kernel that is attention with the optimal inverse in place of softmax's approximate one. Default "none".

    Raises
    ------
    InputError
        If the partition is none of these.
    """

    partition: Literal["none", "interpolated", "sum"] = eqx.field(static=True, default="none")

    def learn(self, problem: Problem, start: np.ndarray | None = None) -> LearnedCoefficients:
        """Return the coefficients that interpolate."""
        if self.partition == "none":
            found = solve(problem)
            return LearnedCoefficients(found.solution, no_thresholds(problem), rank=found.rank)
        if not problem.common:
            raise InputError("a partition needs self_connection=True: neurons must have one Gram matrix in common")
        gram, ones = problem.split[0], np.ones((len(problem.patterns), 1))
        weighed = gram.sum(axis=1, keepdims=True) if self.partition == "sum" else ones
        found = solve(problem, np.hstack([weighed * problem.targets, ones]))
        coefficients, partition = found.solution[:, :-1], found.solution[:, -1]
        if self.partition == "sum":
            partition = ones[:, 0]
        return LearnedCoefficients(coefficients, no_thresholds(problem), partition, rank=found.rank)
