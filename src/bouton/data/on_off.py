r"""ON and OFF inputs made of signed samples.

Where firing rates cannot be negative, each place has an input that responds to light (ON) and one that responds to dark
(OFF). The layout is that of two halves: all ON inputs first, then all OFF inputs, in the same order of places,

.. math:: x = (x^{on}_1, \ldots, x^{on}_n,\; x^{off}_1, \ldots, x^{off}_n)
"""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

__all__ = ["on_off_inputs"]


def on_off_inputs(samples: ArrayLike) -> Float[np.ndarray, "*samples twice_the_inputs"]:
    """Return signed samples as inputs of ON and OFF kind: the positive parts, then the sizes of the negative ones.

    Parameters
    ----------
    samples : array (..., n)
        Values around zero, such as whitened pixels.

    Returns
    -------
    array (..., 2 n)
        None negative.

    Examples
    --------
    >>> on_off_inputs([[1.0, -2.0, 0.0]]).tolist()
    [[1.0, 0.0, 0.0, 0.0, 2.0, 0.0]]
    """
    values = np.asarray(samples)
    values = values if np.issubdtype(values.dtype, np.floating) else values.astype(float)
    return np.concatenate([np.maximum(values, 0), np.maximum(-values, 0)], axis=-1)
