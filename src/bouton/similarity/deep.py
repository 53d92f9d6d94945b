r"""Deep similarity matching: layers that learn together, the upper ones sending feedback to the lower ones.

Layer p = 1..P with activities r^(p) = f(u^(p)) and r^(0) = x settles by

.. math::

    \dot u^{(p)} = -u^{(p)} + \bar W^{(p)} r^{(p-1)} - (\bar L^{(p)} - I)\, r^{(p)}
    + (1 - \delta_{pP})\, \gamma\, \bar W^{(p+1)\top} r^{(p+1)}

and learns as a `SimilarityLayer` with :math:`\kappa = 1 + \gamma (1 - \delta_{pP})`. Together they optimise

.. math::

    \sum_p \gamma^{p-P} \Big\{ -\sum_{ij} c^{W,(p)}_{ij} \langle r^{(p)}_j r^{(p-1)}_i \rangle^2
    + \frac{1 + \gamma (1 - \delta_{pP})}{2} \sum_{ij} c^{L,(p)}_{ij} \langle r^{(p)}_i r^{(p)}_j \rangle^2
    + 2 \Big\langle \sum_i F(r^{(p)}_i) \Big\rangle \Big\}

The published rules carry a factor :math:`\gamma^{p-P}`; the published simulations use one rate for all layers. Both
have the same fixed points. Without feedback, gamma = 0, each layer optimises its own objective, bottom up.

Source: D. Obeid, H. Ramambason, C. Pehlevan, "Structured and Deep Similarity Matching via Structured and Deep Hebbian
Networks", NeurIPS 2019, arXiv:1910.04958.
"""

import warnings
from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._allowed import shown
from bouton._fields import AtLeastZero, check_values
from bouton.dynamics import Activation, Relaxation, Relaxed, Tanh
from bouton.engine import Circuit, respond
from bouton.errors import InputError
from bouton.plasticity import LearningRate, Topology
from bouton.plasticity.learning_rate import as_learning_rate, counted
from bouton.similarity.layer import LayerWeights, SimilarityLayer
from bouton.similarity.structured import check_learning_rate, settle_layer
from bouton.similarity.structured_objective import LayeredObjective, layered_objective, min_max_objective

__all__ = ["DeepInfo", "DeepSimilarityMatching", "DeepState", "LayerTopology"]

_SATURATING_FEEDBACK = 2.0


@runtime_checkable
class LayerTopology(Protocol):
    """What says how a layer is connected: a `Sheet`, or anything with these two topologies."""

    @property
    def feedforward(self) -> Topology:
        """Synapses from the layer below."""
        ...

    @property
    def lateral(self) -> Topology | None:
        """Synapses among the layer's units; None for all-to-all."""
        ...


class DeepState(NamedTuple):
    """What the network needs to go on."""

    weights: tuple[LayerWeights, ...]
    n_samples: Int[Array, ""]


class DeepInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " top"]
    """Activities of the top layer."""
    activity: Float[Array, " units"]
    """Activities of all layers, one after the other, the lowest first."""
    steps: Int[Array, ""]
    """Euler steps; without feedback, the sum over the layers."""
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class DeepSimilarityMatching(Circuit[DeepState, DeepInfo]):
    r"""A stack of structured layers with feedback through the transposed weights.

    Parameters
    ----------
    layers : sequence of Sheet or LayerTopology
        The layers, the lowest first: each has a `feedforward` and a `lateral` topology.
    feedback : float
        :math:`\gamma`, strength of feedback and weight of a layer relative to the one above it. Default 0: none; the
        layers settle and learn one on top of the other.
    activation : Activation
        Activation function with its cost, for all layers. Default: tanh.
    learning_rate : LearningRate or float
        :math:`\eta_t`, below 1. Default: the published schedule, max(0.005 / (1 + 0.5 e), 0.0001) with e the number of
        thousands of samples so far.
    layer_rates : "equal" or "gradient"
        "equal", as in the published simulations: all layers learn at the same rate. "gradient", as in the published
        rules: layer p at :math:`\gamma^{p-P}` times that. Default "equal".
    dynamics : Relaxation
        How the neurons settle. Default: the published Euler steps, to a relative rate of change of 1e-4 in every layer.

    Raises
    ------
    InputError
        If layers do not fit each other, feedback is negative, "gradient" is asked for without feedback, or the fastest
        layer's rate is 1 or more.

    Warns
    -----
    UserWarning
        If the feedback is so strong that it saturates the neurons.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.data import load_digits
    >>> from bouton.plasticity import Sheet
    >>> from bouton.similarity import DeepSimilarityMatching
    >>> first = Sheet(input_shape=(8, 8, 1), stride=2, radius=2, units_per_site=2)
    >>> second = Sheet(input_shape=first.shape, stride=2, radius=2, units_per_site=4)
    >>> circuit = DeepSimilarityMatching([first, second], feedback=0.5)
    >>> digits = load_digits().data
    >>> run = bouton.run(circuit, digits - digits.mean(axis=1, keepdims=True), key=jax.random.key(0))
    >>> [activity.shape for activity in circuit.encode(run.state, digits[:5])]
    [(5, 32), (5, 16)]
    """

    layers: tuple[SimilarityLayer, ...]
    learning_rate: LearningRate
    dynamics: Relaxation
    feedback: float = eqx.field(static=True)

    def __init__(
        self,
        layers: Sequence[LayerTopology],
        *,
        feedback: AtLeastZero = 0.0,
        activation: Activation = Tanh(),
        learning_rate: LearningRate | float = LearningRate(5e-3, decay=0.5, every=1000, floor=1e-4),
        layer_rates: Literal["equal", "gradient"] = "equal",
        dynamics: Relaxation = Relaxation(),
    ):
        if hasattr(layers, "feedforward"):
            given = type(layers).__name__
            raise InputError(f"layers must be a list of layers, the lowest first, got one {given}: put it into a list")
        check_values(DeepSimilarityMatching, locals())
        if not layers:
            raise InputError("a deep network needs at least one layer, got none")
        for number, layer in enumerate(layers):
            if not (hasattr(layer, "feedforward") and hasattr(layer, "lateral")):
                raise InputError(f"layers[{number}] must be a Sheet, or have a feedforward and a lateral Topology as "
                                 f"one does, got {shown(layer)}")  # fmt: skip
        schedule = as_learning_rate(learning_rate)
        if feedback > _SATURATING_FEEDBACK:
            warnings.warn(
                f"feedback of {feedback} is likely to saturate the neurons, and the objective means little then: keep "
                "it below 2",
                UserWarning,
                stacklevel=2,
            )
        if layer_rates == "gradient" and feedback == 0:
            raise InputError("without feedback the layers learn one by one: layer_rates must be 'equal'")
        top = len(layers) - 1
        rates = [feedback ** (p - top) if layer_rates == "gradient" else 1.0 for p in range(len(layers))]
        check_learning_rate(eqx.tree_at(lambda r: r.initial, schedule, schedule.initial * max(rates)))
        self.layers = tuple(
            SimilarityLayer(
                layer.feedforward,
                layer.lateral,
                activation,
                rate=rates[p],
                lateral_scale=1.0 if p == top else 1.0 + feedback,
            )
            for p, layer in enumerate(layers)
        )
        for p, (below, above) in enumerate(zip(self.layers, self.layers[1:], strict=False)):
            if above.n_inputs != below.n_units:
                raise InputError(
                    f"layer {p + 2} takes {above.n_inputs} inputs, but layer {p + 1} has {below.n_units} units"
                )
        self.learning_rate = schedule
        self.dynamics = dynamics
        self.feedback = float(feedback)

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (inputs,)."""
        return jax.ShapeDtypeStruct((self.layers[0].n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> DeepState:
        """Return random feed-forward weights and identities as lateral ones."""
        # The lowest layer takes the key itself, so that a stack of one is the single layer.
        keys = [key, *(jax.random.fold_in(key, p) for p in range(1, len(self.layers)))]
        weights = tuple(layer.init(k) for layer, k in zip(self.layers, keys, strict=True))
        return DeepState(weights, jnp.zeros((), jnp.int32))

    def settle(self, state: DeepState, x: Float[Array, " inputs"]) -> Relaxed:
        """Return the potentials of all layers at rest, from silence: together, or bottom up without feedback."""
        return self._settle_in_order(state, x) if self.feedback == 0 else self._settle_together(state, x)

    def activities(self, state: DeepState, x: Float[Array, " inputs"]) -> tuple[Float[Array, " _"], ...]:
        """Return the activities of all layers at rest, the lowest first."""
        return self._active(self.settle(state, x).potential)

    def respond(self, state: DeepState, x: Float[Array, " inputs"]) -> Float[Array, " top"]:
        """Return the activities of the top layer at rest."""
        return self.activities(state, x)[-1]

    def encode(self, state: DeepState, samples: np.ndarray) -> tuple[Float[np.ndarray, "samples _"], ...]:
        """Return the activities of all layers for many samples, the lowest first."""
        return respond(self, state, samples, method="activities")

    def potentials(self, state: DeepState, x: Float[Array, " inputs"]) -> tuple[Float[Array, " _"], ...]:
        """Return the potentials of all layers at rest, the lowest first."""
        return self.settle(state, x).potential

    def objective(self, state: DeepState, samples: np.ndarray) -> LayeredObjective:
        """Return the objective J of the responses to samples (samples, inputs): what learning lowers."""
        found = respond(self, state, samples, method="potentials")
        return layered_objective(self.layers, self.feedback, samples, found)

    def min_max_objective(self, state: DeepState, samples: np.ndarray) -> LayeredObjective:
        """Return the min-max objective of the present weights: where learning has come to rest it equals J."""
        found = respond(self, state, samples, method="potentials")
        return min_max_objective(self.layers, self.feedback, samples, found, state.weights)

    def step(self, key: PRNGKeyArray, state: DeepState, x: Float[Array, " inputs"]) -> tuple[DeepState, DeepInfo]:
        """Settle, then let every layer learn."""
        settled = self.settle(state, x)
        activities = self._active(settled.potential)
        rate = self.learning_rate(state.n_samples)
        weights = tuple(
            layer.learn(weights, below, activity, rate)
            for layer, weights, below, activity in zip(
                self.layers, state.weights, (x, *activities[:-1]), activities, strict=True
            )
        )
        everything = jnp.concatenate(activities)
        info = DeepInfo(activities[-1], everything, settled.steps, settled.residual, settled.converged)
        return DeepState(weights, counted(state.n_samples)), info

    def _active(self, potentials: tuple[Array, ...]) -> tuple[Array, ...]:
        return tuple(layer.activation(u) for layer, u in zip(self.layers, potentials, strict=True))

    def _settle_in_order(self, state: DeepState, x: Array) -> Relaxed:
        below, found = x, []
        for layer, weights in zip(self.layers, state.weights, strict=True):
            found.append(settle_layer(self.dynamics, layer, weights, layer.drive(weights, below)))
            below = layer.activation(found[-1].potential)
        return Relaxed(
            tuple(layer.potential for layer in found),
            jnp.sum(jnp.stack([layer.steps for layer in found])),
            jnp.max(jnp.stack([layer.residual for layer in found])),
            jnp.all(jnp.stack([layer.converged for layer in found])),
        )

    def _settle_together(self, state: DeepState, x: Array) -> Relaxed:
        from_below = self.layers[0].drive(state.weights[0], x)

        def change(potentials: tuple[Array, ...]) -> tuple[Array, ...]:
            activities = self._active(potentials)
            changes = []
            for p, (layer, weights) in enumerate(zip(self.layers, state.weights, strict=True)):
                drive = from_below if p == 0 else layer.drive(weights, activities[p - 1])
                if p + 1 < len(self.layers):
                    above = self.layers[p + 1].feedback(state.weights[p + 1], activities[p + 1])
                    drive = drive + self.feedback * above
                changes.append(layer.change(weights, potentials[p], drive))
            return tuple(changes)

        return self.dynamics.settle(change, tuple(jnp.zeros(layer.n_units, x.dtype) for layer in self.layers))
