r"""Recursive least squares, by which FORCE learns a readout: the error times the decorrelated rate of the input.

.. math:: \Delta w_{ij} = (f_i - \hat z_i)\, c\, k_j, \qquad k = \Pi r, \quad c = \frac{1}{1 + r \cdot k}, \quad
    \Pi \leftarrow \Pi - c\, k k^\top

:math:`\Pi` is the inverse of the correlation matrix of all rates. What a synapse is handed, :math:`c\, k_j`, is no
activity of its presynaptic neuron, which transmits :math:`r_j`: it takes the rates of all the others, weighed by a row
of an N x N matrix that no synapse holds. So it is handed over as a value of the synapse's own, and the audit says *not
local*.

Sources: S. Haykin, Adaptive Filter Theory; D. Sussillo, L. F. Abbott, Neuron 63:544, 2009 (FORCE).
"""

from typing import Any, NamedTuple

from bouton.plasticity.rule import Rule

__all__ = ["DecorrelatedPre", "RecursiveLeastSquares"]


class DecorrelatedPre(NamedTuple):
    """What a synapse is handed of its input: its rate less what all the other rates say of it. No neuron has that."""

    decorrelated: Any


class RecursiveLeastSquares(Rule):
    r"""The error of the output times the decorrelated rate of the input: not local.

    .. math:: \Delta w_{ij} = s\, (f_i - \hat z_i)\, (\Pi r)_j

    with :math:`\Pi` the inverse correlation matrix that has the present rates r in it already, and s a signal that
    turns learning on and off.

    References
    ----------
    D. Sussillo, L. F. Abbott, Generating coherent patterns of activity from chaotic neural networks, Neuron 63:544-557,
    2009.

    Examples
    --------
    >>> from bouton.plasticity import DecorrelatedPre, RecursiveLeastSquares
    >>> RecursiveLeastSquares()(0.0, DecorrelatedPre(0.5), 2.0, 1.0)
    1.0
    """

    def __call__(self, synapse: Any, pre: DecorrelatedPre, post: Any, signal: Any) -> Any:
        """Return ``signal * post * pre.decorrelated``."""
        return signal * post * pre.decorrelated
