"""`OnlineCorrelationGame`: the network of the correlation game as a scikit-learn estimator."""

import numpy as np
from jaxtyping import Float

from bouton.estimators._checks import spread_warnings
from bouton.estimators._declared import KW_ONLY
from bouton.estimators._means import mean_over_rows
from bouton.estimators._rates import PowerScaledTransformer
from bouton.estimators.similarity import NonnegativeTransformer
from bouton.similarity import CorrelationGameNetwork, CorrelationGameState

__all__ = ["OnlineCorrelationGame"]


class OnlineCorrelationGame(
    NonnegativeTransformer[CorrelationGameNetwork, CorrelationGameState],
    PowerScaledTransformer[CorrelationGameNetwork, CorrelationGameState],
):
    r"""Find the parts that non-negative samples are made of, learning online.

    Components seek correlation with the samples, inhibition keeps the correlation of any two components below a bound,
    and the excitatory weights of a component compete for a total, so that most of them end at exactly zero.

    Parameters
    ----------
    n_components
        Number of neurons m.
    correlation_bound
        :math:`p^2`, largest mean product of the outputs of two components, whose mean squares are at most 1: the
        smaller, the sparser the outputs.
    decay
        :math:`\gamma`, decay of excitatory weights.
    competition
        :math:`\kappa`, how strongly the weights of a component compete.
    total_weight
        :math:`\rho`, the total weight they compete for, for samples of mean squared length 1.
    leak
        Keeps outputs finite where there is no inhibition, for samples of mean squared length 1.
    learning_rate
        Rate of inhibition at the first sample; excitation learns at half of it.
    input_power
        Mean squared length of the samples. "auto" takes it from the data of `fit` or from the first call of
        `partial_fit`; where results must not depend on chunks, give a number.
    epochs
        Number of passes over the data in `fit`; the bounds are met after some ten thousand samples.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Excitatory weights W.
    lateral_ : array (n_components, n_components)
        Inhibitory weights L, the Lagrange multipliers of the bounds.
    input_power_ : float
        Mean squared length that the network was scaled by.

    References
    ----------
    H. S. Seung, J. Zung, arXiv:1704.00646, 2017; recalled in structure, the defaults are choices of this library.

    Examples
    --------
    >>> from bouton import OnlineCorrelationGame
    >>> from bouton.data import load_digits
    >>> X = load_digits().data
    >>> model = OnlineCorrelationGame(8, epochs=5, random_state=0).fit(X)
    >>> bool((model.components_ == 0).mean() > 0.3), bool(model.components_.min() >= 0)
    (True, True)
    """

    n_components: int = 16
    _: KW_ONLY
    correlation_bound: float = 0.1
    decay: float = 0.01
    competition: float = 0.5
    total_weight: float = 2.0
    leak: float = 0.02
    learning_rate: float = 0.01
    learning_rate_decay: float = 0.0003

    def _circuit(self, n_features: int) -> CorrelationGameNetwork:
        return CorrelationGameNetwork(
            n_features,
            int(self.n_components),
            correlation_bound=float(self.correlation_bound),
            decay=float(self.decay),
            competition=float(self.competition),
            total_weight=float(self.total_weight),
            leak=float(self.leak),
            input_power=self.input_power_,
            learning_rate=self._schedule(),
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Excitatory weights W."""
        return np.array(self.state_.feedforward)

    @property
    def lateral_(self) -> Float[np.ndarray, "components components"]:
        """Inhibitory weights L."""
        return np.array(self.state_.lateral)

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return the value of the game for rows, with the present weights: the model's own objective.

        .. math::

            \Big\langle y^\top W x - \tfrac12\, y^\top (L + l I)\, y \Big\rangle + \tfrac12 \sum_{ij} L_{ij} D_{ij}
            - \tfrac\gamma2 \|W\|_F^2 - \tfrac\kappa2 \sum_i \Big(\sum_k W_{ik} - \rho\Big)^2

        In units of the mean squared length of samples; excitation raises it and inhibition lowers it.
        """
        return mean_over_rows(lambda part: self.circuit_.payoff(self.state_, part), rows) / self.input_power_

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        """Return warnings; unlike elsewhere a large mean is as it should be."""
        found = spread_warnings(rows - rows.mean(axis=0))
        if np.min(rows) < 0:
            found.append(
                f"X reaches down to {np.min(rows):.3g}, but weights are excitatory only: shift or rectify X, or split "
                "it into its positive and its negative part"
            )
        return found
