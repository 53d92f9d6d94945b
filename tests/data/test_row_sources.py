"""The common behaviour of row sources: the same table in every container obeys the same laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.data import ArraySource, ImageFolder, ImagePatches, Table
from bouton.errors import InputError

TABLE = np.random.default_rng(0).normal(size=(2500, 3))


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Return one source of each kind with the array that it should equal."""
    folder = tmp_path_factory.mktemp("sources")
    made = {"array": (ArraySource(TABLE), TABLE)}
    np.save(folder / "table.npy", TABLE)
    made["memory map"] = (ArraySource(np.load(folder / "table.npy", mmap_mode="r")), TABLE)
    np.savetxt(folder / "table.csv", TABLE, delimiter=",", fmt="%.18e")
    made["csv"] = (Table(folder / "table.csv"), TABLE)
    import pyarrow
    from pyarrow import parquet

    columns = dict(zip("abc", TABLE.T, strict=True))
    parquet.write_table(pyarrow.table(columns), folder / "table.parquet", row_group_size=700)
    made["parquet"] = (Table(folder / "table.parquet"), TABLE)
    from PIL import Image

    pictures = np.random.default_rng(1).integers(256, size=(9, 2, 3)).astype(np.uint8)
    (folder / "images").mkdir()
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / "images" / f"{number}.png")
    made["images"] = (
        ImageFolder(folder / "images", linearise=False),
        (pictures.reshape(9, 6) / 255).astype(np.float32),
    )
    patches = ImagePatches(np.random.default_rng(2).normal(size=(2, 20, 30)), 4, 9000, seed=5, dihedral=True)
    made["patches"] = (patches, patches.read(0, 9000))
    return made


