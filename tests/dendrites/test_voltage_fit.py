"""Fits of the rule to plasticity: what was made by known parameters is found again, and rules stay what they are."""

import numpy as np
import pytest

from bouton.data import load_dendritic_voltages
from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, fit_voltage_parameters, pair
from bouton.errors import InputError

L_C = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
DIGESTS = [load_dendritic_voltages()[name] for name in ("L0", "L1", "L6", "L7")]
TRACES = [digest.sampled(200.0, 0.2) for digest in DIGESTS]
TIMES = [digest.spike_time for digest in DIGESTS]
FAST = {"time_step": 0.2, "generations": 2, "starts": 1}


@pytest.mark.thorough
def test_a_fit_that_begins_at_the_truth_stays_there():
    truth = pair(L_C, TRACES, TIMES, time_step=0.2).percent[0]
    fit = fit_voltage_parameters(TRACES, TIMES, truth, begin=L_C, polishing=20, **FAST)
    assert fit.loss < 1e-3
    assert fit.losses.shape == (2,)
    assert fit.parameters.fast_time_constant == pytest.approx(L_C.fast_time_constant, rel=1e-3)


def test_what_a_fit_says_of_itself_is_what_pairing_gives():
    measured, told = np.array([92.0, 129.0, 137.0, 85.0]), []
    fit = fit_voltage_parameters(TRACES, TIMES, measured, rule="none", polishing=60, progress=told.append, **FAST)
    assert fit.parameters.veto == 0
    assert fit.loss == pytest.approx(((fit.percent - measured) ** 2).sum(), rel=1e-4)
    again = pair(fit.parameters, TRACES, TIMES, time_step=0.2).percent[0]
    np.testing.assert_allclose(again, fit.percent, atol=0.05)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_a_longer_search_is_never_worse():
    measured = [92.0, 129.0, 137.0, 85.0]
    short, long = (
        fit_voltage_parameters(TRACES, TIMES, measured, rule="none", polishing=number, **FAST).loss
        for number in (20, 200)
    )
    assert long <= short


def test_bad_input_is_refused(unchecked):
    with pytest.raises(InputError, match="rule must be one of veto, none, instantaneous, clopath, got 'stdp'"):
        fit_voltage_parameters(TRACES, TIMES, [1.0] * 4, rule="stdp", time_step=0.2)
    with pytest.raises(InputError, match="one value for each trace"):
        fit_voltage_parameters(TRACES, TIMES, [1.0] * 3, time_step=0.2)
    with pytest.raises(InputError, match="starts must be an integer"):
        fit_voltage_parameters(TRACES, TIMES, [1.0] * 4, starts=0, time_step=0.2)
