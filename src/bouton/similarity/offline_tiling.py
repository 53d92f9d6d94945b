r"""Manifold tiling solved offline: localised receptive fields as the optimum of a non-negative objective.

With samples as rows, X of shape (T, n) centred, Y of shape (T, m) and D = X X^T scaled to Frobenius norm 1,

.. math::

    \min_{Y \ge 0} -\mathrm{Tr}\big[(D - \alpha\, 1 1^\top)\, Y Y^\top\big]
    \quad\text{subject to}\quad
    \begin{cases} \|y_t\|^2 \le \beta \text{ for every sample } t & \text{"norm" (NSM-1)} \\
    Y^\top Y \preceq \beta T\, I & \text{"spectral" (NSM-2)} \end{cases}

by the method of multipliers: with the excess c(Y) of a constraint over its limit, :math:`[\cdot]_+` the positive part
(of numbers, or of the eigenvalues of a matrix) and a penalty :math:`\rho`,

.. math::

    Y &\leftarrow \operatorname*{argmin}_{Y \ge 0} -\mathrm{Tr}[(D - \alpha 1 1^\top) Y Y^\top]
        + \tfrac{1}{2 \rho} \big(\|[\Lambda + \rho\, c(Y)]_+\|^2 - \|\Lambda\|^2\big) \quad\text{by L-BFGS-B} \\
    \Lambda &\leftarrow [\Lambda + \rho\, c(Y)]_+

On a circle the optimum for "norm" is known: all receptive fields are one truncated cosine, rotated.

Source: A. M. Sengupta, C. Pehlevan, M. Tepper, A. Genkin, D. B. Chklovskii, "Manifold-tiling localized receptive
fields are optimal in similarity-preserving neural networks", NeurIPS 2018, 7080-7090. Which of the two constraints is
called NSM-1 and which NSM-2 is recalled. The relaxation to a semidefinite programme is not included.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import jax
import numpy as np
from jaxtyping import Float, PRNGKeyArray
from numpy.typing import ArrayLike
from scipy.optimize import minimize

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Positive
from bouton._threads import threads_for
from bouton.errors import InputError
from bouton.similarity.objective import as_rows

__all__ = ["OfflineManifoldTiling", "TilingSolution"]

_PENALTY_GROWTH = 3.0
_SLOW = 0.5
_MEMORY = 20


@dataclass(frozen=True)
class TilingSolution:
    """What the offline solver found.

    Parameters
    ----------
    outputs : array (samples, components)
        Y.
    cost : float
        The objective without the constraint.
    multipliers : array (samples,) or (components, components)
        Lagrange multipliers of the constraint, non-negative or positive semidefinite.
    violation : float
        Largest of constraint excess and failing complementarity, relative to the limit.
    stationarity : float
        Largest entry of min(Y, gradient of the Lagrangian), relative to the largest entry of Y: 0 at a solution.
    rounds : int
        Updates of the multipliers made.
    converged : bool
        Whether the violation is within the tolerance.
    """

    outputs: np.ndarray
    cost: float
    multipliers: np.ndarray
    violation: float
    stationarity: float
    rounds: int
    converged: bool


class _Constraint(NamedTuple):
    """A constraint c(Y) <= 0, in terms of what the method of multipliers asks of it."""

    limit: Callable[[int, float], float]
    excess: Callable[[np.ndarray, float], np.ndarray]
    positive_part: Callable[[np.ndarray], np.ndarray]
    pull: Callable[[np.ndarray, np.ndarray], np.ndarray]
    """Half the gradient of the sum of multipliers times excess, for fixed multipliers."""
    size: Callable[[np.ndarray], float]
    """What the constraint holds below its limit: its largest value over all samples or directions."""


def _positive_semidefinite_part(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0)) @ vectors.T


_CONSTRAINTS = {
    "norm": _Constraint(
        limit=lambda n_samples, beta: beta,
        excess=lambda y, limit: np.sum(y * y, axis=1) - limit,
        positive_part=lambda multipliers: np.maximum(multipliers, 0),
        pull=lambda y, multipliers: multipliers[:, None] * y,
        size=lambda y: float(np.max(np.sum(y * y, axis=1))),
    ),
    "spectral": _Constraint(
        limit=lambda n_samples, beta: beta * n_samples,
        excess=lambda y, limit: y.T @ y - limit * np.eye(y.shape[1]),
        positive_part=_positive_semidefinite_part,
        pull=lambda y, multipliers: y @ multipliers,
        size=lambda y: float(np.linalg.norm(y, 2) ** 2),
    ),
}


class OfflineManifoldTiling(Checked):
    r"""Find non-negative outputs that keep similarities under a limit on their size: fields that tile a manifold.

    Parameters
    ----------
    n_components : int or None
        Number of outputs per sample m. Default None: as many as samples.
    constraint : "norm" or "spectral"
        "norm": :math:`\|y_t\|^2 \le \beta`. "spectral": :math:`Y^\top Y \preceq \beta T I`. Default "norm".
    alpha : float
        :math:`\alpha`, what mean activity costs, in units of the similarities, whose squares add up to 1. The larger,
        the narrower the fields. Default 0.01, published for 100 points.
    beta : float
        :math:`\beta`, the limit, which sets the scale of the outputs. Default 0.08, published for 100 points.
    tolerance : float
        Largest violation of the constraint or of complementarity, relative to the limit. Default 1e-5.
    max_rounds : int
        Most updates of the multipliers. Default 40.
    max_iterations : int
        Most iterations of L-BFGS-B per round. Default 500.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    It is computed in double precision. The similarities are never stored: an evaluation costs about 4 T m n operations,
    for "spectral" also an eigenvalue decomposition of an m x m matrix. With the spectral constraint and as many outputs
    as points, the optimum is one output per point where the objective rewards anything: ask for fewer outputs.

    References
    ----------
    Sengupta, Pehlevan, Tepper, Genkin, Chklovskii, NeurIPS 2018.

    Examples
    --------
    >>> import jax
    >>> from bouton.data import ring
    >>> from bouton.similarity import OfflineManifoldTiling
    >>> points, angles = ring(24, seed=None)
    >>> solution = OfflineManifoldTiling(6, alpha=0.04).fit(points, key=jax.random.key(0))
    >>> solution.converged, bool(((solution.outputs > 0).mean(axis=0) < 0.5).all())
    (True, True)
    """

    n_components: Count | None = None
    constraint: Literal["norm", "spectral"] = "norm"
    alpha: AtLeastZero = 0.01
    beta: Positive = 0.08
    tolerance: AtLeastZero = 1e-5
    max_rounds: Count = 40
    max_iterations: Count = 500

    def fit(self, X: ArrayLike, *, key: PRNGKeyArray | None = None, initial: ArrayLike | None = None) -> TilingSolution:
        """Solve for one data set, which is centred first.

        Parameters
        ----------
        X : array (samples, features)
            The inputs, real.
        key : PRNG key, optional
            Seeds the random start; needed unless `initial` is given.
        initial : array (samples, n_components), optional
            Non-negative outputs to start from, such as those of `OfflineSNMF`.

        Returns
        -------
        TilingSolution
            A local optimum, in double precision.

        Raises
        ------
        InputError
            If the inputs or the start cannot be used, or neither key nor start is given.
        """
        features = _centred_features(as_rows("X", X))
        constraint = _CONSTRAINTS[self.constraint]
        limit = constraint.limit(len(features), self.beta)
        y = self._start(len(features), key, initial, constraint, limit)
        with threads_for(y.size * max(features.shape[1], y.shape[1])):
            return self._solve(features, y, constraint, limit)

    def _solve(
        self, features: Float[np.ndarray, "samples features"], y: np.ndarray, constraint: _Constraint, limit: float
    ) -> TilingSolution:
        """Climb under the constraint by the method of multipliers."""
        multipliers = np.zeros_like(constraint.excess(y, limit))
        penalty, violation, rounds = 1 / limit, np.inf, 0
        while rounds < self.max_rounds and violation > self.tolerance:
            before = violation
            y = self._descend(features, y, multipliers, penalty)
            updated = constraint.positive_part(multipliers + penalty * constraint.excess(y, limit))
            violation = float(np.max(np.abs(updated - multipliers)) / (penalty * limit))
            multipliers, rounds = updated, rounds + 1
            if violation > _SLOW * before:
                penalty *= _PENALTY_GROWTH
        rewarded = self._rewarded(features, y)
        gradient = 2 * (constraint.pull(y, multipliers) - rewarded)
        stationarity = float(np.max(np.abs(np.minimum(y, gradient))) / max(np.max(y), np.finfo(float).tiny))
        converged = violation <= self.tolerance
        return TilingSolution(y, -float(np.sum(y * rewarded)), multipliers, violation, stationarity, rounds, converged)

    def _start(
        self,
        n_samples: int,
        key: PRNGKeyArray | None,
        initial: ArrayLike | None,
        constraint: _Constraint,
        limit: float,
    ) -> Float[np.ndarray, "samples components"]:
        """Return a start within the constraint."""
        shape = (n_samples, n_samples if self.n_components is None else int(self.n_components))
        if initial is not None:
            y = as_rows("initial", initial).astype(np.float64)
            if y.shape != shape or y.min() < 0 or not y.any():
                raise InputError(
                    f"initial must be non-negative, not all zero and of shape {shape}, got shape {y.shape} with values "
                    f"from {y.min():.3g} to {y.max():.3g}"
                )
        elif key is None:
            raise InputError("a random start needs a key: give key=jax.random.key(0), or outputs to start from")
        else:
            y = np.abs(np.asarray(jax.random.normal(key, shape), dtype=np.float64))
        return y * np.sqrt(limit / constraint.size(y))

    def _rewarded(
        self, features: Float[np.ndarray, "samples features"], y: Float[np.ndarray, "samples components"]
    ) -> Float[np.ndarray, "samples components"]:
        """Return (D - alpha 1 1^T) Y."""
        return features @ (features.T @ y) - self.alpha * y.sum(axis=0)

    def _descend(
        self,
        features: Float[np.ndarray, "samples features"],
        y: Float[np.ndarray, "samples components"],
        multipliers: np.ndarray,
        penalty: float,
    ) -> Float[np.ndarray, "samples components"]:
        """Minimise the augmented Lagrangian over non-negative outputs."""
        value_and_gradient = self._augmented(features, multipliers, penalty)
        options = {"maxiter": self.max_iterations, "ftol": 1e-12, "gtol": 1e-9, "maxcor": _MEMORY}

        def flat(values: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = value_and_gradient(values.reshape(y.shape))
            return value, gradient.ravel()

        found = minimize(flat, y.ravel(), jac=True, bounds=[(0, None)] * y.size, method="L-BFGS-B", options=options)
        return found.x.reshape(y.shape)

    def _augmented(
        self, features: Float[np.ndarray, "samples features"], multipliers: np.ndarray, penalty: float
    ) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
        """Return the augmented Lagrangian and its gradient, as a function of Y."""
        constraint = _CONSTRAINTS[self.constraint]
        limit = constraint.limit(len(features), self.beta)

        def value_and_gradient(y: np.ndarray) -> tuple[float, np.ndarray]:
            rewarded = self._rewarded(features, y)
            raised = constraint.positive_part(multipliers + penalty * constraint.excess(y, limit))
            value = -np.sum(y * rewarded) + (np.sum(raised**2) - np.sum(multipliers**2)) / (2 * penalty)
            return float(value), 2 * (constraint.pull(y, raised) - rewarded)

        return value_and_gradient


def _centred_features(x: np.ndarray) -> Float[np.ndarray, "samples features"]:
    """Return centred inputs whose similarities have squares that add up to 1."""
    centred = x.astype(np.float64) - x.mean(axis=0, dtype=np.float64)
    power = np.linalg.norm(centred.T @ centred if centred.shape[1] < len(centred) else centred @ centred.T)
    if not power > 0:
        raise InputError("all rows of X are equal: there are no similarities to keep")
    return centred / np.sqrt(power)
