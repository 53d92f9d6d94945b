"""What the sections share: digits in patches, a run of several networks at once, and probes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import matplotlib.figure
import numpy as np
from jaxtyping import Array, PRNGKeyArray

from bouton.credit import DenseLayer
from bouton.credit.predictive import CLAPPNetwork, Fixations, patch_grid, probe_accuracy
from bouton.data import load_digits, load_mnist
from bouton.dynamics import Rectifier
from bouton.papers._seeds import generator
from bouton.report import figures

__all__ = [
    "FULL",
    "Images",
    "accuracies",
    "draw_layers",
    "images_of",
    "learn",
    "network",
    "pixel_accuracy",
]

FULL = ("laptop", "paper")
BATCH = 50


@dataclass(frozen=True)
class Images:
    """Images as standardised patches, of which the first ones are learned from.

    Attributes
    ----------
    patches : array (images, rows, columns, *patch)
    labels : array (images,)
    pixels : array (images, pixels)
    known : int
        How many are learned from.
    """

    patches: np.ndarray
    labels: np.ndarray
    pixels: np.ndarray
    known: int


def images_of(kind: Literal["digits", "mnist"], seed: int, known: int, flat: bool = True) -> Images:
    """Return scikit-learn's digits in patches of 4 with stride 2, or 5,000 of MNIST in patches of 12 with stride 4."""
    data = load_digits(normalise=False) if kind == "digits" else load_mnist("5k")
    order = generator(seed, 0).permutation(len(data.data))
    rows, labels = data.data[order], data.labels[order]
    rows = (rows - rows[:known].mean()) / rows[:known].std()
    side, size, stride = (8, 4, 2) if kind == "digits" else (28, 12, 4)
    patches = patch_grid(rows.reshape(-1, side, side), size, stride, flat=flat)
    return Images(patches, labels, rows, known)


def network(kind: Literal["digits", "mnist"], units: Sequence[int] = (), **options: Any) -> CLAPPNetwork:
    """Return dense layers on patches of either kind of images."""
    shape, steps, offsets = ((16,), 3, (2,)) if kind == "digits" else ((144,), 5, (2, 3, 4))
    sizes = units or ((32,) if kind == "digits" else (128, 128, 128))
    layers = [DenseLayer(each, Rectifier()) for each in sizes]
    return CLAPPNetwork(
        layers, shape, steps, steps, offsets, **({"batch_size": BATCH, "learning_rate": 1e-3} | options)
    )


def learn(
    circuit: CLAPPNetwork,
    sequences: np.ndarray,
    known: int,
    epochs: int,
    keys: PRNGKeyArray,
    seed: int,
    lengths: np.ndarray | None = None,
) -> tuple[Any, Any, Any]:
    """Let several networks learn, each with other weights and orders; return first and last states, and info by step.

    `sequences` may have several versions of each sample, which take turns from epoch to epoch, as the first axis.
    """
    rng, whole = generator(seed, 1), known // circuit.batch_size
    orders = np.stack(
        [
            np.concatenate([rng.permutation(known)[: whole * circuit.batch_size] for _ in range(epochs)])
            for _ in range(len(keys))
        ]
    ).reshape(len(keys), epochs * whole, circuit.batch_size)
    versions = np.arange(epochs * whole) // whole % len(sequences)
    kind = jnp.result_type(float)
    real = np.full(known, circuit.steps) if lengths is None else lengths[:known]
    start = jax.vmap(circuit.init)(keys)
    after, info = _learned(
        circuit,
        jnp.asarray(sequences[:, :known], kind),
        jnp.asarray(real, jnp.int32),
        jnp.asarray(versions),
        jnp.asarray(orders),
        keys,
        start,
    )
    return start, after, jax.tree.map(np.asarray, info)


@jax.jit
def _learned(
    circuit: CLAPPNetwork, sequences: Array, lengths: Array, versions: Array, orders: Array, keys: Array, start: Any
) -> tuple[Any, Any]:
    def one(key: Array, order: Array, state: Any) -> tuple[Any, Any]:
        def step(state: Any, each: Any) -> tuple[Any, Any]:
            number, version, rows = each
            event = Fixations(sequences[version, rows], lengths[rows])
            return circuit.step(jax.random.fold_in(key, number), state, event)

        return jax.lax.scan(step, state, (jnp.arange(len(order)), versions, order))

    # One after the other: lanes of a mapped run would make their products one at a time as well.
    return jax.lax.map(lambda each: one(*each), (keys, orders, start))


def accuracies(circuit: CLAPPNetwork, states: Any, images: Images) -> np.ndarray:
    """Return the accuracy of a probe on features of each layer, averaged over patches, of each network."""
    number = len(jax.tree.leaves(states)[0])
    return np.array(
        [[_probed(each, images) for each in _features(circuit, _at(states, n), images)] for n in range(number)]
    )


def _features(circuit: CLAPPNetwork, state: Any, images: Images) -> list[np.ndarray]:
    count = len(images.patches)
    found = circuit.features(state, images.patches.reshape(-1, *circuit.input_shape))
    return [np.asarray(values).reshape(count, -1, values.shape[-1]).mean(axis=1) for values in found]


def _probed(features: np.ndarray, images: Images) -> float:
    known = images.known
    return probe_accuracy(features[:known], images.labels[:known], features[known:], images.labels[known:])


def pixel_accuracy(images: Images, averaged: bool = False) -> float:
    """Return the accuracy of a probe on all pixels, or on pixels averaged over patches."""
    patches = images.patches
    return _probed(patches.mean(axis=(1, 2)).reshape(len(patches), -1) if averaged else images.pixels, images)


def _at(states: Any, number: int) -> Any:
    return jax.tree.map(lambda leaf: leaf[number], states)


def draw_layers(
    accuracy: Mapping[str, np.ndarray], lines: Mapping[str, float], title: str = ""
) -> matplotlib.figure.Figure:
    """Draw accuracy by layer, the mean over networks with each network as a point, and levels as lines."""
    figure, axes = figures.new_figure(5.4, 3.8)
    colours = figures.category_colours(len(accuracy) + len(lines))
    for (name, values), colour in zip(accuracy.items(), colours, strict=False):
        layers = np.arange(1, values.shape[1] + 1)
        axes.plot(layers, values.mean(axis=0), "-", color=colour, label=name)
        for each in values:
            axes.plot(layers, each, ".", color=colour, alpha=0.5)
    for (name, value), colour in zip(lines.items(), colours[len(accuracy) :], strict=True):
        axes.axhline(value, color=colour, linestyle="--", linewidth=1, label=name)
    axes.set(xlabel="layer", ylabel="accuracy of a linear probe", xticks=layers, title=title)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=8)
    return figure
