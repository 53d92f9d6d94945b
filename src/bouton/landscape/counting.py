r"""Exact counts of the subspaces that symmetry induces in the weight space of a two-layer network, in Python integers.

A critical point of a network of r neurons reappears in a network of m neurons as :math:`G(r, m)` affine subspaces of
critical points: one for each way to divide m neurons into r labelled clusters of copies. The global minima of a network
whose minimal width is r are :math:`T(r, m)` subspaces: besides clusters there may be groups of neurons that share
incoming weights and whose outgoing weights sum to zero.

.. math::

    G(r, m) = \sum_{i=1}^r (-1)^{r-i} \binom{r}{i} i^m, \qquad
    T(r, m) = \sum_{u=0}^{m-r} \binom{m}{u} G(r, m-u)\, \mathrm{Bell}(u)

Sources: B. Şimşek et al. (2021), "Geometry of the loss landscape in overparameterized neural networks", ICML,
arXiv:2105.12221; J. Brea, B. Şimşek, B. Illing, W. Gerstner (2019), arXiv:1907.02911 (permutation points).
"""

import math
from fractions import Fraction
from functools import cache

from bouton._allowed import Range
from bouton.errors import InputError

__all__ = [
    "asymptotic_ratio",
    "bell_number",
    "count_critical_subspaces",
    "count_global_subspaces",
    "crossing_width",
    "permutation_point_factor",
    "subspace_ratio",
]

_WIDTH = Range(1, includes_lower=True, whole=True)
_NUMBER = Range(0, includes_lower=True, whole=True)


def _check(allowed: Range, **sizes: int) -> None:
    for name, value in sizes.items():
        if not allowed.allows(value):
            raise InputError(f"{name} must {allowed}, got {value!r}")


def count_critical_subspaces(narrow: int, wide: int) -> int:
    """Return G(r, m), the number of critical subspaces that one critical point of a narrow network brings.

    Parameters
    ----------
    narrow : int
        r, the width of the network that has the critical point; at least 1.
    wide : int
        m, the width of the network that is looked at; below r there is none.

    Returns
    -------
    int
        Exact: the number of maps of m neurons onto r clusters.

    Raises
    ------
    InputError
        If a width is no integer of at least 1.

    Examples
    --------
    >>> [count_critical_subspaces(3, m) for m in (2, 3, 4, 5)]
    [0, 6, 36, 150]
    """
    _check(_WIDTH, narrow=narrow, wide=wide)
    r, m = int(narrow), int(wide)
    if m < r:
        return 0
    return sum((-1) ** (r - i) * math.comb(r, i) * i**m for i in range(1, r + 1))


@cache
def bell_number(count: int) -> int:
    """Return the number of partitions of a set.

    Parameters
    ----------
    count : int
        Number of elements, at least 0.

    Returns
    -------
    int

    Raises
    ------
    InputError
        If the number is no integer of at least 0.

    Examples
    --------
    >>> [bell_number(count) for count in range(6)]
    [1, 1, 2, 5, 15, 52]
    """
    _check(_NUMBER, count=count)
    count = int(count)
    return sum(math.comb(count - 1, rest) * bell_number(rest) for rest in range(count)) if count else 1


def count_global_subspaces(minimal: int, wide: int) -> int:
    """Return T(r, m), the number of subspaces of global minima of a network wider than it need be.

    Parameters
    ----------
    minimal : int
        r, the smallest width at which the loss can be zero; at least 1.
    wide : int
        m, the width of the network; below r there is none.

    Returns
    -------
    int
        Exact. Complete for activations without further symmetries; see `bouton.landscape.NamedActivation`.

    Raises
    ------
    InputError
        If a width is no integer of at least 1.

    Examples
    --------
    >>> [count_global_subspaces(2, m) for m in (2, 3, 4)]
    [2, 12, 62]
    """
    _check(_WIDTH, minimal=minimal, wide=wide)
    r, m = int(minimal), int(wide)
    return sum(
        math.comb(m, silent) * count_critical_subspaces(r, m - silent) * bell_number(silent)
        for silent in range(m - r + 1)
    )


