"""Checkpoints: everything that is needed to go on, written atomically, in two generations.

A checkpoint at step N is two files, ``checkpoint-N.safetensors`` (state, recorded steps) and ``checkpoint-N.json``
(circuit, key, stream, versions, checksum of the tensors, its own checksum). The JSON is written last: without it the
checkpoint does not exist. Files are written beside their place and moved into it; the one before the last is kept, and
taken when the last one is damaged. Nothing in them depends on when or where they were written, so that equal runs leave
equal bytes.
"""

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jaxtyping import PyTree

from bouton.engine._files import (
    Content,
    ensure_writable,
    is_digest,
    is_texts,
    read_json,
    read_tensors,
    write_json,
    write_tensors,
)
from bouton.engine.describe import difference
from bouton.errors import CheckpointError

__all__ = [
    "FORMAT",
    "Checkpoint",
    "CheckpointFolder",
    "named_leaves",
    "refuse_if_different",
    "refuse_other_versions",
    "restored",
]

FORMAT = 1
_KEPT = 2
_BITS_DEPEND_ON = ("bouton", "jax", "jaxlib", "cpu", "loops")
_NAME = re.compile(r"checkpoint-(\d{12,})\.json")
_OURS = re.compile(r"checkpoint-(\d{12,})\.(json|safetensors)|recording-.+-\d{6,}\.safetensors")


@dataclass(frozen=True)
class Checkpoint:
    """One checkpoint as read from a folder: its step, its facts and its tensors."""

    step: int
    facts: dict[str, Any]
    tensors: dict[str, np.ndarray]


def named_leaves(tree: PyTree, prefix: str = "state") -> dict[str, np.ndarray]:
    """Return the leaves of a PyTree as numpy arrays, by name; random keys by their data."""
    named = {}
    for path, leaf in jax.tree_util.tree_flatten_with_path(tree)[0]:
        if jax.numpy.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            leaf = jax.random.key_data(leaf)
        named[f"{prefix}.{jax.tree_util.keystr(path, simple=True, separator='.')}"] = np.asarray(leaf)
    return named


def restored(tensors: dict[str, np.ndarray], like: PyTree, prefix: str = "state") -> PyTree:
    """Return the PyTree of the structure of `like` from named leaves.

    Raises
    ------
    CheckpointError
        If a leaf is missing or has another shape or type.
    """

    def leaf(path: tuple, shape: Any) -> jax.Array:
        name = f"{prefix}.{jax.tree_util.keystr(path, simple=True, separator='.')}"
        is_key = jax.numpy.issubdtype(shape.dtype, jax.dtypes.prng_key)
        if name not in tensors:
            raise CheckpointError(f"the file lacks {name}: it was written for another circuit")
        value = tensors[name]
        if not is_key and (value.shape != shape.shape or value.dtype != shape.dtype):
            raise CheckpointError(
                f"{name} is {value.dtype}{list(value.shape)} in the file, this circuit needs "
                f"{shape.dtype}{list(shape.shape)}"
            )
        # A copy of its own: the engine reuses the buffers of a state.
        array = jax.numpy.array(value, copy=True)
        return jax.random.wrap_key_data(array) if is_key else array

    return jax.tree_util.tree_map_with_path(leaf, like)


