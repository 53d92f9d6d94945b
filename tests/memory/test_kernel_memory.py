"""Kernel memories: the largest margin, exact recall, symmetries, what is refused, files."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.svm import LinearSVC

from bouton import memory as m
from bouton.errors import CheckpointError, InputError

PATTERNS = m.random_signs(60, 12, 0)
# Of random ones, fifteen of which no two differ in less than three values.
KEPT = []
for _row in PATTERNS:
    if all(np.sum(_row != other) > 2 for other in KEPT) and len(KEPT) < 15:
        KEPT.append(_row)
PATTERNS = np.array(KEPT)
TIGHT = m.HardMargin(tolerance=1e-9, max_sweeps=20_000)
KERNELS = {
    "linear": m.PolynomialKernel(1),
    "inhomogeneous": m.PolynomialKernel(2, offset=3.0),
    "dense": m.DenseKernel(3),
    "exponential": m.ExponentialKernel(0.2),
    "gaussian": m.GaussianKernel(0.1),
    "power": m.ExponentialPowerKernel(3.0, 1.5),
    "kanerva": m.KanervaKernel(3),
    "own": m.FunctionKernel(lambda product, first, second, size: jnp.cosh(product / size)),
}


def literal_gram(kernel, first, second, i):
    x, y = (jnp.asarray(np.delete(rows, i, 1)) for rows in (first, second))
    return np.asarray(kernel.gram(x, y))


@pytest.mark.thorough
@pytest.mark.parametrize("name", KERNELS)
def test_leaving_a_coordinate_out_is_its_literal_deletion(name, float64):
    kernel, states = KERNELS[name], m.random_signs(5, 12, 1)
    parts = [np.asarray(part) for part in kernel.on_signs(jnp.asarray(states @ PATTERNS.T), 12)]
    for i in range(12):
        wanted = literal_gram(kernel, states, PATTERNS, i)
        found = parts[0] + np.outer(states[:, i], PATTERNS[:, i]) * parts[1]
        np.testing.assert_allclose(found, wanted, atol=1e-12)
        columns = [jnp.asarray(rows[:, i]) for rows in (states, PATTERNS)]
        general = kernel.without(jnp.asarray(states), jnp.asarray(PATTERNS), *columns)
        np.testing.assert_allclose(np.asarray(general), wanted, atol=1e-12)
        np.testing.assert_allclose(np.diag(literal_gram(kernel, PATTERNS, PATTERNS, i)), kernel_of_itself(kernel))


def kernel_of_itself(kernel):
    return float(jnp.cosh(1.0)) if isinstance(kernel, m.FunctionKernel) else 1.0


@pytest.mark.thorough
@pytest.mark.parametrize("kernel", [m.DenseKernel(3), m.ExponentialKernel(0.2)])
def test_conditions_of_the_largest_margin(kernel, float64):
    memory = m.KernelMemory(kernel, TIGHT).add(PATTERNS)
    for i, alpha in enumerate(memory.alphas_.T):
        gram = literal_gram(kernel, PATTERNS, PATTERNS, i) * np.outer(PATTERNS[:, i], PATTERNS[:, i])
        assert np.all(alpha >= 0)
        assert np.all(gram @ alpha >= 1 - 1e-8)
        assert np.max(np.abs(alpha * (gram @ alpha - 1))) < 1e-7
        np.testing.assert_allclose(alpha.sum(), alpha @ gram @ alpha, rtol=1e-7)
        np.testing.assert_allclose(memory.stabilities_[i], 1 / np.sqrt(alpha.sum()), rtol=1e-7)


@pytest.mark.thorough
def test_agrees_with_a_support_vector_machine_of_a_library(float64):
    kernel, states = m.DenseKernel(3), m.random_signs(30, 12, 2)
    memory = m.KernelMemory(kernel, TIGHT).add(PATTERNS)
    for i in (0, 5, 11):
        values, vectors = np.linalg.eigh(literal_gram(kernel, PATTERNS, PATTERNS, i))
        machine = LinearSVC(loss="hinge", C=1e10, fit_intercept=False, tol=1e-9, max_iter=1_000_000, random_state=0)
        machine.fit(vectors * np.sqrt(values), PATTERNS[:, i])
        projected = literal_gram(kernel, states, PATTERNS, i) @ vectors / np.sqrt(values)
        np.testing.assert_allclose(memory.fields(states)[:, i], machine.decision_function(projected), atol=1e-3)


def test_thresholds_are_those_of_scikit_learn():
    answers = m.random_signs(15, 3, 3)
    memory = m.KernelMemory(m.ExponentialKernel(0.3), m.HardMargin(bias=True)).fit(PATTERNS, answers)
    assert np.any(memory.thresholds_ != 0)
    np.testing.assert_array_equal(memory.recall(PATTERNS), answers)
    same = m.KernelMemory(m.ExponentialKernel(0.3), m.HardMargin(bias=True)).fit(PATTERNS, np.ones((15, 1)))
    np.testing.assert_array_equal(same.recall(-PATTERNS), np.ones((15, 1)))


@pytest.mark.thorough
@pytest.mark.parametrize("sign", [1, -1])
def test_two_patterns_in_closed_form(sign, float64):
    """Equal target bits give 1 / (1 + c), opposite ones 1 / (1 - c)."""
    first = np.ones(6)
    second = np.array([sign, -1, -1, 1, 1, 1.0])
    memory = m.KernelMemory(m.DenseKernel(3), TIGHT).add([first, second])
    c = literal_gram(memory.kernel, first[None], second[None], 0)[0, 0]
    np.testing.assert_allclose(memory.alphas_[:, 0], 1 / (1 + sign * c), rtol=1e-8)
    np.testing.assert_allclose(memory.stabilities_[0] ** 2, 1 / memory.alphas_[:, 0].sum(), rtol=1e-8)


@pytest.mark.thorough
def test_states_within_the_margin_are_mapped_right(float64):
    """All 4096 states: those closer than the margin in feature space take on the pattern's bit, without exception."""
    states = ((np.arange(4096)[:, None] >> np.arange(12)) & 1) * 2.0 - 1
    kernel = m.DenseKernel(3)
    memory = m.KernelMemory(kernel, TIGHT).add(PATTERNS)
    answers, inside = np.sign(memory.fields(states)), 0
    for i, kappa in enumerate(memory.stabilities_):
        near = 2 - 2 * literal_gram(kernel, states, PATTERNS, i) < kappa**2 - 1e-9
        inside += near.sum()
        assert np.all((answers[:, i][:, None] == PATTERNS[:, i][None, :])[near])
    assert inside > 12 * len(PATTERNS)


