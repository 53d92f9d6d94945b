"""Networks made wider and narrower without changing what they compute."""

from itertools import pairwise

import equinox as eqx
import jax
import numpy as np
import pytest

from bouton.errors import InputError
from bouton.landscape import (
    LossLandscape,
    Subspace,
    classify_neurons,
    connect,
    duplicate,
    embed,
    enumerate_subspaces,
    exchange,
    four_neuron_task,
    glorot_start,
    loss_along,
    match_weights,
    parameters_of,
    permute_neurons,
    put_into,
    reduce,
    straight_barrier,
    subspace_of,
)

X = np.random.default_rng(0).normal(size=(30, 2))
NARROW = parameters_of([np.array([[1.0, 0.3], [-0.5, 0.8]]), np.array([[0.7, -0.4]])])
TEACHER = parameters_of([np.array([[0.6, 0.5], [-0.5, 0.5], [-0.2, -0.6], [0.1, -0.6]]), np.ones((1, 4))])


def forward(parameters, x, activation=np.tanh):
    for number, (weight, bias) in enumerate(parameters):
        x = activation(x) if number else x
        x = x @ weight.T + (0 if bias is None else bias)
    return x


def tangents(subspace, n_in, a):
    """Return directions within a subspace as rows, by hand."""
    rows, width = [], subspace.width
    for cluster in subspace.clusters:
        for n in cluster[1:]:
            row = np.zeros((width, n_in + 1))
            row[n, -1], row[cluster[0], -1] = 1, -1
            rows.append(row.ravel())
    for group in subspace.zero_groups:
        for column in range(n_in):
            row = np.zeros((width, n_in + 1))
            row[list(group), column] = 1
            rows.append(row.ravel())
        for n in group[1:]:
            row = np.zeros((width, n_in + 1))
            row[n, -1], row[group[0], -1] = 1, -1
            rows.append(row.ravel())
    return np.array(rows)


def test_outputs_are_those_of_plain_arrays():
    deep = glorot_start((2, 3, 4, 2), 1, bias=True)
    landscape = LossLandscape(X, np.zeros((30, 2)), "tanh")
    np.testing.assert_allclose(landscape.outputs(deep), forward(deep, X), atol=1e-15)
    assert landscape.value(deep) == pytest.approx((forward(deep, X) ** 2).sum(axis=1).mean(), rel=1e-14)


def test_every_subspace_of_two_in_four():
    expected, found = forward(NARROW, X), set()
    for subspace in enumerate_subspaces(2, 4):
        wide = embed(NARROW, subspace, 1)
        np.testing.assert_allclose(forward(wide, X), expected, atol=1e-13)
        assert np.linalg.matrix_rank(tangents(subspace, 2, wide)) == subspace.dimension(2)
        where = subspace_of(wide, NARROW)
        assert where == subspace
        found.add(where)
    assert len(found) == 62


def test_reduce_undoes_embed_up_to_order():
    rng = np.random.default_rng(2)
    for subspace in list(enumerate_subspaces(3, 5))[::45]:
        incoming, outgoing = rng.normal(size=(3, 2)), rng.uniform(0.1, 1, (2, 3)) * rng.choice([-1, 1], (2, 3))
        narrow = parameters_of([incoming, outgoing])
        found = reduce(embed(narrow, subspace, rng))
        assert found.n_removed == 2
        order = [[w.tolist() for w in found.parameters[0].weight].index(w.tolist()) for w in incoming]
        np.testing.assert_allclose(found.parameters[1].weight[:, order], outgoing, atol=1e-14)
        assert {frozenset(c) for c in found.subspace.clusters} == {frozenset(c) for c in subspace.clusters}
        assert {frozenset(g) for g in found.subspace.zero_groups} == {frozenset(g) for g in subspace.zero_groups}


@pytest.mark.parametrize("share", [0.5, 0.3, -0.4, (0.2, 0.5, 0.3)])
def test_duplication_leaves_the_function(share):
    deep = glorot_start((2, 3, 4, 2), 1, bias=True)
    for layer in (0, 1):
        wide = duplicate(deep, 1, share, layer)
        np.testing.assert_allclose(forward(wide, X), forward(deep, X), atol=1e-14)
        assert reduce(wide, layer=layer).n_removed == np.size(share) - 1 or share in (0.5, 0.3, -0.4)


