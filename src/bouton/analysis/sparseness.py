r"""How sparse activity is, in numbers.

.. math:: \text{kurtosis} = \frac{\langle z^4 \rangle}{\langle z^2 \rangle^2}, \qquad z = y - \langle y \rangle
"""

import numpy as np
from jaxtyping import Float

__all__ = ["kurtosis"]


def kurtosis(responses: Float[np.ndarray, "samples units"]) -> Float[np.ndarray, " units"]:
    """Return the fourth moment over the squared second moment of each column: 3 for a Gaussian, more where sparse."""
    centred = np.asarray(responses, float) - np.mean(responses, axis=0)
    return (centred**4).mean(axis=0) / (centred**2).mean(axis=0) ** 2
