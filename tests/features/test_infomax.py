"""Information of linear channels: determinants, gradients, the table of the pair, limits, Oja and reconstruction."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.errors import InputError
from bouton.features import (
    information,
    information_gradient,
    linear_reconstruction,
    maximise_information,
    optimal_pair,
    pair_information,
    reconstruction_error,
    soft_norm_energy,
)

TABLE = [
    (0.1, 2.721479, 2.721209, 1.856787, 88.57), (0.5, 1.358175, 1.354025, 1.098612, 82.82),
    (1.0, 0.906189, 0.895880, 0.804719, 75.52), (2.0, 0.569717, 0.549306, 0.549306, 60.00),
    (3.0, 0.426616, 0.399253, 0.423649, 41.41), (4.0, 0.346574, 0.314304, 0.346574, 0.0),
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("float64")


def channel(seed=0, outputs=3, inputs=5):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(inputs, inputs))
    return jnp.asarray(rng.normal(size=(outputs, inputs))), jnp.asarray(root @ root.T)


@pytest.mark.parametrize(("noise", "best", "diverse", "redundant", "angle"), TABLE)
def test_the_table_of_the_pair(noise, best, diverse, redundant, angle):
    found = optimal_pair(2.0, 1.0, noise)
    assert found.information == pytest.approx(best, abs=1e-6)
    assert np.degrees(found.angle) == pytest.approx(angle, abs=0.005)
    assert pair_information(2.0, 1.0, 0.0, noise) == pytest.approx(diverse, abs=1e-6)
    assert pair_information(2.0, 2.0, 1.0, noise) == pytest.approx(redundant, abs=1e-6)
    half = found.angle / 2
    rows = jnp.array([[np.cos(half), np.sin(half)], [np.cos(half), -np.sin(half)]])
    assert float(information(rows, jnp.diag(jnp.array([2.0, 1.0])), noise)) == pytest.approx(best, abs=1e-6)
    assert optimal_pair(1.0, 1.0, noise).transition == np.inf


def test_the_formula_of_the_pair_is_the_determinant():
    rows, covariance = channel(1, outputs=2)
    outputs = np.asarray(rows @ covariance @ rows.T)
    correlation = outputs[0, 1] / np.sqrt(outputs[0, 0] * outputs[1, 1])
    plain = np.log(np.linalg.det(np.eye(2) + outputs / 0.7)) / 2
    assert pair_information(outputs[0, 0], outputs[1, 1], correlation, 0.7) == pytest.approx(plain, abs=1e-12)
    assert float(information(rows, covariance, 0.7)) == pytest.approx(plain, abs=1e-12)


@pytest.mark.thorough
@pytest.mark.parametrize("noises", [(0.5, 0.0), (0.5, 0.3), (0.0, 0.3)])
def test_the_gradient_is_that_of_the_information(noises):
    rows, covariance = channel()
    gradient = jax.grad(information)(rows, covariance, *noises)
    np.testing.assert_allclose(information_gradient(rows, covariance, *noises), gradient, atol=1e-10)
    below = np.asarray(rows @ (covariance + noises[1] * jnp.eye(5)) @ rows.T + noises[0] * jnp.eye(3))
    noise_alone = np.asarray(rows @ rows.T) * noises[1] + noises[0] * np.eye(3)
    plain = np.log(np.linalg.det(below) / np.linalg.det(noise_alone)) / 2
    assert float(information(rows, covariance, *noises)) == pytest.approx(plain, rel=1e-12)


@pytest.mark.thorough
def test_ascent_reaches_the_optimum():
    start = jax.random.normal(jax.random.key(0), (2, 2))
    found = maximise_information(start, jnp.diag(jnp.array([2.0, 1.0])), 1.0, step_size=0.5)
    assert float(found.information[-1]) == pytest.approx(optimal_pair(2.0, 1.0, 1.0).information, abs=1e-9)
    assert float(jnp.diff(found.information).min()) > -1e-9
    np.testing.assert_allclose(jnp.linalg.norm(found.weights, axis=1), 1, rtol=1e-12)


@pytest.mark.thorough
def test_one_output_under_input_noise_is_the_leading_eigenvector_whatever_its_length():
    _, covariance = channel(2)
    values, vectors = jnp.linalg.eigh(covariance)
    best = vectors[:, -1][None]
    for length in (0.1, 1.0, 10.0):
        found = information(length * best, covariance, 0.0, 0.4)
        assert float(found) == pytest.approx(np.log1p(values[-1] / 0.4) / 2, rel=1e-9)
    climbed = maximise_information(jnp.ones((1, 5)), covariance, 0.0, 0.4, step_size=0.5)
    assert abs(float(climbed.weights[0] @ best[0])) == pytest.approx(1, abs=1e-6)


def test_limits_of_strong_and_weak_noise():
    rows, covariance = channel()
    same = jnp.tile(rows[:1], (3, 1))
    power = float(jnp.trace(same @ covariance @ same.T))
    assert 1e7 * float(information(same, covariance, 1e7)) == pytest.approx(power / 2, rel=1e-4)
    weak, weaker = (float(information(same, covariance, noise)) for noise in (1e-4, 1e-6))
    assert (weaker - weak) / np.log(100) == pytest.approx(0.5, abs=1e-3)


def test_oja_is_the_best_reconstruction():
    covariance = np.diag([3.0, 1.0, 0.5])

    def average(w, rate):
        return w + rate * (w @ covariance - (w @ covariance @ w) * w)

    w = np.array([0.3, 0.8, -0.5])
    for _ in range(400):
        w = average(w, 0.1)
    assert np.abs(w) == pytest.approx([1, 0, 0], abs=1e-9)
    assert reconstruction_error(w[None], covariance) == pytest.approx(1.5)
    for seed in range(20):
        other = np.random.default_rng(seed).normal(size=(1, 3))
        plain = 4.5 - np.sum((other @ covariance) ** 2) / (other @ covariance @ other.T).item()
        assert reconstruction_error(other, covariance) == pytest.approx(plain)
        assert plain >= 1.5
    assert reconstruction_error(np.eye(3), covariance) == pytest.approx(0, abs=1e-12)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_the_soft_norm_energy_is_least_at_the_leading_eigenvector(seed):
    covariance = jnp.diag(jnp.array([3.0, 1.0, 0.5]))
    descend = jax.grad(soft_norm_energy)

    def step(_, w):
        return w - 0.1 * descend(w, covariance, 2.0)

    w = jax.lax.fori_loop(0, 500, step, jax.random.normal(jax.random.key(seed), (3,)))
    assert float(w @ w) == pytest.approx(1 + 3 / 2, rel=1e-9)
    assert abs(float(w[0])) == pytest.approx(2.5**0.5, rel=1e-9)
    # What it descends is Hebb's term and a decay that the neuron knows of its own length.
    x = jnp.array([0.3, -1.0, 2.0])
    np.testing.assert_allclose(-descend(x, covariance, 2.0), covariance @ x + 2 * (1 - x @ x) * x, atol=1e-12)


def test_the_reconstruction_is_the_regression_of_the_input_on_the_output():
    rows, covariance = (np.asarray(each) for each in channel(3, outputs=2))
    samples = np.linalg.cholesky(covariance).T * np.sqrt(5)
    fitted = np.linalg.lstsq(samples @ rows.T, samples, rcond=None)[0].T
    best = linear_reconstruction(rows, covariance)
    np.testing.assert_allclose(best, fitted, atol=1e-10)
    left = samples - samples @ rows.T @ best.T
    assert reconstruction_error(rows, covariance) == pytest.approx((left**2).sum() / 5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: information(*channel(), 0.0), "infinite"),
        (lambda: information(*channel(), -1.0), "not negative"),
        (lambda: optimal_pair(1.0, 2.0, 1.0), "must not exceed"),
        (lambda: pair_information(1.0, 1.0, 1.5, 1.0), "correlation must lie"),
        (lambda: maximise_information(*channel(), 1.0, steps=0), "steps must be"),
        (lambda: soft_norm_energy(jnp.ones(3), jnp.eye(3), 0.0), "stiffness must be positive"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
