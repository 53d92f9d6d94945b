r"""How errors come down: the matrices B that bring them, and how these learn.

.. math:: \delta^{l} = \big(B^{l+1} \delta^{l+1}\big) \odot f'(a^l)

==================  =========================================================  =======================================
class               B                                                          what it needs
==================  =========================================================  =======================================
`WeightTransport`   :math:`W^\top`: backpropagation                            the transpose of the forward weights
`SignSymmetry`      :math:`|M| \odot \mathrm{sign}\, W^\top`                   their signs
`KolenPollack`      learns by the same product and the same decay as W         the error above, the activity below
`AlignedFeedback`   descends a regulariser of its own layer; without one it    see there
                    stays as it was, which is feedback alignment
`DirectFeedback`    fixed, from the output to every layer                      nothing
==================  =========================================================  =======================================

B is stored in its own direction, (fan-in below, units above): feedback synapses are synapses like all others.

Sources: T. P. Lillicrap, D. Cownden, D. B. Tweed, C. J. Akerman, Nature Communications 7:13276, 2016 (feedback
alignment); A. Nøkland, NIPS 2016, arXiv:1609.01596 (direct); Q. Liao, J. Z. Leibo, T. Poggio, AAAI 2016,
arXiv:1510.05067 (sign symmetry); J. F. Kolen, J. B. Pollack, ICNN 1994, and M. Akrout, C. Wilson, P. C. Humphreys,
T. Lillicrap, D. Tweed, NeurIPS 2019, arXiv:1904.05391 (Kolen-Pollack).
"""

from abc import abstractmethod
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._allowed import shown
from bouton._checked import Checked
from bouton._fields import AtLeastZero
from bouton.credit.learning import Learning, optimizer_for
from bouton.credit.stages import NetStage, Passed
from bouton.errors import InputError
from bouton.plasticity import Dense, DescentPace, Synapses

__all__ = [
    "ErrorFeedback",
    "FixedPathways",
    "KolenPollack",
    "KolenPollackPathways",
    "Pathways",
    "SignSymmetry",
    "WeightTransport",
]

Matrix = Float[Array, "_ _"]
"""Of two axes: those of feedback are (fan-in below, units above), of direct feedback (values below, outputs)."""


class Pathways(Checked):
    """The feedback synapses to one stage, by what they learn from."""

    steps: eqx.AbstractVar[Synapses | None]
    """With the rule by which they take their steps; None for plain ones."""


class FixedPathways(Pathways):
    """Feedback that does not learn has no such synapses."""

    steps: Synapses | None = None


class ErrorFeedback(Checked):
    """How errors come down to the activity of a stage, and how what brings them learns.

    A stage is meant by the stage above it, whose errors they are.
    """

    @abstractmethod
    def pathways(self, above: NetStage, n_outputs: int, learning: Learning) -> Pathways:
        """Return the feedback synapses to a stage."""

    @abstractmethod
    def init(self, key: PRNGKeyArray, above: NetStage, n_outputs: int) -> Matrix | None:
        """Return the first feedback weights; None where there are none."""

    @abstractmethod
    def brought(self, key: PRNGKeyArray, own: Any, weights: Matrix, passed: Passed, errors: Array, top: Array) -> Array:
        """Return the error of the activity below.

        Parameters
        ----------
        key : PRNG key
            Of this step.
        own : array or None
            Feedback weights.
        weights : array (units, fan-in)
            Forward weights of the stage above.
        passed : Passed
            What the stage above keeps of the forward pass.
        errors : array (batch, positions, units)
            Errors of its potentials.
        top : array (batch, outputs)
            Errors of the output.

        Returns
        -------
        array of a batch, of the shape of each sample
            Of the shape of the activity below, or as many values.
        """

    def effective(self, key: PRNGKeyArray, own: Any, weights: Matrix) -> Matrix | None:
        """Return the matrix that stands for the transposed weights; None where none does."""
        return own

    def learned(
        self,
        key: PRNGKeyArray,
        pathways: Any,
        own: Any,
        weights: Matrix,
        passed: Passed,
        errors: Array,
        n_steps: Any = None,
    ) -> Matrix | None:
        """Return the feedback weights after a plain step, or the change that is proposed to those that take others.

        Default: as they were.
        """
        return own

    def forward_after(self, key: PRNGKeyArray, pathways: Any, own: Any, weights: Matrix, passed: Passed) -> Matrix:
        """Return the forward weights of the stage above after alignment alone. Default: as they were."""
        return weights

    def check(self, learning: Learning) -> None:
        """Raise `InputError` where the forward weights learn in a way that it does not go with."""

    def moves(self, learning: Learning) -> bool:
        """Return whether feedback weights take other steps than plain ones at a fixed rate. Default: no."""
        return False

    def pace(self, learning: Learning, n_steps: Any, forward_on: Any, own_on: Any) -> DescentPace:
        """Return what reaches all feedback synapses alike in this step; of use where they take steps."""
        return learning.pace(n_steps, forward_on)

    @property
    def missed(self) -> float:
        """Standard deviation of the noise, over the rate, by which steps of feedback weights miss."""
        return 0.0