def test_the_exchange_reaches_the_swap_at_constant_function():
    # The last neuron is a copy that has passed on its share.
    wide = duplicate(TEACHER, 0, 1.0)
    corners = exchange(wide, 1, 2, 4)
    assert len(corners) == 8
    for corner in corners:
        np.testing.assert_allclose(forward(corner, X), forward(TEACHER, X), atol=1e-15)
    swapped = permute_neurons(wide, [0, 2, 1, 3, 4])
    for one, other in zip(corners[-1], swapped, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)


def test_any_two_points_of_the_valley_are_connected():
    rng = np.random.default_rng(3)
    subspaces = list(enumerate_subspaces(2, 4))
    landscape = LossLandscape(X, forward(NARROW, X), "tanh")
    for a, b in rng.integers(len(subspaces), size=(4, 2)):
        start, end = embed(NARROW, subspaces[a], rng), embed(NARROW, subspaces[b], rng)
        corners = connect(start, end)
        for one, other in ((corners[0], start), (corners[-1], end)):
            np.testing.assert_array_equal(one[0].weight, other[0].weight)
            np.testing.assert_array_equal(one[1].weight, other[1].weight)
        for one, other in pairwise(corners):
            middle = tuple(type(u)((u.weight + v.weight) / 2) for u, v in zip(one, other, strict=True))
            np.testing.assert_allclose(forward(middle, X), forward(NARROW, X), atol=1e-13)
    assert loss_along(landscape, corners[:2], 3).max() < 1e-28


def test_what_is_not_connected_says_so():
    with pytest.raises(InputError, match="no neuron can be spared"):
        connect(TEACHER, permute_neurons(TEACHER, [1, 0, 2, 3]))
    with pytest.raises(InputError, match="do not compute the same"):
        connect(duplicate(TEACHER, 0), duplicate(glorot_start((2, 4, 1), 0), 0))


def test_matching_finds_a_hidden_permutation():
    x = np.random.default_rng(1).normal(size=(30, 6))
    net = glorot_start((6, 6, 5, 3), 4, bias=True)
    mixed = permute_neurons(permute_neurons(net, [3, 0, 5, 1, 2, 4]), [4, 2, 0, 1, 3], layer=1)
    found = match_weights(net, mixed)
    for one, other in zip(found.parameters, net, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
    assert [order.tolist() for order in found.orders] == [[1, 3, 4, 0, 5, 2], [2, 3, 1, 4, 0]]
    landscape = LossLandscape(x, forward(net, x), "tanh")
    assert straight_barrier(landscape, net, mixed, 5) > 1e-3
    assert straight_barrier(landscape, net, found.parameters, 5) == 0


def test_kinds_of_neurons():
    wide = embed(TEACHER, Subspace(((0, 5), (1,), (2,), (3,)), ((4,), (6, 8), (7, 9, 10))), 5)
    found = classify_neurons(wide, TEACHER)
    assert found.counts == {"copy": 5, "silent": 1, "zero group of 2": 2, "zero group of 3": 3}
    assert found.teacher.tolist() == [0, 1, 2, 3, -1, 0, -1, -1, -1, -1, -1]
    assert found.sums.max() < 1e-15
    flipped = parameters_of([-TEACHER[0].weight, -np.ones((1, 4))])
    with pytest.warns(UserWarning, match="further symmetries"):
        assert classify_neurons(flipped, TEACHER, "tanh").counts == {"flipped copy": 4}
    assert classify_neurons(flipped, TEACHER).counts == {"other": 4}
    assert classify_neurons(wide, TEACHER, rule="angle").counts["copy"] == 5


def test_other_layers_must_be_equal_to_be_connected():
    deep = duplicate(glorot_start((2, 3, 3, 1), 1, bias=True), 0)
    other = permute_neurons(deep, [1, 0, 2, 3])
    assert loss_along(LossLandscape(X, forward(deep, X), "tanh"), connect(deep, other), 2).max() < 1e-28
    layers = list(other)
    layers[2] = layers[2]._replace(bias=layers[2].bias + 0.1)
    with pytest.raises(InputError, match="layer after layer"):
        connect(deep, layers)
    assert subspace_of(layers, reduce(deep).parameters) is None
    assert subspace_of(other, reduce(deep).parameters) is not None


def test_constant_neurons_and_lengths():
    """A flipped neuron of a logistic student leaves a constant, which one without incoming weights makes up for."""
    w = TEACHER[0].weight
    student = parameters_of([np.concatenate([w[:3], -w[3:], np.zeros((1, 2))]), np.array([[1, 1, 1, -1, 2.0]])])
    x = X[:, :2]
    logistic = lambda u: 1 / (1 + np.exp(-u))  # noqa: E731
    np.testing.assert_allclose(forward(student, x, logistic), forward(TEACHER, x, logistic), atol=1e-14)
    with pytest.warns(UserWarning, match="further symmetries"):
        assert classify_neurons(student, TEACHER, "logistic").counts == {"copy": 3, "flipped copy": 1, "constant": 1}
    twice = parameters_of([w * np.array([[2.0], [1], [1], [1]]), np.ones((1, 4))])
    assert classify_neurons(twice, TEACHER).counts == {"copy": 3, "other": 1}
    assert classify_neurons(twice, TEACHER, rule="angle").counts == {"copy": 4}


def test_orders_are_taken_of_plain_arrays():
    first, second = [np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]])], permute_neurons
    assert second(first, [1, 0])[1].weight.tolist() == [[4.0, 3.0]]


