"""Recordings in bins, from arrays and from what the libraries of the field hold, and who belongs together in them."""

import datetime

import numpy as np
import pytest

from bouton.errors import InputError
from bouton.recordings import (
    BernoulliHMM,
    SpikeRecording,
    assign_populations,
    latent_correlations,
    smoothed_rates,
)

TRAINS = {"a": [0.5, 9.0, 9.9], "b": [4.0, 15.9]}
COUNTS = [[1, 0], [0, 0], [0, 1], [0, 0], [1, 0], [0, 0], [0, 0], [0, 1]]


def test_times_fall_into_bins_that_begin_where_they_lie():
    with pytest.raises(InputError, match="1 of 5 spikes would be lost: use shorter bins"):
        SpikeRecording.from_trains(TRAINS, time_step=2.0)
    recording = SpikeRecording.from_trains({"a": [0.5, 9.0], "b": [4.0, 15.9]}, time_step=2.0)
    assert recording.spikes[0].tolist() == COUNTS
    assert recording.units == ("a", "b")
    np.testing.assert_allclose(recording.rates, [125, 125])
    two = SpikeRecording.from_trains({"a": [0.5, 9.0]}, time_step=2.0, start=[0.0, 8.0], duration=4.0)
    assert two.spikes[..., 0].tolist() == [[1, 0], [1, 0]]


def test_a_few_spikes_too_many_are_left_out_with_a_warning_and_many_are_refused():
    counts = np.zeros((1000, 2), int)
    counts[::3] = 1
    counts[0, 0] = 2
    with pytest.warns(UserWarning, match="1 of 669 spikes"):
        assert SpikeRecording(counts, 4.0).spikes.max() == 1
    with pytest.raises(InputError, match="bins hold up to 3 spikes"):
        SpikeRecording(3 * counts.clip(0, 1), 4.0)


def test_a_silent_unit_is_named():
    counts = np.zeros((50, 3), int)
    counts[::5, 0] = 1
    with pytest.warns(UserWarning, match="units 1, 2 never fired"):
        recording = SpikeRecording(counts, 4.0)
    assert recording.without([1, 2]).n_neurons == 1
    with pytest.raises(InputError, match="there is no unit 'x'"):
        recording.only(["x"])


MISTAKES = {
    "trials of other lengths": (lambda: SpikeRecording([np.ones((5, 2)), np.ones((7, 2))], 4.0), "got 5 to 7 bins"),
    "rates": (lambda: SpikeRecording(np.full((5, 2), 0.5), 4.0), "whole numbers of spikes"),
    "a missing bin": (lambda: SpikeRecording(np.full((5, 2), np.nan), 4.0), "finite"),
    "one row": (lambda: SpikeRecording(np.ones(5), 4.0), "counts .trials, bins, neurons."),
    "no bins": (lambda: SpikeRecording(np.ones((0, 2)), 4.0), "at least one trial"),
    "no time": (lambda: SpikeRecording(np.ones((5, 2)), 0.0), "time_step must be positive"),
    "stimulus": (lambda: SpikeRecording(np.ones((5, 2)), 4.0, np.ones((4, 1))), "stimulus must have a row"),
    "conditions": (lambda: SpikeRecording(np.ones((5, 2)), 4.0, None, [1, 2]), "conditions must hold one number"),
    "names": (lambda: SpikeRecording(np.ones((5, 2)), 4.0, units=("a",)), "units must name each"),
    "no duration": (lambda: SpikeRecording.from_trains([[1.0]], time_step=1.0, start=[0, 1]), "give duration"),
    "no spike": (lambda: SpikeRecording.from_trains({"a": []}, time_step=1.0), "hold no spike"),
    "too late": (lambda: SpikeRecording.from_trains([[1.0]], time_step=1.0, start=9.0, duration=5.0), "last spike"),
}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_of_recordings_are_named(name):
    make, sentence = MISTAKES[name]
    with pytest.raises(InputError, match=sentence):
        make()


def test_neo_objects_are_binned():
    neo = pytest.importorskip("neo")
    segment = neo.Segment()
    for times in ([0.0005, 0.009], [0.004, 0.0159]):
        segment.spiketrains.append(neo.SpikeTrain(times, units="s", t_stop=1.0))
    assert SpikeRecording.from_trains(segment, time_step=2.0).spikes[0].tolist() == COUNTS


