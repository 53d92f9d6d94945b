"""The least that a network needs of spike-driven rules: what one synapse does at a spike of either of its neurons."""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton.errors import InputError

__all__ = ["EventRule", "PairSTDP"]

Number = float | Float[Array, ""]


class EventRule(eqx.Module):
    """A rule that acts when a synapse's presynaptic or postsynaptic neuron fires."""

    pre_time_constant: eqx.AbstractVar[Number]
    post_time_constant: eqx.AbstractVar[Number]

    @abstractmethod
    def on_pre(self, weight: Any, pre: Any, post: Any) -> Any:
        """Return the change at a presynaptic spike, given both traces as they were before it."""

    @abstractmethod
    def on_post(self, weight: Any, pre: Any, post: Any) -> Any:
        """Return the change at a postsynaptic spike, given both traces as they were before it."""


class PairSTDP(EventRule):
    r"""Additive pair STDP, all to all, with hard bounds.

    .. math:: \text{post:}\; w \leftarrow [w + A_+ x]_0^{w_{max}}, \qquad
              \text{pre:}\; w \leftarrow [w - A_- y]_0^{w_{max}}

    Parameters
    ----------
    potentiation, depression : float
        :math:`A_+` and :math:`A_-`, in the unit of the weights.
    largest : float
        :math:`w_{max}`.
    pre_time_constant, post_time_constant : float
        Of the traces x and y, in ms. Default 20.

    Raises
    ------
    InputError
        If a time constant or the largest weight is not positive.
    """

    potentiation: Number
    depression: Number
    largest: Number
    pre_time_constant: Number = 20.0
    post_time_constant: Number = 20.0

    def __check_init__(self) -> None:
        for name in ("largest", "pre_time_constant", "post_time_constant"):
            value = getattr(self, name)
            if isinstance(value, int | float) and not value > 0:
                raise InputError(f"{name} must be positive, got {value}")

    def on_pre(self, weight: Any, pre: Any, post: Any) -> Any:
        """Depress by what is left of postsynaptic spikes."""
        return jnp.clip(weight - self.depression * post, 0, self.largest) - weight

    def on_post(self, weight: Any, pre: Any, post: Any) -> Any:
        """Potentiate by what is left of presynaptic spikes."""
        return jnp.clip(weight + self.potentiation * pre, 0, self.largest) - weight
