"""`OnlineManifoldTiling`: the online network of manifold tiling as a scikit-learn estimator."""

import numpy as np
from jaxtyping import Float

from bouton.engine import Run
from bouton.estimators._declared import KW_ONLY
from bouton.estimators._rates import PowerScaledTransformer
from bouton.estimators.nonnegative import silence_warnings
from bouton.estimators.similarity import NonnegativeTransformer
from bouton.similarity import ManifoldTilingNetwork, ManifoldTilingState

__all__ = ["OnlineManifoldTiling"]


class OnlineManifoldTiling(
    NonnegativeTransformer[ManifoldTilingNetwork, ManifoldTilingState],
    PowerScaledTransformer[ManifoldTilingNetwork, ManifoldTilingState],
):
    r"""Tile the manifold that samples lie on with localised, non-negative outputs, learning online.

    Outputs keep the similarities of the samples, while the power of outputs along any direction stays below a limit:
    each component comes to respond to a patch of its own, and the patches cover the manifold. Centre the data first.

    Parameters
    ----------
    n_components
        Number of neurons m.
    offset
        :math:`\alpha`, taken off every similarity, in units of the mean squared length of samples: the larger, the less
        the components respond. A manifold with more dimensions wants less.
    power_limit
        :math:`\beta`, largest mean square of the outputs along any direction.
    input_power
        Mean squared length of the samples, which scales start and offset. "auto" takes it from the data of `fit` or
        from the first call of `partial_fit`; where results must not depend on chunks, give a number.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Feed-forward weights W, mean products of output and sample.
    inhibition_ : array (n_components, n_components)
        Weights V between components and interneurons.
    input_power_ : float
        Mean squared length that start and offset were scaled by.

    References
    ----------
    A. M. Sengupta, C. Pehlevan, M. Tepper, A. Genkin, D. B. Chklovskii, NeurIPS 2018.

    Examples
    --------
    >>> from bouton import OnlineManifoldTiling
    >>> from bouton.data import ring
    >>> X, angles = ring(5000, seed=0)
    >>> model = OnlineManifoldTiling(6, random_state=0).fit(X)
    >>> outputs = model.transform(X)
    >>> bool((outputs > 0).any(axis=1).mean() > 0.9), bool((outputs > 0).sum(axis=1).mean() < 2)
    (True, True)
    """

    n_components: int = 16
    _: KW_ONLY
    offset: float = 0.7
    power_limit: float = 1.0
    learning_rate: float = 0.05
    learning_rate_decay: float = 0.001

    def _circuit(self, n_features: int) -> ManifoldTilingNetwork:
        return ManifoldTilingNetwork(
            n_features,
            int(self.n_components),
            offset=float(self.offset) * self.input_power_,
            power_limit=float(self.power_limit),
            learning_rate=self._schedule(),
            input_power=self.input_power_,
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Feed-forward weights W."""
        return np.array(self.state_.feedforward)

    @property
    def inhibition_(self) -> Float[np.ndarray, "interneurons components"]:
        """Weights V between components and interneurons."""
        return np.array(self.state_.inhibition)

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return the model's own objective for rows, negative: how much similarity the outputs keep.

        .. math:: \|\langle y\, x^\top \rangle\|_F^2 - \alpha\, |\langle y \rangle|^2

        In units of the power limit times the mean squared length of samples; 0 is what silence scores, greater is
        better. It rises with the power of the outputs too, which the limit bounds where learning has come to rest.
        """
        return -self.circuit_.objective(self.state_, rows) / (float(self.power_limit) * self.input_power_)

    def _result_warnings(self, before: ManifoldTilingState, learned: Run) -> list[str]:
        return silence_warnings(learned.state.inhibition.T @ learned.state.inhibition)
