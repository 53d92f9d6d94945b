"""`NonlinearHebbian`: the neurons of Brito and Gerstner (2016) as a scikit-learn estimator, whitening included."""

import warnings
from typing import Annotated, Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._fields import Count
from bouton._models import MODELS
from bouton.data import Whitening
from bouton.errors import InputError
from bouton.estimators._declared import KW_ONLY, Accepts
from bouton.estimators._means import mean_over_rows
from bouton.estimators.adapter import CircuitTransformer
from bouton.features import (
    EffectiveNonlinearity,
    NonlinearHebbianNetwork,
    NonlinearHebbianNeurons,
    as_nonlinearity,
    mean_objective,
)

__all__ = ["NonlinearHebbian"]

_LARGEST_CONDITION = 10.0
_LOOKED_AT, _ENOUGH_ROWS = 4096, 1000

MODEL = MODELS["nonlinear-hebbian"]


class NonlinearHebbian(CircuitTransformer[NonlinearHebbianNeurons | NonlinearHebbianNetwork, Any]):
    r"""Find heavy-tailed directions of data, such as the localised fields of images, by nonlinear Hebbian neurons.

    Each component climbs :math:`\langle F(w^\top z) \rangle` over unit vectors w of the whitened space, where
    :math:`F' = f` is what the neuron's curve and its plasticity function make up together: projection pursuit, whose
    optima are those of `sklearn.decomposition.FastICA` where f is the same. Components learn independently and several
    may find the same direction; with `inhibition` they keep apart.

    Parameters
    ----------
    n_components
        Number of neurons.
    nonlinearity
        f: a name such as "quadratic-rectifier", "negative-sigmoid" or "cubic" (`bouton.features.NONLINEARITIES`), an
        object, or any function of the drive written with jax.numpy.
    inhibition
        Whether the neurons inhibit each other through lateral synapses that learn; needs a curve that is not negative.
    learning_rate
        Per sample. Published for images: 0.0002, with a million samples.
    lateral_learning_rate
        Per sample, of the inhibition.
    whiten
        Whether the data are centred and whitened first (ZCA), by the rows of `fit` or of the first call of
        `partial_fit`; or a fitted `bouton.data.Whitening`, by which they are.
    n_whitened
        Number of leading principal components that whitening keeps; None keeps all. Data that vary in fewer directions
        than they have features need it.
    epochs
        Number of passes over the data in `fit`; some hundred thousand samples are needed.

    Attributes
    ----------
    components_ : array (n_components, n_features)
        Linear map from centred data to the neurons' drives: weights times whitening.
    whitened_components_ : array (n_components, n_features)
        The neurons' weights, of unit length in the whitened space: what is shown as receptive fields.
    mean_ : array (n_features,)
        Mean of the data, zero where they were not whitened.
    whitening_ : Whitening or None
        The whitening.
    circuit_
        The circuit, for `bouton.run` and `bouton.respond`, in the whitened space.

    References
    ----------
    C. S. N. Brito, W. Gerstner, "Nonlinear Hebbian learning as a unifying principle in receptive field formation", PLoS
    Computational Biology 12(9):e1005070, 2016.

    Examples
    --------
    A neuron finds one of the sources of a mixture, as FastICA does:

    >>> import numpy as np
    >>> from sklearn.decomposition import FastICA
    >>> from bouton import NonlinearHebbian
    >>> rng = np.random.default_rng(0)
    >>> X = rng.laplace(size=(20_000, 4)) @ rng.normal(size=(4, 4))
    >>> model = NonlinearHebbian(1, nonlinearity="cubic", learning_rate=0.02, random_state=0).fit(X)
    >>> ica = FastICA(fun="cube", whiten="unit-variance", random_state=0).fit(X)
    >>> found, components = model.components_[0], ica.components_
    >>> cosines = components @ found / np.linalg.norm(components, axis=1) / np.linalg.norm(found)
    >>> bool(np.abs(cosines).max() > 0.99)
    True
    """

    n_components: int = 16
    _: KW_ONLY
    nonlinearity: Annotated[
        Any, Accepts("str, EffectiveNonlinearity or callable", (str, EffectiveNonlinearity, callable))
    ] = "linear-rectifier"
    inhibition: bool = False
    learning_rate: float = 1e-3
    lateral_learning_rate: float = 1e-2
    whiten: Annotated[Any, Accepts("bool or fitted Whitening", ("boolean", Whitening))] = MODEL.whitens
    n_whitened: Count | None = None
    epochs: int = MODEL.epochs

    def _left_to_rows(self) -> list[str]:
        return ["whiten"] if self.whiten and not isinstance(self.whiten, Whitening) else []

    def _measure_scale(self, rows: np.ndarray) -> None:
        if isinstance(self.whiten, Whitening):
            fitted = getattr(self.whiten, "mean_", np.zeros(0)).shape
            if fitted != (rows.shape[1],):
                raise InputError(f"whiten must be fitted to data of {rows.shape[1]} features, as X has")
            self.whitening_ = self.whiten
            return
        if self.whiten and len(rows) == 1:
            raise InputError("whitening needs more than one sample, got n_samples=1: give more rows, or whiten=False")
        self.whitening_ = Whitening(n_components=self.n_whitened).fit(rows) if self.whiten else None

    def _circuit(self, n_features: int) -> NonlinearHebbianNeurons | NonlinearHebbianNetwork:
        sizes, f = (n_features, int(self.n_components)), as_nonlinearity(self.nonlinearity)
        if not self.inhibition:
            return NonlinearHebbianNeurons(*sizes, f, float(self.learning_rate))
        return NonlinearHebbianNetwork(*sizes, f, float(self.learning_rate), float(self.lateral_learning_rate))

    def _learn(self, rows: np.ndarray, **options: Any) -> None:
        super()._learn(rows, **options)
        looked_at = self._prepared(rows[:_LOOKED_AT])
        if len(looked_at) < _ENOUGH_ROWS or np.any(self.circuit_.nonlinearity(self._drives(looked_at))):
            return
        warnings.warn(
            f"none of {len(looked_at)} samples reaches the range in which the nonlinearity is not zero, so that "
            "nothing is learned from them: lower its threshold, or scale the data to unit variance",
            UserWarning,
            stacklevel=3,
        )

    def _drives(self, white: np.ndarray) -> Array:
        return jnp.asarray(white @ self.whitened_components_.T, jnp.result_type(float))

    def _prepared(self, rows: np.ndarray) -> np.ndarray:
        return rows if self.whitening_ is None else self.whitening_.transform(rows)

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        if self.whiten or len(rows) <= rows.shape[1]:
            return []
        variances = np.linalg.eigvalsh(np.cov(rows, rowvar=False).reshape(rows.shape[1], -1))
        if variances[-1] <= _LARGEST_CONDITION * max(variances[0], 0):
            return []
        condition = variances[-1] / variances[0] if variances[0] > 0 else np.inf
        return [
            f"the data are not white (condition number {condition:.3g}), so that their covariance decides what is "
            "learned more than the nonlinearity does: give whiten=True"
        ]

    @property
    def whitened_components_(self) -> Float[np.ndarray, "components features"]:
        """The neurons' weights in the whitened space."""
        return np.array(self.state_.feedforward)

    @property
    def components_(self) -> Float[np.ndarray, "components features"]:
        """The linear map from centred data to the neurons' drives."""
        weights = self.whitened_components_
        return weights if self.whitening_ is None else weights @ self.whitening_.matrix_

    @property
    def mean_(self) -> Float[np.ndarray, " features"]:
        """Mean of the data, zero where they were not whitened."""
        return np.zeros(self.n_features_in_) if self.whitening_ is None else self.whitening_.mean_

    def _objective(self, rows: np.ndarray) -> float:
        r"""Return :math:`\langle F(w^\top z) \rangle`, the mean over the components: the neurons' own objective."""
        drives = np.asarray(self._drives(self._prepared(rows)))
        return mean_over_rows(lambda part: np.mean(mean_objective(self.circuit_.nonlinearity, part)), drives)
