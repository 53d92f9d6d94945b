r"""Synapses that lose a share of their weight, and synapses that take one over from another.

==============  ==============================================================
rule            change of one synapse
==============  ==============================================================
`WeightDecay`   :math:`-\lambda\, w`
`DecayingHebb`  :math:`\eta\, y\, x - \lambda\, w`
`WeightCopy`    :math:`\eta\, s`, with s the weight of another synapse
==============  ==============================================================

With Hebb's rule the first and the last are what the regularisers of feedback weights are made of, see `bouton.credit`;
the second is how forward weights learn there, with y an error. A `WeightCopy` needs one value per synapse, which no
neuron makes available: it is not local.

Source: D. Kunin, A. Nayebi, J. Sagastuy-Brena, S. Ganguli, J. M. Bloom, D. L. K. Yamins, "Two routes to scalable credit
assignment without weight symmetry", ICML 2020, arXiv:2003.01513.
"""

from bouton.plasticity.rule import AffineRule, Rule, Scalar

__all__ = ["DecayingHebb", "WeightCopy", "WeightDecay"]


class WeightDecay(Rule):
    r"""A synapse loses a share of its weight, whatever its neurons do.

    .. math:: \Delta w = -\lambda\, w

    Parameters
    ----------
    rate : float
        :math:`\lambda`.

    Examples
    --------
    >>> WeightDecay(rate=0.25)(2.0, None, None, None)
    -0.5
    """

    rate: Scalar

    def __call__(self, synapse, pre, post, signal):
        """Return ``-rate * synapse``."""
        return -self.rate * synapse


class DecayingHebb(AffineRule):
    r"""Hebb's rule with a decay that does not ask for activity.

    .. math:: \Delta w = \eta\, y\, x - \lambda\, w

    Parameters
    ----------
    rate : float
        Learning rate :math:`\eta`.
    leak : float
        :math:`\lambda`. Default 0.

    Examples
    --------
    >>> DecayingHebb(rate=0.5, leak=0.25)(2.0, 3.0, 1.0, None)
    1.0
    """

    rate: Scalar
    leak: Scalar = 0.0

    def gain(self, post, signal):
        """Return ``rate * post``."""
        return self.rate * post

    def decay(self, post, signal):
        """Return ``leak``."""
        return self.leak


class WeightCopy(Rule):
    r"""A synapse grows by the weight of another one.

    .. math:: \Delta w = \eta\, s

    Parameters
    ----------
    rate : float
        :math:`\eta`.

    Examples
    --------
    >>> WeightCopy(rate=0.25)(2.0, None, None, 4.0)
    1.0
    """

    rate: Scalar

    def __call__(self, synapse, pre, post, signal):
        """Return ``rate * signal``, where the signal is the weight of the other synapse."""
        return self.rate * signal
