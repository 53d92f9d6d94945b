"""Counts of subspaces against enumeration, recurrences and generating functions."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from bouton.errors import InputError
from bouton.landscape import (
    Subspace,
    asymptotic_ratio,
    bell_number,
    connected_components,
    count_critical_subspaces,
    count_global_subspaces,
    crossing_width,
    enumerate_subspaces,
    permutation_point_factor,
    subspace_ratio,
)

CRITICAL = {
    1: [1] * 8,
    2: [2, 6, 14, 30, 62, 126, 254],
    3: [6, 36, 150, 540, 1806, 5796],
    4: [24, 240, 1560, 8400, 40824],
    5: [120, 1800, 16800, 126000],
    6: [720, 15120, 191520],
}
GLOBAL = {
    1: [1, 3, 10, 37, 151, 674, 3263, 17007],
    2: [2, 12, 62, 320, 1712, 9604, 56674],
    3: [6, 60, 450, 3120, 21336, 147756],
    4: [24, 360, 3720, 33600, 287784],
    5: [120, 2520, 34440, 394800],
    6: [720, 20160, 352800],
}


def test_tables():
    for r in CRITICAL:
        assert [count_critical_subspaces(r, r + h) for h in range(len(CRITICAL[r]))] == CRITICAL[r]
        assert [count_global_subspaces(r, r + h) for h in range(len(GLOBAL[r]))] == GLOBAL[r]
    assert [bell_number(count) for count in range(9)] == [1, 1, 2, 5, 15, 52, 203, 877, 4140]


def test_clusters_are_maps_onto():
    for r in range(1, 5):
        for m in range(1, 8):
            assert count_critical_subspaces(r, m) == sum(
                len(set(labels)) == r for labels in product(range(r), repeat=m)
            )


@pytest.mark.parametrize(("r", "m"), [(1, 5), (2, 5), (3, 5), (4, 5), (1, 7), (2, 6)])
def test_counts_are_those_of_enumeration(r, m):
    onto = sum(set(labels) == set(range(r)) for labels in product(range(r), repeat=m))
    assert onto == count_critical_subspaces(r, m) == len(set(enumerate_subspaces(r, m, zero_groups=False)))
    found = list(enumerate_subspaces(r, m))
    assert len(set(found)) == len(found) == count_global_subspaces(r, m)
    neurons = [sorted(n for group in (*each.clusters, *each.zero_groups) for n in group) for each in found]
    assert all(each == list(range(m)) for each in neurons)


def test_both_forms_and_the_recurrence_agree():
    for r in range(1, 6):
        for m in range(r, 12):
            other = sum(count_critical_subspaces(r + j, m) // math.factorial(j) for j in range(m - r + 1))
            assert count_global_subspaces(r, m) == other
            if r > 1 and m > r:
                before = count_critical_subspaces(r, m - 1) + count_critical_subspaces(r - 1, m - 1)
                assert count_critical_subspaces(r, m) == r * before
    for m in range(1, 10):
        assert count_global_subspaces(m, m) == math.factorial(m)
        assert count_critical_subspaces(m, m + 1) == m * math.factorial(m + 1) // 2
        assert 2 * count_global_subspaces(m, m + 1) == math.factorial(m + 1) * (m + 2)
        assert count_global_subspaces(1, m) == bell_number(m + 1) - bell_number(m)


def test_generating_functions():
    """The coefficients of (e^x - 1)^r and of (e^x - 1)^r exp(e^x - 1), up to the twelfth."""
    order = 13
    factorials = [math.factorial(m) for m in range(order)]
    rising = [Fraction(m > 0, factorials[m]) for m in range(order)]
    partitions = [Fraction(bell_number(m), factorials[m]) for m in range(order)]

    def times(a, b):
        return [sum(a[i] * b[m - i] for i in range(m + 1)) for m in range(order)]

    power = [Fraction(1)] + [Fraction(0)] * (order - 1)
    for r in range(1, 5):
        power = times(power, rising)
        totals = times(power, partitions)
        for m in range(1, order):
            assert power[m] * factorials[m] == count_critical_subspaces(r, m)
            assert totals[m] * factorials[m] == count_global_subspaces(r, m)


def test_ratios():
    listed = {4: 2.125, 5: 0.50278, 6: 0.16210, 7: 0.057530, 8: 0.021026, 10: 2.7834e-3, 12: 3.4258e-4, 16: 3.8322e-6,
              20: 2.8150e-8}  # fmt: skip
    for m, ratio in listed.items():
        assert math.isclose(subspace_ratio(4, m), ratio, rel_tol=5e-5)
    for r in range(2, 20):
        assert subspace_ratio(r, r, fewer=1) == Fraction(r - 1, 2) == permutation_point_factor(r)
    assert round(float(subspace_ratio(300, 301, fewer=1)) / asymptotic_ratio(300, 1), 5) == 0.98787
    listed = {(1, 1): (0.886, 0.988), (1, 2): (0.789, 0.977), (2, 1): (0.810, 0.979)}
    for (additional, fewer), ratios in listed.items():
        for minimal, ratio in zip((30, 300), ratios, strict=True):
            exact = float(subspace_ratio(minimal, minimal + additional, fewer))
            assert abs(exact / asymptotic_ratio(minimal, additional, fewer) - ratio) < 6e-4
    assert asymptotic_ratio(30, 0) == 15


def test_crossings():
    widths = {0: [2], 1: range(3, 7), 2: range(7, 11), 3: range(11, 15), 4: range(15, 19), 5: range(19, 24),
              6: range(24, 28), 7: range(28, 31)}  # fmt: skip
    assert {r: crossing_width(r) for r in range(2, 31)} == {r: h for h, rs in widths.items() for r in rs}


def test_factors_of_permutation_points():
    assert [float(permutation_point_factor(10, k)) for k in (1, 2, 3)] == [4.5, 7.0, 4.375]
    assert permutation_point_factor(6, 3) == Fraction(1, 8)
    assert permutation_point_factor(6, 4) == permutation_point_factor(1) == 0
    for pairs, number in ((1, 36), (2, 6)):
        # Arrangements of four neurons of which 4 - K are distinct and K of these stand twice.
        distinct = 4 - pairs
        found = sum(
            set(labels) == set(range(distinct)) and max(map(labels.count, labels)) == 2
            for labels in product(range(distinct), repeat=4)
        )
        assert found == number == permutation_point_factor(4, pairs) * math.factorial(4)


def test_connections():
    listed = {(2, 2): (2, 2), (2, 3): (12, 1), (2, 4): (62, 1), (3, 3): (6, 6), (3, 4): (60, 1), (3, 5): (450, 1),
              (4, 4): (24, 24), (4, 5): (360, 1), (1, 2): (3, 1)}  # fmt: skip
    for (r, m), (nodes, parts) in listed.items():
        components = connected_components(r, m)
        assert sum(map(len, components)) == nodes
        assert len(components) == parts


def test_dimensions():
    found = [subspace.dimension(n_inputs=2) for subspace in enumerate_subspaces(2, 4)]
    assert np.bincount(found).tolist() == [0, 0, 14, 36, 12]
    assert Subspace(((0,), (1, 2)), ((3,),)).dimension(3, 2) == 5


def test_large_counts_are_exact():
    assert count_global_subspaces(4, 20) > 10**17
    assert count_global_subspaces(50, 80) > 2**63
    assert count_critical_subspaces(3, 2) == count_global_subspaces(3, 2) == 0


@pytest.mark.usefixtures("unchecked")
def test_counts_of_numpy_integers_do_not_overflow():
    assert count_critical_subspaces(np.int64(40), np.int64(50)) == count_critical_subspaces(40, 50) > 2**63
    assert permutation_point_factor(np.int64(200), np.int64(70)) == Fraction(math.comb(130, 70), 2**70)
    assert asymptotic_ratio(np.int64(300), np.int64(1), np.int64(9)) == asymptotic_ratio(300, 1, 9)
    assert bell_number(np.int64(60)) == sum(math.comb(59, rest) * bell_number(rest) for rest in range(60))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("wrong", [0, -1, 2.5, True])
def test_widths_are_whole_numbers(wrong):
    for call in (
        lambda: count_critical_subspaces(wrong, 3),
        lambda: count_global_subspaces(3, wrong),
        lambda: list(enumerate_subspaces(wrong, 3)),
        lambda: permutation_point_factor(wrong),
        lambda: crossing_width(wrong),
    ):
        with pytest.raises(InputError, match="must be an integer"):
            call()


def test_what_does_not_exist_is_refused():
    with pytest.raises(InputError, match="no narrower network"):
        subspace_ratio(4, 3)
    with pytest.raises(InputError, match="fewer"):
        subspace_ratio(4, 5, fewer=4)
    with pytest.raises(InputError, match="too many"):
        connected_components(6, 9)
