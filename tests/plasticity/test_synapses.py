import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.plasticity import Bounded, CumulativeHebb, CumulativePost, Dense, FanIn, Hebb, Oja, Rule, Synapses
from bouton.similarity import SNMFNetwork


def some(seed, *shape):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def test_bounds_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match=r"lower must not exceed upper, got lower=1\.0 and upper=0\.0"):
        Bounded(Hebb(rate=1.0), lower=1.0, upper=0.0)


def test_cumulative_hebb_leaves_silent_neurons_alone():
    post = CumulativePost(jnp.array([0.0, 0.0, 2.0]), jnp.array([0.0, 3.0, 4.0]))
    weights = some(0, 3, 2)
    updated = Synapses(Dense(2, 3), CumulativeHebb()).update(weights, jnp.array([1.0, -1.0]), post)
    np.testing.assert_array_equal(updated[:2], weights[:2])
    np.testing.assert_allclose(updated[2], weights[2] + 0.5 * (jnp.array([1.0, -1.0]) - 2.0 * weights[2]), rtol=1e-6)


def test_missing_self_connections_never_change():
    synapses = Synapses(Dense(4, 4, self_connections=False), Hebb(rate=1.0))
    weights = synapses.update(jnp.zeros((4, 4)), jnp.ones(4), jnp.ones(4))
    np.testing.assert_array_equal(weights, 1 - np.eye(4))


class Traced(Rule):
    """A weight and a trace of the presynaptic activity, with a constant of the synapse."""

    def __call__(self, synapse, pre, post, signal):
        trace = 0.5 * (pre - synapse["trace"])
        change = signal * post * (synapse["trace"] + trace) * synapse["constant"]
        return {"weight": change, "trace": trace, "constant": jnp.zeros_like(pre)}

    def weight(self, synapse):
        return synapse["weight"]


def test_rules_may_keep_several_variables_per_synapse():
    synapses = Synapses(Dense(2, 3), Traced())
    state = {"weight": jnp.zeros((3, 2)), "trace": jnp.zeros((3, 2)), "constant": some(3, 3, 2)}
    state = synapses.update(state, jnp.array([1.0, 2.0]), jnp.array([1.0, 2.0, 3.0]), jnp.asarray(2.0))
    np.testing.assert_allclose(state["trace"], np.tile([0.5, 1.0], (3, 1)))
    expected = 2.0 * np.outer([1, 2, 3], [0.5, 1.0]) * np.asarray(some(3, 3, 2))
    np.testing.assert_allclose(state["weight"], expected, rtol=1e-6)
    np.testing.assert_array_equal(state["constant"], some(3, 3, 2))
    assert synapses.drive(state, jnp.ones(2)).shape == (3,)


def test_a_change_of_another_structure_is_refused():
    class Forgetful(Rule):
        def __call__(self, synapse, pre, post, signal):
            return pre * post

    with pytest.raises(ValueError, match="Forgetful must return a change of the structure of its synapse"):
        Synapses(Dense(1, 1), Forgetful()).update({"weight": jnp.ones((1, 1))}, jnp.ones(1), jnp.ones(1))


@pytest.mark.parametrize(
    ("pre", "post", "signal", "message"),
    [
        (jnp.ones(3), jnp.ones(3), None, r"pre has shape \(3,\); expected \(2,\)"),
        (jnp.ones(2), jnp.ones(2), None, r"post has shape \(2,\); expected \(3,\)"),
        (jnp.ones(2), jnp.ones(3), jnp.ones(3), r"signal has shape \(3,\); expected \(\)"),
        ({"rate": jnp.ones((2, 3))}, jnp.ones(3), None, r"pre\['rate'\] has shape \(2, 3\)"),
    ],
)
def test_operands_of_wrong_shape_are_refused(pre, post, signal, message):
    with pytest.raises(ValueError, match=message):
        Synapses(Dense(2, 3), Hebb(rate=1.0)).update(jnp.zeros((3, 2)), pre, post, signal)


