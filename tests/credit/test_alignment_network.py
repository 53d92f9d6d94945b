"""The net: where it is backpropagation exactly, and what each way of bringing errors down keeps exactly."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    ConvolutionLayer,
    DenseLayer,
    DirectFeedback,
    Flatten,
    KolenPollack,
    Labelled,
    MaxPool,
    MeanPool,
    SignSymmetry,
    WeightTransport,
    angle_between,
)
from bouton.dynamics import Rectifier, Tanh
from bouton.plasticity import audit

pytestmark = pytest.mark.usefixtures("float64")
KEY = jax.random.key(0)
TOLD = ("weight_angle", "norm_ratio", "error_angle", "projection_angle", "gradient_angle")
DENSE = [DenseLayer(7, Tanh()), DenseLayer(6, Rectifier()), DenseLayer(4, Tanh()), DenseLayer(3)]


def convolutions(padding="same", stride=1):
    return [
        ConvolutionLayer(3, stride=stride, padding=padding, activation=Tanh()),
        ConvolutionLayer(4, size=2, activation=Rectifier()),
        MaxPool(),
        ConvolutionLayer(5, stride=2, activation=Tanh()),
        Flatten(),
        DenseLayer(3),
    ]


def batch(net, seed=0):
    rng = np.random.default_rng(seed)
    inputs, targets = net.event
    return Labelled(
        jnp.asarray(rng.normal(size=inputs.shape)), jnp.eye(targets.shape[1])[rng.integers(3, size=len(inputs))]
    )


def by_convolution(layer, x, weights, bias):
    """Return what JAX's own convolution makes of the same weights."""
    if isinstance(layer, DenseLayer):
        return layer.activation(x @ weights.T + bias[None, :, 0])
    kernel = weights.T.reshape(layer.size, layer.size, x.shape[-1], layer.units)
    summed = jax.lax.conv_general_dilated(
        x, kernel, (layer.stride,) * 2, layer.padding.upper(), dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    return layer.activation(summed + bias[None, None, None, :, 0])


def loss_of(net, weights, bias, x):
    """Return the loss as a function that JAX can differentiate, written without anything of the net's own."""
    values, waiting = x.inputs, list(zip(weights, bias, strict=True))
    for layer in net.layers:
        values = by_convolution(layer, values, *waiting.pop(0)) if hasattr(layer, "units") else layer(values)
    if net.loss == "squared":
        return jnp.mean(jnp.sum((values - x.targets) ** 2, axis=1)) / 2
    chance = {"softmax": jax.nn.log_softmax(values), "sigmoid": jax.nn.log_sigmoid(values)}[net.loss]
    others = (1 - x.targets) * jax.nn.log_sigmoid(-values) if net.loss == "sigmoid" else 0.0
    return -jnp.mean(jnp.sum(x.targets * chance + others, axis=1))


def assert_close(found, expected, tolerance=1e-12):
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        scale = float(jnp.max(jnp.abs(other)))
        assert scale > 0
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance * scale)


NETS = {
    "dense, softmax": (DENSE, (5,), {}),
    "dense, sigmoid": (DENSE, (5,), {"loss": "sigmoid"}),
    "dense, squared": (DENSE, (5,), {"loss": "squared"}),
    "convolutions, same": (convolutions(), (8, 8, 2), {}),
    "convolutions, same, odd": (convolutions(stride=3), (11, 10, 2), {}),
    "convolutions, valid": (convolutions("valid", 2), (9, 9, 2), {}),
    "mean over positions": ([*convolutions()[:-2], MeanPool(), DenseLayer(3)], (8, 8, 2), {}),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if "dense" in name else pytest.mark.thorough) for name in NETS]
)
def test_with_the_transposed_weights_it_is_backpropagation(name):
    layers, shape, options = NETS[name]
    net = AlignmentNetwork(layers, shape, WeightTransport(), learning_rate=0.1, batch_size=4, **options)
    state, x = net.init(KEY), batch(net)
    state = state._replace(bias=tuple(0.1 * jnp.ones_like(each) for each in state.bias))
    loss, (to_weights, to_bias) = jax.value_and_grad(lambda both: loss_of(net, *both, x))((state.weights, state.bias))
    after, info = jax.jit(net.step)(KEY, state, x)
    np.testing.assert_allclose(info.loss, loss, rtol=1e-12)
    for found, before, gradient in (
        (after.weights, state.weights, to_weights),
        (after.bias, state.bias, to_bias),
    ):
        assert_close([(b - a) / 0.1 for a, b in zip(found, before, strict=True)], gradient, 1e-11)
    # ErrorFeedback weights that are the transposed forward weights: the same, whatever they learn by.
    other = AlignmentNetwork(layers, shape, KolenPollack(), learning_rate=0.1, batch_size=4, **options)
    same, seen = jax.jit(other.step)(KEY, state._replace(feedback=tuple(w.T for w in state.weights[1:])), x)
    assert_close(same.weights, after.weights, 1e-14)
    assert float(jnp.max(seen.weight_angle)) < 1e-5
    assert float(jnp.max(seen.error_angle)) < 1e-5


