r"""Losses of a net's output y on targets t, and their errors :math:`\partial J / \partial y`.

==========  =================================================  ==================================
name        loss J                                             error
==========  =================================================  ==================================
"softmax"   :math:`\ln \sum_k e^{y_k} - y \cdot t`             :math:`\mathrm{softmax}(y) - t`
"sigmoid"   :math:`\sum_k \ln(1 + e^{y_k}) - y_k t_k`          :math:`\sigma(y) - t`
"squared"   :math:`\frac12 |y - t|^2`                          :math:`y - t`
==========  =================================================  ==================================
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from bouton.errors import InputError

__all__ = ["LOSSES", "Loss", "LossName", "check_targets"]

LossName = Literal["softmax", "sigmoid", "squared"]


class Loss(NamedTuple):
    """A loss: of each sample, its error, and what the output says."""

    value: Callable[[Array, Array], Array]
    error: Callable[[Array, Array], Array]
    said: Callable[[Array], Array]


LOSSES: dict[str, Loss] = {
    "softmax": Loss(
        lambda y, t: jax.nn.logsumexp(y, axis=-1) - jnp.sum(y * t, axis=-1),
        lambda y, t: jax.nn.softmax(y, axis=-1) - t,
        lambda y: jax.nn.softmax(y, axis=-1),
    ),
    "sigmoid": Loss(
        lambda y, t: jnp.sum(jax.nn.softplus(y) - y * t, axis=-1),
        lambda y, t: jax.nn.sigmoid(y) - t,
        jax.nn.sigmoid,
    ),
    "squared": Loss(lambda y, t: jnp.sum((y - t) ** 2, axis=-1) / 2, lambda y, t: y - t, lambda y: y),
}
"""By name; the targets of "softmax" are probabilities, those of "sigmoid" probabilities one by one."""


def check_targets(targets: np.ndarray, loss: LossName) -> None:
    """Raise `InputError` for targets that a loss is not made for."""
    if loss == "squared":
        return
    if np.any((targets < 0) | (targets > 1)):
        raise InputError(f'targets of the loss "{loss}" are probabilities, got {targets.min()} to {targets.max()}')
    if loss == "softmax" and not np.allclose(targets.sum(axis=-1), 1, atol=1e-3):
        raise InputError('targets of the loss "softmax" must sum to 1 for each sample; "sigmoid" takes others')
