"""The online SNMF network against the exact facts that hold for it: worked streams, identities, symmetries."""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

import bouton
from bouton.dynamics import CoordinateDescent, Identity, ProjectedGradient
from bouton.errors import InputError
from bouton.plasticity import audit
from bouton.similarity import SNMFNetwork
from references import online_snmf

TIGHT = CoordinateDescent(tolerance=1e-14, max_sweeps=5000)
PRECISE = jax.enable_x64


def learn(rows, n_outputs, record=None, **options):
    rows = np.asarray(rows, float)
    options = {"dynamics": TIGHT, "rank_penalty": 0.1} | options
    circuit = SNMFNetwork(rows.shape[1], n_outputs, **options)
    run = bouton.run(circuit, rows, key=jax.random.key(0), record={"y": 1} | (record or {}))
    return run.state, run.recordings["y"].values, run


def sparse_causes(seed, n_samples=120, n_inputs=6, n_sources=3):
    rng = np.random.default_rng(seed)
    mixing, _ = np.linalg.qr(rng.normal(size=(n_inputs, n_sources)))
    sources = rng.exponential(size=(n_samples, n_sources)) * (rng.uniform(size=(n_samples, n_sources)) < 0.5)
    return sources @ mixing.T


@pytest.fixture(autouse=True)
def in_double_precision(float64):
    """Every check here is exact: double precision."""


@pytest.mark.thorough
def test_worked_stream():
    state, answers, _ = learn([(1, 0), (0, 1), (1, 1), (2, 0.5)], 2)
    np.testing.assert_allclose(answers, [(1, 0), (0, 1), (1, 1), (2, 0.5)], atol=1e-12)
    np.testing.assert_allclose(state.cumulative_activity, [6, 2.25], rtol=1e-12)
    np.testing.assert_allclose(state.feedforward, [[1, 1 / 3], [8 / 9, 1]], rtol=1e-12)
    np.testing.assert_allclose(state.lateral, [[0, 1 / 3], [8 / 9, 0]], rtol=1e-12)


@pytest.mark.thorough
@pytest.mark.parametrize("n_outputs", [5, 70])
def test_the_network_is_the_papers_loop(n_outputs):
    rows = sparse_causes(1, n_inputs=70)
    state, answers, _ = learn(rows, n_outputs)
    weights, lateral, cumulative, expected = online_snmf.learn(rows, n_outputs, 0.1, tolerance=1e-14)
    np.testing.assert_allclose(answers, expected, atol=1e-9)
    np.testing.assert_allclose(state.feedforward, weights, atol=1e-9)
    np.testing.assert_allclose(state.lateral, lateral, atol=1e-9)
    np.testing.assert_allclose(state.cumulative_activity, cumulative, rtol=1e-9)


@pytest.mark.thorough
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_weights_are_the_accumulated_products(seed):
    with PRECISE(True):
        rows = sparse_causes(seed)
        state, answers, _ = learn(rows, 5)
        cumulative = np.asarray(state.cumulative_activity)
        np.testing.assert_allclose(cumulative, (answers**2).sum(0), rtol=1e-12)
        np.testing.assert_allclose(cumulative[:, None] * state.feedforward, answers.T @ rows, atol=1e-11)
        products = answers.T @ answers
        np.fill_diagonal(products, 0)
        np.testing.assert_allclose(cumulative[:, None] * state.lateral, products, atol=1e-11)


@pytest.mark.thorough
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_answers_fulfil_the_optimality_conditions(seed):
    with PRECISE(True):
        rows = sparse_causes(seed)
        state, _, run = learn(rows[:-20], 4)
        used = np.asarray(state.cumulative_activity) > 0
        scale = np.asarray(state.cumulative_activity)[used]
        gram = scale[:, None] * (np.asarray(state.lateral)[np.ix_(used, used)] + np.eye(used.sum()))
        for x, answer in zip(rows[-20:], run.respond(rows[-20:]), strict=True):
            y = answer[used]
            drive = scale * (np.asarray(state.feedforward)[used] @ x)
            gradient = gram @ y - drive
            tolerance = 1e-9 * max(1.0, np.abs(drive).max())
            assert (gradient >= -tolerance).all()
            assert (np.abs(gradient[y > 0]) <= tolerance).all()
            factor = np.linalg.cholesky(gram)
            reference, _ = nnls(factor.T, np.linalg.solve(factor, drive))
            np.testing.assert_allclose(y, reference, atol=1e-8)


@pytest.mark.thorough
def test_rank_one_data_are_reproduced():
    rng = np.random.default_rng(0)
    direction = rng.normal(size=5)
    direction /= np.linalg.norm(direction)
    strengths = rng.uniform(0.1, 2, 40)
    state, answers, _ = learn(strengths[:, None] * direction, 1, rank_penalty=0.0)
    np.testing.assert_allclose(answers[:, 0], strengths, rtol=1e-12)
    np.testing.assert_allclose(state.feedforward[0], direction, atol=1e-12)


