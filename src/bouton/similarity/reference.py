r"""The best that similarity matching can do, all samples at once: the reference of every online circuit.

.. math::

    \min_Y \|X X^\top - Y Y^\top\|_F^2 \qquad \text{with } Y \text{ real, or } Y \ge 0

with samples as rows, X of shape (T, n) and Y of shape (T, m). Without the constraint the solution is known: with
:math:`X = U S V^\top`,

.. math::

    Y = U_m S_m = X V_m, \qquad \text{cost} = \sum_{i > m} s_i^4,

the m leading principal coordinates, up to a rotation of the outputs (classical multidimensional scaling; for centred
data, the scores of PCA). With the constraint there are local minima, and `OfflineSNMF` descends to one.

Source: T. F. Cox, M. A. A. Cox, "Multidimensional Scaling", 2nd ed. 2000, chapter 2; C. Pehlevan, T. Hu,
D. B. Chklovskii, Neural Computation 27:1461, 2015.
"""

from typing import Literal

import numpy as np
from jaxtyping import PRNGKeyArray
from numpy.typing import ArrayLike

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count
from bouton.similarity.objective import as_rows
from bouton.similarity.offline import OfflineSNMF, OfflineSolution
from bouton.similarity.subspace import principal_axes

__all__ = ["OfflineSimilarityMatching"]


class OfflineSimilarityMatching(Checked):
    r"""Find the outputs, real or non-negative, whose similarities are closest to those of the inputs.

    Parameters
    ----------
    n_components : int
        Number of outputs per sample m. Without the constraint, outputs beyond the rank of the data are zero.
    nonnegative : bool
        Whether outputs must not be negative. Default False: the exact solution by a singular value decomposition.
    rank_penalty : float
        Added per rank of the outputs to the reported `penalised_cost`. Default 0.
    max_sweeps, tolerance, n_starts
        Of the descent with the constraint, as in `OfflineSNMF`. Defaults 80, 1e-6 and 5; not used without.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    Pehlevan, Hu and Chklovskii (2015), Neural Computation 27:1461. Pehlevan and Chklovskii (2014), arXiv:1503.00680.

    Examples
    --------
    >>> from bouton.similarity import OfflineSimilarityMatching
    >>> solution = OfflineSimilarityMatching(n_components=1).fit([[3.0, 4.0], [6.0, 8.0], [-4.0, 3.0]])
    >>> solution.outputs.round(3).tolist(), round(solution.cost, 6)
    ([[5.0], [10.0], [0.0]], 625.0)
    """

    n_components: Count
    nonnegative: Literal[True, False] = False
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
            The inputs, real. They are not centred.
        key : PRNG key, optional
            Seeds the random starts of the descent with the constraint. The exact solution needs none.
        initial : array (samples, n_components), optional
            Outputs to start the descent from, in place of random ones. The exact solution depends on no start.

        Returns
        -------
        OfflineSolution
            Without the constraint: zero sweeps; the outputs in double precision, in the order of their power (their
            sums of squares are the leading eigenvalues of :math:`X X^\\top`), with the signs of
            `bouton.similarity.principal_subspace`.

        Raises
        ------
        InputError
            If the inputs cannot be used; with the constraint also if the start cannot, or is missing with the key.
        """
        if self.nonnegative:
            return self._descent().fit(X, key=key, initial=initial)
        x = as_rows("X", X)
        spectrum, axes = principal_axes(x)
        kept = axes[: self.n_components]
        outputs = np.zeros((len(x), int(self.n_components)))
        outputs[:, : len(kept)] = x.astype(np.float64) @ kept.T
        squares = spectrum**4
        cost, power = float(np.sum(squares[self.n_components :])), float(np.sum(squares))
        penalty = float(self.rank_penalty) * int(np.linalg.matrix_rank(outputs))
        relative = cost / power if power else 0.0
        return OfflineSolution(outputs, cost, relative, cost + penalty, np.array([cost]), sweeps=0, converged=True)

    def _descent(self) -> OfflineSNMF:
        return OfflineSNMF(self.n_components, self.rank_penalty, self.max_sweeps, self.tolerance, self.n_starts)
