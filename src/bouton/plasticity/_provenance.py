"""Which inputs a traced computation's values derive from: the part of the audit that reads jaxprs.

Dependence is followed variable by variable, through calls, branches and loops (loops to their fixed point). An unknown
primitive counts as depending on all of its inputs, so that nothing is ever missed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

__all__ = ["Origin", "Sources", "follow", "origin"]

Sources = frozenset[str]
NOTHING: Sources = frozenset()
Observer = Callable[[Any, list[Sources]], None]


def _inner(jaxpr: Any) -> Jaxpr:
    return jaxpr.jaxpr if isinstance(jaxpr, ClosedJaxpr) else jaxpr


def _union(sources: Sequence[Sources]) -> Sources:
    return NOTHING.union(*sources)


def follow(jaxpr: Jaxpr | ClosedJaxpr, sources: Sequence[Sources], observe: Observer | None = None) -> list[Sources]:
    """Return the sources of each output, given those of each input; `observe` is shown every equation met."""
    jaxpr = _inner(jaxpr)
    known: dict[Any, Sources] = dict(zip(jaxpr.invars, sources, strict=True))

    def look_up(atom: Any) -> Sources:
        return NOTHING if isinstance(atom, Literal) else known.get(atom, NOTHING)

    for equation in jaxpr.eqns:
        inputs = [look_up(atom) for atom in equation.invars]
        if observe is not None:
            observe(equation, inputs)
        for variable, result in zip(equation.outvars, _through(equation, inputs, observe), strict=True):
            known[variable] = result
    return [look_up(atom) for atom in jaxpr.outvars]


def _through(equation: Any, inputs: list[Sources], observe: Observer | None) -> list[Sources]:
    parameters = equation.params
    match equation.primitive.name:
        case "cond":
            branches = [follow(branch, inputs[1:], observe) for branch in parameters["branches"]]
            return [_union([inputs[0], *results]) for results in zip(*branches, strict=True)]
        case "while":
            return _through_while(parameters, inputs, observe)
        case "scan":
            return _through_scan(equation, inputs, observe)
    called = parameters.get("jaxpr", parameters.get("call_jaxpr"))
    if isinstance(called, Jaxpr | ClosedJaxpr) and len(_inner(called).invars) == len(inputs):
        return follow(called, inputs, observe)
    return [_union(inputs)] * len(equation.outvars)


def _to_fixed_point(once: Callable[[list[Sources]], list[Sources]], carry: list[Sources]) -> list[Sources]:
    while True:
        grown = [old | new for old, new in zip(carry, once(carry), strict=True)]
        if grown == carry:
            return carry
        carry = grown


def _through_while(parameters: dict, inputs: list[Sources], observe: Observer | None) -> list[Sources]:
    n_condition, n_body = parameters["cond_nconsts"], parameters["body_nconsts"]
    constants = inputs[n_condition : n_condition + n_body]
    carry = _to_fixed_point(
        lambda now: follow(parameters["body_jaxpr"], constants + now, observe), inputs[n_condition + n_body :]
    )
    (condition,) = follow(parameters["cond_jaxpr"], inputs[:n_condition] + carry, observe)
    return [result | condition for result in carry]


def _rank(atom: Any) -> int:
    return len(atom.aval.shape)


def _scan_counts(equation: Any) -> tuple[int, int]:
    """Return the numbers of constants and of carried values of a scan.

    They follow from the shapes: what is sliced or stacked has one axis more outside than inside.
    """
    body = _inner(equation.params["jaxpr"])
    n_carry = sum(_rank(out) == _rank(inner) for out, inner in zip(equation.outvars, body.outvars, strict=True))
    n_sliced = sum(_rank(arg) != _rank(inner) for arg, inner in zip(equation.invars, body.invars, strict=True))
    return len(equation.invars) - n_carry - n_sliced, n_carry


def _through_scan(equation: Any, inputs: list[Sources], observe: Observer | None) -> list[Sources]:
    body = equation.params["jaxpr"]
    n_constants, n_carry = _scan_counts(equation)
    constants, sliced = inputs[:n_constants], inputs[n_constants + n_carry :]
    carry = _to_fixed_point(
        lambda now: follow(body, constants + now + sliced, observe)[:n_carry],
        inputs[n_constants : n_constants + n_carry],
    )
    stacked = follow(body, constants + carry + sliced, observe)[n_carry:]
    return carry + stacked


@dataclass(frozen=True)
class Origin:
    """Where a value comes from when rule applications are seen through.

    Parameters
    ----------
    inputs : frozenset of int
        Inputs of the computation that are handed through untouched, or changed by rules alone.
    writers : frozenset of str
        Primitives that wrote the value outside any rule.
    """

    inputs: frozenset[int] = frozenset()
    writers: frozenset[str] = frozenset()

    def __or__(self, other: "Origin") -> "Origin":
        return Origin(self.inputs | other.inputs, self.writers | other.writers)


def origin(jaxpr: Jaxpr | ClosedJaxpr, atom: Any, rule_operand: Callable[[Any, int], Any | None]) -> Origin:
    """Return the origin of a value.

    `rule_operand(equation, position)` returns the synaptic operand behind an output of a rule application, and None for
    any other equation.
    """
    jaxpr = _inner(jaxpr)
    if isinstance(atom, Literal) or atom in jaxpr.constvars:
        return Origin(writers=frozenset({"a constant"}))
    if atom in jaxpr.invars:
        return Origin(inputs=frozenset({jaxpr.invars.index(atom)}))
    equation = next(equation for equation in jaxpr.eqns if atom in equation.outvars)
    position = equation.outvars.index(atom)
    operand = rule_operand(equation, position)
    if operand is not None:
        return origin(jaxpr, operand, rule_operand)
    bodies, operands = _bodies(equation, position)
    if not bodies:
        return Origin(writers=frozenset({equation.primitive.name}))
    found = Origin()
    for body in bodies:
        inside = origin(body, _inner(body).outvars[position], rule_operand)
        found |= Origin(writers=inside.writers)
        for index in inside.inputs:
            found |= origin(jaxpr, operands[index], rule_operand)
    return found


def _bodies(equation: Any, position: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the computations that an equation hands an output on to, and the operands that they are given."""
    parameters, operands = equation.params, equation.invars
    match equation.primitive.name:
        case "cond":
            return parameters["branches"], operands[1:]
        case "while":
            return (parameters["body_jaxpr"],), operands[parameters["cond_nconsts"] :]
        case "scan" if position >= _scan_counts(equation)[1]:
            return (), operands
    called = parameters.get("jaxpr", parameters.get("call_jaxpr"))
    is_call = isinstance(called, Jaxpr | ClosedJaxpr) and len(_inner(called).invars) == len(operands)
    return ((called,) if is_call else ()), operands
