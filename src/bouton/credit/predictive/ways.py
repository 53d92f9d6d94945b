"""Which layer predicts which: ways lead from contexts of a layer to targets of its own or of the layer below."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton.credit.predictive.contrast import Draws
from bouton.credit.predictive.distance import Contrast, PredictionDistance
from bouton.credit.predictive.pathways import PredictivePathways
from bouton.credit.predictive.state import CLAPPState

__all__ = ["Predicts", "Way", "contrasts_of", "heard_of", "ways_of"]

Predicts = Literal["own", "below", "both"]
Pooled = Float[Array, "batch steps lanes _"]


class Way(Checked):
    """A prediction: the layers of its contexts and of its targets, by their numbers, and its distance."""

    context: int = eqx.field(static=True)
    target: int = eqx.field(static=True)
    distance: PredictionDistance


def ways_of(
    with_loss: Sequence[int], offsets: Sequence[int], predicts: Predicts, how: Mapping[str, Any]
) -> tuple[tuple[Way, ...], ...]:
    """Return the ways that begin in each layer with a loss.

    Parameters
    ----------
    with_loss : sequence of int
        Numbers of the layers that predict.
    offsets : sequence of int
        Distances of prediction in steps.
    predicts : "own", "below" or "both"
        Which layers have the targets; those of the lowest layer are always its own.
    how : mapping
        Further arguments of `PredictionDistance`.
    """
    found = []
    for layer in with_loss:
        targets = {"own": (layer,), "below": (layer - 1,), "both": (layer, layer - 1)}[predicts] if layer else (0,)
        share = 1 / (len(offsets) * len(targets))
        found.append(
            tuple(
                Way(layer, target, PredictionDistance(offset=offset, share=share, **how))
                for target in targets
                for offset in offsets
            )
        )
    return tuple(found)


def contrasts_of(
    ways: Sequence[Sequence[Way]],
    pathways: Sequence[PredictivePathways],
    state: CLAPPState,
    pooled: Mapping[int, Pooled],
    drawn: Draws,
    lengths: Array,
) -> tuple[tuple[Contrast, ...], ...]:
    """Return what each layer finds on each of its ways; draws are by layer, way, and prediction and retrodiction."""
    found = []
    for place, own in enumerate(ways):
        of_layer = []
        for k, way in enumerate(own):
            paths, layer = pathways[way.context], state.layers[way.context]
            of_layer.append(
                way.distance.contrast(
                    jax.tree.map(lambda leaf, place=place, k=k: leaf[place, k], drawn),
                    (pooled[way.context], pooled[way.target]),
                    lengths,
                    (paths.prediction[k], layer.prediction[k]),
                    (paths.retrodiction[k], layer.retrodiction[k]) if paths.retrodiction else None,
                )
            )
        found.append(tuple(of_layer))
    return tuple(found)


def heard_of(
    ways: Sequence[Sequence[Way]], pooled: Mapping[int, Pooled], found: Sequence[Sequence[Contrast]]
) -> list[Float[Array, "samples _"]]:
    """Return what dendrites of each layer hear, summed over ways, as targets and as contexts."""
    total = {number: jnp.zeros_like(values) for number, values in pooled.items()}
    for own, contrasts in zip(ways, found, strict=True):
        for way, each in zip(own, contrasts, strict=True):
            offset = way.distance.offset
            total[way.target] = total[way.target].at[:, offset:].add(each.at_targets)
            if each.at_contexts is not None:
                total[way.context] = total[way.context].at[:, :-offset].add(each.at_contexts)
    return [values.reshape(-1, values.shape[-1]) for values in total.values()]
