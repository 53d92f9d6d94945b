"""Critical points and what they become by duplication, against the exact Hessian."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from bouton.errors import InputError
from bouton.landscape import (
    Inertia,
    LossLandscape,
    classify_duplication,
    classify_point,
    descend_from,
    duplicate,
    embed,
    enumerate_subspaces,
    glorot_start,
    loss_along,
    newton_polish,
    parameters_of,
    permute_neurons,
    train_many,
    train_to_convergence,
    walk_down,
)
from bouton.landscape._rosenbrock import rodas_step
from bouton.landscape.parameters import flattened, unflattened, with_layer

GRID = np.arange(-5, 5.01, 2.0)
X = np.array([(a, b) for a in GRID for b in GRID])
TEACHER = parameters_of([np.array([[0.6, 0.5], [-0.5, 0.5], [-0.2, -0.6], [0.1, -0.6]]), np.ones((1, 4))])
UNKNOWN = LossLandscape(X, np.zeros(len(X)))
LANDSCAPE = LossLandscape(X, UNKNOWN.outputs(TEACHER))


def largest(parameters):
    return np.abs(flattened(parameters)).max()


@pytest.fixture(scope="module")
def reduced():
    """The minimum of the network of three neurons."""
    return newton_polish(LANDSCAPE, train_to_convergence(LANDSCAPE, glorot_start((2, 3, 1), 0)).parameters).parameters


@pytest.fixture(scope="module")
def three_outputs():
    """A critical point with error of a network with biases and three outputs, and its landscape."""
    x = np.array([(a, b) for a in np.linspace(-2, 2, 7) for b in np.linspace(-2, 2, 7)])
    teacher = glorot_start((2, 2, 3), 3, bias=True)
    extra = np.stack([np.sin(3 * x[:, 0]) * np.cos(2 * x[:, 1]), np.cos(3 * x[:, 0] + x[:, 1]), x[:, 0] ** 2], axis=1)
    landscape = LossLandscape(x, LossLandscape(x, np.zeros((49, 3)), "tanh").outputs(teacher) + 0.3 * extra, "tanh")
    return landscape, newton_polish(
        landscape, train_to_convergence(landscape, teacher, gradient_flow=False).parameters
    ).parameters


@pytest.mark.thorough
def test_derivatives_agree_with_finite_differences(reduced):
    point, step = flattened(reduced) + 0.1, 1e-6
    like = unflattened(point, reduced)
    slope, hessian = flattened(LANDSCAPE.gradient(like)), LANDSCAPE.hessian(like)
    for n in range(0, point.size, 4):
        shift = step * np.eye(point.size)[n]
        up, down = (unflattened(point + sign * shift, reduced) for sign in (1, -1))
        assert (LANDSCAPE.value(up) - LANDSCAPE.value(down)) / (2 * step) == pytest.approx(slope[n], abs=1e-8)
        curved = (flattened(LANDSCAPE.gradient(up)) - flattened(LANDSCAPE.gradient(down))) / (2 * step)
        np.testing.assert_allclose(curved, hessian[n], atol=1e-6)


@pytest.mark.thorough
@pytest.mark.parametrize("share", [0.5, 0.3, -0.4, 1.0])
def test_the_inertia_of_copies_is_that_of_the_block(reduced, share):
    for neuron in range(3):
        kind = classify_duplication(LANDSCAPE, reduced, neuron)
        assert (kind.n_flat, kind.coupling_rank, kind.n_zero) == (1, 0, 1)
        wide = duplicate(reduced, neuron, share)
        found = classify_point(LANDSCAPE, wide)
        assert found.inertia == kind.inertia(share)
        # The gradient stays what it was, divided by shares.
        bound = (abs(share) + abs(1 - share) + 1) * max(largest(LANDSCAPE.gradient(reduced)), 1e-15)
        assert found.gradient <= bound
        if share == 1.0:
            assert found.inertia.zero == 3
        if share == 0.5:
            half = kind.curvature_eigenvalues / 2
            nearest = np.abs(found.eigenvalues[None] - half[:, None]).min(axis=1)
            assert nearest.max() < 1e-4 * np.abs(half).min()


@pytest.mark.thorough
def test_zero_eigenvalues_of_three_outputs(three_outputs):
    """Three flat directions, of which only one is an eigenvector: n - rank C, not n."""
    landscape, point = three_outputs
    assert landscape.value(point) > 1e-3
    kind = classify_duplication(landscape, point, 0)
    assert (kind.n_flat, kind.coupling_rank, kind.n_zero) == (3, 2, 1)
    outgoing = point[1].weight[:, 0]
    assert np.abs(kind.coupling @ outgoing).max() < 1e-13
    for share in (0.5, -0.4):
        wide = duplicate(point, 0, share)
        found = classify_point(landscape, wide)
        assert found.inertia == kind.inertia(share)
        assert found.inertia.zero == 1
    # Along any b the loss is constant; the gradient is so along the outgoing vector alone.
    b = np.array([0.3, -1.0, 0.5])
    w, a = np.column_stack([wide[0].weight, wide[0].bias]), wide[1].weight.T.copy()
    for direction, slides in ((b, True), (outgoing, False)):
        for length in (0.1, 10.0):
            moved = a.copy()
            moved[0] += length * direction
            moved[-1] -= length * direction
            there = with_layer(wide, 0, w, moved)
            assert landscape.value(there) == pytest.approx(landscape.value(point), abs=1e-13)
            slope = largest(landscape.gradient(there))
            assert slope > 1e-4 if slides else slope < 1e-12


@pytest.mark.thorough
def test_a_neuron_alone_follows_the_theorem(three_outputs):
    landscape = LossLandscape(X, LANDSCAPE.targets, "tanh")
    point = newton_polish(landscape, train_to_convergence(landscape, glorot_start((2, 1, 1), 1)).parameters).parameters
    kind = classify_duplication(landscape, point, 0)
    for share in (0.5, -0.4):
        assert classify_point(landscape, duplicate(point, 0, share)).inertia == kind.inertia(share)


def test_the_second_order_law_along_a_direction(reduced):
    for neuron in (0, 1):
        kind = classify_duplication(LANDSCAPE, reduced, neuron)
        wide, share, distance = duplicate(reduced, neuron, 0.3), 0.3, 3e-3
        e = np.array([0.6, -0.8])
        losses = []
        for sign in (1, -1):
            w, a = wide[0].weight.copy(), wide[1].weight.T
            w[neuron] += sign * distance * (1 - share) * e
            w[-1] -= sign * distance * share * e
            losses.append(LANDSCAPE.value(with_layer(wide, 0, w, a)))
        expected = distance**2 / 2 * share * (1 - share) * e @ kind.curvature @ e
        assert np.mean(losses) - LANDSCAPE.value(reduced) == pytest.approx(expected, rel=1e-2)


def test_swaps_leave_loss_gradient_and_hessian():
    point = glorot_start((2, 4, 1), 7)
    order = [1, 0, 2, 3]
    swapped = permute_neurons(point, order)
    numbers = unflattened(np.arange(12.0), point)
    places = flattened(permute_neurons(numbers, order)).astype(int)
    assert LANDSCAPE.value(swapped) == pytest.approx(LANDSCAPE.value(point), abs=1e-15)
    slope, hessian = flattened(LANDSCAPE.gradient(point)), LANDSCAPE.hessian(point)
    np.testing.assert_allclose(flattened(LANDSCAPE.gradient(swapped)), slope[places], atol=1e-15)
    np.testing.assert_allclose(LANDSCAPE.hessian(swapped), hessian[np.ix_(places, places)], atol=1e-13)


@pytest.mark.thorough
def test_descents_from_a_saddle_mirror_each_other(reduced):
    neuron = next(n for n in range(3) if classify_duplication(LANDSCAPE, reduced, n).inertia(0.5).negative)
    one, other = descend_from(LANDSCAPE, reduced, neuron)
    assert one.loss == pytest.approx(other.loss, rel=1e-6, abs=1e-25)
    assert one.loss < LANDSCAPE.value(reduced)
    order = list(range(4))
    order[neuron], order[3] = 3, neuron
    mirrored = permute_neurons(other.parameters, order)
    np.testing.assert_allclose(flattened(mirrored), flattened(one.parameters), atol=1e-5)
    # The flow never climbs, and what it descends is the integral of the squared gradient.
    way = list(one.way_of_parameters())
    losses = LANDSCAPE.values(way)
    assert (np.diff(losses) <= 1e-18).all()


def test_all_critical_subspaces_hold_critical_points(reduced):
    value, points = LANDSCAPE.value(reduced), set()
    for subspace in enumerate_subspaces(3, 4, zero_groups=False):
        wide = embed(reduced, subspace, 0, critical=True)
        assert largest(LANDSCAPE.gradient(wide)) < 1e-13
        assert LANDSCAPE.value(wide) == pytest.approx(value, rel=1e-10)
        points.add(flattened(wide).tobytes())
    assert len(points) == 36


@pytest.mark.thorough
def test_nullity_at_zero_loss():
    grid = np.arange(-5, 5.01, 1.0)
    x = np.array([(a, b) for a in grid for b in grid])
    landscape = LossLandscape(x, LossLandscape(x, np.zeros(len(x)), "generic").outputs(TEACHER), "generic")
    w, spot = TEACHER[0].weight, np.array([[0.3, -0.1]])

    def with_neurons(more, outgoing):
        return parameters_of([np.concatenate([w, more]), np.concatenate([np.ones(4), outgoing])[None]])

    for network, nullity in (
        (TEACHER, 0),
        (duplicate(TEACHER, 0, 0.3), 3),
        (with_neurons(spot, np.zeros(1)), 2),
        (with_neurons(np.repeat(spot, 2, 0), np.array([0.4, -0.4])), 3),
        (duplicate(TEACHER, 1, (0.3, 0.5, 0.2)), 6),
        (with_neurons(w[:1], np.zeros(1)), 3),
    ):
        eigenvalues = np.linalg.eigvalsh(landscape.hessian(network))
        assert (eigenvalues < 1e-10).sum() == nullity
        assert eigenvalues[nullity] > 5e-3 * 0.9


@pytest.mark.thorough
def test_the_method_is_of_fourth_order(float64):
    def loss(y):
        return 0.25 * (jnp.sum(y**2) - 1) ** 2 + jnp.sin(y[0]) * y[1]

    def end(steps):
        step = jnp.asarray(1 / steps)
        start = jnp.array([1.5, -0.3])
        one = lambda _, y: rodas_step(jax.grad(loss), jax.hessian(loss), y, step)[0]  # noqa: E731
        return np.asarray(jax.lax.fori_loop(0, steps, one, start))

    exact = end(512)
    errors = [np.abs(end(steps) - exact).max() for steps in (16, 32)]
    assert 3.7 < np.log2(errors[0] / errors[1]) < 4.5


def test_the_flow_loses_what_its_gradient_says():
    start = glorot_start((2, 3, 1), 5)
    found = train_to_convergence(LANDSCAPE, start, end_time=1.0, relative_tolerance=1e-8, absolute_tolerance=1e-10)
    way = list(found.way_of_parameters())
    slopes = np.array([(flattened(LANDSCAPE.gradient(each)) ** 2).sum() for each in way])
    spline = CubicSpline(found.times, slopes)
    lost = LANDSCAPE.value(start) - LANDSCAPE.value(way[-1])
    assert spline.integrate(0, 1.0) == pytest.approx(lost, rel=1e-6)
    assert found.flow_time == 1.0


def test_training_reaches_the_rounding(reduced):
    starts = [glorot_start((2, 3, 1), seed) for seed in (0, 1)]
    one_by_one = train_many(LANDSCAPE, starts)
    assert [each.loss for each in one_by_one] == pytest.approx([LANDSCAPE.value(reduced)] * 2, rel=1e-9)
    assert max(each.gradient for each in one_by_one) < 1e-12
    assert not any(each.runs_away for each in one_by_one)
    fast = train_to_convergence(LANDSCAPE, starts[0], gradient_flow=False)
    assert fast.flow_steps == 0
    assert fast.loss == pytest.approx(one_by_one[0].loss, rel=1e-9)


def test_few_samples_are_warned_of():
    landscape = LossLandscape(X[:9], LANDSCAPE.targets[:9])
    with pytest.warns(UserWarning, match="9 numbers to fit by 9 parameters"):
        train_to_convergence(landscape, glorot_start((2, 3, 1), 0), gradient_flow=False, iterations=1)


@pytest.mark.thorough
def test_lanes_end_where_single_runs_do():
    starts = [glorot_start((2, 3, 1), seed) for seed in (0, 1)]
    lanes = train_many(LANDSCAPE, starts, side_by_side=True)
    for lane, single in zip(lanes, train_many(LANDSCAPE, starts), strict=True):
        np.testing.assert_allclose(flattened(lane.parameters), flattened(single.parameters), atol=1e-6)
    with pytest.raises(TypeError, match="iteration"):
        train_many(LANDSCAPE, starts, side_by_side=True, iteration=3)
    with pytest.raises(InputError, match="iterations must"):
        train_many(LANDSCAPE, starts, side_by_side=True, iterations=0)
    with pytest.raises(InputError, match="same widths"):
        train_many(LANDSCAPE, [*starts, glorot_start((2, 4, 1), 0)], side_by_side=True)
    assert train_many(LANDSCAPE, [], side_by_side=True) == []


@pytest.mark.thorough
def test_a_loss_of_ones_own_is_trained_by_newton_steps():
    def logistic_loss(outputs, target):
        return jax.nn.softplus(outputs[0]) - target * outputs[0]

    labels = (np.random.default_rng(0).uniform(size=len(X)) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    landscape = LossLandscape(X, labels, "tanh", logistic_loss)
    found = train_to_convergence(landscape, glorot_start((2, 1, 1), 0), iterations=300)
    assert found.gradient < 1e-9 or found.runs_away
    two = train_to_convergence(landscape, glorot_start((2, 2, 1), 0), iterations=300)
    walk = walk_down(landscape, two.parameters, 0, 1, fractions=(1.0, 0.5, 0.1))
    np.testing.assert_allclose(walk.distances / walk.distances[0], (1.0, 0.5, 0.1), rtol=1e-10)
    assert walk.losses[0] == pytest.approx(two.loss, rel=1e-6)
    np.testing.assert_array_equal(*walk.meeting[0].weight)
    assert largest(landscape.gradient(walk.meeting)) < 1e-9


@pytest.mark.thorough
def test_neurons_meet_at_a_critical_point_of_the_reduced_network(reduced):
    walk = walk_down(LANDSCAPE, TEACHER, 2, 3, fractions=(1.0, 0.7, 0.4, 0.1, 0.01))
    assert walk.losses[0] < 1e-25
    np.testing.assert_array_equal(walk.meeting[0].weight[2], walk.meeting[0].weight[3])
    assert largest(LANDSCAPE.gradient(walk.meeting)) < 1e-12
    assert walk.losses[-1] == pytest.approx(walk.meeting_loss, rel=1e-2)
    np.testing.assert_allclose(walk.distances / walk.distances[0], (1.0, 0.7, 0.4, 0.1, 0.01), rtol=1e-10)
    pulled = walk_down(LANDSCAPE, TEACHER, 2, 3, penalties=(1e-6, 1e-3, 1.0, 100.0))
    assert pulled.distances[-1] < 1e-10
    assert pulled.meeting_loss == pytest.approx(walk.meeting_loss, rel=1e-6)
    # A path of the loss through the saddle: one half, and its image with the two exchanged.
    other_half = [permute_neurons(each, [0, 1, 3, 2]) for each in walk.way[::-1]]
    losses = loss_along(LANDSCAPE, [*walk.way, walk.meeting, *other_half], 1)
    assert losses[-1] < 1e-25


def test_bad_points_are_refused(reduced):
    start = glorot_start((2, 3, 1), 5)
    single = tuple(type(layer)(layer.weight.astype(np.float32)) for layer in start)
    silent = parameters_of([start[0].weight, np.zeros((1, 3))])
    zero = LossLandscape(X, np.zeros(len(X)), "tanh")
    for wrong, words in (
        (lambda: classify_duplication(LANDSCAPE, start, 0), "not at a critical point"),
        (lambda: classify_point(LANDSCAPE, single), "single precision"),
        (lambda: classify_point(LossLandscape(X, np.zeros(len(X)), "rectifier"), start), "no second derivative"),
        (lambda: classify_duplication(zero, silent, 0), "no outgoing weights"),
        (lambda: walk_down(LANDSCAPE, TEACHER, 1, 1), "two neurons"),
        (lambda: walk_down(LANDSCAPE, TEACHER, 0, 4), "second must be a neuron"),
        (lambda: walk_down(LANDSCAPE, TEACHER, 0, 1, fractions=(-1.0,)), "fractions must"),
        (lambda: train_to_convergence(LANDSCAPE, TEACHER, end_time=-1.0), "end_time must"),
    ):
        with pytest.raises(InputError, match=words):
            wrong()
    assert classify_point(LANDSCAPE, start).kind == "not critical"
    assert classify_point(zero, silent).inertia == Inertia(0, 6, 3) or classify_point(zero, silent).inertia.zero >= 6
