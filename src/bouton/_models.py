"""Models by name: a circuit each, what its start is scaled by, and what it wants of the data.

The command line and the estimators read the same records.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bouton._options import read_options

__all__ = ["DEVIATION", "MODELS", "POWER", "VARIANCE", "Model", "Scale"]

# Rows come one by one.
_BATCHES = "batch_size"


@dataclass(frozen=True)
class Scale:
    """What of the data the start of a circuit is scaled by.

    Parameters
    ----------
    argument : str
        Name of the circuit's argument.
    measure : callable
        From mean and standard deviation of each column to a number.
    factor : float
        What the argument is in units of that number. Default 1.
    """

    argument: str
    measure: Callable[[np.ndarray, np.ndarray], float]
    factor: float = 1.0

    def of(self, mean: np.ndarray, deviation: np.ndarray) -> float:
        """Return the measure, 1 where it is zero and would scale nothing."""
        return self.measure(mean, deviation) or 1.0

    def arguments(self, value: float) -> dict[str, float]:
        """Return the circuit's argument, by name, for a value of the measure."""
        return {self.argument: self.factor * value}


POWER = Scale("input_power", lambda mean, deviation: float(mean @ mean + deviation @ deviation))
"""Mean squared length of the samples."""
VARIANCE = Scale("input_variance", lambda mean, deviation: float(deviation @ deviation) / len(deviation))
"""Mean variance of a feature."""
DEVIATION = Scale("input_deviation", lambda mean, deviation: float(np.sqrt(np.mean(deviation**2))))
"""Root of the mean variance."""


@dataclass(frozen=True)
class Model:
    """A circuit that learns from rows of data.

    Parameters
    ----------
    name : str
        Name on the command line.
    summary : str
        What it is, in a line.
    circuit : callable
        Returns the circuit's class; called when it is needed, so that listing models imports nothing.
    inputs, outputs : str
        Names of the circuit's fields for the numbers of inputs and of components.
    scale : Scale, optional
        What the circuit's start is scaled by; options that are given take precedence. Default: nothing.
    whitens : bool
        Whether the model learns from whitened data. Default False.
    patch_size : int, optional
        Side of the patches that are cut out of a folder of images unless told otherwise. Default: whole images.
    epochs : int
        Passes over the data unless told otherwise. Default 1.
    centres : bool
        Whether the mean of each column is taken off in any case. Default False.
    rotations : bool
        Whether patches are rotated and mirrored by the symmetries of the square unless told otherwise. Default False.
    """

    name: str
    summary: str
    circuit: Callable[[], type]
    inputs: str = "n_inputs"
    outputs: str = "n_outputs"
    scale: Scale | None = None
    whitens: bool = False
    patch_size: int | None = None
    epochs: int = 1
    centres: bool = False
    rotations: bool = False

    def scaled(self, mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
        """Return the circuit's arguments that scale its start to data with these moments."""
        return {} if self.scale is None else self.arguments(self.scale.of(mean, deviation))

    def arguments(self, value: float) -> dict[str, float]:
        """Return the circuit's arguments that scale its start by a measure of the data."""
        return {} if self.scale is None else self.scale.arguments(value)

    def build(
        self, n_inputs: int, n_components: int, options: Mapping[str, Any], scale: Mapping[str, float] | None = None
    ) -> Any:
        """Return the circuit with options given as text or values, and its start scaled to the data.

        Raises
        ------
        InputError
            If an option is unknown or its value cannot be read.
        """
        kind = self.circuit()
        values = read_options(kind, options, {self.inputs, self.outputs, _BATCHES}, self.name)
        return kind(**{self.inputs: n_inputs, self.outputs: n_components} | dict(scale or {}) | values)


def _circuit(topic: str, name: str) -> Callable[[], type]:
    def circuit() -> type:
        return getattr(importlib.import_module(f"bouton.{topic}"), name)

    return circuit


MODELS = {
    model.name: model
    for model in (
        Model(
            "online-snmf", "online symmetric NMF: clusters and sparse features", _circuit("similarity", "SNMFNetwork")
        ),
        Model(
            "similarity-matching",
            "principal subspace, all synapses local",
            _circuit("similarity", "SimilarityMatching"),
            scale=POWER,
        ),
        Model(
            "fast-similarity-matching",
            "principal subspace, fast",
            _circuit("similarity", "FastSimilarityMatching"),
            scale=POWER,
        ),
        Model(
            "principal-subspace",
            "principal subspace, a learning rate for each neuron",
            _circuit("similarity", "PrincipalSubspaceNetwork"),
            scale=replace(POWER, argument="initial_activity", factor=10.0),
        ),
        Model(
            "nonnegative-similarity-matching",
            "rectifying neurons: clusters, features, tiles of a manifold",
            _circuit("similarity", "NonnegativeSimilarityMatching"),
            scale=POWER,
        ),
        Model(
            "sparse-dictionary",
            "features of which few are active at a time",
            _circuit("similarity", "SparseDictionaryNetwork"),
        ),
        Model("whitening", "outputs of unit covariance", _circuit("similarity", "WhiteningNetwork"), scale=VARIANCE),
        Model(
            "source-separation",
            "non-negative independent sources from their mixtures",
            _circuit("similarity", "SourceSeparationNetwork"),
            scale=VARIANCE,
        ),
        Model(
            "correlation-invariant",
            "sparse signals in correlated data, without whitening",
            _circuit("features", "CorrelationInvariantNeurons"),
            scale=DEVIATION,
            patch_size=8,
            epochs=10,
            centres=True,
            rotations=True,
        ),
        Model(
            "nonlinear-hebbian",
            "heavy-tailed directions, such as the localised fields of images, by independent neurons",
            _circuit("features", "NonlinearHebbianNeurons"),
            whitens=True,
            patch_size=16,
            epochs=10,
            rotations=True,
        ),
        Model(
            "nonlinear-hebbian-network",
            "the same with lateral inhibition that is learned",
            _circuit("features", "NonlinearHebbianNetwork"),
            whitens=True,
            patch_size=16,
            epochs=10,
            rotations=True,
        ),
    )
}