@pytest.mark.thorough
def test_orthogonal_axes_are_reproduced():
    rows = [(1, 0, 0), (0, 2, 0), (0, 0, 3), (4, 0, 0), (0, 5, 0), (0, 0, 6), (1, 1, 1)]
    state, answers, _ = learn(rows, 3)
    np.testing.assert_allclose(answers, rows, atol=1e-12)
    gram = np.asarray(state.cumulative_activity)[:, None] * (np.asarray(state.lateral) + np.eye(3))
    np.testing.assert_allclose(gram, [[18, 1, 1], [1, 30, 1], [1, 1, 46]], atol=1e-11)


@pytest.mark.thorough
@pytest.mark.parametrize(("rank_penalty", "recruits"), [(0.0, True), (24.9, True), (25.1, False)])
def test_the_first_sample_recruits_one_unit_or_none(rank_penalty, recruits):
    x = np.array([1.0, 2.0])
    state, answers, run = learn([x], 3, rank_penalty=rank_penalty, record={"recruited": 1})
    assert run.recordings["recruited"].values.tolist() == [recruits]
    expected = [np.sqrt(5), 0, 0] if recruits else [0, 0, 0]
    np.testing.assert_allclose(answers[0], expected, rtol=1e-12)
    np.testing.assert_allclose(state.feedforward[0], x / np.sqrt(5) * recruits, rtol=1e-12)


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.sampled_from([0.125, 0.5, 4.0]))
def test_scaling_rotating_and_relabelling(seed, scale):
    with PRECISE(True):
        rows = sparse_causes(seed)
        state, answers, _ = learn(rows, 5)
        scaled_state, scaled, _ = learn(scale * rows, 5, rank_penalty=0.1 * scale**4)
        np.testing.assert_allclose(scaled, scale * answers, atol=1e-9)
        np.testing.assert_allclose(scaled_state.feedforward, state.feedforward, atol=1e-9)
        np.testing.assert_allclose(scaled_state.lateral, state.lateral, atol=1e-9)
        rotation, _ = np.linalg.qr(np.random.default_rng(seed + 1).normal(size=(6, 6)))
        _, rotated, _ = learn(rows @ rotation.T, 5)
        np.testing.assert_allclose(rotated, answers, atol=1e-6)


@pytest.mark.thorough
def test_relabelled_units_give_relabelled_answers():
    rows = np.random.default_rng(0).normal(size=(60, 6))
    circuit = SNMFNetwork(6, 4, start="random", dynamics=TIGHT)
    state = circuit.init(jax.random.key(1))
    order = np.array([2, 0, 3, 1])
    other = state._replace(feedforward=state.feedforward[order])
    first, second = (
        bouton.run(circuit, rows, key=jax.random.key(0), state=start, record={"y": 1}).recordings["y"].values
        for start in (state, other)
    )
    np.testing.assert_allclose(second, first[:, order], atol=1e-9)


@pytest.mark.thorough
def test_signs_of_weights_on_nonnegative_data():
    rows = np.abs(np.random.default_rng(0).normal(size=(300, 6)))
    state, _, _ = learn(rows, 4, rank_penalty=None)
    assert (np.asarray(state.feedforward) >= 0).all()
    assert (np.asarray(state.lateral) >= 0).all()
    assert (np.diagonal(state.lateral) == 0).all()


@pytest.mark.thorough
def test_without_rectifier_it_finds_the_principal_subspace():
    spectrum = np.array([4.5, 3.5, 1.0] + [0.01] * 7)
    rng = np.random.default_rng(0)
    basis, _ = np.linalg.qr(rng.normal(size=(10, 10)))
    rows = rng.normal(size=(20_000, 10)) * np.sqrt(spectrum / spectrum.sum()) @ basis.T
    dynamics = CoordinateDescent(tolerance=1e-10, max_sweeps=1000, transfer=Identity())
    circuit = SNMFNetwork(10, 3, start="random", initial_activity=10.0, dynamics=dynamics)
    state = bouton.run(circuit, rows, key=jax.random.key(0)).state
    filters = np.linalg.solve(np.eye(3) + np.asarray(state.lateral), np.asarray(state.feedforward))
    orthonormal, _ = np.linalg.qr(filters.T)
    error = 2 * (3 - np.linalg.norm(orthonormal.T @ basis[:, :3]) ** 2)
    assert error < 1e-3
    np.testing.assert_allclose(filters @ filters.T, np.eye(3), atol=5e-3)


