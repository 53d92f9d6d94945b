"""Models by name: from a file of data to a trained circuit on disk, as the command line offers it.

A model's options are the fields of its circuit, so that `learn` needs no list of them.
"""

import dataclasses
import difflib
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bouton._files import write_files
from bouton._models import MODELS, Model
from bouton.errors import InputError

__all__ = ["MODELS", "Model", "learn"]

_SEED_LIMIT = 2**63
_TEXTURE_PATCH = 16
_LOOKED_AT = 50_000


def learn(
    data: str | Path,
    out: str | Path,
    *,
    model: str = "online-snmf",
    components: int = 16,
    seed: int = 0,
    epochs: int | None = None,
    shuffle: bool = True,
    centre: bool = False,
    patch_size: int | None = None,
    patches: int = 100_000,
    rotations: bool | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = False,
    name: str | None = None,
    columns: Sequence[str] | None = None,
    header: bool | None = None,
    missing: Literal["error", "skip"] = "error",
    **options: Any,
) -> Any:
    """Let a model learn a file of data, with checkpoints, and write the trained circuit.

    Parameters
    ----------
    data : path
        .npy, .npz, a table (.csv, .tsv, .txt, .parquet, .feather), or a folder of images.
    out : path
        Folder for the model (``model.json`` and the tensors that it names) and the checkpoints.
    model : str
        A name of `MODELS`. Default "online-snmf".
    components : int
        Number of output neurons. Default 16.
    seed : int
        Seed of everything random. Default 0.
    epochs : int, optional
        Passes over the data. Default: the model's own number, mostly 1.
    shuffle : bool
        Whether rows change places in each pass. Default True.
    centre : bool
        Subtract the mean of each column (of each patch, where patches are cut). Default False.
    patch_size : int, optional
        Cut square patches of this many pixels out of a folder of images, instead of taking whole images. Default: the
        model's own choice; 16 for those that learn receptive fields, whole images for the others.
    patches : int
        How many patches. Default 100,000.
    rotations : bool, optional
        Rotate and mirror each patch by one of the symmetries of the square: a few images show too few edges of each
        orientation, and neurons then learn single objects by heart. Default: the model's own choice; yes for those that
        learn receptive fields.
    resume, overwrite : bool
        Go on from the checkpoints in `out`, or replace them.
    progress : bool
        Show a progress bar.
    name : str, optional
        Which array of an .npz archive.
    columns : sequence of str, optional
        Which columns of a table, by names or numbers from 1. Default: all.
    header : bool, optional
        Whether the first row of a text table names the columns. Default: found out.
    missing : {"error", "skip"}
        Whether rows with a missing value are refused (the default) or left out.
    **options
        Options of the model: the simple fields of its circuit.

    Returns
    -------
    Run
        The run, as `bouton.run` returns it.

    Raises
    ------
    InputError
        If the data or an option cannot be used.
    CheckpointError
        If `out` holds another run or cannot be written.
    """
    import jax

    from bouton.engine import run

    chosen = _model(model)
    if not 0 <= seed < _SEED_LIMIT:
        raise InputError(f"seed must lie in [0, 2**63), got {seed}")
    if missing not in ("error", "skip"):
        raise InputError(f"missing must be 'error' or 'skip', got {missing!r}")
    centre = centre or chosen.centres
    epochs = chosen.epochs if epochs is None else epochs
    if patch_size is None and Path(data).is_dir():
        patch_size = chosen.patch_size
    rotations = chosen.rotations if rotations is None else rotations
    table = {"name": name, "columns": columns, "header": header, "allow_missing": missing == "skip"}
    rows = _rows(Path(data), patch_size, patches, seed, rotations, table)
    lesson = _lesson(chosen, rows, Path(data), components, centre, options)
    done = run(
        lesson.circuit,
        lesson.stream,
        key=jax.random.key(seed),
        epochs=epochs,
        shuffle=shuffle,
        checkpoint=Path(out) / "checkpoints",
        resume=resume,
        overwrite=overwrite,
        progress=progress,
    )
    facts = {
        "model": model,
        "data": Path(data).name,
        "fingerprint": rows.fingerprint(),
        "rows": len(rows),
        "epochs": epochs,
        "seed": seed,
        "steps": done.steps,
        "centred": centre,
        "patch_size": patch_size,
        "rotated_and_mirrored": rotations and patch_size is not None,
        "whitened": lesson.whitening is not None,
    }
    has_fields = patch_size is not None and hasattr(done.state, "feedforward")
    _write(Path(out), lesson, done.state, has_fields, facts)
    if not has_fields:
        return done
    found = _image_warnings(Path(data)) if lesson.whitening is None else _field_warnings(lesson.circuit, done.state)
    return dataclasses.replace(done, notes=(*done.notes, *found))


