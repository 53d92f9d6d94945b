r"""What the experiments measure: labels of answers, purity, matched correlation, orientation selectivity, kurtosis.

.. math::

    \text{selectivity} = \frac{|\sum_f P(f)\, e^{2 i \theta(f)}|}{\sum_f P(f)}, \qquad
    \text{kurtosis} = \frac{\langle z^4 \rangle}{\langle z^2 \rangle^2}

with the power spectrum P of a feature over frequencies f of direction :math:`\theta`, without the constant component.
The selectivity is 1 for a grating and 0 for a spectrum that is alike in all directions.
"""

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment

from bouton.features import orientation_index

__all__ = ["answering_units", "kurtosis", "matched_correlation", "orientation_selectivity", "purity"]


def answering_units(outputs: Float[np.ndarray, "samples units"]) -> Int[np.ndarray, " samples"]:
    """Return the most active unit of each sample, -1 where all units are silent."""
    return np.where(outputs.max(axis=1) > 0, outputs.argmax(axis=1), -1)


def purity(labels: Int[np.ndarray, " samples"], answers: Int[np.ndarray, " samples"]) -> float:
    """Return the share of samples that carry the most frequent label of the unit that answers them."""
    _, unit = np.unique(answers, return_inverse=True)
    _, label = np.unique(labels, return_inverse=True)
    counts = np.zeros((unit.max() + 1, label.max() + 1), int)
    np.add.at(counts, (unit, label), 1)
    return float(counts.max(axis=1).sum() / len(labels))


def matched_correlation(
    outputs: Float[np.ndarray, "samples units"], sources: Float[np.ndarray, "samples sources"]
) -> Float[np.ndarray, " sources"]:
    """Return each source's correlation with the unit it is paired with, in the pairing of the largest sum.

    A unit that never changes correlates with nothing: 0. So does a source that is left without a unit.
    """
    centred = [values - values.mean(axis=0) for values in (np.asarray(outputs, float), np.asarray(sources, float))]
    scaled = [values / np.where(norm > 0, norm, 1) for values in centred for norm in [np.linalg.norm(values, axis=0)]]
    correlations = scaled[1].T @ scaled[0]
    matched = np.zeros(len(correlations))
    source, unit = linear_sum_assignment(correlations, maximize=True)
    matched[source] = correlations[source, unit]
    return matched


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


def kurtosis(responses: Float[np.ndarray, "samples units"]) -> Float[np.ndarray, " units"]:
    """Return the fourth moment over the squared second moment of each column: 3 for a Gaussian, more where sparse."""
    centred = np.asarray(responses, float) - np.mean(responses, axis=0)
    return (centred**4).mean(axis=0) / (centred**2).mean(axis=0) ** 2
