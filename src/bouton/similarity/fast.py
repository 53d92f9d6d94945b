r"""Fast similarity matching: the principal subspace network with the inverse of its lateral weights carried along.

The outputs are those of `SimilarityMatching`, :math:`y = M^{-1} W x`; instead of a linear system per sample, the
inverse :math:`P = M^{-1}` follows the learning of M by the formula of Sherman and Morrison:

.. math::

    y &= P\, W x, \qquad W \leftarrow W + 2 \eta_t\, (y\, x^\top - W) \\
    P &\leftarrow \frac{P}{1 - s} - \frac{s}{1 + s\, z^\top y}\, z\, z^\top,
        \qquad z = \frac{P}{1 - s}\, y, \quad s = \frac{\eta_t}{\tau} < 1

which takes of the order of :math:`m n + m^2` operations per sample.

Source: A. Giovannucci, V. Minden, C. Pehlevan, D. B. Chklovskii, "Efficient principal subspace projection of streaming
data through fast similarity matching", IEEE Big Data 2018, arXiv:1808.02083.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import Count, Positive, check_fields
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import LearningRate, Rule, Synapses
from bouton.plasticity.learning_rate import as_learning_rate, counted
from bouton.similarity.minmax import SimilarityMatching

__all__ = ["FastInfo", "FastSimilarityMatching", "FastState", "InverseOfLeakyHebb"]


class FastState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    lateral_inverse: Float[Array, "outputs outputs"]
    n_samples: Int[Array, ""]
    """Number of samples so far, which sets the learning rate."""


class FastInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]


class InverseOfLeakyHebb(Rule):
    r"""The change of an entry of :math:`P = M^{-1}` while M learns by `LeakyHebb`.

    .. math:: \Delta p = \frac{s}{1 - s}\, p - c

    The signal is s, what M forgets per sample; the presynaptic factor is the correction c, an entry of
    :math:`s\, z z^\top / (1 + s\, z^\top y)`. A synapse cannot know it, so it is handed over as one value per synapse.

    References
    ----------
    A. Giovannucci et al., IEEE Big Data 2018, arXiv:1808.02083.

    Examples
    --------
    >>> InverseOfLeakyHebb()(1.0, 0.25, 0.0, 0.5)
    0.75
    """

    def __call__(self, synapse, pre, post, signal):
        """Return ``signal / (1 - signal) * synapse - pre``."""
        return signal / (1 - signal) * synapse - pre


class FastSimilarityMatching(Circuit[FastState, FastInfo]):
    r"""Online principal subspace at the cost of two passes over the weights: `SimilarityMatching`, done fast.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m, the dimension of the subspace.
    learning_rate : LearningRate or float
        :math:`\eta_t`, at first less than :math:`\tau`. Default 1/(t + 5), for samples t = 0, 1, ...
    lateral_time_scale : float
        :math:`\tau`. Too large a value is unstable; the default 0.5 is safe.
    input_power : float
        Mean of :math:`|x|^2`, the scale of the start: W of variance 1/n and M = I, times this number. Default 1, for
        data scaled so.

    Raises
    ------
    InputError
        If a parameter is out of its range, or the first sample would wipe out M: learning_rate / lateral_time_scale
        must be less than 1.

    Notes
    -----
    **The inverse does not learn locally.** The change of an entry of P takes the product of :math:`z_i` and
    :math:`z_j`, responses of the lateral synapses to the outputs y, which no synapse sees while the layer responds, and
    a divisor, :math:`1 + s\, z^\top y`, that sums over all neurons. `bouton.plasticity.audit` says so. W does learn
    locally. `SimilarityMatching` is the network in which all synapses do.

    References
    ----------
    A. Giovannucci, V. Minden, C. Pehlevan, D. B. Chklovskii, IEEE Big Data 2018, arXiv:1808.02083.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.data import spectrum_gaussian
    >>> data, _ = spectrum_gaussian(n_samples=500, seed=0)
    >>> fast, slow = (
    ...     bouton.run(kind(n_inputs=10, n_outputs=3), data, key=jax.random.key(0)).respond(data)
    ...     for kind in (bouton.similarity.FastSimilarityMatching, bouton.similarity.SimilarityMatching)
    ... )
    >>> bool(np.abs(fast - slow).max() < 1e-3)
    True
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    learning_rate: LearningRate = eqx.field(default=LearningRate(0.2, 0.2), converter=as_learning_rate)
    lateral_time_scale: Positive = 0.5
    input_power: Positive = 1.0
    feedforward: Synapses = eqx.field(init=False)
    lateral_inverse: Synapses = eqx.field(init=False)

    def __post_init__(self) -> None:
        check_fields(self)
        self.feedforward = self.network.feedforward
        self.lateral_inverse = Synapses(self.network.lateral.connectivity, InverseOfLeakyHebb())

    def __check_init__(self) -> None:
        rate, time_scale = self.learning_rate.initial, self.lateral_time_scale
        if all(isinstance(value, int | float) for value in (rate, time_scale)) and rate >= time_scale:
            raise InputError(
                f"learning_rate must start below lateral_time_scale, {time_scale}, or the first sample leaves nothing "
                f"of the lateral weights to invert; it starts at {rate}"
            )

    @property
    def network(self) -> SimilarityMatching:
        """The network that gives the same outputs, with lateral weights instead of their inverse."""
        return SimilarityMatching(
            self.n_inputs, self.n_outputs, self.learning_rate, self.lateral_time_scale, self.input_power
        )

    @property
    def data_power(self) -> int:
        """Activities that are learned from are squares of data, and their sums are squared once more."""
        return 4

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return self.network.event

    def init(self, key: PRNGKeyArray) -> FastState:
        """Return the state before the first sample: that of `network`, its lateral weights inverted."""
        start = self.network.init(key)
        return FastState(start.feedforward, jnp.eye(self.n_outputs) / self.input_power, start.n_samples)

    def respond(self, state: FastState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities for a sample."""
        return self.lateral_inverse.drive(state.lateral_inverse, self.feedforward.drive(state.feedforward, x))

    def step(self, key: PRNGKeyArray, state: FastState, x: Float[Array, " inputs"]) -> tuple[FastState, FastInfo]:
        """Respond, then learn."""
        y, rate = self.respond(state, x), self.learning_rate(state.n_samples)
        forgotten = rate / self.lateral_time_scale
        z = self.lateral_inverse.drive(state.lateral_inverse, y) / (1 - forgotten)
        root = jnp.sqrt(forgotten / (1 + forgotten * jnp.dot(z, y))) * z
        # Symmetric to the last bit: what is not symmetric would grow as t^2, since no correction acts on it.
        correction = root[:, None] * root[None, :]
        new_state = FastState(
            self.feedforward.update(state.feedforward, x, y, rate),
            self.lateral_inverse.update(state.lateral_inverse, correction, y, forgotten),
            counted(state.n_samples),
        )
        return new_state, FastInfo(y)
