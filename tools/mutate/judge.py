"""Puts a mutant in the place of its function, and asks the laws, the cheapest first, whether one notices.

Everything happens in one process: another one for each mutant would import JAX for longer than the laws take. What JAX
has compiled of a rule is let go of before and after a law that compiles.
"""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import equinox as eqx
import jax

from bouton.plasticity import Rule
from bouton.plasticity.rates import nonlinear_hebbian
from bouton.plasticity.spikes import pair_stdp
from tools.mutate.operators import Mutant, mutants_of

__all__ = ["all_mutants", "is_noticed", "unchanged_rules_fail"]

ROOMS = ("rates", "spikes", "voltages")
KINDS = (Rule, pair_stdp.WeightDependence, nonlinear_hebbian.PlasticityFunction)
"""What a rule is made of."""
LEFT_OUT = {"_minimal"}
"""Its results stand in a table of published numbers before anything can be changed."""


def all_mutants() -> list[tuple[types.ModuleType, Mutant]]:
    """Return the mutants of every rule, with the module that each stands in."""
    found = []
    for room in ROOMS:
        package = importlib.import_module(f"bouton.plasticity.{room}")
        for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(each.name)
            found += [(module, mutant) for mutant in _of_module(module)]
    return found


def _of_module(module: types.ModuleType) -> Iterator[Mutant]:
    tree = ast.parse(inspect.getsource(module))
    names, kinds = _names(tree), _kinds(module)
    if not kinds:
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name not in LEFT_OUT:
            yield from mutants_of(node, None, names)
        kind = kinds.get(node.name) if isinstance(node, ast.ClassDef) else None
        if isinstance(node, ast.ClassDef) and kind is not None:
            own = [field.name for field in dataclasses.fields(kind) if _is_number(field)]  # pyright: ignore
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("__check"):
                    yield from mutants_of(part, node.name, names | {"self": own})


def _is_number(field: dataclasses.Field) -> bool:
    """Whether a hyperparameter is a number, by its type: another rule or a switch has no double."""
    kind = str(field.type)
    return "bool" not in kind and any(word in kind for word in ("Float[", "float", "int"))


def _kinds(module: types.ModuleType) -> dict[str, type]:
    """Return the rules, and parts of rules, that a module defines."""
    members = inspect.getmembers(module, inspect.isclass)
    return {name: kind for name, kind in members if issubclass(kind, KINDS) and kind.__module__ == module.__name__}


def _names(tree: ast.Module) -> dict[str, list[str]]:
    """Return which variables of `pre`, `post` and `synapse` a module knows, by the tuples that it defines."""
    used: dict[str, set[str]] = {"pre": set(), "post": set(), "synapse": set()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in used:
            used[node.value.id].add(node.attr)
    return {name: sorted(found) for name, found in used.items()}


@contextmanager
def _in_place(module: types.ModuleType, mutant: Mutant) -> Iterator[None]:
    tree = ast.Module([mutant.tree], [])
    space: dict[str, Any] = {}
    # A method that asks for its class by itself would need more; no rule does.
    exec(compile(tree, module.__file__ or module.__name__, "exec"), module.__dict__, space)
    changed = space[mutant.function]
    if mutant.owner is None:
        before = getattr(module, mutant.function)
        # Whoever imported the function holds it by itself.
        holders = [each for each in list(sys.modules.values()) if vars(each).get(mutant.function) is before]
        put: Callable = setattr
    else:
        holders, put = [getattr(module, mutant.owner)], type.__setattr__
        before = vars(holders[0])[mutant.function]
        changed = changed if isinstance(changed, property) else _wrapped(changed)
    for holder in holders:
        put(holder, mutant.function, changed)
    try:
        yield
    finally:
        for holder in holders:
            put(holder, mutant.function, before)


def _wrapped(function: Callable) -> Any:
    """Return a method as modules of equinox hold it."""
    kind = type("Holder", (eqx.Module,), {"method": function})
    return vars(kind)["method"]


def _holds(part: Any, kinds: tuple[type, ...]) -> bool:
    """Whether a rule is of one of the classes, or has a part that is."""
    if isinstance(part, kinds):
        return True
    fields = dataclasses.fields(part) if dataclasses.is_dataclass(part) and not isinstance(part, type) else ()
    return any(_holds(getattr(part, field.name), kinds) for field in fields)


def is_noticed(module: types.ModuleType, mutant: Mutant) -> str:
    """Return the law that notices a mutant, or "" if none does."""
    from catalogue.rules import ROWS

    kinds = _kinds(module)
    kinds = tuple(kinds.values()) if mutant.owner is None else (kinds[mutant.owner],)
    rows = {name: row for name, row in ROWS.items() if _holds(row.make(), kinds)}
    with _in_place(module, mutant), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for law, check, asks, compiles in _laws():
            if compiles:
                jax.clear_caches()
            try:
                for name, row in rows.items():
                    if asks(name, row) and _fails(check, row):
                        return f"{law} [{name}]"
            finally:
                if compiles:
                    jax.clear_caches()
    return ""


def _laws() -> list[tuple[str, Callable, Callable, bool]]:
    """Return laws of one row, the cheapest first: name, check, which rows it is asked of, whether it compiles rules.

    Those that compile nothing of a rule see a mutant without anything having to be let go of.
    """
    from laws import test_rules as laws

    spikes, affine = set(laws.DRIVEN_BY_SPIKES), set(laws.AFFINE)
    asked: list[tuple[Callable, Callable, bool]] = [
        (laws.test_a_rule_is_its_equation, lambda name, row: name not in spikes, False),
        (laws.test_what_else_a_rule_computes_is_its_closed_form, lambda name, row: row.facts is not None, False),
        (laws.test_an_affine_rule_is_gain_times_input_less_decay_times_weight, lambda name, row: name in affine, False),
        (laws.test_a_rule_of_spikes_is_its_equation, lambda name, row: row.spikes is not None, True),
        (laws.test_bounded_weights_stay_inside, lambda name, row: row.bounds is not None, True),
        (laws.test_a_mapped_rule_is_the_rule_at_each_synapse, lambda name, row: True, True),
        (laws.test_skipping_silent_neurons_changes_nothing, lambda name, row: name in affine, True),
    ]
    return [(check.__name__, check, asks, compiles) for check, asks, compiles in asked]


def _fails(check: Callable, row: Any) -> bool:
    try:
        with jax.enable_x64(True):
            check(row)
    except Exception:
        return True
    return False


def unchanged_rules_fail() -> list[str]:
    """Return what fails without a mutant: nothing, or no judgement is worth anything."""
    from catalogue.rules import ROWS

    return [
        f"{law} [{name}]"
        for law, check, asks, _ in _laws()
        for name, row in ROWS.items()
        if asks(name, row) and _fails(check, row)
    ]
