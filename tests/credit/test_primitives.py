"""The five primitives: worked example, identities, fixed points and growth, in closed form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from bouton.credit import AlignedFeedback, DenseLayer, Learning, NetStage, angle_between, norm_ratio
from bouton.errors import InputError

pytestmark = pytest.mark.usefixtures("float64")

W = np.array([[1, 2], [0, 1], [-1, 0.5]])
"""Here and in the equations (inputs, units), as the sources have it; the library keeps the transpose."""
F = np.array([[0.5, 1], [0, -1], [1, 0]])
X = np.array([[1.0, 0, 2], [0, 1, -1]])
KEY = jax.random.key(0)


@jax.jit
def change(feedback, weights, own, x):
    """Return what a step of the rule adds to feedback weights."""
    own_stage = NetStage((), DenseLayer(weights.shape[1]), (weights.shape[0],))
    pathways = feedback.pathways(own_stage, 1, Learning(0.1, 0.0))
    passed = own_stage.forward(lambda w, z: w @ z, weights.T, jnp.zeros((weights.shape[1], 1)), x)
    return feedback.learned(KEY, pathways, own, weights.T, passed, passed.drive) - own


def gradient(weights=W, own=F, x=X, **coefficients):
    return -8 * change(AlignedFeedback(rate=0.125, **coefficients), *map(jnp.asarray, (weights, own, x)))


VALUES = {
    "decay": (10.5, lambda w, f, x: jnp.sum(w**2) + jnp.sum(f**2)),
    "self_": (-0.5, lambda w, f, x: -jnp.sum(w * f)),
    "amp": (0.5, lambda w, f, x: -jnp.mean(jnp.sum((x @ w) * (x @ f), axis=1))),
    "sparse": (10.25, lambda w, f, x: jnp.mean(jnp.sum((x @ w) ** 2 + (x @ f) ** 2, axis=1))),
    "null": (9.25, lambda w, f, x: jnp.mean(jnp.sum((x @ w @ f.T) ** 2, axis=1))),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.filterwarnings("ignore:amp or self without decay")
def test_each_primitive_descends_its_value(name):
    value, function = VALUES[name]
    np.testing.assert_allclose(function(W, F, X), value, rtol=1e-12)
    rng = np.random.default_rng(0)
    for weights, own, x in ((W, F, X), tuple(rng.normal(size=shape) for shape in ((5, 3), (5, 3), (7, 5)))):
        expected = jax.grad(function, argnums=1)(jnp.asarray(weights), jnp.asarray(own), jnp.asarray(x))
        np.testing.assert_allclose(gradient(weights, own, x, **{name: 1.0}), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("coefficients", "expected"),
    [
        ({"decay": 1.0, "self_": 2.0}, [[-1, 0, 4], [-2, -4, -1]]),
        ({"sparse": 1.0, "amp": 2.0}, [[3.5, -2, 9], [-2, -1.5, -2.5]]),
        ({"decay": 1.0, "amp": 1.0}, [[1.5, -0.5, 3.5], [0.5, -2.25, -2.75]]),
        ({"amp": 2.0, "null": 1.0, "decay": 1.0}, [[0.5, 1.5, 7], [7, -11.75, -8]]),
    ],
    ids=["symmetric", "activation", "weight mirror", "information"],
)
def test_the_named_sums_on_the_worked_example(coefficients, expected):
    np.testing.assert_allclose(gradient(**coefficients).T, expected, rtol=1e-12)


def test_angle_and_ratio_on_the_worked_example():
    np.testing.assert_allclose(angle_between(jnp.asarray(W), jnp.asarray(F)), 84.08775, atol=5e-6)
    np.testing.assert_allclose(norm_ratio(jnp.asarray(F), jnp.asarray(W)), 0.6695340, atol=5e-8)


def test_what_is_zero_has_no_angle_and_no_ratio():
    nothing, something = jnp.zeros(3), jnp.ones(3)
    assert jnp.isnan(angle_between(nothing, something))
    assert jnp.isnan(norm_ratio(something, nothing))
    assert angle_between(nothing, something, undefined=90.0) == 90
    assert angle_between(1e-200 * something, something) < 1e-5


def test_what_the_sums_are():
    rng = np.random.default_rng(1)
    w, f, x = (jnp.asarray(rng.normal(size=shape)) for shape in ((5, 3), (5, 3), (8, 5)))

    def total(**coefficients):
        return sum(each * VALUES[name][1](w, f, x) for name, each in coefficients.items())

    def mean_square(rows):
        return jnp.mean(jnp.sum(rows**2, axis=1))

    np.testing.assert_allclose(total(decay=1, self_=2), jnp.sum((w - f) ** 2), rtol=1e-12)
    np.testing.assert_allclose(total(sparse=1, amp=2), mean_square(x @ w - x @ f), rtol=1e-12)
    # Encoder W and decoder B: information alignment is an autoencoder per layer.
    np.testing.assert_allclose(total(amp=2, null=1) + mean_square(x), mean_square(x - x @ w @ f.T), rtol=1e-12)


FIXED = {
    "weight mirror": ({"decay": 0.5, "amp": 0.7}, lambda w, c: 0.7 * c @ w),
    "symmetric": ({"decay": 0.5, "self_": 0.7}, lambda w, c: 0.7 * w),
    "activation": ({"sparse": 0.5, "amp": 0.7}, lambda w, c: 0.7 * w),
    "information": (
        {"amp": 0.7, "null": 0.2, "decay": 0.3},
        lambda w, c: 0.7 * c @ w @ np.linalg.inv(0.4 * w.T @ c @ w + 0.6 * np.eye(3)),
    ),
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", FIXED)
def test_where_the_named_rules_rest(name):
    coefficients, formula = FIXED[name]
    rng = np.random.default_rng(2)
    w, f, x = (rng.normal(size=shape) for shape in ((5, 3), (5, 3), (40, 5)))
    rest = formula(w, x.T @ x / 40)
    np.testing.assert_allclose(gradient(w, rest, x, **coefficients), 0, atol=1e-13)
    rule = AlignedFeedback(rate=0.1, **coefficients)
    for _ in range(1500):
        f = f + change(rule, w, f, x)
    np.testing.assert_allclose(f, rest, atol=1e-9)


def test_symmetric_alignment_is_backpropagation_one_step_late_at_a_rate_of_one_half():
    np.testing.assert_allclose(F - 0.5 * gradient(decay=1.0, self_=2.0), W, rtol=1e-14)


def test_symmetric_alignment_closes_in_at_a_known_rate():
    rule, own = AlignedFeedback.symmetric(rate=0.05), F
    for _ in range(50):
        own = own + change(rule, W, own, X)
    shrunk = np.linalg.norm(own - W) / np.linalg.norm(F - W)
    np.testing.assert_allclose(shrunk, 0.9**50, rtol=1e-10)
    np.testing.assert_allclose(shrunk, 0.005154, atol=5e-7)


@pytest.mark.thorough
def test_activation_alignment_stays_where_it_was_outside_the_span_of_the_inputs():
    rng = np.random.default_rng(3)
    w, f = rng.normal(size=(2, 5, 3))
    x = np.concatenate([rng.normal(size=(40, 3)), np.zeros((40, 2))], axis=1)
    start = f
    for _ in range(600):
        f = f - 0.1 * gradient(w, f, x, sparse=1.0, amp=2.0)
    np.testing.assert_allclose(f[:3], w[:3], atol=1e-9)
    np.testing.assert_array_equal(f[3:], start[3:])


def test_the_weight_mirror_with_both_weights_has_no_rest_and_information_alignment_has():
    """With white input by expectation C = I, whose rows are the square root of the dimension times unit vectors."""
    rng = np.random.default_rng(4)
    white = np.sqrt(4) * np.eye(4)
    for amp, decay in ((1.0, 0.4), (1.0, 0.6)):
        w, f = rng.normal(size=(2, 4, 3))
        change_f = -gradient(w, f, white, amp=amp, decay=decay)
        change_w = -gradient(f, w, white, amp=amp, decay=decay)
        np.testing.assert_allclose(change_w + change_f, (amp - 2 * decay) * (w + f), rtol=1e-10)
        np.testing.assert_allclose(change_w - change_f, -(amp + 2 * decay) * (w - f), rtol=1e-10)
    amp, null, decay = 2.0, 0.5, 0.3
    rest = np.sqrt((amp - 2 * decay) / (2 * null)) * np.eye(4)[:, :3]
    np.testing.assert_allclose(gradient(rest, rest, white, amp=amp, null=null, decay=decay), 0, atol=1e-12)


def test_growth_without_bound_is_warned_of():
    for growing in ({"amp": 1.0}, {"self_": 1.0}, {"self_": 1.0, "null": 1.0}):
        with pytest.warns(UserWarning, match="grow without bound"):
            AlignedFeedback(**growing)


@pytest.mark.parametrize("name", ["decay", "amp", "null", "sparse", "self_"])
def test_negative_coefficients_are_refused(name):
    with pytest.raises(InputError, match=f"{name} must be at least 0"):
        AlignedFeedback(**{name: -1.0})
