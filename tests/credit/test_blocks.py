"""Layers that normalise and blocks with a shortcut: backpropagation exactly where feedback is the transpose."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    ConvolutionLayer,
    DenseLayer,
    DirectFeedback,
    KolenPollack,
    Labelled,
    MaxPool,
    MeanPool,
    ResidualBlock,
    WeightTransport,
    angle_between,
    mini_batches,
)
from bouton.credit.passes import fed
from bouton.dynamics import Rectifier, Sigmoid, Tanh
from bouton.errors import InputError

pytestmark = pytest.mark.usefixtures("float64")
KEY = jax.random.key(0)


def convolution(units, **options):
    return ConvolutionLayer(units, normalised=True, **options)


NETS = {
    "dense": ([DenseLayer(6, Tanh(), normalised=True), DenseLayer(5, Sigmoid(), normalised=True), DenseLayer(3)], (4,)),
    "residual": (
        [
            convolution(3, activation=Rectifier()),
            ResidualBlock([convolution(3, activation=Tanh()), convolution(3, activation=Rectifier())]),
            ResidualBlock(
                [convolution(4, stride=2, activation=Rectifier()), convolution(4, activation=Tanh())],
                shortcut=convolution(4, size=1, stride=2),
            ),
            MeanPool(),
            DenseLayer(3),
        ],
        (6, 6, 2),
    ),
    "shortcut from the input": (
        [ResidualBlock([ConvolutionLayer(3, activation=Tanh()), ConvolutionLayer(2)]), MeanPool(), DenseLayer(3)],
        (4, 4, 2),
    ),
}
NAMES = [pytest.param(name, marks=[] if name == "dense" else pytest.mark.thorough) for name in NETS]


def prepared(name, feedback, **options):
    """Return a net, a state with gains and offsets of its own, and a mini-batch."""
    layers, shape = NETS[name]
    net = AlignmentNetwork(layers, shape, feedback, learning_rate=0.1, batch_size=4, **options)
    rng = np.random.default_rng(0)
    state = net.init(KEY)
    bias = tuple(jnp.asarray(rng.normal(size=each.shape)) for each in state.bias)
    scales = tuple(
        None if each is None else each._replace(gain=jnp.asarray(rng.uniform(0.5, 1.5, each.gain.shape)))
        for each in state.scales
    )
    x = Labelled(jnp.asarray(rng.normal(size=(4, *shape))), jnp.eye(3)[rng.integers(3, size=4)])
    return net, state._replace(bias=bias, scales=scales), x


def step_of(net):
    return jax.jit(lambda key, state, x: net.step(key, state, x))


def plain(layer, values, weights, bias, gain):
    """Return the potentials of a layer, written with JAX's own convolution."""
    if isinstance(layer, DenseLayer):
        summed = values @ weights.T
    else:
        kernel = weights.T.reshape(layer.size, layer.size, values.shape[-1], layer.units)
        strides, names = (layer.stride,) * 2, ("NHWC", "HWIO", "NHWC")
        summed = jax.lax.conv_general_dilated(values, kernel, strides, layer.padding.upper(), dimension_numbers=names)
    if layer.normalised:
        axes = tuple(range(summed.ndim - 1))
        mean, variance = summed.mean(axes, keepdims=True), summed.var(axes, keepdims=True)
        summed = along(gain, summed) * (summed - mean) / jnp.sqrt(variance + 1e-5)
    return summed + along(bias, summed)


def along(values, like):
    return values.reshape((1,) * (like.ndim - 1) + (-1,))


def through(layers, values, left, beside=None):
    """Return what layers make of values, taking weights, offsets and gains from a list as they come."""
    for number, layer in enumerate(layers):
        if isinstance(layer, ResidualBlock):
            side = values if layer.shortcut is None else plain(layer.shortcut, values, *left.pop(0))
            values = through(layer.layers, values, left, side)
        elif hasattr(layer, "units"):
            values = plain(layer, values, *left.pop(0))
            if beside is not None and number == len(layers) - 1:
                values = values + beside
            values = layer.activation(values)
        else:
            values = layer(values)
    return values


def loss_of(net, parameters, x):
    said = jax.nn.log_softmax(through(net.layers, x.inputs, list(zip(*parameters, strict=True))))
    return -jnp.mean(jnp.sum(x.targets * said, axis=1))


def gains(state):
    return tuple(jnp.ones((1, 1)) if each is None else each.gain for each in state.scales or (None,) * 3)


