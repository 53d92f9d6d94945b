"""Parts of the audit: what a rule looks at, feedback by the transpose of weights, and sparse projections.

Synapses of a sparse projection change one at a time. Each change is a marked call, which is handed the weights, the
numbers of the synapse and of its two neurons, and what its rule sees: scalars, read out of arrays by index. A value is
the neuron's own if it was read at the number of this neuron from an array each element of which has been computed from
its own past alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.tree_util import keystr, tree_flatten_with_path

from bouton.plasticity._followed import MOVED, ONE, OWN, SEVERAL, Value
from bouton.plasticity._provenance import follow
from bouton.plasticity.applications import Application
from bouton.plasticity.event import Spiking
from bouton.plasticity.locality import Feedback, PathwayAudit, Seen

__all__ = ["ProjectionAudit", "audit_projections", "label", "looked_at", "operands_of", "with_feedback"]

_SCOPES = {
    "pre": "one value per presynaptic neuron",
    "post": "one value per postsynaptic neuron",
    "signal": "one value for all synapses",
}


class ProjectionAudit(NamedTuple):
    """What was found of a projection, and the arrays of the state that are its synaptic variables."""

    pathway: PathwayAudit
    arrays: frozenset[str]


def label(prefix: str, path: tuple) -> str:
    """Return the name of a leaf."""
    text = keystr(path, simple=True, separator=".")
    return f"{prefix}.{text}" if prefix and text else prefix or text


def operands_of(application: Application, known: Mapping[str, list[Value]]) -> list[Value]:
    """Return what is known of the operands of an application, behind the arrays that its rule carries."""
    number = len(jax.tree.leaves(application.operands))
    values = known.get(application.marker, [Value()] * number)
    return values[len(values) - number :]


def looked_at(rule: Any, operands: Mapping[str, Any]) -> tuple[list[bool], list[tuple[int, ...]]]:
    """Trace a rule for a single synapse: which of its operands matter, and which arrays it carries along."""
    scalars = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct((), jnp.result_type(leaf)), dict(operands))
    # A function of its own: JAX takes an object with a field `trace` for a compiled function.
    traced = jax.make_jaxpr(lambda *given: rule(*given))(
        scalars["synapse"], scalars["pre"], scalars["post"], scalars["signal"]
    )
    given = [Value(frozenset({str(index)})) for index in range(len(traced.jaxpr.invars))]
    matter = frozenset[str]().union(*(value.sources for value in follow(traced, given)))
    carried = [jnp.shape(constant) for constant in traced.consts if jnp.ndim(constant) > 0]
    return [str(index) in matter for index in range(len(given))], carried


def with_feedback(
    pathways: list[PathwayAudit], values: list[list[Value]], weights: Sequence[tuple[str, ...]]
) -> list[PathwayAudit]:
    """Say of each pathway what the transpose of weights brings it, and whether synapses could learn to bring it.

    A synapse in the other direction joins the same two neurons, and sees the activity of the one that it comes from and
    of the one that it ends on. Where weights learn from a presynaptic activity that the feedback itself drives, these
    are the two activities that the weights learn from; where they learn from another one, as in backpropagation, whose
    errors drive no activity, such synapses could not follow them. Nor could they where no rule by which the weights
    learn looks at the weight itself: of two synapses that change alike each keeps what it began with.
    """
    owner: dict[str, str] = {}
    learnable: set[str] = set()
    forgetting: set[str] = set()
    for pathway, operands, names in zip(pathways, values, weights, strict=True):
        for name in names:
            owner.setdefault(name, pathway.pathway)
        pre = [value for item, value in zip(pathway.seen, operands, strict=True) if item.used and _side(item) == "pre"]
        learnable |= {name for name in names if any(name in value.transposed for value in pre)}
        own = [
            value for item, value in zip(pathway.seen, operands, strict=True) if item.used and _side(item) == "synapse"
        ]
        forgetting |= {name for value in own for name, how, _ in value.reads if how == OWN and name in names}
    return [
        replace(
            pathway,
            feedback=tuple(
                Feedback(item.name, owner[name], name in learnable & forgetting)
                for item, value in zip(pathway.seen, operands, strict=True)
                if item.used and _side(item) != "synapse"
                for name in sorted(value.transposed)
                if name in owner
            ),
        )
        for pathway, operands in zip(pathways, values, strict=True)
    ]


def _side(item: Seen) -> str:
    return item.name.partition(".")[0]


def audit_projections(
    events: list[Application],
    known: Mapping[str, list[Value]],
    held: Mapping[str, tuple[int, ...]],
    after: Mapping[str, set[str]],
    name_of: Callable[[Any], str],
) -> list[ProjectionAudit]:
    """Return what each projection's rule sees, over all the places at which it is applied.

    `held` are the shapes of the arrays of the state, `after` says which of them each holds values of after a step.
    """
    projections: list[Any] = []
    for found in events:
        if not any(found.synapses is projection for projection in projections):
            projections.append(found.synapses)
    return [
        _audit_one(projection, [each for each in events if each.synapses is projection], known, held, after, name_of)
        for projection in projections
    ]


def _audit_one(
    projection: Any,
    events: list[Application],
    known: Mapping[str, list[Value]],
    held: Mapping[str, tuple[int, ...]],
    after: Mapping[str, set[str]],
    name_of: Callable[[Any], str],
) -> ProjectionAudit:
    rule, first = projection.rule, events[0].operands
    synapse, scalar = first["own"].synapse, jnp.zeros(())
    factors = {
        "synapse": synapse,
        "pre": Spiking(scalar, first["pre"]),
        "post": Spiking(scalar, first["post"]),
        "signal": first["signal"],
    }
    used, carried = looked_at(rule, factors)
    matters = dict(zip(_names(factors), used, strict=True))
    own_names = _names({"synapse": synapse})
    arrays: frozenset[str] = frozenset()
    derives: dict[str, set[str]] = {name: set() for name in own_names}
    reasons: dict[str, list[str]] = {name: [] for name in own_names}
    for event in events:
        named = dict(zip(_names(event.operands), operands_of(event, known), strict=True))
        held_here = [value for name, value in named.items() if name.partition(".")[0] == "synapses"]
        arrays |= {name for value in held_here for name, how, _ in value.reads if how == OWN}
        places = {(named[f"own.{part}"].label,) for part in ("number", "arrival", "neuron")}
        for name, value in named.items():
            side, _, rest = name.partition(".")
            if side in ("pre", "post"):
                shown = f"{side}.readouts.{rest}"
                derives.setdefault(shown, set()).update(leaf for leaf, *_ in value.reads)
                reasons.setdefault(shown, []).extend(_wrong(shown, value, places))
        for name in own_names:
            derives[name] |= {leaf for leaf, *_ in named[f"own.{name}"].reads}
        if "signal" in named:
            derives.setdefault("signal", set())
            reasons.setdefault("signal", [])
    own_arrays = arrays | {leaf for leaf in held if leaf.endswith(".written")}
    for name in own_names:
        # Where old weights are kept for a while, they are the synapses' own all the same.
        kept = {leaf for leaf in derives[name] - arrays if after[leaf] <= own_arrays | {leaf}}
        derives[name] -= kept
        reasons[name] += [f"the weight is that of {leaf}" for leaf in sorted(derives[name] - arrays)]
    seen = tuple(
        Seen(
            name,
            held[min(leaves)] if leaves else (),
            _SCOPES.get(name.partition(".")[0], "its own variable") if not reasons[name] else "values of other neurons",
            matters[name],
            tuple(sorted(leaves)),
            not reasons[name],
        )
        for name, leaves in derives.items()
    )
    wrong = [text for item in seen if item.used for text in dict.fromkeys(reasons[item.name])]
    wrong += [f"the rule carries an array of shape {shape} that every synapse sees" for shape in carried]
    summary = (type(rule).__doc__ or "").strip().split("\n")[0]
    sizes = (projection.n_post, projection.n_pre)
    return ProjectionAudit(
        PathwayAudit(name_of(projection), type(rule).__name__, summary, sizes, seen, tuple(wrong)), arrays
    )


def _names(operands: Mapping[str, Any]) -> list[str]:
    return [label(name, path) for name, tree in operands.items() for path, _ in tree_flatten_with_path(tree)[0]]


def _wrong(name: str, value: Value, places: set[tuple]) -> list[str]:
    """Say what of a value is not the neuron's own."""
    found = []
    for leaf, how, place in sorted(value.reads, key=str):
        if how in (MOVED, SEVERAL):
            found.append(f"{name} mixes {leaf} of several neurons")
        elif how != ONE or place not in places:
            found.append(f"{name} is {leaf} of another neuron")
    return found
