"""Data of pairing experiments in slices, as published: means and standard errors."""

from typing import NamedTuple

import numpy as np

__all__ = ["SJOSTROM_2001", "PairingData"]


class PairingData(NamedTuple):
    """What a pairing experiment measured, one entry for each combination of time and rate.

    Parameters
    ----------
    dt : array (points,)
        From the presynaptic to the postsynaptic spike, in ms.
    rate : array (points,)
        Of pairs, in Hz.
    change : array (points,)
        Mean change of the weight over the initial one.
    error : array (points,)
        Its standard error.
    """

    dt: np.ndarray
    rate: np.ndarray
    change: np.ndarray
    error: np.ndarray


SJOSTROM_2001 = PairingData(
    dt=np.repeat([-10.0, 10.0], 5),
    rate=np.tile([0.1, 10.0, 20.0, 40.0, 50.0], 2),
    change=np.array([-0.29, -0.41, -0.34, 0.56, 0.75, -0.04, 0.14, 0.29, 0.53, 0.56]),
    error=np.array([0.08, 0.11, 0.10, 0.32, 0.19, 0.05, 0.10, 0.14, 0.11, 0.26]),
)
"""Layer-5 pyramidal neurons of visual cortex, 60 pairs: P. J. Sjöström, G. G. Turrigiano, S. B. Nelson, Neuron 32:1149,
2001."""
