"""`OnlineSNMF`: the online symmetric NMF network of Pehlevan and Chklovskii (2014) as a scikit-learn estimator."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from jaxtyping import Float
from sklearn.utils import Tags

from bouton.engine import Run
from bouton.estimators._declared import KW_ONLY
from bouton.estimators.similarity import DescendingTransformer, NonnegativeTransformer
from bouton.similarity import SNMFNetwork, SNMFState
from bouton.similarity.snmf import Start

__all__ = ["OnlineSNMF"]

_EARLY = 5


class OnlineSNMF(NonnegativeTransformer[SNMFNetwork, SNMFState], DescendingTransformer[SNMFNetwork, SNMFState]):
    r"""Cluster, or find sparse features, by a Hebbian/anti-Hebbian network that learns online.

    The network responds to each sample x at once with a non-negative, sparse y, so that similar samples get similar
    outputs: :math:`\min_{Y \ge 0} \|X X^\top - Y Y^\top\|_F^2 + \lambda\, \mathrm{rank}\, Y`. There is no learning rate
    to tune. Components are recruited when a sample calls for one. Centre the data first: with a large common mean the
    outputs are dense and do not cluster.

    Parameters
    ----------
    n_components
        Number of neurons m that may be recruited; `n_used_` says how many were.
    rank_penalty
        :math:`\lambda`, what a new component costs: one is recruited where the squared unexplained power of a sample
        exceeds it. In units of :math:`|x|^4`: data scaled by s need :math:`s^4 \lambda`. "auto" is
        :math:`(0.4 \langle|x|^2\rangle)^2` with the running mean, which suits clusters; sparse features want less.
    forgetting
        Discount of the past per sample, for data that drift; 1 is the paper's.
    start
        "silent", the paper's: no weights, components are recruited. "random": random weights, nobody is recruited.
    initial_activity
        How long a random start is remembered, in units of :math:`|x|^2`: 10 to 100 times the mean is good.
    nonnegative_inputs
        Refuse negative data, which keeps all feed-forward weights excitatory.
    shuffle
        Whether `fit` takes the rows in random order, anew in each pass. Recruiting is greedy: order matters.
    random_state
        Seeds order and random start. An int s stands for the key ``jax.random.key(s)`` of `bouton.run`.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Feed-forward weights W; rows of components not in use are zero.
    lateral_ : array (n_components, n_components)
        Inhibitory lateral weights M.
    cumulative_activity_ : array (n_components,)
        Each component's sum of squared outputs; its learning rate is one over that.
    n_used_ : int
        Number of components in use.

    References
    ----------
    C. Pehlevan, D. B. Chklovskii, "A Hebbian/anti-Hebbian network derived from online non-negative matrix factorization
    can cluster and discover sparse features", Asilomar 2014, arXiv:1503.00680.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton import OnlineSNMF
    >>> rng = np.random.default_rng(0)
    >>> centres = rng.normal(size=(3, 20))
    >>> X = centres[rng.integers(3, size=500)] + 0.2 * rng.normal(size=(500, 20))
    >>> model = OnlineSNMF(n_components=8, random_state=0).fit(X - X.mean(axis=0))
    >>> model.n_used_
    3
    """

    n_components: int = 16
    _: KW_ONLY
    rank_penalty: float | Literal["auto"] = "auto"
    forgetting: float = 1.0
    start: Start = "silent"
    initial_activity: float = 30.0
    nonnegative_inputs: bool = False

    def _circuit(self, n_features: int) -> SNMFNetwork:
        return SNMFNetwork(
            n_features,
            int(self.n_components),
            rank_penalty=None if isinstance(self.rank_penalty, str) else float(self.rank_penalty),
            forgetting=float(self.forgetting),
            dynamics=self._descent(),
            start=self.start,
            initial_activity=float(self.initial_activity),
            nonnegative_inputs=bool(self.nonnegative_inputs),
        )

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """Feed-forward weights W."""
        return np.array(self.state_.feedforward)

    @property
    def lateral_(self) -> Float[np.ndarray, "components components"]:
        """Inhibitory lateral weights M."""
        return np.array(self.state_.lateral)

    @property
    def cumulative_activity_(self) -> Float[np.ndarray, " components"]:
        """Sum of squared outputs of each component."""
        return np.array(self.state_.cumulative_activity)

    @property
    def n_used_(self) -> int:
        """Number of components in use."""
        return int(np.sum(self.circuit_.report(self.state_).used))

    def _watch(self) -> Mapping[str, int]:
        return {"cumulative_activity": _EARLY * int(self.n_components)}

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        found = super()._data_warnings(rows, is_stream)
        if not is_stream and len(rows) < self.n_components:
            found.append(
                f"X has fewer samples ({len(rows)}) than there are components ({self.n_components}): some will find "
                "nothing of their own; lower n_components"
            )
        if self.start == "silent" and self.rank_penalty == 0:
            found.append(
                "rank_penalty is 0, so that the first samples recruit all components, if only by their noise: give the "
                'squared power |x|^4 that is worth a component, or "auto"'
            )
        return found

    def _result_warnings(self, before: SNMFState, learned: Run) -> list[str]:
        """Return warnings: nobody ever fired, or everybody was recruited at once."""
        found = []
        if learned.steps > 1 and int(np.min(learned.state.samples_since_active)) >= self.n_samples_seen_:
            name = "rank_penalty" if self.start == "silent" else "initial_activity"
            found.append(
                f"no component was ever active in {self.n_samples_seen_} samples: lower {name} (now "
                f"{getattr(self, name)!r}), or rescale X if its values are tiny"
            )
        early = _EARLY * int(self.n_components)
        # Whoever sets the penalty, for sparse features say, may well mean to have all components at work soon.
        if (
            self.rank_penalty == "auto"
            and not np.all(before.cumulative_activity)
            and self._were_all_used(learned, early)
        ):
            found.append(
                f"all {self.n_components} components were recruited within the first {early} samples: raise "
                "n_components if there is more to find, set a higher rank_penalty if not"
            )
        return found

    def _were_all_used(self, learned: Run, early: int) -> bool:
        recorded = learned.recordings["cumulative_activity"].values if learned.recordings else []
        if len(recorded):
            return bool(np.all(recorded[0]))
        return self.n_samples_seen_ <= early and bool(np.all(learned.state.cumulative_activity))

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn should know: also whether negative data are refused."""
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = bool(self.nonnegative_inputs)
        return tags
