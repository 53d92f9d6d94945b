"""The law of bad input: constructors refuse values of a wrong kind or out of range, by name, in one sentence."""

import inspect
import math

import equinox as eqx
import pytest

from bouton._fields import range_of
from bouton.errors import InputError
from catalogue import arguments, circuits, neurons, rules, solvers
from catalogue.arguments import ARGUMENTS, NOT_CHECKED

KINDS = {
    type(row.make()): row.make for each in (rules, circuits, solvers, neurons) for row in reversed(each.ROWS.values())
}


def arguments_of(kind):
    """Return what an instance of the catalogue was made with."""
    if kind.__name__ in ARGUMENTS:
        return ARGUMENTS[kind.__name__]
    instance = KINDS[kind]()
    return {name: getattr(instance, name) for name in inspect.signature(kind).parameters}


def wrong_values(kind, name, value):
    """Yield values that a field must not have."""
    yield "wrong"
    if isinstance(value, bool | str | eqx.Module):
        return
    yield math.nan
    allowed = range_of(kind, name)
    if allowed is None or allowed.range is None:
        return
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


LIST = f"shorten the list in {arguments.__file__}"
CASES = [(kind, name) for kind in KINDS for name in arguments_of(kind)]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(("kind", "name"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_a_wrong_value_is_refused_by_name(kind, name):
    listed = NOT_CHECKED.get(kind.__name__, "").split()
    found = accepted(kind, name)
    if name in listed or f"{name}*" in listed:
        assert mark(found) in listed_as(name, listed), f"{kind.__name__} checks more of {name} now: {LIST}"
    else:
        assert found == []


def mark(found):
    """Return how a field is marked in the list: a star where values of a wrong kind alone are not refused."""
    return "" if not found else "*" if all(isinstance(value, str) for value, _ in found) else "any"


def listed_as(name, listed):
    return [mark for mark, entry in (("any", name), ("*", f"{name}*")) if entry in listed]


def test_the_list_names_what_there_is():
    known = {kind.__name__: set(arguments_of(kind)) for kind in KINDS}
    assert all(set(names.replace("*", "").split()) <= known[kind] for kind, names in NOT_CHECKED.items())


if __name__ == "__main__":
    for kind in KINDS:
        marks = {name: mark(accepted(kind, name)) for name in arguments_of(kind)}
        open_fields = [name + each.replace("any", "") for name, each in marks.items() if each]
        if open_fields:
            print(f'    "{kind.__name__}": "{" ".join(open_fields)}",')
