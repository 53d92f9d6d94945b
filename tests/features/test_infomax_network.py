"""Local infomax: the mean update is the gradient, the network fills water; water-filling against ascent."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.dynamics import Relaxation
from bouton.errors import Diverged, InputError
from bouton.features import (
    InfomaxNetwork,
    InfomaxState,
    information,
    information_gradient,
    maximise_information,
    optimal_pair,
    water_filling,
)

EXACT = Relaxation(1.0, 0.0, 1.0, tolerance=0.0, max_steps=4000)


def samples_of(matrix):
    """Return samples whose mean of x x^T is exactly the matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return np.sqrt(len(matrix)) * (vectors * np.sqrt(np.maximum(values, 0))).T


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize("input_noise", [0.0, 0.3])
def test_the_mean_update_is_the_gradient_of_the_information(input_noise):
    """With the recurrent weights at their means and the iteration at rest; noise enters by its covariance."""
    rng = np.random.default_rng(0)
    root = rng.normal(size=(4, 4))
    covariance, rows = root @ root.T / 4, rng.normal(size=(2, 4))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    noisy, alone = covariance + input_noise * np.eye(4), input_noise * np.eye(4)
    network = InfomaxNetwork(
        4, 2, 0.5, input_noise, 1.0, input_variance=float(np.linalg.eigvalsh(covariance)[-1]), dynamics=EXACT
    )
    change = np.zeros((2, 4))
    for matrix, sign in ((noisy, 1.0), (alone, -1.0)):
        # Of the mean of z x^T the noise of the outputs is no part.
        recurrent = jnp.asarray(rows @ matrix @ rows.T + 0.5 * np.eye(2))
        for x in samples_of(matrix):
            settled = network.settle(recurrent, jnp.asarray(rows @ x)).potential
            change += network.feedforward.update(jnp.zeros((2, 4)), jnp.asarray(x), settled, sign) / 4
    gradient = information_gradient(jnp.asarray(rows), jnp.asarray(covariance), 0.5, input_noise)
    np.testing.assert_allclose(change, gradient, atol=1e-9)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_steps_go_along_the_gradient_on_average():
    """The step itself, noise drawn by its key: the mean of many small steps from one state, within sampling error."""
    covariance, rows = jnp.diag(jnp.array([2.0, 1.0, 0.3])), jnp.array([[0.6, 0.8, 0.0], [0.0, 0.6, 0.8]])
    network = InfomaxNetwork(3, 2, 0.5, 0.2, 1e-4, input_variance=2.0)
    outputs = [
        rows @ matrix @ rows.T + 0.5 * jnp.eye(2) for matrix in (covariance + 0.2 * jnp.eye(3), 0.2 * jnp.eye(3))
    ]
    state = InfomaxState(rows, *outputs)
    keys = jax.random.split(jax.random.key(0), 20_000)
    signals = jax.random.normal(jax.random.key(1), (20_000, 3)) @ jnp.sqrt(covariance)
    after = jax.jit(jax.vmap(lambda key, x: network.step(key, state, x)[0].feedforward))(keys, signals)
    moved = (np.asarray(after) - np.asarray(rows)) / 1e-4
    gradient = information_gradient(rows, covariance, 0.5, 0.2)
    tangent = gradient - jnp.sum(gradient * rows, axis=1, keepdims=True) * rows
    error = moved.std(axis=0) / np.sqrt(len(moved))
    assert np.all(np.abs(moved.mean(axis=0) - np.asarray(tangent)) < 4 * error + 1e-3)


@pytest.mark.thorough
@pytest.mark.parametrize(("output_noise", "input_noise"), [(1.0, 0.0), (5.0, 0.0), (0.5, 0.3)])
def test_the_network_fills_water(output_noise, input_noise):
    eigenvalues = np.array([2.0, 1.0, 0.3, 0.1])
    axes = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    samples = np.random.default_rng(2).normal(size=(40_000, 4)) * np.sqrt(eigenvalues) @ axes
    network = InfomaxNetwork(4, 2, output_noise, input_noise, 3e-3 * (1 + output_noise), input_variance=2.1)
    run = bouton.run(network, samples.astype(np.float32), key=jax.random.key(0), record={"converged": 100})
    best = water_filling(eigenvalues, 2, output_noise, input_noise)
    weights = run.state.feedforward
    reached = float(
        information(weights, jnp.asarray((axes.T * eigenvalues) @ axes, jnp.float32), output_noise, input_noise)
    )
    assert 0.98 * best.information < reached < best.information * (1 + 1e-5)
    inside = np.asarray(weights) @ axes.T
    np.testing.assert_allclose(np.linalg.eigvalsh(inside.T @ inside)[::-1][:2], best.powers[:2], atol=0.15)
    assert run.recordings["converged"].values.mean() > 0.95
    assert float(network.summary(run.state)["information"]) == pytest.approx(reached, rel=0.3)


@pytest.mark.usefixtures("float64")
def test_the_iteration_converges_below_its_condition_and_not_above():
    matrix = jnp.diag(jnp.array([4.0, 1.0]))
    z = jnp.array([1.0, 1.0])

    def settled(gain):
        dynamics = Relaxation(1.0, 0.0, 1.0, tolerance=1e-9, max_steps=3000)
        network = InfomaxNetwork(2, 2, 0.1, input_variance=0.5, lateral_gain=gain, dynamics=dynamics)
        return network.settle(matrix, z)

    close = settled(0.49)
    assert bool(close.converged)
    np.testing.assert_allclose(0.49 * close.potential, [0.25, 1.0], rtol=1e-6)
    assert not bool(settled(0.51).converged)


