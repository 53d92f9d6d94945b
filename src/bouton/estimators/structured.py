"""`StructuredFeatures`: a sheet of neurons over images as a scikit-learn estimator."""

import numpy as np
from jaxtyping import Float

from bouton._fields import Count
from bouton.estimators._declared import KW_ONLY
from bouton.estimators._sheets import Shape, SheetTransformer, input_grid
from bouton.plasticity import Sheet
from bouton.similarity import StructuredSimilarityMatching, StructuredState

__all__ = ["StructuredFeatures"]


class StructuredFeatures(SheetTransformer[StructuredSimilarityMatching, StructuredState]):
    r"""Learn local features of images by a sheet of neurons with receptive fields: structured similarity matching.

    Every site of a grid has some neurons that listen to a round patch of the image and inhibit each other. They learn,
    without labels, by Hebbian and anti-Hebbian rules. Remove the mean of each image first and scale pixels to order
    one: with pixels of 0 to 255 the neurons saturate at once.

    Parameters
    ----------
    stride
        Distance of neighbouring sites, in pixels.
    radius
        Radius of receptive fields, in pixels.
    units_per_site
        Neurons at each site.
    lateral_radius
        Distance up to which sites inhibit each other; 0: only the neurons of one site do.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Feed-forward weights as images, 0 outside of receptive fields.
    sheet_ : Sheet
        Where the neurons are and what they see.

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

    _parts = (Sheet,)

    input_shape: Shape = None
    _: KW_ONLY
    stride: Count = 1
    radius: float = 2.0
    units_per_site: int = 4
    lateral_radius: float = 0.0

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
