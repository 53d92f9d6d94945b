import signal
import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import ToyCircuit

import bouton
from bouton.engine import SideBySide, chunk
from bouton.errors import BoutonError, Diverged, InputError, Interrupted

KEY = jax.random.key(3)
CIRCUIT = ToyCircuit()
ROWS = np.random.default_rng(0).normal(size=(2500, 4)).astype(np.float32)


def plain_loop(circuit, rows, key, state=None):
    state = circuit.init(key) if state is None else state
    step = jax.jit(lambda circuit, key, state, x: circuit.step(key, state, x))
    for t, x in enumerate(rows):
        state, _ = step(circuit, jax.random.fold_in(key, t), state, x)
    return state


def assert_close(first, second):
    for a, b in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def same_bits(first, second):
    return all(
        np.asarray(a).tobytes() == np.asarray(b).tobytes()
        for a, b in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True)
    )


def test_a_run_is_the_plain_loop():
    run = bouton.run(CIRCUIT, ROWS[:1500], key=KEY)
    assert_close(run.state, plain_loop(CIRCUIT, ROWS[:1500], KEY))
    assert run.steps == 1500


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 1200), max_size=4), data=st.data())
def test_chunks_of_any_size_do_not_change_a_bit(cuts, data):
    pieces = np.split(ROWS[:1200], sorted(cuts))
    record = data.draw(st.sampled_from([None, {"y": 1}, {"y": 7, "weights": 10}]))
    run = bouton.run(CIRCUIT, iter([piece for piece in pieces if len(piece)]), key=KEY, record=record)
    assert same_bits(run.state, bouton.run(CIRCUIT, ROWS[:1200], key=KEY).state)


def test_recordings_are_what_each_step_returned():
    run = bouton.run(CIRCUIT, ROWS, key=KEY, record={"y": 1, "noise": 500, "weights": 250})
    assert run.recordings["y"].values.shape == (2500, 3)
    np.testing.assert_array_equal(run.recordings["noise"].steps, [500, 1000, 1500, 2000, 2500])
    np.testing.assert_array_equal(run.recordings["weights"].steps, np.arange(250, 2501, 250))
    half = bouton.run(CIRCUIT, ROWS[:1250], key=KEY)
    np.testing.assert_array_equal(run.recordings["weights"].values[4], half.state.weights)
    expected = 0.1 * jax.random.normal(jax.random.fold_in(KEY, 999), (3,))
    np.testing.assert_allclose(run.recordings["noise"].values[1], expected, rtol=1e-5)
    assert run.recordings["y"].dims == ("step", "y_0")


def test_recordings_become_xarray():
    pytest.importorskip("xarray", reason="xarray (extra: labels) is not installed")
    data = bouton.run(CIRCUIT, ROWS[:100], key=KEY, record={"y": 10, "weights": 50}).recordings.to_xarray()
    assert data["y"].sel(step_y=50).shape == (3,)
    assert data["weights"].dims == ("step_weights", "weights_0", "weights_1")


def test_recordings_in_memory_are_bounded():
    with pytest.raises(InputError, match=r"the recordings exceed .* give a checkpoint folder"):
        bouton.run(CIRCUIT, ROWS, key=KEY, record={"weights": 1}, recording_limit=10_000)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"z": 1}, "cannot record 'z': this circuit's info has noise, y, its state n_fired, weights"),
        ({"y": 0}, r"record\['y'\] must be a number of steps of at least 1, got 0"),
        ({"y": 1.5}, r"record\['y'\] must be a number of steps of at least 1, got 1.5"),
    ],
)
def test_bad_recordings_are_refused(record, message):
    with pytest.raises(InputError, match=message):
        bouton.run(CIRCUIT, ROWS, key=KEY, record=record)


def test_epochs_go_on_counting_and_shuffling_is_seeded():
    twice = bouton.run(CIRCUIT, ROWS[:300], key=KEY, epochs=2)
    assert same_bits(twice.state, bouton.run(CIRCUIT, np.concatenate([ROWS[:300]] * 2), key=KEY).state)
    shuffled = bouton.run(CIRCUIT, ROWS[:300], key=KEY, epochs=2, shuffle=True)
    assert same_bits(shuffled.state, bouton.run(CIRCUIT, ROWS[:300], key=KEY, epochs=2, shuffle=True).state)
    assert not same_bits(shuffled.state, twice.state)