def subspace_ratio(minimal: int, wide: int, fewer: int | None = None) -> Fraction:
    """Return how many critical subspaces there are for one of global minima.

    Parameters
    ----------
    minimal : int
        r*, the smallest width at which the loss can be zero.
    wide : int
        m, the width of the network, at least r*.
    fewer : int, optional
        Count critical points of width r* - fewer alone. Default: of all widths from 1 to r* - 1, with one critical
        point, up to its permutations, at each.

    Returns
    -------
    fractions.Fraction

    Raises
    ------
    InputError
        If a width is no integer of at least 1, the network is too narrow for zero loss, or `fewer` leaves no neuron.

    Examples
    --------
    >>> float(subspace_ratio(4, 4)), subspace_ratio(7, 7, fewer=1)
    (2.125, Fraction(3, 1))
    """
    _check(_WIDTH, minimal=minimal, wide=wide)
    if wide < minimal:
        raise InputError(f"wide must be at least minimal, got {wide} and {minimal}: no narrower network has zero loss")
    if fewer is not None and not 1 <= fewer < minimal:
        raise InputError(f"fewer must lie from 1 to minimal - 1 = {minimal - 1}, got {fewer}")
    widths = range(1, minimal) if fewer is None else (minimal - fewer,)
    return Fraction(sum(count_critical_subspaces(r, wide) for r in widths), count_global_subspaces(minimal, wide))


def asymptotic_ratio(minimal: int, additional: int, fewer: int = 1) -> float:
    """Return what `subspace_ratio` tends to for large minimal widths: r^k / (2^k (h+1) (h+2) ... (h+k)).

    Parameters
    ----------
    minimal : int
        r, the minimal width.
    additional : int
        h, the number of neurons beyond it, at least 0.
    fewer : int, default 1
        k, by how many neurons the network of the critical point is narrower.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If a number is no integer or out of range.

    Examples
    --------
    >>> asymptotic_ratio(300, 1)
    75.0
    """
    _check(_WIDTH, minimal=minimal, fewer=fewer)
    _check(_NUMBER, additional=additional)
    minimal, additional, fewer = int(minimal), int(additional), int(fewer)
    return minimal**fewer / (2**fewer * math.prod(range(additional + 1, additional + fewer + 1)))


def crossing_width(minimal: int) -> int:
    """Return the fewest additional neurons with which global minima outnumber the nearest critical subspaces.

    The smallest h with G(r* - 1, r* + h) < T(r*, r* + h).

    Parameters
    ----------
    minimal : int
        r*, the smallest width at which the loss can be zero; at least 2.

    Returns
    -------
    int

    Raises
    ------
    InputError
        If the width is no integer of at least 2.

    Examples
    --------
    >>> [crossing_width(r) for r in (2, 4, 10, 30)]
    [0, 1, 2, 7]
    """
    _check(Range(2, includes_lower=True, whole=True), minimal=minimal)
    additional = 0
    while count_critical_subspaces(minimal - 1, minimal + additional) >= count_global_subspaces(
        minimal, minimal + additional
    ):
        additional += 1
    return additional


def permutation_point_factor(width: int, pairs: int = 1) -> Fraction:
    """Return how many permutation points of one order a layer has for each of its equivalent minima.

    At a permutation point of order K, K disjoint pairs of neurons have met. There are C(n - K, K) n! / 2^K for n!
    orderings of the layer, if the network of n - K neurons has one minimum up to permutations.

    Parameters
    ----------
    width : int
        n, the number of neurons of the layer.
    pairs : int, default 1
        K, at least 1; above n/2 there are none.

    Returns
    -------
    fractions.Fraction
        C(n - K, K) / 2^K. For several layers, one at a time, the factors add.

    Raises
    ------
    InputError
        If a number is no integer of at least 1.

    Examples
    --------
    >>> [float(permutation_point_factor(10, pairs)) for pairs in (1, 2, 3)]
    [4.5, 7.0, 4.375]
    """
    _check(_WIDTH, width=width, pairs=pairs)
    width, pairs = int(width), int(pairs)
    return Fraction(math.comb(width - pairs, pairs), 2**pairs) if 2 * pairs <= width else Fraction(0)
