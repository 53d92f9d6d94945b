r"""A layer of structured similarity matching: what the single-layer and the deep network are made of.

With pre the activity below, r = f(u) the layer's own and Wbar, Lbar the synapses that exist:

.. math::

    \dot u &= -u + \bar W\, \mathrm{pre} - (\bar L - I)\, r \;(+ \text{feedback}) \\
    \Delta W_{ij} &= \eta\, (r_i\, \mathrm{pre}_j - W_{ij} / c^W_{ij}) \\
    \Delta L_{ij} &= \tfrac{\eta}{2}\, (r_i r_j - L_{ij} / (\kappa\, c^L_{ij}))

They minimise over W and maximise over L the mean over samples of

.. math::

    \sum_{ij} \frac{W_{ij}^2}{c^W_{ij}} - \frac12 \sum_{ij} \frac{L_{ij}^2}{\kappa\, c^L_{ij}}
    + \min_r \left[-2\, r^\top \bar W\, \mathrm{pre} + r^\top \bar L\, r + 2 \sum_i F(r_i)\right]

========  =========================  ==========================================================  ===============
symbol    name in code               meaning                                                     shape
========  =========================  ==========================================================  ===============
W         feedforward                excitatory or inhibitory feed-forward weights               (m, fan-in)
L         lateral                    lateral inhibitory weights, symmetric; the diagonal leaks   (m, lateral)
c^W, c^L  feedforward_constants ...  structure constants                                         like W, L
kappa     lateral_scale              1 + gamma below another layer, 1 at the top                 ()
f, F      activation                 activation function and its cost                            scalar
========  =========================  ==========================================================  ===============

Source: D. Obeid, H. Ramambason, C. Pehlevan, "Structured and Deep Similarity Matching via Structured and Deep Hebbian
Networks", NeurIPS 2019, arXiv:1910.04958.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._checked import Checked
from bouton.dynamics import Activation
from bouton.errors import InputError
from bouton.plasticity import Connectivity, LeakyHebb, Structured, StructuredSynapse, Synapses, Topology, all_to_all

__all__ = ["LayerWeights", "SimilarityLayer"]


class LayerWeights(NamedTuple):
    """The synaptic weights of a layer."""

    feedforward: Float[Array, "units fan_in"]
    lateral: Float[Array, "units neighbours"]


class SimilarityLayer(Checked):
    r"""The fixed structure of a layer, its right-hand side and its plasticity.

    Parameters
    ----------
    feedforward : Topology
        Synapses from the layer below.
    lateral : Topology, optional
        Synapses among the layer's units, symmetric and including each unit's own, which counts its leak. Default:
        all-to-all.
    activation : Activation
        Activation function with its cost.
    rate : float
        Rate of the layer relative to the network's learning rate. Default 1.
    lateral_scale : float
        :math:`\kappa`, by which lateral structure constants are multiplied. Default 1.

    Raises
    ------
    InputError
        If the lateral topology does not fit, is not symmetric or lacks self-connections.
    """

    feedforward: Synapses
    lateral: Synapses
    feedforward_constants: Float[Array, "units fan_in"] | None
    lateral_constants: Float[Array, "units neighbours"] | None
    activation: Activation
    rate: float

    def __init__(
        self,
        feedforward: Topology,
        lateral: Topology | None,
        activation: Activation,
        *,
        rate: float = 1.0,
        lateral_scale: float = 1.0,
    ):
        n_units = feedforward.connectivity.n_post
        lateral = all_to_all(n_units, n_units) if lateral is None else lateral
        _check_lateral(lateral, n_units)
        if lateral_scale != 1:
            shape = lateral.connectivity.shape
            constants = jnp.ones(shape) if lateral.constants is None else lateral.constants
            lateral = Topology(lateral.connectivity, lateral_scale * constants)
        self.feedforward = _synapses(feedforward, LeakyHebb(rate))
        self.lateral = _synapses(lateral, LeakyHebb(rate / 2))
        self.feedforward_constants = feedforward.constants
        self.lateral_constants = lateral.constants
        self.activation = activation
        self.rate = rate

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return self.feedforward.connectivity.n_pre

    @property
    def n_units(self) -> int:
        """Number of neurons."""
        return self.feedforward.connectivity.n_post

    @property
    def n_synapses(self) -> int:
        """Number of synapses that exist, feed-forward and lateral."""
        return self.feedforward.connectivity.n_synapses + self.lateral.connectivity.n_synapses

    def init(self, key: PRNGKeyArray) -> LayerWeights:
        """Return W normally distributed with variance one over the mean fan-in, and L the identity."""
        forward, between = self.feedforward.connectivity, self.lateral.connectivity
        weights = jax.random.normal(key, forward.shape) / np.sqrt(forward.n_synapses / self.n_units)
        weights = weights if forward.present is None else jnp.where(forward.present, weights, 0)
        own = _partners(between) == jnp.arange(self.n_units)[:, None]
        return LayerWeights(weights, own.astype(weights.dtype))

    def drive(self, weights: LayerWeights, pre: Float[Array, " inputs"]) -> Float[Array, " units"]:
        """Return what the layer below brings."""
        return self.feedforward.drive(_synapse(weights.feedforward, self.feedforward_constants), pre)

    def feedback(self, weights: LayerWeights, activity: Float[Array, " units"]) -> Float[Array, " inputs"]:
        """Return what the layer sends down, through the transposed weights."""
        return self.feedforward.transpose_drive(_synapse(weights.feedforward, self.feedforward_constants), activity)

    def change(
        self, weights: LayerWeights, potential: Float[Array, " units"], drive: Float[Array, " units"]
    ) -> Float[Array, " units"]:
        """Return the rate of change of the potentials, in units of one over the time constant."""
        activity = self.activation(potential)
        lateral = self.lateral.drive(_synapse(weights.lateral, self.lateral_constants), activity)
        return drive - potential - (lateral - activity)

    def learn(
        self,
        weights: LayerWeights,
        pre: Float[Array, " inputs"],
        activity: Float[Array, " units"],
        learning_rate: Float[Array, ""],
    ) -> LayerWeights:
        """Return the weights after one sample."""
        forward = _synapse(weights.feedforward, self.feedforward_constants)
        between = _synapse(weights.lateral, self.lateral_constants)
        return LayerWeights(
            self.feedforward.rule.weight(self.feedforward.update(forward, pre, activity, learning_rate)),
            self.lateral.rule.weight(self.lateral.update(between, activity, activity, learning_rate)),
        )

    def energy(
        self, weights: LayerWeights, potential: Float[Array, " units"], pre: Float[Array, " inputs"]
    ) -> Float[Array, ""]:
        r"""Return the energy :math:`-2 r^\top \bar W \mathrm{pre} + r^\top \bar L r + 2 \sum_i F(r_i)`."""
        activity = self.activation(potential)
        lateral = self.lateral.drive(_synapse(weights.lateral, self.lateral_constants), activity)
        return activity @ (lateral - 2 * self.drive(weights, pre)) + 2 * jnp.sum(self.activation.cost(potential))

    def penalty(self, weights: LayerWeights) -> Float[Array, ""]:
        r"""Return :math:`\sum W^2 / c^W - \frac12 \sum L^2 / (\kappa c^L)`: what keeps the weights finite."""
        forward = _scaled_power(weights.feedforward, self.feedforward_constants)
        return forward - _scaled_power(weights.lateral, self.lateral_constants) / 2


def _synapses(topology: Topology, rule: LeakyHebb) -> Synapses:
    return Synapses(topology.connectivity, rule if topology.constants is None else Structured(rule))


def _synapse(weights: Array, constants: Array | None) -> Array | StructuredSynapse:
    """Return the synaptic variables: the weight alone where every constant is 1."""
    return weights if constants is None else StructuredSynapse(weights, constants)


def _scaled_power(weights: Array, constants: Array | None) -> Float[Array, ""]:
    return jnp.sum(weights * weights if constants is None else weights * weights / constants)


def _partners(connectivity: Connectivity) -> Int[Array, "posts fan_in"]:
    """Return the index of each synapse's presynaptic neuron, -1 at padding."""
    own = connectivity.at_synapses(jnp.arange(connectivity.n_pre))
    partners = jnp.broadcast_to(own, connectivity.shape)
    return partners if connectivity.present is None else jnp.where(connectivity.present, partners, -1)


def _check_lateral(lateral: Topology, n_units: int) -> None:
    connectivity = lateral.connectivity
    if (connectivity.n_pre, connectivity.n_post) != (n_units, n_units):
        raise InputError(
            f"the lateral topology must connect the layer's {n_units} units with each other, it leads from "
            f"{connectivity.n_pre} to {connectivity.n_post}"
        )
    partners = np.asarray(_partners(connectivity))
    posts, places = np.nonzero(partners >= 0)
    pres = partners[posts, places]
    if np.count_nonzero(posts == pres) != n_units:
        raise InputError("the lateral topology must connect each unit with itself: that synapse counts its leak")
    constants = np.ones(partners.shape) if lateral.constants is None else np.asarray(lateral.constants)
    there, back = np.lexsort((pres, posts)), np.lexsort((posts, pres))
    values = constants[posts, places]
    if not (
        np.array_equal(posts[there], pres[back])
        and np.array_equal(pres[there], posts[back])
        and np.array_equal(values[there], values[back])
    ):
        raise InputError("the lateral topology must be symmetric: the constant from i to j must be that from j to i")
