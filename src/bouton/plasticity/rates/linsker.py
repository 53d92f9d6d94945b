r"""Linsker's Hebb rule: a constant drift, and the product of two activities that are each held against a threshold.

.. math:: \Delta w = \eta\, \big(k_a + (x - x_0)(y - y_0)\big)

Averaged over inputs of mean m and covariance Q, with :math:`y = \frac1N \sum_j w_j x_j`, it is Linsker's equation
:math:`\eta\, (k_1 + \frac1N \sum_j (Q_{ij} + k_2)\, w_j)` with

.. math:: k_1 = k_a - (m - x_0)\, y_0, \qquad k_2 = m\, (m - x_0)

Source: R. Linsker, PNAS 83:7508, 1986.
"""

from bouton.plasticity.rule import Rule, Scalar

__all__ = ["LinskerHebb"]


class LinskerHebb(Rule):
    r"""A drift, and the product of activities that are held against thresholds.

    .. math:: \Delta w = \eta\, \big(k_a + (x - x_0)(y - y_0)\big)

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    drift : float
        :math:`k_a`. Default 0.
    pre_threshold, post_threshold : float
        :math:`x_0` and :math:`y_0`, in units of the activities. Default 0.

    References
    ----------
    R. Linsker, From basic network principles to neural architecture: emergence of spatial-opponent cells, PNAS
    83:7508, 1986.

    Examples
    --------
    >>> LinskerHebb(rate=0.5, drift=1.0, pre_threshold=2.0)(0.0, 3.0, 4.0, None)
    2.5
    """

    rate: Scalar
    drift: Scalar = 0.0
    pre_threshold: Scalar = 0.0
    post_threshold: Scalar = 0.0

    def __call__(self, synapse, pre, post, signal):
        """Return ``rate * (drift + (pre - pre_threshold) * (post - post_threshold))``."""
        return self.rate * (self.drift + (pre - self.pre_threshold) * (post - self.post_threshold))