TABLE = [(0.1, 2.721479), (0.5, 1.358175), (1.0, 0.906189), (2.0, 0.569717), (3.0, 0.426616), (4.0, 0.346574)]


@pytest.mark.parametrize(("noise", "best"), TABLE)
def test_two_outputs_are_the_optimal_pair(noise, best):
    found = water_filling([2.0, 1.0], 2, noise)
    assert found.information == pytest.approx(best, abs=1e-6)
    pair = optimal_pair(2.0, 1.0, noise)
    assert found.information == pytest.approx(pair.information, abs=1e-12)
    assert found.powers[0] == pytest.approx(2 * np.cos(pair.angle / 2) ** 2, abs=1e-7)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(("outputs", "noises"), [(1, (0.5, 0.0)), (3, (0.7, 0.0)), (3, (0.4, 0.25)), (4, (3.0, 0.1))])
def test_ascent_climbs_to_the_water(outputs, noises):
    eigenvalues = np.array([3.0, 1.5, 0.8, 0.2, 0.05])
    start = jax.random.normal(jax.random.key(outputs), (outputs, 5))
    climbed = maximise_information(start, jnp.diag(jnp.asarray(eigenvalues)), *noises, step_size=0.5, steps=4000)
    best = water_filling(eigenvalues, outputs, *noises)
    assert float(climbed.information[-1]) == pytest.approx(best.information, abs=1e-6)
    powers = np.linalg.eigvalsh(np.asarray(climbed.weights @ climbed.weights.T))[::-1]
    np.testing.assert_allclose(powers, best.powers[:outputs], atol=2e-2)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(1e-3, 10), min_size=1, max_size=6),
    st.integers(1, 6),
    st.floats(1e-3, 10),
    st.sampled_from([0.0, 0.01, 1.0]),
    st.floats(0.1, 20),
)
def test_water_lies_level(eigenvalues, outputs, output_noise, input_noise, power):
    found = water_filling(eigenvalues, outputs, output_noise, input_noise, power=power)
    values, powers = np.array(eigenvalues), found.powers
    assert powers.sum() == pytest.approx(power, rel=1e-9)
    assert (powers > 0).sum() <= outputs
    slope = (
        values
        * output_noise
        / ((powers * (values + input_noise) + output_noise) * (powers * input_noise + output_noise))
    )
    wet = powers > 1e-9
    np.testing.assert_allclose(slope[wet], 1 / found.level, rtol=1e-6)
    # Of eigenvalues that are alike only as many can get power as there are outputs: the first ones do.
    reachable = np.argsort(-values, kind="stable")[:outputs]
    assert np.all(slope[reachable] <= (1 + 1e-6) / found.level)
    rows = np.diag(np.sqrt(powers))
    plain = np.linalg.slogdet(rows @ np.diag(values + input_noise) @ rows + output_noise * np.eye(len(values)))[1]
    plain -= np.linalg.slogdet(input_noise * rows @ rows + output_noise * np.eye(len(values)))[1]
    assert found.information == pytest.approx(plain / 2, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: InfomaxNetwork(3, 2, output_noise=0.0), "output_noise must be positive"),
        (lambda: InfomaxNetwork(3, 2, input_noise=-1.0), "input_noise must be at least 0 and finite"),
        (lambda: InfomaxNetwork(3, 2, averaging_rate=1.0), r"averaging_rate must lie in \(0, 1\)"),
        (lambda: InfomaxNetwork(3, 2, lateral_gain=0.7), r"lateral_gain must be below 2 / 3 = 0.667"),
        (lambda: water_filling([], 2, 1.0), "eigenvalues must be"),
        (lambda: water_filling([0.0, 0.0], 2, 1.0), "nothing to tell"),
        (lambda: water_filling([1.0], 0, 1.0), "n_outputs must be"),
        (lambda: water_filling([1.0], 1, 0.0), "output_noise must be positive"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


@pytest.mark.thorough
def test_chunks_are_no_matter_to_what_is_refused():
    """A stretch of large samples is no reason, as long as the outputs' covariance, which is a running mean, is not."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3)).astype(np.float32) * np.where(np.arange(400) % 100 < 10, 2.5, 0.1)[:, None]
    network, key = InfomaxNetwork(3, 2, input_variance=1.0), jax.random.key(0)
    whole = bouton.run(network, rows, key=key).state
    first = bouton.run(network, rows[:10], key=key)
    rest = bouton.run(network, rows[10:], key=key, state=first.state, first_step=10).state
    for part, expected in zip(jax.tree.leaves(rest), jax.tree.leaves(whole), strict=True):
        np.testing.assert_array_equal(part, expected)


@pytest.mark.parametrize("length", [2000, 5])
def test_samples_that_vary_more_than_the_gain_allows_for_stop_the_run(length):
    rows = 30 * np.random.default_rng(0).normal(size=(length, 3))
    # Response and weights overflow in one step, in the order that rounding gives them.
    advice = r"signal's largest variance .* input_variance \(now 1.0\), or lower"
    words = rf"diverged at step \d: (its response|feedforward) .* {advice}"
    with pytest.raises(Diverged, match=words):
        bouton.run(InfomaxNetwork(3, 2), rows, key=jax.random.key(0))
