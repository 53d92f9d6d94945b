"""A reservoir for series of rows: a chaotic network with feedback whose readout learns online."""

import warnings
from contextlib import nullcontext
from dataclasses import KW_ONLY, replace
from typing import Annotated, Any, Literal, TypeVar

import jax
import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin, _fit_context
from sklearn.utils import Tags, check_consistent_length, check_random_state
from sklearn.utils.validation import check_is_fitted

from bouton._fields import AtLeastZero, Count, Fraction, Positive, Rate, Whole
from bouton.behaviour import ForceLearning, ReservoirNetwork, ReservoirState, RewardLearning
from bouton.engine import run
from bouton.errors import InputError
from bouton.estimators._checks import checked_rows, checked_targets, first_call_warnings
from bouton.estimators._declared import Accepts, Declared
from bouton.estimators._learned import Learned
from bouton.estimators._series import moments
from bouton.plasticity import ExploratoryHebb, GatedExploratoryHebb

__all__ = ["Reservoir"]

Own = TypeVar("Own", bound="Reservoir")
_RULES = {"gated": GatedExploratoryHebb(), "graded": ExploratoryHebb()}


class Reservoir(Declared, Learned[ReservoirNetwork, ReservoirState], MultiOutputMixin, RegressorMixin, BaseEstimator):
    r"""A chaotic network with feedback whose linear readout learns to produce a signal, row by row.

    Rows are moments in time: their order matters.

    Parameters
    ----------
    n_units
        Units of the network.
    algorithm
        "force", recursive least squares on the error; or from a performance alone, "gated" or "graded" exploration.
    learning_rate
        Of "gated" and "graded"; it has fallen to a half after 20,000 rows.
    ridge
        Of "force": what is added to the correlation matrix.
    gain
        Of the recurrent weights; above 1 the network is chaotic by itself.
    connectivity
        Probability that a unit connects to another.
    feedback
        Feedback weights of the output are uniform in plus-minus this.
    input_scale
        Input weights are uniform in plus-minus this.
    share
        Share of its drive that a potential takes over in a step: the time step over the time constant.
    rate_noise
        Half-width of the uniform noise of rates while learning; there is none while predicting.
    exploration
        The same of outputs, where the algorithm explores.
    target_scale
        What targets are divided by, so that their feedback leaves the units where they are sensitive; "auto" is the
        largest absolute one of the first call.
    warm_up
        Rows at the beginning of each pass that nothing is learned from.
    epochs
        Passes over the rows in `fit`.
    random_state
        Seeds weights and noise.
    verbose
        Whether learning shows a progress bar.

    Attributes
    ----------
    circuit_
        The circuit.
    state_
        Its state after the last row that was learned from.
    input_weights_ : array (n_units, n_features)
        Fixed.
    target_scale_ : float
        What targets were divided by.
    n_samples_seen_ : int
        Number of rows learned from, each pass counted.
    n_features_in_ : int
        Number of features; 0 where there are no inputs.

    References
    ----------
    D. Sussillo, L. F. Abbott, Neuron 63:544-557, 2009.

    Examples
    --------
    A network that goes on by itself with what it was taught, without inputs:

    >>> import numpy as np
    >>> from bouton import Reservoir
    >>> from bouton.analysis import shifted_correlation
    >>> wave = np.sin(2 * np.pi * np.arange(200) / 200)
    >>> model = Reservoir(200, epochs=20, random_state=0).fit(None, wave)
    >>> bool(shifted_correlation(model.generate(200), wave) > 0.99)
    True
    """

    n_units: Count = 300
    _: KW_ONLY
    algorithm: Literal["force", "gated", "graded"] = "force"
    learning_rate: Rate = 5e-4
    ridge: Positive = 1.0
    gain: AtLeastZero = 1.5
    connectivity: Fraction = 0.1
    feedback: AtLeastZero = 1.0
    input_scale: AtLeastZero = 1.0
    share: Fraction = 0.1
    rate_noise: AtLeastZero = 0.0
    exploration: AtLeastZero = 0.5
    target_scale: Literal["auto"] | Positive = "auto"
    warm_up: Whole = 0
    epochs: Count = 1
    random_state: Annotated[int | RandomState | None, Accepts("int, RandomState or None", ("random_state",))] = None
    verbose: Annotated[bool | int, Accepts("bool or int", ("verbose",))] = False

    def _circuit(self, n_outputs: int) -> ReservoirNetwork:
        if self.algorithm == "force":
            learning = ForceLearning(self.ridge)
        else:
            learning = RewardLearning(_RULES[self.algorithm], self.learning_rate)
        return ReservoirNetwork(
            self.n_units,
            n_outputs,
            learning,
            gain=self.gain,
            connectivity=self.connectivity,
            feedback=self.feedback,
            share=self.share,
            rate_noise=self.rate_noise,
            exploration=0.0 if self.algorithm == "force" else self.exploration,
        )

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self: Own, X: ArrayLike | None, y: ArrayLike) -> Own:
        """Learn from a series, from the initial state on.

        Parameters
        ----------
        X : array (n_samples, n_features) or None
            Inputs, one row for each moment; None where there are none.
        y : array (n_samples,) or (n_samples, n_outputs)
            Targets.

        Returns
        -------
        self

        Raises
        ------
        InputError, Diverged
            If the data or a parameter cannot be used, or outputs explode; the estimator is not fitted then.
        """
        rows, targets = self._checked(X, y, reset=True)
        self._begin(rows, targets)
        with self._whole_or_nothing():
            self._learn(rows, targets, self.epochs)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self: Own, X: ArrayLike | None, y: ArrayLike) -> Own:
        """Go on with a series, once and in its order, from the present state on.

        Parameters
        ----------
        X, y : arrays
            As in `fit`.

        Raises
        ------
        InputError, Diverged
            As in `fit`; the estimator stays as it was, not fitted after a first call.
        """
        is_first = not hasattr(self, "state_")
        rows, targets = self._checked(X, y, reset=is_first)
        if is_first:
            undecided = ["target_scale"] if isinstance(self.target_scale, str) else []
            for sentence in first_call_warnings(undecided, rows):
                warnings.warn(sentence, UserWarning, stacklevel=3)
            self._begin(rows, targets)
        with self._whole_or_nothing() if is_first else nullcontext():
            self._learn(rows, targets, 1)
        return self

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs to a series of inputs, from the activity on that fitting began with; nothing is learned.

        Parameters
        ----------
        X : array (n_samples, n_features)
            Inputs, one row for each moment.

        Returns
        -------
        array (n_samples,) or (n_samples, n_outputs)

        Raises
        ------
        InputError, NotFittedError
            If the data cannot be used, or nothing was learned yet.
        """
        check_is_fitted(self)
        rows = checked_rows(self, X, reset=False)
        start = self.circuit_.init(self._key)
        active = {name: getattr(start, name) for name in ("potential", "rates", "activity", "mean")}
        return self._free(rows, self.state_._replace(**active))

    def generate(self, n_steps: int, X: ArrayLike | None = None) -> np.ndarray:
        """Return what the network does by itself, from where learning ended.

        Parameters
        ----------
        n_steps : int
            How many steps.
        X : array (n_steps, n_features), optional
            Inputs. Default: none.

        Returns
        -------
        array (n_steps,) or (n_steps, n_outputs)

        Raises
        ------
        InputError, NotFittedError
            If the number of steps is not that of the inputs, or below 1, or nothing was learned yet.
        """
        check_is_fitted(self)
        if isinstance(n_steps, bool) or not isinstance(n_steps, int | np.integer) or n_steps < 1:
            raise InputError(f"n_steps must be an integer of at least 1, got {n_steps!r}")
        rows = np.zeros((n_steps, self.n_features_in_)) if X is None else checked_rows(self, X, reset=False)
        if len(rows) != n_steps:
            raise InputError(f"X must have as many rows as there are steps, {n_steps}, got {len(rows)}")
        return self._free(rows, self.state_)

    def _checked(self, X: ArrayLike | None, y: ArrayLike | None, reset: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return rows (samples, features) and targets (samples, outputs)."""
        targets = checked_targets(self, y)
        if X is None and (reset or not self.n_features_in_):
            rows = np.zeros((len(targets), 0), targets.dtype)
            self.n_features_in_ = 0
        elif X is None:
            raise InputError(f"X must have {self.n_features_in_} features, as before, got None")
        else:
            rows = checked_rows(self, X, reset=reset)
        check_consistent_length(rows, targets)
        if reset:
            self._flat = targets.ndim == 1
        targets = targets.reshape(len(targets), -1)
        if not reset and targets.shape[1] != self.circuit_.n_outputs:
            raise InputError(f"y must have {self.circuit_.n_outputs} outputs, as before, got {targets.shape[1]}")
        return rows, targets

    def _begin(self, rows: np.ndarray, targets: np.ndarray) -> None:
        given: Any = self.random_state
        self._seed = int(given if isinstance(given, int | np.integer) else check_random_state(given).randint(2**31 - 1))
        self.circuit_ = self._circuit(targets.shape[1])
        self.state_ = self.circuit_.init(self._key)
        shape = (self.n_units, rows.shape[1])
        weights = jax.random.uniform(jax.random.fold_in(self._key, 1), shape, minval=-1.0, maxval=1.0)
        self.input_weights_ = self.input_scale * np.asarray(weights)
        largest = float(np.abs(targets).max()) or 1.0
        self.target_scale_ = largest if isinstance(self.target_scale, str) else float(self.target_scale)
        self.n_samples_seen_ = 0

    def _learn(self, rows: np.ndarray, targets: np.ndarray, epochs: int) -> None:
        first = self.n_samples_seen_
        counts = np.arange(len(rows)) >= (0 if first else self.warm_up)
        options: dict[str, Any] = {"record": {"output": 1}, "progress": bool(self.verbose)}
        events = moments(rows, targets / self.target_scale_, self.input_weights_, counts)
        learned = run(
            self.circuit_, events, key=self._key, epochs=epochs, state=self.state_, first_step=first, **options
        )
        self.state_ = learned.state
        self.n_samples_seen_ += learned.steps

    def _free(self, rows: np.ndarray, state: ReservoirState) -> np.ndarray:
        """Return the outputs without noise and learning."""
        quiet = replace(self.circuit_, rate_noise=0.0, exploration=0.0)
        nothing = np.zeros((len(rows), self.circuit_.n_outputs))
        events = moments(rows, nothing, self.input_weights_, 0.0)
        done = run(quiet, events, key=self._key, state=state, record={"output": 1})
        outputs = self.target_scale_ * np.asarray(done.recordings["output"].values, float)
        return outputs[:, 0] if self._flat else outputs

    def __sklearn_tags__(self) -> Tags:
        """Return what scikit-learn should know: rows in random order are no series, and targets are needed."""
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        if tags.regressor_tags is not None:
            tags.regressor_tags.poor_score = True
        return tags
