"""What is known of a value of a traced computation: which inputs it derives from, and how.

Three things are followed, equation by equation:

- *sources*: the inputs that a value depends on in any way, also by what decides whether it is computed;
- *transposed*: the weights that it was summed over the postsynaptic side of, as the transpose of weights does;
- *reads*: the arrays whose elements it holds, and whether element by element, one at a certain index, or several mixed.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jax.extend.core import Literal

__all__ = ["Sources", "Value", "passed_through"]

Sources = frozenset[str]
NOTHING: Sources = frozenset()

OWN, ONE, MOVED, SEVERAL = "own", "one", "moved", "several"
"""Of an array: each element from the one at its place; from one at a known index; from one elsewhere; from several."""

_ELEMENTWISE = frozenset(
    (
        *(
            "abs",
            "add",
            "add_any",
            "and",
            "atan2",
            "bitcast_convert_type",
            "cbrt",
            "ceil",
            "clamp",
            "copy",
            "cos",
            "cosh",
        ),
        *("convert_element_type", "div", "eq", "erf", "exp", "exp2", "expm1", "floor", "ge", "gt", "integer_pow", "le"),
        *("is_finite", "log", "log1p", "logistic", "lt", "max", "min", "mul", "ne", "neg", "not", "or", "pow", "rem"),
        *("round", "rsqrt", "select_n", "shift_left", "shift_right_arithmetic", "shift_right_logical", "sign", "sin"),
        *("cosh", "sinh", "sqrt", "square", "stop_gradient", "sub", "tan", "tanh", "xor"),
    )
)
_SAME = frozenset({"convert_element_type", "copy", "reshape", "squeeze", "stop_gradient", "expand_dims"})


@dataclass(frozen=True)
class Value:
    """What is known of a value.

    Parameters
    ----------
    sources : frozenset of str
        Inputs that it depends on.
    transposed : frozenset of str
        Weights whose transpose it depends on.
    weights : frozenset of (str, int, int)
        Weights that it is, up to what is done to each by itself, with their postsynaptic and presynaptic axes.
    reads : frozenset of (str, str, object)
        Arrays that its elements come from, how, and at which index.
    label : object
        Equal for two scalars that are one and the same.
    """

    sources: Sources = NOTHING
    transposed: Sources = NOTHING
    weights: frozenset[tuple[str, int, int]] = frozenset()
    reads: frozenset[tuple[str, str, Any]] = frozenset()
    label: Any = field(default=None, compare=False)

    def __or__(self, other: "Value") -> "Value":
        return Value(
            self.sources | other.sources,
            self.transposed | other.transposed,
            self.weights | other.weights,
            self.reads | other.reads,
            self.label if self.label == other.label else None,
        )

    def decided_by(self, condition: "Value") -> "Value":
        """Return the value where a condition decided which one it is: that is known, but not read from anywhere."""
        return replace(
            self,
            sources=self.sources | condition.sources,
            transposed=self.transposed | condition.transposed,
        )

    def in_scan(self, shift: int) -> "Value":
        """Return a row of the value, or rows of it stacked: axes move by one, and rows are no single elements."""
        moved = frozenset((name, post + shift, pre + shift) for name, post, pre in self.weights)
        kept = frozenset(each for each in moved if min(each[1:]) >= 0)
        return replace(self, weights=kept, reads=_all(self.reads, SEVERAL), label=None)


def passed_through(equation: Any, inputs: list[Value]) -> list[Value]:
    """Return the results of an equation without computations inside."""
    name, parameters = equation.primitive.name, equation.params
    if name == "mul" and any(isinstance(atom, Literal) and np.all(atom.val == 0) for atom in equation.invars):
        # A rule without decay takes 0 times the weight off: that is not seeing it.
        return [Value() for _ in equation.outvars]
    shapes = [atom.aval.shape for atom in equation.invars]
    sources = NOTHING.union(*(value.sources for value in inputs))
    transposed = NOTHING.union(*(value.transposed for value in inputs), _summed_over_posts(name, parameters, inputs))
    found = []
    for number, variable in enumerate(equation.outvars):
        label = inputs[0].label if name in _SAME else (id(equation), number)
        weights = _weights(name, parameters, inputs, shapes, variable.aval.shape)
        reads = _reads(name, inputs, shapes, variable.aval.shape)
        found.append(Value(sources, transposed, weights, reads, label))
    return found


def _all(reads: frozenset, kind: str) -> frozenset:
    return frozenset((name, kind, None) for name, _, _ in reads)


def _summed_over_posts(name: str, parameters: dict, inputs: list[Value]) -> Sources:
    """Return the weights that an equation sums over their postsynaptic axis, keeping the presynaptic one."""
    if name == "dot_general":
        sums = parameters["dimension_numbers"][0]
    elif name == "reduce_sum":
        sums = (parameters["axes"],)
    else:
        return NOTHING
    return frozenset(
        leaf
        for axes, value in zip(sums, inputs, strict=False)
        for leaf, post, pre in value.weights
        if post in axes and pre not in axes
    )


def _weights(name: str, parameters: dict, inputs: list[Value], shapes: list[tuple], shape: tuple) -> frozenset:
    """Return the weights that a result still is, with their axes."""
    first = inputs[0].weights if inputs else frozenset()
    match name:
        case "transpose":
            place = list(parameters["permutation"]).index
            return frozenset((leaf, int(place(post)), int(place(pre))) for leaf, post, pre in first)
        case "broadcast_in_dim":
            to = parameters["broadcast_dimensions"]
            return frozenset((leaf, int(to[post]), int(to[pre])) for leaf, post, pre in first)
        case "squeeze":
            gone = parameters["dimensions"]
            kept = [each for each in first if not set(each[1:]) & set(gone)]
            return frozenset(
                (leaf, *(axis - sum(bool(g < axis) for g in gone) for axis in axes)) for leaf, *axes in kept
            )
    if name in _ELEMENTWISE:
        whole = (value.weights for value, own in zip(inputs, shapes, strict=True) if own == shape)
        return frozenset[tuple[str, int, int]]().union(*whole)
    return frozenset()


def _reads(name: str, inputs: list[Value], shapes: list[tuple], shape: tuple) -> frozenset:
    """Return where the elements of a result come from."""
    if name == "dynamic_slice":
        at = tuple(value.label for value in inputs[1:])
        if int(np.prod(shape)) != 1:
            return _all(inputs[0].reads, SEVERAL)
        return frozenset((leaf, ONE, at) if how == OWN else (leaf, how, index) for leaf, how, index in inputs[0].reads)
    if name == "dynamic_update_slice":
        at = tuple(value.label for value in inputs[2:])
        written = frozenset(
            (leaf, how, None) if how in (MOVED, SEVERAL) else (leaf, OWN if (how, index) == (ONE, at) else MOVED, None)
            for leaf, how, index in inputs[1].reads
        )
        return inputs[0].reads | written
    reads = frozenset[tuple[str, str, Any]]().union(*(value.reads for value in inputs))
    size, sizes = int(np.prod(shape)), [int(np.prod(own)) for own in shapes]
    is_kept = name in _ELEMENTWISE or name in _SAME or (name == "broadcast_in_dim" and sizes[0] == size)
    if not is_kept:
        return _all(reads, SEVERAL)
    return frozenset().union(
        *(_all(value.reads, SEVERAL) if own < size else value.reads for value, own in zip(inputs, sizes, strict=True))
    )
