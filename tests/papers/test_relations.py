"""Every relation judges as its words say, and nothing that is not finite holds in any."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bouton.errors import InputError
from bouton.papers import AtLeast, AtMost, Between, Decreasing, Equals, Increasing, IsTrue, Near, Relation

NUMBERS = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
SEQUENCES = st.lists(NUMBERS, min_size=2, max_size=8)
RELATIONS = [
    AtLeast(-1e9),
    AtMost(1e9),
    Between(-1e9, 1e9),
    Near(0.0, 1e9),
    Equals(1.0),
    Increasing(),
    Increasing(strictly=True),
    Decreasing(),
    Decreasing(strictly=True),
    IsTrue(),
]
NO_VALUES = [math.nan, math.inf, -math.inf]
ids = {"ids": str}


@pytest.mark.parametrize("relation", RELATIONS, **ids)
@pytest.mark.parametrize("value", NO_VALUES)
def test_what_is_not_finite_never_holds(relation: Relation, value):
    assert not relation.holds(value)
    assert not relation.holds([0.0, value])
    assert not relation.holds([value, 0.0])
    assert not relation.holds([value, value])


@pytest.mark.parametrize("relation", RELATIONS, **ids)
@pytest.mark.parametrize("value", [None, "0.5", [], ["a", "b"], {"a": 1}, object(), [[1.0], [2.0]]])
def test_a_value_of_the_wrong_kind_does_not_hold(relation: Relation, value):
    assert relation.holds(value) is False


@pytest.mark.parametrize("relation", RELATIONS, **ids)
def test_a_relation_describes_itself(relation: Relation):
    assert str(relation)
    assert "object at" not in str(relation)


@given(NUMBERS, NUMBERS)
def test_bounds_split_the_line(bound, value):
    assert AtLeast(bound).holds(value) == (value >= bound)
    assert AtMost(bound).holds(value) == (value <= bound)
    assert AtLeast(bound).holds(value) or AtMost(bound).holds(value)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_between_is_both_bounds(one, other, value):
    lower, upper = sorted((one, other))
    both = AtLeast(lower).holds(value) and AtMost(upper).holds(value)
    assert Between(lower, upper).holds(value) == both


@given(NUMBERS, st.floats(0, 1e3), NUMBERS)
def test_near_is_a_distance(expected, tolerance, value):
    assert Near(expected, tolerance).holds(value) == (abs(value - expected) <= tolerance)
    assert Near(expected, tolerance).holds(value) == Near(value, tolerance).holds(expected)
    assert Near(expected, 0).holds(expected)


@given(st.lists(NUMBERS, min_size=1, max_size=6), NUMBERS)
def test_a_sequence_holds_when_every_element_does(values, bound):
    for relation in (AtLeast(bound), AtMost(bound), Between(bound, bound + 10), Near(bound, 3), Equals(bound)):
        assert relation.holds(values) == all(relation.holds(value) for value in values)


@given(SEQUENCES)
def test_sorted_sequences_increase_and_reversed_ones_decrease(values):
    values = sorted(values)
    distinct = len(set(values)) == len(values)
    assert Increasing().holds(values)
    assert Decreasing().holds(values[::-1])
    assert Increasing(strictly=True).holds(values) == distinct
    assert Decreasing(strictly=True).holds(values[::-1]) == distinct


@given(SEQUENCES)
def test_only_constant_sequences_neither_rise_nor_fall(values):
    constant = len(set(values)) == 1
    assert (Increasing().holds(values) and Decreasing().holds(values)) == constant


@pytest.mark.parametrize("relation", [Increasing(), Decreasing()], **ids)
def test_one_number_has_no_direction(relation: Relation):
    assert not relation.holds([1.0])
    assert not relation.holds(1.0)


def test_equality_keeps_truth_and_number_apart():
    assert Equals(1).holds(1.0)
    assert not Equals(1).holds(True)
    assert not Equals(True).holds(1)
    assert IsTrue().holds([True, True])
    assert not IsTrue().holds([True, False])
    assert Equals("five").holds("five")
    assert Equals((1, 2)).holds([1, 2])
    assert not Equals((1, 2)).holds([2, 1])
    assert not Equals((1, 2)).holds([1, 2, 3])


def test_booleans_are_no_numbers():
    assert not AtLeast(0).holds(True)
    assert not Increasing().holds([False, True])


def test_huge_integers_are_judged():
    assert AtLeast(0).holds(10**400)
    assert not AtMost(0).holds(10**400)


@pytest.mark.parametrize(
    "make",
    [
        lambda: AtLeast(math.nan),
        lambda: AtMost(math.inf),
        lambda: Between(2, 1),
        lambda: Near(1, -0.1),
        lambda: Near(1, math.nan),
        lambda: Equals(math.nan),
    ],
)
def test_a_relation_nothing_could_satisfy_is_refused(make):
    with pytest.raises(InputError, match="must"):
        make()


def test_words_of_the_tolerance():
    relations = [AtLeast(0.99), Between(1, 2.5), Near(0.1, 0.02), Equals((1, 2)), Decreasing(), IsTrue()]
    expected = ["at least 0.99", "between 1 and 2.5", "0.1 ± 0.02", "exactly 1, 2", "never rises", "yes"]
    assert [str(relation) for relation in relations] == expected
