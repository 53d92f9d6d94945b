"""Synthetic speech: deterministic by seed, and of the structure that it says."""

import itertools

import numpy as np
import pytest

from bouton.data import synthetic_speech
from bouton.errors import InputError


def test_the_same_seed_gives_the_same_utterances():
    one, other, third = (synthetic_speech(5, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.frames, other.frames)
    assert np.any(one.frames != third.frames)


def test_phones_last_and_follow_each_other_as_they_may():
    speech = synthetic_speech(40)
    followers = {}
    for phones, frames, length in zip(speech.phones, speech.frames, speech.lengths, strict=True):
        assert np.all(phones[:length] >= 0)
        assert np.all(phones[length:] == -1)
        assert np.all(frames[length:] == 0)
        borders = np.flatnonzero(np.diff(phones[:length])) + 1
        durations = np.diff([0, *borders, length])
        assert len(durations) == 12
        assert durations.min() >= 6
        assert durations.max() <= 14
        said = phones[[0, *borders]]
        for before, after in itertools.pairwise(said):
            followers.setdefault(before, set()).add(after)
    assert max(map(len, followers.values())) == 4
    real = speech.phones >= 0
    np.testing.assert_allclose([speech.frames[real].mean(), speech.frames[real].std()], [0, 1], atol=1e-5)


def test_too_few_phones_are_refused():
    with pytest.raises(InputError, match="n_phones must be at least 5"):
        synthetic_speech(3, n_phones=4)
