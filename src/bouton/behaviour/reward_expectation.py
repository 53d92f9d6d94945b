r"""The signal that reward sends to all synapses: the reward, less what was expected of it.

.. math:: M = R - \gamma\, \bar r_m, \qquad \bar r_m \leftarrow \bar r_m + \beta_r (R - \bar r_m)

with m the image. M is 0 where the trial was rewarded and the mean, this trial included, is above `stop_at`.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from bouton._checked import Checked
from bouton._fields import Bound, Share

__all__ = ["RewardExpectation"]


class RewardExpectation(Checked):
    r"""Running means of the reward of each image, and what is made of a reward by them.

    Parameters
    ----------
    attenuation : float
        :math:`\gamma`, how much of the expected reward is taken off. Default 0.
    rate : float
        :math:`\beta_r`. Default 0.2.
    stop_at : float
        Mean reward above which a rewarded trial changes nothing. Default: never.
    """

    attenuation: Share | Float[Array, ""] = 0.0
    rate: Share | Float[Array, ""] = 0.2
    stop_at: Bound | Float[Array, ""] = float("inf")

    def judge(
        self, expected: Float[Array, " images"], image: Int[Array, ""], reward: Float[Array, ""]
    ) -> tuple[Float[Array, " images"], Float[Array, ""]]:
        """Return the means after the reward of a trial, and the signal.

        Parameters
        ----------
        expected : array (images,)
            The means before.
        image : int array ()
            The image of the trial; -1 before the first, which changes nothing.
        reward : array ()
            What it was worth.
        """
        own = jax.nn.one_hot(image, expected.shape[0], dtype=reward.dtype)
        after = expected + self.rate * own * (reward - expected)
        before, now = (jnp.sum(own * mean) for mean in (expected, after))
        learns = (image >= 0) & ~((reward > 0) & (now > self.stop_at))
        return after, jnp.where(learns, reward - self.attenuation * before, jnp.zeros_like(reward))
