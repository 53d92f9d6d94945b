"""Direct feedback alignment: errors of the output reach every layer by fixed weights, past all layers between.

Source: A. Nøkland, NIPS 2016, arXiv:1609.01596.
"""

import jax

from bouton.credit.feedback import ErrorFeedback, FixedPathways
from bouton.plasticity import Dense

__all__ = ["DirectFeedback"]


class DirectFeedback(ErrorFeedback):
    r"""Direct feedback alignment: fixed random weights from the output to every layer.

    .. math:: \delta^l = \big(D^l e\big) \odot f'(a^l)
    """

    def pathways(self, above, n_outputs, learning):
        """Return none: nothing learns."""
        return FixedPathways()

    def init(self, key, above, n_outputs):
        """Return uniform weights from the outputs to all values of the activity below."""
        values = 1
        for edge in above.shape:
            values *= edge
        width = (6 / (values + n_outputs)) ** 0.5
        return jax.random.uniform(key, (values, n_outputs), minval=-width, maxval=width)

    def brought(self, key, own, weights, passed, errors, top):
        """Return the output's errors by way of the weights."""
        return jax.vmap(Dense(own.shape[1], own.shape[0]).drive, in_axes=(None, 0))(own, top)

    def effective(self, key, own, weights):
        """Return None: no matrix stands for the transpose of the weights above."""
        return