def assert_close(found, expected, tolerance):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance * max(float(jnp.max(jnp.abs(other))), 1e-6))


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
def test_with_the_transposed_weights_it_is_backpropagation(name):
    net, state, x = prepared(name, WeightTransport())
    parameters = state.weights, state.bias, gains(state)
    loss, gradients = jax.value_and_grad(lambda all_of_it: loss_of(net, all_of_it, x))(parameters)
    after, info = step_of(net)(KEY, state, x)
    np.testing.assert_allclose(info.loss, loss, rtol=1e-12)
    for found, before, gradient in zip((after.weights, after.bias, gains(after)), parameters, gradients, strict=True):
        assert_close([(b - a) / 0.1 for a, b in zip(found, before, strict=True)], gradient, 1e-10)
    assert float(jnp.max(info.error_angle)) < 1e-5
    # Feedback weights that are the transposed forward weights: the same.
    other, _, _ = prepared(name, KolenPollack())
    transposed = tuple(state.weights[number].T for number in fed(net.stages))
    same, _ = step_of(other)(KEY, state._replace(feedback=transposed), x)
    assert_close(same.weights, after.weights, 1e-13)


@pytest.mark.thorough
def test_a_ratio_of_lengths_scales_errors_once_per_layer_also_where_layers_normalise():
    net, state, x = prepared("dense", AlignedFeedback())
    exact = prepared("dense", WeightTransport())[0].errors(KEY, state, x)
    for ratio in (0.5, 2.0):
        feedback = tuple(ratio * weights.T for weights in state.weights[1:])
        found = net.errors(KEY, state._replace(feedback=feedback), x)
        for depth, (one, other) in enumerate(zip(reversed(found), reversed(exact), strict=True)):
            np.testing.assert_allclose(one, ratio**depth * other, rtol=1e-11, atol=1e-15)
            assert float(angle_between(one, other)) < 1e-5


@pytest.mark.thorough
def test_running_means_come_to_those_of_the_data_and_responses_use_them():
    net, state, x = prepared("dense", WeightTransport())
    step, still = step_of(net), state
    for _ in range(300):
        after, _ = step(KEY, still, x)
        still = state._replace(scales=tuple(
            None if new is None else new._replace(gain=old.gain)
            for new, old in zip(after.scales, state.scales, strict=True)
        ))  # fmt: skip
    sums = x.inputs @ state.weights[0].T
    np.testing.assert_allclose(still.scales[0].mean[0, 0], sums.mean(0), rtol=1e-10)
    np.testing.assert_allclose(still.scales[0].variance[0, 0], sums.var(0), rtol=1e-10)
    expected = jax.nn.softmax(through(net.layers, x.inputs, list(zip(state.weights, state.bias, gains(state)))))  # noqa: B905
    np.testing.assert_allclose(net.respond(still, x), expected, rtol=1e-8)
    one = net.respond(still, Labelled(x.inputs[:1], x.targets[:1]))
    np.testing.assert_allclose(net.respond(still, x)[:1], one, rtol=1e-12)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("layers", "feedback", "words"),
    [
        ([ResidualBlock([ConvolutionLayer(3)])], WeightTransport(), r"layers\[0\] does not fit.*give a projection"),
        ([ResidualBlock([ConvolutionLayer(2), MaxPool()])], WeightTransport(), r"shortcut|weights"),
        ([ResidualBlock([])], WeightTransport(), "must end with one that has weights"),
        ([MaxPool(), ResidualBlock([ConvolutionLayer(2)])], WeightTransport(), "right behind"),
        ([ResidualBlock([ResidualBlock([ConvolutionLayer(2)])])], WeightTransport(), "cannot end with another block"),
        ([ResidualBlock([ConvolutionLayer(2)])], DirectFeedback(), "shortcuts"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(layers, feedback, words):
    with pytest.raises(InputError, match=words):
        AlignmentNetwork([*layers, MeanPool(), DenseLayer(3)], (4, 4, 2), feedback)


@pytest.mark.thorough
def test_a_block_learns():
    layers = [ResidualBlock([DenseLayer(4, Tanh(), normalised=True), DenseLayer(2, Tanh())]), DenseLayer(2)]
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(200, 2))
    net = AlignmentNetwork(layers, (2,), learning_rate=0.3, batch_size=20)
    labels = (rows[:, 0] * rows[:, 1] > 0).astype(int)
    run = bouton.run(net, mini_batches(rows, labels, 20, epochs=60), key=KEY)
    assert np.mean(np.argmax(net.outputs(run.state, rows), axis=1) == labels) > 0.85
