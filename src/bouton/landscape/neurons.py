r"""Neurons added and taken away without changing what a network computes: duplication, embedding, reduction.

A neuron with incoming vector w and outgoing vector a may be divided into copies (w, :math:`\mu_c a`) with
:math:`\sum_c \mu_c = 1`, and neurons whose outgoing vectors sum to zero may be added at any incoming vector they share.

Sources: J. Brea et al. (2019), arXiv:1907.02911; B. Şimşek et al. (2021), ICML, arXiv:2105.12221.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from bouton._arguments import check_finite
from bouton.errors import InputError
from bouton.landscape.parameters import (
    Parameters,
    hidden_layer,
    incoming_of,
    known_neuron,
    parameters_of,
    same_elsewhere,
    with_layer,
)
from bouton.landscape.subspaces import Subspace

__all__ = ["Reduction", "duplicate", "embed", "reduce", "subspace_of"]


def duplicate(parameters: Any, neuron: int, share: float | Sequence[float] = 0.5, layer: int = 0) -> Parameters:
    """Divide a neuron into copies that share its outgoing weights; the network computes the same.

    Parameters
    ----------
    parameters : Parameters
        The network.
    neuron : int
        Which neuron.
    share : float or sequence of float, default 0.5
        What the first of two copies keeps of the outgoing vector; or the shares of all copies, which sum to 1. Any
        numbers, also negative ones.
    layer : int, default 0
        Which hidden layer.

    Returns
    -------
    tuple of DenseWeights
        The first copy stands in the neuron's place, further ones at the end of the layer.

    Raises
    ------
    InputError
        If there is no such neuron or hidden layer, or shares do not sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> wide = duplicate([np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]])], 0, 0.25)
    >>> wide[0].weight.tolist(), wide[1].weight.tolist()
    ([[1.0], [2.0], [1.0]], [[0.75, 4.0, 2.25]])
    """
    known = parameters_of(parameters)
    known_neuron(known, layer, neuron=neuron)
    shares = shares_of(share)
    below, above = hidden_layer(known, layer)
    incoming, outgoing = incoming_of(below), np.array(above.weight.T)
    copies = shares[:, None] * outgoing[neuron]
    incoming = np.concatenate([incoming, np.repeat(incoming[neuron][None], len(shares) - 1, axis=0)])
    outgoing = np.concatenate([outgoing, copies[1:]])
    outgoing[neuron] = copies[0]
    return with_layer(known, layer, incoming, outgoing)


def shares_of(share: Any) -> Float[np.ndarray, " copies"]:
    """Return the shares of all copies, from that of the first of two or from all; refuse what does not sum to 1."""
    shares = np.array([share, 1 - share] if np.ndim(share) == 0 else share, float)
    for value in shares.ravel():
        check_finite(share=float(value))
    if shares.ndim != 1 or len(shares) < 1 or abs(shares.sum() - 1) > 1e-12:
        raise InputError(f"share must be a number, or numbers that sum to 1, got {shares.tolist()}")
    return shares


def embed(
    parameters: Any, subspace: Subspace, rng: Any = 0, layer: int = 0, *, critical: bool = False, scale: float = 1.0
) -> Parameters:
    """Return a random point of a subspace of equal function.

    Parameters
    ----------
    parameters : Parameters
        The irreducible network, of as many neurons in the layer as the subspace has clusters.
    subspace : Subspace
        Which neuron of the wide network does what.
    rng : int or numpy.random.Generator, default 0
        Where free directions are drawn from, all Gaussian.
    layer : int, default 0
        Which hidden layer.
    critical : bool, default False
        Divide outgoing vectors by scalar shares, so that a critical point stays one, instead of freely, which leaves
        the function alone. One output makes no difference. With zero groups a point need not be critical.
    scale : float, default 1.0
        Standard deviation of free directions.

    Returns
    -------
    tuple of DenseWeights

    Raises
    ------
    InputError
        If the subspace has another number of clusters, or does not name every neuron once.

    Examples
    --------
    >>> import numpy as np
    >>> narrow = [np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]])]
    >>> wide = embed(narrow, Subspace(((0, 2), (1,)), ((3,),)))
    >>> wide[0].weight[:3, 0].tolist(), wide[1].weight[0, 3].item()
    ([1.0, 2.0, 1.0], 0.0)
    """
    known, rng = parameters_of(parameters), np.random.default_rng(rng)
    below, above = hidden_layer(known, layer)
    if len(subspace.clusters) != len(below.weight):
        raise InputError(f"subspace has {len(subspace.clusters)} clusters, the layer {len(below.weight)} neurons")
    named = [n for group in (*subspace.clusters, *subspace.zero_groups) for n in group]
    if sorted(named) != list(range(len(named))) or not all(map(len, subspace.clusters + subspace.zero_groups)):
        raise InputError("subspace must name the neurons 0, 1, 2, ... once each, in groups that are not empty")
    narrow_in, narrow_out = incoming_of(below), np.asarray(above.weight.T)
    n_out = narrow_out.shape[1]
    incoming, outgoing = np.empty((len(named), narrow_in.shape[1])), np.empty((len(named), n_out))
    for i, cluster in enumerate(subspace.clusters):
        members = list(cluster)
        incoming[members] = narrow_in[i]
        if critical:
            shares = _summing_to(np.ones(1), len(cluster), scale, rng)
            outgoing[members] = shares * narrow_out[i]
        else:
            outgoing[members] = _summing_to(narrow_out[i], len(cluster), scale, rng)
    for group in subspace.zero_groups:
        incoming[list(group)] = rng.normal(0, scale, narrow_in.shape[1])
        outgoing[list(group)] = _summing_to(np.zeros(n_out), len(group), scale, rng)
    return with_layer(known, layer, incoming, outgoing)


def _summing_to(total: np.ndarray, count: int, scale: float, rng: np.random.Generator) -> Float[np.ndarray, "count n"]:
    parts = rng.normal(0, scale, (count, len(total)))
    return parts + (total - parts.sum(axis=0)) / count


class Reduction(NamedTuple):
    """A network without copies and silent neurons, and what became of its neurons."""

    parameters: Parameters
    """The irreducible network, which computes the same."""
    subspace: Subspace
    """Clusters in the order of the network's neurons; the zero groups that were dropped."""
    deviation: float
    """Largest difference of incoming weights within a group, or of a dropped sum of outgoing weights from zero."""

    @property
    def n_removed(self) -> int:
        """How many neurons fewer it has."""
        return self.subspace.width - len(self.subspace.clusters)


