"""`OnlinePrincipalSubspace`: the linear networks of similarity matching as a scikit-learn estimator."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from bouton.estimators._declared import KW_ONLY
from bouton.estimators._rates import PowerScaledTransformer, check_fits
from bouton.estimators.similarity import SimilarityTransformer
from bouton.similarity import FastSimilarityMatching, PrincipalSubspaceNetwork, SimilarityMatching

__all__ = ["OnlinePrincipalSubspace"]

_Networks = FastSimilarityMatching | SimilarityMatching | PrincipalSubspaceNetwork
_INITIAL_ACTIVITY = 10.0
"""In units of the input power: how long the cumulative algorithm remembers its start."""


class OnlinePrincipalSubspace(SimilarityTransformer[_Networks, Any], PowerScaledTransformer[_Networks, Any]):
    r"""Project on the principal subspace, learned online by a Hebbian/anti-Hebbian network.

    The outputs keep the similarities of the samples as well as any linear ones can,
    :math:`\min_Y \|X X^\top - Y Y^\top\|_F^2`: at rest they are the principal components, up to a rotation. Centre the
    data first, or the mean becomes a direction of the subspace.

    Parameters
    ----------
    n_components
        Dimension of the subspace, at most the number of features.
    algorithm
        "minmax": all synapses learn locally, at one rate (2018). "fast": the same outputs in less time, by an inverse
        that does not learn locally. "cumulative": the first such network (2015), a learning rate for each neuron.
    learning_rate
        Rate at the first sample; not used by "cumulative".
    learning_rate_decay
        The rate is `learning_rate` / (1 + decay t) at sample t: with the defaults 1 / (t + 5).
    forgetting
        Discount of the past per sample, of "cumulative" alone.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        The linear map from sample to output; its rows are orthonormal once it has come to rest.

    References
    ----------
    C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018. A. Giovannucci et al., IEEE Big Data
    2018. C. Pehlevan, T. Hu, D. B. Chklovskii, Neural Computation 27:1461, 2015.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import OnlinePrincipalSubspace
    >>> from bouton.data import load_digits
    >>> X = load_digits().data
    >>> model = OnlinePrincipalSubspace(3, epochs=5, random_state=0).fit(X - X.mean(axis=0))
    >>> bool(np.abs(model.components_ @ model.components_.T - np.eye(3)).max() < 0.1)
    True
    """

    n_components: int = 2
    _: KW_ONLY
    algorithm: Literal["fast", "minmax", "cumulative"] = "fast"
    learning_rate: float = 0.2
    learning_rate_decay: float = 0.2
    forgetting: float = 1.0

    def _circuit(self, n_features: int) -> _Networks:
        sizes = (n_features, check_fits(self.n_components, n_features))
        rated: dict[str, Any] = {"learning_rate": self._schedule(), "input_power": self.input_power_}
        makers: dict[str, Callable[[], _Networks]] = {
            "fast": lambda: FastSimilarityMatching(*sizes, **rated),
            "minmax": lambda: SimilarityMatching(*sizes, **rated),
            "cumulative": lambda: PrincipalSubspaceNetwork(
                *sizes, float(self.forgetting), _INITIAL_ACTIVITY * self.input_power_
            ),
        }
        return makers[self.algorithm]()

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The linear map from sample to output."""
        return self._responses(np.eye(self.n_features_in_)).T
