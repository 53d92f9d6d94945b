"""Pictures of horizontal and vertical lines, each there by its own chance: the classical test of sparse coding.

Source: P. Foldiak, "Forming sparse representations by local anti-Hebbian learning", Biol. Cybern. 64:165, 1990.
"""

import numpy as np
from jaxtyping import Bool, Float

from bouton.data._arguments import Seed, as_generator, at_least
from bouton.errors import InputError

__all__ = ["random_lines"]


def random_lines(
    n_samples: int, side: int = 8, probability: float = 1 / 8, seed: Seed = 0
) -> tuple[Float[np.ndarray, "samples pixels"], Bool[np.ndarray, "samples lines"], Float[np.ndarray, "lines pixels"]]:
    """Return pictures of lines: a pixel is 1 where a line passes, and no more where two cross.

    Parameters
    ----------
    n_samples : int
        Number of pictures.
    side : int, default 8
        Pixels along each side; there are as many horizontal lines and as many vertical ones.
    probability : float, default 1/8
        Chance of each line, by itself.
    seed : int or numpy.random.Generator, default 0
        Same seed, same pictures.

    Returns
    -------
    data : array (n_samples, side * side)
    present : array (n_samples, 2 * side)
        Which lines are there: horizontal ones from the top, then vertical ones from the left.
    lines : array (2 * side, side * side)
        Each line alone.

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> data, present, lines = random_lines(1000)
    >>> data.shape, present.shape, bool(abs(present.mean() - 1 / 8) < 0.01)
    ((1000, 64), (1000, 16), True)
    """
    at_least("n_samples", n_samples)
    at_least("side", side)
    if not 0 <= probability <= 1:
        raise InputError(f"probability must lie in [0, 1], got {probability}")
    one = np.eye(side)
    lines = np.concatenate([np.repeat(one, side, axis=1), np.tile(one, (1, side))])
    present = as_generator(seed).random((n_samples, 2 * side)) < probability
    return np.minimum(present @ lines, 1.0), present, lines
