"""Kernel similarity matching: the gradients of its objective, its bound, mini-batches, symmetries."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bouton
from bouton.data import ring
from bouton.errors import InputError
from bouton.similarity import (
    CosinePowerKernel,
    KernelMatchingState,
    KernelSimilarityMatching,
    RadialKernel,
)

KEY = jax.random.key(0)
KERNELS = {
    "radial": RadialKernel(0.8),
    "inner product": CosinePowerKernel(1),
    "square": CosinePowerKernel(2),
    "cube": CosinePowerKernel(3),
}


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


def some_state(seed, m=3, n=4):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(m, m))
    return KernelMatchingState(
        jnp.asarray(rng.normal(size=(m, n))),
        jnp.asarray(rng.uniform(0.3, 1, size=(m, 1))),
        jnp.asarray(np.eye(m) + 0.2 * root @ root.T),
        jnp.asarray(0, jnp.int32),
    )


def some_batch(seed, events=5, n=4):
    return jnp.asarray(np.random.default_rng(seed + 100).normal(size=(events, n)))


def between(kernel, x, w):
    return kernel(x @ w, x @ x, w @ w)


def test_kernels_are_what_they_say():
    rng = np.random.default_rng(0)
    x, w = jnp.asarray(rng.normal(size=4)), jnp.asarray(rng.normal(size=4))
    lengths = np.linalg.norm(x) * np.linalg.norm(w)
    assert float(between(RadialKernel(0.7), x, w)) == pytest.approx(np.exp(-np.sum((x - w) ** 2) / 0.98), rel=1e-12)
    for power in (1, 2, 3, 4):
        expected = lengths * (x @ w / lengths) ** power
        assert float(between(CosinePowerKernel(power), x, w)) == pytest.approx(float(expected), rel=1e-12)
        assert float(between(CosinePowerKernel(power), jnp.zeros(4), w)) == 0


@pytest.mark.thorough
@pytest.mark.parametrize("name", KERNELS)
def test_pull_drag_and_restraint_are_the_slopes_of_the_kernel(name):
    circuit, state, batch = KernelSimilarityMatching(4, 3, KERNELS[name]), some_state(1), some_batch(1)
    slopes = circuit._slopes(state, batch)
    for i, w in enumerate(state.features):
        own = jax.grad(lambda w: between(KERNELS[name], w, w))(w)
        np.testing.assert_allclose(2 * slopes.restraint[0, i] * w, own, atol=1e-12)
        for event, x in enumerate(batch):
            gradient = jax.grad(lambda w, x=x: between(KERNELS[name], x, w))(w)
            np.testing.assert_allclose(slopes.pull[event, i] * x - slopes.drag[event, i] * w, gradient, atol=1e-12)


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["radial", "square", "cube"])
@pytest.mark.parametrize("seed", [0, 1])
def test_learning_follows_the_gradients_of_the_objective(name, seed):
    rates = {"strength_rate": 0.03, "feature_rate": 0.02, "lateral_rate": 0.1, "learning_rate": 0.5}
    circuit = KernelSimilarityMatching(4, 3, KERNELS[name], batch_size=5, leak=0.01, **rates)
    state, batch = some_state(seed), some_batch(seed)
    after, info = circuit.step(KEY, state, batch)
    objective = jax.jit(lambda state, samples: circuit.objective(state, samples))

    def slopes(field):
        values = getattr(state, field)
        found = np.zeros(values.shape)
        for place in np.ndindex(values.shape):
            there, back = (
                objective(state._replace(**{field: values.at[place].add(step)}), batch) for step in (1e-6, -1e-6)
            )
            found[place] = float(there - back) / 2e-6
        return found

    change = jax.tree.map(jnp.subtract, after, state)
    np.testing.assert_allclose(change.strength, 0.015 * slopes("strength"), atol=1e-9)
    np.testing.assert_allclose(change.features, 0.01 * slopes("features") / state.strength**2, atol=1e-9)
    np.testing.assert_allclose(change.lateral, -0.05 * slopes("lateral"), atol=1e-9)
    assert float(info.objective) == pytest.approx(float(objective(state, batch)), rel=1e-12)


@pytest.mark.thorough
def test_the_objective_is_its_definition():
    circuit, state, batch = KernelSimilarityMatching(4, 3, leak=0.02), some_state(2), some_batch(2)
    responses = np.array([[between(circuit.kernel, x, w) for w in state.features] for x in batch])
    q, lateral = np.asarray(state.strength[:, 0]), np.asarray(state.lateral)
    y = np.linalg.solve(lateral + 0.02 * np.eye(3), (q * responses).T).T
    np.testing.assert_allclose(circuit.respond(state, batch), y, rtol=1e-10)
    e = np.mean([q @ (a * f) - 0.5 * a @ lateral @ a - 0.01 * a @ a for a, f in zip(y, responses, strict=True)])
    e += -0.5 * np.sum(q**2) + 0.25 * np.sum(lateral**2)
    assert float(circuit.objective(state, batch)) == pytest.approx(e, rel=1e-10)


@pytest.mark.thorough
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_answers_maximise_the_objective_and_lateral_weights_of_their_products_minimise_it(seed):
    with jax.enable_x64(True):
        circuit, state, batch = KernelSimilarityMatching(4, 3, leak=0.02), some_state(seed), some_batch(seed)
        slopes = circuit._slopes(state, batch)
        y, rng = circuit.respond(state, batch), np.random.default_rng(seed)
        best = circuit._objective(state, slopes, y)
        assert float(circuit._objective(state, slopes, y + 0.1 * rng.normal(size=y.shape))) < float(best)
        own = state._replace(lateral=y.T @ y / len(y))
        moved = own._replace(lateral=own.lateral + 0.1 * rng.normal(size=(3, 3)))
        assert float(circuit._objective(own, slopes, y)) < float(circuit._objective(moved, slopes, y))


@pytest.mark.thorough
def test_a_mini_batch_is_the_mean_of_its_samples():
    circuit, state, batch = KernelSimilarityMatching(4, 3, batch_size=5), some_state(3), some_batch(3)
    single = KernelSimilarityMatching(4, 3, batch_size=None)
    assert circuit.event.shape == (5, 4)
    assert single.event.shape == (4,)
    after, info = circuit.step(KEY, state, batch)
    steps = [single.step(KEY, state, x) for x in batch]
    for field in ("features", "strength", "lateral"):
        expected = np.mean([getattr(each, field) for each, _ in steps], axis=0)
        np.testing.assert_allclose(getattr(after, field), expected, atol=1e-13)
    np.testing.assert_allclose(info.y, np.stack([each.y for _, each in steps]), atol=1e-13)
    np.testing.assert_allclose(circuit.respond(state, batch[0]), info.y[0], atol=1e-13)
    assert int(after.n_batches) == 1


@pytest.mark.thorough
def test_moving_inputs_and_features_together_changes_no_answer():
    circuit, state, batch = KernelSimilarityMatching(4, 3), some_state(4), some_batch(4)
    answers = circuit.respond(state, batch)
    rotation = np.linalg.qr(np.random.default_rng(4).normal(size=(4, 4)))[0]
    moved = state._replace(features=state.features @ rotation + 2.0)
    np.testing.assert_allclose(circuit.respond(moved, batch @ rotation + 2.0), answers, atol=1e-10)
    cosine = KernelSimilarityMatching(4, 3, CosinePowerKernel(3))
    turned = state._replace(features=state.features @ rotation)
    np.testing.assert_allclose(
        cosine.respond(turned, 2 * batch @ rotation), 2 * cosine.respond(state, batch), atol=1e-10
    )


@pytest.mark.thorough
def test_learning_reaches_no_more_than_a_quarter_of_the_squared_kernel():
    with jax.enable_x64(False):
        points = ring(1600, seed=0)[0]
        circuit = KernelSimilarityMatching(2, 8, RadialKernel(0.5), batch_size=32)
        order = np.random.default_rng(0).integers(1600, size=(3000, 32))
        run = bouton.run(circuit, points[order], key=KEY, record={"objective": 1})
        reached = float(circuit.objective(run.state, jnp.asarray(points, jnp.float32)))
    squares = np.sum((points[:, None] - points[None]) ** 2, axis=-1)
    spectrum = np.linalg.eigvalsh(np.exp(-squares / 0.5) / 1600)[::-1]
    assert reached <= np.sum(spectrum[:8] ** 2) / 4
    assert reached >= 0.8 * np.sum(spectrum[:8] ** 2) / 4
    trace = run.recordings["objective"].values
    assert trace[-100:].mean() > trace[:100].mean()


@pytest.mark.thorough
def test_features_without_strength_stay_finite_and_silent():
    circuit = KernelSimilarityMatching(4, 3, batch_size=5)
    state = some_state(5)._replace(strength=jnp.zeros((3, 1)))
    after, info = circuit.step(KEY, state, some_batch(5))
    np.testing.assert_array_equal(info.y, 0)
    np.testing.assert_array_equal(after.features, state.features)
    assert np.isfinite(np.asarray(after.lateral)).all()


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: KernelSimilarityMatching(0, 3), "n_inputs must be an integer of at least 1, got 0"),
        (
            lambda: KernelSimilarityMatching(2, 3, batch_size=0),
            "batch_size must be an integer of at least 1, or None, got 0",
        ),
        (lambda: KernelSimilarityMatching(2, 3, leak=0.0), "leak must be positive and finite, got 0.0"),
        (lambda: KernelSimilarityMatching(2, 3, feature_rate=-1.0), "feature_rate must be positive and finite"),
        (lambda: RadialKernel(0.0), "width must be positive and finite, got 0.0"),
        (lambda: CosinePowerKernel(0), "power must be an integer of at least 1, got 0"),
    ],
)
def test_bad_parameters_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