def test_pynapple_objects_are_binned():
    pynapple = pytest.importorskip("pynapple")
    recorded = pynapple.IntervalSet(0, 1)
    group = pynapple.TsGroup(
        {4: pynapple.Ts(np.array([0.0005, 0.009])), 7: pynapple.Ts(np.array([0.004, 0.0159]))}, time_support=recorded
    )
    recording = SpikeRecording.from_trains(group, time_step=2.0)
    assert recording.spikes[0].tolist() == COUNTS
    assert recording.units == (4, 7)


def test_an_nwb_file_is_binned(tmp_path):
    pynwb = pytest.importorskip("pynwb")
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    file = pynwb.NWBFile(session_description="units", identifier="one", session_start_time=start)
    for unit, times in {4: [0.0005, 0.009], 7: [0.004, 0.0159]}.items():
        file.add_unit(id=unit, spike_times=times)
    with pynwb.NWBHDF5IO(str(tmp_path / "spikes.nwb"), "w") as out:
        out.write(file)
    recording = SpikeRecording.from_file(tmp_path / "spikes.nwb", time_step=2.0)
    assert recording.spikes[0].tolist() == COUNTS
    assert recording.units == (4, 7)


def two_states(seed=0):
    rng = np.random.default_rng(seed)
    state = np.repeat([0, 1, 0, 1, 0], 150)
    first = np.array([1, 0, 1, 0, 1])
    rates = np.where(state[:, None] == first, 0.25, 0.03)
    return SpikeRecording(rng.random((750, 5)) < rates, 4.0), state, 1 - first


def test_neurons_that_go_together_are_one_population():
    recording, _, labels = two_states()
    np.testing.assert_array_equal(assign_populations(recording, 2), labels)
    with pytest.raises(InputError, match="n_populations must lie in 1 to 5"):
        assign_populations(recording, 6)


def test_a_hidden_markov_model_finds_states_and_the_likelihood_grows():
    recording, state, labels = two_states()
    model = BernoulliHMM().fit(recording)
    inferred = model.infer(recording)[0]
    np.testing.assert_allclose(inferred.sum(axis=1), 1)
    assert abs(np.corrcoef(inferred[:, 0], state)[0, 1]) > 0.95
    np.testing.assert_allclose(np.sort(model.probabilities_, axis=0), np.outer([0.03, 0.25], np.ones(5)), atol=0.05)
    short = BernoulliHMM(n_restarts=1, max_iter=2).fit(recording)
    assert short.log_likelihood_ < model.log_likelihood_
    true = np.where(state[:, None] == np.array([1, 0]), 0.25, 0.03)
    scores = latent_correlations(model.rates(recording, labels)[0], true[:, ::-1] if labels[0] else true, 4.0)
    smooth = latent_correlations(smoothed_rates(recording, labels, 2, 20.0)[0], true, 4.0)
    assert np.all(np.abs(scores) > np.abs(smooth))


def test_the_likelihood_of_a_chain_is_the_sum_over_all_ways():
    """Three bins, two states: eight ways."""
    from bouton.recordings.baselines import _forward_backward

    rng = np.random.default_rng(0)
    spikes, start = (rng.random((3, 2)) < 0.5).astype(float), np.array([0.3, 0.7])
    moves, chance = np.array([[0.9, 0.1], [0.4, 0.6]]), rng.uniform(0.1, 0.9, (2, 2))
    emission = np.prod(np.where(spikes[:, None] > 0, chance, 1 - chance), axis=2)
    ways = np.einsum("a,ab,bc,a,b,c->abc", start, moves, moves, *emission)
    found = _forward_backward(spikes, start, moves, chance)
    np.testing.assert_allclose(found.log_likelihood, np.log(ways.sum()))
    np.testing.assert_allclose(found.states[1], ways.sum(axis=(0, 2)) / ways.sum())
    np.testing.assert_allclose(found.pairs, (ways.sum(axis=2) + ways.sum(axis=0)) / ways.sum())
