r"""Stratified optimal resampling: message passing that drops at random, without bias.

With c the solution of :math:`\sum_k \min(w_k / c, 1) = N`, hypotheses of weight c or more stay as they are; of the
others, one is dropped with probability :math:`1 - w_k / c`, and those that stay get the weight c.

Source: P. Fearnhead, Z. Liu, "On-line inference for multiple changepoint problems", Journal of the Royal Statistical
Society B 69(4):589-605, 2007, as the baseline SORN of V. Liakoni* et al., Neural Computation 33(2):269-340, 2021.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton.surprise.messages import MessageFilter, MessageInfo, Messages

__all__ = ["StratifiedResampling", "resampled", "resampling_threshold"]


class StratifiedResampling(MessageFilter):
    r"""Stratified optimal resampling (SORN): of N + 1 hypotheses one is dropped at random, without bias.

    With c the solution of :math:`\sum_k \min(w_k / c, 1) = N`, hypotheses of weight c or more stay as they are; of the
    others, one is dropped with probability :math:`1 - w_k / c`, and those that stay get the weight c.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    hazard : float
        :math:`p_c`, the probability that the world changes at a step, from 0 to below 1.
    n_messages : int
        N, how many hypotheses are kept. Default 10. A step takes of the order of N * N operations.

    Raises
    ------
    InputError
        If the hazard is no probability below 1, or there is no message.

    Notes
    -----
    Since one hypothesis is added at a step, one is dropped: drawing it from its marginal distribution is the walk
    through strata of Fearnhead & Liu. Where weights underflow and c is 0, the smallest one goes.

    References
    ----------
    P. Fearnhead, Z. Liu, Journal of the Royal Statistical Society B 69(4):589-605, 2007.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from bouton.surprise.stratified import resampling_threshold
    >>> float(resampling_threshold(jnp.asarray([0.6, 0.1, 0.1, 0.2])))
    0.20000000298023224
    """

    def step(self, key: PRNGKeyArray, state: Messages, x: Array) -> tuple[Messages, MessageInfo]:
        """Weigh the hypotheses, drop one at random, learn."""
        weights, surprise = self._weigh(state, x)
        slot, weights = resampled(weights, jax.random.uniform(key, dtype=weights.dtype))
        return self._learn(state, x, weights, slot, surprise, jnp.zeros_like(self.expected_hazard))


def resampling_threshold(weights: Float[Array, " hypotheses"]) -> Float[Array, ""]:
    r"""Return c with :math:`\sum_k \min(w_k / c, 1)` one less than the number of hypotheses.

    For every number A of smallest weights that may lie below c, c would be their sum by A - 1; the least of these is
    the one whose weights do.

    Parameters
    ----------
    weights : array (hypotheses,)
        At least two.

    Returns
    -------
    array ()
    """
    below = (weights[None, :] <= weights[:, None]).astype(weights.dtype)
    count, total = jnp.sum(below, axis=1), jnp.sum(below * weights[None, :], axis=1)
    return jnp.min(jnp.where(count > 1, total / jnp.maximum(count - 1, 1), jnp.inf))


def resampled(
    weights: Float[Array, " hypotheses"], uniform: Float[Array, ""]
) -> tuple[Int[Array, ""], Float[Array, " hypotheses"]]:
    """Return which hypothesis is dropped, and the weights of all if it is.

    Parameters
    ----------
    weights : array (hypotheses,)
        Weights; one that is 0 is dropped for certain.
    uniform : array ()
        A random number from 0 to 1.

    Returns
    -------
    slot : array ()
        Which one is dropped.
    weights : array (hypotheses,)
        The weights, those below the threshold raised to it.
    """
    threshold = resampling_threshold(weights)
    chances = jnp.maximum(1 - weights / jnp.maximum(threshold, jnp.finfo(weights.dtype).tiny), 0)
    free = jnp.min(weights) <= 0
    before = jnp.cumsum(chances) <= uniform * jnp.sum(chances)
    drawn = jnp.minimum(jnp.sum(before.astype(jnp.int32)), weights.size - 1)
    slot = jnp.where(free, jnp.argmin(weights).astype(jnp.int32), drawn.astype(jnp.int32))
    raised = jnp.where(weights < threshold, threshold, weights)
    return slot, jnp.where(free, weights, raised)