def sent_down(matrix: Matrix, passed: Passed, errors: Array) -> Array:
    """Return what a matrix (fan-in, units) and all that has no weights make of the errors above."""
    connectivity = Dense(matrix.shape[1], matrix.shape[0])
    over_positions = jax.vmap(connectivity.drive, in_axes=(None, 0))
    return passed.down(jax.vmap(over_positions, in_axes=(None, 0))(matrix, errors))


def events(values: Float[Array, "batch positions each"]) -> Float[Array, "events each"]:
    """Return samples and positions as events of one mini-batch."""
    return values.reshape(-1, values.shape[-1])


class Layered(ErrorFeedback):
    """Feedback from each stage to the one below it."""

    def pathways(self, above: NetStage, n_outputs: int, learning: Learning) -> Pathways:
        """Return none: nothing learns."""
        return FixedPathways()

    def init(self, key: PRNGKeyArray, above: NetStage, n_outputs: int) -> Matrix | None:
        """Return weights drawn as the forward weights are, independently of them."""
        return _drawn(key, above)

    def brought(self, key, own, weights, passed, errors, top):
        """Return the errors above by way of the matrix."""
        matrix = self.effective(key, own, weights)
        assert matrix is not None
        return sent_down(matrix, passed, errors)


def _drawn(key: PRNGKeyArray, above: NetStage) -> Matrix:
    return jax.random.uniform(key, above.downward.shape, minval=-above.spread, maxval=above.spread)


class WeightTransport(Layered):
    r"""Backpropagation: :math:`B = W^\top`, taken from the forward weights in every step.

    Parameters
    ----------
    noise : float
        Standard deviation of what each weight misses on its way, drawn anew in each step. Default 0.
    """

    noise: AtLeastZero = eqx.field(static=True, default=0.0)

    def init(self, key, above, n_outputs):
        """Return None: there are no feedback synapses."""
        return

    def effective(self, key, own, weights):
        """Return the transposed weights, with noise where there is some."""
        if self.noise == 0:
            return weights.T
        return weights.T + self.noise * jax.random.normal(key, weights.T.shape, weights.dtype)


class SignSymmetry(Layered):
    r"""Feedback of the right sign: :math:`B = |M| \odot \mathrm{sign}\, W^\top`.

    Where a weight is exactly 0, its sign is 0, and no error comes down.

    Parameters
    ----------
    magnitude : "uniform", "batch" or "fixed"
        Of all weights alike, the standard deviation of first weights (uSF); or drawn as first weights are, anew in each
        step (brSF) or once (frSF). Default "uniform".
    """

    magnitude: Literal["uniform", "batch", "fixed"] = eqx.field(static=True, default="uniform")

    def init(self, key, above, n_outputs):
        """Return the magnitudes."""
        if self.magnitude == "fixed":
            return jnp.abs(_drawn(key, above))
        return jnp.full(above.downward.shape, above.spread / 3**0.5)

    def effective(self, key, own, weights):
        """Return magnitudes with the signs of the transposed weights."""
        if self.magnitude == "batch":
            own = jax.random.uniform(key, own.shape, own.dtype) * 3**0.5 * own
        return own * jnp.sign(weights.T)


class KolenPollackPathways(Pathways):
    """The feedback synapses of `KolenPollack`."""

    steps: Synapses | None
    weights: Synapses


class KolenPollack(Layered):
    r"""Feedback learns by the same product and the same decay as the forward weights.

    .. math:: \Delta W = -\eta\, (\delta\, x^\top + \lambda W), \qquad \Delta B = -\eta\, (x\, \delta^\top + \lambda B)

    So :math:`W^\top - B` shrinks by exactly :math:`1 - \eta \lambda` in a step, whatever the data; without decay it
    never does. Both factors are at hand at the feedback synapse: no weight is transported. Where forward weights learn
    by an optimizer, so does the feedback, with running means of its own.

    Parameters
    ----------
    update_noise : float
        Standard deviation s of the noise on feedback weights: each step misses by :math:`\eta s \xi`, with normal
        :math:`\xi`. Default 0.
    """

    update_noise: AtLeastZero = eqx.field(static=True, default=0.0)

    def check(self, learning):
        """Raise `InputError` for optimizers by which feedback and forward weights would not come together."""
        if learning.optimizer is not None and not learning.optimizer.brings_together:
            raise InputError(
                f"KolenPollack needs an optimizer that treats both weights alike, got {shown(learning.optimizer)}: its "
                "running means hold the decay of one weight, which is not that of the other; take Momentum, or "
                "Adam(decoupled=True)"
            )

    def moves(self, learning):
        """Return whether forward weights do, or steps miss."""
        return learning.optimizer is not None or self.update_noise > 0

    @property
    def missed(self):
        """Standard deviation of the noise over the rate."""
        return self.update_noise

    def pathways(self, above, n_outputs, learning):
        """Return synapses of the rule of the forward weights."""
        learning = learning._replace(optimizer=optimizer_for(learning.optimizer, self.moves(learning)))
        rule = learning.rule(above.positions)
        return KolenPollackPathways(weights=Synapses(above.downward, rule), steps=learning.steps(above.downward))

    def learned(self, key, pathways, own, weights, passed, errors, n_steps=None):
        """Return the feedback weights after the change that the forward weights undergo, or that change."""
        start = own if pathways.steps is None else jnp.zeros_like(own)
        return pathways.weights.mean_update(start, -events(errors), events(passed.arrived))
