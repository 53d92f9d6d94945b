import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toys import ToyCircuit

from bouton.engine.stream import RowStream, _Arrays, as_stream

EVENT = ToyCircuit().event


def gathered(stream, start, size):
    parts = [np.asarray(part) for part in stream.chunks(start, size)]
    assert all(len(part) <= size for part in parts)
    return np.concatenate(parts) if parts else np.zeros((0, 4))


@settings(max_examples=60, deadline=None)
@given(
    length=st.integers(1, 60),
    epochs=st.integers(1, 3),
    shuffle=st.booleans(),
    block=st.one_of(st.none(), st.integers(1, 70)),
    size=st.integers(1, 70),
    data=st.data(),
)
def test_any_position_gives_the_rest_of_the_whole(length, epochs, shuffle, block, size, data):
    rows = np.arange(4.0 * length).reshape(length, 4)
    stream = RowStream(_Arrays(rows), epochs, shuffle, (1, 2), block)
    whole = gathered(stream, 0, 17)
    assert len(whole) == stream.n_events == epochs * length
    start = data.draw(st.integers(0, epochs * length))
    np.testing.assert_array_equal(gathered(stream, start, size), whole[start:])
    for epoch in range(epochs):
        part = whole[epoch * length : (epoch + 1) * length]
        np.testing.assert_array_equal(np.sort(part[:, 0]), rows[:, 0])
        assert shuffle or np.array_equal(part, rows)


def test_shuffled_epochs_differ_and_depend_on_the_seed():
    rows = np.arange(400.0).reshape(100, 4)
    first, second = np.split(gathered(as_stream(rows, EVENT, epochs=2, shuffle=True, seed=(5,)), 0, 1000), 2)
    assert not np.array_equal(first, second)
    other = gathered(as_stream(rows, EVENT, shuffle=True, seed=(6,)), 0, 1000)
    assert not np.array_equal(first, other)


@settings(max_examples=40, deadline=None)
@given(lengths=st.lists(st.integers(0, 9), min_size=1, max_size=8), size=st.integers(1, 12), data=st.data())
def test_iterators_skip_to_a_position_and_know_what_they_skipped(lengths, size, data):
    total = sum(lengths)
    if total == 0:
        return
    rows = np.arange(4.0 * total).reshape(total, 4)
    single = data.draw(st.booleans())
    pieces = list(rows) if single else np.split(rows, np.cumsum(lengths)[:-1])
    whole_stream = as_stream(iter(pieces), EVENT)
    fingerprints = {0: as_stream(iter(pieces), EVENT).fingerprint()}
    position, seen = 0, []
    for part in whole_stream.chunks(0, size):
        position += len(part)
        seen.append(part)
        fingerprints[position] = whole_stream.fingerprint()
    np.testing.assert_array_equal(np.concatenate(seen), rows)
    start = data.draw(st.sampled_from(sorted(fingerprints)))
    resumed = as_stream(iter(pieces), EVENT)
    np.testing.assert_array_equal(gathered(resumed, start, size), rows[start:])
    assert resumed.start_fingerprint == fingerprints[start]


def test_fingerprints_tell_streams_apart():
    rows = np.random.default_rng(0).normal(size=(50, 4))
    prints = {
        as_stream(rows, EVENT).fingerprint(),
        as_stream(rows + 1, EVENT).fingerprint(),
        as_stream(rows[:49], EVENT).fingerprint(),
        as_stream(rows.astype(np.float32), EVENT).fingerprint(),
        as_stream(rows, EVENT, shuffle=True).fingerprint(),
        as_stream(rows, EVENT, shuffle=True, seed=(9,)).fingerprint(),
    }
    assert len(prints) == 6
    assert as_stream(rows.copy(), EVENT).fingerprint() in prints


@pytest.mark.parametrize("suffix", ["npy", "npz", "csv"])
def test_files_are_streams(tmp_path, suffix):
    rows = np.round(np.random.default_rng(0).normal(size=(30, 4)), 3).astype(np.float32)
    path = tmp_path / f"data.{suffix}"
    {"npy": np.save, "npz": lambda p, a: np.savez(p, a=a), "csv": lambda p, a: np.savetxt(p, a, delimiter=",")}[suffix](
        path, rows
    )
    stream = as_stream(path, EVENT, epochs=2)
    np.testing.assert_allclose(gathered(stream, 31, 7), rows[1:], rtol=1e-6)


def test_trees_of_arrays_are_streams():
    tree = {"x": np.arange(10.0), "reward": np.arange(10)}
    (first, second) = as_stream(tree, {"x": EVENT, "reward": EVENT}).chunks(4, 5)
    np.testing.assert_array_equal(first["reward"], [4, 5, 6, 7, 8])
    np.testing.assert_array_equal(second["x"], [9.0])


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("length", [1, 7, 1000, 1023, 1024])
def test_epochs_of_few_rows_share_chunks(length, shuffle):
    """A chunk costs as much as learning from hundreds of rows."""
    rows = np.arange(4.0 * length).reshape(length, 4)
    stream = as_stream(rows, EVENT, epochs=5, shuffle=shuffle)
    parts = [np.asarray(part) for part in stream.chunks(0, 1024)]
    assert len(parts) == -(-5 * length // 1024)
    expected = [
        rows[np.random.default_rng((0, epoch, 0)).permutation(length)] if shuffle else rows for epoch in range(5)
    ]
    np.testing.assert_array_equal(np.concatenate(parts), np.concatenate(expected))
