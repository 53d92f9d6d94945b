"""Steps that are no plain ones: optimizers, rates that change, noise, delay, turns; and what the net measures."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.credit import (
    AlignedFeedback,
    AlignmentNetwork,
    DenseLayer,
    KolenPollack,
    Labelled,
    WeightTransport,
    angle_between,
    stable_rates,
)
from bouton.dynamics import Tanh
from bouton.errors import InputError
from bouton.plasticity import Adam, CosineRate, LearningRate, Momentum, RootMeanSquare, StepwiseRate, audit

pytestmark = pytest.mark.usefixtures("float64")
KEY = jax.random.key(0)
LAYERS = [DenseLayer(6, Tanh()), DenseLayer(5, Tanh()), DenseLayer(3)]


def net_of(feedback=None, **options):
    return AlignmentNetwork(LAYERS, (4,), feedback or WeightTransport(), batch_size=4, **options)


def batches(number=6, seed=0):
    rng = np.random.default_rng(seed)
    return Labelled(jnp.asarray(rng.normal(size=(number, 4, 4))), jnp.eye(3)[rng.integers(3, size=(number, 4))])


def states(net, events, state=None):
    """Return the states before and after each event."""
    found, step = [net.init(KEY) if state is None else state], jax.jit(net.step)
    for number in range(len(events.inputs)):
        x = jax.tree.map(lambda leaf, number=number: leaf[number], events)
        found.append(step(jax.random.fold_in(KEY, number), found[-1], x)[0])
    return found


def gradients(net, events, found):
    """Return what a plain step of rate 1 takes off the weights of the second layer, at each state."""
    plain = jax.jit(net_of(learning_rate=1.0).step)
    for number, state in enumerate(found[:-1]):
        x = jax.tree.map(lambda leaf, number=number: leaf[number], events)
        bare = state._replace(means=(), feedback_means=(), n_steps=None)
        yield np.asarray(state.weights[1] - plain(KEY, bare, x)[0].weights[1])


def by_formula(name, weights, slopes, rates, decay):
    """Return the weights after each step, in NumPy, in the words of the sources."""
    w, v, s = weights, 0.0, 0.0
    for t, (g, rate) in enumerate(zip(slopes, rates, strict=False), start=1):
        if name == "adamw":
            v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
            w = w - rate * (v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8) + decay * w)
            yield w
            continue
        g = g + decay * w
        if name in ("momentum", "nesterov"):
            v = 0.9 * v + g
            w = w - rate * (g + 0.9 * v if name == "nesterov" else v)
        elif name == "adam":
            v, s = 0.9 * v + 0.1 * g, 0.999 * s + 0.001 * g**2
            w = w - rate * v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
        elif name == "rmsprop":
            s = 0.9 * s + 0.1 * g**2
            w = w - rate * g / (np.sqrt(s) + 1e-8)
        else:
            w = w - rate * g
        yield w


OPTIMISERS = {
    "plain": None,
    "momentum": Momentum(),
    "nesterov": Momentum(nesterov=True),
    "adam": Adam(),
    "adamw": Adam(decoupled=True),
    "rmsprop": RootMeanSquare(),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimizers_are_their_formulas_at_rates_that_change(name):
    net = net_of(learning_rate=CosineRate(0.1, events=8, rise=2), optimizer=OPTIMISERS[name], weight_decay=0.05)
    events = batches()
    found = states(net, events)
    rates = [0.05 * (1 + np.cos(np.pi * t / 8)) * min((t + 1) / 2, 1) for t in range(6)]
    slopes = gradients(net, events, found)
    expected = by_formula(name, np.asarray(found[0].weights[1]), slopes, rates, 0.05)
    for after, other in zip(found[1:], expected, strict=True):
        np.testing.assert_allclose(after.weights[1], other, rtol=1e-9, atol=1e-12)
    assert int(found[-1].n_steps) == 6


@pytest.mark.thorough
def test_rates_that_change():
    numbers = jnp.arange(7)
    stepwise = StepwiseRate(1.0, falls=(3, 5), factor=0.1, rise=2)
    np.testing.assert_allclose([stepwise(n) for n in numbers], [0.5, 1, 1, 0.1, 0.1, 0.01, 0.01], rtol=1e-6)
    assert float(CosineRate(1.0, events=4)(jnp.asarray(9))) == 0
    constant = net_of(learning_rate=LearningRate(0.1), weight_decay=0.1)
    plain = net_of(learning_rate=0.1, weight_decay=0.1)
    one, other = (states(net, batches())[-1] for net in (constant, plain))
    for first, second in zip(one.weights, other.weights, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-14)


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["plain", "momentum", "adamw"])
def test_kolen_pollack_brings_weights_together_by_every_optimizer_that_treats_both_alike(name):
    net = net_of(KolenPollack(), learning_rate=0.1, optimizer=OPTIMISERS[name], weight_decay=0.5)
    found = states(net, batches(12))
    apart = [np.asarray(state.weights[1].T - state.feedback[0]) for state in found]
    if name == "momentum":
        velocity, expected = 0.0, apart[0]
        for _ in range(12):
            velocity = 0.9 * velocity + 0.5 * expected
            expected = expected - 0.1 * velocity
    else:
        expected = (1 - 0.1 * 0.5) ** 12 * apart[0]
    np.testing.assert_allclose(apart[-1], expected, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("optimizer", [Adam(), RootMeanSquare()])
def test_kolen_pollack_refuses_other_optimizers(optimizer):
    with pytest.raises(InputError, match="treats both weights alike"):
        net_of(KolenPollack(), optimizer=optimizer, weight_decay=0.1)


@pytest.mark.thorough
def test_feedback_has_an_optimizer_and_a_rate_of_its_own():
    feedback = AlignedFeedback(decay=1.0, self_=2.0, rate=StepwiseRate(0.1, falls=(3,)), optimizer=Momentum(0.5))
    found = states(net_of(feedback, learning_rate=0.1), batches())
    own, velocity = np.asarray(found[0].feedback[1]), 0.0
    for number, state in enumerate(found[:-1]):
        velocity = 0.5 * velocity + 2 * np.asarray(state.weights[2].T) - 2 * own
        own = own + (0.1 if number < 3 else 0.01) * velocity
    np.testing.assert_allclose(found[-1].feedback[1], own, rtol=1e-10)
    plain = states(net_of(learning_rate=0.1), batches())
    assert found[-1].means[0].weights == (None, None)
    assert plain[-1].n_steps is None


@pytest.mark.thorough
def test_noise_on_the_steps_of_symmetric_alignment_is_averaged():
    """The deviation at rest is rate times noise over the root of 1 - (1 - 2 rate decay)^2, here of 1225 weights."""
    feedback = AlignedFeedback(decay=1.0, self_=2.0, rate=0.05, update_noise=1.0)
    net = AlignmentNetwork([DenseLayer(35, Tanh()), DenseLayer(35)], (1,), feedback, learning_rate=1e-30, batch_size=1)
    events = Labelled(np.zeros((2200, 1, 1)), np.tile(np.eye(35)[:1], (2200, 1, 1)))
    run = bouton.run(net, events, key=KEY, record={"feedback.0": 50})
    off = run.recordings["feedback.0"].values[4:] - np.asarray(run.state.weights[1].T)
    np.testing.assert_allclose(off.std(), 0.05 / np.sqrt(1 - 0.9**2), rtol=0.03)
    np.testing.assert_allclose(off.std(), 0.11471, rtol=0.03)


@pytest.mark.thorough
def test_noise_on_the_steps_of_kolen_pollack_adds_up():
    net = net_of(KolenPollack(update_noise=2.0), learning_rate=0.1)
    found = states(net, batches(400))
    walked = np.concatenate([(w.T - b).ravel() for w, b in zip(found[-1].weights[1:], found[-1].feedback, strict=True)])
    start = np.concatenate([(w.T - b).ravel() for w, b in zip(found[0].weights[1:], found[0].feedback, strict=True)])
    np.testing.assert_allclose((walked - start).std(), 0.1 * 2.0 * np.sqrt(400), rtol=0.25)


@pytest.mark.thorough
def test_noisy_transport_misses_anew_in_each_step_and_keeps_nothing():
    feedback = WeightTransport(noise=0.3)
    weights = jnp.ones((40, 50))
    one, other = (feedback.effective(key, None, weights) for key in jax.random.split(KEY))
    np.testing.assert_allclose((one - 1).std(), 0.3, rtol=0.1)
    assert float(jnp.max(jnp.abs(one - other))) > 0.1
    state = states(net_of(feedback), batches())[-1]
    assert state.feedback == (None, None)


def changed(found):
    """Return of each step whether forward and feedback weights changed."""
    pairs = list(itertools.pairwise(found))
    forward = [bool(jnp.any(a.weights[1] != b.weights[1])) for a, b in pairs]
    return forward, [bool(jnp.any(a.feedback[0] != b.feedback[0])) for a, b in pairs]


@pytest.mark.thorough
@pytest.mark.parametrize("optimizer", [None, Momentum()])
def test_alignment_alone_learns_in_the_first_steps(optimizer):
    feedback = AlignedFeedback.symmetric()
    net = net_of(feedback, delay=3, optimizer=optimizer, weight_decay=0.1)
    found = states(net, batches())
    forward, back = changed(found)
    assert forward == [False] * 3 + [True] * 3
    assert all(back)
    np.testing.assert_array_equal(found[3].bias[1], found[0].bias[1])


def test_alignment_and_task_take_turns():
    found = states(net_of(AlignedFeedback.symmetric(), alternate=2), batches())
    assert changed(found) == ([False, True, True] * 2, [True, False, False] * 2)


@pytest.mark.thorough
def test_the_rate_of_biases_is_a_share():
    one, other = (states(net_of(bias_rate=each), batches(1))[-1] for each in (1.0, 0.25))
    for first, second in zip(one.bias, other.bias, strict=True):
        np.testing.assert_allclose(second, 0.25 * first, rtol=1e-12)
    moved = states(net_of(bias_rate=0.25, learning_rate=LearningRate(0.1)), batches(1))[-1]
    np.testing.assert_allclose(moved.bias[0], other.bias[0], rtol=1e-12)


@pytest.mark.thorough
def test_what_is_measured():
    told = ("projection_angle", "gradient_angle", "error_angle")
    feedback = AlignedFeedback.symmetric()
    net, exact = net_of(feedback, measures=told), net_of()
    state, x = net.init(KEY), jax.tree.map(lambda leaf: leaf[0], batches())
    _, info = jax.jit(net.step)(KEY, state, x)
    assert info.weight_angle.shape == (0,)
    hidden = jnp.tanh(x.inputs @ state.weights[0].T)
    for place, below in enumerate((hidden, jnp.tanh(hidden @ state.weights[1].T))):
        expected = angle_between(below @ state.feedback[place], below @ state.weights[place + 1].T)
        np.testing.assert_allclose(info.projection_angle[place], expected, rtol=1e-10)
    errors = [net.errors(KEY, state, x)[1], exact.errors(KEY, state, x)[1]]
    brought = errors[0][:, 0] @ state.feedback[0].T, errors[1][:, 0] @ state.weights[1]
    np.testing.assert_allclose(info.gradient_angle[0], angle_between(*brought), rtol=1e-9)
    local = angle_between(errors[0][:, 0] @ state.feedback[0].T, errors[0][:, 0] @ state.weights[1])
    np.testing.assert_allclose(info.error_angle[0], local, rtol=1e-9)
    np.testing.assert_allclose(info.gradient_angle[1], info.error_angle[1], rtol=1e-10)


@pytest.mark.thorough
def test_steps_of_an_optimizer_are_local():
    found = audit(net_of(KolenPollack(update_noise=0.1), optimizer=Momentum(), weight_decay=0.1))
    assert found.local, [each.verdict for each in found.pathways if not each.local]
    assert not found.transport


def test_rates_at_which_symmetric_alignment_diverges_are_warned_of():
    with pytest.warns(UserWarning, match="diverge"):
        AlignedFeedback(decay=1.0, self_=2.0, rate=1.0)


@pytest.mark.thorough
def test_the_weight_mirror_as_first_published():
    """One step: the change is the rate times the mean over the mini-batch of noise times what the layer makes of it."""
    with pytest.warns(UserWarning, match="grow without bound"):
        feedback = AlignedFeedback(amp=1.0, rate=0.5, noise=0.1, noise_kind="uniform", amp_activation=Tanh())
    net = net_of(feedback)
    state, x = net.init(KEY), jax.tree.map(lambda leaf: leaf[0], batches())
    state = state._replace(bias=tuple(0.3 * jnp.ones_like(each) for each in state.bias))
    after, _ = jax.jit(net.step)(KEY, state, x)
    noise = 0.1 * jax.random.uniform(jax.random.fold_in(KEY, 1), (4, 6), minval=-(3**0.5), maxval=3**0.5)
    made = jnp.tanh(noise @ state.weights[1].T + 0.3)
    np.testing.assert_allclose(after.feedback[0] - state.feedback[0], 0.5 * noise.T @ made / 4, rtol=1e-9, atol=1e-14)


@pytest.mark.thorough
@pytest.mark.parametrize("coefficients", [{"sparse": 0.7, "amp": 1.0}, {"null": 0.7, "decay": 0.2, "amp": 1.0}])
def test_above_the_stable_rate_feedback_diverges_and_below_it_rests(coefficients):
    def net_at(rate):
        feedback = AlignedFeedback(rate=rate, **coefficients)
        return AlignmentNetwork(LAYERS[1:], (4,), feedback, learning_rate=1e-30, batch_size=4)

    x = jax.tree.map(lambda leaf: leaf[0], batches())
    state = net_at(1.0).init(KEY)
    (limit,) = stable_rates(net_at(1.0), state, x.inputs)
    for factor, rests in ((0.97, True), (1.03, False)):
        step, own = jax.jit(net_at(factor * float(limit)).step), state
        for _ in range(500):
            own, _ = step(KEY, own, x)
        assert (float(jnp.linalg.norm(own.feedback[0])) < 100) == rests


def test_only_feedback_that_descends_has_stable_rates():
    net = net_of(KolenPollack())
    with pytest.raises(InputError, match="AlignedFeedback"):
        stable_rates(net, net.init(KEY), batches().inputs[0])
