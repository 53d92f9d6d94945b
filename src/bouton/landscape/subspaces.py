"""The subspaces of equal function of a layer that is wider than it need be: their enumeration, dimension, connections.

A subspace says which neurons are copies of which neuron of the irreducible network (clusters), and which of the others
share incoming weights while their outgoing weights sum to zero (zero groups). Two subspaces meet where a zero group
takes on the incoming weights of a cluster, or of another zero group.

Source: B. Şimşek et al. (2021), ICML, arXiv:2105.12221.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from bouton.errors import InputError
from bouton.landscape.counting import count_global_subspaces

__all__ = ["Subspace", "connected_components", "enumerate_subspaces"]


class Subspace(NamedTuple):
    """Which neuron of a wide layer does what: neuron numbers, each of 0 to m - 1 once."""

    clusters: tuple[tuple[int, ...], ...]
    """For each neuron of the irreducible network, its copies; at least one."""
    zero_groups: tuple[tuple[int, ...], ...] = ()
    """Neurons that share incoming weights and whose outgoing weights sum to zero; a single one is silent."""

    @property
    def width(self) -> int:
        """Number of neurons of the wide layer."""
        return sum(map(len, self.clusters)) + sum(map(len, self.zero_groups))

    def dimension(self, n_inputs: int, n_outputs: int = 1) -> int:
        """Return the number of free directions: d_out (m - r - j) + j d, with j zero groups.

        Parameters
        ----------
        n_inputs : int
            d, the number of incoming weights of a neuron, its bias included.
        n_outputs : int, default 1
            d_out, the number of outgoing weights.

        Returns
        -------
        int

        Examples
        --------
        >>> Subspace(((0, 2),), ((1,),)).dimension(n_inputs=5)
        6
        """
        groups = len(self.zero_groups)
        return n_outputs * (self.width - len(self.clusters) - groups) + groups * n_inputs


def _partitions(items: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield the partitions of a set, the groups in the order of their first items."""
    if not items:
        yield ()
        return
    first, rest = items[0], items[1:]
    for chosen in product((False, True), repeat=len(rest)):
        group = (first, *(item for item, taken in zip(rest, chosen, strict=True) if taken))
        for others in _partitions(tuple(item for item, taken in zip(rest, chosen, strict=True) if not taken)):
            yield (group, *others)


def enumerate_subspaces(narrow: int, wide: int, *, zero_groups: bool = True) -> Iterator[Subspace]:
    """Yield every subspace in which a network of r neurons lies within one of m neurons.

    Parameters
    ----------
    narrow : int
        r, the number of neurons of the irreducible network.
    wide : int
        m, the number of neurons of the wide one.
    zero_groups : bool, default True
        With zero groups, the T(r, m) subspaces of equal function. Without, the G(r, m) divisions into clusters of
        copies, which hold the critical subspaces.

    Yields
    ------
    Subspace

    Raises
    ------
    InputError
        If a width is no integer of at least 1.

    Examples
    --------
    >>> sum(1 for subspace in enumerate_subspaces(2, 4))
    62
    """
    count_global_subspaces(narrow, wide)
    for labels in product(range(narrow + zero_groups), repeat=wide):
        clusters = tuple(tuple(n for n, label in enumerate(labels) if label == i) for i in range(narrow))
        if all(clusters):
            for groups in _partitions(tuple(n for n, label in enumerate(labels) if label == narrow)):
                yield Subspace(clusters, groups)


def connected_components(narrow: int, wide: int) -> list[list[Subspace]]:
    """Return the subspaces of equal function, those that one can walk between in one list.

    A zero group joins a cluster, or another zero group, at a point that lies in both subspaces.

    Parameters
    ----------
    narrow, wide : int
        Number of neurons of the irreducible and of the wide network, at most 100,000 subspaces.

    Returns
    -------
    list of lists of Subspace

    Raises
    ------
    InputError
        If a width is no integer of at least 1, or there are too many subspaces.

    Examples
    --------
    >>> [len(connected_components(2, m)) for m in (2, 3, 4)]
    [2, 1, 1]
    """
    number = count_global_subspaces(narrow, wide)
    if number > 100_000:
        raise InputError(f"there are {number} subspaces, too many to enumerate: at most 100000")
    subspaces = list(enumerate_subspaces(narrow, wide))
    parent = {subspace: subspace for subspace in subspaces}

    def root(node: Subspace) -> Subspace:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for subspace in subspaces:
        for met in neighbours(subspace):
            parent[root(subspace)] = root(met)
    components: dict[Subspace, list[Subspace]] = {}
    for subspace in subspaces:
        components.setdefault(root(subspace), []).append(subspace)
    return list(components.values())


def neighbours(subspace: Subspace) -> Iterator[Subspace]:
    """Yield the subspaces that one reaches by moving one zero group onto a cluster or onto another zero group."""
    groups = subspace.zero_groups
    for number, group in enumerate(groups):
        others = groups[:number] + groups[number + 1 :]
        for i, cluster in enumerate(subspace.clusters):
            joined = tuple(sorted(cluster + group))
            yield Subspace((*subspace.clusters[:i], joined, *subspace.clusters[i + 1 :]), others)
        for j, other in enumerate(others):
            joined = tuple(sorted(other + group))
            yield Subspace(subspace.clusters, tuple(sorted((*others[:j], joined, *others[j + 1 :]))))
