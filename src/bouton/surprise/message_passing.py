"""Message passing with N messages, and exact Bayesian inference as the case in which there is room for all.

The equations stand in `bouton.surprise.messages`.

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021, arXiv:1907.02936;
R. P. Adams, D. J. C. MacKay, arXiv:0710.3742, 2007; P. Fearnhead, Z. Liu, JRSS B 69(4):589-605, 2007.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import Probability
from bouton.surprise.family import ConjugateFamily
from bouton.surprise.messages import MessageFilter, MessageInfo, Messages

__all__ = ["MessagePassing", "exact_bayes"]


class MessagePassing(MessageFilter):
    r"""Message passing with N messages (MPN): of N + 1 hypotheses the least probable one is dropped.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    hazard : float
        :math:`p_c`, the probability that the world changes at a step, from 0 to below 1.
    n_messages : int
        N, how many hypotheses are kept. Default 10. With at least as many as observations it is exact.
    cutoff : float
        Hypotheses of a smaller probability are dropped early. Default 0: none.

    Raises
    ------
    InputError
        If the hazard or the cutoff is no probability below 1, or there is no message.

    References
    ----------
    V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea, Neural Computation 33(2):269-340, 2021.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.surprise import GaussianMean, MessagePassing
    >>> series = np.r_[np.full(20, 0.3), np.full(20, -1.0)] + 0.1 * np.random.default_rng(0).normal(size=40)
    >>> run = bouton.run(MessagePassing(GaussianMean(0.1), hazard=0.05), series, key=jax.random.key(0),
    ...                  record={"estimate": 1, "adaptation_rate": 1})
    >>> int(run.recordings["adaptation_rate"].values[1:].argmax()) + 1
    20
    """

    cutoff: Probability | Float[Array, ""] = 0.0

    def step(self, key: PRNGKeyArray, state: Messages, x: Array) -> tuple[Messages, MessageInfo]:
        """Weigh the hypotheses, drop the least probable one, learn."""
        weights, surprise = self._weigh(state, x)
        kept = jnp.where(weights < self.cutoff, 0, weights)
        lost = jnp.sum(weights - kept)
        return self._learn(state, x, kept, jnp.argmin(kept).astype(jnp.int32), surprise, lost)


def exact_bayes(
    family: ConjugateFamily, hazard: float | Float[Array, ""], n_observations: int, *, cutoff: float = 0.0
) -> MessagePassing:
    """Return exact Bayesian inference of up to so many observations: one hypothesis for each possible last change.

    Memory and the time of a step grow in proportion to `n_observations`. A cutoff prunes: then fewer suffice, and
    `MessageInfo.dropped` says how much probability went lost at each step.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    hazard : float
        Probability that the world changes at a step.
    n_observations : int
        How many hypotheses there is room for.
    cutoff : float
        Hypotheses of a smaller probability are dropped; published 1e-16. Default 0: none.

    Returns
    -------
    MessagePassing

    Examples
    --------
    >>> from bouton.surprise import GaussianMean, exact_bayes
    >>> exact_bayes(GaussianMean(0.5), 0.1, 1000).n_messages
    1000
    """
    return MessagePassing(family, hazard, n_observations, cutoff)
