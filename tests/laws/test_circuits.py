"""Laws of circuits, each once over all rows of the catalogue. Rows come one after the other, so that programs serve."""

from functools import cached_property
from types import SimpleNamespace

import jax
import numpy as np
import pytest

import bouton
from bouton.engine import rollout, start_from
from bouton.engine.block import plan_for
from bouton.engine.checkpoint import named_leaves
from bouton.engine.selection import recordable
from bouton.errors import InputError
from bouton.plasticity import audit
from catalogue.circuits import NO_SYNAPSES, ROWS, drawn
from compiled_loops import compiled_text, is_folded, multiplies_matrices, unfoldable

KEY = jax.random.key(5)
EVENTS, MORE, BLOCK = 12, 30, 8


class Case:
    """One row, and what several laws look at."""

    def __init__(self, name):
        self.name, self.row = name, ROWS[name]
        self.circuit = self.row.make()
        self.events = drawn(self.row, self.circuit, EVENTS)

    def part(self, first, last):
        return jax.tree.map(lambda leaf: leaf[first:last], self.events)

    @cached_property
    def learned(self):
        """The state after all events, in one run."""
        return named_leaves(bouton.run(self.circuit, self.events, key=KEY).state)

    @property
    def state(self):
        """The same as a state of one's own: runs reuse its buffers."""
        return jax.tree.map(lambda leaf: jax.numpy.array(leaf, copy=True), self._state)

    @cached_property
    def _state(self):
        return bouton.run(self.circuit, self.events, key=KEY).state

    @cached_property
    def text(self):
        return compiled_text(self.circuit)

    @cached_property
    def in_float64(self):
        """Circuit, events, start and states in double precision, as one traced scan; the start is that of single."""
        start = self.circuit.init(KEY)
        with jax.enable_x64(True):
            circuit = self.row.make()
            events = drawn(self.row, circuit, MORE)
            start = jax.tree.map(as_wide, start, jax.eval_shape(circuit.init, KEY))
            return SimpleNamespace(circuit=circuit, events=events, start=start, states=rolled(circuit, events, start))


@jax.jit
def rolled(circuit, events, state):
    """Return the states after each event."""
    return rollout(circuit, events, KEY, state, look=lambda state, info: state)[1]


def as_wide(leaf, width):
    is_key = jax.numpy.issubdtype(leaf.dtype, jax.dtypes.prng_key)
    return leaf if is_key else jax.numpy.asarray(leaf, width.dtype)


@pytest.fixture(scope="module", params=ROWS)
def case(request):
    return Case(request.param)


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


def test_events_change_the_state(case):
    before = named_leaves(case.circuit.init(KEY))
    assert any(np.any(before[name] != value) for name, value in case.learned.items())
    assert all(np.all(np.isfinite(value)) for value in case.learned.values() if value.dtype.kind == "f")


def test_it_starts_from_any_array_of_its_state_and_refuses_what_is_none(case):
    own = recordable(case.circuit.init(KEY))
    given = {name: np.asarray(leaf).tolist() for name, leaf in own.items()}
    assert_same(named_leaves(start_from(case.circuit, given, key=KEY)), named_leaves(case.circuit.init(KEY)))
    for name, leaf in own.items():
        for wrong in (np.zeros((7, *leaf.shape)), "weights", np.full(leaf.shape, np.nan), np.full(leaf.shape, 1j)):
            with pytest.raises(InputError, match=name):
                start_from(case.circuit, {name: wrong}, key=KEY)
    with pytest.raises(InputError, match="has no 'nothing'"):
        start_from(case.circuit, {"nothing": 0}, key=KEY)


def test_the_state_of_another_circuit_is_refused(case):
    state = case.circuit.init(KEY)
    several = jax.tree.map(lambda leaf: jax.numpy.stack([leaf, leaf]), state)
    for wrong in (several, {"of": np.zeros(3)}, case.circuit, type(case.circuit), None.__class__):
        with pytest.raises(InputError, match="state"):
            bouton.run(case.circuit, case.events, key=KEY, state=wrong)
        with pytest.raises(InputError, match="state"):
            bouton.respond(case.circuit, wrong, case.events)


def test_parts_are_the_whole(case):
    half = bouton.run(case.circuit, case.part(0, 5), key=KEY)
    rest = bouton.run(case.circuit, case.part(5, None), key=KEY, state=half.state, first_step=half.steps)
    assert_same(named_leaves(rest.state), case.learned)


def test_a_run_that_is_stopped_and_resumed_ends_with_the_same_bits(case, tmp_path):
    options = {"key": KEY, "checkpoint": tmp_path, "checkpoint_every": 5}
    assert_same(named_leaves(bouton.run(case.circuit, case.events, **options).state), case.learned)
    for file in tmp_path.glob(f"checkpoint-{EVENTS:012d}.*"):
        file.unlink()
    resumed = bouton.run(case.circuit, case.events, resume=True, **options)
    assert resumed.resumed_from == 10
    assert_same(named_leaves(resumed.state), case.learned)


