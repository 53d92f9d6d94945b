r"""Structured similarity matching: a Hebbian/anti-Hebbian network with any connectivity, derived from an objective.

Outputs are asked to keep the similarities of inputs, with a structure constant for each pair of units:

.. math::

    \min_{R} \frac{1}{T^2} \sum_{t t'} \Big[ -\sum_{ij} x_{ti} x_{t'i} r_{tj} r_{t'j} c^W_{ij}
    + \frac12 \sum_{ij} r_{ti} r_{t'i} r_{tj} r_{t'j} c^L_{ij} \Big] + \frac{2}{T} \sum_{ti} F(r_{ti})

A constant of 0 means that there is no synapse: local receptive fields, topographic maps and sparse lateral inhibition
follow from the objective. The equations of dynamics and learning are those of one `SimilarityLayer`.

Source: D. Obeid, H. Ramambason, C. Pehlevan, "Structured and Deep Similarity Matching via Structured and Deep Hebbian
Networks", NeurIPS 2019, arXiv:1910.04958.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import check_values
from bouton.dynamics import Activation, Relaxation, Relaxed, Tanh
from bouton.engine import Circuit, respond
from bouton.errors import InputError
from bouton.plasticity import LearningRate, Topology
from bouton.plasticity.learning_rate import as_learning_rate, counted
from bouton.similarity.layer import LayerWeights, SimilarityLayer
from bouton.similarity.structured_objective import LayeredObjective, layered_objective, min_max_objective

__all__ = ["StructuredInfo", "StructuredSimilarityMatching", "StructuredState"]


class StructuredState(NamedTuple):
    """What the network needs to go on."""

    weights: LayerWeights
    n_samples: Int[Array, ""]


class StructuredInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " units"]
    steps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class StructuredSimilarityMatching(Circuit[StructuredState, StructuredInfo]):
    r"""A layer of bounded neurons with any feed-forward and lateral connectivity.

    Parameters
    ----------
    feedforward : Topology
        Synapses from the inputs with their structure constants: `Sheet(...).feedforward`, `all_to_all`,
        `random_fan_in`, `windows` or `from_constants` of `bouton.plasticity`.
    lateral : Topology, optional
        Synapses among the units, symmetric and including each unit's own: `Sheet(...).lateral`. Default: all-to-all.
    activation : Activation
        Activation function with its cost. Default: tanh.
    learning_rate : LearningRate or float
        :math:`\eta_t`, below 1. Default: the published schedule, max(0.005 / (1 + 0.5 e), 0.0001) with e the number of
        thousands of samples so far.
    dynamics : Relaxation
        How the neurons settle. Default: the published Euler steps, to a relative rate of change of 1e-4.

    Raises
    ------
    InputError
        If the topologies do not fit each other, or the learning rate is 1 or more.

    Notes
    -----
    Time and memory grow with the number of synapses that exist. Scale inputs to order one: with raw pixels of 0 to 255
    the neurons saturate at once.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.data import load_digits
    >>> from bouton.plasticity import Sheet
    >>> from bouton.similarity import StructuredSimilarityMatching
    >>> sheet = Sheet(input_shape=(8, 8, 1), stride=2, radius=2, units_per_site=2)
    >>> circuit = StructuredSimilarityMatching(sheet.feedforward, sheet.lateral)
    >>> digits = load_digits().data
    >>> run = bouton.run(circuit, digits - digits.mean(axis=1, keepdims=True), key=jax.random.key(0))
    >>> run.respond(digits[:5]).shape
    (5, 32)
    """

    layer: SimilarityLayer
    learning_rate: LearningRate
    dynamics: Relaxation

    def __init__(
        self,
        feedforward: Topology,
        lateral: Topology | None = None,
        *,
        activation: Activation = Tanh(),
        learning_rate: LearningRate | float = LearningRate(5e-3, decay=0.5, every=1000, floor=1e-4),
        dynamics: Relaxation = Relaxation(),
    ):
        check_values(StructuredSimilarityMatching, locals())
        self.learning_rate = as_learning_rate(learning_rate)
        check_learning_rate(self.learning_rate)
        self.layer = SimilarityLayer(feedforward, lateral, activation)
        self.dynamics = dynamics

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (inputs,)."""
        return jax.ShapeDtypeStruct((self.layer.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> StructuredState:
        """Return random feed-forward weights and the identity as lateral ones."""
        return StructuredState(self.layer.init(key), jnp.zeros((), jnp.int32))

    def settle(self, state: StructuredState, x: Float[Array, " inputs"]) -> Relaxed:
        """Return the potentials at rest, from silence."""
        return settle_layer(self.dynamics, self.layer, state.weights, self.layer.drive(state.weights, x))

    def respond(self, state: StructuredState, x: Float[Array, " inputs"]) -> Float[Array, " units"]:
        """Return the activities at rest."""
        return self.layer.activation(self.settle(state, x).potential)

    def potentials(self, state: StructuredState, x: Float[Array, " inputs"]) -> tuple[Float[Array, " units"]]:
        """Return the potentials at rest, as a stack of one layer."""
        return (self.settle(state, x).potential,)

    def objective(self, state: StructuredState, samples: np.ndarray) -> LayeredObjective:
        """Return the objective J of the responses to samples (samples, inputs): what learning lowers."""
        return layered_objective([self.layer], 0.0, samples, respond(self, state, samples, method="potentials"))

    def min_max_objective(self, state: StructuredState, samples: np.ndarray) -> LayeredObjective:
        """Return the min-max objective of the present weights: where learning has come to rest it equals J."""
        found = respond(self, state, samples, method="potentials")
        return min_max_objective([self.layer], 0.0, samples, found, [state.weights])

    def step(
        self, key: PRNGKeyArray, state: StructuredState, x: Float[Array, " inputs"]
    ) -> tuple[StructuredState, StructuredInfo]:
        """Settle, then learn."""
        settled = self.settle(state, x)
        y = self.layer.activation(settled.potential)
        rate = self.learning_rate(state.n_samples)
        new_state = StructuredState(self.layer.learn(state.weights, x, y, rate), counted(state.n_samples))
        return new_state, StructuredInfo(y, settled.steps, settled.residual, settled.converged)


def check_learning_rate(rate: LearningRate) -> None:
    """Refuse a rate at which the weights would change their sign at every sample."""
    if isinstance(rate.initial, int | float) and rate.initial >= 1:
        raise InputError(f"learning_rate must start below 1, where the leak would turn the weights over; it starts at "
                         f"{rate.initial}")  # fmt: skip


def settle_layer(
    dynamics: Relaxation, layer: SimilarityLayer, weights: LayerWeights, drive: Float[Array, " units"]
) -> Relaxed:
    """Relax one layer alone, from silence."""
    return dynamics.settle(lambda potential: layer.change(weights, potential, drive), jnp.zeros_like(drive))
