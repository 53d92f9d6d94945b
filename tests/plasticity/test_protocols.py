"""Protocols: trains as asked for, the published curves to the digit, shapes, fits, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.errors import InputError
from bouton.plasticity import ClopathVoltage, Hebb, PairSTDP, Trains, VoltageSynapse, protocols, triplet_set
from bouton.plasticity.protocols import SJOSTROM_2001, final_weights, pairing

RATES = [0.1, 10.0, 20.0, 40.0, 50.0]
FREQUENCY = {
    "visual-cortex": [[0.0, 0.1321, 0.2470, 0.5337, 0.7409], [-0.3122, -0.3336, -0.3516, 0.1548, 0.7272]],
    "visual-cortex-minimal": [[0.0, 0.1186, 0.2278, 0.5321, 0.7627], [-0.3166, -0.3322, -0.3417, 0.1737, 0.7492]],
    "visual-cortex-nearest": [[0.0, 0.1036, 0.3232, 0.5603, 0.6243], [-0.2943, -0.4113, -0.3382, 0.2598, 0.6193]],
}
ERRORS = {
    "visual-cortex": 0.342,
    "visual-cortex-minimal": 0.356,
    "visual-cortex-nearest": 0.232,
    "visual-cortex-minimal-nearest": 0.348,
}


@pytest.mark.parametrize("name", FREQUENCY)
def test_the_frequency_series_of_visual_cortex(name):
    np.testing.assert_allclose(pairing(triplet_set(name), [10.0, -10.0], RATES), FREQUENCY[name], atol=1e-4)


@pytest.mark.parametrize("name", ERRORS)
def test_published_sets_fit_the_data(name):
    assert protocols.fit_error(triplet_set(name)) == pytest.approx(ERRORS[name], abs=1e-3)


@pytest.mark.thorough
def test_pairs_and_triplets_in_hippocampal_cultures():
    rule = triplet_set("hippocampus")
    expected = [-0.0317, -0.0771, -0.1037, -0.1203, 0.2718, 0.2018, 0.1113, 0.0187]
    np.testing.assert_allclose(
        pairing(rule, [-50.0, -20.0, -10.0, -5.0, 5.0, 10.0, 20.0, 50.0], 1.0), expected, atol=1e-4
    )
    for middle, values in (("post", [0.0426, 0.0052, -0.0782, 0.1023]), ("pre", [0.3576, 0.2038, 0.3247, 0.1080])):
        found = protocols.triplets(rule, [5.0, 10.0, 15.0], [5.0, 10.0, 15.0], middle)
        points = np.asarray(found)[[0, 1, 2, 0], [0, 1, 0, 2]]
        np.testing.assert_allclose(points, values, atol=1e-4)


@pytest.mark.thorough
def test_results_have_the_shape_of_what_is_varied():
    rule = PairSTDP()
    assert pairing(rule, 10.0, 20.0, repeats=3).shape == ()
    assert pairing(rule, [[10.0, 5.0]], [1.0, 2.0, 3.0], repeats=3).shape == (1, 2, 3)
    assert protocols.quadruplets(rule, [-20.0, 20.0], repeats=3).shape == (2,)
    assert protocols.bursts(rule, [1, 2], 50.0, [-10.0, 0.0, 10.0], repeats=3).shape == (2, 3)
    assert protocols.poisson(rule, 10.0, [10.0, 20.0], 1000.0, runs=3).shape == (2, 3)


@given(st.floats(-40, 40), st.floats(1, 12), st.integers(1, 5))
def test_pairs_are_where_they_were_asked_for(dt, rate, count):
    pre, post = (np.asarray(times) for times in protocols.pair_trains(dt, rate, count, blocks=2))
    np.testing.assert_allclose(post - pre, dt, atol=1e-9)
    np.testing.assert_allclose(np.diff(pre[:count]), 1000 / rate, rtol=1e-9)
    assert pre[count] - pre[0] == pytest.approx(10_000)
    assert min(pre[0], post[0]) == 0


def test_trains_of_patterns():
    assert [times.tolist() for times in protocols.triplet_trains(5, 10, "pre", count=2)] == [
        [5, 1005],
        [0, 15, 1000, 1015],
    ]
    assert [times.tolist() for times in protocols.quadruplet_trains(-20, count=1)] == [[0, 25], [5, 20]]
    assert [times.tolist() for times in protocols.burst_trains(3, 100, 5, count=1)] == [[0], [5, 15, 25]]


def test_a_pair_rule_in_blocks_adds_up():
    rule = PairSTDP()
    once, thrice = (float(pairing(rule, 10.0, 20.0, repeats=5, blocks=blocks)) for blocks in (1, 3))
    assert thrice == pytest.approx(3 * once, rel=1e-4)


@pytest.mark.thorough
def test_voltage_rules_go_through_the_same_protocols():
    causal, reverse = np.asarray(pairing(ClopathVoltage(), [10.0, -10.0], 50.0, repeats=5, initial=0.5))
    alone = np.asarray(pairing(VoltageSynapse(), [10.0, -10.0], 0.5, repeats=2, initial=0.5))
    assert causal > 0 < reverse
    assert alone[1] < 0
    assert abs(alone[0]) < 1e-4
    clamped = protocols.voltage_clamp(ClopathVoltage(), [-80.0, -50.0, -43.55, -30.0], repeats=10)
    assert clamped[0] == 0
    assert clamped[1] < 0 < clamped[3]
    assert abs(clamped[2]) < 1e-5


@pytest.mark.thorough
def test_least_squares_find_the_parameters_behind_data():
    true = PairSTDP(0.004, 0.003, 18.0, 40.0)
    changes = np.asarray(
        [
            final_weights(true, [protocols.pair_trains(dt, rate, 10)], 1.0)[0] - 1
            for dt, rate in zip(SJOSTROM_2001.dt, SJOSTROM_2001.rate, strict=True)
        ]
    )
    data = SJOSTROM_2001._replace(change=changes, error=np.full(10, 0.01))
    free = ("potentiation", "depression", "potentiation_time", "depression_time")
    found = protocols.fit(PairSTDP(0.01, 0.01, 10.0, 20.0), free, data, repeats=10)
    assert found.error < 1e-6
    np.testing.assert_allclose([getattr(found.rule, name) for name in free], [0.004, 0.003, 18.0, 40.0], rtol=1e-3)
    assert protocols.fit_error(found.rule, data, repeats=10) < 1e-4


@pytest.mark.usefixtures("unchecked")
def test_bad_input_is_refused():
    with pytest.raises(InputError, match="a protocol needs a rule that spikes drive"):
        pairing(Hebb(0.1), 10.0, 20.0)
    with pytest.raises(InputError, match="rate must be positive"):
        pairing(PairSTDP(), 10.0, 0.0)
    with pytest.raises(InputError, match="dt must be a finite number"):
        pairing(PairSTDP(), np.nan, 1.0)
    with pytest.raises(InputError, match="count must be an integer of at least 1"):
        pairing(PairSTDP(), 10.0, 1.0, repeats=0)
    with pytest.raises(InputError, match="initial must be positive"):
        pairing(PairSTDP(), 10.0, 1.0, initial=0.0)
    with pytest.raises(InputError, match="block_interval must exceed the length of a block"):
        pairing(PairSTDP(), 10.0, 1.0, blocks=2)
    with pytest.raises(InputError, match="at least one value"):
        pairing(PairSTDP(), [], 1.0)
    with pytest.raises(InputError, match="middle must be 'pre' or 'post'"):
        protocols.triplets(PairSTDP(), 5.0, 5.0, "both")
    with pytest.raises(InputError, match="gap must be finite and longer than the lag"):
        protocols.quadruplets(PairSTDP(), 4.0)
    with pytest.raises(InputError, match="potential must be finite"):
        protocols.voltage_clamp(ClopathVoltage(), np.inf)
    with pytest.raises(InputError, match="'time' cannot be fitted"):
        protocols.fit(PairSTDP(), ("time",))
    with pytest.raises(InputError, match="'nearest' cannot be fitted"):
        protocols.fit(PairSTDP(), ("nearest",))
    with pytest.raises(InputError, match="rows of one length"):
        protocols.fit_error(PairSTDP(), SJOSTROM_2001._replace(dt=np.zeros(3)))
    with pytest.raises(InputError, match="errors must be positive"):
        protocols.fit_error(PairSTDP(), SJOSTROM_2001._replace(error=np.zeros(10)))
    assert Trains([1.0], []).post == []
