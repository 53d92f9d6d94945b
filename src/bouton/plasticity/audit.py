"""The locality audit: what each plasticity rule of a circuit sees, read off shapes and the traced computation.

`audit(circuit)` traces one step, without running it, and reports for every application of a rule

- what one synapse sees of each operand, from the operand's shape: a value of its own neuron, a value that reaches all
  synapses alike, or a value of its own (which no neuron makes available: not local);
- whether the rule itself looks at a single synapse only: a rule that carries arrays around knows more than its synapse;
- which parts of the state and of the input each operand derives from;
- and whether synaptic arrays are changed anywhere outside a rule.

Nothing in the table is kept by hand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.tree_util import GetAttrKey, keystr, tree_flatten_with_path

from bouton.plasticity._provenance import Sources, follow, origin
from bouton.plasticity.applications import Application, recorded_applications
from bouton.plasticity.synapses import Synapses

__all__ = ["Audit", "PathwayAudit", "Seen", "audit"]


@dataclass(frozen=True)
class Seen:
    """One quantity that a rule is handed.

    Parameters
    ----------
    name : str
        Operand and field, as in ``post.activity``.
    shape : tuple of int
        Shape over the whole pathway.
    scope : str
        What one synapse sees of it.
    used : bool
        Whether the rule's result depends on it.
    derives_from : tuple of str
        Parts of the state and the input that it derives from.
    local : bool
        False if a synapse could not know it.
    """

    name: str
    shape: tuple[int, ...]
    scope: str
    used: bool
    derives_from: tuple[str, ...]
    local: bool


@dataclass(frozen=True)
class PathwayAudit:
    """What the audit found for one application of a rule to one pathway."""

    pathway: str
    rule: str
    summary: str
    shape: tuple[int, int]
    seen: tuple[Seen, ...]
    reasons: tuple[str, ...]

    @property
    def local(self) -> bool:
        """Whether every synapse changes by what it can know itself."""
        return not self.reasons


@dataclass(frozen=True)
class Audit:
    """The locality table of a circuit.

    Parameters
    ----------
    circuit : str
        Name of the circuit.
    pathways : tuple of PathwayAudit
        One entry per application of a rule in a step.
    reasons : tuple of str
        What was found outside the rules: synaptic arrays changed by other means.
    """

    circuit: str
    pathways: tuple[PathwayAudit, ...]
    reasons: tuple[str, ...]

    @property
    def local(self) -> bool:
        """Whether synapses were found that learn by a rule, and nothing non-local."""
        return bool(self.pathways) and not self.reasons and all(pathway.local for pathway in self.pathways)

    def rows(self) -> list[dict[str, str]]:
        """Return the table as rows of text: one per pathway, and one per change outside a rule."""
        table = [
            {
                "circuit": self.circuit,
                "pathway": pathway.pathway,
                "rule": pathway.rule,
                "what it does": pathway.summary,
                "synapses": " x ".join(map(str, pathway.shape)),
                "each synapse sees": "; ".join(f"{seen.name} ({seen.scope})" for seen in pathway.seen if seen.used),
                "derived from": "; ".join(
                    f"{seen.name}: {', '.join(seen.derives_from) or 'constants'}" for seen in pathway.seen if seen.used
                ),
                "verdict": "local" if pathway.local else "NOT LOCAL: " + "; ".join(pathway.reasons),
            }
            for pathway in self.pathways
        ]
        if not table and not self.reasons:
            row = dict.fromkeys(("circuit", "pathway", "rule", "verdict"), "")
            nothing = "nothing to audit: no synapses that learn by a rule handed to Synapses were found"
            return [row | {"circuit": self.circuit, "verdict": nothing}]
        for reason in self.reasons:
            row = dict.fromkeys(table[0] if table else ("circuit", "pathway", "rule", "verdict"), "")
            table.append(
                row | {"circuit": self.circuit, "pathway": "outside any rule", "verdict": f"NOT LOCAL: {reason}"}
            )
        return table


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
    applications = [found for found in used if found.use in ("update", "mean update")]
    names = ["key"] + [_label("", path) for path, _ in tree_flatten_with_path(state)[0]]
    names += ["input" + _label("", path) for path, _ in tree_flatten_with_path(circuit.event)[0]]
    operand_sources = _operand_sources(traced, names, {application.marker for application in applications})
    pathways = tuple(_audit_pathway(circuit, found, operand_sources.get(found.marker, [])) for found in applications)
    return Audit(type(circuit).__name__, pathways, _changed_outside(traced, state, new_state, applications))


def _label(prefix: str, path: tuple) -> str:
    text = keystr(path, simple=True, separator=".")
    return f"{prefix}.{text}" if prefix and text else prefix or text


def _operand_sources(traced: Any, names: list[str], markers: set[str]) -> dict[str, list[Sources]]:
    found: dict[str, list[Sources]] = {}

    def observe(equation: Any, inputs: list[Sources]) -> None:
        marker = equation.params.get("name")
        if marker in markers:
            before = found.get(marker, [frozenset()] * len(inputs))
            found[marker] = [old | new for old, new in zip(before, inputs, strict=True)]

    follow(traced, [frozenset({name}) for name in names], observe)
    return found


def _audit_pathway(circuit: Any, application: Application, sources: list[Sources]) -> PathwayAudit:
    synapses = application.synapses
    leaves = [
        (_label(operand, path), operand, jnp.shape(leaf))
        for operand, tree in application.operands.items()
        for path, leaf in tree_flatten_with_path(tree)[0]
    ]
    # Arrays that the rule carries come first among the inputs of the marked call, before its operands.
    sources = sources[len(sources) - len(leaves) :] if sources else [frozenset()] * len(leaves)
    used, carried = _looked_at(application)
    seen = tuple(
        _describe(name, operand, shape, synapses, is_used, source)
        for (name, operand, shape), is_used, source in zip(leaves, used, sources, strict=True)
    )
    reasons = [f"{item.name} is handed over as one value per synapse" for item in seen if item.used and not item.local]
    reasons += [f"the rule carries an array of shape {shape} that every synapse sees" for shape in carried]
    return PathwayAudit(
        pathway=_name_of(circuit, synapses),
        rule=type(synapses.rule).__name__,
        summary=(type(synapses.rule).__doc__ or "").strip().split("\n")[0],
        shape=synapses.connectivity.shape,
        seen=seen,
        reasons=tuple(reasons),
    )


def _describe(
    name: str, operand: str, shape: tuple[int, ...], synapses: Synapses, used: bool, sources: Sources
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


def _looked_at(application: Application) -> tuple[list[bool], list[tuple[int, ...]]]:
    """Trace the rule for a single synapse: which of its operands matter, and which arrays it carries along."""
    operands = application.operands
    scalars = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct((), jnp.result_type(leaf)), operands)
    traced = jax.make_jaxpr(application.synapses.rule)(
        scalars["synapse"], scalars["pre"], scalars["post"], scalars["signal"]
    )
    labels = [frozenset({str(index)}) for index in range(len(traced.jaxpr.invars))]
    looked_at = frozenset().union(*follow(traced, labels))
    carried = [jnp.shape(constant) for constant in traced.consts if jnp.ndim(constant) > 0]
    return [str(index) in looked_at for index in range(len(labels))], carried


def _name_of(circuit: Any, synapses: Synapses) -> str:
    """Return the name of the field, at any depth, that holds these synapses, or of the property that makes them."""
    holds_synapses = tree_flatten_with_path(circuit, is_leaf=lambda node: isinstance(node, Synapses))[0]
    held = (_label("", path) for path, node in holds_synapses if node is synapses)
    return next(held, None) or next(_made_by_property(circuit, synapses, ()), "unnamed")


def _made_by_property(module: Any, synapses: Synapses, before: tuple) -> Iterator[str]:
    """Yield the names of properties, of a module and of those inside it, that return synapses equal to these."""
    for name in dir(type(module)):
        getter = getattr(getattr(type(module), name), "fget", None)
        makes_synapses = getattr(getter, "__annotations__", {}).get("return") is Synapses
        if makes_synapses and eqx.tree_equal(getattr(module, name), synapses):
            yield _label("", (*before, GetAttrKey(name)))
    inner = tree_flatten_with_path(module, is_leaf=lambda node: node is not module and isinstance(node, eqx.Module))[0]
    for path, node in inner:
        if isinstance(node, eqx.Module):
            yield from _made_by_property(node, synapses, before + path)


def _changed_outside(traced: Any, state: Any, new_state: Any, applications: list[Application]) -> tuple[str, ...]:
    """Name the synaptic arrays whose new value is not what a rule made of the old one."""
    n_operands = {
        found.marker: (len(jax.tree.leaves(found.operands)), len(jax.tree.leaves(found.operands["synapse"])))
        for found in applications
    }

    def rule_operand(equation: Any, position: int) -> Any | None:
        counts = n_operands.get(equation.params.get("name", ""))
        return None if counts is None else equation.invars[len(equation.invars) - counts[0] + position]

    shapes = {found.synapses.connectivity.shape for found in applications}
    reasons = []
    before = tree_flatten_with_path(state)[0]
    for index, (path, leaf) in enumerate(tree_flatten_with_path(new_state)[0]):
        if jnp.shape(leaf) not in shapes:
            continue
        found = origin(traced, traced.jaxpr.outvars[index], rule_operand)
        if found.writers:
            reasons.append(f"{_label('', path)} is changed outside any rule, by {', '.join(sorted(found.writers))}")
        # The key is the first input of a step, the leaves of the state follow.
        others = [_label("", before[i - 1][0]) for i in sorted(found.inputs - {index + 1}) if 0 < i <= len(before)]
        if others:
            reasons.append(f"{_label('', path)} takes over {', '.join(others)}")
    return tuple(reasons)
