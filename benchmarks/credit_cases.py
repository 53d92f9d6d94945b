"""The nets that are compared with PyTorch, with their data, and the matrix products that they cannot do without."""

from pathlib import Path
from typing import Any

import jax
import numpy as np

from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    AlignmentState,
    ConvolutionLayer,
    DenseLayer,
    Labelled,
    MeanPool,
    WeightTransport,
)
from bouton.dynamics import Rectifier, Sigmoid
from bouton.plasticity import Momentum

RULES = {
    "backpropagation": WeightTransport(),
    "feedback alignment": AlignedFeedback(),
    "symmetric alignment": AlignedFeedback.symmetric(),
}
CHANNELS, STRIDES = (8, 16, 16, 32, 32), (1, 2, 1, 2, 1)
BATCH = {"dense": 128, "convolution": 64}
RATE = {"dense": 0.2, "convolution": 0.02}
FEEDBACK_RATE = 0.25
_BATCHES = 16


def net_of(kind: str, rule: str) -> AlignmentNetwork:
    """Return 784-500-10 sigmoids, or five convolutions that normalise."""
    if kind == "dense":
        layers, shape = [DenseLayer(500, Sigmoid()), DenseLayer(10)], (784,)
        more: dict[str, Any] = {"loss": "sigmoid"}
    else:
        each = zip(CHANNELS, STRIDES, strict=True)
        maps = [ConvolutionLayer(n, stride=s, activation=Rectifier(), normalised=True) for n, s in each]
        layers, shape = [*maps, MeanPool(), DenseLayer(10)], (14, 14, 3)
        more = {"optimizer": Momentum(0.9), "weight_decay": 1e-4}
    return AlignmentNetwork(
        layers, shape, RULES[rule], learning_rate=RATE[kind], batch_size=BATCH[kind], measures=(), **more
    )


def problem(kind: str, net: AlignmentNetwork) -> tuple[Labelled, AlignmentState]:
    """Return mini-batches and the state that a net starts from, always the same."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(_BATCHES, *net.event.inputs.shape)).astype(np.float32)
    targets = np.eye(10, dtype=np.float32)[rng.integers(10, size=(_BATCHES, net.batch_size))]
    return Labelled(inputs, targets), net.init(jax.random.key(1))  # pyright: ignore[reportArgumentType]


def write(kind: str, path: Path) -> None:
    """Write mini-batches, weights and feedback weights as the peer takes them: maps with channels first."""
    net = net_of(kind, "feedback alignment")
    events, state = problem(kind, net)
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
    np.savez(path, **arrays)  # pyright: ignore[reportArgumentType]


def product_shapes(kind: str) -> list[tuple[int, int, int]]:
    """Return the products of a step: forward, of errors and of weights, none of errors for the lowest layer."""
    net, found = net_of(kind, "feedback alignment"), []
    for number, stage in enumerate(net.stages):
        rows, (units, inputs) = net.batch_size * stage.positions, stage.upward.shape
        found += [(rows, inputs, units), (units, rows, inputs)]
        found += [(rows, units, inputs)] if number else []
    return found
