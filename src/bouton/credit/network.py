r"""A net whose errors need not come down by the transpose of its forward weights.

.. math::

    a^l &= W^l x^{l-1} + b^l, \qquad x^l = f(a^l), \qquad \delta^L = \partial J / \partial a^L \\
    \delta^l &= \big(B^{l+1} \delta^{l+1}\big) \odot f'(a^l) \\
    \Delta W^l &= -\eta\, \langle \delta^l x^{l-1\top} \rangle - \eta\, \lambda W^l, \qquad
    \Delta b^l = -\eta\, \langle \delta^l \rangle

Every synapse learns by the product of an error of its unit and what arrives at it; how the errors came down is the
matter of `ErrorFeedback`, and a `Descent` (momentum, Adam) may make its steps of these products. All errors and changes
are those of the weights before the step. What takes the input of the net sends no error further down, and has no
feedback weights. Around blocks of layers there may be shortcuts; those without weights pass errors as they are.

Source: D. Kunin, A. Nayebi, J. Sagastuy-Brena, S. Ganguli, J. M. Bloom, D. L. K. Yamins, "Two routes to scalable credit
assignment without weight symmetry", ICML 2020, arXiv:2003.01513.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive, Rate, Whole, check_values
from bouton.credit.aligned import AlignedFeedback
from bouton.credit.direct import DirectFeedback
from bouton.credit.feedback import ErrorFeedback, Pathways
from bouton.credit.layers import Layer
from bouton.credit.learning import Learning, optimizer_for, start_of
from bouton.credit.losses import LOSSES, LossName, check_targets
from bouton.credit.network_state import AlignmentInfo, AlignmentState, Labelled, Measure
from bouton.credit.normaliser import first_scale
from bouton.credit.passes import Errors, compared, fed, passed_down, passed_up
from bouton.credit.pathways import (
    ForwardPathways,
    aligned_forward,
    alternate_turns,
    first_means,
    forward_pathways,
    learned_feedback,
    learned_forward,
)
from bouton.credit.stages import NetStage, Passed, stages_of
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Descent, RateSchedule
from bouton.plasticity.learning_rate import counted

__all__ = ["AlignmentNetwork"]


_SYMMETRIC = AlignedFeedback.symmetric()
_MEASURES = ("weight_angle", "norm_ratio", "error_angle")


class AlignmentNetwork(Circuit[AlignmentState, AlignmentInfo]):
    r"""Layers that learn by errors, and the feedback that brings these.

    Parameters
    ----------
    layers : sequence of Layer
        The net, the lowest layer first; the last one has weights.
    input_shape : tuple of int
        Shape of one sample: (values,), or (height, width, channels).
    feedback : ErrorFeedback
        How errors come down. Default: symmetric alignment, `AlignedFeedback.symmetric()`.
    learning_rate : float or RateSchedule
        :math:`\eta`, constant or by the number of steps. Default 0.1.
    weight_decay : float
        :math:`\lambda`, of the forward weights; in plain steps each loses :math:`\eta \lambda` of itself. Default 0.
    optimizer : Descent, optional
        What a forward synapse makes of the change proposed to it, such as `Momentum(0.9)`. Default: plain steps.
    bias_rate : float
        Share of the learning rate that is that of biases. Default 1.
    delay : int
        Number of first steps in which feedback weights alone learn. Default 0.
    alternate : int
        Where it is m > 0, feedback weights alone learn in one step, and forward weights alone in the m steps after it.
        Default 0: both learn in every step.
    loss : "softmax", "sigmoid" or "squared"
        The loss J of the outputs. Default "softmax".
    batch_size : int
        Samples of a mini-batch. Default 32.
    measures : tuple of str
        What each step tells of the feedback, by its names in `AlignmentInfo`: "weight_angle", "norm_ratio",
        "error_angle" (the default), "projection_angle", "gradient_angle". Each costs time.

    Raises
    ------
    InputError
        If layers do not fit each other or the input, the last layer has no weights or more than one position, or the
        feedback does not go with the net or the optimizer.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.credit import AlignmentNetwork, DenseLayer, mini_batches
    >>> from bouton.data import load_digits
    >>> from bouton.dynamics import Tanh
    >>> digits = load_digits()
    >>> net = AlignmentNetwork([DenseLayer(32, Tanh()), DenseLayer(10)], (64,))
    >>> run = bouton.run(net, mini_batches(digits.data, digits.labels, 32, epochs=5), key=jax.random.key(0))
    >>> net.outputs(run.state, digits.data[:3]).shape
    (3, 10)
    """

    layers: tuple[Layer, ...]
    feedback: ErrorFeedback
    learning_rate: Rate | Float[Array, ""] | RateSchedule
    weight_decay: AtLeastZero | Float[Array, ""]
    optimizer: Descent | None
    bias_rate: Positive = eqx.field(static=True)
    stages: tuple[NetStage, ...]
    forward: tuple[ForwardPathways, ...]
    backward: tuple[Pathways, ...]
    input_shape: tuple[Count, ...] = eqx.field(static=True)
    loss: LossName = eqx.field(static=True)
    batch_size: int = eqx.field(static=True)
    measures: tuple[Measure, ...] = eqx.field(static=True)
    delay: int = eqx.field(static=True)
    alternate: int = eqx.field(static=True)

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: tuple[Count, ...],
        feedback: ErrorFeedback = _SYMMETRIC,
        *,
        learning_rate: Rate | Float[Array, ""] | RateSchedule = 0.1,
        weight_decay: AtLeastZero | Float[Array, ""] = 0.0,
        optimizer: Descent | None = None,
        bias_rate: Positive = 1.0,
        delay: Whole = 0,
        alternate: Whole = 0,
        loss: LossName = "softmax",
        batch_size: Count = 32,
        measures: tuple[Measure, ...] = _MEASURES,
    ):
        check_values(AlignmentNetwork, locals())
        self.layers, self.feedback, self.loss = tuple(layers), feedback, loss
        self.learning_rate, self.weight_decay, self.batch_size = learning_rate, weight_decay, int(batch_size)
        self.optimizer, self.bias_rate, self.measures = optimizer, bias_rate, tuple(measures)
        self.delay, self.alternate = int(delay), int(alternate)
        self.stages = stages_of(layers, input_shape)
        self.input_shape = self.stages[0].shape
        if len(self.stages[-1].output_shape) != 1:
            raise InputError(
                f"the last layer must have one position, as a DenseLayer has, got {self.stages[-1].output_shape}"
            )
        if isinstance(feedback, DirectFeedback) and any(stage.added is not None for stage in self.stages):
            raise InputError("DirectFeedback brings errors to layers in a row, and this net has shortcuts around some")
        learning = self._learning
        feedback.check(learning)
        self.forward = tuple(forward_pathways(stage, learning, bias_rate) for stage in self.stages)
        self.backward = tuple(
            feedback.pathways(self.stages[number], self.n_outputs, learning) for number in fed(self.stages)
        )

    @property
    def _learning(self) -> Learning:
        changes = isinstance(self.learning_rate, RateSchedule) or self.delay > 0 or self.alternate > 0
        optimizer = optimizer_for(self.optimizer, changes)
        return Learning(self.learning_rate, self.weight_decay, optimizer, self.alternate > 0)

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self.stages[-1].layer.units

    @property
    def event(self) -> Any:
        """A mini-batch: `Labelled`."""
        kind = jnp.result_type(float)
        return Labelled(
            jax.ShapeDtypeStruct((self.batch_size, *self.input_shape), kind),  # pyright: ignore[reportArgumentType]
            jax.ShapeDtypeStruct((self.batch_size, self.n_outputs), kind),  # pyright: ignore[reportArgumentType]
        )

    def check(self, events: Any) -> None:
        """Raise `InputError` for targets that the loss is not made for."""
        check_targets(np.asarray(events.targets), self.loss)

    def init(self, key: PRNGKeyArray) -> AlignmentState:
        """Return uniform weights after Glorot and Bengio, biases of 0, and feedback weights of their own."""
        upward, downward = jax.random.split(key)
        weights = tuple(
            jax.random.uniform(jax.random.fold_in(upward, number), stage.upward.shape, minval=-width, maxval=width)
            for number, stage in enumerate(self.stages)
            for width in (stage.spread,)
        )
        feedback = tuple(
            self.feedback.init(jax.random.fold_in(downward, place), self.stages[number], self.n_outputs)
            for place, number in enumerate(fed(self.stages))
        )
        bias = tuple(jnp.zeros((stage.layer.units, 1)) for stage in self.stages)
        scales = tuple(first_scale(each.layer.units) if each.layer.normalised else None for each in self.stages)
        moved = self._learning.optimizer is not None or any(each.steps is not None for each in self.backward)
        return AlignmentState(
            weights,
            bias,
            feedback,
            scales if any(each is not None for each in scales) else (),
            tuple(map(first_means, self.forward, weights, bias, scales)) if moved else (),
            tuple(start_of(own.steps, each) for own, each in zip(self.backward, feedback, strict=True))
            if moved
            else (),
            jnp.zeros((), jnp.int32) if moved else None,
        )

    def outputs(
        self, state: AlignmentState, inputs: Float[Array, "samples *shape"] | Float[np.ndarray, "samples *shape"]
    ) -> Float[Array, "samples outputs"]:
        """Return what the net says of any number of samples: of "softmax" and "sigmoid", probabilities."""
        if inputs.shape[1:] != self.input_shape:
            raise InputError(f"samples must have the shape {self.input_shape}, got {inputs.shape[1:]}")
        return _said(self, state, jnp.asarray(inputs, state.weights[0].dtype))

    def respond(self, state: AlignmentState, x: Labelled) -> Float[Array, "batch outputs"]:
        """Return what the net says of the samples of a mini-batch, each by itself and whatever their targets."""
        return LOSSES[self.loss].said(passed_up(self.stages, self.forward, state, x.inputs, False)[-1].activity)

    def errors(self, key: PRNGKeyArray, state: AlignmentState, x: Labelled) -> tuple[Array, ...]:
        """Return the errors (batch, positions, units) of the weighted sums of each layer with weights."""
        passed = passed_up(self.stages, self.forward, state, x.inputs, True)
        top = LOSSES[self.loss].error(passed[-1].activity, x.targets)
        return tuple(passed_down(self.stages, self.feedback, key, state, passed, top).sums)

    def step(self, key: PRNGKeyArray, state: AlignmentState, x: Labelled) -> tuple[AlignmentState, AlignmentInfo]:
        """Respond, send the errors down, then let all synapses learn."""
        passed = passed_up(self.stages, self.forward, state, x.inputs, True)
        output, loss = passed[-1].activity, LOSSES[self.loss]
        top = loss.error(output, x.targets)
        errors = passed_down(self.stages, self.feedback, key, state, passed, top)
        correct = jnp.argmax(output, axis=-1) == jnp.argmax(x.targets, axis=-1)
        told = compared(self.stages, self.feedback, key, state, passed, errors, top, self.measures)
        info = AlignmentInfo(
            jnp.mean(loss.value(output, x.targets)),
            jnp.mean(correct.astype(output.dtype)),
            *(_stacked(told.get(name, ()), output) for name in AlignmentInfo._fields[2:]),  # pyright: ignore
        )
        return self._learned(key, state, passed, errors), info

    def summary(self, state: AlignmentState) -> Mapping[str, Array | float | int]:
        """Return the length of the weights of the last layer."""
        return {"output weights": jnp.sqrt(jnp.sum(state.weights[-1] ** 2))}

    @property
    def advice(self) -> str:
        """What to change where a run diverges."""
        return "lower the rate of the feedback weights, or give them more decay"

    def _learned(
        self, key: PRNGKeyArray, state: AlignmentState, passed: Sequence[Passed], errors: Errors
    ) -> AlignmentState:
        """Return the state after all synapses have learned."""
        turn = alternate_turns(state.n_steps, self.delay, self.alternate)
        found = learned_forward(self.forward, self._learning, state, passed, errors, turn.forward, self.bias_rate)
        feedback, means = learned_feedback(
            self.feedback, self.backward, self._learning, key, state, (self.stages, passed, errors), turn
        )
        weights = aligned_forward(
            self.feedback, self.backward, key, state, found.weights, (self.stages, passed), turn.feedback
        )
        n_steps = None if state.n_steps is None else counted(state.n_steps)
        return found._replace(weights=weights, feedback=feedback, feedback_means=means, n_steps=n_steps)


@jax.jit
def _said(net: AlignmentNetwork, state: AlignmentState, inputs: Array) -> Array:
    return net.respond(state, Labelled(inputs, jnp.zeros((0, 0))))


def _stacked(values: Sequence[Any], like: Array) -> Array:
    return jnp.stack([jnp.asarray(value, like.dtype) for value in values]) if values else jnp.zeros(0, like.dtype)
