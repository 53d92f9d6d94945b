"""The law of bad input: constructors refuse values of a wrong kind or out of range, by name, in one sentence."""

import inspect
import math

import equinox as eqx
import jax
import pytest

from bouton._fields import range_of
from bouton.errors import InputError
from catalogue import circuits, neurons, rules, solvers
from catalogue.arguments import ARGUMENTS


def parts_of(instance):
    """Yield a module and all modules that it is built of, as far as users can make them."""
    yield instance
    for value in vars(instance).values():
        for part in jax.tree.leaves(value, is_leaf=lambda leaf: isinstance(leaf, eqx.Module)):
            if isinstance(part, eqx.Module):
                yield from parts_of(part)


ROWS = [row for each in (rules, circuits, solvers, neurons) for row in reversed(each.ROWS.values())]
KINDS = {type(part): part for row in ROWS for part in parts_of(row.make())}
KINDS = {
    kind: instance
    for kind, instance in KINDS.items()
    if kind.__name__ in ARGUMENTS or all(hasattr(instance, name) for name in inspect.signature(kind).parameters)
}


def arguments_of(kind):
    """Return what an instance of the catalogue was made with."""
    if kind.__name__ in ARGUMENTS:
        return ARGUMENTS[kind.__name__]
    return {name: getattr(KINDS[kind], name) for name in inspect.signature(kind).parameters}


def wrong_values(kind, name, value):
    """Yield values that a field must not have."""
    allowed = range_of(kind, name)
    if not isinstance(value, str) or allowed is None or allowed.words:
        yield "wrong"
    yield {"wrong": 1}
    yield 1j
    if allowed is None or not allowed.none:
        yield None
    if isinstance(value, eqx.Module):
        yield type(value)
    if isinstance(value, bool | str | eqx.Module):
        return
    yield math.nan
    if allowed is None or allowed.range is None:
        return
    yield True
    lower, upper = allowed.range.lower, allowed.range.upper
    yield from (bound for bound in (lower - 1, lower, upper, upper + 1) if not allowed.range.allows(bound))
    if allowed.range.whole:
        yield (0 if math.isinf(lower) else lower) + 0.5


def accepted(kind, name):
    """Return the wrong values that are not refused as they should be, with what happens."""
    given, found = arguments_of(kind), []
    for value in wrong_values(kind, name, given[name]):
        try:
            kind(**(given | {name: value}))
        except InputError as error:
            if name not in str(error):
                found.append((value, f"the sentence does not name it: {error}"))
        except Exception as error:
            found.append((value, f"{type(error).__name__}: {error}"))
        else:
            found.append((value, "accepted"))
    return found


CASES = [(kind, name) for kind in KINDS for name in arguments_of(kind)]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(("kind", "name"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_value_is_refused_by_name(kind, name):
    assert accepted(kind, name) == []


def may_be_swept(kind, name):
    """Whether a field is stated to take arrays beside numbers."""
    allowed, field = range_of(kind, name), kind.__dataclass_fields__.get(name)
    return allowed is not None and allowed.arrays and field is not None and not field.metadata.get("static", False)


def swept(kind):
    """Return the numbers that a class is made with and that a sweep may vary."""
    given = arguments_of(kind)
    return {name: value for name, value in given.items() if isinstance(value, float) and may_be_swept(kind, name)}


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("kind", list(filter(swept, KINDS)), ids=lambda kind: kind.__name__)
def test_what_is_traced_is_taken_for_any_number(kind):
    def made(values):
        return jax.tree.leaves(eqx.filter(kind(**(arguments_of(kind) | values)), eqx.is_inexact_array))

    lanes = {name: jax.numpy.stack([jax.numpy.asarray(value)] * 2) for name, value in swept(kind).items()}
    assert jax.tree.leaves(jax.eval_shape(jax.vmap(made), lanes))
