"""Memories in files: ``memory.json`` (parameters, versions, checksums) and the arrays beside it."""

from pathlib import Path
from typing import Any

import numpy as np

from bouton.engine._files import read_pair, write_pair
from bouton.engine.describe import describe, rebuild, versions
from bouton.errors import CheckpointError
from bouton.memory.kernel import MemoryKernel
from bouton.memory.learning import LearnedCoefficients, RankReport

__all__ = ["read_memory", "write_memory"]

_FORMAT = 1
_STEM = "memory"


def write_memory(folder: Path, memory: Any) -> Path:
    """Write a memory into a folder."""
    arrays: dict[str, np.ndarray] = {}
    learned = memory.learned_
    parameters = {
        name: describe(value, arrays, f"parameters.{name}") for name, value in memory.get_params(deep=False).items()
    }
    arrays |= {"patterns": memory.patterns_, "coefficients": learned.coefficients, "thresholds": learned.thresholds}
    optional = {"partition": learned.partition, "violation": learned.violation}
    optional["targets"] = memory.targets_ if memory.hetero_ else None
    arrays |= {name: array for name, array in optional.items() if array is not None}
    content = {
        "format": _FORMAT,
        "parameters": parameters,
        "sweeps": int(learned.sweeps),
        "rank": None if learned.rank is None else describe(tuple(learned.rank)),
        "versions": versions(),
    }
    write_pair(folder, _STEM, content, arrays)
    return folder


def read_memory(
    folder: Path, kernel: MemoryKernel | None
) -> tuple[dict[str, Any], np.ndarray, np.ndarray | None, LearnedCoefficients]:
    """Return parameters, patterns, targets (None where these are the patterns) and what was learned."""
    content, arrays = read_pair(folder, _STEM, _FORMAT)
    for name, check in {
        "parameters": lambda value: isinstance(value, dict),
        "sweeps": lambda value: type(value) is int and value >= 0,
        "rank": lambda value: value is None or (isinstance(value, list) and len(value) == len(RankReport._fields)),
    }.items():
        content.take(name, check)
    _refuse_odd_shapes(folder, arrays)
    described = content["parameters"]
    if kernel is not None:
        described = described | {"kernel": None}
    parameters = {name: rebuild(value, arrays, f"parameters.{name}") for name, value in described.items()}
    if kernel is not None:
        parameters["kernel"] = kernel
    rank = content["rank"]
    learned = LearnedCoefficients(
        arrays["coefficients"],
        arrays["thresholds"],
        arrays.get("partition"),
        content["sweeps"],
        arrays.get("violation"),
        None if rank is None else RankReport(*rebuild(rank, arrays)),
    )
    return parameters, arrays["patterns"], arrays.get("targets"), learned


def _refuse_odd_shapes(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    """Refuse arrays that do not belong together, or are not finite."""
    patterns, targets = arrays.get("patterns"), arrays.get("targets", arrays.get("patterns"))
    fits = patterns is not None and targets is not None and patterns.ndim == 2 == targets.ndim
    if fits and patterns is not None and targets is not None:
        outputs, stored = targets.shape[1], len(patterns)
        wanted = {
            "patterns": patterns.shape,
            "targets": (stored, outputs),
            "coefficients": (stored, outputs),
            "thresholds": (outputs,),
        }
        fits = {"coefficients", "thresholds"} <= set(arrays) and all(
            arrays[name].shape == shape and bool(np.all(np.isfinite(arrays[name])))
            for name, shape in wanted.items()
            if name in arrays
        )
    if not fits:
        raise CheckpointError(f"{folder} is damaged: its arrays do not belong together, or are not finite")
