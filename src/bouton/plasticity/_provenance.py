"""Which inputs a traced computation's values derive from: the part of the audit that reads jaxprs.

Values are followed variable by variable, through calls, branches and loops (loops to their fixed point). An unknown
primitive counts as depending on all of its inputs, so that nothing is ever missed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from bouton.plasticity._followed import Value, passed_through

__all__ = ["Origin", "follow", "origin"]

Observer = Callable[[Any, list[Value], list[Value]], list[Value]]


def _inner(jaxpr: Any) -> Jaxpr:
    return jaxpr.jaxpr if isinstance(jaxpr, ClosedJaxpr) else jaxpr


def follow(
    jaxpr: Jaxpr | ClosedJaxpr,
    values: Sequence[Value],
    observe: Observer | None = None,
    memory: dict[Any, list[Value]] | None = None,
) -> list[Value]:
    """Return what is known of each output, given what is known of each input.

    `observe` is shown every equation met, with its inputs and its results, and returns the results. `memory` keeps what
    is known of computations inside: loops within loops would be gone through again and again.
    """
    jaxpr, memory = _inner(jaxpr), {} if memory is None else memory
    called = id(jaxpr), tuple((value, value.label) for value in values)
    if called not in memory:
        memory[called] = _followed(jaxpr, values, observe, memory)
    return memory[called]


def _followed(
    jaxpr: Jaxpr, values: Sequence[Value], observe: Observer | None, memory: dict[Any, list[Value]]
) -> list[Value]:
    known: dict[Any, Value] = dict(zip(jaxpr.invars, values, strict=True))

    def look_up(atom: Any) -> Value:
        return Value() if isinstance(atom, Literal) else known.get(atom, Value())

    for equation in jaxpr.eqns:
        inputs = [look_up(atom) for atom in equation.invars]
        results = _through(equation, inputs, observe, memory)
        if observe is not None:
            results = observe(equation, inputs, results)
        known.update(zip(equation.outvars, results, strict=True))
    return [look_up(atom) for atom in jaxpr.outvars]


def _through(equation: Any, inputs: list[Value], observe: Observer | None, memory: dict) -> list[Value]:
    parameters = equation.params
    match equation.primitive.name:
        case "cond":
            branches = [follow(branch, inputs[1:], observe, memory) for branch in parameters["branches"]]
            return [reduce(or_, results).decided_by(inputs[0]) for results in zip(*branches, strict=True)]
        case "while":
            return _through_while(equation, inputs, observe, memory)
        case "scan":
            return _through_scan(equation, inputs, observe, memory)
    called = parameters.get("jaxpr", parameters.get("call_jaxpr"))
    if isinstance(called, Jaxpr | ClosedJaxpr) and len(_inner(called).invars) == len(inputs):
        return follow(called, inputs, observe, memory)
    return passed_through(equation, inputs)


def _to_fixed_point(
    once: Callable[[list[Value]], list[Value]], carry: list[Value], equation: Any, stays: list[bool]
) -> list[Value]:
    """Return what is known of values that a loop carries; one that changes is a scalar of its own in each turn."""
    carry = [
        value if kept else replace(value, label=(id(equation), "carried", number))
        for number, (value, kept) in enumerate(zip(carry, stays, strict=True))
    ]
    while True:
        grown = [replace(old | new, label=old.label) for old, new in zip(carry, once(carry), strict=True)]
        if grown == carry:
            return carry
        carry = grown


def _stay(body: Any, first_in: int, first_out: int, number: int) -> list[bool]:
    """Return which of the values that a loop carries are handed on as they are."""
    body = _inner(body)
    pairs = zip(body.invars[first_in:], body.outvars[first_out : first_out + number], strict=False)
    return [given is handed_on for given, handed_on in pairs]


def _through_while(equation: Any, inputs: list[Value], observe: Observer | None, memory: dict) -> list[Value]:
    parameters = equation.params
    n_condition, n_body = parameters["cond_nconsts"], parameters["body_nconsts"]
    constants, start = inputs[n_condition : n_condition + n_body], inputs[n_condition + n_body :]
    carry = _to_fixed_point(
        lambda now: follow(parameters["body_jaxpr"], constants + now, observe, memory),
        start,
        equation,
        _stay(parameters["body_jaxpr"], n_body, 0, len(start)),
    )
    (condition,) = follow(parameters["cond_jaxpr"], inputs[:n_condition] + carry, observe, memory)
    return [result.decided_by(condition) for result in carry]


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


def _through_scan(equation: Any, inputs: list[Value], observe: Observer | None, memory: dict) -> list[Value]:
    body = equation.params["jaxpr"]
    n_constants, n_carry = _scan_counts(equation)
    constants = inputs[:n_constants]
    sliced = [value.in_scan(-1) for value in inputs[n_constants + n_carry :]]
    carry = _to_fixed_point(
        lambda now: follow(body, constants + now + sliced, observe, memory)[:n_carry],
        inputs[n_constants : n_constants + n_carry],
        equation,
        _stay(body, n_constants, 0, n_carry),
    )
    stacked = follow(body, constants + carry + sliced, observe, memory)[n_carry:]
    return carry + [value.in_scan(1) for value in stacked]


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