def test_the_callers_state_is_left_alone():
    state = CIRCUIT.init(KEY)
    before = np.array(state.weights)
    run = bouton.run(CIRCUIT, ROWS[:50], key=KEY, state=state)
    np.testing.assert_array_equal(state.weights, before)
    assert_close(run.state, plain_loop(CIRCUIT, ROWS[:50], KEY, state))


@pytest.mark.thorough
def test_equal_shapes_never_compile_twice():
    compiled = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda name, _, **rest: compiled.append(rest.get("fun_name")) if "backend_compile" in name else None
    )
    circuit = ToyCircuit(n_outputs=5)
    rng = np.random.default_rng(1)
    bouton.run(circuit, ROWS, key=KEY)
    bouton.run(circuit, ROWS[:20], key=KEY)
    before = chunk.advance._cache_size()
    compiled.clear()
    for length in rng.integers(1, 2500, 60):
        bouton.run(ToyCircuit(n_outputs=5, rate=float(rng.uniform(0.01, 0.1))), ROWS[:length], key=KEY)
    assert chunk.advance._cache_size() == before
    assert "advance" not in " ".join(map(str, compiled))


def test_divergence_names_step_variable_and_checkpoint(tmp_path):
    poisoned = ToyCircuit(poison_at=1700)
    with pytest.raises(
        Diverged, match=r"at step 1701: weights is no longer finite; the last good checkpoint is step 1024"
    ):
        bouton.run(poisoned, ROWS, key=KEY, checkpoint=tmp_path / "run", checkpoint_every=1024)
    with pytest.raises(Diverged, match=r"diverged .*weights reached .*no checkpoint was written"):
        bouton.run(CIRCUIT, ROWS, key=KEY, bound=0.5)


def test_a_bad_row_is_named_and_what_came_before_is_saved(tmp_path):
    rows = ROWS.copy()
    rows[2222, 1] = np.nan
    with pytest.raises(InputError, match=r"row 2222 of the stream holds nan at position \(1,\)"):
        bouton.run(CIRCUIT, rows, key=KEY, checkpoint=tmp_path / "run")
    run = bouton.run(CIRCUIT, ROWS, key=KEY, checkpoint=tmp_path / "other")
    assert run.steps == 2500
    saved = bouton.engine.CheckpointFolder(tmp_path / "run").steps()
    assert saved == [2048]


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (np.zeros((0, 4)), "the stream is empty"),
        (iter([]), "the stream is empty"),
        (np.zeros((5, 3)), r"each event must have shape \(4,\), the stream holds events of shape \(3,\)"),
        (np.zeros((5, 4), object), "must hold real numbers, got an array of type object"),
        (np.zeros((5, 4), complex), "must hold real numbers, got an array of type complex128"),
        (np.full((5, 4), np.inf), "row 0 of the stream holds inf"),
        (17, "a stream must be an array, a path or an iterable of arrays, got int"),
        ({"a": np.zeros((5, 4))}, "an event of this circuit is"),
        ({"a": np.zeros((5, 4)), "b": np.zeros((4, 4))}, "all arrays of a stream must have the same number of rows"),
        ("no-such-file.npy", r"no-such-file.npy"),
        (iter([np.zeros(4), np.zeros(3)]), "must all have the same shape"),
    ],
)
def test_bad_streams_are_refused(stream, message):
    with pytest.raises(BoutonError, match=message):
        bouton.run(CIRCUIT, stream, key=KEY)


def test_sparse_rows_are_refused():
    from scipy.sparse import csr_array

    with pytest.raises(InputError, match="sparse matrices are not supported"):
        bouton.run(CIRCUIT, csr_array(ROWS[:10]), key=KEY)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("options", [{"epochs": 0}, {"epochs": 1.5}, {"checkpoint_every": 0}, {"resume": True}])
def test_bad_options_are_refused(options):
    with pytest.raises(InputError, match=next(iter(options))):
        bouton.run(CIRCUIT, ROWS, key=KEY, **options)
    with pytest.raises(InputError, match="an iterator is passed once"):
        bouton.run(CIRCUIT, iter([ROWS]), key=KEY, shuffle=True)


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path):
    def pressed_in_the_middle():
        for index, x in enumerate(ROWS):
            if index == 1500:
                signal.raise_signal(signal.SIGINT)
            yield x

    with pytest.raises(
        Interrupted, match=r"interrupted at step 1024; a checkpoint was written: resume with checkpoint="
    ):
        bouton.run(CIRCUIT, pressed_in_the_middle(), key=KEY, checkpoint=tmp_path / "run")
    run = bouton.run(CIRCUIT, iter(ROWS), key=KEY, checkpoint=tmp_path / "run", resume=True)
    assert run.resumed_from == 1024
    assert same_bits(run.state, bouton.run(CIRCUIT, ROWS, key=KEY).state)
    with pytest.raises(Interrupted, match="nothing was saved"):
        bouton.run(CIRCUIT, pressed_in_the_middle(), key=KEY)


