"""Sequence learning in open loop: resonators, the input-only law, where ISO's instability comes from, freezing."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import bouton
from bouton.behaviour import (
    BurstGate,
    SequenceAgent,
    SequenceLearner,
    Stimulus,
    WindowGate,
    correlation_curve,
    input_correlations,
)
from bouton.dynamics import ResonatorBank
from bouton.engine import rollout
from bouton.errors import Diverged, InputError
from bouton.plasticity import (
    InputCorrelations,
    IsotropicSequenceOrder,
    RelevantSequenceOrder,
    SequencePost,
    SequencePre,
    SequenceSynapse,
)
from references.iso_learning import pulses

KEY = jax.random.key(0)
SINGLE = ResonatorBank((0.01,))


def learned(rule, reflex, predictive, **options):
    """Return the weights after each step."""
    events = Stimulus(jnp.asarray(reflex, float)[:, None], jnp.asarray(predictive, float)[:, None])
    look = lambda state, info: state.synapses.weight[0]  # noqa: E731
    return np.asarray(rollout(SequenceLearner(rule, **options), events, KEY, look=look)[1])


def test_a_resonator_is_the_published_recursion():
    (first,), (second,) = SINGLE.coefficients
    np.testing.assert_allclose([first, second], [-1.8968299383, 0.9005768693], atol=1e-10)
    response = SINGLE.impulse_response(3000)[0]
    np.testing.assert_allclose(response[2:6], [1, 1.89682994, 2.69738695, 3.40824315], atol=1e-8)
    assert response.argmax() == 18
    assert response.max() == pytest.approx(6.9369563, abs=1e-7)
    assert response.sum() == pytest.approx(266.885084, abs=1e-6)
    a, b = np.pi * 0.01 / 0.6, np.sqrt((0.02 * np.pi) ** 2 - (np.pi * 0.01 / 0.6) ** 2)
    n = np.arange(2, 400)
    np.testing.assert_allclose(response[2:400], np.exp(-a * (n - 2)) * np.sin((n - 1) * b) / np.sin(b), atol=1e-12)


@pytest.mark.usefixtures("float64")
def test_steps_of_a_bank_are_its_filter_and_peaks_are_one():
    bank = ResonatorBank.harmonics(0.1, 5, 0.51, "peak")
    np.testing.assert_allclose(bank.peaks, [1.07193, 1.61203, 2.18427, 2.76258, 3.35549], atol=5e-6)
    assert bank.impulse_response(300).max(axis=1) == pytest.approx(np.ones(5))
    series = np.random.default_rng(0).normal(size=(60, 2))
    _, found = jax.lax.scan(bank.step, bank.start(2), jnp.asarray(series))
    np.testing.assert_allclose(found.transpose(0, 2, 1), bank.filter(series), atol=1e-13)


def test_the_curve_over_delays():
    delays = np.array([0, 10, 16, 25, 50, 100])
    expected = [2.6486553, 31.4410440, 34.8959780, 31.0977345, 10.6607898, -0.2707746]
    np.testing.assert_allclose(correlation_curve(delays, SINGLE, SINGLE), expected, atol=1e-7)
    np.testing.assert_allclose(
        correlation_curve(-1 - delays, SINGLE, SINGLE), -correlation_curve(delays, SINGLE, SINGLE), atol=1e-11
    )
    # Slower filters come near to continuous time, at the same delay in units of the period.
    for frequency, tolerance in ((0.01, 0.12), (0.001, 0.012)):
        a, b = np.pi * frequency / 0.6, np.pi * frequency * np.sqrt(4 - 1 / 0.36)
        delay = round(0.16 / frequency)
        slow = ResonatorBank((frequency,))
        closed = np.exp(-a * delay) * np.sin(b * delay) / (4 * a * b)
        # The recursion is larger by its gain: its impulse response is not divided by b but by sin b.
        ratio = correlation_curve([delay], slow, slow)[0] * np.sin(b) ** 2 / b**2 / closed
        assert abs(ratio - 1) < tolerance


@pytest.mark.usefixtures("float64")
def test_input_correlations_by_filters_are_those_of_the_circuit_and_follow_the_law():
    reflex, predictive = pulses(4000)
    found = learned(InputCorrelations(1e-6), reflex, predictive)
    np.testing.assert_allclose(found, input_correlations(reflex, predictive, 1e-6), rtol=1e-10, atol=1e-18)
    assert found[-1, 0] == pytest.approx(4e-6 * correlation_curve([25], SINGLE, SINGLE)[0], rel=1e-9)
    np.testing.assert_allclose(learned(InputCorrelations(7e-6), reflex, predictive), 7 * found, rtol=1e-10)
    np.testing.assert_allclose(learned(InputCorrelations(1e-6), 3 * reflex, predictive), 3 * found, rtol=1e-10)


@pytest.mark.usefixtures("float64")
def test_the_trapezoid_is_the_rectangle_once_responses_have_decayed():
    reflex, predictive = pulses(3000)
    late, early = SINGLE.filter(reflex)[:, 0, 0], SINGLE.filter(predictive)[:, 0, 0]
    rectangle = np.cumsum(early * np.diff(late, prepend=0.0))
    trapezoid = input_correlations(reflex, predictive, 1.0)[:, 0]
    np.testing.assert_allclose(trapezoid[[999, 1999, 2999]], rectangle[[999, 1999, 2999]], rtol=1e-9)


@pytest.mark.usefixtures("float64")
def test_weights_of_input_correlations_freeze_without_a_reflex_and_those_of_iso_grow():
    reflex, predictive = pulses(12_000, lone_from=4000)
    steady = learned(InputCorrelations(1e-4), reflex, predictive)[:, 0]
    assert np.all(steady[7000:] == steady[-1])
    gated = learned(RelevantSequenceOrder(1e-4), reflex, predictive, gate=WindowGate(20))[:, 0]
    assert np.all(gated[7000:] == gated[-1])
    growing = learned(IsotropicSequenceOrder(1e-4), reflex, predictive)[:, 0]
    factor = (growing[-1] / growing[7499]) ** (1 / 5)
    # To first order in the rate: 1 + rate (R(0) - R(1)) for each lone pulse.
    assert factor - 1 == pytest.approx(2.6486553e-4, rel=0.01)


@pytest.mark.usefixtures("float64")
def test_the_weights_that_the_authors_program_has():
    reflex, predictive = pulses(10_000)
    ten = ResonatorBank.harmonics(0.1, 10)
    for rate, after_one, after_ten in ((1e-5, 3.1102835e-4, 3.1106544e-3), (5e-3, 0.16967799, 1.8458059)):
        found = learned(IsotropicSequenceOrder(rate), reflex, predictive)[:, 0]
        np.testing.assert_allclose(found[[999, 9999]], [after_one, after_ten], rtol=1e-7)
    found = 10 * input_correlations(reflex, predictive, 1e-4, predictive_filters=ten)[-1]
    expected = [0, -0.000239, -0.000629, 0.011123, 0.044116, 0.094482, 0.153289, 0.212346, 0.265987, 0.310977]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_the_instability_of_iso_is_an_artefact_of_the_backward_difference():
    responses = ResonatorBank.harmonics(0.1, 3).impulse_response(6000)
    change = np.diff(responses, axis=1, prepend=0.0)
    effect = responses @ change.T
    expected = [[0.62502, 1.62724, 2.24619], [-0.49653, 0.78921, 2.38983], [-1.30590, -0.74131, 1.00593]]
    np.testing.assert_allclose(effect, expected, atol=6e-6)
    np.testing.assert_allclose((effect + effect.T) / 2, change @ change.T / 2, atol=1e-12)
    before = np.concatenate([np.zeros((3, 1)), responses[:, :-1]], axis=1)
    middle = (responses + before) / 2 @ change.T
    np.testing.assert_allclose(middle, -middle.T, atol=1e-12)
    np.testing.assert_allclose(middle[[0, 0, 1], [1, 2, 2]], [1.06189, 1.77605, 1.56557], atol=6e-6)


@pytest.mark.usefixtures("float64")
def test_by_midpoints_a_lone_pulse_does_not_let_a_weight_grow():
    predictive = np.eye(1, 3000, 5)[0]
    events = Stimulus(jnp.zeros((3000, 1)), jnp.asarray(predictive)[:, None])
    growth = {}
    for midpoint in (False, True):
        circuit = SequenceLearner(IsotropicSequenceOrder(1e-6, midpoint=midpoint))
        start = circuit.init(KEY)
        start = start._replace(synapses=start.synapses._replace(weight=jnp.ones((1, 1))))
        growth[midpoint] = float(rollout(circuit, events, KEY, start)[0].synapses.weight[0, 0]) - 1
    assert growth[False] == pytest.approx(2.6486553e-6, rel=1e-3)
    assert abs(growth[True]) < 1e-9, "second order in the rate"


@pytest.mark.usefixtures("float64")
def test_with_a_relevance_of_one_iso3_is_iso():
    reflex, predictive = pulses(3000)
    one, other = (learned(rule(1e-3), reflex, predictive) for rule in (IsotropicSequenceOrder, RelevantSequenceOrder))
    # Compiled, products are contracted with the sums that they go into, which are not the same.
    np.testing.assert_allclose(other, one, rtol=1e-12, atol=0)
    rng = np.random.default_rng(0)
    for weight, product, now, before, *post in rng.normal(size=(50, 7)):
        operands = SequenceSynapse(weight, product), SequencePre(now, before), SequencePost(*post), 1.0
        assert IsotropicSequenceOrder(0.3)(*operands) == RelevantSequenceOrder(0.3)(*operands)


def test_a_window_opens_where_a_reflex_begins():
    gate, reflex = WindowGate(3), np.array([0, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
    state, found = gate.start(), []
    for value in reflex:
        state, relevance = gate.step(state, jnp.array([float(value)]), jnp.zeros(1), jnp.zeros(1))
        found.append(int(relevance))
    assert found == [0, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0]


def test_an_expected_reward_makes_no_burst():
    bursts = []
    for output in (0.0, 50.0):
        gate, state, seen = BurstGate(), BurstGate().start(), []
        for reward in [0.0] * 5 + [6.0] + [0.0] * 5:
            state, relevance = gate.step(state, jnp.array([reward]), jnp.array([reward]), jnp.array([output]))
            seen.append(float(relevance))
        bursts.append(seen)
    assert bursts[0][5] > 0.2
    assert max(bursts[0][1:5] + bursts[0][6:]) == 0
    assert bursts[1][5] < bursts[0][5]


def test_explosive_learning_is_called_diverged():
    reflex, predictive = pulses(60_000)
    circuit = SequenceLearner(IsotropicSequenceOrder(0.5), predictive_filters=ResonatorBank.harmonics(0.1, 10))
    with pytest.raises(Diverged):
        bouton.run(circuit, Stimulus(reflex[:, None], predictive[:, None]), key=KEY)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ResonatorBank((0.01,), 0.5), "quality must be above 0.5"),
        (lambda: ResonatorBank((0.01,), 0.3), "quality must be above 0.5"),
        (lambda: ResonatorBank(()), "frequencies must lie between 0 and 0.5"),
        (lambda: ResonatorBank((0.6,)), "frequencies must lie between 0 and 0.5"),
        (lambda: ResonatorBank((0.0,)), "frequencies must lie between 0 and 0.5"),
        (lambda: SequenceLearner(InputCorrelations(0.1), reflex_weights=(1.0,)), "reflex_weights.* must be a tuple"),
        (lambda: SequenceLearner(InputCorrelations(0.1), reflex_filter=ResonatorBank((0.1, 0.2))), "one resonator"),
        (
            lambda: SequenceAgent(SequenceLearner(InputCorrelations(0.1)), (0.75, 0.0), ((1.0, 2.0),)),
            r"gains must have shape \(2, 1\)",
        ),
        (lambda: input_correlations(np.zeros(5), np.zeros(6), 1.0), "one length, got 5 and 6"),
        (lambda: input_correlations(np.full(5, np.nan), np.zeros(5), 1.0), "reflex must be a series of finite"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_bad_input_is_refused_in_words(make, words):
    with pytest.raises(InputError, match=words):
        make()
