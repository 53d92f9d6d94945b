"""What a linear classifier makes of features: the probe by which layers are compared."""

import numpy as np
from jaxtyping import Float, Shaped

from bouton._fields import AtLeastZero

__all__ = ["probe_accuracy"]


def probe_accuracy(
    features: Float[np.ndarray, "samples units"],
    labels: Shaped[np.ndarray, " samples"],
    test_features: Float[np.ndarray, "tested units"],
    test_labels: Shaped[np.ndarray, " tested"],
    *,
    penalty: AtLeastZero = 10.0,
) -> float:
    """Return the share of test samples that a ridge classifier on the features gets right.

    Parameters
    ----------
    features : array (samples, units)
        Features of labelled samples; all are scaled by one number, the standard deviation of these.
    labels : array (samples,)
        Their classes.
    test_features, test_labels : array
        The same of samples to be classified.
    penalty : float
        Of squared weights. Default 10.

    Returns
    -------
    float

    Examples
    --------
    >>> x = np.array([[0.0], [0.1], [0.9], [1.0]])
    >>> probe_accuracy(x, np.array([0, 0, 1, 1]), x, np.array([0, 0, 1, 1]), penalty=0.1)
    1.0
    """
    known, asked = np.asarray(features, np.float64), np.asarray(test_features, np.float64)
    scale = max(float(np.std(known)), np.finfo(np.float64).tiny)
    mean = known.mean(axis=0)
    known, asked = (known - mean) / scale, (asked - mean) / scale
    classes, numbers = np.unique(labels, return_inverse=True)
    targets = 2 * np.eye(len(classes))[numbers] - 1
    centred = targets - targets.mean(axis=0)
    gram = known.T @ known + penalty * np.eye(known.shape[1])
    reached = known.T @ centred
    weights = np.linalg.solve(gram, reached) if penalty > 0 else np.linalg.lstsq(gram, reached, rcond=None)[0]
    said = np.argmax(asked @ weights + targets.mean(axis=0), axis=1)
    return float(np.mean(classes[said] == np.asarray(test_labels)))
