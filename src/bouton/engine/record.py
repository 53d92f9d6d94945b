"""Recordings: chosen variables every so many steps, as plain labelled arrays, in bounded memory.

With a checkpoint folder, recorded steps move to disk in segments of a fixed number of rows; what does not fill a
segment yet is part of each checkpoint. Without one, they stay in memory, up to a limit that is checked.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jax
import numpy as np

from bouton.engine._files import read_tensors, write_tensors
from bouton.engine.selection import Selection, as_path, recordable, select
from bouton.errors import CheckpointError, InputError, MissingDependencyError

__all__ = ["Recorder", "Recording", "Recordings"]

_SEGMENT_BYTES = 2**25


@dataclass(frozen=True)
class Recording:
    """One recorded variable.

    Parameters
    ----------
    name : str
        Name of the variable.
    values : array (steps, ...)
        Its values.
    steps : int array (steps,)
        Number of events processed when each value was recorded, counted from 1.
    dims : tuple of str
        Names of the axes, the first one ``"step"``.
    """

    name: str
    values: np.ndarray
    steps: np.ndarray
    dims: tuple[str, ...]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Return the values."""
        return np.array(self.values, dtype=dtype, copy=copy)

    def __len__(self) -> int:
        return len(self.steps)

    def to_xarray(self) -> Any:
        """Return an `xarray.DataArray` with the steps as coordinate.

        Raises
        ------
        MissingDependencyError
            If xarray is not installed.
        """
        try:
            import xarray
        except ImportError:
            raise MissingDependencyError("to_xarray needs xarray: pip install 'bouton[labels]'") from None
        return xarray.DataArray(self.values, dims=self.dims, coords={"step": self.steps}, name=self.name)


