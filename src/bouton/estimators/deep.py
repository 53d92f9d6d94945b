"""`DeepFeatures`: sheets of neurons on top of each other as a scikit-learn estimator."""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.estimators._declared import KW_ONLY, Accepts
from bouton.estimators._sheets import SheetTransformer, input_grid
from bouton.plasticity import Sheet
from bouton.similarity import DeepSimilarityMatching, DeepState

__all__ = ["DeepFeatures"]


class DeepFeatures(SheetTransformer[DeepSimilarityMatching, DeepState]):
    r"""Learn features of images by several sheets of neurons on top of each other: deep similarity matching.

    Parameters
    ----------
    layers
        The sheets, the lowest first; lengths in points of the layer's input grid.
    feedback
        Strength :math:`\gamma` of feedback from each layer to the one below.

    Attributes
    ----------
    sheets_ : list of Sheet
        Where the neurons of each layer are and what they see.

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

    layers: Annotated[
        Sequence[Sequence[float]],
        Accepts("sequence of (units_per_site, stride, radius[, lateral_radius])", ("array-like",)),
    ] = ((4, 1, 2.0), (4, 2, 2.0))
    _: KW_ONLY
    feedback: float = 0.0

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
        rows = self._rows_like_before(X)
        return self.circuit_.encode(self.state_, rows)
