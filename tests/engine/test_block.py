"""Exact blocks are the plain loop: for every rule and size, in both precisions; and the forms known in full."""

import jax
import jax.numpy as jnp
import layers
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.engine.block.forms import begin
from bouton.similarity import SNMFNetwork

KEY = jax.random.key(5)
# Of the rules with a constant rate: they forget rounding as they forget all else.
TOLERANCE = {np.dtype(np.float64): 1e-12, np.dtype(np.float32): 1e-4}
# One over t forgets nothing.
TOLERANCE_OF_SUMS = {np.dtype(np.float64): 1e-11, np.dtype(np.float32): 2e-3}
N_ROWS = 150
ROWS = np.random.default_rng(0).normal(size=(N_ROWS, 20)) / np.sqrt(20)
MANY_ROWS = np.random.default_rng(1).normal(size=(10_000, 20)) / np.sqrt(20)

BLOCKED = [
    layers.OjaLayer,
    layers.CentredLayer,
    layers.TracedLayer,
    layers.FormerTraceLayer,
    layers.HebbLayer,
    layers.CumulativeLayer,
    layers.NormalisedLayer,
    layers.ClusterLayer,
    layers.SubspaceLayer,
    layers.SangerLayer,
    layers.TwoLayers,
]


def distance(first, second):
    """Return the largest difference of two trees, relative to the largest value of each array."""
    pairs = zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True)
    found = []
    for a, b in pairs:
        a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
        assert a.shape == b.shape
        assert np.all(np.isfinite(a))
        found.append(np.max(np.abs(a - b), initial=0) / max(np.max(np.abs(b), initial=0), 1e-300))
    return max(found)


def learned(circuit, rows, block):
    return bouton.run(circuit, rows, key=KEY, block=block, record={"y": 1})


def assert_same(run, plain, tolerance=TOLERANCE):
    limit = tolerance[run.recordings["y"].values.dtype]
    assert distance(run.state, plain.state) <= limit
    assert distance(run.recordings["y"].values, plain.recordings["y"].values) <= limit


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("layer", BLOCKED)
def test_blocks_are_the_plain_loop(layer):
    plain = learned(layer(), ROWS, None)
    for block in (7, 64):
        run = learned(layer(), ROWS, block)
        assert run.block == block
        assert_same(run, plain)


@pytest.mark.thorough
@pytest.mark.parametrize("layer", BLOCKED)
def test_blocks_are_the_plain_loop_in_single_precision(layer):
    plain = learned(layer(), ROWS, None)
    assert plain.recordings["y"].values.dtype == np.float32
    assert_same(learned(layer(), ROWS, 16), plain)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("layer", [layers.OjaLayer, layers.SubspaceLayer, layers.CumulativeLayer])
@pytest.mark.parametrize("block", [2, 3, 16, N_ROWS, N_ROWS + 50])
def test_a_block_may_be_of_any_size(layer, block):
    """Smaller and larger than the number of neurons, whole streams, and more than there is."""
    assert_same(learned(layer(), ROWS, block), learned(layer(), ROWS, None))


@pytest.mark.thorough
@pytest.mark.parametrize("precision", [32, 64])
@pytest.mark.parametrize("layer", [layers.OjaLayer, layers.SubspaceLayer, layers.SangerLayer, layers.NormalisedLayer])
def test_rounding_does_not_grow_over_ten_thousand_samples(layer, precision):
    with jax.enable_x64(precision == 64):
        assert_same(learned(layer(), MANY_ROWS, 64), learned(layer(), MANY_ROWS, None))


@pytest.mark.thorough
@pytest.mark.parametrize("precision", [32, 64])
def test_online_snmf_over_ten_thousand_samples(precision):
    """Rates of one over t: what was rounded stays."""
    rng = np.random.default_rng(2)
    centres = rng.uniform(size=(16, 64)) * (rng.uniform(size=(16, 64)) < 0.3)
    rows = np.abs(centres[rng.integers(0, 16, 10_000)] + 0.1 * rng.normal(size=(10_000, 64)))
    circuit = SNMFNetwork(64, 16)
    with jax.enable_x64(precision == 64):
        plain = learned(circuit, rows, None)
        for block in (16, 64):
            run = learned(circuit, rows, block)
            assert_same(run, plain, TOLERANCE_OF_SUMS)
            if precision == 64:
                np.testing.assert_array_equal(run.recordings["y"].values > 0, plain.recordings["y"].values > 0)


