"""Series of rows as the events of a reservoir."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from bouton.behaviour import Moment

__all__ = ["moments"]


def moments(rows: np.ndarray, targets: np.ndarray, input_weights: np.ndarray, learning: Any) -> Moment:
    """Return rows and targets as moments.

    Parameters
    ----------
    rows : array (samples, features)
        Inputs.
    targets : array (samples, outputs)
        As the readout is to have them.
    input_weights : array (units, features)
        What inputs are multiplied by.
    learning : array (samples,) or float
        1 where the readout learns, 0 where it does not.
    """
    kind = jnp.result_type(float)
    current = np.zeros((len(rows), len(input_weights)))
    # Input by input: a product of matrices rounds in another way where there are more rows.
    for column, weights in zip(rows.T, input_weights.T, strict=True):
        current += column[:, None] * weights
    counts = np.broadcast_to(np.asarray(learning, kind), len(rows))
    return Moment(targets.astype(kind), current.astype(kind), np.array(counts))  # pyright: ignore[reportArgumentType]