def reduce(parameters: Any, tolerance: float = 1e-8, layer: int = 0) -> Reduction:
    """Merge neurons of equal incoming weights, and drop those whose outgoing weights sum to zero.

    What holds for every activation alone: two neurons of opposite weights, which with an odd one are copies, are kept.

    Parameters
    ----------
    parameters : Parameters
        The network.
    tolerance : float, default 1e-8
        Distance of incoming vectors that count as equal, and length of a sum of outgoing vectors that counts as zero.
    layer : int, default 0
        Which hidden layer.

    Returns
    -------
    Reduction

    Raises
    ------
    InputError
        If there is no such hidden layer, or nothing would be left of it.

    Examples
    --------
    >>> import numpy as np
    >>> wide = duplicate([np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]])], 0, 0.25)
    >>> found = reduce(wide)
    >>> found.subspace.clusters, found.parameters[1].weight.tolist()
    (((0, 2), (1,)), [[3.0, 4.0]])
    """
    known = parameters_of(parameters)
    below, above = hidden_layer(known, layer)
    incoming, outgoing = incoming_of(below), np.asarray(above.weight.T)
    deviation, clusters, zero, kept_in, kept_out = 0.0, [], [], [], []
    for group in groups_of(incoming, tolerance):
        total = outgoing[group].sum(axis=0)
        deviation = max(deviation, float(np.abs(incoming[group] - incoming[group[0]]).max()))
        # A group of many large weights sums to zero only to their rounding.
        if np.linalg.norm(total) <= tolerance * max(1.0, float(np.abs(outgoing[group]).max())):
            zero.append(tuple(group))
            deviation = max(deviation, float(np.abs(total).max()))
        else:
            clusters.append(tuple(group))
            kept_in.append(incoming[group].mean(axis=0))
            kept_out.append(total)
    if not clusters:
        raise InputError("all outgoing weights of the layer sum to zero: nothing would be left of it")
    reduced = with_layer(known, layer, np.array(kept_in), np.array(kept_out))
    return Reduction(reduced, Subspace(tuple(clusters), tuple(zero)), deviation)


def groups_of(rows: Float[np.ndarray, "units incoming"], tolerance: float) -> list[list[int]]:
    """Return the numbers of rows, those nearer to each other than a tolerance in one group."""
    waiting, found = list(range(len(rows))), []
    while waiting:
        group, edge = [waiting[0]], [waiting.pop(0)]
        while edge:
            here = edge.pop()
            near = [n for n in waiting if np.linalg.norm(rows[n] - rows[here]) <= tolerance]
            waiting = [n for n in waiting if n not in near]
            group, edge = group + near, edge + near
        found.append(sorted(group))
    return found


def subspace_of(parameters: Any, irreducible: Any, tolerance: float = 1e-8, layer: int = 0) -> Subspace | None:
    """Return the subspace of equal function in which a wide network lies, None where it lies in none.

    Parameters
    ----------
    parameters : Parameters
        The wide network.
    irreducible : Parameters
        The network of distinct neurons with outgoing weights.
    tolerance : float, default 1e-8
        Of weights.
    layer : int, default 0
        Which hidden layer; all others must be equal.

    Returns
    -------
    Subspace or None
        Where a zero group sits on the incoming vector of a cluster it counts to the cluster.

    Raises
    ------
    InputError
        If the narrow network can be reduced itself (the sentence says to what width), or has more or fewer layers.
    """
    wide, narrow = parameters_of(parameters), parameters_of(irreducible)
    if len(wide) != len(narrow):
        raise InputError(f"both networks must have as many layers, got {len(wide)} and {len(narrow)}")
    refuse_reducible(narrow, layer)
    found = reduce(wide, tolerance, layer)
    ours, theirs = hidden_layer(found.parameters, layer), hidden_layer(narrow, layer)
    incoming, expected = incoming_of(ours[0]), incoming_of(theirs[0])
    if incoming.shape != expected.shape:
        return None
    distances = np.linalg.norm(incoming[:, None] - expected[None], axis=-1)
    order = distances.argmin(axis=0)
    if sorted(order.tolist()) != list(range(len(order))) or distances.min(axis=0).max() > tolerance:
        return None
    bound = tolerance * max(1.0, float(np.abs(hidden_layer(wide, layer)[1].weight).max()))
    if np.abs(ours[1].weight[:, order] - theirs[1].weight).max() > bound:
        return None
    if not same_elsewhere(wide, narrow, layer, tolerance):
        return None
    return Subspace(tuple(found.subspace.clusters[n] for n in order), found.subspace.zero_groups)


def refuse_reducible(parameters: Parameters, layer: int, name: str = "irreducible") -> None:
    """Refuse networks with copies or silent neurons."""
    width = len(hidden_layer(parameters, layer)[0].weight)
    found = reduce(parameters, layer=layer)
    if found.n_removed:
        raise InputError(
            f"{name} has copies or silent neurons: {width - found.n_removed} neurons compute the same as its {width}"
        )