def test_runs_in_other_threads():
    runs = []
    thread = threading.Thread(target=lambda: runs.append(bouton.run(CIRCUIT, ROWS[:100], key=KEY)))
    thread.start()
    thread.join()
    assert runs[0].steps == 100


def test_progress_shows_rate_and_the_circuits_figures(capsys):
    bouton.run(CIRCUIT, ROWS, key=KEY, progress=True)
    shown = capsys.readouterr().err
    assert "learning" in shown
    assert "length" in shown
    assert "2500/2500" in shown


def test_responses_do_not_depend_on_how_many_are_asked_for():
    run = bouton.run(CIRCUIT, ROWS[:100], key=KEY)
    whole = run.respond(ROWS)
    assert whole.shape == (2500, 3)
    np.testing.assert_array_equal(whole[17:18], run.respond(ROWS[17:18]))
    np.testing.assert_allclose(whole, ROWS @ np.asarray(run.state.weights).T, rtol=1e-4, atol=1e-5)
    with pytest.raises(InputError, match="no rows"):
        run.respond(ROWS[:0])


def test_runs_in_double_precision_where_jax_is_told_to():
    with jax.enable_x64(True):

        class Double(ToyCircuit):
            @property
            def event(self):
                return jax.ShapeDtypeStruct((4,), jnp.result_type(float))

        run = bouton.run(Double(), ROWS[:10], key=jax.random.key(0))
        assert run.state.weights.dtype == np.float64


def test_other_methods_of_a_circuit_may_answer():
    class Talkative(ToyCircuit):
        def both(self, state, x):
            y = self.respond(state, x)
            return y, 2 * y

    circuit = Talkative()
    state = circuit.init(KEY)
    once, twice = bouton.respond(circuit, state, ROWS[:50], method="both")
    np.testing.assert_array_equal(once, bouton.respond(circuit, state, ROWS[:50]))
    np.testing.assert_array_equal(twice, 2 * once)


class Nested(ToyCircuit):
    """Keeps its weights inside, beside a random key."""

    def init(self, key):
        return {"hidden": {"w": jnp.ones((3, 4))}, "rows": (jnp.zeros(4),), "key": key}

    def respond(self, state, x):
        return state["hidden"]["w"] @ x

    def step(self, key, state, x):
        hidden = {"w": state["hidden"]["w"] + x[None]}
        return {"hidden": hidden, "rows": (x,), "key": state["key"]}, {"sums": {"all": jnp.sum(x)}}


def test_what_lies_inside_is_recorded_by_its_path(tmp_path):
    rows = ROWS[:6]
    plain = bouton.run(Nested(), rows, key=KEY, record=["hidden.w", "rows.0", "sums.all"]).recordings
    np.testing.assert_allclose(plain["hidden.w"].values[:, 0], 1 + np.cumsum(rows, axis=0), rtol=1e-5)
    np.testing.assert_allclose(plain["rows.0"].values, rows, rtol=1e-6)
    np.testing.assert_allclose(plain["sums.all"].values, rows.sum(axis=1), rtol=1e-4, atol=1e-5)
    side = SideBySide({"0.001": Nested(), "0.1": Nested()})
    options = {"key": KEY, "record": {"0.001/hidden.w": 2, "0.1.sums.all": 1}}
    found = bouton.run(side, rows, checkpoint=tmp_path, checkpoint_every=2, **options).recordings
    np.testing.assert_array_equal(found["0.001/hidden.w"].values, plain["hidden.w"].values[1::2])
    np.testing.assert_array_equal(found["0.1.sums.all"].values, plain["sums.all"].values)
    with pytest.raises(InputError, match=r"cannot record 'hidden': it holds hidden\.w: name one of these"):
        bouton.run(Nested(), rows, key=KEY, record=["hidden"])
    with pytest.raises(InputError, match="cannot record 'key'"):
        bouton.run(Nested(), rows, key=KEY, record=["key"])
    with pytest.raises(InputError, match="got 'rows'"):
        bouton.run(Nested(), rows, key=KEY, record="rows")