def test_one_event_per_block_is_the_plain_loop():
    run, plain = learned(layers.OjaLayer(), ROWS, 1), learned(layers.OjaLayer(), ROWS, None)
    assert run.block == plain.block == 1
    assert np.asarray(run.state.weights).tobytes() == np.asarray(plain.state.weights).tobytes()


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_a_neuron_that_forgets_all_its_weights_learns_exactly_the_sample():
    """The first activation of a neuron of online SNMF has decay 1: what was there before is gone, whatever it was."""
    circuit, rows = layers.CumulativeLayer(), np.abs(ROWS[:6])
    start = circuit.init(KEY)
    # Inhibited all, so that of six neurons number k first fires at event k, with y = 2.
    start = start._replace(weights=-jnp.abs(start.weights))
    run, plain = (
        bouton.run(circuit, iter([rows]), key=KEY, state=start, record={"y": 1}, block=block) for block in (64, None)
    )
    assert_same(run, plain)
    np.testing.assert_array_equal(np.diag(run.recordings["y"].values), np.full(6, 2))
    np.testing.assert_array_equal(run.state.weights[5], rows[5] / 2)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_two_samples_by_hand():
    """One neuron, leaky Hebb at rate 1/2: W = (1, 0), (1, 1/2), (1/2, 5/4)."""
    circuit = layers.LeakyLayer(n_inputs=2, n_outputs=1, rate=0.5)
    start = circuit.init(KEY)._replace(weights=jnp.array([[1.0, 0.0]]))
    rows = np.array([[1.0, 1.0], [0.0, 2.0]])
    many = np.concatenate([rows, np.zeros((40, 2))])
    run = bouton.run(circuit, iter([rows]), key=KEY, state=start, block=64, record={"y": 1})
    assert run.block == 64
    np.testing.assert_array_equal(run.recordings["y"].values.ravel(), [1, 1])
    np.testing.assert_array_equal(run.state.weights, [[0.5, 1.25]])
    # Samples of zeros change nothing but by the decay, to the bit with a half.
    rest = bouton.run(circuit, many, key=KEY, state=start, block=64)
    np.testing.assert_array_equal(rest.state.weights, np.array([[0.5, 1.25]]) / 2**40)


@pytest.mark.usefixtures("float64")
def test_zero_inputs_leave_weights_without_decay_alone():
    circuit = layers.OjaLayer()
    start = circuit.init(KEY)
    run = bouton.run(circuit, np.zeros((40, 20)), key=KEY, state=start, block=16)
    assert run.block == 16
    np.testing.assert_array_equal(run.state.weights, start.weights)


def subspace_block(weights, factors, rate, compact):
    """Return the weights after a block of Oja's subspace rule, in one of the two forms of its close."""
    block = len(factors)
    form = begin(weights, (factors,), block, left="all", forgets=False, asks_length=False)
    turn = jnp.zeros_like(form.gains) if compact else jnp.eye(len(weights))
    form = type(form)(form.panels, form.gains, turn, False, compact)
    for k in range(block):
        y = form.drive(0, jnp.asarray(k))
        form = form.learn(jnp.asarray(k), (factors @ factors.T,), rate * y, y)
    return form.close(weights, factors)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_both_forms_of_the_subspace_rule_agree():
    weights = jax.random.normal(KEY, (5, 12)) / 4
    factors = jax.random.normal(jax.random.key(1), (9, 12))
    explicit, compact = (subspace_block(weights, factors, 0.05, form) for form in (False, True))
    assert distance(explicit, compact) <= 1e-13
    # Orthonormal samples: the product of one update for each, in any form.
    basis = jnp.asarray(np.linalg.qr(np.random.default_rng(3).normal(size=(12, 12)))[0])
    expected = np.asarray(weights)
    for x in np.asarray(basis):
        y = expected @ x
        expected = expected + 0.05 * np.outer(y, x - y @ expected)
    for form in (False, True):
        assert distance(subspace_block(weights, basis, 0.05, form), expected) <= 1e-13


def test_the_form_is_chosen_by_size():
    weights, factors = jnp.zeros((5, 12)), jnp.zeros((4, 12))
    for block, compact in ((4, True), (5, False)):
        assert begin(weights, (), block, left="all", forgets=False, asks_length=False).compact is compact
    assert not begin(weights, (factors,), 4, left="ordered", forgets=False, asks_length=False).compact


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@settings(max_examples=12)
@given(
    sizes=st.sampled_from([(1, 1), (2, 5), (5, 2), (9, 9)]),
    block=st.sampled_from([2, 5, 33]),
    layer=st.sampled_from([layers.OjaLayer, layers.SubspaceLayer, layers.TracedLayer]),
    cuts=st.lists(st.integers(1, 99), max_size=3),
    seed=st.integers(0, 2**31 - 1),
)
def test_sizes_blocks_and_splits_do_not_matter(sizes, block, layer, cuts, seed):
    n, m = sizes
    circuit = layer(n_inputs=n, n_outputs=m)
    rows = np.random.default_rng(seed).normal(size=(100, n)) / np.sqrt(n)
    plain = bouton.run(circuit, rows, key=KEY, block=None)
    state, step = None, 0
    for part in np.split(rows, sorted(set(cuts))):
        run = bouton.run(circuit, part, key=KEY, state=state, first_step=step, block=block)
        state, step = run.state, step + run.steps
    assert step == 100
    assert distance(state, plain.state) <= 1e-12
