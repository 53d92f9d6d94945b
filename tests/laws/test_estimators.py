"""Laws of estimators, each once over all rows of the catalogue."""

import inspect
import itertools
import pickle
import re

import jax
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import (
    InvalidParameterError,
    generate_invalid_param_val,
    make_constraint,
)

import bouton
from bouton.errors import Diverged
from catalogue.estimators import ROWS

TRANSFORMERS = [name for name, row in ROWS.items() if not row.is_memory and row.targets is None]
BY_ROW = [name for name in TRANSFORMERS if not ROWS[name].in_batches]
WITHOUT_SERIES = [name for name, row in ROWS.items() if row.targets is None]
# Few rows are no data set to warn about.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def made(name):
    row = ROWS[name]
    model = row.make()
    return model if row.is_memory else model.set_params(random_state=3)


def fitted(name):
    return fit(made(name), name)


def fit(model, name):
    row = ROWS[name]
    return model.fit(row.rows) if row.targets is None else model.fit(row.rows, row.targets)


def responses(model, rows):
    method = next(method for method in ("recall", "transform", "predict") if hasattr(model, method))
    return getattr(model, method)(rows)


def go_on(model, rows, targets=None):
    if targets is not None:
        return model.partial_fit(rows, targets)
    return model.add(rows) if hasattr(model, "add") else model.partial_fit(rows)


def part(name, begin, end):
    """Return some rows, and their targets."""
    row = ROWS[name]
    return row.rows[begin:end], None if row.targets is None else row.targets[begin:end]


@pytest.mark.parametrize("name", ROWS)
def test_a_clone_has_the_parameters_and_nothing_learned(name):
    model = fitted(name)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not [attribute for attribute in vars(copy) if attribute.endswith("_")]
    again = fit(made(name).set_params(**model.get_params(deep=False)), name)
    np.testing.assert_array_equal(responses(again, ROWS[name].rows), responses(model, ROWS[name].rows))


@pytest.mark.parametrize("name", ROWS)
def test_a_pickled_model_responds_and_goes_on_as_before(name):
    model, rows = fitted(name), ROWS[name].rows
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(responses(copy, rows), responses(model, rows))
    # Patterns that are stored already are no further ones.
    more = (-rows[:2],) if ROWS[name].is_memory else part(name, 0, 7)
    first, second = (responses(go_on(each, *more), rows) for each in (model, copy))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", ROWS)
def test_learned_in_parts_it_is_the_whole(name):
    rows, first = ROWS[name].rows, ROWS[name].first
    start = go_on(made(name), *part(name, 0, first)) if first else made(name)
    cuts = (first, len(rows)), (first, first + 1, first + 6, len(rows))
    whole, parts = (pickle.loads(pickle.dumps(start)) for _ in cuts)
    for model, ends in zip((whole, parts), cuts, strict=True):
        for begin, end in itertools.pairwise(ends):
            go_on(model, *part(name, begin, end))
    np.testing.assert_array_equal(responses(parts, rows), responses(whole, rows))


NEED_NO_FIT = re.compile(r"fit|add$|partial_fit|fit_transform|set_|get_(params|metadata_routing)|load")


@pytest.mark.parametrize("name", ROWS)
def test_before_fit_nothing_responds(name):
    model, rows = made(name), ROWS[name].rows
    methods = [method for method, _ in inspect.getmembers(type(model), callable) if not method.startswith("_")]
    # Where there is no score, asking for one says so.
    asked = [method for method in methods if not NEED_NO_FIT.match(method) and hasattr(model, method)]
    assert {"transform", "recall", "predict"} & set(asked)
    given = {"get_feature_names_out": [], "save": ["here"], "generate": [3], "score_layers": [rows, [], rows, []]}
    if ROWS[name].targets is not None:
        given["score"] = [rows, ROWS[name].targets]
    for method in asked:
        with pytest.raises(NotFittedError):
            getattr(model, method)(*given.get(method, [rows]))


def diverge(*_, **__):
    raise Diverged("the run diverged at step 1")


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_what_diverged_first_is_not_fitted_and_what_diverged_later_is_as_it_was(name, monkeypatch):
    rows, fresh = ROWS[name].rows, fitted(name)
    for method in ("fit", "partial_fit"):
        model = made(name)
        with monkeypatch.context() as patch:
            patch.setattr("bouton.estimators.adapter.run", diverge)
            with pytest.raises(Diverged):
                getattr(model, method)(rows)
        with pytest.raises(NotFittedError):
            model.transform(rows)
        assert not [attribute for attribute in vars(model) if attribute.endswith("_")]
        np.testing.assert_array_equal(model.fit(rows).transform(rows), fresh.transform(rows))
        with monkeypatch.context() as patch:
            patch.setattr("bouton.estimators.adapter.run", diverge)
            with pytest.raises(Diverged):
                model.partial_fit(rows[:5])
        np.testing.assert_array_equal(model.transform(rows), fresh.transform(rows))


@pytest.mark.parametrize("name", BY_ROW)
def test_fit_is_a_run_of_the_circuit_and_transform_its_response(name):
    model, row = fitted(name), ROWS[name]
    shown = row.prepared(model, row.rows)
    options = {"epochs": model.epochs, "shuffle": bool(model.shuffle)}
    run = bouton.run(model.circuit_, shown, key=jax.random.key(3), **options)
    for found, expected in zip(jax.tree.leaves(model.state_), jax.tree.leaves(run.state), strict=True):
        np.testing.assert_array_equal(found, expected)
    transformed = model.transform(row.rows)
    np.testing.assert_array_equal(transformed, run.respond(shown))
    assert transformed.dtype == np.float32
    assert model.n_samples_seen_ == run.steps
    assert len(model.get_feature_names_out()) == transformed.shape[1]


@pytest.mark.parametrize("name", WITHOUT_SERIES)
def test_each_row_is_responded_to_by_itself_and_changes_nothing(name):
    model, rows = fitted(name), ROWS[name].rows
    before = pickle.dumps(model)
    together = responses(model, rows)
    np.testing.assert_allclose(responses(model, rows[5:6]), together[5:6], rtol=1e-5, atol=1e-6)
    assert pickle.dumps(model) == before


def wrong_values(name):
    """Yield each parameter of a transformer with a value of a wrong kind, and values that its constraints exclude."""
    for parameter, constraints in type(ROWS[name].make())._parameter_constraints.items():
        yield parameter, object()
        for constraint in map(make_constraint, constraints):
            try:
                yield parameter, generate_invalid_param_val(constraint)
            except NotImplementedError:
                continue


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", TRANSFORMERS)
def test_a_parameter_out_of_its_range_is_refused_by_name(name):
    model = ROWS[name].make()
    constrained = type(model)._parameter_constraints
    assert set(constrained) == set(model.get_params(deep=False))
    for parameter, value in wrong_values(name):
        for learn in ("fit", "partial_fit"):
            wrong = ROWS[name].make().set_params(**{parameter: value})
            with pytest.raises(InvalidParameterError, match=f"The '{parameter}' parameter of {type(model).__name__}"):
                getattr(wrong, learn)(ROWS[name].rows)
