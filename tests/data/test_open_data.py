"""Opening users' files: every format, and every bad file one by one."""

import pickle
import zipfile

import numpy as np
import pytest

from bouton.data import open_data
from bouton.errors import BoutonError, InputError

TABLE = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)


def test_npy_is_a_memory_map(tmp_path):
    np.save(tmp_path / "a.npy", TABLE)
    source = open_data(str(tmp_path / "a.npy"))
    assert source.dtype == np.float32
    np.testing.assert_array_equal(source.read(3, 9), TABLE[3:9])
    assert isinstance(source._array, np.memmap)


@pytest.mark.parametrize("array", [TABLE.reshape(10, 4, 3), np.asfortranarray(TABLE), TABLE > 0, TABLE.astype(">f8")])
def test_npy_of_other_layouts(tmp_path, array):
    np.save(tmp_path / "A.NPY.npy", array)
    (tmp_path / "A.NPY.npy").rename(tmp_path / "A.NPY")
    np.testing.assert_array_equal(open_data(tmp_path / "A.NPY"), array.reshape(len(array), -1))


def test_npy_of_header_version_2(tmp_path):
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array(file, TABLE, version=(2, 0))
    np.testing.assert_array_equal(open_data(tmp_path / "a.npy"), TABLE)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz(tmp_path, save):
    save(tmp_path / "one.npz", TABLE)
    save(tmp_path / "two.npz", x=TABLE, y=TABLE[:, 0])
    np.testing.assert_array_equal(open_data(tmp_path / "one.npz"), TABLE)
    np.testing.assert_array_equal(open_data(tmp_path / "two.npz", name="x"), TABLE)
    with pytest.raises(InputError, match=r"holds 2 arrays \(x, y\); choose one with name="):
        open_data(tmp_path / "two.npz")
    with pytest.raises(InputError, match=r"has no array 'z'; it holds x, y"):
        open_data(tmp_path / "two.npz", name="z")
    with pytest.raises(InputError, match="has one dimension"):
        open_data(tmp_path / "two.npz", name="y")


def test_options_of_other_formats_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", TABLE)
    for option in ({"name": "x"}, {"columns": ["a"]}, {"header": True}):
        with pytest.raises(InputError, match=f"{next(iter(option))} applies to .* files only"):
            open_data(tmp_path / "a.npy", **option)