RULES = {
    "margin": m.HardMargin(),
    "soft": m.SoftMargin(50.0),
    "ridge": m.KernelRidge(1e-3),
    "logistic": m.KernelLogistic(1e-3),
    "interpolation": m.Interpolation(),
}


@pytest.mark.thorough
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("self_connection", [False, True])
def test_every_rule_stores(rule, self_connection):
    memory = m.KernelMemory(m.ExponentialKernel(0.3), RULES[rule], self_connection=self_connection).add(PATTERNS)
    np.testing.assert_array_equal(memory.recall(PATTERNS), PATTERNS)
    answers = m.random_signs(15, 4, 3)
    np.testing.assert_array_equal(clone(memory).fit(PATTERNS, answers).predict(PATTERNS), answers)


def test_ridge_and_logistic_regression_are_stationary(float64):
    kernel = m.GaussianKernel(0.1)
    answers = m.random_signs(15, 2, 3)
    gram = np.asarray(kernel.gram(jnp.asarray(PATTERNS), jnp.asarray(PATTERNS)))
    a = m.KernelMemory(kernel, m.KernelRidge(0.1)).fit(PATTERNS, answers).coefficients_
    np.testing.assert_allclose(gram @ a + 0.1 * a, answers, atol=1e-10)
    a = m.KernelMemory(kernel, m.KernelLogistic(0.1)).fit(PATTERNS, answers).coefficients_
    np.testing.assert_allclose(a, answers / (1 + np.exp(answers * (gram @ a))) / 0.1, atol=1e-2)


@pytest.mark.thorough
@given(st.integers(0, 1000))
@settings(max_examples=10)
def test_order_and_gauge_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    patterns, cues = m.random_signs(10, 12, seed), m.random_signs(20, 12, seed + 1)
    memory = m.KernelMemory(m.DenseKernel(3), m.EqualCoefficients())
    wanted = memory.fit(patterns).fields(cues)
    np.testing.assert_allclose(memory.fit(patterns[rng.permutation(10)]).fields(cues), wanted, atol=1e-13)
    gauge = rng.choice([-1.0, 1.0], 12)
    np.testing.assert_array_equal(memory.fit(gauge * patterns).fields(gauge * cues), gauge * wanted)


