"""The order of neurons in which one network is closest to another.

Source: S. K. Ainsworth, J. Hayase, S. Srinivasa (2023), "Git Re-Basin: merging models modulo permutation
symmetries", ICLR.
"""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int

from bouton._arguments import check_sizes
from bouton.errors import InputError
from bouton.landscape.parameters import Parameters, neurons_of, parameters_of, permute_neurons, same_shapes

__all__ = ["Matched", "match_weights"]


class Matched(NamedTuple):
    """A network whose neurons were put in the order of another's."""

    parameters: Parameters
    orders: tuple[Int[np.ndarray, " units"], ...]
    """For each hidden layer, the neuron that came to each place."""


def match_weights(reference: Any, parameters: Any, *, sweeps: int = 100, seed: int = 0) -> Matched:
    """Put the neurons of all hidden layers in the order in which weights are closest to those of another network.

    Layer after layer, in random order, an assignment maximises the sum of products of matched weights, until nothing
    changes (weight matching of Git Re-Basin).

    Parameters
    ----------
    reference : Parameters
        The network whose order is taken.
    parameters : Parameters
        The network that is put in order; of the same widths.
    sweeps : int, default 100
        Most sweeps over the layers.
    seed : int, default 0
        Of the order of layers.

    Returns
    -------
    Matched

    Raises
    ------
    InputError
        If widths differ, or layers with biases.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.landscape import glorot_start
    >>> net = glorot_start((2, 5, 4, 1), 0)
    >>> mixed = permute_neurons(net, [4, 2, 0, 1, 3])
    >>> bool(np.all(match_weights(net, mixed).parameters[0].weight == net[0].weight))
    True
    """
    from scipy.optimize import linear_sum_assignment

    check_sizes(sweeps=sweeps)
    fixed, moved = parameters_of(reference), parameters_of(parameters)
    if not same_shapes(fixed, moved):
        raise InputError("reference and parameters must be networks of the same widths, with biases in the same layers")
    rng, hidden = np.random.default_rng(seed), len(fixed) - 1
    orders = [np.arange(len(layer.weight)) for layer in fixed[:-1]]
    for _ in range(sweeps):
        changed = False
        for layer in rng.permutation(hidden):
            (w, a), (w_moved, a_moved) = neurons_of(fixed, int(layer)), neurons_of(moved, int(layer))
            gain = w @ w_moved.T + a @ a_moved.T
            order = linear_sum_assignment(gain, maximize=True)[1]
            kept = np.trace(gain)
            if gain[np.arange(len(w)), order].sum() > kept + 1e-12 * abs(kept):
                moved, changed = permute_neurons(moved, order, int(layer)), True
                orders[layer] = orders[layer][order]
        if not changed:
            break
    return Matched(moved, tuple(orders))
