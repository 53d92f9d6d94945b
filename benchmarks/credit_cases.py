"""The nets that are compared with PyTorch, with their data, and the matrix products that they cannot do without.

Two nets that learn by errors, and three layers that each learn by predicting (CLAPP): 144-128-128-128 rectifiers on
5 x 5 patches of 50 images, three distances of prediction, Adam.
"""

from pathlib import Path
from typing import Any

import jax
import numpy as np

from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    AlignmentState,
    CLAPPNetwork,
    CLAPPState,
    ConvolutionLayer,
    DenseLayer,
    Fixations,
    KolenPollack,
    Labelled,
    MeanPool,
    WeightTransport,
)
from bouton.dynamics import Rectifier, Sigmoid
from bouton.plasticity import Momentum

FEEDBACK = {
    "backpropagation": WeightTransport(),
    "feedback alignment": AlignedFeedback(),
    "symmetric alignment": AlignedFeedback.symmetric(),
    "Kolen-Pollack": KolenPollack(),
    "weight mirror": AlignedFeedback.weight_mirror(),
    # At a rate at which it does not diverge on these inputs, whatever their number.
    "activation alignment": AlignedFeedback.activation(1e-4),
}
ALONE = ("weight mirror", "activation alignment")
"""Of which the peer has no counterpart here: they are compared with its backpropagation."""
FORMS = {"CLAPP": {}, "CLAPP-s": {"asynchronous": False, "symmetric": True}}
RULES = {"dense": tuple(FEEDBACK), "convolution": tuple(FEEDBACK), "predictive": tuple(FORMS)}
CHANNELS, STRIDES = (8, 16, 16, 32, 32), (1, 2, 1, 2, 1)
BATCH = {"dense": 128, "convolution": 64, "predictive": 50}
RATE = {"dense": 0.2, "convolution": 0.02, "predictive": 1e-3}
FEEDBACK_RATE = 0.25
_OF_ALL = {"dense": "feedback alignment", "convolution": "feedback alignment", "predictive": "CLAPP"}
"""The one whose state has all weights that another has."""
KEY = jax.random.key(0)
"""Of the runs."""
_BATCHES, _DRAWN = 16, 320
_UNITS, _STEPS, _OFFSETS = (128, 128, 128), 5, (2, 3, 4)


def net_of(kind: str, rule: str) -> Any:
    """Return 784-500-10 sigmoids, five convolutions that normalise, or three layers that predict."""
    if kind == "predictive":
        layers = [DenseLayer(units, Rectifier()) for units in _UNITS]
        options: dict[str, Any] = {"batch_size": BATCH[kind], "learning_rate": RATE[kind], **FORMS[rule]}
        return CLAPPNetwork(layers, (144,), _STEPS, _STEPS, _OFFSETS, **options)
    return _alignment(kind, rule)


def _alignment(kind: str, rule: str) -> AlignmentNetwork:
    if kind == "dense":
        layers, shape = [DenseLayer(500, Sigmoid()), DenseLayer(10)], (784,)
        more: dict[str, Any] = {"loss": "sigmoid"}
    else:
        each = zip(CHANNELS, STRIDES, strict=True)
        maps = [ConvolutionLayer(n, stride=s, activation=Rectifier(), normalised=True) for n, s in each]
        layers, shape = [*maps, MeanPool(), DenseLayer(10)], (14, 14, 3)
        more = {"optimizer": Momentum(0.9), "weight_decay": 1e-4}
    return AlignmentNetwork(
        layers, shape, FEEDBACK[rule], learning_rate=RATE[kind], batch_size=BATCH[kind], measures=(), **more
    )


