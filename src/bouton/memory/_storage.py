"""Memories in files: ``memory.safetensors`` (arrays) and ``memory.json`` (parameters, versions, checksum)."""

from pathlib import Path
from typing import Any

import numpy as np

from bouton.engine._files import read_json, read_tensors, write_json, write_tensors
from bouton.engine.describe import describe, rebuild, versions
from bouton.errors import CheckpointError
from bouton.memory.kernel import MemoryKernel
from bouton.memory.learning import LearnedCoefficients, RankReport

__all__ = ["read_memory", "write_memory"]

_FORMAT = 1
_JSON, _TENSORS = "memory.json", "memory.safetensors"


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
    digest = write_tensors(folder / _TENSORS, arrays)
    content = {
        "format": _FORMAT,
        "parameters": parameters,
        "sweeps": int(learned.sweeps),
        "rank": None if learned.rank is None else describe(tuple(learned.rank)),
        "versions": versions(),
        "tensors_sha256": digest,
    }
    write_json(folder / _JSON, content)
    return folder


def read_memory(
    folder: Path, kernel: MemoryKernel | None
) -> tuple[dict[str, Any], np.ndarray, np.ndarray | None, LearnedCoefficients]:
    """Return parameters, patterns, targets (None where these are the patterns) and what was learned."""
    content = read_json(folder / _JSON)
    if content.get("format") != _FORMAT:
        raise CheckpointError(
            f"{folder / _JSON} has format {content.get('format')}, this version of bouton reads format {_FORMAT}"
        )
    arrays = read_tensors(folder / _TENSORS, content["tensors_sha256"])
    described = content["parameters"]
    if kernel is not None:
        described = described | {"kernel": None}
    parameters = {name: rebuild(value, arrays) for name, value in described.items()}
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
