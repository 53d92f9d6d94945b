"""How well units stand for clusters or for sources: scores of an assignment against what is known."""

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import linear_sum_assignment

__all__ = ["matched_correlation", "purity"]


def purity(labels: Int[np.ndarray, " samples"], units: Int[np.ndarray, " samples"]) -> float:
    """Return the share of samples that carry the most frequent label of the unit that responds to them."""
    _, unit = np.unique(units, return_inverse=True)
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