def test_outputs_of_nets_are_linear():
    ends = eqx.nn.MLP(2, 1, 3, 1, final_activation=jax.nn.tanh, key=jax.random.key(0))
    sequence = eqx.nn.Sequential([*ends.layers, eqx.nn.Lambda(jax.nn.tanh)])
    for net in (ends, sequence):
        with pytest.raises(InputError, match="outputs must be linear"):
            parameters_of(net)
    assert len(parameters_of(eqx.nn.Sequential([ends.layers[0], eqx.nn.Lambda(jax.nn.tanh), ends.layers[1]]))) == 2


@pytest.mark.thorough
def test_nets_of_equinox_go_there_and_back():
    net = eqx.nn.MLP(2, 1, 4, 2, activation=jax.nn.tanh, key=jax.random.key(0))
    known = parameters_of(net)
    x = X.astype(np.float32)
    np.testing.assert_allclose(forward(known, x), jax.vmap(net)(x), atol=1e-6)
    wide = put_into(net, duplicate(known, 1, 0.3, layer=1))
    np.testing.assert_allclose(jax.vmap(wide)(x), jax.vmap(net)(x), atol=1e-6)
    assert wide.layers[1].out_features == 5


def test_bad_input_is_named():
    for wrong, words in (
        (lambda: duplicate(TEACHER, 4), "neuron must be a neuron of layer 0, 0 to 3, got 4"),
        (lambda: duplicate(TEACHER, 0, layer=1), "the output layer"),
        (lambda: duplicate(TEACHER, 0, (0.5, 0.6)), "sum to 1"),
        (lambda: exchange(TEACHER, 1, 1, 2), "three neurons"),
        (lambda: exchange(TEACHER, 0, 1, 2), "without outgoing weights"),
        (lambda: permute_neurons(TEACHER, [0, 0, 1, 2]), "once"),
        (lambda: embed(TEACHER, Subspace(((0,), (1,)))), "2 clusters"),
        (lambda: embed(NARROW, Subspace(((0,), (2,)))), "once each"),
        (lambda: classify_neurons(TEACHER, duplicate(TEACHER, 0)), "4 neurons compute the same as its 5"),
        (lambda: subspace_of(TEACHER, duplicate(TEACHER, 0)), "4 neurons compute the same as its 5"),
        (lambda: parameters_of([np.ones((3, 2))]), "a hidden layer and an output layer"),
        (lambda: parameters_of([np.ones((3, 2)), np.ones((1, 4))]), "followed by weights"),
        (lambda: parameters_of([np.ones((3, 2)), np.full((1, 3), np.nan)]), "finite"),
        (lambda: LossLandscape(X, np.ones(29)), "as many"),
        (lambda: LossLandscape(X, np.ones(30), "relu6"), "activation must be"),
        (lambda: LossLandscape(np.ones((3, 4)), np.ones(3)).value(TEACHER), "4 inputs"),
        (lambda: glorot_start((2, 1)), "inputs, hidden layers and outputs"),
        (lambda: match_weights(TEACHER, NARROW), "same widths"),
        (lambda: match_weights(glorot_start((2, 3, 1), 0), glorot_start((2, 3, 1), 0, bias=True)), "biases"),
        (lambda: parameters_of([[[1.0, 2.0]], [[3.0]]]), "an array of weights or a pair"),
        (lambda: loss_along(LossLandscape(X, np.ones(30)), [TEACHER, NARROW]), "same widths"),
        (lambda: straight_barrier(LossLandscape(X, np.ones(30)), TEACHER, TEACHER, 1), "at least 2"),
        (lambda: four_neuron_task(0.3), "divide"),
        (lambda: four_neuron_task(30.0), "divide"),
        (lambda: subspace_of(glorot_start((2, 3, 2, 1), 0), NARROW), "as many layers"),
    ):
        with pytest.raises(InputError, match=words):
            wrong()