class Payload:
    """Loading this by pickle would create a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_pickles_are_never_loaded(tmp_path):
    trap = tmp_path / "trap"
    objects = np.empty((2, 2), object)
    objects[:] = Payload(str(trap))
    np.save(tmp_path / "objects.npy", objects, allow_pickle=True)
    np.savez(tmp_path / "objects.npz", objects)
    (tmp_path / "raw.npy").write_bytes(pickle.dumps(Payload(str(trap))))
    for name in ("objects.npy", "objects.npz"):
        with pytest.raises(InputError, match="holds Python objects instead of numbers, which are refused"):
            open_data(tmp_path / name)
    with pytest.raises(InputError, match="no NumPy file"):
        open_data(tmp_path / "raw.npy")
    assert not trap.exists()


def npy_bytes(tmp_path, array=TABLE) -> bytes:
    np.save(tmp_path / "whole.npy", array)
    return (tmp_path / "whole.npy").read_bytes()


def npy_with_header(header: str) -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    ("suffix", "content", "sentence"),
    [
        (".npy", lambda path: b"", r"is empty \(0 bytes\)"),
        (".npz", lambda path: b"", r"is empty \(0 bytes\)"),
        (".csv", lambda path: b"", r"is empty \(0 bytes\)"),
        (".parquet", lambda path: b"", r"is empty \(0 bytes\)"),
        (".npy", lambda path: npy_bytes(path)[:-1], r"truncated: shape \(40, 3\) of float32 takes 480 bytes, 479 were"),
        (".npy", lambda path: npy_bytes(path)[:30], "damaged, truncated or no NumPy file"),
        (".npy", lambda path: b"hello, I am text", "damaged, truncated or no NumPy file"),
        (".npy", lambda path: npy_bytes(path, np.zeros((2, 2), complex)), "holds complex numbers"),
        (".npy", lambda path: npy_bytes(path, np.array([["a", "b"]])), "holds no real numbers"),
        (".npy", lambda path: npy_bytes(path, np.zeros((2, 2), "f4,f4")), "holds no real numbers"),
        (".npy", lambda path: npy_bytes(path, np.zeros(9)), "has one dimension"),
        (".npy", lambda path: npy_bytes(path, np.zeros(())), "is a single number"),
        (".npy", lambda path: npy_bytes(path, np.zeros((0, 4))), "is empty: it has 0 samples"),
        (
            ".npy",
            lambda path: npy_with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 9999)}"),
            "truncated: shape .* takes 7999",
        ),
        (
            ".npy",
            lambda path: npy_with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-3, 2)}"),
            r"is damaged: its shape is \(-3, 2\)",
        ),
        (".npy", lambda path: npy_with_header("__import__('os').getcwd()"), "damaged, truncated or no NumPy file"),
        (".npz", lambda path: b"no archive", "is no .npz archive"),
        (".npz", npy_bytes, "is no .npz archive"),
        (".json", lambda path: b"{}", r"the suffix \.json is not known; use one of \.npy"),
        ("", lambda path: b"1", r"the suffix \(none\) is not known"),
        (".pkl", lambda path: pickle.dumps(TABLE), r"the suffix \.pkl is not known"),
        (".png", lambda path: b"1", "is one image, not a table of samples; draw patches"),
        (".parquet", lambda path: b"PAR1 but not really PAR1", "cannot be read as Parquet"),
    ],
)
def test_bad_files(tmp_path, suffix, content, sentence):
    path = tmp_path / f"samples{suffix}"
    path.write_bytes(content(tmp_path))
    with pytest.raises(InputError, match=sentence) as caught:
        open_data(path)
    assert path.name in str(caught.value)


def test_bad_archives(tmp_path):
    np.savez(tmp_path / "whole.npz", x=TABLE)
    whole = (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    (tmp_path / "flipped.npz").write_bytes(flipped)
    with zipfile.ZipFile(tmp_path / "none.npz", "w"):
        pass
    with zipfile.ZipFile(tmp_path / "text.npz", "w") as archive:
        archive.writestr("x.npy", "text")
    for name, sentence in [
        ("cut", "is no .npz archive, or it is truncated"),
        ("flipped", "damaged"),
        ("none", "is an archive without arrays"),
        ("text", "damaged, truncated or no NumPy file"),
    ]:
        with pytest.raises(InputError, match=sentence):
            open_data(tmp_path / f"{name}.npz")


def test_missing_file_and_folder_without_images(tmp_path):
    with pytest.raises(InputError, match=r"nothing\.npy does not exist; check the spelling"):
        open_data(tmp_path / "nothing.npy")
    with pytest.raises(InputError, match=r"holds no images .*; subfolders are not searched"):
        open_data(tmp_path)


def test_unreadable_file(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", TABLE)
    # Permissions do not stop an administrator, under whom tests may run.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(InputError, match=r"a\.npy cannot be read: permission denied"):
        open_data(tmp_path / "a.npy")


def test_nan_is_named_when_read_and_passes_on_request(tmp_path):
    array = TABLE.copy()
    array[4, 1] = np.nan
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(InputError, match=r"a\.npy: row 4, column 1"):
        open_data(tmp_path / "a.npy").read(0, 10)
    np.testing.assert_array_equal(open_data(tmp_path / "a.npy", allow_missing=True), array)


def test_errors_are_errors_of_bouton_and_value_errors():
    assert issubclass(InputError, BoutonError)
    assert issubclass(InputError, ValueError)


@pytest.mark.parametrize("text", ["{'descr': (", "((((", "'''", "{'descr': '<f4', 'shape': (1e999,)}"])
def test_a_header_that_is_no_text_of_python_is_a_damaged_file(tmp_path, text):
    header = text.encode().ljust(118) + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(64)
    (tmp_path / "rows.npy").write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        open_data(tmp_path / "rows.npy")


def test_an_archive_packed_in_an_unknown_way_is_a_damaged_file(tmp_path):
    np.savez(tmp_path / "rows.npz", np.ones((3, 2)))
    content = bytearray((tmp_path / "rows.npz").read_bytes())
    for start in (8, content.rfind(b"PK\x01\x02") + 10):
        content[start : start + 2] = (99).to_bytes(2, "little")
    (tmp_path / "rows.npz").write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        open_data(tmp_path / "rows.npz")
