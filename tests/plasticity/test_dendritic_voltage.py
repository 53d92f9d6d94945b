"""The rule of local voltage, one synapse at a time: its terms, what it ignores, bad input."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.errors import InputError
from bouton.plasticity import (
    DendriticSynapse,
    DendriticVoltageHebb,
    Glutamate,
    InstantaneousVoltageHebb,
    LocalVoltage,
)

RULE = DendriticVoltageHebb(4e-5, 2e-4, potentiation_threshold=26.0, depression_threshold=5.0, veto=1e4)
MILLIVOLTS = st.floats(-20, 120)


@pytest.mark.thorough
@given(st.floats(0, 3), MILLIVOLTS, st.floats(-20, 26.0), st.floats(-20, 5.0))
def test_below_both_thresholds_nothing_changes(x, now, fast, slow):
    other = InstantaneousVoltageHebb(8e-5, 14e-5, 26.0, 5.0)
    for rule, pre in ((RULE, x), (other, Glutamate(x, x))):
        change = rule(DendriticSynapse(0.5, 0.0), pre, LocalVoltage(min(now, 26.0), fast, slow), None)
        assert float(change.weight) == float(change.recent_potentiation) == 0


@given(st.floats(0, 1e-2), st.floats(0, 1e-2))
def test_the_more_potentiation_there_was_the_less_depression(less, more):
    less, more = sorted((less, more))
    depression = [
        float(RULE.signals(DendriticSynapse(0.5, recent), 1.0, LocalVoltage(60.0, 30.0, 20.0)).depression)
        for recent in (less, more)
    ]
    assert depression[0] >= depression[1] >= 0


def test_glutamate_and_veto_scale_against_each_other():
    """x0 -> c x0 with b -> b / c leaves the change over c as it is, at every step."""
    synapse, voltage, scale = DendriticSynapse(0.0, 0.0), LocalVoltage(60.0, 40.0, 15.0), 4.0
    scaled = DendriticVoltageHebb(4e-5, 2e-4, 26.0, 5.0, RULE.veto / scale)
    other = synapse
    for _ in range(5):
        synapse = DendriticSynapse(*map(jnp.add, synapse, RULE(synapse, 1.0, voltage, None)))
        other = DendriticSynapse(*map(jnp.add, other, scaled(other, scale, voltage, None)))
    np.testing.assert_allclose(np.asarray(other) / scale, np.asarray(synapse), rtol=1e-6)


def test_clamped_voltage_changes_sign_where_the_factors_say():
    rule = InstantaneousVoltageHebb(8e-5, 14e-5, potentiation_threshold=25.3, depression_threshold=0.0)
    zero = 25.3 + 14 / 8
    for v, sign in ((zero - 0.01, -1), (zero + 0.01, 1)):
        assert (
            np.sign(rule(DendriticSynapse(0.5, 0.0), Glutamate(1.0, 1.0), LocalVoltage(v, v, v), None).weight) == sign
        )


def test_bad_numbers_are_refused(unchecked):
    with pytest.raises(InputError, match="depression must be at least 0"):
        DendriticVoltageHebb(1e-5, -1e-5, 26.0, 5.0)
    with pytest.raises(InputError, match="veto_time_constant must be positive"):
        DendriticVoltageHebb(1e-5, 1e-5, 26.0, 5.0, veto_time_constant=0.0)
    with pytest.raises(InputError, match="lower must not exceed upper"):
        DendriticVoltageHebb(1e-5, 1e-5, 26.0, 5.0, lower=1.0, upper=0.0)
    with pytest.raises(InputError, match="time_step must be positive"):
        InstantaneousVoltageHebb(1e-5, 1e-5, 26.0, 5.0, time_step=-1.0)
    with pytest.raises(InputError, match="potentiation_threshold must be a finite number"):
        InstantaneousVoltageHebb(1e-5, 1e-5, float("nan"), 5.0)
