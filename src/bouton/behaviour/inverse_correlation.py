r"""The inverse correlation matrix of recursive least squares, with corrections that wait.

.. math:: k = \Pi r, \qquad c = \frac{1}{1 + r \cdot k}, \qquad \Pi \leftarrow \Pi - c\, k k^\top

A step that writes :math:`\Pi` reads and writes N x N numbers. Here a step reads them once and writes nothing: with the
last B corrections :math:`s_b = \sqrt{c_b}\, k_b` as rows of S,

.. math:: k = \Pi_0 r - S^\top (S r)

which is the same to rounding; every B steps :math:`\Pi_0 \leftarrow \Pi_0 - S^\top S` in one pass.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from bouton._checked import Checked
from bouton._fields import Count, Positive

__all__ = ["InverseCorrelation", "InverseState"]

_LEAST = -1e-6
"""Below this, r . k says that the matrix is no longer positive definite."""


class InverseState(NamedTuple):
    """The matrix as it was, and the corrections since."""

    matrix: Float[Array, "units units"]
    corrections: Float[Array, "held units"]
    n_held: Int[Array, ""]


class InverseCorrelation(Checked):
    r"""The matrix :math:`(\alpha 1 + \sum r r^\top)^{-1}`, step by step.

    Parameters
    ----------
    ridge : float
        :math:`\alpha`. Default 1.
    held : int
        B, the number of corrections that wait. Default 8.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.behaviour import InverseCorrelation
    >>> inverse = InverseCorrelation(held=2)
    >>> state, decorrelated = inverse.step(inverse.start(2), jnp.array([1.0, 0.0]), 1.0)
    >>> decorrelated.tolist(), inverse.matrix(state).tolist()
    ([0.5, 0.0], [[0.5, 0.0], [0.0, 1.0]])
    """

    ridge: Positive | Float[Array, ""] = 1.0
    held: Count = eqx.field(static=True, default=8)

    def start(self, n_units: int) -> InverseState:
        """Return the matrix before anything is seen."""
        kind = jnp.result_type(float)
        return InverseState(
            jnp.eye(n_units, dtype=kind) / self.ridge,
            jnp.zeros((self.held, n_units), kind),
            jnp.asarray(0, jnp.int32),
        )

    def step(
        self, state: InverseState, rates: Float[Array, " units"], learning: Float[Array, ""] | float
    ) -> tuple[InverseState, Float[Array, " units"]]:
        r"""Return the state after a step, and :math:`c\, k`, which is the new matrix times the rates.

        Where the matrix is no longer positive definite by more than rounding, both are NaN.

        Parameters
        ----------
        state : InverseState
            State before.
        rates : array (units,)
            r.
        learning : array ()
            1 where the step counts, 0 where it leaves the matrix as it is.
        """
        matrix, held, n_held = state
        drive = matrix @ rates - (held @ rates) @ held
        power = rates @ drive
        factor = learning / (1 + jnp.where(power < _LEAST, jnp.nan, power))
        held = lax.dynamic_update_index_in_dim(held, jnp.sqrt(factor) * drive, n_held, 0)
        n_held = n_held + 1

        def take_in(state: tuple) -> InverseState:
            matrix, held, n_held = state
            # Written out, they are one pass over the matrix; a product of matrices would be made apart, and then added.
            for row in range(self.held):
                matrix = matrix - held[row][:, None] * held[row][None]
            return InverseState(matrix, jnp.zeros_like(held), jnp.zeros_like(n_held))

        if self.held == 1:
            return take_in((matrix, held, n_held)), factor * drive
        full = n_held == self.held
        return lax.cond(full, take_in, lambda state: InverseState(*state), (matrix, held, n_held)), factor * drive

    def matrix(self, state: InverseState) -> Float[Array, "units units"]:
        """Return the matrix with all corrections taken in."""
        return state.matrix - state.corrections.T @ state.corrections
