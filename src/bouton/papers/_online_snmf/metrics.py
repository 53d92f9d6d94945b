r"""What the experiments measure: labels of answers, purity, matched correlation, orientation selectivity, kurtosis.

.. math::

    \text{selectivity} = \frac{|\sum_f P(f)\, e^{2 i \theta(f)}|}{\sum_f P(f)}, \qquad
    \text{kurtosis} = \frac{\langle z^4 \rangle}{\langle z^2 \rangle^2}

with the power spectrum P of a feature over frequencies f of direction :math:`\theta`, without the constant component.
The selectivity is 1 for a grating and 0 for a spectrum that is alike in all directions.
"""

import numpy as np
from jaxtyping import Float, Int

from bouton.analysis import kurtosis, matched_correlation, orientation_index, purity

__all__ = ["answering_units", "kurtosis", "matched_correlation", "orientation_selectivity", "purity"]


def answering_units(outputs: Float[np.ndarray, "samples units"]) -> Int[np.ndarray, " samples"]:
    """Return the most active unit of each sample, -1 where all units are silent."""
    return np.where(outputs.max(axis=1) > 0, outputs.argmax(axis=1), -1)


def orientation_selectivity(
    features: Float[np.ndarray, "features pixels"], shape: tuple[int, int], transform_size: int = 32
) -> Float[np.ndarray, " features"]:
    """Return the orientation selectivity of image features, from spectra of `transform_size` squared points.

    Parameters
    ----------
    features : array (features, height * width)
        One feature per row.
    shape : tuple of int
        Height and width, neither above `transform_size`; the rest is padded with zeros.
    transform_size : int, default 32
        Points of the Fourier transform along each axis.

    Returns
    -------
    array (features,)
        Between 0 and 1.
    """
    return orientation_index(features, shape, transform_size=transform_size, centre=False)