@pytest.mark.thorough
def test_null_of_a_convolution_descends_the_squared_reconstruction():
    layer = ConvolutionLayer(4, stride=2)
    net = AlignmentNetwork(
        [ConvolutionLayer(3), layer, MeanPool(), DenseLayer(3)],
        (7, 7, 2),
        AlignedFeedback(null=1.0, rate=1.0, per_position=False),
        batch_size=4,
    )
    state, x = net.init(KEY), batch(net)
    below = by_convolution(net.layers[0], x.inputs, state.weights[0], state.bias[0])

    def convolved(kernel, values):
        shaped = kernel.T.reshape(3, 3, 3, 4)
        return jax.lax.conv_general_dilated(values, shaped, (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    def value(own):
        (reconstructed,) = jax.linear_transpose(lambda z: convolved(own.T, z), below)(
            convolved(state.weights[1], below)
        )
        return jnp.mean(jnp.sum(reconstructed**2, axis=(1, 2, 3)))

    after, _ = jax.jit(net.step)(KEY, state, x)
    assert_close(state.feedback[0] - after.feedback[0], jax.grad(value)(state.feedback[0]), 1e-11)


@pytest.mark.thorough
def test_with_kolen_pollack_the_difference_decays_whatever_the_data():
    for decay in (0.0, 0.5):
        net = AlignmentNetwork(DENSE, (5,), KolenPollack(), learning_rate=0.1, weight_decay=decay, batch_size=4)
        state = net.init(KEY)
        start = [w.T - b for w, b in zip(state.weights[1:], state.feedback, strict=True)]
        step = jax.jit(net.step)
        for number in range(5):
            state, _ = step(KEY, state, batch(net, number))
        found = [w.T - b for w, b in zip(state.weights[1:], state.feedback, strict=True)]
        assert_close(found, [(1 - 0.1 * decay) ** 5 * each for each in start])


@pytest.mark.thorough
def test_direct_feedback_by_the_transposed_output_weights_is_backpropagation_in_a_net_of_two_layers():
    layers = [DenseLayer(7, Tanh()), DenseLayer(3)]
    direct = AlignmentNetwork(layers, (5,), DirectFeedback(), batch_size=4)
    exact = AlignmentNetwork(layers, (5,), WeightTransport(), batch_size=4)
    state, x = exact.init(KEY), batch(exact)
    expected, _ = jax.jit(exact.step)(KEY, state, x)
    found, info = jax.jit(direct.step)(KEY, state._replace(feedback=(state.weights[1].T,)), x)
    assert_close(found.weights, expected.weights, 1e-14)
    assert info.weight_angle.shape == (0,)
    assert float(info.error_angle[0]) < 1e-5


@pytest.mark.thorough
@pytest.mark.parametrize("magnitude", ["uniform", "batch", "fixed"])
def test_sign_symmetry_has_the_signs_of_the_forward_weights(magnitude):
    feedback = SignSymmetry(magnitude)
    net = AlignmentNetwork(DENSE, (5,), feedback, batch_size=4)
    state, other = net.init(KEY), jax.random.key(1)
    for own, weights in zip(state.feedback, state.weights[1:], strict=True):
        found, again = (feedback.effective(key, own, weights) for key in (KEY, other))
        np.testing.assert_array_equal(jnp.sign(found), jnp.sign(weights.T))
        assert bool(jnp.all(found == again)) == (magnitude != "batch")
        assert (np.unique(np.abs(found)).size == 1) == (magnitude == "uniform")
        assert not jnp.any(feedback.effective(KEY, own, 0 * weights))


@pytest.mark.thorough
@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_a_ratio_of_lengths_scales_errors_once_per_layer_and_turns_none(ratio):
    net = AlignmentNetwork(DENSE, (5,), AlignedFeedback(), batch_size=4)
    state, x = net.init(KEY), batch(net)
    exact = AlignmentNetwork(DENSE, (5,), WeightTransport(), batch_size=4).errors(KEY, state, x)
    found = net.errors(KEY, state._replace(feedback=tuple(ratio * w.T for w in state.weights[1:])), x)
    for depth, (one, other) in enumerate(zip(reversed(found), reversed(exact), strict=True)):
        np.testing.assert_allclose(one, ratio**depth * other, rtol=1e-12, atol=1e-15)
        assert float(angle_between(one, other)) < 1e-5


@pytest.mark.thorough
def test_alignment_changes_nothing_but_the_feedback_weights_of_its_own_layer():
    shape, rule = (5,), AlignedFeedback(decay=0.3, amp=0.2, null=0.1, sparse=0.1, self_=0.2)
    still, moved = (AlignmentNetwork(DENSE, shape, each, batch_size=4) for each in (AlignedFeedback(), rule))
    state, x = still.init(KEY), batch(still)
    (before, _), (after, _) = (jax.jit(net.step)(KEY, state, x) for net in (still, moved))
    assert_close(after.weights, before.weights, 1e-15)
    np.testing.assert_array_equal(before.feedback[0], state.feedback[0])
    # Another layer's feedback weights change the errors, and nothing of what this layer's learn from.
    other = state._replace(feedback=(2 * state.feedback[0], *state.feedback[1:]))
    again, _ = jax.jit(moved.step)(KEY, other, x)
    assert_close(again.feedback[1:], after.feedback[1:], 1e-15)


@pytest.mark.thorough
def test_the_weight_mirror_learns_from_noise_and_not_from_the_data():
    net = AlignmentNetwork(DENSE, (5,), AlignedFeedback.weight_mirror(), batch_size=4)
    state, step = net.init(KEY), jax.jit(net.step)
    one, other = (step(KEY, state, batch(net, seed))[0].feedback for seed in (0, 1))
    another = step(jax.random.key(1), state, batch(net))[0].feedback
    for first, second, third in zip(one, other, another, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-12)
        assert float(jnp.max(jnp.abs(first - third))) > 1e-3


@pytest.mark.thorough
def test_what_the_audit_finds_of_the_primitives():
    def verdicts(feedback):
        found = audit(AlignmentNetwork(DENSE, (5,), feedback, batch_size=4))
        return found, {each.pathway: each for each in found.pathways}

    found, named = verdicts(AlignedFeedback(decay=0.3, amp=0.2, null=0.1, sparse=0.1, self_=0.2))
    assert not found.local
    assert {name for name, each in named.items() if not each.local} == {f"backward.{each}.self_" for each in range(3)}
    assert "signal is handed over as one value per synapse" in named["backward.0.self_"].verdict
    feedback = {name.rpartition(".")[2] for name, each in named.items() if each.feedback}
    assert feedback == {"sparse"}
    assert [str(each) for each in named["backward.1.sparse"].feedback] == ["pre by the transpose of backward.1.decay"]
    for local in (AlignedFeedback(), AlignedFeedback.weight_mirror(), AlignedFeedback.information(), KolenPollack()):
        found, named = verdicts(local)
        assert found.local
        assert not found.transport
        assert not any(each.feedback for each in named.values())
    for keeping in (AlignedFeedback.activation(), AlignedFeedback(sparse=1.0)):
        found, named = verdicts(keeping)
        assert found.transport
        verdict = named["backward.2.sparse"].verdict
        assert verdict.startswith("local, with weight transport: pre by the transpose of backward.2")
    for transported in (WeightTransport(), SignSymmetry()):
        found, named = verdicts(transported)
        assert found.transport
        assert named["forward.3.weights"].verdict == "local"
        assert "post by the transpose of forward.3.weights" in named["forward.2.weights"].verdict


@pytest.mark.thorough
def test_without_measures_it_learns_the_same_and_tells_none():
    nets = [AlignmentNetwork(DENSE, (5,), batch_size=4, measures=each) for each in (TOLD, ())]
    state, x = nets[0].init(KEY), batch(nets[0])
    (one, _), (other, info) = (jax.jit(net.step)(KEY, state, x) for net in nets)
    assert eqx.tree_equal(one, other, rtol=1e-14, atol=1e-16)
    assert info.error_angle.size == info.norm_ratio.size == 0
