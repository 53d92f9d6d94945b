"""NMDA spikes: the threshold, durations, folds, the two-layer abstraction, and what is said where there is none."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from bouton.dendrites import (
    BranchCurve,
    Cable,
    CableCell,
    TwoLayerNeuron,
    clustered,
    fold_points,
    quasi_static,
    reference_cell,
    stimulate,
    threshold_synapses,
)
from bouton.dynamics import GlutamateReceptors
from bouton.errors import InputError

CABLE = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
SITES = tuple(range(12, 16))
CELL = CableCell(CABLE, SITES, time_step=0.1)


def with_receptors(**changes):
    return dataclasses.replace(CELL, receptors=GlutamateReceptors(**changes))


@pytest.mark.parametrize(
    ("name", "rest", "expected"),
    [
        ("polsky", -70.0, ((5.00753, -29.791), (5.89113, -52.2133))),
        ("human", -70.0, ((5.04114, -31.2998), (5.55465, -50.5864))),
        ("jahr-stevens", -80.0, ((4.32481, -44.7788), (4.33080, -50.2868))),
    ],
)
def test_folds_of_the_point_neuron(name, rest, expected):
    found = fold_points(GlutamateReceptors.named(name), rest)
    np.testing.assert_allclose(found, expected, rtol=3e-6, atol=1e-4)
    assert fold_points(GlutamateReceptors.named("jahr-stevens")) == ()


def test_a_slow_sweep_jumps_at_the_folds():
    receptors = GlutamateReceptors.named("polsky")
    low, high = (fold.ratio for fold in fold_points(receptors))
    ratios = np.linspace(4.8, 6.1, 260)
    up = quasi_static(receptors, ratios)
    down = quasi_static(receptors, ratios[::-1], start=float(up[-1]))[::-1]
    assert ratios[np.argmax(np.diff(up))] == pytest.approx(high, rel=0.01)
    assert ratios[np.argmax(np.diff(down))] == pytest.approx(low, rel=0.01)
    between = (ratios > 1.01 * low) & (ratios < 0.99 * high)
    assert np.all(down[between] - up[between] > 15)


@pytest.mark.thorough
def test_the_threshold_and_its_explanation():
    found = threshold_synapses(CELL)
    assert (found.count, found.jump > 2.4) == (21, True)
    assert "21 synapses" in found.explanation
    none = threshold_synapses(with_receptors(magnesium=0.0, nmda_conductance=0.02), largest=40)
    assert none.count is None
    assert "without magnesium nothing is unblocked" in none.explanation
    none = threshold_synapses(with_receptors(nmda_conductance=0.0), largest=40)
    assert none.count is None
    assert "no NMDA receptors" in none.explanation
    graded = threshold_synapses(dataclasses.replace(CELL, receptors=GlutamateReceptors.named("jahr-stevens")))
    assert graded.jump < 1.2
    assert "a steepness of 0.062 per mV" in graded.explanation
    assert "graded" in graded.explanation


@pytest.mark.thorough
def test_a_plateau_is_longer_by_the_logarithm_of_the_number_of_synapses():
    counts = np.array([48, 96, 192])
    above = stimulate(with_receptors(nmda_decay=50.0), clustered(counts, 4), duration=250.0).time_above(14)
    assert np.polyfit(np.log(counts), above, 1)[0] == pytest.approx(50.0, rel=0.01)


@pytest.mark.thorough
def test_without_magnesium_responses_are_concave():
    soma = stimulate(with_receptors(magnesium=0.0), clustered(np.arange(0, 61, 4), 4), duration=80.0).peak(0)
    assert np.all(np.diff(soma, 2) < 0)


@pytest.mark.thorough
def test_measures_of_a_response():
    found = stimulate(CELL, clustered([0, 1, 21], 4), duration=120.0, record=(0, 14))
    np.testing.assert_allclose(found.peak(14), [0.0, 2.58, 50.93], atol=0.02)
    np.testing.assert_allclose(found.half_width(14)[1:], [3.8, 48.5], atol=0.11)
    np.testing.assert_allclose(found.time_above(14), [0.0, 0.0, 40.7], atol=0.11)
    assert found.nmda_share[2] == pytest.approx(0.943, abs=0.01)
    assert found.area(0)[2] > 20 * found.area(0)[1]
    rarely = stimulate(CELL, clustered([21], 4), duration=120.0, record=(14,), every=10)
    np.testing.assert_allclose(rarely.at(14)[0], found.at(14)[2, 9::10], atol=1e-4)
    with pytest.raises(InputError, match=r"compartment 3 was not recorded; recorded are \(0, 14\)"):
        found.peak(3)


@pytest.mark.thorough
def test_more_stimuli_than_a_batch_are_the_same():
    counts = np.arange(70)
    found = stimulate(CELL, clustered(counts, 4), duration=30.0, record=(0,))
    few = stimulate(CELL, clustered(counts[64:66], 4), duration=30.0, record=(0,))
    np.testing.assert_allclose(found.peak(0)[64:66], few.peak(0), rtol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[1, 2, 3]],), "activations must be of shape"),
        (([[1, 1, 1, -1]],), "cannot be negative"),
        (([[1, 1, 1, np.nan]],), "must be finite"),
        (([[1, 1, 1, 1]], 500.0), "times must lie within the duration"),
        (([[1, 1, 1, 1]], -1.0), "times must lie within the duration"),
    ],
)
def test_impossible_stimuli_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        stimulate(CELL, *arguments, duration=50.0)


def test_other_bad_input():
    ones = [[1, 1, 1, 1]]
    with pytest.raises(InputError, match="record names compartment 400"):
        stimulate(CELL, ones, record=(400,))
    with pytest.raises(InputError, match="command must be a number"):
        stimulate(CELL, ones, command=[0.0, 1.0])
    with pytest.raises(InputError, match="counts must be whole numbers"):
        clustered([1.5], 4)
    with pytest.warns(UserWarning, match=r"rounded to multiples of the time step of 0\.1 ms"):
        stimulate(CELL, ones, 10.04, duration=30.0)


def test_two_layers_predict_exactly_where_branches_are_independent():
    curve = BranchCurve(np.arange(31), np.arange(31) + 8.0 * (np.arange(31) > 12))
    counts = np.random.default_rng(0).integers(0, 31, (40, 8))
    responses = 1.5 + 0.5 * curve(counts).sum(axis=1)
    model = TwoLayerNeuron(curve).fit(counts, responses)
    assert (model.offset, model.gain) == (pytest.approx(1.5), pytest.approx(0.5))
    assert model.score(counts, responses) == pytest.approx(1.0)
    linear = TwoLayerNeuron(BranchCurve(np.arange(31), np.arange(31.0), "linear")).fit(counts, responses)
    assert linear.score(counts, responses) < 0.98


def test_a_sigmoid_and_a_line_are_found():
    counts = np.arange(41.0)
    responses = 0.1 * counts + 7 / (1 + np.exp(-(counts - 20) / 1.5)) - 7 / (1 + np.exp(20 / 1.5))
    curve = BranchCurve(counts, responses, "sigmoid")
    np.testing.assert_allclose(curve.parameters, [0.1, 7.0, 20.0, 1.5], rtol=1e-3)
    np.testing.assert_allclose(curve([3.5, 30.0]), np.interp([3.5, 30.0], counts, responses), atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0, 1], [0.0]), "two rows of equal length"),
        (([1, 2], [0.0, 1.0]), "counts must rise from 0"),
        (([0, 2, 1], [0.0, 1.0, 2.0]), "counts must rise from 0"),
        (([0, 1], [0.0, 1.0], "cubic"), "form must be"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_impossible_curves_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        BranchCurve(*arguments)


def test_numbers_beyond_what_was_measured_are_refused():
    model = TwoLayerNeuron(BranchCurve([0, 5], [0.0, 1.0]))
    with pytest.raises(InputError, match="measured from 0 to 5 synapses, got 9"):
        model.predict([[9, 0]])
    with pytest.raises(InputError, match=r"counts must be of shape \(patterns, branches\)"):
        model.predict([1, 2])
    with pytest.raises(InputError, match="there are 1 patterns"):
        model.fit([[1, 2]], [1.0, 2.0])


@pytest.mark.thorough
def test_neuron_finds_the_same():
    python = os.environ.get("BOUTON_NEURON_PYTHON") or (sys.executable if shutil.which("nrnivmodl") else "")
    if not python:
        pytest.skip("NEURON is not installed (BOUTON_NEURON_PYTHON names an interpreter that has it)")
    worker = Path(__file__).resolve().parents[2] / "benchmarks" / "neuron_worker.py"
    counts = (1, 10, 20, 21, 24, 40)
    command = [python, str(worker), ",".join(map(str, counts)), "0.025", "200"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    found = stimulate(dataclasses.replace(CELL, time_step=jnp.asarray(0.025)), clustered(counts, 4), duration=200.0)
    np.testing.assert_allclose(found.peak(14), told["local"], rtol=1e-3)
    np.testing.assert_allclose(found.peak(0), told["soma"], rtol=1e-3)
