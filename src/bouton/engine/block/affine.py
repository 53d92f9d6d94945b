"""Whether a rule does what its factors say: a `__call__` of its own may do more, which blocks would leave out."""

from collections.abc import Sequence
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr

from bouton.engine.block.trace import Use, is_variable
from bouton.plasticity import AffineRule, ResidualRule, Rule

__all__ = ["departs_from_factors"]

# Of these the result is linear in an operand, whichever one it is.
_LINEAR = {"add", "sub", "add_any", "neg", "convert_element_type", "copy", "reshape", "broadcast_in_dim"}


def departs_from_factors(update: Use) -> str:
    """Return what an `AffineRule` or `ResidualRule` does besides its factors gain and decay, or an empty text."""
    rule = update.synapses.rule
    name = type(rule).__name__
    if type(rule).weight is not Rule.weight:
        return f"{name} transmits with something else than the weight that it changes"
    base = AffineRule if isinstance(rule, AffineRule) else ResidualRule
    if type(rule).__call__ is base.__call__:
        return ""
    factors = ("gain", "decay") if base is AffineRule else ("gain",)
    if _home(rule, "__call__") < min(_home(rule, factor) for factor in factors) or not _is_linear(update):
        return f"{name} changes weights element-wise, by a __call__ of its own, exact blocking is impossible"
    return ""


def _home(rule: Rule, name: str) -> int:
    """Return the position, among the rule's classes, of the one that defines a method."""
    return next(i for i, kind in enumerate(type(rule).__mro__) if name in vars(kind))


def _is_linear(update: Use) -> bool:
    """Whether the change is linear in synapse and presynaptic activity."""
    given = [update.of_one_synapse(name) for name in ("synapse", "pre", "post", "signal")]
    traced = jax.make_jaxpr(lambda rule, given: rule(*given))(update.synapses.rule, given)
    counts = [len(jax.tree.leaves(tree)) for tree in (update.synapses.rule, *given)]
    marks = [mark for mark, count in zip((False, True, True, False, False), counts, strict=True) for _ in range(count)]
    return _follow(traced, marks) is not None


def _follow(traced: ClosedJaxpr, marks: Sequence[bool]) -> list[bool] | None:
    """Return which results depend on the marked inputs, None if one does so in another than a linear way."""
    marked = {variable for variable, mark in zip(traced.jaxpr.invars, marks, strict=True) if mark}
    for equation in traced.jaxpr.eqns:
        touched = [is_variable(atom) and atom in marked for atom in equation.invars]
        if not any(touched):
            continue
        results = _results(equation, touched)
        if results is None:
            return None
        marked |= {out for out, mark in zip(equation.outvars, results, strict=True) if mark}
    return [is_variable(out) and out in marked for out in traced.jaxpr.outvars]


def _results(equation: Any, touched: list[bool]) -> list[bool] | None:
    name, inner = equation.primitive.name, equation.params.get("jaxpr")
    if isinstance(inner, ClosedJaxpr) and len(inner.jaxpr.invars) == len(touched):
        return _follow(inner, touched)
    one_factor = name == "mul" and sum(touched) == 1
    numerator = name == "div" and not touched[1]
    chosen = name == "select_n" and not touched[0]
    return [True] if name in _LINEAR or one_factor or numerator or chosen else None