@pytest.mark.thorough
@pytest.mark.parametrize("self_connection", [True, False])
def test_continuous_patterns_are_fixed_points(self_connection):
    patterns = np.random.default_rng(0).normal(size=(10, 6))
    memory = m.KernelMemory(m.GaussianKernel(0.5), m.Interpolation(), binary=False, self_connection=self_connection)
    memory.add(patterns)
    np.testing.assert_allclose(memory.fields(patterns), patterns, atol=1e-9)
    single = clone(memory).set_params(precision="single").fit(patterns)
    np.testing.assert_allclose(single.fields(patterns), patterns, atol=1e-3)


@pytest.mark.thorough
@pytest.mark.parametrize("update", ["synchronous", "asynchronous", "continuous"])
def test_continuous_recall_by_every_dynamics(update):
    patterns = np.random.default_rng(0).normal(size=(10, 16))
    memory = m.exponential_capacity_memory(2.0, 10.0, max_steps=500).add(patterns)
    cues = patterns + 0.2 * np.random.default_rng(1).normal(size=patterns.shape)
    found = memory.recall(cues, update=update, return_steps=True)
    assert np.all(found.settled)
    np.testing.assert_allclose(found.states, patterns, atol=1e-6)


@pytest.mark.thorough
def test_asynchronous_recall_agrees_where_patterns_are_far_apart():
    for options in ({}, {"self_connection": True}):
        memory = m.KernelMemory(m.ExponentialKernel(0.5), **options).add(m.random_signs(8, 30, 5))
        cues = m.flip(memory.patterns_, 0.1, 1)
        np.testing.assert_array_equal(memory.recall(cues, update="asynchronous"), memory.patterns_)
    attention = m.attention_memory(20.0, max_steps=100).add(np.eye(4))
    np.testing.assert_allclose(attention.recall(0.8 * np.eye(4), update="asynchronous"), np.eye(4), atol=1e-6)


@pytest.mark.thorough
def test_single_precision_settles():
    rows = np.random.default_rng(0).normal(size=(50, 40))
    memory = m.attention_memory(1.0, precision="single", max_steps=100).add(rows)
    found = memory.recall(rows + 0.1, return_steps=True)
    assert np.all(found.settled)
    wanted = clone(memory).set_params(precision="double").fit(rows).recall(rows + 0.1)
    np.testing.assert_allclose(found.states, wanted, atol=1e-4)


def test_cycles_are_reported():
    memory = m.hopfield_memory().add([[1, -1.0]])
    found = memory.recall([[1.0, 1.0], [1.0, -1.0]], return_steps=True)
    assert found.settled.tolist() == [False, True]
    assert found.cycling.tolist() == [True, False]
    assert found.steps[1] == 0
    with pytest.warns(ConvergenceWarning, match="1 of 2 states did not settle, 1 of them run in a cycle"):
        memory.recall([[1.0, 1.0], [1.0, -1.0]])


def test_ties_are_plus_one():
    memory = m.hopfield_memory().add([[1, 1, 1.0], [-1, 1, 1.0]])
    assert memory.fields([[1, -1, 1.0]])[0, 0] == 0
    assert memory.recall([[1, -1, 1.0]], max_steps=1, return_steps=True).states[0, 0] == 1


@pytest.mark.thorough
def test_patterns_are_added(monkeypatch):
    whole = m.KernelMemory(m.DenseKernel(3), TIGHT).add(PATTERNS)
    grown = m.KernelMemory(m.DenseKernel(3), TIGHT).add(PATTERNS[:10]).add(PATTERNS[10:])
    cues = m.random_signs(20, 12, 6)
    np.testing.assert_allclose(grown.fields(cues), whole.fields(cues), atol=1e-7)
    assert len(grown) == 15
    with pytest.raises(InputError, match="auto-associative: it takes no targets"):
        grown.add(PATTERNS, PATTERNS)
    hetero = m.KernelMemory(m.DenseKernel(3), TIGHT).add(PATTERNS[:10], PATTERNS[:10, :2])
    assert len(hetero.add(PATTERNS[10:], PATTERNS[10:, :2])) == 15
    with pytest.raises(InputError, match="hetero-associative: give targets, too"):
        hetero.add(PATTERNS)
    monkeypatch.setattr("bouton.memory._responses._ENTRIES", 60)
    np.testing.assert_array_equal(grown.recall(PATTERNS), PATTERNS)


