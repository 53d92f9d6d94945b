r"""Hebbian learning with a dendrite that predicts, and with a factor that reaches all synapses of a layer.

With x the presynaptic activity, z the postsynaptic one, p what arrives at the apical dendrite of the postsynaptic
neuron, :math:`\rho'` the slope of its activation, and :math:`\gamma` the modulator of the layer:

===============  ===================================================
rule             change of one synapse
===============  ===================================================
`DendriticHebb`  :math:`\eta\, \gamma\, p\, \rho'\, x`
`ModulatedHebb`  :math:`\eta\, \gamma\, z\, x`
===============  ===================================================

The first is that of feedforward synapses, the second that of the lateral synapses onto the dendrite.

Source: B. Illing, J. Ventura, G. Bellec, W. Gerstner, "Local plasticity rules can learn deep representations using
self-supervised contrastive predictions", NeurIPS 2021, arXiv:2010.08262.
"""

from typing import NamedTuple

from bouton.plasticity.rule import AffineRule, Scalar

__all__ = ["DendriticHebb", "DendriticPost", "ModulatedHebb"]


class DendriticPost(NamedTuple):
    """What the postsynaptic neuron makes available to `DendriticHebb`.

    Parameters
    ----------
    prediction : float
        What arrives at its dendrite.
    slope : float
        Slope of its activation at the present potential.
    """

    prediction: Scalar
    slope: Scalar


class DendriticHebb(AffineRule):
    r"""Four factors: a modulator, a dendritic prediction, the postsynaptic slope and the presynaptic activity.

    .. math:: \Delta w = \eta\, \gamma\, p\, \rho'\, x

    The signal is :math:`\gamma`; without one it is 1.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    Examples
    --------
    >>> DendriticHebb(rate=0.5)(0.0, 4.0, DendriticPost(prediction=3.0, slope=1.0), -1.0)
    -6.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * signal * prediction * slope``."""
        return self.rate * (1.0 if signal is None else signal) * post.prediction * post.slope

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0


class ModulatedHebb(AffineRule):
    r"""Hebb's rule with a factor that reaches all synapses alike.

    .. math:: \Delta w = \eta\, \gamma\, z\, x

    The signal is :math:`\gamma`; without one it is 1.

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.

    Examples
    --------
    >>> ModulatedHebb(rate=0.5)(0.0, 4.0, 3.0, -1.0)
    -6.0
    """

    rate: Scalar

    def gain(self, post, signal):
        """Return ``rate * signal * post``."""
        return self.rate * (1.0 if signal is None else signal) * post

    def decay(self, post, signal):
        """Return zero: nothing is forgotten."""
        return 0.0
