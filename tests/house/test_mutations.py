"""The laws notice when a rule is changed: a sample of the mutants; `python -m tools.mutate` judges all of them."""

import ast
import inspect

import pytest
from tools.mutate.equivalent import EQUIVALENT
from tools.mutate.judge import all_mutants, is_noticed, unchanged_rules_fail
from tools.mutate.operators import Mutant, mutants_of

EVERY = 41
"""One in so many is judged here: some half a minute."""


@pytest.mark.thorough
def test_a_sample_of_mutants_is_noticed():
    assert not unchanged_rules_fail()
    sample = [each for each in all_mutants()[::EVERY] if each[1].name not in EQUIVALENT]
    assert len(sample) > 40
    missed = [mutant.name for module, mutant in sample if not is_noticed(module, mutant)]
    assert not missed


@pytest.mark.thorough
def test_a_function_put_in_place_of_itself_is_not_noticed():
    seen = set()
    for module, mutant in all_mutants():
        where = (mutant.owner, mutant.function)
        if mutant.owner not in ("Oja", "DendriticVoltageHebb", "PairSTDP", "Multiplicative") or where in seen:
            continue
        seen.add(where)
        kind = ast.parse(inspect.getsource(getattr(module, mutant.owner))).body[0]
        (same,) = [part for part in kind.body if getattr(part, "name", None) == mutant.function]
        assert not is_noticed(module, Mutant(mutant.owner, mutant.function, mutant.line, "", "", same))
    assert len(seen) > 8


@pytest.mark.thorough
def test_what_is_called_equivalent_is_a_mutant():
    assert set(EQUIVALENT) <= {mutant.name for _, mutant in all_mutants()}


def test_a_function_is_changed_in_each_way_once():
    function = ast.parse("def gain(self, post):\n    return self.rate * jnp.maximum(post - 0.5, 0)").body[0]
    changes = {(each.after, each.before) for each in mutants_of(function, "Rule", {"self": ["rate", "leak"]})}
    assert changes >= {
        ("self.rate / jnp.maximum(post - 0.5, 0)", "self.rate * jnp.maximum(post - 0.5, 0)"),
        ("self.rate", "self.rate * jnp.maximum(post - 0.5, 0)"),
        ("post - 0.5", "jnp.maximum(post - 0.5, 0)"),
        ("post + 0.5", "post - 0.5"),
        ("1.0", "0.5"),
        ("pre", "post"),
        ("2 * self.rate", "self.rate"),
        ("-self.rate", "self.rate"),
        ("self.leak", "self.rate"),
    }
    assert len(changes) == len(list(mutants_of(function, "Rule", {"self": ["rate", "leak"]})))
