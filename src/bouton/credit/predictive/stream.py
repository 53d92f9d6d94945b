r"""CLAPP from one transition after the other: the only form in which the rule is truly online.

What a synapse needs is the activity of its neurons now and next, and one number that reaches the whole layer: whether
the gaze stayed, and whether the layer's margin is kept already. Equations and source as in `bouton.credit.predictive`.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from numpy.typing import ArrayLike

from bouton._fields import Count, Rate, check_values
from bouton.credit.layers import Layer
from bouton.credit.predictive.parts import begin, forward_of
from bouton.credit.predictive.pathways import Consolidation, PredictivePathways, pathways_of
from bouton.credit.predictive.stages import Forwarded, PredictiveStage, predictive_stages
from bouton.credit.predictive.state import CLAPPState, LayerState, Transition
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Adam, DendriticPost, DescentPace

__all__ = ["CLAPPStream", "TransitionInfo"]


class TransitionInfo(NamedTuple):
    """What one may look at after a transition, one value per layer; of the weights before it."""

    score: Float[Array, " layers"]
    """u, how much the next activity is what was predicted."""
    modulator: Float[Array, " layers"]
    r""":math:`\gamma`."""
    loss: Float[Array, " layers"]


class CLAPPStream(Circuit[CLAPPState, TransitionInfo]):
    r"""Layers that learn from each transition as it comes.

    Parameters
    ----------
    layers : sequence of Layer
        The encoder of one sample, as in `CLAPPNetwork`.
    input_shape : tuple of int
        Shape of one sample.
    symmetric : bool
        Whether contexts are reached by the transposed prediction weights, which is weight transport. Default False.
    shared_gate : bool
        Whether retrodiction has the modulator of prediction. Default True.
    learning_rate : float
        :math:`\eta`. Default 0.001.
    optimizer : "plain" or "adam"
        As in `CLAPPNetwork`. Default "plain".

    Raises
    ------
    InputError
        If layers do not fit each other or the input.

    Examples
    --------
    >>> import jax
    >>> from bouton.credit import DenseLayer
    >>> from bouton.credit.predictive import CLAPPStream
    >>> from bouton.dynamics import Rectifier
    >>> stream = CLAPPStream([DenseLayer(4, Rectifier())], (2,))
    >>> state = stream.init(jax.random.key(0))
    >>> state = stream.update(state, [1.0, 2.0], [2.0, 1.0], 1)
    """

    layers: tuple[Layer, ...]
    stages: tuple[PredictiveStage, ...]
    pathways: tuple[PredictivePathways, ...]
    input_shape: tuple[Count, ...] = eqx.field(static=True)
    symmetric: bool = eqx.field(static=True)
    shared_gate: bool = eqx.field(static=True)
    learning_rate: Rate | Float[Array, ""]
    optimizer: Literal["adam", "plain"] = eqx.field(static=True)

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: tuple[Count, ...],
        *,
        symmetric: bool = False,
        shared_gate: bool = True,
        learning_rate: Rate | Float[Array, ""] = 1e-3,
        optimizer: Literal["adam", "plain"] = "plain",
    ):
        check_values(CLAPPStream, locals())
        self.layers, self.input_shape = tuple(layers), tuple(int(edge) for edge in input_shape)
        self.symmetric, self.shared_gate = symmetric, shared_gate
        self.learning_rate, self.optimizer = learning_rate, optimizer
        self.stages = predictive_stages(layers, input_shape)
        by = Consolidation(Adam() if optimizer == "adam" else None, learning_rate)
        predicted = {number: ((number, 1),) for number in range(len(self.stages))}
        self.pathways = pathways_of(self.stages, by, 1, predicted, not symmetric)

    @property
    def event(self) -> Any:
        """A `Transition`."""
        kind = jnp.result_type(float)
        sample: Any = jax.ShapeDtypeStruct(self.input_shape, kind)
        return Transition(sample, sample, jax.ShapeDtypeStruct((), kind))  # pyright: ignore[reportArgumentType]

    def check(self, events: Any) -> None:
        """Raise `InputError` where it is neither said that the gaze stayed nor that it jumped."""
        wrong = np.asarray(events.fixates)[np.abs(np.asarray(events.fixates)) != 1]
        if wrong.size:
            raise InputError(f"fixates must be 1 or -1, got {wrong.flat[0]:g}")

    def init(self, key: PRNGKeyArray) -> CLAPPState:
        """Return first weights, those of a `CLAPPNetwork` of one distance."""
        return begin(self.stages, self.pathways, key)

    def respond(self, state: CLAPPState, x: Transition) -> Float[Array, " units"]:
        """Return the activity of the last layer to what is seen next."""
        return forward_of(self.stages, self.pathways, state, x.next[None])[-1].pooled[0]

    def update(self, state: CLAPPState, x: ArrayLike, x_next: ArrayLike, y: float) -> CLAPPState:
        """Return the state after one transition; y is 1 during a fixation and -1 after a saccade."""
        kind = jnp.result_type(float)
        given = Transition(*(jnp.asarray(each, kind) for each in (x, x_next, y)))
        if given.now.shape != self.input_shape or given.next.shape != self.input_shape:
            raise InputError(f"samples must have the shape {self.input_shape}, got {given.now.shape} and "
                             f"{given.next.shape}")  # fmt: skip
        self.check(given)
        return _updated(self, state, given)

    def step(self, key: PRNGKeyArray, state: CLAPPState, x: Transition) -> tuple[CLAPPState, TransitionInfo]:
        """Respond to both samples, then let all synapses learn from the transition."""
        now, after = (forward_of(self.stages, self.pathways, state, each[None]) for each in (x.now, x.next))
        number, layers, seen = jnp.minimum(state.n_batches, 2**31 - 2) + 1, [], []
        pace = DescentPace(self.learning_rate, step=number.astype(now[0].pooled.dtype))
        for own, layer, context, target in zip(self.pathways, state.layers, now, after, strict=True):
            found = self._learned(own, layer, context, target, x.fixates, pace)
            layers.append(found[0])
            seen.append(found[1])
        score, modulator = (jnp.stack(each) for each in zip(*seen, strict=True))
        info = TransitionInfo(score, modulator, jnp.maximum(1 - x.fixates * score, 0))
        return CLAPPState(tuple(layers), number), info

    def _learned(
        self,
        own: PredictivePathways,
        layer: LayerState,
        context: Forwarded,
        target: Forwarded,
        fixates: Array,
        pace: DescentPace,
    ) -> tuple[LayerState, tuple[Array, Array]]:
        (way,), (onto_target,) = own.prediction, layer.prediction
        c, z = context.pooled[0], target.pooled[0]
        predicted = way.rule.drive(way.weights(onto_target), c)
        score = jnp.sum(z * predicted)
        modulator = other = _gated(fixates, score)
        onto_target = way.collected(onto_target, c[None], z[None], modulator)
        retrodiction = layer.retrodiction
        if self.symmetric:
            retrodicted = way.rule.transpose_drive(way.weights(layer.prediction[0]), z)
        else:
            (back,), (onto_context,) = own.retrodiction, retrodiction
            retrodicted = back.rule.drive(back.weights(onto_context), z)
            if not self.shared_gate:
                other = _gated(fixates, jnp.sum(c * retrodicted))
            after = back.collected(onto_context, z[None], c[None], other)
            retrodiction = (back.taken_over(after, pace),)
        weights, bias = layer.weights, layer.bias
        for seen, dendrite, signal in ((target, predicted, modulator), (context, retrodicted, other)):
            post = DendriticPost(seen.at_positions(dendrite[None])[0], seen.slope[0])
            weights = own.weights.collected(weights, seen.arrived[0], post, signal)
            bias = own.bias.collected(bias, jnp.ones_like(seen.slope[0][:, :1]), post, signal)
        learned = LayerState(
            own.weights.taken_over(weights, pace),
            own.bias.taken_over(bias, pace),
            (way.taken_over(onto_target, pace),),
            retrodiction,
        )
        return learned, (score, modulator)


def _gated(fixates: Array, score: Array) -> Array:
    return fixates * (fixates * score < 1).astype(score.dtype)


@jax.jit
def _updated(stream: CLAPPStream, state: CLAPPState, x: Transition) -> CLAPPState:
    return stream.step(jax.random.key(0), state, x)[0]
