"""Pairings: closed forms, published numbers, invariances, convergence, and what users are told of bad recordings."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from bouton.data import load_dendritic_voltages
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, VoltageParameters, course, pair, resample
from bouton.errors import InputError

L_C = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
TIMES = np.arange(3000) * 0.1


def clamped(own, volts, tau_theta=None):
    """Change by one spike at a steady voltage to which the filters have settled, by the closed form."""
    tau_x, tau_theta = own.glutamate_time_constant, tau_theta or own.veto_time_constant
    p0 = own.potentiation * max(volts - own.potentiation_threshold, 0)

    def recent(t):
        if tau_theta == tau_x:
            return p0 * t / tau_x * np.exp(-t / tau_x)
        return p0 * tau_x / (tau_x - tau_theta) * (np.exp(-t / tau_x) - np.exp(-t / tau_theta))

    def depression(t):
        above = max(volts - own.depression_threshold - own.veto * recent(t), 0)
        return own.depression * np.exp(-t / tau_x) * above

    return tau_x * p0 - quad(depression, 0, 15 * tau_x, limit=400)[0]


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
@pytest.mark.parametrize(
    ("veto", "volts", "expected"),
    [
        (False, (10, 20, 40, 60, 80, 100), (-0.018372, -0.056623, -0.120884, -0.180246, -0.239608, -0.298970)),
        (True, (40, 60, 80, 100), (-0.116073, -0.168700, -0.221327, -0.273954)),
    ],
)
def test_a_steady_voltage_gives_the_closed_form(veto, volts, expected):
    own = L_C if veto else L_C.without_veto()
    np.testing.assert_allclose([clamped(own, volt) for volt in volts], expected, atol=1e-6)
    # The filters take a second to settle before the spike.
    voltages = np.repeat(np.asarray(volts, float)[:, None], 14_000, axis=1)
    change = pair(own, voltages, 1000.0).change[0]
    np.testing.assert_allclose(change, expected, atol=3e-6)


@pytest.mark.usefixtures("float64")
def test_equal_time_constants_are_no_special_case():
    own = VoltageParameters(1.75e-4, 3.9e-5, 5.2, 25.7, 9991.0, 20.0, 70.0, 2.0, 20.0)
    change = pair(own, np.full(14_000, 60.0), 1000.0).change
    assert float(change[0, 0]) == pytest.approx(clamped(own, 60.0), abs=3e-6)


def test_a_steady_voltage_never_potentiates_without_veto():
    for name, own in PUBLISHED_VOLTAGE_PARAMETERS.items():
        assert own.depression > own.potentiation, name
        assert all(clamped(own.without_veto(), volt) <= 0 for volt in (10, 30, 60, 100))


def pulse(height, width, delay):
    """A presynaptic spike at 100 ms, and a rectangular pulse."""
    since = np.round(TIMES - 100 - delay, 6)
    return float(height) * ((since >= 0) & (since < width))


def test_rectangular_pulses_give_the_numbers_of_the_reference_run():
    cases = ((50, 5, 0), (50, 15, -10), (50, 15, 0), (70, 2, 0), (30, 15, 10), (15, 15, 0), (15, 15, 10))
    found = pair(L_C, [pulse(*case) for case in cases], 100.0, method="euler").percent[0] - 100
    np.testing.assert_allclose(found, (56.9, -39.9, 154.3, 22.7, 17.2, 0, 0), atol=0.06)


@pytest.mark.usefixtures("float64")
def test_digests_give_the_numbers_of_the_reference_run():
    digests = [load_dendritic_voltages()[name] for name in ("L0", "L1", "L6", "L8")]
    sets = [PUBLISHED_VOLTAGE_PARAMETERS[name] for name in ("L-a", "L-b", "L-c")]
    done = pair(sets, [each.sampled() for each in digests], [each.spike_time for each in digests], method="euler")
    expected = [[92.04, 121.20, 111.71, 100], [90.70, 117.69, 111.27, 100], [90.77, 119.69, 112.15, 100]]
    np.testing.assert_allclose(done.percent, expected, atol=0.02)
    assert np.all(done.percent[:, 3] == 100)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_euler_steps_converge_to_what_the_exact_filters_give_at_once():
    digest = load_dendritic_voltages()["L1"]
    steps = (0.2, 0.1, 0.05, 0.025)
    euler, exact = np.array(
        [
            [pair(L_C, digest.sampled(120, h), 10.0, method=m, time_step=h).percent[0, 0] for h in steps]
            for m in ("euler", "exact")
        ]
    )
    np.testing.assert_allclose(euler[:3], (124.76, 119.69, 117.12), atol=0.02)
    limit = 2 * euler[-1] - euler[-2]
    assert abs(limit - exact[-1]) < 0.1
    assert np.all(np.abs(exact - exact[-1]) < 0.3)
    assert np.all(np.diff(np.abs(euler - limit)) < 0)


@settings(max_examples=10)
@given(st.integers(0, 400), st.sampled_from(["exact", "euler"]))
def test_only_the_time_between_glutamate_and_voltage_counts(shift, method):
    one = pair(L_C, pulse(50, 15, 0), 100.0, method=method).change
    moved = np.roll(pulse(50, 15, 0), shift)
    other = pair(L_C, moved, 100.0 + shift * 0.1, method=method).change
    np.testing.assert_allclose(one, other, rtol=1e-4)


def test_voltage_after_the_end_of_glutamate_changes_nothing():
    own = VoltageParameters(1.75e-4, 3.9e-5, 5.2, 25.7, 9991.0, 27.0, 70.0, 2.0, 10.0)
    before = pulse(50, 15, 0)
    after = before + 60 * (TIMES > 100 + 15 * 10)
    one, other = pair(own, [before, after], 100.0).change[0]
    assert one == pytest.approx(other, rel=1e-4)


@pytest.mark.thorough
@pytest.mark.usefixtures("float64")
def test_pairings_far_apart_add_up():
    """Spikes far apart, with and without the veto, which has been forgotten by then."""
    from bouton.dendrites import DendriticEvent, DendriticSynapses
    from bouton.engine import run
    from bouton.plasticity import Dense

    twice = np.zeros(30_000)
    twice[:3000] = twice[15_000:18_000] = pulse(50, 15, 0)
    spikes = np.zeros(30_000)
    spikes[[1000, 16_000]] = 1.0
    for own in (L_C, L_C.without_veto()):
        once = pair(own, pulse(50, 15, 0), 100.0).change[0, 0]
        circuit = DendriticSynapses(Dense(1, 1), own, initial_weight=0.0, lower=-jnp.inf, upper=jnp.inf)
        event = DendriticEvent(spikes[:, None], twice[:, None])
        weights = run(circuit, event, key=jax.random.key(0), progress=False).state.weights
        assert float(weights[0, 0]) == pytest.approx(2 * once, rel=1e-4)


def test_a_fast_filter_that_is_very_fast_sees_the_voltage_itself():
    own = VoltageParameters(0.0, 1e-4, 5.0, 26.0, 0.0, 30.0, 70.0, 1e-5, 20.0)
    since = np.arange(50, 65, 0.1) - 50
    expected = 1e-4 * (60 - 26) * np.sum(0.1 * np.exp(-(since + 0.05) / 20))
    change = pair(own, np.where((TIMES >= 50) & (TIMES < 65), 60.0, 0.0), 50.0).change[0, 0]
    assert change == pytest.approx(expected, rel=0.01)


@pytest.mark.thorough
def test_a_course_ends_where_the_pairing_does():
    digest = load_dendritic_voltages()["L1"]
    for method in ("exact", "euler"):
        found = course(L_C, digest.sampled(), digest.spike_time, method=method)
        change = pair(L_C, digest.sampled(), digest.spike_time, method=method).change[0, 0]
        assert found.weight[0, -1] == pytest.approx(change, abs=1e-8)
        assert found.threshold.min() == pytest.approx(L_C.depression_threshold)
        assert found.threshold.max() > L_C.depression_threshold + 1
        assert found.glutamate[0, :99].max() == 0
        assert found.glutamate.max() == 1


def test_weights_that_leave_their_range_are_given_both_ways():
    done = pair(L_C.without_veto(), pulse(80, 30, 0), 100.0, pairings=1000)
    assert done.percent[0, 0] < 0 == done.clipped[0, 0]


def test_recordings_are_resampled_by_straight_lines():
    trace = np.sin(np.arange(100) * 0.05)
    np.testing.assert_allclose(resample(trace, 0.05, 0.1), trace[::2], atol=1e-12)
    assert resample(np.zeros((3, 11)), 0.3).shape == (3, 31)
    with pytest.raises(InputError, match="at least two samples"):
        resample([1.0], 0.1)
    with pytest.raises(InputError, match="interval must be positive"):
        resample([1.0, 2.0], 0.0)


def test_bad_recordings_are_refused(unchecked):
    good = pulse(50, 15, 0)
    with pytest.raises(InputError, match=r"looks absolute \(median -68 mV\)"):
        pair(L_C, good - 68, 100.0)
    same = pair(L_C, good - 68, 100.0, rest=-68.0).change
    np.testing.assert_allclose(same, pair(L_C, good, 100.0).change, rtol=1e-5)
    gap = np.array([good, good])
    gap[1, 17] = np.nan
    with pytest.raises(InputError, match="trace 1 is nan at sample 17"):
        pair(L_C, gap, 100.0)
    with pytest.raises(InputError, match="within the traces of 300 ms"):
        pair(L_C, good, 300.0)
    with pytest.raises(InputError, match="pairings must be an integer"):
        pair(L_C, good, 100.0, pairings=0)
    with pytest.raises(InputError, match="at least one set"):
        pair([], good, 100.0)
    with pytest.raises(InputError, match="must be of shape"):
        pair(L_C, np.zeros((2, 2, 2)), 0.0)
    with pytest.raises(InputError, match="fast_time_constant must be positive"):
        VoltageParameters(1e-4, 1e-5, 5.0, 26.0, 0.0, 30.0, 70.0, 0.0, 20.0)


def test_doubtful_recordings_are_warned_of():
    with pytest.warns(UserWarning, match=r"ends 50 ms after its presynaptic spike"):
        pair(L_C, np.zeros(1500), 100.0)
    with pytest.warns(UserWarning, match="use method='exact'"):
        pair(L_C, np.zeros(600), 0.0, method="euler", time_step=0.5)
