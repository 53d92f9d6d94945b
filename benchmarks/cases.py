"""The problems: how many inputs and outputs, on which data, how many samples before and during timing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bouton.data import Whitening, centre_patches, load_digits, load_natural5, sample_patches, sparse_mixture
from bouton.dynamics import CoordinateDescent, EquilibriumSolver

# The library's defaults.
TOLERANCE = 1e-6
MAX_SWEEPS = 100
INITIAL_ACTIVITY = 30.0
SEED = 0


def solver() -> EquilibriumSolver:
    """Return how bouton's neurons settle; the reference loops do it by coordinate descent, to the same tolerance."""
    return CoordinateDescent(TOLERANCE, MAX_SWEEPS)


def digits(count: int) -> np.ndarray:
    """Return digits of 8 x 8 pixels less their mean, drawn with replacement."""
    rows = load_digits(centre=True).data
    return rows[np.random.default_rng(SEED).integers(len(rows), size=count)]


def patches(count: int) -> np.ndarray:
    """Return whitened patches of 28 x 28 pixels of natural photographs, 100 leading components kept."""
    rows = centre_patches(sample_patches(load_natural5(), 28, count, SEED).astype(np.float64))
    return with_unit_power(Whitening("zca", n_components=100).fit(rows).transform(rows))


def mixture(count: int) -> np.ndarray:
    """Return mixtures of 400 sparse sources in 3072 dimensions."""
    rows, _, _ = sparse_mixture(3072, 400, count, probability=0.1, seed=SEED)
    return with_unit_power(rows)


def with_unit_power(rows: np.ndarray) -> np.ndarray:
    """Return rows scaled by one number, so that the mean of |x|^2 is 1."""
    return rows / np.sqrt((rows**2).sum(axis=1).mean())


@dataclass(frozen=True)
class Case:
    """One problem.

    Parameters
    ----------
    inputs, outputs : int
        Shape of the network.
    data : str
        What the samples are.
    draw : callable
        Returns that many samples as rows, with a mean of |x|^2 of 1.
    warm, timed, held_out : int
        Numbers of samples learned before timing, learned in each timed run, and kept for judging what was learned.
    """

    inputs: int
    outputs: int
    data: str
    draw: Callable[[int], np.ndarray]
    warm: int
    timed: int
    held_out: int

    @property
    def name(self) -> str:
        """Return the shape as it is asked for on the command line."""
        return f"{self.inputs}x{self.outputs}"

    def quick(self) -> "Case":
        """Return the same problem with next to no samples."""
        return Case(self.inputs, self.outputs, self.data, self.draw, warm=200, timed=100, held_out=50)

    def rows(self, dtype: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the samples for warming up, for timing and for judging."""
        rows = self.draw(self.warm + self.timed + self.held_out).astype(dtype)
        warm, timed, held_out = np.split(rows, [self.warm, self.warm + self.timed])
        return warm, np.ascontiguousarray(timed), held_out


CASES = (
    Case(64, 16, "digits, centred", digits, warm=4096, timed=16384, held_out=1024),
    Case(784, 50, "whitened 28 x 28 patches of photographs", patches, warm=3072, timed=4096, held_out=512),
    Case(784, 200, "whitened 28 x 28 patches of photographs", patches, warm=3072, timed=2048, held_out=512),
    Case(3072, 400, "mixture of 400 sparse sources", mixture, warm=1024, timed=256, held_out=64),
)


def chosen(shapes: str) -> tuple[Case, ...]:
    """Return the cases that a text such as "64x16,784x50" asks for.

    Raises
    ------
    ValueError
        If there is no such case.
    """
    if shapes == "all":
        return CASES
    known = {case.name: case for case in CASES}
    wanted = [shape.strip() for shape in shapes.split(",")]
    unknown = [shape for shape in wanted if shape not in known]
    if unknown:
        raise ValueError(f"there is no shape {unknown[0]!r}: choose from {', '.join(known)}, or all")
    return tuple(known[shape] for shape in wanted)
