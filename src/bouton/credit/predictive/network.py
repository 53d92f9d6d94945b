r"""CLAPP: contrastive, local and predictive plasticity, and the family that it is of.

Each layer has a loss of its own and is told of no other. With c the activity of a layer now (the context), z the one a
distance later (the target), and :math:`W^{pred}` lateral synapses onto apical dendrites,

.. math::

    u = z \cdot W^{pred} c, \qquad L = \max(0, 1 - y\, u), \qquad \gamma = y\, [1 - y\, u > 0]

y is 1 during a fixation, where the target is to be predicted, and -1 after a saccade, where it is not. Descent is

.. math::

    \Delta W_{ji} &= \eta\, \gamma \big[ (W^{pred} c)_j\, \rho'(a^z_j)\, x^z_i + (W^{retro} z)_j\, \rho'(a^c_j)\,
    x^c_i \big] \\
    \Delta W^{pred}_{ji} &= \eta\, \gamma\, z_j\, c_i, \qquad \Delta W^{retro}_{ji} = \eta\, \gamma\, c_j\, z_i

with :math:`W^{retro} = W^{pred\top}` in the symmetric form, where it is exact, and weights of its own in the local one.
In a mini-batch the terms of all fixations and saccades of a neuron add up at its dendrite.

Source: B. Illing, J. Ventura, G. Bellec, W. Gerstner, "Local plasticity rules can learn deep representations using
self-supervised contrastive predictions", NeurIPS 2021, arXiv:2010.08262, and the code published with it. Greedy
InfoMax: S. Löwe, P. O'Connor, B. Veeling, NeurIPS 2019, arXiv:1905.11786. CPC: A. van den Oord, Y. Li, O. Vinyals,
arXiv:1807.03748.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import AtLeastTwo, Count, Rate, check_values
from bouton.credit.layers import Layer
from bouton.credit.predictive import parts
from bouton.credit.predictive.contrast import Draws, LossName, Saccades, draws
from bouton.credit.predictive.distance import Ablations, Contrast
from bouton.credit.predictive.pathways import Consolidation, PredictivePathways, pathways_of
from bouton.credit.predictive.stages import Forwarded, PredictiveStage, predictive_stages
from bouton.credit.predictive.state import CLAPPInfo, CLAPPState, Fixations, LayerState
from bouton.credit.predictive.ways import Predicts, Way, contrasts_of, heard_of, ways_of
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Adam, DescentPace

__all__ = ["CLAPPNetwork"]

_WHOLE = Ablations()
_LARGEST_COUNT = 2**31 - 2


class CLAPPNetwork(Circuit[CLAPPState, CLAPPInfo]):
    r"""Layers that learn to predict their own activity during fixations, and not to after saccades.

    Parameters
    ----------
    layers : sequence of Layer
        The encoder of one sample (a patch, a frame), the lowest layer first; pooling behind a layer belongs to it.
    input_shape : tuple of int
        Shape of one sample: (values,), or (height, width, channels).
    steps : int
        Length of a sequence of samples, such as the rows of a grid of patches.
    lanes : int
        Number of sequences side by side that share everything, such as the columns of a grid. Default 1.
    offsets : tuple of int
        Distances of prediction in steps. Default (1,).
    batch_size : int
        Sequences of a mini-batch; the others are what saccades end on. Default 32.
    asynchronous : bool
        Whether a sequence shows in a step either its fixations or its saccades, by chance. Default True.
    symmetric : bool
        Whether contexts are reached by the transposed prediction weights, which is weight transport. Default False.
    shared_gate : bool
        Whether prediction and retrodiction share draws and modulator. Default False, as in the published code.
    loss : "hinge" or "infonce"
        Default "hinge".
    end_to_end : bool
        Whether only the last layer has a loss, which goes down through all layers by backpropagation. Default False.
    negatives : int
        Saccades for each context. Default 1.
    saccades : "same place", "anywhere" or "within"
        Where a saccade ends: at the same step and lane of another sequence, one for all contexts; at any step and lane
        of any sequence; or at any of the same one, where the jump is in time alone. Default "same place".
    exclude_self : bool
        Whether a saccade never ends on the same sequence. Default False, as in the published code.
    learning_rate : float
        :math:`\eta`. Default 0.0002.
    optimizer : "adam" or "plain"
        Whether synapses take changes over by `Adam`, or as they are. Default "adam".
    predicts : "own", "below" or "both"
        Whether targets are of the layer of the contexts, of the one below it, whose dendrites then hear predictions
        from above, or half and half. Those of the lowest layer are always its own. Default "own".
    ablations : Ablations
        What is left out of the rule. Default: nothing.

    Raises
    ------
    InputError
        If layers do not fit each other or the input, or sequences are too short for the offsets.

    Warns
    -----
    UserWarning
        If mini-batches are so small that saccades often end where they began.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.credit import DenseLayer
    >>> from bouton.credit.predictive import CLAPPNetwork, fixations
    >>> from bouton.dynamics import Rectifier
    >>> network = CLAPPNetwork([DenseLayer(8, Rectifier())], (5,), steps=3, batch_size=10)
    >>> walks = np.cumsum(np.random.default_rng(0).normal(size=(100, 3, 5)), axis=1)
    >>> run = bouton.run(network, fixations(walks, 10), key=jax.random.key(0), record={"loss": 1})
    >>> run.recordings["loss"].values.shape
    (10, 1)
    """

    layers: tuple[Layer, ...]
    stages: tuple[PredictiveStage, ...]
    pathways: tuple[PredictivePathways, ...]
    ways: tuple[tuple[Way, ...], ...]
    input_shape: tuple[Count, ...] = eqx.field(static=True)
    steps: AtLeastTwo = eqx.field(static=True)
    lanes: Count = eqx.field(static=True)
    offsets: tuple[Count, ...] = eqx.field(static=True)
    batch_size: AtLeastTwo = eqx.field(static=True)
    asynchronous: bool = eqx.field(static=True)
    symmetric: bool = eqx.field(static=True)
    shared_gate: bool = eqx.field(static=True)
    loss: LossName = eqx.field(static=True)
    end_to_end: bool = eqx.field(static=True)
    negatives: Count = eqx.field(static=True)
    saccades: Saccades = eqx.field(static=True)
    exclude_self: bool = eqx.field(static=True)
    learning_rate: Rate | Float[Array, ""]
    optimizer: Literal["adam", "plain"] = eqx.field(static=True)
    predicts: Predicts = eqx.field(static=True)
    ablations: Ablations

    def __init__(
        self,
        layers: Sequence[Layer],
        input_shape: tuple[Count, ...],
        steps: AtLeastTwo = 2,
        lanes: Count = 1,
        offsets: tuple[Count, ...] = (1,),
        *,
        batch_size: AtLeastTwo = 32,
        asynchronous: bool = True,
        symmetric: bool = False,
        shared_gate: bool = False,
        loss: LossName = "hinge",
        end_to_end: bool = False,
        negatives: Count = 1,
        saccades: Saccades = "same place",
        exclude_self: bool = False,
        learning_rate: Rate | Float[Array, ""] = 2e-4,
        optimizer: Literal["adam", "plain"] = "adam",
        predicts: Predicts = "own",
        ablations: Ablations = _WHOLE,
    ):
        check_values(CLAPPNetwork, locals())
        self.layers, self.input_shape = tuple(layers), tuple(int(edge) for edge in input_shape)
        self.steps, self.lanes, self.offsets = steps, lanes, tuple(int(each) for each in offsets)
        self.batch_size, self.asynchronous, self.symmetric = batch_size, asynchronous, symmetric
        self.shared_gate, self.loss, self.end_to_end = shared_gate, loss, end_to_end
        self.negatives, self.saccades, self.exclude_self = negatives, saccades, exclude_self
        self.learning_rate, self.optimizer, self.predicts = learning_rate, optimizer, predicts
        self.ablations = ablations
        self.stages = predictive_stages(layers, input_shape)
        self._refuse()
        how = {"symmetric": symmetric, "shared_gate": shared_gate, "loss": loss, "saccades": saccades}
        how |= {"exclude_self": exclude_self, "ablations": ablations}
        self.ways = ways_of(self.with_loss, self.offsets, predicts, how)
        by, beside = Consolidation(Adam() if optimizer == "adam" else None, learning_rate), batch_size * lanes
        predicted = {
            own[0].context: [(way.target, beside * (steps - way.distance.offset)) for way in own] for own in self.ways
        }
        retrodicts = ablations.retrodiction and not symmetric
        self.pathways = pathways_of(self.stages, by, beside * steps, predicted, retrodicts)

    def _refuse(self) -> None:
        if not self.offsets or max(self.offsets) >= self.steps:
            raise InputError(
                f"offsets must be some distances below the length of a sequence, got {self.offsets} for {self.steps} "
                "steps: give longer sequences (smaller patches or strides) or smaller offsets"
            )
        if self.loss == "infonce" and self.asynchronous:
            raise InputError('the loss "infonce" sees target and saccades together: give asynchronous=False')
        if self.end_to_end and self.predicts != "own":
            raise InputError('of a net that learns end to end the last layer alone predicts: give predicts="own"')
        if self.batch_size < 8 and not self.exclude_self and self.saccades != "within":
            warnings.warn(
                f"in mini-batches of {self.batch_size} one saccade in {self.batch_size} ends where it began: give a "
                "larger batch_size, or exclude_self=True",
                UserWarning,
                stacklevel=3,
            )

    @property
    def with_loss(self) -> tuple[int, ...]:
        """Numbers of the layers that have a loss of their own."""
        last = len(self.stages) - 1
        return (last,) if self.end_to_end else tuple(range(last + 1))

    @property
    def event(self) -> Any:
        """A mini-batch: `Fixations`."""
        shape = (self.batch_size, self.steps, self.lanes, *self.input_shape)
        return Fixations(
            jax.ShapeDtypeStruct(shape, jnp.result_type(float)),  # pyright: ignore[reportArgumentType]
            jax.ShapeDtypeStruct((self.batch_size,), jnp.int32),  # pyright: ignore[reportArgumentType]
        )

    def check(self, events: Any) -> None:
        """Raise `InputError` for lengths that no sequence has."""
        lengths = np.asarray(events.lengths)
        if lengths.size and (lengths.min() < 0 or lengths.max() > self.steps):
            raise InputError(f"lengths must lie from 0 to {self.steps}, got {lengths.min()} to {lengths.max()}")

    def init(self, key: PRNGKeyArray) -> CLAPPState:
        """Return uniform weights and biases within one over the root of a unit's fan-in."""
        return parts.begin(self.stages, self.pathways, key)

    def features(
        self, state: CLAPPState, inputs: Float[Array, "samples *shape"] | Float[np.ndarray, "samples *shape"]
    ) -> tuple[Float[Array, "samples units"], ...]:
        """Return the activity of each layer, a mean over its map, to any number of samples."""
        if inputs.shape[1:] != self.input_shape:
            raise InputError(f"samples must have the shape {self.input_shape}, got {inputs.shape[1:]}")
        return _features(self, state, jnp.asarray(inputs, jnp.result_type(float)))

    def respond(self, state: CLAPPState, x: Fixations) -> Float[Array, "batch steps lanes units"]:
        """Return the activity of the last layer, a mean over its map."""
        return self._in_time(self._seen(state, x)[-1].pooled)

    def contrasts(self, key: PRNGKeyArray, state: CLAPPState, x: Fixations) -> tuple[tuple[Contrast, ...], ...]:
        """Return what each layer with a loss finds at each distance: scores, modulators and what dendrites hear."""
        return self._contrasts(key, state, self._pooled(self._seen(state, x)), x)

    def drawn(self, key: PRNGKeyArray) -> Draws:
        """Return the random numbers of a step: by layer with a loss, way, and prediction and retrodiction."""
        anywhere = () if self.saccades == "same place" else (self.steps - min(self.offsets), self.lanes)
        shape = (self.negatives, self.batch_size, *anywhere)
        return draws(key, (len(self.ways), max(map(len, self.ways)), 2), shape, self.asynchronous)

    def step(self, key: PRNGKeyArray, state: CLAPPState, x: Fixations) -> tuple[CLAPPState, CLAPPInfo]:
        """Respond, let every layer find what it did not predict, then let all synapses learn."""
        seen = self._seen(state, x)
        pooled = self._pooled(seen)
        contrasts = self._contrasts(key, state, pooled, x)
        offered = parts.offered_of(self.pathways, state, seen, heard_of(self.ways, pooled, contrasts))
        number, after = jnp.minimum(state.n_batches, _LARGEST_COUNT) + 1, []
        pace = DescentPace(self.learning_rate, step=number.astype(offered[0].dtype))
        at = dict(zip(self.with_loss, contrasts, strict=True))
        for place, (own, layer, kept) in enumerate(zip(self.pathways, state.layers, seen, strict=True)):
            weights, bias = parts.feedforward_after(own, layer, kept, offered[place], pace)
            prediction, retrodiction = layer.prediction, layer.retrodiction
            if self.ablations.learn_prediction:
                prediction, retrodiction = parts.lateral_after(own, layer, at.get(place, ()), pace)
            after.append(LayerState(weights, bias, prediction, retrodiction))
        return CLAPPState(tuple(after), number), parts.info_of(seen, at)

    def summary(self, state: CLAPPState) -> Mapping[str, Array | float | int]:
        """Return the length of the feedforward weights of the last layer."""
        weights = self.pathways[-1].weights.weights(state.layers[-1].weights)
        return {"last weights": jnp.sqrt(jnp.sum(weights**2))}

    @property
    def advice(self) -> str:
        """What to change where a run diverges."""
        return "standardise the input: scores grow with the square of activities, and margins are 1"

    def _seen(self, state: CLAPPState, x: Fixations) -> list[Forwarded]:
        return parts.forward_of(self.stages, self.pathways, state, x.inputs.reshape(-1, *self.input_shape))

    def _in_time(self, values: Float[Array, "samples units"]) -> Float[Array, "batch steps lanes units"]:
        return values.reshape(-1, self.steps, self.lanes, values.shape[-1])

    def _pooled(self, seen: list[Forwarded]) -> dict[int, Array]:
        return {number: self._in_time(seen[number].pooled) for number in self.with_loss}

    def _contrasts(
        self, key: PRNGKeyArray, state: CLAPPState, pooled: dict[int, Array], x: Fixations
    ) -> tuple[tuple[Contrast, ...], ...]:
        return contrasts_of(self.ways, self.pathways, state, pooled, self.drawn(key), x.lengths)


@jax.jit
def _features(network: CLAPPNetwork, state: CLAPPState, inputs: Array) -> tuple[Array, ...]:
    return tuple(kept.pooled for kept in parts.forward_of(network.stages, network.pathways, state, inputs))