@pytest.mark.thorough
def test_a_memory_is_saved_and_read(tmp_path):
    for number, memory in enumerate(
        (
            m.KernelMemory(m.DenseKernel(3)).add(PATTERNS),
            m.kanerva_memory(12, 50, 3, m.SoftMargin()).fit(PATTERNS, PATTERNS[:, :2]),
            m.attention_memory(2.0, optimal=True, precision="single").add(PATTERNS),
        )
    ):
        copy = m.KernelMemory.load(memory.save(tmp_path / str(number)))
        np.testing.assert_array_equal(copy.fields(PATTERNS), memory.fields(PATTERNS))
        assert len(copy) == 15
        assert copy.hetero_ == memory.hetero_
        assert copy.get_params()["max_steps"] == 50
    own = m.KernelMemory(KERNELS["own"]).add(PATTERNS[:3])
    with pytest.raises(CheckpointError, match="not part of bouton"):
        m.KernelMemory.load(own.save(tmp_path / "own"))
    copy = m.KernelMemory.load(tmp_path / "own", kernel=KERNELS["own"])
    np.testing.assert_array_equal(copy.fields(PATTERNS), own.fields(PATTERNS))
    (arrays,) = (tmp_path / "own").glob("memory-*.safetensors")
    arrays.write_bytes(b"no")
    with pytest.raises(CheckpointError, match="damaged"):
        m.KernelMemory.load(tmp_path / "own", kernel=KERNELS["own"])


@pytest.mark.thorough
def test_contradictions_are_refused_by_name():
    twins = PATTERNS[:3].copy()
    twins[2] = twins[0]
    twins[2, 4] *= -1
    with pytest.raises(InputError, match="patterns 0 and 2 for neuron 4 differ in nothing but"):
        m.KernelMemory().add(twins)
    np.testing.assert_array_equal(
        m.KernelMemory(m.ExponentialKernel(1.0), self_connection=True).add(twins).recall(twins), twins
    )
    kept = m.KernelMemory(m.ExponentialKernel(1.0), m.SoftMargin(10.0)).add(twins)
    np.testing.assert_array_equal(kept.recall(twins)[1], twins[1])
    with pytest.raises(InputError, match="patterns 0 and 1 for neuron 1 are the same input with opposite targets"):
        m.KernelMemory().fit([[1, 1.0], [1, 1.0]], [[1, 1.0], [1, -1.0]])


@pytest.mark.thorough
def test_what_is_asked_too_much_is_said():
    with pytest.warns(ConvergenceWarning, match=r"have not reached the margin after 50 sweeps.*SoftMargin"):
        m.KernelMemory(rule=m.HardMargin(max_sweeps=50)).add(PATTERNS)
    with pytest.warns(UserWarning, match="1 patterns are stored more than once"):
        m.KernelMemory().add(np.vstack([PATTERNS[:2], PATTERNS[:1]]))
    with pytest.warns(ConvergenceWarning, match="patterns of length 2 repel"):
        m.exponential_capacity_memory(0.5, 1.0).add([[2.0, 0.0], [0.0, 1.0]])
    crowded = np.random.default_rng(0).normal(size=(40, 3))
    with pytest.raises(InputError, match="not positive definite on these patterns"):
        m.exponential_capacity_memory(2.0, 10.0).add(crowded)


