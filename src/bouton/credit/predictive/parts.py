"""Parts of a step that networks and streams share: the forward pass, what reaches dendrites, lateral learning."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton.credit.predictive.distance import Contrast
from bouton.credit.predictive.pathways import PredictivePathways
from bouton.credit.predictive.stages import Forwarded, PredictiveStage
from bouton.credit.predictive.state import CLAPPInfo, CLAPPState, LayerState
from bouton.plasticity import DendriticPost, DescentPace

__all__ = [
    "begin",
    "events_of",
    "feedforward_after",
    "forward_of",
    "info_of",
    "lateral_after",
    "offered_of",
]


def begin(stages: Sequence[PredictiveStage], pathways: Sequence[PredictivePathways], key: PRNGKeyArray) -> CLAPPState:
    """Return the state before the first event."""
    found = []
    for number, (stage, own) in enumerate(zip(stages, pathways, strict=True)):
        of_layer = jax.random.fold_in(key, number)
        ways = enumerate((own.weights, own.bias))
        # A bias is drawn as the weights of its unit are, though its one synapse has no other beside it.
        feedforward = (way.begin(jax.random.fold_in(of_layer, part), stage.fan_in) for part, way in ways)
        lateral = (
            tuple(way.begin(jax.random.fold_in(of_layer, first + 2 * k)) for k, way in enumerate(ways))
            for first, ways in ((2, own.prediction), (3, own.retrodiction))
        )
        found.append(LayerState(*feedforward, *lateral))
    return CLAPPState(tuple(found), jnp.zeros((), jnp.int32))


def events_of(values: Array) -> Array:
    """Return all but the last axis as one axis of events."""
    return values.reshape(-1, values.shape[-1])


def forward_of(
    stages: Sequence[PredictiveStage],
    pathways: Sequence[PredictivePathways],
    state: CLAPPState,
    x: Float[Array, "samples *shape"],
) -> list[Forwarded]:
    """Return what all stages keep of a forward pass."""
    found = []
    for stage, own, layer in zip(stages, pathways, state.layers, strict=True):
        weights, bias = own.weights.weights(layer.weights), own.bias.weights(layer.bias)
        found.append(stage.forward(own.weights.rule.drive, weights, bias, x))
        x = found[-1].output
    return found


def offered_of(
    pathways: Sequence[PredictivePathways], state: CLAPPState, seen: Sequence[Forwarded], heard: Sequence[Array]
) -> list[Float[Array, "samples positions units"]]:
    """Return what arrives at dendrites of each layer, at each position.

    `heard` are values of the pooled activity of the last layers, those with a loss; to layers below them errors come
    down through the transposed weights.
    """
    own = [kept.at_positions(values) for kept, values in zip(seen[-len(heard) :], heard, strict=True)]
    for number in reversed(range(len(seen) - len(own))):
        above, pathway = seen[number + 1], pathways[number + 1].weights
        weights = pathway.weights(state.layers[number + 1].weights)
        over = jax.vmap(jax.vmap(pathway.rule.transpose_drive, in_axes=(None, 0)), in_axes=(None, 0))
        own.insert(0, seen[number].of_output(above.down(over(weights, own[0] * above.slope))))
    return own


def feedforward_after(
    own: PredictivePathways, layer: LayerState, kept: Forwarded, offered: Array, pace: DescentPace
) -> tuple[Any, Any]:
    """Return the feedforward synapses and those of biases after they have learned."""
    post = DendriticPost(events_of(offered), events_of(kept.slope))
    ones = jnp.ones((kept.slope.shape[0] * kept.slope.shape[1], 1), kept.slope.dtype)
    weights = own.weights.collected(layer.weights, events_of(kept.arrived), post)
    bias = own.bias.collected(layer.bias, ones, post)
    return own.weights.taken_over(weights, pace), own.bias.taken_over(bias, pace)


def lateral_after(
    own: PredictivePathways, layer: LayerState, found: tuple[Contrast, ...], pace: DescentPace
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the synapses of predictions and of retrodictions after they have learned."""
    prediction = tuple(
        way.taken_over(way.collected(old, events_of(each.context), events_of(each.met)), pace)
        for way, old, each in zip(own.prediction, layer.prediction, found, strict=True)
    )
    retrodiction = []
    for way, old, each in zip(own.retrodiction, layer.retrodiction, found[: len(own.retrodiction)], strict=True):
        assert each.meant is not None
        retrodiction.append(way.taken_over(way.collected(old, events_of(each.target), events_of(each.meant)), pace))
    return prediction, tuple(retrodiction)


def info_of(seen: Sequence[Forwarded], at: Mapping[int, tuple[Contrast, ...]]) -> CLAPPInfo:
    """Return what one may look at, by layer; `at` has what layers with a loss have found."""
    kind = seen[0].pooled.dtype

    def means(name: str) -> Array:
        each = [
            jnp.mean(jnp.stack([getattr(one, name) for one in at[n]])) if n in at else jnp.zeros((), kind)
            for n in range(len(seen))
        ]
        return jnp.stack(each)

    dead = jnp.stack([jnp.mean((jnp.max(kept.pooled, axis=0) <= 0).astype(kind)) for kept in seen])
    return CLAPPInfo(means("loss"), means("solved"), means("fixation"), means("saccade"), dead)
