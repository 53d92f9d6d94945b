r"""Offline symmetric non-negative matrix factorisation: the reference that online networks are measured against.

.. math::

    \min_{Y \ge 0} \|X X^\top - Y Y^\top\|_F^2

by exact coordinate descent. With all other entries fixed, the cost of the entry u = Y_ti is, up to a constant,

.. math::

    u^4 + 2 a u^2 - 4 b u, \qquad
    a = \sum_{k \ne i} Y_{tk}^2 - A_{tt} + \sum_{s \ne t} Y_{si}^2, \qquad
    b = \sum_{s \ne t} A_{ts} Y_{si} - \sum_{k \ne i} Y_{tk} \sum_{s \ne t} Y_{si} Y_{sk}

and its minimum over u >= 0 lies at 0 or at the largest real root of u^3 + a u = b. The similarities A = X X^T are never
stored: A_t. Y = x_t . (X^T Y) goes through the features, of which no more than there are samples are kept.

Source: the cost of C. Pehlevan, D. B. Chklovskii (2014), arXiv:1503.00680; coordinate descent for symmetric
factorisation as in A. Vandaele, N. Gillis, Q. Lei, K. Zhong, I. Dhillon (2016), "Efficient and non-convex coordinate
descent for symmetric nonnegative matrix factorization", IEEE Transactions on Signal Processing 64:5571.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int, PRNGKeyArray
from numpy.typing import ArrayLike

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count
from bouton._loops import element, next_nonzero, row, set_element, set_row
from bouton.errors import InputError
from bouton.similarity.objective import as_rows, similarity_error

__all__ = ["OfflineSNMF", "OfflineSolution"]

_ROWS_FOR_SCALE = 256


@dataclass(frozen=True)
class OfflineSolution:
    """What the offline solver found.

    Parameters
    ----------
    outputs : array (samples, components)
        Y.
    cost : float
        The similarity error of the outputs, in double precision.
    relative_cost : float
        The cost over the sum of all squared similarities of the inputs.
    penalised_cost : float
        The cost plus the rank penalty times the rank of the outputs.
    costs : array (sweeps + 1,)
        The cost at the start and after each sweep.
    sweeps : int
        Number of sweeps made.
    converged : bool
        Whether the last sweep changed the cost by less than the tolerance.
    """

    outputs: np.ndarray
    cost: float
    relative_cost: float
    penalised_cost: float
    costs: np.ndarray
    sweeps: int
    converged: bool


class OfflineSNMF(Checked):
    r"""Find non-negative outputs with the similarities of the inputs, all samples at once.

    Each sweep visits every output of every sample and gives it its best value, the others held; the cost never rises.
    The cost has local minima: several random starts are made, the best result counts.

    Parameters
    ----------
    n_components : int
        Number of outputs per sample m.
    rank_penalty : float
        :math:`\lambda` of the online network: added per rank to the reported `penalised_cost`, by which restarts are
        compared; the descent itself does not see it. Default 0.
    max_sweeps : int
        Most sweeps per start. Default 80.
    tolerance : float
        A start has converged when a sweep lowers the cost by no more than this fraction of it. Default 1e-6.
    n_starts : int
        Number of random starts. Default 5.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    With T samples and r the smaller of T and the number of features, a sweep costs about 4 T m (r + m) operations, and
    the memory is T (r + m) numbers.

    References
    ----------
    Pehlevan and Chklovskii (2014), arXiv:1503.00680. Vandaele et al. (2016), IEEE Trans. Signal Process. 64:5571.

    Examples
    --------
    >>> import jax
    >>> from bouton.similarity import OfflineSNMF
    >>> solution = OfflineSNMF(n_components=1).fit([[3.0, 4.0], [6.0, 8.0]], key=jax.random.key(0))
    >>> solution.outputs.round(3).tolist()
    [[5.0], [10.0]]
    """

    n_components: Count
    rank_penalty: AtLeastZero = 0.0
    max_sweeps: Count = 80
    tolerance: AtLeastZero = 1e-6
    n_starts: Count = 5

    def fit(
        self, X: ArrayLike, *, key: PRNGKeyArray | None = None, initial: ArrayLike | None = None
    ) -> OfflineSolution:
        """Solve for one data set.

        Parameters
        ----------
        X : array (samples, features)
            The inputs, real.
        key : PRNG key, optional
            Seeds the random starts; needed unless `initial` is given.
        initial : array (samples, n_components), optional
            Non-negative outputs to start from, such as those of an online network, in place of random ones. The result
            is never worse than these.

        Returns
        -------
        OfflineSolution
            The best result over the starts. It is computed in JAX's default type, costs in double precision.

        Raises
        ------
        InputError
            If the inputs or the start cannot be used, or neither key nor start is given.
        """
        x = as_rows("X", X)
        compact = jnp.asarray(_compact(x))
        if initial is not None:
            starts = [_checked_start(initial, len(x), int(self.n_components))]
        elif key is None:
            raise InputError("random starts need a key: give key=jax.random.key(0), or outputs to start from, initial=")
        else:
            scale = np.sqrt(_mean_similarity(x) / self.n_components)
            shape = (len(x), int(self.n_components))
            starts = [scale * jnp.abs(jax.random.normal(k, shape)) for k in jax.random.split(key, self.n_starts)]
        solutions = [self._descend(x, compact, jnp.asarray(start, compact.dtype)) for start in starts]
        return min(solutions, key=lambda solution: solution.penalised_cost)

    def _descend(
        self, x: np.ndarray, compact: Float[Array, "samples features"], y: Float[Array, "samples components"]
    ) -> OfflineSolution:
        power = similarity_error(x, np.zeros((len(x), 1)))
        cost = similarity_error(x, np.asarray(y))
        costs, converged = [cost], False
        while not converged and len(costs) <= self.max_sweeps:
            new_y = _sweep(compact, y)
            new_cost = similarity_error(x, np.asarray(new_y))
            # Close to a minimum the descent moves by rounding errors only, up or down.
            converged = cost - new_cost <= self.tolerance * cost
            if new_cost <= cost:
                y, cost = new_y, new_cost
            costs.append(cost)
        outputs = np.asarray(y)
        penalty = float(self.rank_penalty) * int(np.linalg.matrix_rank(outputs))
        relative = cost / power if power else 0.0
        return OfflineSolution(outputs, cost, relative, cost + penalty, np.array(costs), len(costs) - 1, converged)


def _compact(x: np.ndarray) -> np.ndarray:
    """Return rows with the same inner products, and no more columns than rows."""
    return np.asarray(np.linalg.qr(x.T, mode="r")).T if x.shape[1] > x.shape[0] else x


def _checked_start(initial: ArrayLike, n_samples: int, n_components: int) -> np.ndarray:
    start = as_rows("initial", initial)
    if start.shape != (n_samples, n_components):
        raise InputError(f"initial must have shape {(n_samples, n_components)}, got {start.shape}")
    if start.min() < 0:
        raise InputError(f"initial must be non-negative, it reaches down to {start.min():.3g}")
    return start


def _mean_similarity(x: np.ndarray) -> float:
    """Return the mean absolute similarity, of at most some hundred samples to all."""
    chosen = np.unique(np.linspace(0, len(x) - 1, _ROWS_FOR_SCALE).astype(int))
    return float(np.mean(np.abs(x[chosen] @ x.T)))


class _Others(NamedTuple):
    """What a sample's outputs meet in the other samples (s != t)."""

    field: Float[Array, " components"]
    """sum_s A_ts Y_si - sum_k Y_tk sum_s Y_si Y_sk, own output included."""
    overlap: Float[Array, "components components"]
    """sum_s Y_si Y_sk."""
    power: Float[Array, ""]
    """A_tt."""