BAD = {
    r"patterns must be -1 and \+1, got the values 0, 1: turn 0 and 1": lambda: m.KernelMemory().add([[0, 1.0, 1.0]]),
    "take their sign": lambda: m.KernelMemory(binary=True).add([[0.5, 1.0, 1.0]]),
    "cues must have 12 values per row": lambda: m.KernelMemory(m.DenseKernel(3)).add(PATTERNS).recall([[1.0]]),
    r"cues\[None, :\] is a single pattern": lambda: m.KernelMemory(m.DenseKernel(3)).add(PATTERNS).recall(PATTERNS[0]),
    "cues must be -1": lambda: m.KernelMemory(m.DenseKernel(3)).add(PATTERNS).recall(0 * PATTERNS),
    "at least one pattern": lambda: m.KernelMemory().add(np.zeros((0, 3))),
    "patterns must be -1": lambda: m.kernel_sdm_memory(3).fit(0 * PATTERNS, PATTERNS),
    "cues must be -1 and": lambda: m.kanerva_memory(12).fit(PATTERNS, PATTERNS).recall(0 * PATTERNS),
    "NaN": lambda: m.attention_memory().add([[np.nan, 1.0]]),
    "table of numbers": lambda: m.KernelMemory().add([["a"]]),
    "single neuron without self-connection": lambda: m.KernelMemory().add([[1.0]]),
    "y must have a row for each of the 15": lambda: m.KernelMemory().fit(PATTERNS, PATTERNS[:2]),
    "targets must have a row": lambda: m.KernelMemory().fit(PATTERNS, PATTERNS).add(PATTERNS, PATTERNS[:2]),
    "give binary=True": lambda: m.KernelMemory(rule=m.HardMargin(), binary=False).add(PATTERNS),
    "max_steps must be": lambda: m.KernelMemory(max_steps=0).add(PATTERNS),
    "precision must be": lambda: m.KernelMemory(precision="half").add(PATTERNS),
    "update must be one of": lambda: m.KernelMemory(m.DenseKernel(3)).add(PATTERNS).recall(PATTERNS, update="never"),
    "continuous updates need": lambda: m.hopfield_memory().add(PATTERNS).recall(PATTERNS, update="continuous"),
    "cannot leave out": lambda: m.kanerva_memory(12, self_connection=False).add(PATTERNS),
    "asynchronous updates need": lambda: m.kanerva_memory(12).add(PATTERNS).recall(PATTERNS, update="asynchronous"),
    "a partition needs": lambda: m.KernelMemory(rule=m.Interpolation("sum"), binary=False).add(PATTERNS),
    "not finite": lambda: m.KernelMemory(m.ExponentialKernel(9.0), binary=False, self_connection=True,
                                         rule=m.Interpolation()).add([[99.0, 99.0]]),
    "partition must be": lambda: m.Interpolation("mean"),
    "power must be an integer of at least 2": lambda: m.DenseKernel(1),
    "offset must be": lambda: m.PolynomialKernel(2, -1.0),
    "radius must be an integer of at least 0": lambda: m.KanervaKernel(-1),
    "radius must be an integer from 0": lambda: m.address_overlaps(10, 11),
    "cost must be positive": lambda: m.SoftMargin(0.0),
    "tolerance must be positive": lambda: m.HardMargin(0.0),
}  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("message", BAD)
def test_what_cannot_be_stored_or_recalled_is_refused(message, unchecked):
    with pytest.raises(InputError, match=message):
        BAD[message]()


@pytest.mark.thorough
def test_what_is_stored_decides_whether_neurons_respond_by_a_sign():
    rng = np.random.default_rng(3)
    real, signs = rng.normal(size=(4, 12)), PATTERNS
    memory = m.KernelMemory(self_connection=True).add(real)
    assert not memory.binary_
    np.testing.assert_allclose(memory.recall(real), real, atol=1e-9)
    assert m.KernelMemory(m.DenseKernel(3)).add(signs).binary_
    assert m.KernelMemory().fit(real, signs[:4, :3]).binary_
    assert not m.KernelMemory().fit(signs[:4], real[:, :3]).binary_
    np.testing.assert_allclose(m.KernelMemory().fit(signs[:4], real[:, :3]).recall(signs[:4]), real[:, :3], atol=1e-9)
    with pytest.raises(InputError, match="patterns must be -1"):
        m.KernelMemory(rule=m.HardMargin()).add(real)
    with pytest.raises(InputError, match="patterns must be -1"):
        m.KernelMemory(m.DenseKernel(3)).add(signs).add(real)
    with pytest.raises(InputError, match="patterns must be -1"):
        m.hopfield_memory().add(real)


@pytest.mark.thorough
def test_a_memory_that_was_read_responds_as_it_was_stored(tmp_path):
    real = np.random.default_rng(3).normal(size=(4, 12))
    for number, memory in enumerate(
        (m.KernelMemory(self_connection=True).add(real), m.KernelMemory().add(PATTERNS[:4]))
    ):
        copy = m.KernelMemory.load(memory.save(tmp_path / str(number)))
        assert copy.binary_ == memory.binary_
        np.testing.assert_array_equal(copy.recall(memory.patterns_), memory.recall(memory.patterns_))
