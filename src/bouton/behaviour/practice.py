"""Practice: the events of a period in which a reservoir learns a signal, or is tested on it."""

import warnings

import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from bouton.behaviour.reservoir import Moment
from bouton.errors import InputError

__all__ = ["practice"]

_LARGE = 3.0


def practice(
    target: ArrayLike,
    n_units: int,
    current: ArrayLike | None = None,
    *,
    learning: bool = True,
    learn_every: int = 1,
) -> Moment:
    """Return the events of one period; give them to `bouton.run` with as many epochs as periods are practised.

    Parameters
    ----------
    target : array (steps,) or (steps, outputs)
        What the readout is to do.
    n_units : int
        Units of the reservoir.
    current : array (steps or more, units), optional
        External current into each unit, such as what a working memory sends; of a longer series the beginning. Default:
        none.
    learning : bool
        Whether the readout learns. Default True.
    learn_every : int
        Steps from one that counts for learning to the next. Default 1.

    Returns
    -------
    Moment
        With an axis of steps in front.

    Raises
    ------
    InputError
        If the target is not finite, or the current is shorter than the target or of another number of units.

    Warns
    -----
    UserWarning
        If the target reaches beyond 3, where its feedback saturates the units.

    Examples
    --------
    >>> from bouton.behaviour import practice
    >>> practice([0.0, 1.0, 0.0, -1.0], n_units=3, learn_every=2).learning.tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    kind = jnp.result_type(float)
    wanted = np.asarray(target, kind)
    if wanted.ndim == 1:
        wanted = wanted[:, None]
    if wanted.ndim != 2 or not wanted.size:
        raise InputError(f"target must have shape (steps,) or (steps, outputs), got {np.shape(target)}")
    if not np.all(np.isfinite(wanted)):
        step = int(np.argwhere(~np.isfinite(wanted))[0, 0])
        raise InputError(f"target must be finite, got {wanted[step][~np.isfinite(wanted[step])][0]} at step {step}")
    if isinstance(learn_every, bool) or not isinstance(learn_every, int | np.integer) or learn_every < 1:
        raise InputError(f"learn_every must be an integer of at least 1, got {learn_every!r}")
    largest = float(np.abs(wanted).max())
    if largest > _LARGE:
        warnings.warn(
            f"the target reaches {largest:.3g}: beyond {_LARGE:g} its feedback saturates the units, scale it down",
            UserWarning,
            stacklevel=2,
        )
    steps = len(wanted)
    given = np.zeros((steps, n_units), kind) if current is None else np.asarray(current, kind)
    if given.ndim != 2 or given.shape[1] != n_units:
        raise InputError(f"current must have shape (steps, {n_units}), one column per unit, got {given.shape}")
    if len(given) < steps:
        raise InputError(f"current must last as long as the target, {steps} steps, got {len(given)}")
    counts = (np.arange(steps) % learn_every == 0) & learning
    return Moment(wanted, given[:steps], counts.astype(kind))  # pyright: ignore[reportArgumentType]
