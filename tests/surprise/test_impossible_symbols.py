"""Impossible symbols are refused at every door, before anything is cast."""

import jax
import numpy as np
import pytest

import bouton
from bouton.engine import Copies
from bouton.errors import InputError
from bouton.surprise import Bernoulli, Categorical, MessagePassing, Poisson, Tracker, VariationalSMiLe, sightings

KEY = jax.random.key(0)
WRONG = [
    (Categorical(4), np.array([0, 4])),
    (Categorical(4), np.array([0, -1], np.int8)),
    (Categorical(4), np.array([0.0, 1.5, 2.9, 3.0])),
    (Categorical(4), np.array([0.0, 4.0], np.float32)),
    (Categorical(4), np.array([0.0, -0.5])),
    (Categorical(4), np.array([0.0, np.inf])),
    (Categorical(4), np.array([0, 2**32 + 1])),
    (Bernoulli(), np.array([0, 2], np.uint8)),
    (Bernoulli(), np.array([0.25, 0.75])),
    (Poisson(), np.array([3, -1])),
    (Poisson(), np.array([3.0, 2.5])),
    (Poisson(), np.array([3.0, np.inf])),
    (Poisson(), np.array([3, 2**32], np.uint64)),
    (Poisson(), np.array([3.0, 2.0**31])),
]
NAN = [(family, np.array([1.0, np.nan])) for family in (Categorical(4), Bernoulli(), Poisson())]


def doors(family):
    circuit = MessagePassing(family, 0.05, 5)
    yield "run", lambda series: bouton.run(circuit, series, key=KEY)
    yield "run of an iterator", lambda series: bouton.run(circuit, iter([series]), key=KEY)
    copies = Copies(VariationalSMiLe(family, 0.05), 2)
    yield "run of copies", lambda series: bouton.run(copies, np.stack([series, series], 1), key=KEY)
    yield "respond", lambda series: bouton.engine.respond(circuit, circuit.init(KEY), series)
    yield "tracker", lambda series: Tracker(circuit).filter(series)
    yield "update", lambda series: [Tracker(circuit).update(each) for each in series]


@pytest.mark.thorough
@pytest.mark.parametrize(("family", "series"), WRONG + NAN)
def test_impossible_observations_are_refused_before_they_are_cast(family, series):
    wrong = f"{series[-1]:g}" if np.isinf(series[-1]) or np.isnan(series[-1]) else None
    for name, door in doors(family):
        with pytest.raises(InputError) as refusal:
            door(series)
        assert wrong is None or wrong in str(refusal.value), name


@pytest.mark.parametrize(("family", "series"), WRONG)
def test_a_series_with_gaps_is_checked_before_it_is_cast(family, series):
    with pytest.raises(InputError):
        sightings(family, series)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int8, np.uint64, bool])
def test_whole_numbers_of_any_type_are_taken(kind):
    series = np.array([0, 1, 1, 0], kind)
    found = bouton.run(MessagePassing(Categorical(2), 0.05, 5), series, key=KEY, record={"estimate": 1})
    same = bouton.run(MessagePassing(Categorical(2), 0.05, 5), series.astype(np.int32), key=KEY, record={"estimate": 1})
    np.testing.assert_array_equal(found.recordings["estimate"].values, same.recordings["estimate"].values)
