"""The law of few programs: however many rows come at a time, a model compiles a bounded number of programs."""

import jax
import numpy as np
import pytest

import bouton
from bouton.engine import chunk
from catalogue.circuits import ROWS as CIRCUITS
from catalogue.circuits import drawn
from catalogue.estimators import ROWS as ESTIMATORS

pytestmark = [pytest.mark.thorough, pytest.mark.filterwarnings("ignore::UserWarning")]
SEEN, LENGTHS = (1, 59, 1), (2, 3, 5, 7, 11, 17, 29, 31, 33, 37, 41, 43, 47, 53)
METHODS = ("partial_fit", "transform", "predict", "recall", "fields", "encode", "score")


@pytest.fixture
def compiled():
    """Count what is compiled while the test runs."""
    found = []

    def note(event, *_, **__):
        if event == "/jax/core/compile/backend_compile_duration":
            found.append(event)

    jax.monitoring.register_event_duration_secs_listener(note)
    yield found
    jax.monitoring.unregister_event_duration_listener(note)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_where_few_and_many_rows_were_seen_an_estimator_compiles_nothing_for_another_number(name, compiled):
    row = ESTIMATORS[name]
    targets = row.targets
    model = row.make().fit(row.rows) if targets is None else row.make().fit(row.rows, targets)

    def call(method, length):
        told = (targets[:length],) if targets is not None and method in ("partial_fit", "score") else ()
        getattr(model, method)(row.rows[:length], *told)

    for method in METHODS:
        if not hasattr(model, method):
            continue
        for length in SEEN:
            call(method, length)
        before = len(compiled)
        for length in LENGTHS:
            call(method, length)
        assert len(compiled) == before, f"{method} compiles for a number of rows of its own"


@pytest.mark.parametrize("name", CIRCUITS)
def test_a_circuit_compiles_two_loops_however_events_arrive(name):
    row = CIRCUITS[name]
    circuit = row.make()
    events, before = drawn(row, circuit, 40), chunk.advance._cache_size()
    for length in (1, 2, 5, 11, 32, 33, 37, 40):
        part = jax.tree.map(lambda leaf, length=length: np.asarray(leaf)[:length], events)
        bouton.run(circuit, part, key=jax.random.key(0), block=None)
    assert chunk.advance._cache_size() - before <= 2
