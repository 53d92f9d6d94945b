"""`OnlineNSM`: non-negative similarity matching as a scikit-learn estimator."""

from typing import Any

import numpy as np
from jaxtyping import Float

from bouton.engine import Run
from bouton.estimators._declared import KW_ONLY
from bouton.estimators._rates import PowerScaledTransformer
from bouton.estimators.similarity import DescendingTransformer, NonnegativeTransformer
from bouton.similarity import MinMaxState, NonnegativeSimilarityMatching, similarity_error

__all__ = ["OnlineNSM", "silence_warnings"]

_LONG_SILENT = 1e-6


def silence_warnings(lateral: Any) -> list[str]:
    """Return a warning where neurons have been silent for long, as their mean squared activity tells."""
    activity = np.diagonal(np.asarray(lateral))
    silent = int(np.sum(activity <= _LONG_SILENT * activity.max()))
    if not silent:
        return []
    return [
        f"{silent} of {len(activity)} components have fallen silent, and may stay so: try another random_state, or "
        "fewer components"
    ]


class OnlineNSM(
    NonnegativeTransformer[NonnegativeSimilarityMatching, MinMaxState],
    DescendingTransformer[NonnegativeSimilarityMatching, MinMaxState],
    PowerScaledTransformer[NonnegativeSimilarityMatching, MinMaxState],
):
    r"""Cluster, find features or tile a manifold by rectifying neurons that learn online, with a shared learning rate.

    The outputs are non-negative and keep the similarities of the samples,
    :math:`\min_{Y \ge 0} \|X X^\top - Y Y^\top\|_F^2`. `OnlineSNMF` has the same objective, recruits its components and
    needs no learning rate; here all components take part from the start, and a rate that stays follows data that drift.

    Parameters
    ----------
    n_components
        Number of neurons m.
    learning_rate_decay
        The rate is `learning_rate` / (1 + decay t) at sample t: with the defaults 1 / (t + 5).
    leak
        :math:`l_2`, added to each neuron's self-inhibition, in units of :math:`|x|^2`.
    threshold
        :math:`l_1`, taken off each neuron's drive, in units of :math:`|x|^3`: sparser outputs.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Feed-forward weights W, mean products of output and sample.
    lateral_ : array (n_components, n_components)
        Inhibitory lateral weights M, mean products of outputs.

    References
    ----------
    C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018.

    Examples
    --------
    >>> from bouton import OnlineNSM
    >>> from bouton.data import ring
    >>> X, angles = ring(2000, seed=0)
    >>> model = OnlineNSM(8, random_state=0).fit(X)
    >>> labels = model.predict(X)
    >>> bool((labels >= 0).all())
    True
    """

    n_components: int = 16
    _: KW_ONLY
    learning_rate: float = 0.2
    learning_rate_decay: float = 0.2
    leak: float = 0.0
    threshold: float = 0.0

    def _circuit(self, n_features: int) -> NonnegativeSimilarityMatching:
        return NonnegativeSimilarityMatching(
            n_features,
            int(self.n_components),
            self._schedule(),
            input_power=self.input_power_,
            leak=float(self.leak),
            threshold=float(self.threshold),
            dynamics=self._descent(),
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Feed-forward weights W."""
        return np.array(self.state_.feedforward)

    @property
    def lateral_(self) -> Float[np.ndarray, "components components"]:
        """Lateral weights M."""
        return np.array(self.state_.lateral)

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return the model's own objective for rows, negative: the greater the better.

        .. math::

            -\frac{\|X X^\top - Y Y^\top\|_F^2 + 2\, T\, l_2 \sum_{ti} y_{ti}^2 + 4\, T\, l_1 \sum_{ti} y_{ti}}
                {\|X X^\top\|_F^2}

        with T rows; without leak and threshold it is the relative similarity error.

        0 is perfect, -1 is what silence scores.
        """
        outputs = self._responses(rows).astype(np.float64)
        power = similarity_error(rows, np.zeros((len(rows), 1)))
        effort = 2 * float(self.leak) * np.sum(outputs**2) + 4 * float(self.threshold) * np.sum(outputs)
        cost = similarity_error(rows, outputs) + len(rows) * float(effort)
        # Rows that are all zero leave all components silent, at no cost.
        return -cost / power if power else 0.0

    def _result_warnings(self, before: MinMaxState, learned: Run) -> list[str]:
        return silence_warnings(learned.state.lateral)