KINDS = ["array", "memory map", "csv", "parquet", "images", "patches"]


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
def test_reading_equals_slicing(sources, kind):
    source, expected = sources[kind]
    assert source.shape == expected.shape
    assert source.dtype == expected.dtype
    assert source.n_features == expected.shape[1]
    assert len(source) == len(expected)
    count = len(expected)
    for start, stop in [(0, count), (0, 1), (count - 1, count), (count // 3, 2 * count // 3), (2, 2)]:
        rows = source.read(start, stop)
        assert rows.dtype == expected.dtype
        assert type(rows) is np.ndarray
        np.testing.assert_array_equal(rows, expected[start:stop])
        np.testing.assert_array_equal(source[start:stop], expected[start:stop])
    np.testing.assert_array_equal(source[::-2], expected[::-2])
    np.testing.assert_array_equal(source[-1], expected[-1])
    np.testing.assert_array_equal(source[5:2], expected[5:2])
    np.testing.assert_array_equal(np.asarray(source), expected)
    np.testing.assert_array_equal(np.concatenate(list(source.blocks(1000))), expected)
    np.testing.assert_array_equal(next(iter(source)), expected[0])


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_taking_equals_fancy_indexing(sources, kind, data):
    source, expected = sources[kind]
    indices = data.draw(st.lists(st.integers(-len(expected), len(expected) - 1), max_size=30))
    chosen = np.array(indices, dtype=np.int64)
    np.testing.assert_array_equal(source.take(chosen), expected[chosen])


@pytest.mark.parametrize("kind", KINDS)
def test_masks_and_bounds(sources, kind):
    source, expected = sources[kind]
    mask = np.arange(len(expected)) % 4 == 1
    np.testing.assert_array_equal(source[mask], expected[mask])
    with pytest.raises(InputError, match="rows 0 to"):
        source.read(0, len(source) + 1)
    with pytest.raises(IndexError, match="index outside"):
        source.take([len(source)])
    with pytest.raises(IndexError, match="mask has shape"):
        source.take([True, False])
    with pytest.raises(IndexError, match="whole numbers"):
        source.take([0.5])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_belongs_to_the_reader(sources, kind):
    source, expected = sources[kind]
    rows = source.read(0, 2)
    rows[:] = 7
    np.testing.assert_array_equal(source.read(0, 2), expected[:2])
    assert source.fingerprint() == ArraySource(expected).fingerprint()


def test_the_fingerprint_depends_on_content_shape_and_dtype():
    print_ = ArraySource(TABLE).fingerprint()
    changed = TABLE.copy()
    changed[1234, 1] = np.nextafter(changed[1234, 1], 9)
    others = [changed, TABLE[:-1], TABLE.reshape(-1, 5), TABLE.astype(np.float32), TABLE[::-1]]
    prints = {ArraySource(other).fingerprint() for other in others}
    assert len(prints) == len(others)
    assert print_ not in prints
    assert ArraySource(TABLE.astype(">f8")).fingerprint() == print_
    assert ArraySource(np.asfortranarray(TABLE)).fingerprint() == print_
    assert len(print_) == 32


def test_the_fingerprint_of_a_large_table_samples_it():
    large = np.random.default_rng(0).normal(size=(300_000, 8))
    print_ = ArraySource(large).fingerprint()
    assert ArraySource(large).fingerprint() == print_
    for row in (0, 5000, len(large) - 1, int(np.linspace(0, len(large) - 1, 256)[100])):
        changed = large.copy()
        changed[row, 0] += 1
        assert ArraySource(changed).fingerprint() != print_


@pytest.mark.parametrize(
    ("dtype", "reads"),
    [
        ("f4", "f4"), ("f8", "f8"), ("f2", "f4"), (">f4", "f4"), ("g", "f8"), ("?", "f4"), ("u1", "f4"),
        ("i2", "f4"), ("u2", "f4"), ("i4", "f8"), ("u4", "f8"), ("i8", "f8"),
    ],
)  # fmt: skip
def test_numbers_become_floats_without_loss(dtype, reads):
    source = ArraySource(np.array([[0, 1], [1, 0]], dtype=dtype))
    assert source.dtype == np.dtype(reads)
    assert source.read(0, 2).dtype == np.dtype(reads)
    np.testing.assert_array_equal(source.read(0, 2), [[0, 1], [1, 0]])


def test_more_dimensions_are_flattened_per_sample():
    cube = np.arange(24.0).reshape(2, 3, 4)
    for array in (cube, np.asfortranarray(cube)):
        np.testing.assert_array_equal(ArraySource(array).read(0, 2), cube.reshape(2, 12))
        np.testing.assert_array_equal(ArraySource(array).take([1]), cube.reshape(2, 12)[[1]])


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.array(3.0), "is a single number"),
        (np.zeros(5), r"has one dimension, shape \(5,\).*reshape\(-1, 1\)"),
        (np.zeros((0, 5)), "is empty: it has 0 samples of 5 features"),
        (np.zeros((5, 0)), "is empty: it has 5 samples of 0 features"),
        (np.zeros((2, 2), complex), "holds complex numbers .complex128"),
        (np.array([["a"]]), "holds no real numbers .dtype <U1"),
        (np.array([[b"a"]]), "holds no real numbers"),
        (np.zeros((2, 2), "M8[s]"), "holds no real numbers"),
        (np.zeros((2, 2), "m8[s]"), "holds no real numbers"),
        (np.zeros((2, 2), "f4,f4"), "holds no real numbers"),
        (np.array([[None]]), "holds Python objects"),
    ],
)
def test_refused_arrays(array, sentence):
    with pytest.raises(InputError, match=f"samples {sentence}"):
        ArraySource(array, "samples")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_missing_values_are_named_or_allowed(bad):
    array = np.zeros((10, 3), np.float32)
    array[7, 2] = bad
    source = ArraySource(array, "samples")
    source.read(0, 7)
    with pytest.raises(InputError, match=r"samples: row 7, column 2 .counted from 0. is .*(nan|inf)"):
        source.read(5, 10)
    with pytest.raises(InputError, match="row 7, column 2"):
        source.take([1, 7])
    np.testing.assert_array_equal(ArraySource(array, allow_missing=True).read(0, 10), array)