@pytest.mark.thorough
def test_padded_fan_in_is_a_masked_dense_matrix():
    table = np.array([[0, 2, -1], [1, 2, 3], [3, -1, -1]])
    fan_in = FanIn(table, 4)
    weights, x, y = some(0, 3, 3), some(1, 4), some(2, 3)
    dense = np.zeros((3, 4), np.float32)
    for i, row in enumerate(table):
        for k, j in enumerate(row):
            if j >= 0:
                dense[i, j] = weights[i, k]
    np.testing.assert_allclose(fan_in.drive(weights, x), dense @ np.asarray(x), rtol=1e-5)
    np.testing.assert_allclose(fan_in.transpose_drive(weights, y), np.asarray(y) @ dense, rtol=1e-5, atol=1e-6)
    updated = Synapses(fan_in, Hebb(rate=1.0)).update(weights, x, y)
    np.testing.assert_array_equal(np.asarray(updated)[table < 0], np.asarray(weights)[table < 0])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([0, 1], "2-D array of integers"),
        ([[0.5]], "2-D array of integers"),
        ([[4]], "indices from 0 to n_pre - 1 = 3"),
        ([[-2]], "got values from -2 to -2"),
    ],
)
def test_bad_tables_are_refused(table, message):
    with pytest.raises(ValueError, match=message):
        FanIn(table, 4)


def test_bad_sizes_are_refused():
    with pytest.raises(ValueError, match="n_pre must be an integer of at least 1, got 0"):
        Dense(0, 1)
    with pytest.raises(ValueError, match="needs one population"):
        Dense(2, 3, self_connections=False)


def test_rules_compile_to_one_kernel_without_matrices_of_intermediates():
    synapses = Synapses(Dense(64, 32), Oja(rate=0.1))
    text = jax.jit(synapses.update).lower(jnp.zeros((32, 64)), jnp.zeros(64), jnp.zeros(32)).compile().as_text()
    entry = text[text.index("ENTRY") :]
    assert entry.count("fusion(") == 1


