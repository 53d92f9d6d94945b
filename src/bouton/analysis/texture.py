"""Fields as extended as those of periodic texture: the limit of the participation ratio, and a warning beyond it.

The limit, a median of 40 of 256 pixels, is a measured one: fields of sets of natural photographs have 10 to 25, those
of sets with periodic texture 60 to 145.
"""

import numpy as np
from numpy.typing import ArrayLike

from bouton.analysis.filters import participation_ratio

__all__ = ["LARGEST_SHARE", "texture_warnings"]

LARGEST_SHARE = 40 / 256
"""Largest median share of pixels that take part in the fields of pictures that are fit."""


def texture_warnings(filters: ArrayLike) -> list[str]:
    """Return a sentence where learned fields are as extended as those of periodic texture, else nothing.

    Parameters
    ----------
    filters : array (filters, pixels)
        Fields that neurons with a nonlinearity of positive selectivity index have learned from white data.

    Returns
    -------
    list of str
    """
    rows = np.atleast_2d(np.asarray(filters, float))
    median = float(np.median(participation_ratio(rows)))
    if not median > LARGEST_SHARE * rows.shape[1]:
        return []
    return [
        f"half of the learned fields extend over more than {median:.0f} of {rows.shape[1]} pixels, where localised "
        "ones of natural images would take a tenth: either they have not learned for long enough (more epochs, a "
        "larger learning rate), or pictures with periodic texture have taken over; bouton.features.texture_test "
        "finds them"
    ]
