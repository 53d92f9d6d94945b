"""Topologies, sheets, and fan-in tables that sites share."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from bouton.errors import InputError
from bouton.plasticity import (
    Dense,
    FanIn,
    LeakyHebb,
    Sheet,
    Structured,
    StructuredSynapse,
    Synapses,
    Topology,
    all_to_all,
    from_constants,
    random_fan_in,
    windows,
)


def dense_weights(connectivity, weights):
    """Return the weights of a fan-in table as a matrix (posts, pres)."""
    matrix = np.zeros((connectivity.n_post, connectivity.n_pre))
    for i in range(connectivity.n_post):
        for k, j in enumerate(np.asarray(connectivity.table)[i // connectivity.units_per_site]):
            if j >= 0:
                matrix[i, j] += weights[i, k]
    return matrix


@st.composite
def tables(draw):
    """Any entries, but few sizes: a program is compiled for each."""
    n_pre, sites, fan_in = (draw(st.sampled_from(sizes)) for sizes in ((1, 5), (1, 4), (1, 3)))
    entries = st.integers(-1, n_pre - 1)
    rows = st.lists(entries, min_size=fan_in, max_size=fan_in, unique_by=lambda j: j if j >= 0 else object())
    table = draw(st.lists(rows, min_size=sites, max_size=sites).filter(lambda t: True)) if fan_in <= n_pre else None
    return FanIn(np.array(table if table else [[0]] * sites), n_pre, draw(st.sampled_from((1, 3))))


@pytest.mark.thorough
@given(connectivity=tables(), seed=st.integers(0, 2**16))
def test_fan_in_does_what_its_matrix_does(connectivity, seed):
    rng = np.random.default_rng(seed)
    weights = jnp.asarray(rng.normal(size=connectivity.shape), jnp.float32)
    pre = jnp.asarray(rng.normal(size=connectivity.n_pre), jnp.float32)
    post = jnp.asarray(rng.normal(size=connectivity.n_post), jnp.float32)
    matrix = dense_weights(connectivity, np.asarray(weights))
    np.testing.assert_allclose(connectivity.drive(weights, pre), matrix @ pre, atol=1e-5)
    np.testing.assert_allclose(connectivity.transpose_drive(weights, post), post @ matrix, atol=1e-5)
    present = np.ones(connectivity.shape, bool) if connectivity.present is None else np.asarray(connectivity.present)
    assert connectivity.n_synapses == present.sum()


@pytest.mark.thorough
@given(connectivity=tables(), seed=st.integers(0, 2**16))
def test_learning_through_a_table_is_learning_of_the_matrix(connectivity, seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(size=connectivity.shape).astype(np.float32)
    if connectivity.present is not None:
        weights = np.where(connectivity.present, weights, 0).astype(np.float32)
    pre = rng.normal(size=connectivity.n_pre).astype(np.float32)
    post = rng.normal(size=connectivity.n_post).astype(np.float32)
    synapses = Synapses(connectivity, LeakyHebb())
    learned = synapses.update(jnp.asarray(weights), jnp.asarray(pre), jnp.asarray(post), jnp.asarray(0.25))
    matrix = dense_weights(connectivity, weights)
    exists = dense_weights(connectivity, np.ones(connectivity.shape)) > 0
    expected = np.where(exists, matrix + 0.25 * (np.outer(post, pre) - matrix), 0)
    np.testing.assert_allclose(dense_weights(connectivity, np.asarray(learned)), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("grid", "stride", "radius", "sites", "synapses", "fewest", "most"),
    [
        (28, 2, 4, 196, 8992, 22, 52),
        (28, 2, 2, 196, 2240, 8, 12),
        (14, 2, 2, 49, 532, 8, 12),
        (14, 2, 4, 49, 1964, 22, 52),
        (28, 1, 3, 784, 20756, 11, 29),
        (8, 2, 2, 16, 160, 8, 12),
        (8, 1, 2, 64, 676, 6, 13),
    ],
)
def test_masks_of_the_published_simulations(grid, stride, radius, sites, synapses, fewest, most):
    connectivity = Sheet((grid, grid, 1), stride, radius).feedforward.connectivity
    counts = (np.asarray(connectivity.table) >= 0).sum(axis=1)
    assert (len(counts), connectivity.n_synapses, counts.min(), counts.max()) == (sites, synapses, fewest, most)


@pytest.mark.thorough
@given(
    height=st.integers(2, 7), width=st.integers(2, 7), channels=st.integers(1, 3), stride=st.integers(1, 2),
    radius=st.floats(1, 4), units=st.integers(1, 3), lateral=st.floats(0, 3),
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:.*grid points have no synapse")
def test_a_sheet_connects_by_distance(height, width, channels, stride, radius, units, lateral):
    sheet = Sheet((height, width, channels), stride, radius, units, lateral)
    rows, columns = height // stride, width // stride
    assert sheet.shape == (rows, columns, units)
    site = np.array([((i + 0.5) * stride, (j + 0.5) * stride) for i in range(rows) for j in range(columns)])
    point = np.array([(k + 0.5, l + 0.5) for k in range(height) for l in range(width)])  # noqa: E741

    def expected(ends, within):
        return np.linalg.norm(site[:, None] - ends[None], axis=2) <= within + 1e-9

    def found(connectivity):
        return dense_weights(connectivity, np.ones(connectivity.shape))

    forward = np.repeat(np.repeat(expected(point, radius), channels, axis=1), units, axis=0)
    np.testing.assert_array_equal(found(sheet.feedforward.connectivity), forward)
    between = np.repeat(np.repeat(expected(site, lateral), units, axis=1), units, axis=0)
    np.testing.assert_array_equal(found(sheet.lateral.connectivity), between)


def test_constants_of_a_sheet_fall_with_distance():
    sheet = Sheet((4, 4, 1), 1, 1, 2, lateral_radius=1.5, falloff=lambda d: np.exp(-d))
    lateral = sheet.lateral
    matrix = dense_weights(
        lateral.connectivity, np.asarray(lateral.constants) * np.asarray(lateral.connectivity.present)
    )
    np.testing.assert_allclose(matrix, matrix.T)
    np.testing.assert_allclose(np.diag(matrix), 1)
    np.testing.assert_allclose(matrix[0, [1, 2, 3]], [1, np.exp(-1), np.exp(-1)], rtol=1e-6)


def test_a_sheet_says_what_is_wrong():
    with pytest.raises(InputError, match=r"radius 0.3 covers no input at site \(0, 0\)"):
        Sheet((4, 4, 1), 2, 0.3)
    with pytest.warns(UserWarning, match="9 of 25 grid points have no synapse"):
        Sheet((5, 5, 1), 2, 1.5)
    for options in ({"stride": 0}, {"radius": 0.0}, {"units_per_site": 0}, {"lateral_radius": -1.0}, {"stride": 9}):
        with pytest.raises(InputError, match=next(iter(options))):
            Sheet(**{"input_shape": (4, 4, 1), **options})
    with pytest.raises(InputError, match="input_shape must be"):
        Sheet((4, 0, 1))


@pytest.mark.thorough
def test_windows_are_those_of_a_convolution():
    topology = windows((5, 4, 2), size=3, stride=1, units_per_site=2)
    image = np.arange(40.0).reshape(5, 4, 2)
    expected = [image[i : i + 3, j : j + 3].ravel() for i in range(3) for j in range(2)]
    np.testing.assert_array_equal(topology.connectivity.at_synapses(jnp.asarray(image.ravel()))[::2], expected)
    with pytest.raises(InputError, match="size must be at most 4"):
        windows((5, 4, 1), size=5)


def test_random_fan_in_draws_different_inputs():
    table = np.asarray(random_fan_in(30, 20, 10, np.random.default_rng(0)).connectivity.table)
    assert all(len(set(row)) == 10 for row in table)
    with pytest.raises(InputError, match="fan_in must lie between 1 and the number of inputs, 3"):
        random_fan_in(3, 2, 4, np.random.default_rng(0))


@pytest.mark.thorough
@given(seed=st.integers(0, 2**16), posts=st.integers(1, 5), pres=st.integers(1, 5))
def test_constants_dense_or_sparse_make_the_same_topology(seed, posts, pres):
    rng = np.random.default_rng(seed)
    constants = rng.integers(0, 3, (posts, pres)).astype(float)
    constants[:, 0] += 1
    for given_as in (constants, csr_array(constants)):
        topology = from_constants(given_as)
        connectivity = topology.connectivity
        ones = np.ones(connectivity.shape)
        kept = ones if topology.constants is None else np.asarray(topology.constants)
        found = kept if isinstance(connectivity, Dense) else dense_weights(connectivity, kept)
        np.testing.assert_array_equal(found, constants)


def test_constants_that_make_no_topology_are_refused():
    with pytest.raises(InputError, match="neuron 1 has no synapse"):
        from_constants([[1.0, 0.0], [0.0, 0.0]])
    with pytest.raises(InputError, match="at least 0 and finite, got -1"):
        from_constants([[1.0, -1.0]])
    with pytest.raises(InputError, match="must be a matrix"):
        from_constants([1.0, 1.0])
    with pytest.raises(InputError, match="one value per synapse"):
        Topology(Dense(2, 2), np.ones(2))
    with pytest.raises(InputError, match=r"got 0.0 for synapse 1 of neuron 0"):
        Topology(Dense(2, 1), [[1.0, 0.0]])
    assert all_to_all(2, 3).constants is None
    assert Topology(Dense(2, 1), np.ones((1, 2))).constants is None


@given(weight=st.floats(-5, 5), pre=st.floats(-5, 5), post=st.floats(-5, 5), rate=st.floats(0.01, 1))
def test_leaky_hebb_is_affine_and_symmetric(weight, pre, post, rate):
    rule = LeakyHebb(rate)
    by_parts = rule.gain(post, 0.5) * pre - rule.decay(post, 0.5) * weight
    np.testing.assert_allclose(rule(weight, pre, post, 0.5), by_parts, atol=1e-12)
    assert rule(weight, pre, post, 0.5) == rule(weight, post, pre, 0.5)
    synapse = StructuredSynapse(weight, 1.0)
    assert Structured(rule)(synapse, pre, post, 0.5) == (rule(weight, pre, post, 0.5), 0.0)


@pytest.mark.parametrize("constant", [0.5, 2.0])
def test_a_structured_synapse_rests_at_its_constant_times_the_mean_product(constant):
    rule, synapse = Structured(LeakyHebb()), StructuredSynapse(0.0, constant)
    for _ in range(2000):
        change = rule(synapse, 2.0, 1.5, 0.05)
        synapse = StructuredSynapse(synapse.weight + change.weight, synapse.constant + change.constant)
    assert synapse.weight == pytest.approx(constant * 3.0)
    assert synapse.constant == constant


def test_tables_that_are_none_are_refused(unchecked):
    with pytest.raises(ValueError, match="units_per_site must be an integer of at least 1"):
        FanIn([[0]], 1, 0)


def test_over_a_row_a_sheet_is_a_row_whatever_the_stride():
    sheet = Sheet((1, 8, 1), stride=2, radius=1.0)
    assert sheet.shape == (1, 4, 1)
    np.testing.assert_array_equal(sheet.positions, [[0.5, 1.0], [0.5, 3.0], [0.5, 5.0], [0.5, 7.0]])
    np.testing.assert_array_equal(sheet.receptive_fields, [[0, 1], [2, 3], [4, 5], [6, 7]])
    assert Sheet((1, 1, 2), stride=4).shape == (1, 1, 1)
    with pytest.raises(InputError, match="stride 4 leaves no site on a grid of 1 x 3"):
        Sheet((1, 3, 1), stride=4)
