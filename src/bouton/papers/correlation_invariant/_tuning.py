"""Inputs that are tuned to a stimulus on a circle, a stimulus that wanders along it, and the width of tuning."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

__all__ = ["TunedInputs", "stimulus_path", "tuned_inputs", "tuning_width"]

_BINS = 200


class TunedInputs(NamedTuple):
    """Inputs with circular Gaussian tuning to a stimulus between 0 and 1, of unit circumference."""

    width: Float[np.ndarray, " inputs"]
    amplitude: Float[np.ndarray, " inputs"]
    noise: Float[np.ndarray, " inputs"]

    def rates(self, stimulus: Float[np.ndarray, " samples"]) -> Float[np.ndarray, "samples inputs"]:
        """Return the mean rates for each stimulus."""
        n = len(self.width)
        away = np.abs(stimulus[:, None] - np.arange(n) / n)
        distance = np.minimum(away, 1 - away)
        return self.amplitude * np.exp(-(distance**2) / (2 * self.width**2)) / np.sqrt(2 * np.pi)


def tuned_inputs(rng: np.random.Generator, n_inputs: int, diverse: bool) -> TunedInputs:
    """Return inputs of width 0.05, amplitude 1 and noise 0.01, or log-normally distributed about these."""
    spreads = (0.1, 0.2, 0.2) if diverse else (0.0, 0.0, 0.0)
    width, amplitude, noise = (np.exp(spread * rng.normal(size=n_inputs)) for spread in spreads)
    return TunedInputs(0.05 * width, amplitude, 0.01 * noise)


def stimulus_path(rng: np.random.Generator, n_samples: int) -> Float[np.ndarray, " samples"]:
    """Return a stimulus that wanders smoothly around the circle."""
    walk = np.cumsum(0.002 * rng.normal(size=n_samples))
    return np.convolve(walk, np.exp(-np.linspace(0, 3, 30)), mode="same") % 1


def tuning_width(
    stimulus: Float[np.ndarray, " samples"], responses: Float[np.ndarray, "samples neurons"]
) -> tuple[Float[np.ndarray, " neurons"], Float[np.ndarray, "bins neurons"], Float[np.ndarray, "bins neurons"]]:
    """Return the share of 200 bins at or above half the maximum of each mean tuning curve; curves; deviations."""
    place = np.minimum((stimulus * _BINS).astype(int), _BINS - 1)
    count = np.maximum(np.bincount(place, minlength=_BINS), 1)[:, None]
    total, squares = np.zeros((_BINS, responses.shape[1])), np.zeros((_BINS, responses.shape[1]))
    np.add.at(total, place, responses)
    np.add.at(squares, place, responses**2)
    curves = total / count
    deviations = np.sqrt(np.maximum(squares / count - curves**2, 0))
    top = curves.max(axis=0)
    widths = np.where(top > 0, (curves >= top / 2).mean(axis=0), np.nan)
    return widths, curves, deviations
