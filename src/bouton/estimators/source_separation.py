"""`OnlineSourceSeparation`: blind separation of non-negative sources as a scikit-learn estimator."""

from typing import ClassVar

import numpy as np

from bouton._fields import RateBelowOne
from bouton.engine import Run, respond
from bouton.estimators._declared import KW_ONLY
from bouton.estimators._rates import check_fits
from bouton.estimators.nonnegative import silence_warnings
from bouton.estimators.similarity import DescendingTransformer
from bouton.estimators.whitening import WhiteningTransformer
from bouton.plasticity import LearningRate
from bouton.similarity import (
    NonnegativeSimilarityMatching,
    SeparationState,
    SourceSeparationNetwork,
    WhiteningNetwork,
    relative_similarity_error,
)

__all__ = ["OnlineSourceSeparation"]


class OnlineSourceSeparation(
    WhiteningTransformer[SourceSeparationNetwork, SeparationState],
    DescendingTransformer[SourceSeparationNetwork, SeparationState],
):
    r"""Recover non-negative independent sources from their linear mixtures, online and without knowing the mixing.

    Sources should often be near zero. They come out in any order, scaled to unit variance.

    Parameters
    ----------
    n_components
        Number of sources, at most the number of features. None: as many as features.
    learning_rate
        Rate of the rotating layer at the first sample.
    learning_rate_decay
        That rate is `learning_rate` / (1 + decay t) at sample t.
    smallest_learning_rate
        What it does not fall below; positive for mixtures that drift.
    whitening_rate
        Rate of the whitening layer at the first sample.
    whitening_rate_decay
        How fast that rate falls, likewise.
    leak
        Added to the self-inhibition of the rotating layer: bounds its outputs.
    random_state
        Seeds order and initial weights. From some starts a component stays silent, and a warning says so: try another.

    References
    ----------
    C. Pehlevan, S. Mohan, D. B. Chklovskii, Neural Computation 29:2925, 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import OnlineSourceSeparation
    >>> from bouton.data import nonnegative_mixture
    >>> X, sources, _ = nonnegative_mixture(2, n_samples=10_000, seed=0)
    >>> outputs = OnlineSourceSeparation(random_state=0).fit_transform(X)
    >>> bool((np.corrcoef(outputs.T, sources.T)[:2, 2:].max(axis=0) > 0.99).all())
    True
    """

    _parts = (WhiteningNetwork, NonnegativeSimilarityMatching)
    _ranges: ClassVar = {"whitening_rate_decay": (LearningRate, "decay")}

    n_components: int | None = None
    _: KW_ONLY
    learning_rate: float = 0.05
    learning_rate_decay: float = 0.001
    whitening_rate: RateBelowOne = 0.01
    whitening_rate_decay: float = 0.01
    leak: float = 0.0

    def _circuit(self, n_features: int) -> SourceSeparationNetwork:
        floor = float(self.smallest_learning_rate)
        return SourceSeparationNetwork(
            n_features,
            check_fits(self.n_components, n_features),
            learning_rate=self._schedule(),
            whitening_rate=LearningRate(float(self.whitening_rate), float(self.whitening_rate_decay), floor=floor),
            input_variance=self.input_variance_,
            leak=float(self.leak),
            dynamics=self._descent(),
        )

    def _objective(self, rows: np.ndarray) -> float:
        """Return how well the outputs for rows keep the similarities of the whitened rows, the aim of the second layer.

        It is the negative relative similarity error between both layers: a rotation, which sources are of whitened
        mixtures, scores 0.

        0 is perfect, -1 is what silence scores.
        """
        whitened = respond(self.circuit_.whitening, self.state_.whitening, rows)
        return -relative_similarity_error(whitened, self._responses(rows))

    def _result_warnings(self, before: SeparationState, learned: Run) -> list[str]:
        return silence_warnings(learned.state.rotation.lateral)
