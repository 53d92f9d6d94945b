"""Spike times from files: tables of units and times, NWB, and what neo and pynapple read."""

import contextlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from bouton.data.recordings import times_in_milliseconds
from bouton.data.table_files import TableFile, table_suffix
from bouton.data.words import as_cells, as_labels
from bouton.errors import InputError, MissingDependencyError

__all__ = ["read_spikes"]

_MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


def read_spikes(
    path: str | os.PathLike[str],
    *,
    columns: tuple[str, str] = ("unit", "time"),
    time_unit: Literal["us", "ms", "s"] | None = None,
    segment: int | None = None,
) -> dict[int | str, np.ndarray]:
    """Read the spike times of recorded units.

    Parameters
    ----------
    path : path
        A table with one spike a row (.csv, .tsv, .txt, .parquet, .feather), an NWB file with a table of units (.nwb),
        a group of pynapple (.npz), or whatever else neo can read, named by its suffix.
    columns : pair of str, default ("unit", "time")
        Of a table: the columns, by name or by number from 1, of who fired and when.
    time_unit : str, optional
        Of a table: what its times are in. Default: ms, with a warning where they look like seconds. The other files
        say so themselves.
    segment : int, optional
        Of a file that neo reads: which segment, from 0; needed where there are several.

    Returns
    -------
    dict of array (spikes,)
        The times of each unit in ms, in order, under the unit's own id (a whole number, or else a name). What takes
        several trains takes this as well, and keeps the ids.

    Raises
    ------
    InputError
        If the file is not there, cannot be read, or holds no units; if a time is missing or no number.
    MissingDependencyError
        If the package that reads the file is not installed.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "spikes.csv"
    >>> _ = path.write_text("unit,time\\n7,0.012\\n3,0.010\\n7,0.031\\n")
    >>> {unit: train.tolist() for unit, train in read_spikes(path, time_unit="s").items()}
    {7: [12.0, 31.0], 3: [10.0]}
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise InputError(f"{path} is no file: name a file with spike times")
    if table_suffix(path) is not None:
        if segment is not None:
            raise InputError(f"segment applies to files that neo reads, and {path} is a table; leave it out")
        return _of_table(path, columns, time_unit or "ms")
    if time_unit is not None or columns != ("unit", "time"):
        raise InputError(f"columns and time_unit apply to tables only, and {path} is none; leave them out")
    readers: dict[str, Callable[[Path], Mapping[Any, Any]]] = {".nwb": _of_nwb, ".npz": _of_pynapple}
    suffix = path.suffix.lower()
    if suffix in readers and segment is not None:
        raise InputError(f"segment applies to files that neo reads, and {path} has none; leave it out")
    trains = readers[suffix](path) if suffix in readers else _of_neo(path, segment)
    if not trains:
        raise InputError(f"{path} holds no units")
    found = {_as_id(unit): times_in_milliseconds(train, f"unit {unit}") for unit, train in trains.items()}
    return {unit: np.sort(times) for unit, times in found.items()}


def _as_id(unit: Any) -> int | str:
    return int(unit) if isinstance(unit, int | np.integer) else str(unit)


def _of_table(path: Path, columns: tuple[str, str], time_unit: str) -> dict[int | str, np.ndarray]:
    if time_unit not in _MILLISECONDS:
        raise InputError(f"time_unit must be one of {', '.join(_MILLISECONDS)}, got {time_unit!r}")
    if isinstance(columns, str) or len(columns) != 2:
        raise InputError(f"columns must name two columns, of units and of times, got {columns!r}")
    file = TableFile(path, None, columns[1])
    places = [file.position(column) for column in columns]
    units: list[Any] = []
    times: list[np.ndarray] = []
    n_rows = 0
    for who, when in file.batches(places):
        cells = as_cells(when, file.decimal)
        if (wrong := np.flatnonzero(~np.isfinite(cells.values))).size:
            row = n_rows + int(wrong[0])
            said = repr(file.field(row, places[1])) if file.layout else "a missing value"
            raise InputError(f"{file.place(row, places[1])}: {said}, where the time of a spike is expected")
        units.append(who)
        times.append(cells.values)
        n_rows += len(cells.values)
    if n_rows == 0:
        raise InputError(f"{path} holds no spikes")
    labels = as_labels(units)
    if (missing := next((row for row, label in enumerate(labels) if not label), None)) is not None:
        raise InputError(f"{file.place(missing, places[0])}: the unit is missing")
    ids = _ids(labels)
    every = _MILLISECONDS[time_unit] * np.concatenate(times)
    numbers = {unit: number for number, unit in enumerate(dict.fromkeys(ids))}
    own = np.array([numbers[unit] for unit in ids])
    order = np.lexsort((every, own))
    trains = np.split(every[order], np.flatnonzero(np.diff(own[order])) + 1)
    # In seconds they would have been multiplied: only what was taken to be in ms is doubted.
    checked = times_in_milliseconds if time_unit == "ms" else np.asarray
    return {unit: checked(train) for unit, train in zip(numbers, trains, strict=True)}


def _ids(labels: list[str]) -> list[Any]:
    """Return whole numbers where all are, also those that pandas has written as 3.0."""
    try:
        values = [float(label) for label in labels]
    except ValueError:
        return list(labels)
    whole = all(value.is_integer() and abs(value) < 2**53 for value in values)
    # 007 and 7 may be two units.
    plain = whole and all(
        label.removesuffix(".0") == str(int(value)) for label, value in zip(labels, values, strict=True)
    )
    return [int(value) for value in values] if plain else list(labels)


def _of_nwb(path: Path) -> dict[Any, Any]:
    try:
        import pynwb  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingDependencyError("reading an NWB file needs pynwb: pip install 'bouton[neuro]'") from error
    try:
        opened: Any = pynwb.NWBHDF5IO
        with opened(str(path), "r") as file:
            units = file.read().units
            if units is None or "spike_times" not in units.colnames:
                return {}
            # NWB states seconds.
            return {
                int(unit): 1e3 * np.asarray(units.get_unit_spike_times(row)) for row, unit in enumerate(units.id[:])
            }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} cannot be read as NWB: {str(error).strip()}") from error


def _of_pynapple(path: Path) -> dict[Any, Any]:
    try:
        import pynapple  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingDependencyError("reading a pynapple file needs pynapple: pip install 'bouton[neuro]'") from error
    try:
        found = pynapple.load_file(str(path))
    except Exception as error:
        raise InputError(f"{path} cannot be read by pynapple: {str(error).strip()}") from error
    if isinstance(found, pynapple.Ts):
        return {0: found}
    if not isinstance(found, pynapple.TsGroup):
        raise InputError(
            f"{path} holds {type(found).__name__} of pynapple, where spike times (TsGroup, Ts) are expected"
        )
    return {unit: found[unit] for unit in found}


def _of_neo(path: Path, segment: int | None) -> dict[Any, Any]:
    if path.suffix.lower() in {".pkl", ".pickle"}:
        raise InputError(
            f"{path} is a pickle, which can run any code when it is read: save the spikes in another format"
        )
    try:
        import neo  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingDependencyError(f"reading {path.name} needs neo: pip install 'bouton[neuro]'") from error
    try:
        blocks = _opened_by_neo(neo, path).read()
    except Exception as error:
        raise InputError(f"{path} cannot be read by neo: {str(error).strip() or type(error).__name__}") from error
    segments = [part for block in blocks for part in block.segments]
    if segment is None and len(segments) > 1:
        raise InputError(f"{path} holds {len(segments)} segments: choose one with segment=0 to {len(segments) - 1}")
    if segment is not None and not 0 <= segment < len(segments):
        raise InputError(f"segment must lie between 0 and {len(segments) - 1}, got {segment}")
    if not segments:
        return {}
    trains = list(segments[segment or 0].spiketrains)
    for ids in ([train.annotations.get("unit_id") for train in trains], [train.name for train in trains]):
        if all(unit not in (None, "") for unit in ids) and len(set(ids)) == len(ids):
            return dict(zip(ids, trains, strict=True))
    return dict(enumerate(trains))


def _opened_by_neo(neo: Any, path: Path) -> Any:
    # Formats differ in what they call reading, and some would open the file for writing if nothing is said.
    for mode in ({"mode": "r"}, {"mode": "ro"}):
        with contextlib.suppress(OSError):
            return neo.io.get_io(str(path), **mode)
    return neo.io.get_io(str(path))