class CheckpointFolder:
    """The checkpoints of one run in one folder.

    Parameters
    ----------
    path : Path
        The folder; made when the first checkpoint is written.
    """

    def __init__(self, path: Path):
        self.path = path
        if path.exists() and not path.is_dir():
            raise CheckpointError(f"{path} is a file: a checkpoint needs a folder")

    def steps(self) -> list[int]:
        """Return the steps of the checkpoints present, newest first."""
        names = [_NAME.fullmatch(entry.name) for entry in self.path.glob("checkpoint-*.json")]
        return sorted((int(match[1]) for match in names if match), reverse=True)

    def latest(self) -> tuple[Checkpoint | None, str]:
        """Return the newest checkpoint that is whole, and what was wrong with newer ones.

        Raises
        ------
        CheckpointError
            If there are checkpoints, and all are damaged.
        """
        complaints = []
        for step in self.steps():
            try:
                facts = _checked(read_json(self._file(step, "json"), FORMAT), step)
                tensors = read_tensors(self._file(step, "safetensors"), facts["tensors_sha256"])
                return Checkpoint(step, facts, tensors), "; ".join(complaints)
            except CheckpointError as error:
                complaints.append(str(error))
        if complaints:
            raise CheckpointError("no checkpoint can be read: " + "; ".join(complaints))
        return None, ""

    def write(self, step: int, facts: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
        """Write a checkpoint, then drop generations older than the one before it."""
        digest = write_tensors(self._file(step, "safetensors"), tensors)
        write_json(self._file(step, "json"), facts | {"format": FORMAT, "step": step, "tensors_sha256": digest})
        self._drop_old(step)

    def prepare(self) -> None:
        """Make sure that the folder can be written to, and sweep what killed writes left behind."""
        ensure_writable(self.path)
        complete = set(self.steps())
        for file in self._own_files():
            match = _OURS.fullmatch(file.name)
            if match and match[1] and int(match[1]) not in complete:
                file.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove the checkpoints and recordings of an earlier run."""
        for file in self._own_files():
            file.unlink()

    def _own_files(self) -> list[Path]:
        """Return the files in the folder that a run wrote; others may lie there too."""
        return [file for file in self.path.iterdir() if _OURS.fullmatch(file.name)] if self.path.is_dir() else []

    def _file(self, step: int, suffix: str) -> Path:
        return self.path / f"checkpoint-{step:012d}.{suffix}"

    def _drop_old(self, newest: int) -> None:
        # Steps beyond the newest were damaged, or this run would have gone on from them.
        kept = [step for step in self.steps() if step <= newest][:_KEPT]
        for step in set(self.steps()) - set(kept):
            for suffix in ("json", "safetensors"):
                with contextlib.suppress(OSError):
                    self._file(step, suffix).unlink()


def _checked(facts: Content, step: int) -> Content:
    """Return the facts of a checkpoint after a look at each that is used: a checksum tells damage, not intent."""
    for name, check in {
        "step": lambda value: type(value) is int and value == step,
        "tensors_sha256": is_digest,
        "versions": is_texts,
        "circuit": lambda value: isinstance(value, dict),
        "key": lambda value: isinstance(value, dict),
        "record": lambda value: isinstance(value, dict),
        "first_step": lambda value: type(value) is int and value >= 0,
        "block": lambda value: type(value) is int and value >= 1,
        "stream": _is_stream,
        "segments": _are_segments,
    }.items():
        facts.take(name, check)
    return facts


def _is_stream(value: Any) -> bool:
    """Return whether a value knows a stream by its fingerprint, and perhaps the largest value in it so far."""
    if not isinstance(value, dict) or not isinstance(value.get("fingerprint"), str):
        return False
    largest = value.get("largest", 1.0)
    return type(largest) in (int, float) and largest >= 0


def _are_segments(value: Any) -> bool:
    """Return whether a value maps names to files of recordings, each in the folder itself, with their digests."""
    return isinstance(value, dict) and all(
        isinstance(parts, list)
        and all(
            isinstance(part, list)
            and len(part) == 2
            and part[0] == f"recording-{name}-{number:06d}.safetensors"
            and Path(part[0]).name == part[0]
            and is_digest(part[1])
            for number, part in enumerate(parts)
        )
        for name, parts in value.items()
    )


def refuse_if_different(facts: dict[str, Any], ours: dict[str, Any], folder: Path, names: tuple[str, ...]) -> None:
    """Raise a `CheckpointError` that says in which respect a checkpoint belongs to another run."""
    for name in names:
        found = difference(facts.get(name), ours[name], "" if name == "circuit" else name)
        if found:
            raise CheckpointError(f"{folder} holds another run: {found}; resume with what it was started with")


def refuse_other_versions(theirs: dict[str, str], ours: dict[str, str], folder: Path) -> None:
    """Raise a `CheckpointError` if a checkpoint was written by versions that may compute other bits."""
    differing = [name for name in _BITS_DEPEND_ON if theirs.get(name) != ours[name]]
    if differing:
        listed = ", ".join(f"{name} {theirs.get(name)} there and {ours[name]} here" for name in differing)
        raise CheckpointError(
            f"{folder} was written by other versions ({listed}): the run would not go on with the same bits; resume "
            "with resume='anyway' to accept that"
        )
