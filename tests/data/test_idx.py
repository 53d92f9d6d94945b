"""IDX files, plain and gzip, whole and damaged."""

import gzip
import struct

import numpy as np
import pytest

from bouton.data import read_idx_images, read_idx_labels
from bouton.errors import InputError

IMAGES = np.random.default_rng(0).integers(256, size=(5, 4, 3)).astype(np.uint8)
LABELS = np.array([3, 1, 4, 1, 5], np.uint8)


def idx_bytes(array: np.ndarray) -> bytes:
    magic = {3: 2051, 1: 2049}[array.ndim]
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_round_trip(tmp_path, pack):
    (tmp_path / "images").write_bytes(pack(idx_bytes(IMAGES)))
    (tmp_path / "labels").write_bytes(pack(idx_bytes(LABELS)))
    np.testing.assert_array_equal(read_idx_images(tmp_path / "images"), IMAGES)
    np.testing.assert_array_equal(read_idx_labels(tmp_path / "labels"), LABELS)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (idx_bytes(LABELS), "magic number 2049, a file of labels; the file of images .magic number 2051. was expected"),
        (struct.pack(">I", 7) + bytes(20), "magic number 7, no IDX file of bytes"),
        (idx_bytes(IMAGES)[:-4], r"60 bytes for shape \(5, 4, 3\) were expected after the header, 56 were found"),
        (idx_bytes(IMAGES) + b"x", "60 bytes .* were expected after the header, more follow"),
        (idx_bytes(IMAGES)[:9], "a header of 16 bytes was expected, 9 were found"),
        (b"", "a header of 16 bytes was expected, 0 were found"),
        (gzip.compress(idx_bytes(IMAGES))[:-12], "damaged or truncated"),
        (gzip.compress(idx_bytes(IMAGES))[:-8] + bytes(8), "damaged or truncated: CRC check failed"),
        (struct.pack(">4I", 2051, 2**32 - 1, 2**32 - 1, 2**32 - 1) + bytes(9), "damaged or truncated|were found"),
    ],
    ids=["labels", "magic", "short", "long", "header", "empty", "gzip cut", "gzip checksum", "enormous"],
)
def test_bad_images(tmp_path, content, sentence):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence) as caught:
        read_idx_images(path)
    assert path.name in str(caught.value)


def test_images_in_place_of_labels(tmp_path):
    (tmp_path / "labels").write_bytes(idx_bytes(IMAGES))
    with pytest.raises(InputError, match="2051, a file of images; the file of labels"):
        read_idx_labels(tmp_path / "labels")


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"nowhere does not exist; an IDX file of labels was expected"):
        read_idx_labels(tmp_path / "nowhere")
