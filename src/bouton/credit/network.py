r"""A net whose errors need not come down by the transpose of its forward weights.

.. math::

    a^l &= W^l x^{l-1} + b^l, \qquad x^l = f(a^l), \qquad \delta^L = \partial J / \partial a^L \\
    \delta^l &= \big(B^{l+1} \delta^{l+1}\big) \odot f'(a^l) \\
    \Delta W^l &= -\eta\, \langle \delta^l x^{l-1\top} \rangle - \eta\, \lambda W^l, \qquad
    \Delta b^l = -\eta\, \langle \delta^l \rangle

Every synapse learns by the product of an error of its unit and what arrives at it; how the errors came down is the
matter of `ErrorFeedback`. All errors and changes are those of the weights before the step. The lowest layer sends no
error further down, and has no feedback weights.

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

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Rate, check_values
from bouton.credit.aligned import AlignedFeedback
from bouton.credit.feedback import ErrorFeedback, Learning, Pathways, events, sent_down
from bouton.credit.layers import Layer
from bouton.credit.losses import LOSSES, LossName
from bouton.credit.measures import angle_between, norm_ratio
from bouton.credit.network_state import AlignmentInfo, AlignmentState, Labelled
from bouton.credit.stages import NetStage, Passed, stages_of
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Dense, Synapses

__all__ = ["AlignmentNetwork", "ForwardPathways"]


_SYMMETRIC = AlignedFeedback.symmetric()


class ForwardPathways(Checked):
    """The forward synapses of one layer: those of its inputs, and that of a unit that is always 1."""

    weights: Synapses
    bias: Synapses


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
    learning_rate : float
        :math:`\eta`. Default 0.1.
    weight_decay : float
        :math:`\lambda`, of the forward weights; a weight loses :math:`\eta \lambda` of itself in a step. Default 0.
    loss : "softmax", "sigmoid" or "squared"
        The loss J of the outputs. Default "softmax".
    batch_size : int
        Samples of a mini-batch. Default 32.
    measures : bool
        Whether each step tells angles and ratios of lengths; without, large nets are faster. Default True.

    Raises
    ------
    InputError
        If layers do not fit each other or the input, or the last layer has no weights or more than one position.

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
    learning_rate: Rate | Float[Array, ""]
    weight_decay: AtLeastZero | Float[Array, ""]
    stages: tuple[NetStage, ...]
    forward: tuple[ForwardPathways, ...]
    backward: tuple[Pathways, ...]
    input_shape: tuple[Count, ...] = eqx.field(static=True)
    loss: LossName = eqx.field(static=True)
    batch_size: int = eqx.field(static=True)
    measures: bool = eqx.field(static=True)

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: tuple[Count, ...],
        feedback: ErrorFeedback = _SYMMETRIC,
        *,
        learning_rate: Rate | Float[Array, ""] = 0.1,
        weight_decay: AtLeastZero | Float[Array, ""] = 0.0,
        loss: LossName = "softmax",
        batch_size: Count = 32,
        measures: bool = True,
    ):
        check_values(AlignmentNetwork, locals())
        self.layers, self.feedback, self.loss = tuple(layers), feedback, loss
        self.learning_rate, self.weight_decay, self.batch_size = learning_rate, weight_decay, int(batch_size)
        self.measures = measures
        self.stages = stages_of(layers, input_shape)
        self.input_shape = self.stages[0].shape
        if len(self.stages[-1].output_shape) != 1:
            raise InputError(
                f"the last layer must have one position, as a DenseLayer has, got {self.stages[-1].output_shape}"
            )
        learning, unleaky = Learning(learning_rate, learning_rate * weight_decay), Learning(learning_rate, 0.0)
        self.forward = tuple(
            ForwardPathways(
                Synapses(stage.upward, learning.rule(stage.positions)),
                Synapses(Dense(1, stage.layer.units), unleaky.rule(stage.positions)),
            )
            for stage in self.stages
        )
        self.backward = tuple(feedback.pathways(stage, self.n_outputs, learning) for stage in self.stages[1:])

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
        targets = np.asarray(events.targets)
        if self.loss == "squared":
            return
        if np.any((targets < 0) | (targets > 1)):
            raise InputError(f'targets of the loss "{self.loss}" are probabilities, got {targets.min()} to '
                             f"{targets.max()}")  # fmt: skip
        if self.loss == "softmax" and not np.allclose(targets.sum(axis=-1), 1, atol=1e-3):
            raise InputError('targets of the loss "softmax" must sum to 1 for each sample; "sigmoid" takes others')

    def init(self, key: PRNGKeyArray) -> AlignmentState:
        """Return uniform weights after Glorot and Bengio, biases of 0, and feedback weights of their own."""
        upward, downward = jax.random.split(key)
        weights = tuple(
            jax.random.uniform(jax.random.fold_in(upward, number), stage.upward.shape, minval=-width, maxval=width)
            for number, stage in enumerate(self.stages)
            for width in (stage.spread,)
        )
        feedback = tuple(
            self.feedback.init(jax.random.fold_in(downward, number), stage, self.n_outputs)
            for number, stage in enumerate(self.stages[1:])
        )
        return AlignmentState(weights, tuple(jnp.zeros((stage.layer.units, 1)) for stage in self.stages), feedback)

    def outputs(
        self, state: AlignmentState, inputs: Float[Array, "samples *shape"] | Float[np.ndarray, "samples *shape"]
    ) -> Float[Array, "samples outputs"]:
        """Return what the net says of any number of samples: of "softmax" and "sigmoid", probabilities."""
        if inputs.shape[1:] != self.input_shape:
            raise InputError(f"samples must have the shape {self.input_shape}, got {inputs.shape[1:]}")
        return _said(self, state, jnp.asarray(inputs, state.weights[0].dtype))

    def respond(self, state: AlignmentState, x: Labelled) -> Float[Array, "batch outputs"]:
        """Return what the net says of the samples of a mini-batch, whatever their targets."""
        return LOSSES[self.loss].said(self._forward(state, x.inputs)[-1].activity)

    def errors(self, key: PRNGKeyArray, state: AlignmentState, x: Labelled) -> tuple[Array, ...]:
        """Return the errors (batch, positions, units) of the potentials of each layer with weights."""
        return self._errors(key, state, self._forward(state, x.inputs), x.targets, False)[0]

    def step(self, key: PRNGKeyArray, state: AlignmentState, x: Labelled) -> tuple[AlignmentState, AlignmentInfo]:
        """Respond, send the errors down, then let all synapses learn."""
        passed = self._forward(state, x.inputs)
        errors, turned = self._errors(key, state, passed, x.targets, self.measures)
        weights, bias = [], []
        for own, kept, error, w, b in zip(self.forward, passed, errors, state.weights, state.bias, strict=True):
            lack = -events(error)
            weights.append(own.weights.mean_update(w, events(kept.arrived), lack))
            bias.append(own.bias.mean_update(b, jnp.ones_like(lack[:, :1]), lack))
        above = zip(self.backward, state.feedback, state.weights[1:], passed[1:], errors[1:], strict=True)
        feedback = tuple(self.feedback.learned(_of_learning(key, number), *each) for number, each in enumerate(above))
        output, loss = passed[-1].activity, LOSSES[self.loss]
        correct = jnp.argmax(output, axis=-1) == jnp.argmax(x.targets, axis=-1)
        angles, ratios = self._compared(key, state) if self.measures else ((), ())
        info = AlignmentInfo(
            jnp.mean(loss.value(output, x.targets)),
            jnp.mean(correct.astype(output.dtype)),
            _stacked(angles, output),
            _stacked(ratios, output),
            _stacked(turned, output),
        )
        return AlignmentState(tuple(weights), tuple(bias), feedback), info

    def summary(self, state: AlignmentState) -> Mapping[str, Array | float | int]:
        """Return the length of the weights of the last layer."""
        return {"output weights": jnp.sqrt(jnp.sum(state.weights[-1] ** 2))}

    @property
    def advice(self) -> str:
        """What to change where a run diverges."""
        return "lower the rate of the feedback weights, or give them more decay"

    def _forward(self, state: AlignmentState, x: Array) -> list[Passed]:
        found = []
        for stage, own, weights, bias in zip(self.stages, self.forward, state.weights, state.bias, strict=True):
            found.append(stage.forward(own.weights.drive, weights, bias, x))
            x = found[-1].activity
        return found

    def _errors(
        self, key: PRNGKeyArray, state: AlignmentState, passed: list[Passed], targets: Array, measures: bool
    ) -> tuple[tuple[Array, ...], list[Array]]:
        """Return the errors of all layers, and the angles between what came down and what backpropagation brings."""
        top = LOSSES[self.loss].error(passed[-1].activity, targets)
        errors, turned = [passed[-1].slope(top)], []
        for number in reversed(range(len(self.stages) - 1)):
            above, weights = passed[number + 1], state.weights[number + 1]
            brought = self.feedback.brought(
                _of_errors(key, number), state.feedback[number], weights, above, errors[0], top
            )
            if measures:
                exact = sent_down(weights.T, above, errors[0])
                turned.insert(0, angle_between(brought.ravel(), exact.ravel(), undefined=90.0))
            errors.insert(0, passed[number].slope(brought))
        return tuple(errors), turned

    def _compared(self, key: PRNGKeyArray, state: AlignmentState) -> tuple[list[Array], list[Array]]:
        """Return angles and ratios of lengths of feedback weights and the forward weights that they stand for."""
        angles, ratios = [], []
        for number, (own, weights) in enumerate(zip(state.feedback, state.weights[1:], strict=True)):
            matrix = self.feedback.effective(_of_errors(key, number), own, weights)
            if matrix is not None:
                angles.append(angle_between(matrix, weights.T, undefined=90.0))
                ratios.append(norm_ratio(matrix, weights, undefined=0.0))
        return angles, ratios


@jax.jit
def _said(net: AlignmentNetwork, state: AlignmentState, inputs: Array) -> Array:
    return net.respond(state, Labelled(inputs, jnp.zeros((0, 0))))


def _stacked(values: Sequence[Any], like: Array) -> Array:
    return jnp.stack([jnp.asarray(value, like.dtype) for value in values]) if values else jnp.zeros(0, like.dtype)


def _of_errors(key: PRNGKeyArray, number: int) -> PRNGKeyArray:
    return jax.random.fold_in(key, 2 * number)


def _of_learning(key: PRNGKeyArray, number: int) -> PRNGKeyArray:
    return jax.random.fold_in(key, 2 * number + 1)
