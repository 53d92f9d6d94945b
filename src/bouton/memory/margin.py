"""The rules of the largest margin: coefficients by which a memory is most robust to noise.

Sources: E. Gardner, J. Phys. A 21:257, 1988; J. K. Anlauf, M. Biehl, Europhysics Letters 10:687, 1989; G. Iatropoulos,
J. Brea, W. Gerstner, "Kernel memory networks", NeurIPS 2022.
"""

import math

import equinox as eqx
import numpy as np

from bouton._fields import Count, Positive
from bouton.memory._linear import with_bias
from bouton.memory._margin import maximise_margin
from bouton.memory._problem import Problem
from bouton.memory.learning import LearnedCoefficients, MemoryRule, no_thresholds

__all__ = ["HardMargin", "SoftMargin"]

_RATE = 1.6
"""Of the AdaTron: any between 0 and 2 comes to the same optimum; this one took half the sweeps that 1 did."""


class SoftMargin(MemoryRule):
    r"""The largest margin at a price for what lies within it: :math:`\min \frac12 |w|^2 + C \sum \max(0, 1 - y h)`.

    Parameters
    ----------
    cost : float
        C, the largest coefficient. Default 100.
    tolerance : float
        Largest violation of the conditions of the optimum, in units of the margin. Default 1e-3.
    max_sweeps : int
        Most sweeps over the patterns. Default 2000.
    bias : bool
        Whether neurons have a threshold of their own; support vector machines of scikit-learn, one per neuron, then
        take the place of the AdaTron. Default False.

    Raises
    ------
    InputError
        If a parameter is out of its range.
    """

    cost: Positive = 100.0
    tolerance: Positive = 1e-3
    max_sweeps: Count = eqx.field(static=True, default=2000)
    bias: bool = eqx.field(static=True, default=False)

    @property
    def needs_signs(self) -> bool:
        """Whether targets must be +-1: yes."""
        return True

    def learn(self, problem: Problem, start: np.ndarray | None = None) -> LearnedCoefficients:
        """Return the coefficients of the largest margin."""
        return _margin(problem, start, self.cost, self.tolerance, self.max_sweeps, self.bias)


class HardMargin(MemoryRule):
    r"""The largest margin: the smallest weights :math:`|w|^2` with :math:`y h \ge 1` for every pattern.

    With these coefficients :math:`\sum_\mu \alpha_\mu = |w|^2`, and the margin is one over its root.

    Parameters
    ----------
    tolerance : float
        Largest violation of the conditions of the optimum, in units of the margin. Default 1e-3.
    max_sweeps : int
        Most sweeps over the patterns. Default 2000.
    bias : bool
        Whether neurons have a threshold of their own; support vector machines of scikit-learn, one per neuron, then
        take the place of the AdaTron. Default False.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    E. Gardner, J. Phys. A 21:257, 1988; J. K. Anlauf, M. Biehl, Europhysics Letters 10:687, 1989.
    """

    tolerance: Positive = 1e-3
    max_sweeps: Count = eqx.field(static=True, default=2000)
    bias: bool = eqx.field(static=True, default=False)

    @property
    def stores_exactly(self) -> bool:
        """Whether the rule asks for every pattern to be stored: yes."""
        return True

    @property
    def needs_signs(self) -> bool:
        """Whether targets must be +-1: yes."""
        return True

    def learn(self, problem: Problem, start: np.ndarray | None = None) -> LearnedCoefficients:
        """Return the coefficients of the largest margin."""
        return _margin(problem, start, math.inf, self.tolerance, self.max_sweeps, self.bias)


def _margin(
    problem: Problem, start: np.ndarray | None, cost: float, tolerance: float, max_sweeps: int, bias: bool
) -> LearnedCoefficients:
    if bias:
        return LearnedCoefficients(*with_bias(problem, cost, tolerance))
    shared, own = problem.split
    found = maximise_margin(
        shared,
        own,
        problem.signs,
        problem.targets,
        upper=cost,
        rate=_RATE,
        tolerance=tolerance,
        max_sweeps=max_sweeps,
        start=None if start is None else start * problem.targets,
    )
    return LearnedCoefficients(
        found.alpha * problem.targets, no_thresholds(problem), sweeps=found.sweeps, violation=found.violation
    )
