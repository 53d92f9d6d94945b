"""`DeepFeatures`: sheets of neurons on top of each other as a scikit-learn estimator."""

from collections.abc import Sequence
from numbers import Real
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.utils._param_validation import Interval

from bouton.errors import InputError
from bouton.estimators._sheets import LEARNING_CONSTRAINTS, SheetTransformer, input_grid
from bouton.estimators.adapter import CircuitTransformer
from bouton.plasticity import Sheet
from bouton.similarity import DeepSimilarityMatching, DeepState

__all__ = ["DeepFeatures"]


class DeepFeatures(SheetTransformer):
    r"""Learn features of images by several sheets of neurons on top of each other: deep similarity matching.

    Parameters
    ----------
    layers : sequence of (units_per_site, stride, radius[, lateral_radius]), default=((4, 1, 2.0), (4, 2, 2.0))
        The sheets, the lowest first; lengths in points of the layer's input grid.
    input_shape : (height, width) or (height, width, channels), default=None
        The grid of the features. None: a square image if the number of features is a square, else a row.
    feedback : float, default=0.0
        Strength :math:`\gamma` of feedback from each layer to the one below.
    learning_rate, learning_rate_decay, smallest_learning_rate, tolerance, max_steps
        As in `StructuredFeatures`.
    epochs, shuffle, random_state, verbose
        As in `StructuredFeatures`.

    Attributes
    ----------
    sheets_ : list of Sheet
        Where the neurons of each layer are and what they see.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : DeepSimilarityMatching
        The network, for `bouton.run` and `bouton.respond`.
    state_ : DeepState
        Its state.

    References
    ----------
    D. Obeid, H. Ramambason, C. Pehlevan, "Structured and deep similarity matching via structured and deep Hebbian
    networks", NeurIPS 2019, arXiv:1910.04958.

    Examples
    --------
    >>> from bouton import DeepFeatures
    >>> from bouton.data import load_digits
    >>> images = load_digits(normalise=False).data / 16
    >>> X = images - images.mean(axis=1, keepdims=True)
    >>> model = DeepFeatures(layers=[(2, 2, 2.0), (4, 2, 2.0)], feedback=0.5, random_state=0).fit(X)
    >>> [layer.shape for layer in model.encode(X)]
    [(1797, 32), (1797, 16)]
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **LEARNING_CONSTRAINTS,
        "layers": ["array-like"],
        "feedback": [Interval(Real, 0, None, closed="left")],
    }

    circuit_: DeepSimilarityMatching
    state_: DeepState

    def __init__(
        self,
        layers: Sequence[Sequence[float]] = ((4, 1, 2.0), (4, 2, 2.0)),
        *,
        input_shape: Sequence[int] | None = None,
        feedback: float = 0.0,
        learning_rate: float = 0.005,
        learning_rate_decay: float = 0.5,
        smallest_learning_rate: float = 0.0001,
        tolerance: float = 1e-4,
        max_steps: int = 3000,
        epochs: int = 1,
        shuffle: bool = True,
        random_state: int | RandomState | None = None,
        verbose: bool | int = False,
    ):
        self.layers = layers
        self.input_shape = input_shape
        self.feedback = feedback
        self.learning_rate = learning_rate
        self.learning_rate_decay = learning_rate_decay
        self.smallest_learning_rate = smallest_learning_rate
        self.tolerance = tolerance
        self.max_steps = max_steps
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _sheets(self, n_features: int) -> list[Sheet]:
        shape, sheets = input_grid(self.input_shape, n_features), []
        for number, layer in enumerate(self.layers, start=1):
            if not 3 <= len(layer) <= 4:
                raise InputError(
                    f"layer {number} must be (units_per_site, stride, radius) or (units_per_site, stride, radius, "
                    f"lateral_radius), got {layer}"
                )
            units, stride, radius, *lateral = layer
            sheets.append(Sheet(shape, int(stride), float(radius), int(units), float(lateral[0]) if lateral else 0.0))
            shape = sheets[-1].shape
        return sheets

    def _circuit(self, n_features: int) -> DeepSimilarityMatching:
        return DeepSimilarityMatching(
            self._sheets(n_features),
            feedback=float(self.feedback),
            learning_rate=self._schedule(),
            dynamics=self._relaxation(),
        )

    @property
    def sheets_(self) -> list[Sheet]:
        """Where the neurons of each layer are and what they see."""
        return self._sheets(self.n_features_in_)

    def encode(self, X: ArrayLike) -> tuple[Float[np.ndarray, "samples _"], ...]:
        """Return the activities of all layers for rows, the lowest first; `transform` returns the last of them.

        Parameters
        ----------
        X : array (n_samples, n_features)
            One sample per row.

        Returns
        -------
        tuple of arrays (n_samples, units)
            The activities.

        Raises
        ------
        InputError
            If the data cannot be used.
        NotFittedError
            If nothing was learned yet.
        """
        return self.circuit_.encode(self.state_, self._rows_like_before(X))
