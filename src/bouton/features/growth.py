r"""Linsker's rule averaged over its inputs: weights of one cell that grow, mature and saturate.

.. math::

    \frac{dw_i}{dt} = k_1 + \frac1N \sum_j (Q_{ij} + k_2)\, w_j, \qquad n_E - 1 \le w_i \le n_E

=======  =================  ================================================================  ========
symbol   name               what it is                                                        shape
=======  =================  ================================================================  ========
w        weights            of the N synapses of a cell                                       (N,)
Q        covariance         of the inputs at the synapses, Q(0) = 1                           (N, N)
k1, k2   k1, k2             made of the constants of the Hebb rule and of mean activities     ()
n_E      upper              the upper bound; the lower one is n_E - 1                         ()
=======  =================  ================================================================  ========

It descends :math:`E = -\frac{1}{2N} w^\top Q w - \frac{k_2}{2N} (\sum_i w_i)^2 - k_1 \sum_i w_i` within the bounds:
where the constants are zero, the rule climbs the variance of the cell's output. A strongly negative k2 holds the mean
weight at :math:`-k_1 / k_2`.

Sources: R. Linsker, PNAS 83:7508, 8390 and 8779, 1986; R. Linsker, "Self-organization in a perceptual network", IEEE
Computer 21(3):105, 1988.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Count, Finite, Positive, Share, check_fields
from bouton.errors import InputError

__all__ = ["LinskerGrowth"]


class LinskerGrowth(Checked):
    r"""The averaged rule, in Euler steps with bounds.

    Parameters
    ----------
    k1, k2 : float
        Constants. Default 0.45 and -3, which make centre and surround where Q and arbor are Gaussian with C / A = 2/3.
    upper : float
        :math:`n_E`. Default 0.5: weights from -0.5 to 0.5.
    step_size : float
        Of an Euler step, in the time of the equation. Default 0.2.
    steps : int
        Their number. Default 1500.

    Raises
    ------
    InputError
        If a number is out of its range, or the step is so large that the mean weight changes sign at every step.

    Examples
    --------
    >>> import jax, jax.numpy as jnp, numpy as np
    >>> from bouton.analysis import arbor_shape
    >>> from bouton.features import arbor_positions, distances
    >>> positions = arbor_positions(np.random.default_rng(0), 100, variance=1.5)
    >>> covariance = jnp.asarray(np.exp(-(distances(positions) ** 2) / 2), jnp.float32)
    >>> growth = LinskerGrowth(k1=0.45, steps=600)
    >>> weights = growth.grow(growth.start(jax.random.key(0), 100), covariance)
    >>> shape = arbor_shape(np.asarray(weights, float), positions)
    >>> bool(shape.centre_surround > 0.4 and shape.dipole < 0.2)
    True
    """

    k1: Finite | Float[Array, ""] = 0.45
    k2: Finite | Float[Array, ""] = -3.0
    upper: Share = 0.5
    step_size: Positive = 0.2
    steps: Count = eqx.field(static=True, default=1500)

    def __check_init__(self) -> None:
        check_fields(self)
        if isinstance(self.k2, int | float) and not self.step_size * abs(self.k2) < 2:
            raise InputError(
                f"step_size * |k2| must be below 2 or the mean weight grows from step to step, got {self.step_size} * "
                f"{abs(self.k2)}: take smaller steps"
            )

    def start(self, key: Array, n_synapses: int) -> Float[Array, " synapses"]:
        """Return weights that are uniform between the bounds."""
        return jax.random.uniform(key, (n_synapses,), minval=self.upper - 1, maxval=self.upper)

    def change(
        self, weights: Float[Array, " synapses"], covariance: Float[Array, "synapses synapses"]
    ) -> Float[Array, " synapses"]:
        """Return the velocity of the weights, as if there were no bounds."""
        return self.k1 + covariance @ weights / weights.shape[0] + self.k2 * jnp.mean(weights)

    def energy(
        self, weights: Float[Array, " synapses"], covariance: Float[Array, "synapses synapses"]
    ) -> Float[Array, ""]:
        """Return E, which the velocity descends."""
        n = weights.shape[0]
        quadratic = weights @ (covariance @ weights) + self.k2 * jnp.sum(weights) ** 2
        return -quadratic / (2 * n) - self.k1 * jnp.sum(weights)

    def grow(
        self, weights: Float[Array, " synapses"], covariance: Float[Array, "synapses synapses"]
    ) -> Float[Array, " synapses"]:
        """Return the weights after all steps."""
        return _grown(self, weights, covariance)

    def trajectory(
        self, weights: Float[Array, " synapses"], covariance: Float[Array, "synapses synapses"]
    ) -> Float[Array, "steps synapses"]:
        """Return the weights after each step."""

        def step(now: Array, _: None) -> tuple[Array, Array]:
            after = self._stepped(now, covariance)
            return after, after

        return jax.lax.scan(step, weights, None, length=self.steps)[1]

    def _stepped(self, weights: Array, covariance: Array) -> Array:
        moved = weights + self.step_size * self.change(weights, covariance)
        return jnp.clip(moved, self.upper - 1, self.upper)


@jax.jit
def _grown(growth: LinskerGrowth, weights: Array, covariance: Array) -> Array:
    return jax.lax.fori_loop(0, growth.steps, lambda _, now: growth._stepped(now, covariance), weights)
