r"""Feedback weights that learn by a regulariser which only their own layer sees.

With x what arrives at the synapses of a layer, :math:`P = W x` its drives, :math:`Q = B^\top x` what the feedback
weights would make of the same input, and :math:`R = B P` the reconstruction of the input, the five primitives are

==========  ===================================================  =======================================
primitive   value                                                change of a feedback synapse b
==========  ===================================================  =======================================
decay       :math:`|W|^2 + |B|^2`                                :math:`-2 b`
amp         :math:`-\langle P \cdot Q \rangle`                   :math:`x P`: Hebbian
null        :math:`\langle |R|^2 \rangle`                        :math:`-2 R P`: anti-Hebbian
sparse      :math:`\langle |P|^2 + |Q|^2 \rangle`                :math:`-2 x Q`
self        :math:`-\mathrm{tr}\, B W`                           :math:`w`, the forward weight itself
==========  ===================================================  =======================================

(means over samples, sums over positions; squares without a factor 1/2). Any sum of them with coefficients is a rule;
those with a name are methods of `AlignedFeedback`:

======================  ==================  ============================================================================
name                    sum                 where it rests for fixed W, with :math:`C = \langle x x^\top \rangle`
======================  ==================  ============================================================================
weight mirror           decay, amp          :math:`(amp / 2 decay)\, C W^\top`
information alignment   amp, null, decay    :math:`amp\, C W^\top (2 null\, W C W^\top + 2 decay\, I)^{-1}`
symmetric alignment     decay, self         :math:`(self / 2 decay)\, W^\top`
activation alignment    sparse, amp         :math:`(amp / 2 sparse)\, W^\top` on the span of the inputs
======================  ==================  ============================================================================

Self needs the weight of another synapse, and sparse the input by way of the transposed feedback weights: neither is
local. Where the forward weights descend the regulariser too, as it is symmetric in both but for null,

.. math::

    \Delta W \propto -2\, decay\, W + amp\, Q x^\top - 2\, null\, B^\top R x^\top - 2\, sparse\, P x^\top
    + self\, B^\top

Source: D. Kunin, A. Nayebi, J. Sagastuy-Brena, S. Ganguli, J. M. Bloom, D. L. K. Yamins, "Two routes to scalable credit
assignment without weight symmetry", ICML 2020, arXiv:2003.01513.
"""

import warnings
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._fields import AtLeastZero, Count, Rate, check_fields
from bouton.credit.feedback import Layered
from bouton.credit.learning import Learning, counts, optimizer_for, pace_at, rate_at
from bouton.credit.primitives import AlignmentPathways, alignment_pathways, feedback_after, forward_after
from bouton.credit.projections import Projection, projected
from bouton.credit.stages import NetStage, Passed
from bouton.dynamics import Activation
from bouton.errors import InputError
from bouton.plasticity import Descent, DescentPace, RateSchedule

__all__ = ["AlignedFeedback"]