@dataclasses.dataclass(frozen=True)
class _Lesson:
    """Who learns, and what: rows as they come, less their mean, or whitened."""

    circuit: Any
    stream: Any
    whitening: Any


def _model(name: str) -> Model:
    if name in MODELS:
        return MODELS[name]
    nearest = difflib.get_close_matches(str(name).lower().replace("_", "-"), MODELS, n=1)
    suggestion = f": did you mean {nearest[0]}?" if nearest else ";"
    raise InputError(f"there is no model {name!r}{suggestion} there is {', '.join(MODELS)}")


def _lesson(chosen: Model, rows: Any, data: Path, components: int, centre: bool, options: dict[str, Any]) -> _Lesson:
    from bouton.data import TransformedRows, Whitening, row_moments

    if isinstance(components, int) and len(rows) < components:
        raise InputError(f"{data} has {len(rows)} rows, fewer than the {components} components that are to learn them")
    mean, deviation = row_moments(rows)
    if not np.any(deviation > 0):
        raise InputError(f"all rows of {data} are the same (zero variance): there is nothing to learn")
    scale = chosen.scaled(np.zeros_like(mean) if centre else mean, deviation)
    circuit = chosen.build(rows.n_features, components, options, scale)
    if chosen.whitens:
        whitening = Whitening().fit(rows)
        return _Lesson(circuit, TransformedRows(rows, whitening.transform, "whitened"), whitening)
    if centre:
        return _Lesson(circuit, TransformedRows(rows, lambda block: block - mean, "centred"), None)
    return _Lesson(circuit, rows, None)


def _write(out: Path, lesson: _Lesson, state: Any, has_fields: bool, facts: dict[str, Any]) -> None:
    """Write what was learned; the files beside the model are named by it with their digests."""
    from bouton.engine import save

    beside: dict[str, bytes | None] = {"whitening.npz": None, "drives.npz": None}
    if (whitening := lesson.whitening) is not None:
        arrays = {"mean": whitening.mean_, "matrix": whitening.matrix_, "inverse": whitening.inverse_}
        beside["whitening.npz"] = _packed(arrays)
    if has_fields:
        beside["drives.npz"] = _packed(_drives(np.asarray(state.feedforward), lesson.stream, facts["seed"]))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in beside.items() if content is not None}
    write_files(out, beside)
    save(out, lesson.circuit, state, **facts, files=digests)


def _packed(arrays: dict[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _drives(fields: np.ndarray, stream: Any, seed: int) -> dict[str, np.ndarray]:
    """Return what the drives of two learned fields and of a random one look like over samples, less their mean."""
    from bouton.analysis import drive_statistics

    samples = stream.read(0, min(len(stream), _LOOKED_AT))
    samples = samples - samples.mean(axis=0)
    found = drive_statistics(fields, samples)
    tails = np.argsort(np.nan_to_num(found.kurtosis, nan=0.0))[::-1]
    chosen = [tails[0], tails[len(tails) // 2]]
    random = drive_statistics(np.random.default_rng(seed).normal(size=(1, fields.shape[1])), samples)
    return {
        "bins": found.bins,
        "densities": np.concatenate([found.densities[chosen], random.densities]),
        "kurtosis": np.concatenate([found.kurtosis[chosen], random.kurtosis]),
        "names": np.array(["heaviest tail", "middle field", "random field"]),
    }


def _field_warnings(circuit: Any, state: Any) -> list[str]:
    from bouton.analysis import texture_warnings

    return texture_warnings(state.feedforward) if circuit.nonlinearity.selectivity_index() > 0 else []


def _image_warnings(folder: Path) -> list[str]:
    """Look at the images themselves, where fields are not learned from white data: the limit is one for those."""
    from bouton.data import read_images
    from bouton.features import texture_test

    images = read_images(folder)
    if min(min(image.shape) for image in images.values()) < 2 * _TEXTURE_PATCH:
        return []
    found = texture_test(images, _TEXTURE_PATCH, by_picture=False)
    if found.passed:
        return []
    return [
        "the images hold periodic texture: on whitened patches of them, half of the fields of test neurons extend over "
        f"{found.share:.0%} of the pixels, where localised ones take a tenth; the fields learned here may be of that "
        "texture; bouton.features.texture_test says which image it is"
    ]


def _rows(data: Path, patch_size: int | None, patches: int, seed: int, rotations: bool, table: dict[str, Any]) -> Any:
    from bouton.data import CompleteRows, ImagePatches, open_data, refuse_equal_rows

    if patch_size is None:
        source = open_data(data, **table)
        rows = CompleteRows(source) if table["allow_missing"] else source
        refuse_equal_rows(rows)
        return rows
    if not data.is_dir():
        raise InputError(f"patches are cut from a folder of images, {data} is none: leave patch_size out")
    return ImagePatches(data, patch_size, patches, seed, dihedral=rotations)