@pytest.mark.thorough
def test_any_solver_settles_the_network():
    rows = sparse_causes(5)
    _, answers, _ = learn(rows, 4)
    gradient = ProjectedGradient(tolerance=1e-14, max_iterations=20_000)
    np.testing.assert_allclose(learn(rows, 4, dynamics=gradient)[1], answers, atol=1e-6)


def test_zero_samples_change_nothing():
    circuit = SNMFNetwork(3, 2, rank_penalty=0.1)
    before = bouton.run(circuit, np.eye(3)[:2], key=jax.random.key(0)).state
    after = bouton.run(circuit, np.zeros((5, 3)), key=jax.random.key(0), state=before).state
    for name in ("feedforward", "lateral", "cumulative_activity"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    np.testing.assert_array_equal(after.samples_since_active, before.samples_since_active + 5)


@pytest.mark.thorough
def test_worn_away_units_are_recruited_anew():
    rows = np.array([[1.0, 0.0]] + [[0.0, 1.0]] * 12)
    state, _, run = learn(rows, 2, forgetting=1e-30, rank_penalty=0.01)
    assert run.circuit.report(state).used.tolist() == [False, True]
    state = bouton.run(run.circuit, [[1.0, 0.0]], key=jax.random.key(0), state=state).state
    np.testing.assert_allclose(state.feedforward, np.eye(2), atol=1e-12)


@pytest.mark.thorough
def test_forgetting_weights_the_past():
    rows, beta = sparse_causes(3), 0.95
    state, answers, _ = learn(rows, 4, forgetting=beta, rank_penalty=0.05)
    weights = beta ** np.arange(len(rows))[::-1]
    cumulative = np.asarray(state.cumulative_activity)
    np.testing.assert_allclose(cumulative, weights @ answers**2, rtol=1e-10)
    np.testing.assert_allclose(
        cumulative[:, None] * state.feedforward, (answers * weights[:, None]).T @ rows, atol=1e-9
    )


def test_forgetting_the_start_scales_the_memory():
    state, _, run = learn(sparse_causes(0), 4)
    lighter = run.circuit.forget(state, 0.1)
    np.testing.assert_allclose(lighter.cumulative_activity, 0.1 * state.cumulative_activity)
    np.testing.assert_array_equal(lighter.feedforward, state.feedforward)
    with pytest.raises(InputError, match=r"factor must lie in \(0, 1\], got 0"):
        run.circuit.forget(state, 0)


@pytest.mark.thorough
def test_units_that_never_answer_are_reported_dead():
    circuit = SNMFNetwork(4, 3, start="random", initial_activity=30.0)
    state = circuit.init(jax.random.key(0))
    state = state._replace(feedforward=state.feedforward.at[1].set(-1.0))
    state = bouton.run(
        circuit, np.abs(np.random.default_rng(0).normal(size=(1200, 4))), key=jax.random.key(0), state=state
    )
    report = circuit.report(state.state)
    assert report.used.all()
    assert report.dead.tolist()[1]
    assert report.learning_rate[1] == pytest.approx(1 / 30)


@pytest.mark.thorough
def test_the_automatic_penalty_is_the_running_power():
    rows = sparse_causes(0)
    state, _, _ = learn(rows, 4, rank_penalty=None)
    assert float(state.input_power) == pytest.approx((rows**2).sum(1).mean())


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_inputs": 0}, "n_inputs must be an integer of at least 1, got 0"),
        ({"n_outputs": 2.5}, r"n_outputs must be an integer of at least 1, got 2\.5"),
        ({"rank_penalty": -1.0}, "rank_penalty must be at least 0"),
        ({"rank_penalty": float("nan")}, "rank_penalty must be at least 0"),
        ({"forgetting": 0.0}, r"forgetting must lie in \(0, 1\], got 0\.0"),
        ({"forgetting": 1.5}, r"forgetting must lie in \(0, 1\], got 1\.5"),
        ({"start": "warm"}, "start must be 'silent' or 'random', got 'warm'"),
        ({"initial_activity": 0.0}, r"initial_activity must be positive and finite, got 0\.0"),
    ],
)
def test_bad_parameters_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        SNMFNetwork(**({"n_inputs": 3, "n_outputs": 2} | options))


def test_negative_inputs_are_refused_where_none_are_expected():
    circuit = SNMFNetwork(2, 2, nonnegative_inputs=True)
    with pytest.raises(InputError, match=r"takes non-negative inputs only, the data reach down to -0\.5"):
        bouton.run(circuit, [[1.0, -0.5]], key=jax.random.key(0))


def test_both_pathways_are_local():
    found = audit(SNMFNetwork(80, 70))
    assert found.local
    assert [pathway.pathway for pathway in found.pathways] == ["feedforward", "lateral"]
    seen = {item.name: item for item in found.pathways[0].seen}
    assert seen["pre"].derives_from == ("input",)
    assert set(seen) == {"synapse", "pre", "post.activity", "post.cumulative_activity"}