class AlignedFeedback(Layered):
    r"""Feedback weights that descend a sum of the five primitives; with none of them, feedback alignment.

    .. math:: \Delta B = -\eta_B\, \nabla_B \big(c_{decay} + c_{amp} + c_{null} + c_{sparse} + c_{self}\big)

    Parameters
    ----------
    decay, amp, null, sparse, self_ : float or RateSchedule
        Coefficients of the primitives, at least 0, constant or by the number of steps. Default 0.
    rate : float or RateSchedule
        :math:`\eta_B`. Symmetric alignment diverges from :math:`\eta_B\, decay = 1` on, activation alignment from
        :math:`\eta_B\, sparse\, \lambda_{max}(C) = 1` on. Default 0.05.
    noise : float
        Standard deviation of the Gaussian noise that takes the place of the layer's input where the feedback weights
        learn. Default 0: they learn from the input itself.
    noise_kind : "normal" or "uniform"
        Its distribution. Default "normal".
    noise_batches : int
        Mini-batches of noise in a step: for small mini-batches and layers, of which one tells little. Default 1.
    amp_activation : Activation, optional
        What amp takes of the layer's potentials, bias included: the weight mirror as first published. Default: its
        weighted sums.
    optimizer : Descent, optional
        What a feedback synapse makes of the changes that the primitives propose to it. Default: plain steps.
    update_noise : float
        Standard deviation s of the noise on feedback weights: each step misses by :math:`\eta_B s \xi`, with normal
        :math:`\xi`. Default 0.
    per_position : bool
        Whether amp, null and sparse are means over positions, so that a rate does for maps of all sizes, instead of
        sums over them. Default True.
    on_input, on_forward, on_backward : "plain", "centred", "normalised" or "batch centred"
        What is made of the layer's input; of P and R; and of Q: less the mean of each sample, that over its length, or
        less the mean of the mini-batch. Default "plain": nothing.
    forward_too : bool
        Whether the forward weights descend the regulariser too, at the same rate; coefficients and rate are constant
        then. Default False.

    Raises
    ------
    InputError
        If forward weights are to align where that has no meaning.

    Warns
    -----
    UserWarning
        If nothing keeps amp or self in bounds, or both weights would amplify each other.

    Examples
    --------
    >>> from bouton.credit import AlignedFeedback
    >>> AlignedFeedback.symmetric().self_
    2.0
    """

    decay: AtLeastZero | Float[Array, ""] | RateSchedule = 0.0
    amp: AtLeastZero | Float[Array, ""] | RateSchedule = 0.0
    null: AtLeastZero | Float[Array, ""] | RateSchedule = 0.0
    sparse: AtLeastZero | Float[Array, ""] | RateSchedule = 0.0
    self_: AtLeastZero | Float[Array, ""] | RateSchedule = 0.0
    rate: Rate | Float[Array, ""] | RateSchedule = 0.05
    noise: AtLeastZero = eqx.field(static=True, default=0.0)
    per_position: bool = eqx.field(static=True, default=True)
    noise_kind: Literal["normal", "uniform"] = eqx.field(static=True, default="normal")
    noise_batches: Count = eqx.field(static=True, default=1)
    amp_activation: Activation | None = None
    optimizer: Descent | None = None
    update_noise: AtLeastZero = eqx.field(static=True, default=0.0)
    on_input: Projection = eqx.field(static=True, default="plain")
    on_forward: Projection = eqx.field(static=True, default="plain")
    on_backward: Projection = eqx.field(static=True, default="plain")
    forward_too: bool = eqx.field(static=True, default=False)

    def __check_init__(self) -> None:
        check_fields(self)
        held = counts(self.decay) or counts(self.sparse) or (counts(self.null) and not counts(self.self_))
        if (counts(self.amp) or counts(self.self_)) and not held:
            warnings.warn(
                "amp or self without decay, sparse or null: the feedback weights grow without bound; give decay",
                UserWarning,
                stacklevel=2,
            )
        numbers = all(isinstance(each, int | float) for each in (self.rate, self.decay))
        if numbers and self.optimizer is None and self.rate * self.decay >= 1:  # pyright: ignore[reportOperatorIssue]
            warnings.warn(
                f"rate * decay is {self.rate * self.decay:g}: the feedback weights diverge from 1 on; "  # pyright: ignore
                "lower the rate",
                UserWarning,
                stacklevel=2,
            )
        if self.forward_too:
            self._check_forward()

    def _check_forward(self) -> None:
        if self._changes or isinstance(self.rate, RateSchedule):
            raise InputError("forward_too takes coefficients and a rate that are constant, got one that changes")
        if self.amp_activation is not None:
            raise InputError("forward_too takes amp of weighted sums: give amp_activation=None")
        amp, held = self.amp, (self.decay, self.sparse)
        known = all(isinstance(each, int | float) for each in (amp, *held))
        if known and amp > 2 * sum(held) and not counts(self.null):  # pyright: ignore
            warnings.warn(
                "amp above twice decay and sparse, without null, and both weights learn: on white noise they amplify "
                "each other without bound; give null, as information alignment has it, or more decay",
                UserWarning,
                stacklevel=3,
            )

    @classmethod
    def weight_mirror(cls, rate: float = 0.05) -> "AlignedFeedback":
        """Return the weight mirror: decay and amp on noise. Local."""
        return cls(decay=0.5, amp=1.0, rate=rate, noise=1.0)

    @classmethod
    def information(cls, rate: float = 0.02) -> "AlignedFeedback":
        """Return information alignment: amp, null and decay on noise. Local."""
        return cls(amp=2.0, null=1.0, decay=1.0, rate=rate, noise=1.0)

    @classmethod
    def symmetric(cls, rate: float = 0.25) -> "AlignedFeedback":
        r"""Return symmetric alignment: decay and self, which are :math:`|W^\top - B|^2`."""
        return cls(decay=1.0, self_=2.0, rate=rate)

    @classmethod
    def activation(cls, rate: float = 0.01) -> "AlignedFeedback":
        r"""Return activation alignment: sparse and amp, which are :math:`\langle |P - Q|^2 \rangle`."""
        return cls(sparse=1.0, amp=2.0, rate=rate)

    @property
    def missed(self) -> float:
        """Standard deviation of the noise over the rate."""
        return self.update_noise

    @property
    def coefficients(self) -> tuple[Any, ...]:
        """Those of decay, amp, null, sparse and self."""
        return self.decay, self.amp, self.null, self.sparse, self.self_

    @property
    def _learns(self) -> bool:
        return any(map(counts, self.coefficients))

    @property
    def _changes(self) -> bool:
        return any(isinstance(each, RateSchedule) for each in self.coefficients)

    def moves(self, learning: Learning) -> bool:
        """Return whether steps are an optimizer's, change their rate or miss."""
        other = self.optimizer is not None or self.update_noise > 0 or isinstance(self.rate, RateSchedule)
        return self._learns and (other or learning.alternates or self._changes)

    def pace(self, learning: Learning, n_steps: Any, forward_on: Any, own_on: Any) -> DescentPace:
        """Return rate, decay and number of the step."""
        decay = rate_at(self.decay, n_steps)
        return pace_at(self.rate, 2.0 * decay if counts(decay) else None, n_steps, own_on)

    def pathways(self, above: NetStage, n_outputs: int, learning: Learning) -> AlignmentPathways:
        """Return the feedback synapses of a stage, by primitive."""
        optimizer = optimizer_for(self.optimizer, True) if self.moves(learning) else None
        return alignment_pathways(self, above, optimizer)

    def learned(self, key, pathways, own, weights, passed, errors, n_steps=None):
        """Return the feedback weights after every primitive has changed them, each by what it finds before.

        Of those that take steps, what the primitives propose; their decay is a matter of the step.
        """
        return feedback_after(self, pathways, own, weights, self._seen(key, pathways, weights, passed), n_steps)

    def forward_after(self, key, pathways, own, weights, passed):
        """Return the forward weights after every primitive has changed them, each by what it finds before."""
        if pathways.forward is None:
            return weights
        return forward_after(self, pathways, own, weights, self._seen(key, pathways, weights, passed))

    def _seen(self, key: Array, pathways: AlignmentPathways, weights: Array, passed: Passed) -> Passed:
        """Return what the layer shows its feedback weights: the forward pass, or what it makes of noise."""
        asked = (pathways.amp, pathways.null, pathways.sparse)
        if (self.noise == 0 and self.on_input == "plain") or all(each is None for each in asked):
            return passed
        samples, *each = passed.own.shape
        shape, kind = (self.noise_batches * samples, *each), passed.own.dtype
        if self.noise == 0:
            own = passed.own
        elif self.noise_kind == "uniform":
            own = self.noise * jax.random.uniform(key, shape, kind, minval=-(3**0.5), maxval=3**0.5)
        else:
            own = self.noise * jax.random.normal(key, shape, kind)
        arrived, fold = jax.vjp(passed.arriving, projected(self.on_input, own))
        drive = jnp.einsum("bpi,ui->bpu", arrived, weights)
        return passed._replace(arrived=arrived, drive=drive, fold=lambda values: fold(values)[0])
