r"""ON and OFF inputs: how far a receptive field keeps the two kinds apart.

The layout of weights is that of the inputs, `bouton.data.on_off_inputs`: all ON inputs first, then all OFF inputs.
With :math:`w^{on}, w^{off} \ge 0` of a neuron at places p:

.. math::

    \text{segregation} = \frac{\sum_p |w^{on}_p - w^{off}_p|}{\sum_p (w^{on}_p + w^{off}_p)}, \qquad
    \text{overlap} = \frac{w^{on} \cdot w^{off}}{|w^{on}|\, |w^{off}|}, \qquad
    \text{dominance} = \frac{\sum_p (w^{on}_p - w^{off}_p)}{\sum_p (w^{on}_p + w^{off}_p)}
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton.analysis.filters import as_images
from bouton.errors import InputError

__all__ = ["OnOffSegregation", "on_off_segregation"]


class OnOffSegregation(NamedTuple):
    """How far fields keep ON and OFF inputs apart, one value per field; NaN where there is nothing to compare.

    Parameters
    ----------
    segregation : array (fields,)
        1 where no place has both kinds, 0 where both are alike everywhere.
    overlap : array (fields,)
        Cosine of the two subfields, 0 where they share no place.
    dominance : array (fields,)
        1 for ON alone, -1 for OFF alone, 0 where both weigh as much.
    distance : array (fields,)
        Between the centres of mass of the two subfields, in pixels: large for fields of one bar of each kind side by
        side, small for ON and OFF places that are mixed like salt and pepper, or for a centre with its surround.
    direction : array (fields,)
        From the OFF to the ON centre, in radians from the horizontal axis, clockwise as images are shown, in [0, 2 pi).
    """

    segregation: Float[np.ndarray, " fields"]
    overlap: Float[np.ndarray, " fields"]
    dominance: Float[np.ndarray, " fields"]
    distance: Float[np.ndarray, " fields"]
    direction: Float[np.ndarray, " fields"]


def on_off_segregation(weights: ArrayLike, shape: tuple[int, int] | None = None) -> OnOffSegregation:
    """Measure how far fields keep ON and OFF inputs apart.

    Parameters
    ----------
    weights : array (fields, 2 * height * width)
        Excitatory weights of each neuron, those of all ON inputs first, then those of all OFF inputs.
    shape : tuple of int, optional
        Height and width of an image. Default: square.

    Returns
    -------
    OnOffSegregation

    Raises
    ------
    InputError
        If rows do not hold two images, or a weight is negative or not finite.

    Examples
    --------
    An ON bar beside an OFF bar, and both kinds everywhere:

    >>> import numpy as np
    >>> on, off = np.eye(4)[1], np.eye(4)[2]
    >>> bars = np.concatenate([np.outer(np.ones(4), on).ravel(), np.outer(np.ones(4), off).ravel()])
    >>> found = on_off_segregation(np.stack([bars, np.ones(32)]))
    >>> found.segregation.tolist(), found.distance.tolist(), float(found.direction[0].round(3))
    ([1.0, 0.0], [1.0, 0.0], 3.142)
    """
    on, off = _halves(weights, shape)
    total = (on + off).sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        lengths = np.sqrt((on**2).sum(axis=(1, 2)) * (off**2).sum(axis=(1, 2)))
        apart = _centres(on) - _centres(off)
        return OnOffSegregation(
            np.abs(on - off).sum(axis=(1, 2)) / total,
            (on * off).sum(axis=(1, 2)) / lengths,
            (on - off).sum(axis=(1, 2)) / total,
            np.hypot(*apart.T),
            np.arctan2(apart[:, 0], apart[:, 1]) % (2 * np.pi),
        )


def _halves(weights: ArrayLike, shape: tuple[int, int] | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the images of ON and of OFF weights."""
    rows = np.atleast_2d(np.asarray(weights, float))
    if rows.ndim != 2 or rows.shape[1] % 2:
        raise InputError(
            "weights must have one row per neuron that holds all ON inputs, then all OFF inputs, got shape "
            f"{rows.shape}"
        )
    if not (np.isfinite(rows).all() and rows.min() >= 0):
        raise InputError(
            "weights of ON and OFF inputs must be finite and not negative; a signed field becomes one by on_off_inputs"
        )
    on, off = np.split(rows, 2, axis=1)
    return as_images(on, shape), as_images(off, shape)


def _centres(images: np.ndarray) -> Float[np.ndarray, "fields 2"]:
    """Return row and column of the centre of mass; NaN for an image of zeros."""
    mass = images.sum(axis=(1, 2))
    row, column = np.indices(images.shape[1:])
    return np.stack([(images * index).sum(axis=(1, 2)) / mass for index in (row, column)], axis=1)