@pytest.mark.thorough
@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**31), self_connections=st.booleans(), active=st.lists(st.booleans(), min_size=5, max_size=5)
)
def test_skipping_silent_neurons_changes_nothing(seed, self_connections, active):
    activity = jnp.where(jnp.array(active), some(seed, 5), 0)
    post = CumulativePost(activity, 1 + jnp.abs(some(seed + 1, 5)))
    weights, pre = some(seed + 2, 5, 5), some(seed + 3, 5)
    connectivity = Dense(5, 5, self_connections=self_connections)
    whole = Synapses(connectivity, CumulativeHebb()).update(weights, pre, post)
    skipping = Synapses(connectivity, CumulativeHebb(), skip_silent=True).update(weights, pre, post)
    np.testing.assert_allclose(skipping, whole, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(skipping[~np.array(active)], weights[~np.array(active)])


def test_values_per_synapse_are_not_skipped_over():
    pre = some(0, 3, 2)
    whole = Synapses(Dense(2, 3), Hebb(rate=1.0)).update(jnp.zeros((3, 2)), pre, jnp.ones(3))
    skipping = Synapses(Dense(2, 3), Hebb(rate=1.0), skip_silent=True).update(jnp.zeros((3, 2)), pre, jnp.ones(3))
    np.testing.assert_array_equal(skipping, whole)


def test_skipping_needs_an_affine_rule_over_dense_connectivity():
    with pytest.raises(
        ValueError, match="skip_silent needs an AffineRule over Dense connectivity, got Bounded over Dense"
    ):
        Synapses(Dense(2, 2), Bounded(Hebb(rate=1.0)), skip_silent=True)


def lanes_of(seed, count):
    """Return weights, inputs and activities of several networks, some of them all silent."""
    activity = jnp.maximum(0, some(seed, count, 5)).at[0].set(0)
    return some(seed + 1, count, 5, 5), some(seed + 2, count, 5), CumulativePost(activity, 1 + activity)


@pytest.mark.thorough
@pytest.mark.parametrize("self_connections", [True, False])
@pytest.mark.parametrize("shared", ["nothing", "weights", "inputs", "activities"])
def test_lanes_learn_what_each_learns_alone(self_connections, shared):
    synapses = Synapses(Dense(5, 5, self_connections=self_connections), CumulativeHebb(), skip_silent=True)
    operands = list(lanes_of(0, 4))
    in_axes = [0, 0, 0]
    if shared != "nothing":
        place = ["weights", "inputs", "activities"].index(shared)
        operands[place], in_axes[place] = jax.tree.map(lambda leaf: leaf[1], operands[place]), None
    together = jax.vmap(synapses.update, in_axes=in_axes)(*operands)
    for lane in range(4):
        alone = [
            jax.tree.map(lambda leaf, axis=axis: leaf if axis is None else leaf[lane], operand)  # noqa: B023
            for operand, axis in zip(operands, in_axes, strict=True)
        ]
        np.testing.assert_allclose(together[lane], synapses.update(*alone), rtol=1e-6, atol=1e-6)


@pytest.mark.thorough
def test_lanes_of_whole_runs_learn_what_each_learns_alone():
    circuit, rows = SNMFNetwork(70, 70, start="random"), jnp.abs(some(0, 20, 70))
    assert circuit.feedforward.skip_silent
    assert circuit.lateral.skip_silent

    def learned(key):
        step = lambda state, x: (circuit.step(key, state, x)[0], None)  # noqa: E731
        return jax.lax.scan(step, circuit.init(key), rows)[0]

    keys = jax.random.split(jax.random.key(0), 3)
    together = jax.jit(jax.vmap(learned))(keys)
    for lane, key in enumerate(keys):
        alone = jax.jit(learned)(key)
        np.testing.assert_allclose(together.feedforward[lane], alone.feedforward, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(together.lateral[lane], alone.lateral, rtol=1e-4, atol=1e-5)


@pytest.mark.thorough
def test_only_a_network_by_itself_goes_from_neuron_to_neuron():
    synapses = Synapses(Dense(5, 5), CumulativeHebb(), skip_silent=True)
    operands = lanes_of(0, 4)
    alone = jax.tree.map(lambda leaf: leaf[0], operands)

    def over_rows(*operands):
        """Learn the same row twice: the loop over rows is unrolled, so that any other is seen."""
        for _ in range(2):
            operands = (synapses.update(*operands), *operands[1:])
        return operands[0]

    assert " while(" in jax.jit(over_rows).lower(*alone).compile().as_text()
    assert " while(" not in jax.jit(jax.vmap(over_rows)).lower(*operands).compile().as_text()
    assert " while(" not in jax.jit(jax.vmap(jax.jit(over_rows))).lower(*operands).compile().as_text()
    twice = jax.vmap(jax.vmap(over_rows, in_axes=(0, None, None)), in_axes=(None, 0, 0))
    assert " while(" not in jax.jit(twice).lower(*operands).compile().as_text()


@pytest.mark.thorough
def test_skipping_silent_neurons_has_the_derivatives_of_the_whole():
    weights, pre, post = jax.tree.map(lambda leaf: leaf[1], lanes_of(0, 4))
    assert float(jnp.min(post.activity)) == 0
    whole, skipping = (Synapses(Dense(5, 5), CumulativeHebb(), skip_silent=skip).update for skip in (False, True))
    expected = jax.jacfwd(whole, argnums=(0, 1, 2))(weights, pre, post)
    for jacobian in (jax.jacfwd, jax.jacrev):
        found = jacobian(skipping, argnums=(0, 1, 2))(weights, pre, post)
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6), found, expected)
    pairs = (weights, pre, post), (weights, pre, post)
    for value, same in zip(jax.jvp(skipping, *pairs), jax.jvp(whole, *pairs), strict=True):
        np.testing.assert_allclose(value, same, rtol=1e-5, atol=1e-6)
