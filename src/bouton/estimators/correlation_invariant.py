"""`CorrelationInvariant`: the neurons of Brito and Gerstner (2024) as a scikit-learn estimator, without whitening."""

from typing import Literal

import numpy as np
from jaxtyping import Float, PyTree

from bouton._fields import AtLeastOne, Positive
from bouton._models import DEVIATION, MODELS
from bouton.engine import Run
from bouton.estimators._declared import KW_ONLY
from bouton.estimators._rates import measured
from bouton.estimators.centred import CentredTransformer
from bouton.features import CorrelationInvariantNeurons, CorrelationInvariantState
from bouton.features.correlation_invariant import CorrelationInvariantRule

__all__ = ["CorrelationInvariant"]

MODEL = MODELS["correlation-invariant"]


class CorrelationInvariant(CentredTransformer[CorrelationInvariantNeurons, CorrelationInvariantState]):
    r"""Find sparse directions of correlated data without whitening, by neurons whose depression is Hebbian.

    Each component learns by :math:`\Delta w = \langle (y^p - (h / h_0)\, y)\, x \rangle` with
    :math:`y = \max(0, w^\top x)` and :math:`h = \langle y^p \rangle`. An invertible linear map of the data leaves the
    fixed points' outputs as they are. Components learn independently and several may find the same direction.

    Parameters
    ----------
    n_components
        Number of neurons.
    rule
        p = 2, p = 3, or a rule that follows the covariance instead, to compare with.
    target
        :math:`h_0`, the size of the responses; of "oja", the squared length of the weights.
    weight_decay
        Strength of the decay of "heterosynaptic".
    learning_rate
        Size of a step, one for each sample, for data of unit variance.
    averaging_time
        Number of samples that the level h averages over: several times fewer than what the weights need to move.
    nonnegative
        Whether weights stay at 0 or above.
    input_deviation
        Typical standard deviation of a feature, which scales start and steps. "auto" takes it from the data of `fit` or
        from the first call of `partial_fit`.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        The neurons' weights, by which they weigh centred data.
    circuit_
        The circuit, for `bouton.run` and `bouton.respond`, of centred rows.

    References
    ----------
    C. S. N. Brito, W. Gerstner, "Learning what matters: Synaptic plasticity with invariance to second-order input
    correlations", PLoS Computational Biology 20(2):e1011844, 2024.

    Examples
    --------
    A sparse source under a fluctuation of three times its size:

    >>> import numpy as np
    >>> from bouton import CorrelationInvariant
    >>> rng = np.random.default_rng(0)
    >>> source = 3.0 * (rng.random(20_000) < 0.1)
    >>> X = np.outer(source, [1, 1, 0]) + np.outer(3 * rng.normal(size=20_000), [0, 1, 1])
    >>> X += 0.3 * rng.normal(size=X.shape)
    >>> outputs = CorrelationInvariant(3, random_state=0).fit(X).transform(X)
    >>> bool(max(np.corrcoef(output, source)[0, 1] for output in outputs.T) > 0.95)
    True
    """

    n_components: int = 16
    _: KW_ONLY
    rule: CorrelationInvariantRule = "invariant"
    target: float = 1.0
    weight_decay: float = 1.0
    learning_rate: float = 1e-3
    averaging_time: AtLeastOne = 500.0
    nonnegative: bool = False
    input_deviation: Positive | Literal["auto"] = "auto"
    epochs: int = MODEL.epochs

    _from_first_rows = ("mean", "input_deviation")

    def _centres(self) -> bool:
        return MODEL.centres

    def _measure_scale(self, rows: np.ndarray) -> None:
        super()._measure_scale(rows)
        self._deviation = measured(rows, DEVIATION, self.input_deviation)

    def _circuit(self, n_features: int) -> CorrelationInvariantNeurons:
        return CorrelationInvariantNeurons(
            n_features,
            int(self.n_components),
            self.rule,
            float(self.target),
            float(self.weight_decay),
            float(self.learning_rate),
            float(self.averaging_time),
            nonnegative=bool(self.nonnegative),
            input_deviation=self._deviation,
        )

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        # The mean is taken off, and scales make no difference.
        return []

    def _result_warnings(self, before: PyTree, learned: Run) -> list[str]:
        # A silent neuron's level decays by a constant share each sample and comes to nothing.
        silent = int(np.sum(np.asarray(learned.state.level) < 1e-6 * float(self.target)))
        if not silent:
            return []
        return [
            f"{silent} of {self.n_components} neurons have fallen silent and no longer learn: lower learning_rate or "
            "averaging_time"
        ]

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The neurons' weights."""
        return np.array(self.state_.feedforward)