def _best_value(a: Float[Array, ""], b: Float[Array, ""]) -> Float[Array, ""]:
    """Return the minimiser of u^4 + 2 a u^2 - 4 b u over u >= 0.

    Newton's method descends to the largest root of u^3 + a u = b from above, where the cubic is convex, and stops when
    rounding stops it.
    """
    discriminant = b * b / 4 + a * a * a / 27
    has_root = (b > 0) | ((a < 0) & (discriminant <= 0))

    def newton(carry: tuple) -> tuple:
        u, _ = carry
        new = (2 * u * u * u + b) / (3 * u * u + a)
        return new, new < u

    above = jnp.sqrt(jnp.maximum(-a, 0)) + jnp.cbrt(jnp.maximum(b, 0))
    root, _ = lax.while_loop(lambda carry: carry[1], newton, (jnp.where(has_root, above, 0), has_root))
    return jnp.where(root * (root * (root * root + 2 * a) - 4 * b) < 0, jnp.maximum(root, 0), 0)


def _settle(y: Float[Array, " components"], others: _Others) -> Float[Array, " components"]:
    """Give each output of one sample its best value, in order."""
    count, zero = y.shape[0], jnp.zeros((), y.dtype)
    diagonal = jnp.diagonal(others.overlap)

    def search(y: Array, field: Array, norm: Array, after: Int[Array, ""]) -> tuple[Array, Array]:
        def change(i: Array) -> Array:
            old, own = element(y, i), element(diagonal, i)
            return _best_value(norm - old * old - others.power + own, element(field, i) + own * old) - old

        return next_nonzero(change, count, after, zero)

    def body(carry: tuple) -> tuple:
        i, step, y, field, norm = carry
        old = element(y, i)
        norm = norm + step * (2 * old + step)
        y, field = set_element(y, i, old + step), field - step * row(others.overlap, i)
        return *search(y, field, norm, i), y, field, norm

    norm = jnp.sum(y * y)
    first = (*search(y, others.field, norm, -jnp.ones((), jnp.int32)), y, others.field, norm)
    return lax.while_loop(lambda carry: carry[0] < count, body, first)[2]


@jax.jit
def _sweep(
    x: Float[Array, "samples features"], y: Float[Array, "samples components"]
) -> Float[Array, "samples components"]:
    """Visit every sample once.

    The sums over all samples are formed anew for each sweep, so that rounding errors do not add up over sweeps.
    """

    def visit(t: Array, carry: tuple) -> tuple:
        y, features, overlap = carry
        x_t, old = row(x, t), row(y, t)
        others_overlap = overlap - old[:, None] * old[None, :]
        power = jnp.sum(x_t * x_t)
        field = features @ x_t - power * old - others_overlap @ old
        new = _settle(old, _Others(field, others_overlap, power))
        overlap = others_overlap + new[:, None] * new[None, :]
        return set_row(y, t, new), features + (new - old)[:, None] * x_t[None, :], overlap

    start = (y, y.T @ x, y.T @ y)
    return lax.fori_loop(jnp.zeros((), jnp.int32), jnp.asarray(len(x), jnp.int32), visit, start)[0]
