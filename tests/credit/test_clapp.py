"""CLAPP: worked example, gates, gradients, symmetries and locality, in closed form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.credit import ConvolutionLayer, DenseLayer, MaxPool
from bouton.credit.predictive import Ablations, CLAPPNetwork, CLAPPStream, Fixations, Transition
from bouton.credit.predictive.contrast import cases_of
from bouton.dynamics import Rectifier, Tanh

pytestmark = [pytest.mark.usefixtures("float64"), pytest.mark.filterwarnings("ignore:in mini-batches of")]

W = np.array([[1.0, 0], [0, 1], [1, -1]])
PREDICTION = np.array([[0.1, 0, 0], [0, 0.1, 0], [0.2, 0, 0.1]])
KEY = jax.random.key(0)
PLAIN = {"learning_rate": 1.0, "optimizer": "plain"}


@jax.jit
def stepped(circuit, state, event, key=KEY):
    return circuit.step(key, state, event)


def change(circuit, state, event, key=KEY):
    """Return what a step adds to all synapses."""
    after, _ = stepped(circuit, state, event, key)
    return jax.tree.map(lambda new, old: np.asarray(new - old), after.layers, state.layers)


def assert_close(found, expected, **options):
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(one, other, **({"rtol": 1e-9, "atol": 1e-13} | options))


def example(symmetric=True, retrodiction=PREDICTION.T, scale=1.0):
    stream = CLAPPStream([DenseLayer(3, Rectifier())], (2,), symmetric=symmetric, **PLAIN)
    state = stream.init(KEY)
    (layer,) = state.layers
    own = layer._replace(weights=jnp.array(W), bias=jnp.zeros((3, 1)), prediction=(jnp.array(scale * PREDICTION),))
    if not symmetric:
        own = own._replace(retrodiction=(jnp.array(retrodiction),))
    return stream, state._replace(layers=(own,))


def moved(fixates, **options):
    event = Transition(*(jnp.asarray(each, float) for each in ([1, 2], [2, 1], fixates)))
    stream, state = example(**options)
    (layer,) = change(stream, state, event)
    return layer, stepped(stream, state, event)[1]


@pytest.mark.thorough
@pytest.mark.parametrize("fixates", [1, -1])
def test_the_worked_example(fixates):
    for options in ({}, {"symmetric": False}):
        layer, info = moved(fixates, **options)
        np.testing.assert_allclose([info.score[0], info.loss[0]], [0.6, 1 - 0.6 * fixates], rtol=1e-12)
        np.testing.assert_allclose(layer.weights, fixates * np.array([[0.6, 0.9], [0.5, 0.4], [0.4, 0.2]]), atol=1e-12)
        np.testing.assert_allclose(layer.prediction[0], fixates * np.array([[2.0, 4, 0], [1, 2, 0], [1, 2, 0]]))
    layer, _ = moved(fixates, symmetric=False, retrodiction=0 * PREDICTION)
    np.testing.assert_allclose(layer.weights, fixates * np.array([[0.2, 0.1], [0.4, 0.2], [0.4, 0.2]]), atol=1e-12)
    np.testing.assert_allclose(layer.retrodiction[0], fixates * np.outer([1, 2, 0], [2, 1, 1]))


def test_what_is_solved_changes_nothing():
    kept, info = moved(1, scale=2.0)
    assert info.score[0] > 1
    assert info.loss[0] == 0
    assert all(np.all(leaf == 0) for leaf in jax.tree.leaves(kept))
    broken, _ = moved(-1, scale=2.0)
    np.testing.assert_allclose(broken.weights, -2 * np.array([[0.6, 0.9], [0.5, 0.4], [0.4, 0.2]]), atol=1e-12)


def dense(units=(5,), steps=3, offsets=(1,), activation=None, **options):
    layers = [DenseLayer(each, activation or Rectifier()) for each in units]
    return CLAPPNetwork(layers, (6,), steps, 2, offsets, **({"batch_size": 4} | PLAIN | options))


def convolution(**options):
    layers = [ConvolutionLayer(3, activation=Rectifier()), MaxPool(), ConvolutionLayer(4, activation=Tanh())]
    return CLAPPNetwork(layers, (4, 4, 1), 2, 2, (1,), **({"batch_size": 4} | PLAIN | options))


def shown(network, seed=0, lengths=None):
    inputs, each = network.event
    rng = np.random.default_rng(seed)
    counts = np.full(each.shape, network.steps) if lengths is None else np.asarray(lengths)
    return Fixations(jnp.asarray(rng.normal(size=inputs.shape)), jnp.asarray(counts, jnp.int32))


def objective(layers, network, event, key, end_to_end=False):
    """Return the loss as one would write it for autodiff."""
    x, pooled, total = event.inputs.reshape(-1, *network.input_shape), [], 0.0
    for stage, layer in zip(network.stages, layers, strict=True):
        below = x if end_to_end else jax.lax.stop_gradient(x)
        potential = stage.layer.arriving(below) @ layer.weights.T + layer.bias[None, None, :, 0]
        x = stage.layer.activation(potential).reshape(len(x), *stage.layer.output_shape(stage.shape))
        for each in stage.after:
            x = each(x)
        pooled.append(jnp.mean(x, axis=tuple(range(1, x.ndim - 1))).reshape(*event.inputs.shape[:3], -1))
    for place, ways in enumerate(network.ways):
        for k, way in enumerate(ways):
            offset, layer = way.distance.offset, layers[way.context]
            c, z = pooled[way.context], pooled[way.target]
            own = [jax.tree.map(lambda leaf, of=(place, k, n): leaf[of], network.drawn(key)) for n in range(2)]
            if network.saccades != "same place":
                own = [each._replace(sample=each.sample[:, :, : network.steps - offset],
                                     place=each.place[:, :, : network.steps - offset]) for each in own]  # fmt: skip
            total += of_way(network, layer, k, c[:, :-offset], z[:, offset:], event.lengths, own) / len(ways)
    return total


def of_way(network, layer, k, c, z, lengths, drawn):
    real = (
        network.ways[0][k % len(network.offsets)].distance.offset + jnp.arange(z.shape[1], dtype=lengths.dtype)[None, :]
        < lengths[:, None]
    )
    stop = jax.lax.stop_gradient
    terms = [(z, c if network.symmetric else stop(c), layer.prediction[k])]
    terms = terms if network.ablations.retrodiction else [(z, stop(c), layer.prediction[k])]
    if layer.retrodiction:
        terms.append((stop(z), c, layer.retrodiction[k].T))
    total = 0.0
    for each, (target, context, weights) in zip(drawn, terms, strict=False):
        own = drawn[0] if network.shared_gate else each
        cases = cases_of(own, real.astype(float), z.shape[2], network.saccades, network.exclude_self)
        predicted = context @ weights.T
        fixation = jnp.sum(target * predicted, axis=-1)
        saccade = jnp.sum(cases.stand_in(target) * predicted[None], axis=-1)
        if network.loss == "hinge":
            total += jnp.sum(cases.fixation * jnp.maximum(0, 1 - fixation))
            total += jnp.sum(cases.saccade * jnp.maximum(0, 1 + saccade))
        else:
            logits = jnp.concatenate([fixation[None], saccade])
            total -= jnp.sum(cases.fixation * jax.nn.log_softmax(logits, axis=0)[0])
    return total


SYNCHRONOUS = {"asynchronous": False, "symmetric": True}
FORMS = {
    "CLAPP": lambda: dense((5, 4), 4, (1, 2)),
    "no retrodiction": lambda: dense(ablations=Ablations(retrodiction=False)),
    "synchronous, 3 anywhere": lambda: dense(**SYNCHRONOUS, negatives=3, saccades="anywhere"),
    "synchronous, in time alone": lambda: dense(**SYNCHRONOUS, saccades="within"),
    "infonce": lambda: dense(**SYNCHRONOUS, negatives=3, loss="infonce"),
    "end to end": lambda: dense((5, 4), **SYNCHRONOUS, end_to_end=True),
    "predicting the layer below": lambda: dense((5, 4, 3), 4, (1, 2), predicts="below"),
    "predicting both, symmetric": lambda: dense((5, 4), **SYNCHRONOUS, predicts="both"),
    "convolution": convolution,
    "convolution, end to end": lambda: convolution(asynchronous=False, end_to_end=True),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", FORMS)
def test_the_rule_descends_the_loss(name):
    network = FORMS[name]()
    state = network.init(KEY)
    # Scores on both sides of the margin.
    state = jax.tree.map(lambda leaf: 2 * leaf if leaf.ndim else leaf, state)
    event = shown(network, lengths=None if network.loss == "infonce" else [4, 3, 4, 2][: network.batch_size])
    event = event._replace(lengths=jnp.minimum(event.lengths, network.steps))
    expected = jax.jit(jax.grad(lambda layers: -objective(layers, network, event, KEY, network.end_to_end)))(
        state.layers
    )
    assert_close(change(network, state, event), expected, rtol=1e-6, atol=1e-9)


@pytest.mark.thorough
def test_streams_of_transitions_add_up_to_the_mini_batch():
    network = dense((3,), 2, batch_size=2, exclude_self=True, asynchronous=False)
    stream = CLAPPStream(network.layers, (6,), shared_gate=False, **PLAIN)
    state, event = network.init(KEY), shown(network)
    total = jax.tree.map(np.zeros_like, state.layers)
    for one, other, fixates in ((0, 0, 1.0), (1, 1, 1.0), (0, 1, -1.0), (1, 0, -1.0)):
        for lane in range(2):
            each = Transition(event.inputs[one, 0, lane], event.inputs[other, 1, lane], jnp.asarray(fixates))
            total = jax.tree.map(np.add, total, change(stream, state, each))
    # Two samples and two lanes: means over four fixations and over four saccades.
    assert_close(change(network, state, event), jax.tree.map(lambda leaf: leaf / 4, total))


@pytest.mark.thorough
def test_without_predictions_the_loss_is_two_and_a_dead_layer_learns_nothing():
    network = dense()
    state, event = network.init(KEY), shown(network)
    silent = [layer._replace(prediction=tuple(map(jnp.zeros_like, layer.prediction)),
                             retrodiction=tuple(map(jnp.zeros_like, layer.retrodiction)))
              for layer in state.layers]  # fmt: skip
    for number in range(9):
        _, info = stepped(network, state._replace(layers=tuple(silent)), event, jax.random.key(number))
        # An asynchronous draw may leave out all fixations, or all saccades, of a distance.
        assert np.all(np.isin(2 * np.round(np.asarray(info.loss), 12), [2, 3, 4]))
    dead = [layer._replace(weights=0 * layer.weights, bias=0 * layer.bias - 1) for layer in state.layers]
    state = state._replace(layers=tuple(dead))
    both = dense(asynchronous=False)
    _, info = stepped(both, state, event)
    np.testing.assert_allclose(info.loss, 2, rtol=1e-14)
    np.testing.assert_array_equal(info.dead, 1)
    assert all(np.all(leaf == 0) for leaf in jax.tree.leaves(change(network, state, event)))


@pytest.mark.thorough
def test_learning_begins_at_a_loss_of_two():
    network = CLAPPNetwork([DenseLayer(40, Rectifier())] * 3, (30,), 4, 2, (1, 2), batch_size=50, asynchronous=False)
    _, info = stepped(network, network.init(KEY), shown(network))
    np.testing.assert_allclose(info.loss, 2, rtol=0.03)


@pytest.mark.thorough
def test_where_saccades_end_on_the_same_all_cancels():
    network = dense(asynchronous=False)
    event = shown(network)
    event = event._replace(inputs=jnp.broadcast_to(event.inputs[:1], event.inputs.shape))
    state = network.init(KEY)
    _, info = stepped(network, state, event)
    assert np.all(np.abs(info.fixation_score) < 1)
    np.testing.assert_allclose(info.loss, 2, rtol=1e-12)
    assert_close(change(network, state, event), jax.tree.map(jnp.zeros_like, state.layers), atol=1e-12)


@pytest.mark.thorough
def test_the_mean_over_draws_is_the_synchronous_change():
    options = {"batch_size": 2, "exclude_self": True, "symmetric": True}
    network, both = dense(**options), dense(asynchronous=False, **options)
    state, event = network.init(KEY), shown(network)
    keys = jax.random.split(KEY, 32)
    losses, found = jax.jit(
        jax.vmap(lambda key: (network.contrasts(key, state, event)[0][0], network.step(key, state, event)[0].layers))
    )(keys)
    changes = jax.tree.map(lambda new, old: np.asarray(new - old[None]), found, state.layers)
    # Both groups are not empty where one sample fixates and the other jumps: two patterns of equal chance.
    scores = np.asarray(losses.fixation)
    values = [np.round(scores, 9), np.round(np.asarray(losses.saccade), 9)]
    patterns = {pair: n for n, pair in enumerate(zip(*values, strict=True)) if 0.0 not in pair}
    assert len(patterns) == 2
    mean = jax.tree.map(lambda leaf: np.mean(leaf[list(patterns.values())], axis=0), changes)
    assert_close(mean, change(both, state, event))


@pytest.mark.thorough
def test_no_layer_is_told_of_the_ones_above():
    network = dense((5, 4))
    state, event = network.init(KEY), shown(network)
    before = change(network, state, event)
    above = jax.tree.map(lambda leaf: leaf + 0.1, state.layers[1])
    after = change(network, state._replace(layers=(state.layers[0], above)), event)
    assert_close(after[0], before[0], rtol=0, atol=0)
    assert np.any(after[1].weights != before[1].weights)
    # The lower layer reaches the upper one by what it gives: permuted units with permuted synapses change nothing.
    order = np.array([3, 1, 4, 0, 2])
    lower, upper = state.layers
    turned = lower._replace(
        weights=lower.weights[order],
        bias=lower.bias[order],
        prediction=tuple(each[order][:, order] for each in lower.prediction),
        retrodiction=tuple(each[order][:, order] for each in lower.retrodiction),
    )
    swapped = change(network, state._replace(layers=(turned, upper._replace(weights=upper.weights[:, order]))), event)
    np.testing.assert_allclose(swapped[1].weights, before[1].weights[:, order], atol=1e-13)
    assert_close(swapped[1].prediction, before[1].prediction)


@pytest.mark.thorough
def test_of_one_layer_end_to_end_is_local():
    one, other = dense(), dense(end_to_end=True)
    state, event = one.init(KEY), shown(one)
    assert_close(change(one, state, event), change(other, state, event), rtol=0, atol=0)


@pytest.mark.thorough
def test_weights_that_are_transposed_make_the_two_forms_one():
    local, symmetric = dense(shared_gate=True), dense(symmetric=True)
    state, event = local.init(KEY), shown(local)
    layers = [layer._replace(retrodiction=tuple(each.T for each in layer.prediction)) for layer in state.layers]
    found = change(local, state._replace(layers=tuple(layers)), event)
    bare = [layer._replace(retrodiction=()) for layer in state.layers]
    expected = change(symmetric, state._replace(layers=tuple(bare)), event)
    assert_close([layer._replace(retrodiction=()) for layer in found], list(expected))
    for layer in found:
        assert_close([each.T for each in layer.retrodiction], list(layer.prediction))


@pytest.mark.thorough
def test_scores_are_bilinear():
    network = dense()
    state, event = network.init(KEY), shown(network)
    first = state.layers[0]
    scaled = first._replace(
        weights=3 * first.weights,
        bias=3 * first.bias,
        prediction=tuple(each / 9 for each in first.prediction),
        retrodiction=tuple(each / 9 for each in first.retrodiction),
    )
    _, before = stepped(network, state, event)
    _, after = stepped(network, state._replace(layers=(scaled,)), event)
    np.testing.assert_allclose(after.loss[0], before.loss[0], rtol=1e-12)


@pytest.mark.thorough
def test_infonce_begins_at_the_logarithm_of_the_number_of_candidates():
    network = dense(**SYNCHRONOUS, negatives=16, loss="infonce")
    state, event = network.init(KEY), shown(network)
    layers = [layer._replace(prediction=tuple(map(jnp.zeros_like, layer.prediction))) for layer in state.layers]
    _, info = stepped(network, state._replace(layers=tuple(layers)), event)
    np.testing.assert_allclose(info.loss, np.log(17), rtol=1e-12)
