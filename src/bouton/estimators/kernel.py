"""`KernelFeatures`: kernel similarity matching as a scikit-learn estimator."""

from typing import Literal

import numpy as np
from jaxtyping import Float

from bouton.estimators._declared import KW_ONLY
from bouton.estimators._means import mean_over_rows
from bouton.estimators._rates import PowerScaledTransformer
from bouton.similarity import KernelMatchingState, KernelSimilarityMatching, RadialKernel

__all__ = ["KernelFeatures"]


class KernelFeatures(PowerScaledTransformer[KernelSimilarityMatching, KernelMatchingState]):
    r"""Represent samples by features whose inner products approximate a kernel, learning online.

    A network whose neurons each have a feature in the space of the samples learns features, their strengths and lateral
    inhibition, one sample at a time, so that :math:`y_t \cdot y_{t'} \approx f(x_t, x_{t'})`: a Nystroem approximation
    with learned landmarks, of the radial kernel :math:`f(x, w) = \exp(-|x - w|^2 / 2 \sigma^2)`. The published network
    takes mini-batches, and other kernels too: `bouton.similarity.KernelSimilarityMatching`. Centre the data first.

    Parameters
    ----------
    n_components
        Number of neurons m.
    width
        :math:`\sigma`, in the units of the samples. "auto": the root of half their mean squared length.
    leak
        :math:`\lambda`, in units of the lateral weights.
    learning_rate
        Factor, at the first sample, of the published rates 0.01 (strengths and, for samples of mean squared length 1,
        features) and 0.1 (lateral weights), which are meant for mini-batches.
    learning_rate_decay
        The factor is `learning_rate` / (1 + decay t) at sample t.
    smallest_learning_rate
        What the factor does not fall below; positive for data that drift.
    input_power
        Mean squared length of the samples, which scales the start and the automatic width. "auto" takes it from the
        data of `fit` or from the first call of `partial_fit`; where results must not depend on chunks, give a number.
    epochs
        Number of passes over the data in `fit`; some ten thousand samples are needed.
    random_state
        Seeds order and initial features.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        The features W.
    strength_ : array (n_components,)
        Their strengths q.
    lateral_ : array (n_components, n_components)
        Inhibitory lateral weights L.
    input_power_ : float
        Mean squared length that start and automatic width were scaled by.

    References
    ----------
    K. Luther, H. S. Seung, Kernel similarity matching with Hebbian networks, NeurIPS 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import KernelFeatures
    >>> from bouton.data import ring
    >>> X, angles = ring(1000, seed=0)
    >>> Y = KernelFeatures(8, random_state=0).fit_transform(X)
    >>> kernel = np.exp(X @ X.T * 2 - 2)
    >>> bool(np.linalg.norm(Y @ Y.T - kernel) < 0.2 * np.linalg.norm(kernel))
    True
    """

    _parts = (RadialKernel,)

    n_components: int = 16
    _: KW_ONLY
    width: float | Literal["auto"] = "auto"
    leak: float = 0.001
    learning_rate: float = 0.1
    learning_rate_decay: float = 0.0001
    epochs: int = 10

    def _circuit(self, n_features: int) -> KernelSimilarityMatching:
        width = (self.input_power_ / 2) ** 0.5 if isinstance(self.width, str) else float(self.width)
        return KernelSimilarityMatching(
            n_features,
            int(self.n_components),
            RadialKernel(width),
            batch_size=None,
            leak=float(self.leak),
            learning_rate=self._schedule(),
            feature_rate=0.01 * self.input_power_,
            feature_scale=(self.input_power_ / n_features) ** 0.5,
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The features W."""
        return np.array(self.state_.features)

    @property
    def strength_(self) -> Float[np.ndarray, " components"]:
        """The strengths q of the features."""
        return np.array(self.state_.strength[:, 0])

    @property
    def lateral_(self) -> Float[np.ndarray, "components components"]:
        """Inhibitory lateral weights L."""
        return np.array(self.state_.lateral)

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return the objective e for rows, with the present weights: the model's own objective.

        .. math::

            e = \sum_i q_i \langle y_i f(x, w_i) \rangle - \tfrac12 \sum_i q_i^2 f(w_i, w_i)
            - \tfrac12 \sum_{ij} \left(L_{ij} \langle y_i y_j \rangle - \tfrac12 L_{ij}^2\right)
            - \tfrac\lambda2 \sum_i \langle y_i^2 \rangle

        At rest at most a quarter of the mean squared kernel between rows.
        """
        return mean_over_rows(lambda part: self.circuit_.objective(self.state_, part), rows)
