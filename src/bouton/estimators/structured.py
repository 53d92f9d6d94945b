"""`StructuredFeatures`: a sheet of neurons over images as a scikit-learn estimator."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from jaxtyping import Float
from numpy.random import RandomState
from sklearn.utils._param_validation import Interval

from bouton.estimators._sheets import LEARNING_CONSTRAINTS, SheetTransformer, input_grid
from bouton.estimators.adapter import CircuitTransformer
from bouton.plasticity import Sheet
from bouton.similarity import StructuredSimilarityMatching, StructuredState

__all__ = ["StructuredFeatures"]


class StructuredFeatures(SheetTransformer):
    r"""Learn local features of images by a sheet of neurons with receptive fields: structured similarity matching.

    Every site of a grid has some neurons that listen to a round patch of the image and inhibit each other. They learn,
    without labels, by Hebbian and anti-Hebbian rules. Remove the mean of each image first and scale pixels to order
    one: with pixels of 0 to 255 the neurons saturate at once.

    Parameters
    ----------
    input_shape : (height, width) or (height, width, channels), default=None
        The grid of the features. None: a square image if the number of features is a square, else a row.
    stride : int, default=1
        Distance of neighbouring sites, in pixels.
    radius : float, default=2.0
        Radius of receptive fields, in pixels.
    units_per_site : int, default=4
        Neurons at each site.
    lateral_radius : float, default=0.0
        Distance up to which sites inhibit each other; 0: only the neurons of one site do.
    learning_rate : float in (0, 1), default=0.005
        Rate of the first thousand samples.
    learning_rate_decay : float, default=0.5
        How fast the rate falls: it is `learning_rate` / (1 + decay e) after e thousand samples.
    smallest_learning_rate : float, default=0.0001
        What the rate does not fall below.
    tolerance : float, default=1e-4
        Relative rate of change at which the neurons' activity counts as settled.
    max_steps : int, default=3000
        Most Euler steps per sample.
    epochs : int, default=1
        Number of passes over the data in `fit`.
    shuffle : bool, default=True
        Whether `fit` takes the rows in random order, anew in each pass.
    random_state : int, RandomState or None, default=None
        Seeds order and initial weights.
    verbose : bool or int, default=False
        Whether learning shows a progress bar.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Feed-forward weights as images, 0 outside of receptive fields.
    sheet_ : Sheet
        Where the neurons are and what they see.
    n_samples_seen_ : int
        Number of samples learned from, each pass counted.
    n_features_in_ : int
        Number of features seen during `fit`.
    circuit_ : StructuredSimilarityMatching
        The network, for `bouton.run` and `bouton.respond`.
    state_ : StructuredState
        Its state.

    References
    ----------
    D. Obeid, H. Ramambason, C. Pehlevan, "Structured and deep similarity matching via structured and deep Hebbian
    networks", NeurIPS 2019, arXiv:1910.04958.

    Examples
    --------
    >>> from bouton import StructuredFeatures
    >>> from bouton.data import load_digits
    >>> images = load_digits(normalise=False).data / 16
    >>> X = images - images.mean(axis=1, keepdims=True)
    >>> model = StructuredFeatures(stride=2, units_per_site=2, random_state=0).fit(X)
    >>> model.transform(X).shape
    (1797, 32)
    """

    _parameter_constraints: ClassVar[dict[str, list]] = {
        **CircuitTransformer._parameter_constraints,
        **LEARNING_CONSTRAINTS,
        "stride": [Interval(Integral, 1, None, closed="left")],
        "radius": [Interval(Real, 0, None, closed="neither")],
        "units_per_site": [Interval(Integral, 1, None, closed="left")],
        "lateral_radius": [Interval(Real, 0, None, closed="left")],
    }

    circuit_: StructuredSimilarityMatching
    state_: StructuredState

    def __init__(
        self,
        input_shape: Sequence[int] | None = None,
        *,
        stride: int = 1,
        radius: float = 2.0,
        units_per_site: int = 4,
        lateral_radius: float = 0.0,
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
        self.input_shape = input_shape
        self.stride = stride
        self.radius = radius
        self.units_per_site = units_per_site
        self.lateral_radius = lateral_radius
        self.learning_rate = learning_rate
        self.learning_rate_decay = learning_rate_decay
        self.smallest_learning_rate = smallest_learning_rate
        self.tolerance = tolerance
        self.max_steps = max_steps
        self.epochs = epochs
        self.shuffle = shuffle
        self.random_state = random_state
        self.verbose = verbose

    def _sheet(self, n_features: int) -> Sheet:
        return Sheet(
            input_grid(self.input_shape, n_features),
            int(self.stride),
            float(self.radius),
            int(self.units_per_site),
            float(self.lateral_radius),
        )

    def _circuit(self, n_features: int) -> StructuredSimilarityMatching:
        sheet = self._sheet(n_features)
        return StructuredSimilarityMatching(
            sheet.feedforward, sheet.lateral, learning_rate=self._schedule(), dynamics=self._relaxation()
        )

    @property
    def sheet_(self) -> Sheet:
        """Where the neurons are and what they see."""
        return self._sheet(self.n_features_in_)

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Feed-forward weights as images."""
        return self.circuit_.layer.feedforward.connectivity.as_matrix(self.state_.weights.feedforward)
