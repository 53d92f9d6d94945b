"""The locality audit: what each plasticity rule of a circuit sees, read off shapes and the traced computation.

`audit(circuit)` traces one step, without running it, and reports for every application of a rule

- what one synapse sees of each operand, from the operand's shape: a value of its own neuron, a value that reaches all
  synapses alike, or a value of its own (which no neuron makes available: not local);
- whether the rule itself looks at a single synapse only: a rule that carries arrays around knows more than its synapse;
- which parts of the state and of the input each operand derives from, and whether the transpose of weights brought it
  (*weight transport*), with or without synapses that could learn to;
- and whether synaptic arrays are changed anywhere outside a rule.

Synapses of sparse projections change one at a time: there the audit follows at which index each operand was read.
Nothing in the table is kept by hand.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.tree_util import GetAttrKey, tree_flatten_with_path

from bouton.plasticity._audit_parts import audit_projections, label, looked_at, operands_of, with_feedback
from bouton.plasticity._followed import OWN, Value
from bouton.plasticity._provenance import follow, origin
from bouton.plasticity.applications import Application, recorded_applications
from bouton.plasticity.locality import Audit, Feedback, PathwayAudit, Seen
from bouton.plasticity.synapses import Synapses

__all__ = ["Audit", "Feedback", "PathwayAudit", "Seen", "audit"]


def audit(circuit: Any) -> Audit:
    """Return the locality table of a circuit, derived from one traced step.

    Parameters
    ----------
    circuit : Circuit
        Anything with ``event`` (shapes of one event), ``init(key)`` and ``step(key, state, x)``.

    Returns
    -------
    Audit
        What each synapse of each pathway sees, and what is not local.

    Examples
    --------
    >>> from bouton.plasticity import audit
    >>> from bouton.similarity import SNMFNetwork
    >>> audit(SNMFNetwork(n_inputs=4, n_outputs=2)).local
    True
    """
    key = jax.random.key(0)
    state = jax.eval_shape(circuit.init, key)
    with recorded_applications() as used:
        traced, (new_state, _) = jax.make_jaxpr(circuit.step, return_shape=True)(key, state, circuit.event)
    updates = [found for found in used if found.use in ("update", "mean update")]
    events = [found for found in used if found.use == "event update"]
    held = {label("", path): jnp.shape(leaf) for path, leaf in tree_flatten_with_path(state)[0]}
    given = [label("input", path) for path, _ in tree_flatten_with_path(circuit.event)[0]]
    operands, results = _followed(traced, ["key", *held, *given], held, used)
    after = {name: {leaf for leaf, *_ in value.reads} for name, value in zip(held, results, strict=False)}
    weights = {found.marker: _weights_of(found, operands, held) for found in updates}
    pathways = [
        _audit_pathway(found, operands, _name_of(circuit, found.synapses, weights[found.marker])) for found in updates
    ]
    pathways = with_feedback(pathways, [operands_of(found, operands) for found in updates], list(weights.values()))
    projections = audit_projections(events, operands, held, after, lambda synapses: _name_of(circuit, synapses, ()))
    shapes = {found.synapses.connectivity.shape for found in updates}
    synaptic = {name for name, shape in held.items() if shape in shapes}
    synaptic = synaptic.union(*(found.arrays for found in projections))
    changed = _changed_outside(traced, state, new_state, [*updates, *events], synaptic)
    return Audit(type(circuit).__name__, (*pathways, *(found.pathway for found in projections)), changed)


def _followed(
    traced: Any, names: list[str], held: Mapping[str, tuple[int, ...]], used: list[Application]
) -> tuple[dict[str, list[Value]], list[Value]]:
    """Return what is known of the inputs of each application, and of the results of the step."""
    marked = {found.marker: found for found in used}
    shapes = {found.synapses.connectivity.shape for found in used if found.use != "event update"}
    start = [
        Value(
            frozenset({name}),
            weights=frozenset({(name, 0, 1)} if held.get(name) in shapes else ()),
            reads=frozenset({(name, OWN, None)} if name in held else ()),
        )
        for name in names
    ]
    known: dict[str, list[Value]] = {}

    def observe(equation: Any, inputs: list[Value], results: list[Value]) -> list[Value]:
        found = marked.get(equation.params.get("name", ""))
        before = inputs if found is None else known.get(found.marker, inputs)
        # Derivatives of a marked call bear its name as well, but have inputs of their own.
        if found is None or len(before) != len(inputs):
            return results
        # Indices are those of the last turn of a loop: only then all is known.
        known[found.marker] = [
            replace(old | new, reads=new.reads, label=new.label) for old, new in zip(before, inputs, strict=True)
        ]
        if found.use == "transpose drive":
            # Sparse connectivity gathers by tables; its marks say that it is the transpose.
            own = operands_of(found, known)[: len(jax.tree.leaves(found.operands["synapse"]))]
            weights = {name for value in own for name, how, _ in value.reads if how == OWN and held[name] in shapes}
            return [replace(result, transposed=result.transposed | weights) for result in results]
        if found.use == "event update":
            # What a rule makes of a synapse is the synapse's own from there on.
            synapses = operands_of(found, known)[: len(results)]
            return [replace(result, reads=own.reads) for result, own in zip(results, synapses, strict=True)]
        return results

    return known, follow(traced, start, observe)


def _audit_pathway(application: Application, known: dict[str, list[Value]], name: str) -> PathwayAudit:
    synapses = application.synapses
    leaves = [
        (label(operand, path), operand, jnp.shape(leaf))
        for operand, tree in application.operands.items()
        for path, leaf in tree_flatten_with_path(tree)[0]
    ]
    used, carried = looked_at(synapses.rule, application.operands)
    seen = tuple(
        _describe(name, operand, shape, synapses, is_used, value.sources)
        for (name, operand, shape), is_used, value in zip(leaves, used, operands_of(application, known), strict=True)
    )
    reasons = [f"{item.name} is handed over as one value per synapse" for item in seen if item.used and not item.local]
    reasons += [f"the rule carries an array of shape {shape} that every synapse sees" for shape in carried]
    return PathwayAudit(
        pathway=name,
        rule=type(synapses.rule).__name__,
        summary=(type(synapses.rule).__doc__ or "").strip().split("\n")[0],
        shape=synapses.connectivity.shape,
        seen=seen,
        reasons=tuple(reasons),
    )


def _weights_of(
    application: Application, known: dict[str, list[Value]], held: Mapping[str, tuple[int, ...]]
) -> tuple[str, ...]:
    """Return the arrays of the state that are the synaptic variables of a pathway."""
    own = operands_of(application, known)[: len(jax.tree.leaves(application.operands["synapse"]))]
    shape = application.synapses.connectivity.shape
    return tuple(sorted({name for value in own for name, how, _ in value.reads if how == OWN and held[name] == shape}))


def _describe(
    name: str, operand: str, shape: tuple[int, ...], synapses: Synapses, used: bool, sources: frozenset[str]
) -> Seen:
    scopes: Mapping[tuple[str, int], str] = {
        ("pre", 1): "one value per presynaptic neuron",
        ("post", 1): "one value per postsynaptic neuron",
        ("signal", 0): "one value for all synapses",
        ("synapse", 2): "its own variable",
    }
    scope = scopes.get((operand, len(shape)))
    return Seen(
        name=name,
        shape=shape,
        scope=scope or "one value per synapse",
        used=used,
        derives_from=tuple(sorted(sources)),
        local=scope is not None,
    )


def _name_of(circuit: Any, synapses: Any, arrays: tuple[str, ...]) -> str:
    """Return the field, at any depth, that holds these synapses, or the property that makes them, or their arrays."""
    holds_synapses = tree_flatten_with_path(circuit, is_leaf=lambda node: node is synapses)[0]
    held = (label("", path) for path, node in holds_synapses if node is synapses)
    return next(held, None) or next(_made_by_property(circuit, synapses, ()), None) or ", ".join(arrays) or "unnamed"


def _made_by_property(module: Any, synapses: Any, before: tuple) -> Iterator[str]:
    """Yield the names of properties, of a module and of those inside it, that return synapses equal to these."""
    for name in dir(type(module)):
        getter = getattr(getattr(type(module), name), "fget", None)
        said = getattr(getter, "__annotations__", {}).get("return", Synapses)
        if getter is None or said not in (Synapses, "Synapses"):
            continue
        # A property of a circuit of one's own may say nothing of what it returns, and need not work outside of a run.
        with contextlib.suppress(Exception):
            made = getattr(module, name)
            if isinstance(made, Synapses) and eqx.tree_equal(made, synapses):
                yield label("", (*before, GetAttrKey(name)))
    inner = tree_flatten_with_path(module, is_leaf=lambda node: node is not module and isinstance(node, eqx.Module))[0]
    for path, node in inner:
        if isinstance(node, eqx.Module):
            yield from _made_by_property(node, synapses, before + path)


def _changed_outside(
    traced: Any, state: Any, new_state: Any, applications: list[Application], synaptic: set[str]
) -> tuple[str, ...]:
    """Name the synaptic arrays whose new value is not what a rule made of the old one."""
    n_operands = {
        found.marker: (len(jax.tree.leaves(found.operands)), len(jax.tree.leaves(found.operands.get("synapse", 0))))
        for found in applications
    }

    def rule_operand(equation: Any, position: int) -> Any | None:
        counts = n_operands.get(equation.params.get("name", ""))
        return None if counts is None else equation.invars[len(equation.invars) - counts[0] + position]

    reasons = []
    before = tree_flatten_with_path(state)[0]
    for index, (path, _) in enumerate(tree_flatten_with_path(new_state)[0]):
        if label("", path) not in synaptic:
            continue
        found = origin(traced, traced.jaxpr.outvars[index], rule_operand)
        if found.writers:
            reasons.append(f"{label('', path)} is changed outside any rule, by {', '.join(sorted(found.writers))}")
        # The key is the first input of a step, the leaves of the state follow.
        others = [label("", before[i - 1][0]) for i in sorted(found.inputs - {index + 1}) if 0 < i <= len(before)]
        if others:
            reasons.append(f"{label('', path)} takes over {', '.join(others)}")
    return tuple(reasons)
