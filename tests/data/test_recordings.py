"""Spike times and potentials with the units that they carry; what they cannot be is said."""

import numpy as np
import pytest

from bouton.data import potentials_in_millivolts, times_in_milliseconds, trains_in_milliseconds
from bouton.errors import InputError


class Quantity:
    """What neo and quantities offer of an array with a unit."""

    def __init__(self, values, factors, dimensionality="s"):
        self.magnitude, self.factors, self.dimensionality = np.asarray(values, float), factors, dimensionality
        self.ndim = self.magnitude.ndim

    def rescale(self, unit):
        if unit not in self.factors:
            raise ValueError("cannot convert")
        return Quantity(self.magnitude * self.factors[unit], {unit: 1.0}, unit)


class Timestamps:
    """What pynapple offers of a train: seconds inside, other units where asked."""

    def __init__(self, seconds):
        self.seconds = np.asarray(seconds)

    def times(self, units="s"):
        return self.seconds * {"s": 1, "ms": 1000}[units]

    def __len__(self):
        return len(self.seconds)


def seconds(*values):
    return Quantity(values, {"ms": 1000.0})


@pytest.mark.parametrize(
    "train",
    [[10, 30], (10.0, 30.0), np.array([10, 30], np.uint16), seconds(0.01, 0.03), Timestamps([0.01, 0.03])],
    ids=["list", "tuple", "array", "quantity", "timestamps"],
)
def test_units_are_kept(train):
    np.testing.assert_allclose(times_in_milliseconds(train), [10, 30], rtol=1e-12)
    names, trains = trains_in_milliseconds(train)
    assert names == (0,)
    np.testing.assert_allclose(trains[0], [10, 30], rtol=1e-12)


def test_a_list_of_quantities_keeps_their_units():
    found = times_in_milliseconds([Quantity(0.01, {"ms": 1000.0}), Quantity(30, {"ms": 1.0})])
    np.testing.assert_allclose(found, [10, 30])
    with pytest.raises(InputError, match="numbers with a unit and numbers without one"):
        times_in_milliseconds([Quantity(0.01, {"ms": 1000.0}), 30.0])


def test_names_of_units_are_kept():
    names, trains = trains_in_milliseconds({7: [10.0, 30.0], "b": Timestamps([0.012]), 3: []})
    assert names == (7, "b", 3)
    assert [train.tolist() for train in trains] == [[10, 30], [12], []]
    assert trains_in_milliseconds([[1.0], [2.0, 3.0]])[0] == (0, 1)


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ([[1.0, 2.0]], "one row of spike times"),
        (5.0, "one row of spike times"),
        ([1.0, np.nan], "finite, in ms; number 1 is nan"),
        (np.ma.array([1.0, 2.0], mask=[False, True]), "hold masked values"),
        (["a", "b"], "must be numbers in ms"),
        (Quantity([1.0], {"mV": 1.0}, "mV"), "in mV, which is no unit like ms"),
    ],
)
def test_what_are_no_times_is_refused(train, message):
    with pytest.raises(InputError, match=message):
        times_in_milliseconds(train)


@pytest.mark.parametrize("nothing", [[], {}, ()])
def test_no_unit_is_refused(nothing):
    with pytest.raises(InputError, match="at least one unit"):
        trains_in_milliseconds(nothing)


def test_seconds_and_volts_are_noticed():
    with pytest.warns(UserWarning, match="are they in seconds"):
        times_in_milliseconds([0.01, 0.06, 0.11, 0.16, 0.2])
    with pytest.warns(UserWarning, match="are they in volts"):
        potentials_in_millivolts([-0.07, -0.05])
    np.testing.assert_allclose(potentials_in_millivolts(Quantity([-0.07], {"mV": 1000.0})), [-70])
    assert potentials_in_millivolts(np.zeros((2, 3))).shape == (2, 3)
