"""What may be added to alignment: centred and normalised projections, forward weights too, coefficients that change."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.credit import AlignedFeedback, AlignmentNetwork, ConvolutionLayer, DenseLayer, Flatten, Labelled
from bouton.credit.projections import projected
from bouton.dynamics import Tanh
from bouton.errors import InputError
from bouton.plasticity import RampRate, TriangularRate, audit

pytestmark = pytest.mark.usefixtures("float64")
KEY = jax.random.key(0)
LAYERS = [DenseLayer(5, Tanh()), DenseLayer(3)]
SUM = {"decay": 0.3, "amp": 0.7, "null": 0.2, "sparse": 0.4, "self_": 0.1}


def stepped(net, steps=1):
    state = net.init(KEY)
    rng = np.random.default_rng(0)
    inputs = net.event.inputs
    x = Labelled(jnp.asarray(rng.normal(size=inputs.shape)), jnp.eye(3)[rng.integers(3, size=len(inputs))])
    step, states = jax.jit(net.step), [state]
    for _ in range(steps):
        states.append(step(KEY, states[-1], x)[0])
    return states, x


def value(rule, weights, own, x):
    """Return the regulariser of the upper of two dense layers, of samples x."""
    z = projected(rule.on_input, x)
    p, q = projected(rule.on_forward, z @ weights.T), projected(rule.on_backward, z @ own)
    r = projected(rule.on_forward, p @ own.T)

    def mean(each):
        return jnp.mean(jnp.sum(each, axis=1))

    return (
        rule.decay * (jnp.sum(weights**2) + jnp.sum(own**2))
        - rule.amp * mean(p * q)
        + rule.null * mean(r**2)
        + rule.sparse * mean(p**2 + q**2)
        - rule.self_ * jnp.sum(weights * own.T)
    )


PROJECTIONS = {
    "nothing": {},
    "centred": {"on_input": "centred", "on_forward": "centred", "on_backward": "batch centred"},
    "normalised": {"on_input": "normalised", "on_forward": "normalised", "on_backward": "normalised"},
    "mixed": {"on_forward": "batch centred", "on_backward": "normalised"},
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "mixed" else pytest.mark.thorough) for name in PROJECTIONS]
)
def test_both_weights_descend_the_regulariser_of_projections(name):
    rule = AlignedFeedback(**SUM, rate=1.0, forward_too=True, **PROJECTIONS[name])
    aligned, still = (
        AlignmentNetwork(LAYERS, (4,), each, batch_size=6, learning_rate=0.1) for each in (rule, AlignedFeedback())
    )
    (before, after), x = stepped(aligned)
    (_, alone), _ = stepped(still)
    below = jnp.tanh(x.inputs @ before.weights[0].T + before.bias[0].T)
    to_weights, to_own = jax.grad(lambda w, b: value(rule, w, b, below), argnums=(0, 1))(
        before.weights[1], before.feedback[0]
    )
    np.testing.assert_allclose(before.feedback[0] - after.feedback[0], to_own, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(alone.weights[1] - after.weights[1], to_weights, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(after.weights[0], alone.weights[0])


@pytest.mark.thorough
def test_forward_weights_of_convolutions_descend_the_squared_reconstruction():
    layers = [ConvolutionLayer(2), ConvolutionLayer(3, stride=2), Flatten(), DenseLayer(3)]
    options = {"batch_size": 2, "learning_rate": 0.1}
    rule = AlignedFeedback(null=1.0, rate=1.0, per_position=False, forward_too=True)
    (before, after), x = stepped(AlignmentNetwork(layers, (5, 5, 1), rule, **options))
    (_, alone), _ = stepped(AlignmentNetwork(layers, (5, 5, 1), AlignedFeedback(), **options))
    net = AlignmentNetwork(layers, (5, 5, 1), rule, **options)
    below = net.stages[0].forward(lambda w, z: w @ z, before.weights[0], before.bias[0], x.inputs).activity

    def squared(weights):
        patches, fold = jax.vjp(layers[1].arriving, below)
        (values,) = fold(patches @ weights.T @ before.feedback[0].T)
        return jnp.sum(values**2) / 2

    found = alone.weights[1] - after.weights[1]
    np.testing.assert_allclose(found, jax.grad(squared)(before.weights[1]), rtol=1e-9, atol=1e-12)


@pytest.mark.thorough
def test_coefficients_of_the_moment_are_those_of_the_schedule():
    ramp, wave = RampRate(0.2, 0.8, first=1, last=3), TriangularRate(0.1, 0.5, period=4)
    changing = AlignedFeedback(decay=ramp, amp=wave, null=ramp, sparse=wave, self_=ramp, rate=0.1)
    states, x = stepped(AlignmentNetwork(LAYERS, (4,), changing, batch_size=6, learning_rate=0.0001), 4)
    for number, (before, after) in enumerate(itertools.pairwise(states)):
        now, other = (float(each(jnp.asarray(number))) for each in (ramp, wave))
        fixed = AlignedFeedback(decay=now, amp=other, null=now, sparse=other, self_=now, rate=0.1)
        net = AlignmentNetwork(LAYERS, (4,), fixed, batch_size=6, learning_rate=0.0001)
        plain = before._replace(means=(), feedback_means=(), n_steps=None)
        expected, _ = jax.jit(net.step)(KEY, plain, x)
        np.testing.assert_allclose(after.feedback[0], expected.feedback[0], rtol=1e-9)


@pytest.mark.thorough
def test_a_step_may_see_several_mini_batches_of_noise():
    rule = AlignedFeedback(decay=0.5, amp=1.0, null=0.2, rate=0.1, noise=0.7, noise_batches=3)
    (before, after), _ = stepped(AlignmentNetwork(LAYERS, (4,), rule, batch_size=6))
    noise = 0.7 * jax.random.normal(jax.random.fold_in(KEY, 1), (18, 5))
    white = AlignedFeedback(decay=0.5, amp=1.0, null=0.2)
    slope = jax.grad(lambda own: value(white, before.weights[1], own, noise))(before.feedback[0])
    np.testing.assert_allclose(before.feedback[0] - after.feedback[0], 0.1 * slope, rtol=1e-9, atol=1e-12)


def test_where_forward_weights_cannot_align_it_is_said():
    with pytest.raises(InputError, match="coefficients and a rate that are constant"):
        AlignedFeedback(decay=RampRate(0.1, 0.2, first=0, last=5), forward_too=True)
    with pytest.raises(InputError, match="amp of weighted sums"):
        AlignedFeedback(decay=1.0, amp=1.0, amp_activation=Tanh(), forward_too=True)
    with pytest.warns(UserWarning, match="amplify each other without bound"):
        AlignedFeedback(decay=1.0, amp=2.5, forward_too=True)


@pytest.mark.thorough
def test_what_further_options_ask_of_synapses():
    def found(**options):
        return audit(AlignmentNetwork(LAYERS, (4,), AlignedFeedback(**options), batch_size=6))

    assert not found(decay=1.0, amp=1.0, on_forward="centred", on_backward="centred").transport
    # What normalises Q needs it, and forward amp sees it: the feedback weights the other way round.
    assert found(amp=1.0, sparse=0.1, on_backward="normalised").transport
    assert found(amp=1.0, sparse=0.6, forward_too=True).transport
    copied = found(decay=1.0, self_=2.0, forward_too=True)
    assert {each.pathway for each in copied.pathways if not each.local} == {
        "backward.0.self_",
        "backward.0.forward.self_",
    }


def test_a_sample_of_equal_values_has_no_direction():
    values = jnp.array([[2.0, 2.0, 2.0], [1.0, 2.0, 3.0]])
    found, back = jax.vjp(lambda seen: projected("normalised", seen), values)
    np.testing.assert_allclose(found, [[0, 0, 0], [-(0.5**0.5), 0, 0.5**0.5]], atol=1e-12)
    assert np.all(np.isfinite(back(jnp.ones_like(values))[0]))
