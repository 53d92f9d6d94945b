r"""Batch normalisation: what one unit makes of its weighted sums over the samples and positions of a mini-batch.

.. math::

    \hat a = \frac{a - \mu}{\sqrt{v + \epsilon}}, \qquad
    \delta_a = \frac{\gamma}{\sqrt{v + \epsilon}} \big(\delta - \langle \delta \rangle
    - \hat a\, \langle \delta\, \hat a \rangle\big)

with mean :math:`\mu` and variance v of the mini-batch while the net learns, and running means of these where it only
responds. The errors :math:`\delta_a` of the weighted sums are exact, whatever brought the errors :math:`\delta`.

Source: S. Ioffe, C. Szegedy, "Batch normalization", ICML 2015, arXiv:1502.03167.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

__all__ = ["Normalised", "Normaliser", "normalised"]

EPSILON, KEPT = 1e-5, 0.9
"""Added to the variance; share of a running mean that a step leaves."""


class Normaliser(NamedTuple):
    """What the units of a layer keep; None of these stands for layers that do not normalise."""

    gain: Float[Array, "units one"]
    mean: Float[Array, "one one units"]
    """Running mean of the weighted sums."""
    variance: Float[Array, "one one units"]
    """Running variance."""


class Normalised(NamedTuple):
    """Weighted sums after normalisation, and what their errors need."""

    values: Float[Array, "batch positions units"]
    """Before gain and offset."""
    scale: Float[Array, "one one units"]
    """One over the standard deviation."""
    mean: Float[Array, "one one units"]
    variance: Float[Array, "one one units"]

    def errors(self, gain: Float[Array, "units one"], errors: Float[Array, "batch positions units"]) -> Array:
        """Return the errors of the weighted sums, from those of the potentials."""
        along = _over_events(errors * self.values)
        return gain[None, None, :, 0] * self.scale * (errors - _over_events(errors) - self.values * along)

    def kept(self, before: Normaliser) -> Normaliser:
        """Return what the units keep after a step, the gain as it was."""
        mean = KEPT * before.mean + (1 - KEPT) * self.mean
        return before._replace(mean=mean, variance=KEPT * before.variance + (1 - KEPT) * self.variance)


def first_scale(units: int) -> Normaliser:
    """Return what units keep that have seen nothing."""
    # No two leaves may be one array: runs reuse the buffers of their state.
    return Normaliser(jnp.ones((units, 1)), jnp.zeros((1, 1, units)), jnp.ones((1, 1, units)))


def normalised(own: Normaliser, sums: Float[Array, "batch positions units"], learning: bool) -> Normalised:
    """Return weighted sums normalised by the mini-batch, or, where the net does not learn, by running means."""
    mean = _over_events(sums) if learning else own.mean
    centred = sums - mean
    variance = _over_events(centred * centred) if learning else own.variance
    scale = 1 / jnp.sqrt(variance + EPSILON)
    return Normalised(centred * scale, scale, mean, variance)


def _over_events(values: Float[Array, "batch positions units"]) -> Float[Array, "one one units"]:
    return jnp.mean(values, axis=(0, 1), keepdims=True)
