r"""Rules of neurons that respond by a kernel: where a feature lies, and how strongly it counts.

The response of a neuron with feature w to an input x is f(x, w), a function of :math:`x \cdot w`, :math:`|x|^2` and
:math:`|w|^2`. Its gradient lies in the plane of input and feature, and so does that of f(w, w):

.. math::

    \frac{\partial f}{\partial w} = p\, x - d\, w, \qquad \frac12 \frac{\partial f(w, w)}{\partial w} = r\, w

with pull p, drag d and restraint r known to the neuron. With y its activity and q its strength:

==================  ==================================================================================
rule                change of one synapse
==================  ==================================================================================
`KernelFeature`     :math:`\eta s \left(\frac{y}{q}\, (p\, x - d\, w) - r\, w\right)`
`KernelStrength`    :math:`\eta s \left(y\, f(x, w) - q\, f(w, w)\right)`
==================  ==================================================================================

Source: K. Luther, H. S. Seung, "Kernel similarity matching with Hebbian networks", NeurIPS 2022.
"""

from typing import NamedTuple

import jax.numpy as jnp

from bouton.plasticity.rule import AffineRule, Rule, Scalar

__all__ = ["KernelFeature", "KernelPost", "KernelResponse", "KernelStrength"]

_SMALLEST_POWER = 1e-12


class KernelPost(NamedTuple):
    """What the postsynaptic neuron makes available to `KernelFeature`.

    Parameters
    ----------
    activity : float
        Activity y.
    strength : float
        Strength q.
    pull, drag, restraint : float
        The neuron's slopes p, d and r.
    """

    activity: Scalar
    strength: Scalar
    pull: Scalar
    drag: Scalar
    restraint: Scalar


class KernelFeature(AffineRule):
    r"""A feature moves towards the inputs that its neuron responds to, as far as its kernel is steep there.

    .. math:: \Delta w = \eta\, s \left(\frac{y}{q}\, (p\, x - d\, w) - r\, w\right)

    This is the gradient of the objective of kernel similarity matching over :math:`q^2`, so that weak features move as
    fast as strong ones. For the radial kernel of width :math:`\sigma`, p = d = :math:`f / \sigma^2` and r = 0.

    Parameters
    ----------
    rate : float
        :math:`\eta`, the rate of this pathway relative to the signal. Default 1.

    References
    ----------
    K. Luther, H. S. Seung, Kernel similarity matching with Hebbian networks, NeurIPS 2022.

    Examples
    --------
    >>> post = KernelPost(activity=1.0, strength=0.5, pull=1.0, drag=1.0, restraint=0.0)
    >>> round(float(KernelFeature(rate=0.1)(0.5, 1.5, post, 1.0)), 6)
    0.2
    """

    rate: Scalar = 1.0

    def gain(self, post, signal):
        """Return ``rate * signal * activity * pull / strength``, zero for a neuron without strength."""
        return self.rate * signal * self._push(post) * post.pull

    def decay(self, post, signal):
        """Return ``rate * signal * (activity * drag / strength + restraint)``."""
        power = post.strength * post.strength
        kept = power / jnp.maximum(power, _SMALLEST_POWER)
        return self.rate * signal * (self._push(post) * post.drag + kept * post.restraint)

    def _push(self, post):
        """Return activity over strength; of a neuron that lost all strength, both are 0."""
        return post.activity * post.strength / jnp.maximum(post.strength * post.strength, _SMALLEST_POWER)


class KernelResponse(NamedTuple):
    """What a feature sends along its one synapse of adjustable strength.

    Parameters
    ----------
    response : float
        f(x, w).
    own_response : float
        f(w, w), the response to the feature itself.
    """

    response: Scalar
    own_response: Scalar


class KernelStrength(Rule):
    r"""The strength of a feature: Hebbian, with a leak in proportion to the feature's response to itself.

    .. math:: \Delta q = \eta\, s\, (y\, f(x, w) - q\, f(w, w))

    Parameters
    ----------
    rate : float
        :math:`\eta`, the rate of this pathway relative to the signal. Default 1.

    References
    ----------
    K. Luther, H. S. Seung, Kernel similarity matching with Hebbian networks, NeurIPS 2022.

    Examples
    --------
    >>> KernelStrength()(0.5, KernelResponse(response=0.5, own_response=1.0), 1.0, 1.0)
    0.0
    """

    rate: Scalar = 1.0

    def __call__(self, synapse, pre, post, signal):
        """Return the change of the strength."""
        return self.rate * signal * (post * pre.response - synapse * pre.own_response)