class Recordings(Mapping[str, Recording]):
    """The recordings of a run, by name."""

    def __init__(self, recordings: dict[str, Recording]):
        self._recordings = recordings

    def __getitem__(self, name: str) -> Recording:
        try:
            return self._recordings[name]
        except KeyError:
            raise KeyError(f"{name!r} was not recorded; recorded are {sorted(self._recordings)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._recordings)

    def __len__(self) -> int:
        return len(self._recordings)

    def to_xarray(self) -> Any:
        """Return an `xarray.Dataset` of all recordings; each keeps its own step coordinate.

        Raises
        ------
        MissingDependencyError
            If xarray is not installed.
        """
        arrays = {name: recording.to_xarray().rename(step=f"step_{name}") for name, recording in self.items()}
        try:
            import xarray
        except ImportError:
            raise MissingDependencyError("to_xarray needs xarray: pip install 'bouton[labels]'") from None
        return xarray.Dataset(arrays)


_MOST_NAMES = 30


def _names(found: Mapping[str, Any]) -> str:
    """Return names for a message."""
    names = sorted(found)
    return ", ".join(names[:_MOST_NAMES]) + (f", and {len(names) - _MOST_NAMES} more" if names[_MOST_NAMES:] else "")


class Recorder:
    """Collects what the compiled loop recorded.

    Parameters
    ----------
    record : mapping of str to int, or sequence of str
        For each variable the number of steps between recorded values; every step where names alone are given.
    state, info : PyTree of shapes
        Where the variables are looked up: info first, then state.
    limit_bytes : int
        How much may be kept in memory when there is no folder.
    folder : Path or None
        Where full segments go.

    Raises
    ------
    InputError
        If a variable does not exist or an interval is not a positive integer.
    """

    def __init__(
        self,
        record: Mapping[str, int] | Sequence[str] | None,
        state: Any,
        info: Any,
        limit_bytes: int,
        folder: Path | None = None,
    ):
        record = dict(record if isinstance(record, Mapping) else dict.fromkeys(record or (), 1))
        in_info, in_state = (recordable(tree) if record else {} for tree in (info, state))
        for name, every in record.items():
            path = as_path(str(name))
            if path not in in_info and path not in in_state:
                inside = [found for found in (*in_info, *in_state) if found.startswith(f"{path}.")]
                holds = f"it holds {_names(dict.fromkeys(inside))}: name one of these; " if inside else ""
                raise InputError(
                    f"cannot record {name!r}: {holds}this circuit's info has {_names(in_info) or 'nothing'}, its state "
                    f"{_names(in_state) or 'nothing'}"
                )
            if not isinstance(every, int | np.integer) or isinstance(every, bool) or every < 1:
                raise InputError(f"record[{name!r}] must be a number of steps of at least 1, got {every!r}")
        self.record = {name: int(every) for name, every in record.items()}
        self.selection = Selection(
            tuple(sorted(name for name in record if as_path(name) in in_info)),
            tuple(sorted(name for name in record if as_path(name) not in in_info)),
            math.gcd(*self.record.values()) if record else 1,
        )
        self.shapes = select(info, self.selection.info) | select(state, self.selection.state)
        self.limit_bytes, self.folder = limit_bytes, folder
        self.segments: dict[str, list[tuple[str, str]]] = {name: [] for name in record}
        self._rows: dict[str, list[np.ndarray]] = {name: [] for name in record}
        self._steps: dict[str, list[np.ndarray]] = {name: [] for name in record}
        self._bytes = 0

    def slots(self, rows: int) -> int:
        """Return the room for recorded steps that a chunk of `rows` events needs, with one for what is thrown away."""
        return rows // self.selection.every + 2

    def add(self, start: int, count: int, records: dict[str, jax.Array]) -> None:
        """Take over what a chunk recorded that began at step `start` and held `count` events."""
        every = self.selection.every
        steps = np.arange((start // every + 1) * every, start + count + 1, every, dtype=np.int64)
        for name, values in records.items():
            chosen = steps % self.record[name] == 0
            if chosen.any():
                rows = np.asarray(values)[: len(steps)][chosen]
                self._rows[name].append(rows)
                self._steps[name].append(steps[chosen])
                self._bytes += rows.nbytes
        if self.folder is None and self._bytes > self.limit_bytes:
            raise InputError(
                f"the recordings exceed {self.limit_bytes / 2**30:.3g} GiB of memory at step {start + count}: record "
                "less often, or give a checkpoint folder, where they go to disk"
            )

    def tail(self) -> dict[str, np.ndarray]:
        """Return what a checkpoint holds; full segments are written to the folder first."""
        tensors = {}
        for name in self.record:
            rows, steps = self._merged(name)
            if self.folder is not None:
                rows, steps = self._flush(name, rows, steps)
            tensors |= {f"recorded.{name}": rows, f"recorded_steps.{name}": steps}
        return tensors

    def restore(self, tensors: dict[str, np.ndarray], segments: dict[str, list[list[str]]]) -> None:
        """Go on from what a checkpoint holds.

        Raises
        ------
        CheckpointError
            If it lacks rows that were recorded, or holds others.
        """
        for name, shape in self.shapes.items():
            rows, steps = (tensors.get(f"{part}.{name}") for part in ("recorded", "recorded_steps"))
            if rows is None or steps is None or rows.shape != (len(steps), *shape.shape) or rows.dtype != shape.dtype:
                raise CheckpointError(f"the checkpoint lacks what was recorded of {name}, or holds something else")
        self.segments = {name: [(file, digest) for file, digest in segments.get(name, [])] for name in self.record}
        for name in self.record:
            self._rows[name], self._steps[name] = [tensors[f"recorded.{name}"]], [tensors[f"recorded_steps.{name}"]]

    def finish(self) -> Recordings:
        """Return the recordings of the whole run."""
        found = {}
        for name, shape in self.shapes.items():
            rows, steps = self._merged(name)
            if self.segments[name] and self.folder is not None:
                parts = [read_tensors(self.folder / file, digest) for file, digest in self.segments[name]]
                rows = np.concatenate([*(part["values"] for part in parts), rows])
                steps = np.concatenate([*(part["steps"] for part in parts), steps])
            dims = ("step", *(f"{name}_{axis}" for axis in range(len(shape.shape))))
            found[name] = Recording(name, rows, steps, dims)
        return Recordings(found)

    def _merged(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        shape = self.shapes[name]
        if not self._rows[name]:
            return np.zeros((0, *shape.shape), shape.dtype), np.zeros(0, np.int64)
        rows, steps = np.concatenate(self._rows[name]), np.concatenate(self._steps[name])
        self._rows[name], self._steps[name] = [rows], [steps]
        return rows, steps

    def _flush(self, name: str, rows: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        row_bytes = max(int(np.prod(rows.shape[1:], dtype=np.int64)) * rows.dtype.itemsize, 1)
        size = max(1, _SEGMENT_BYTES // row_bytes)
        while len(rows) >= size:
            assert self.folder is not None
            file = f"recording-{quote(name, safe='')}-{len(self.segments[name]):06d}.safetensors"
            digest = write_tensors(self.folder / file, {"values": rows[:size], "steps": steps[:size]})
            self.segments[name].append((file, digest))
            rows, steps = rows[size:].copy(), steps[size:].copy()
        self._rows[name], self._steps[name] = [rows], [steps]
        return rows, steps