def problem(kind: str, net: Any) -> tuple[Any, Any]:
    """Return mini-batches and the state that a net starts from, always the same."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(_BATCHES, *net.event.inputs.shape)).astype(np.float32)
    if kind == "predictive":
        lengths = np.full((_BATCHES, net.batch_size), net.steps, np.int32)
        return Fixations(inputs, lengths), net.init(jax.random.key(1))  # pyright: ignore[reportArgumentType]
    targets = np.eye(10, dtype=np.float32)[rng.integers(10, size=(_BATCHES, net.batch_size))]
    return Labelled(inputs, targets), net.init(jax.random.key(1))  # pyright: ignore[reportArgumentType]


def write(kind: str, path: Path) -> None:
    """Write mini-batches, weights and feedback weights as the peer takes them: maps with channels first."""
    net = net_of(kind, _OF_ALL[kind])
    events, state = problem(kind, net)
    arrays = _predictive_arrays(net, events, state) if kind == "predictive" else _alignment_arrays(kind, events, state)
    np.savez(path, **arrays)  # pyright: ignore[reportArgumentType]


def _predictive_arrays(net: CLAPPNetwork, events: Fixations, state: CLAPPState) -> dict[str, np.ndarray]:
    """Return mini-batches, weights, and the draws of the first steps, which the peer goes through again and again."""
    drawn = [net.drawn(jax.random.fold_in(KEY, number)) for number in range(_DRAWN)]
    arrays = {"inputs": np.asarray(events.inputs), "offsets": np.array(net.offsets)}
    arrays["others"] = np.stack([(net.batch_size * np.asarray(each.sample)).astype(int) for each in drawn])[..., 0, :]
    arrays["turns"] = np.stack([np.asarray(each.turn) < 0.5 for each in drawn]).astype(np.float32)
    for number, layer in enumerate(state.layers):
        arrays[f"w{number}"], arrays[f"b{number}"] = np.array(layer.weights.weight), np.array(layer.bias.weight)[:, 0]
        for name, lateral in (("p", layer.prediction), ("r", layer.retrodiction)):
            arrays[f"{name}{number}"] = np.stack([np.asarray(each.weight) for each in lateral])
    return arrays


def _alignment_arrays(kind: str, events: Labelled, state: AlignmentState) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {"targets": np.asarray(events.targets), "inputs": np.asarray(events.inputs)}
    arrays["strides"] = np.array(STRIDES if kind == "convolution" else (), int)
    if kind == "convolution":
        arrays["inputs"] = np.ascontiguousarray(np.moveaxis(arrays["inputs"], -1, 2))
    feedback = [np.zeros_like(state.weights[0]), *(np.asarray(each).T for each in state.feedback)]
    for number, (weights, bias, back) in enumerate(zip(state.weights, state.bias, feedback, strict=True)):
        for letter, matrix in (("w", np.asarray(weights)), ("f", back)):
            is_map = kind == "convolution" and number < len(CHANNELS)
            shaped = matrix.reshape(len(matrix), 3, 3, -1).transpose(0, 3, 1, 2) if is_map else matrix
            arrays[f"{letter}{number}"] = np.ascontiguousarray(shaped)
        arrays[f"b{number}"] = np.asarray(bias)[:, 0].copy()
    return arrays


def product_shapes(kind: str) -> list[tuple[int, int, int]]:
    """Return the products of a step: forward, of errors and of weights, none of errors for the lowest layer.

    Of layers that predict: forward and of weights, and for each distance prediction, retrodiction, and their weights.
    """
    net, found = net_of(kind, _OF_ALL[kind]), []
    if kind == "predictive":
        for stage in net.stages:
            rows, (units, inputs) = net.batch_size * net.steps * net.lanes, stage.upward.shape
            found += [(rows, inputs, units), (units, rows, inputs)]
            pairs = [net.batch_size * (net.steps - offset) * net.lanes for offset in net.offsets]
            found += [shape for each in pairs for shape in 2 * [(each, units, units), (units, each, units)]]
        return found
    for number, stage in enumerate(net.stages):
        rows, (units, inputs) = net.batch_size * stage.positions, stage.upward.shape
        found += [(rows, inputs, units), (units, rows, inputs)]
        found += [(rows, units, inputs)] if number else []
    return found
