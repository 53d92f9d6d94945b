"""Samples with labels as mini-batches."""

import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from bouton._arguments import check_sizes
from bouton.credit.network_state import Labelled
from bouton.errors import InputError

__all__ = ["mini_batches"]


def mini_batches(
    inputs: ArrayLike,
    labels: ArrayLike,
    batch_size: int,
    *,
    epochs: int = 1,
    n_classes: int | None = None,
    shuffle: bool = True,
    seed: int = 0,
) -> Labelled:
    """Return mini-batches for `AlignmentNetwork`, the samples of each epoch in a random order.

    Parameters
    ----------
    inputs : array of samples, of any shape each
        One sample per row.
    labels : int array (samples,)
        Class of each sample, from 0 on.
    batch_size : int
        Samples of a mini-batch; those of an epoch that fill none are left out.
    epochs : int
        How often the samples are gone through. Default 1.
    n_classes : int, optional
        Number of classes. Default: one more than the largest label.
    shuffle : bool
        Whether samples change places in each epoch. Default True.
    seed : int
        Of the orders. Default 0.

    Returns
    -------
    Labelled
        With an axis of mini-batches in front; targets are 1 at the label and 0 elsewhere.

    Raises
    ------
    InputError
        If numbers do not fit, or labels are no classes.

    Examples
    --------
    >>> from bouton.credit import mini_batches
    >>> mini_batches([[0.0], [1.0], [2.0]], [0, 1, 1], 2, epochs=3).targets.shape
    (3, 2, 2)
    """
    check_sizes(batch_size=batch_size, epochs=epochs)
    rows, classes = np.asarray(inputs), np.asarray(labels)
    if classes.ndim != 1 or not np.issubdtype(classes.dtype, np.integer):
        raise InputError(f"labels must be a row of integers, got shape {classes.shape} of {classes.dtype.name}")
    if rows.ndim < 2 or len(rows) != len(classes):
        raise InputError(f"inputs must have one row for each of the {len(classes)} labels, got shape {rows.shape}")
    if len(rows) < batch_size:
        raise InputError(f"{len(rows)} samples fill no mini-batch of {batch_size}: give a smaller batch_size")
    number = int(classes.max()) + 1 if n_classes is None else n_classes
    if classes.min() < 0 or classes.max() >= number:
        raise InputError(f"labels must lie from 0 to {number - 1}, got {classes.min()} to {classes.max()}")
    whole, rng = len(rows) // batch_size, np.random.default_rng(seed)
    order = np.concatenate(
        [(rng.permutation(len(rows)) if shuffle else np.arange(len(rows)))[: whole * batch_size] for _ in range(epochs)]
    )
    order = order.reshape(epochs * whole, batch_size)
    kind = jnp.result_type(float)
    return Labelled(rows[order].astype(kind), np.eye(number, dtype=kind)[classes[order]])  # pyright: ignore