def test_a_model_file_brings_it_back(case, tmp_path):
    circuit, state = bouton.load(bouton.save(tmp_path / "model", case.circuit, case.state))
    assert jax.tree.structure(circuit) == jax.tree.structure(case.circuit)
    assert_same(named_leaves(state), case.learned)
    again, as_before = (
        bouton.run(each, case.part(0, 3), key=KEY, state=before, first_step=EVENTS)
        for each, before in ((circuit, state), (case.circuit, case.state))
    )
    assert_same(named_leaves(again.state), named_leaves(as_before.state))


def test_responding_changes_nothing_and_each_event_is_responded_to_by_itself(case):
    state = case.state
    together, again = (bouton.respond(case.circuit, state, case.events) for _ in range(2))
    alone = bouton.respond(case.circuit, state, case.part(7, 8))
    assert_same(named_leaves(state), case.learned)
    for one, other, single in zip(*map(jax.tree.leaves, (together, again, alone)), strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one[7:8], single)


def test_a_rollout_is_the_run_and_double_precision_agrees_with_single(case):
    if case.row.not_in_float64:
        states = rolled(case.circuit, case.events, case.circuit.init(KEY))
    else:
        states = case.in_float64.states
    found = named_leaves(jax.tree.map(lambda leaf: leaf[EVENTS - 1], states))
    assert found.keys() == case.learned.keys()
    for name, value in case.learned.items():
        scale = np.max(np.abs(value), initial=0)
        np.testing.assert_allclose(found[name], value, rtol=0, atol=5e-5 * float(scale), err_msg=name)


def test_the_audit_says_what_the_row_says(case):
    found = audit(case.circuit)
    said = [
        f"{pathway.pathway}: {pathway.rule}" + (f" ({'; '.join(pathway.reasons)})" if pathway.reasons else "")
        for pathway in found.pathways
    ]
    assert ", ".join((*said, *found.reasons)) == ("" if case.row.audit == NO_SYNAPSES else case.row.audit)
    assert found.local == (bool(said) and "(" not in case.row.audit)
    assert found.transport == case.row.transport


def test_the_loop_can_be_folded_or_the_row_says_why_not(case):
    row, found = case.row, unfoldable(case.text)
    assert found <= row.unfoldable, (
        f"the loop of {type(case.circuit).__name__} holds {', '.join(sorted(found - row.unfoldable))}, which keeps XLA "
        "from folding it: write the step another way, or say why in its row of the catalogue"
    )
    assert found == row.unfoldable, f"{', '.join(sorted(row.unfoldable - found))} is gone: take it off the row"
    assert bool(row.unfoldable) == bool(row.why_unfoldable)


def test_a_loop_that_can_be_folded_is(case):
    if not case.row.unfoldable:
        assert multiplies_matrices(case.text) == case.row.products
    assert case.row.products or is_folded(case.text) == (not case.row.unfoldable)


def test_the_weights_that_the_row_says_wait_for_the_end_of_a_block(case):
    plan = plan_for(case.circuit, jax.eval_shape(case.circuit.init, KEY), case.circuit.event)
    assert [pathway.name for pathway in plan.pathways] == list(case.row.waits)
    assert plan.reasons.keys() == case.row.reasons.keys()
    for pathway, reason in case.row.reasons.items():
        assert reason in plan.reasons[pathway]


@pytest.mark.parametrize("case", [name for name, row in ROWS.items() if row.waits], indirect=True, scope="module")
def test_in_blocks_it_learns_the_same(case):
    """Sums and rates of one over t are among what waits."""
    plain = case.in_float64
    with jax.enable_x64(True):
        options = {"key": KEY, "state": plain.start, "block": BLOCK}
        blocked = named_leaves(bouton.run(plain.circuit, plain.events, **options).state)
    expected = named_leaves(jax.tree.map(lambda leaf: leaf[-1], plain.states))
    for name, value in expected.items():
        scale = np.max(np.abs(value), initial=0)
        np.testing.assert_allclose(blocked[name], value, rtol=0, atol=1e-11 * float(scale), err_msg=name)


COUNTS = ("n_samples", "n_steps", "n_batches", "run_lengths", "samples_since_active")


def test_a_count_that_32_bits_no_longer_hold_stays_and_is_not_negative(case):
    def ended(path, leaf):
        counts = str(path[-1]).strip(".") in COUNTS and jax.numpy.issubdtype(leaf.dtype, jax.numpy.integer)
        return jax.numpy.full_like(leaf, 2**31 - 1) if counts else leaf

    state = jax.tree_util.tree_map_with_path(ended, case.state)
    found = named_leaves(bouton.run(case.circuit, case.part(0, 3), key=KEY, state=state).state)
    counts = {name: leaf for name, leaf in found.items() if name.rpartition(".")[2] in COUNTS}
    if not counts:
        pytest.skip("it counts nothing")
    assert all(np.all(leaf >= 0) for leaf in counts.values()), counts
    assert all(np.all(np.isfinite(leaf)) for leaf in found.values() if leaf.dtype.kind == "f")
