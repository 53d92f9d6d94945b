"""Models by name: from a file of data to a trained circuit on disk, as the command line offers it.

A model's options are the fields of its circuit, so that `learn` needs no list of them.
"""

import dataclasses
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bouton.errors import InputError

__all__ = ["MODELS", "Model", "learn"]

_SEED_LIMIT = 2**63


@dataclass(frozen=True)
class Model:
    """A circuit that learns from rows of data.

    Parameters
    ----------
    name : str
        Name on the command line.
    summary : str
        What it is, in a line.
    circuit : callable
        Returns the circuit's class; called when it is needed, so that listing models imports nothing.
    inputs, outputs : str
        Names of the circuit's fields for the numbers of inputs and of components.
    scale : callable
        Takes mean and standard deviation of each column, returns what the circuit's start is scaled by, by name of the
        circuit's argument; options that are given take precedence. Default: nothing.
    """

    name: str
    summary: str
    circuit: Callable[[], type]
    inputs: str = "n_inputs"
    outputs: str = "n_outputs"
    scale: Callable[[np.ndarray, np.ndarray], dict[str, float]] = lambda mean, deviation: {}

    def build(
        self, n_inputs: int, n_components: int, options: Mapping[str, Any], scale: Mapping[str, float] | None = None
    ) -> Any:
        """Return the circuit with options given as text or values, and its start scaled to the data.

        Raises
        ------
        InputError
            If an option is unknown or its value cannot be read.
        """
        kind = self.circuit()
        types = typing.get_type_hints(kind)
        known = {
            field.name: types[field.name]
            for field in dataclasses.fields(kind)
            if field.init and field.name not in (self.inputs, self.outputs) and _is_simple(types[field.name])
        }
        values = {}
        for option, text in options.items():
            name = option.replace("-", "_")
            if name not in known:
                names = ", ".join("--" + field.replace("_", "-") for field in known)
                raise InputError(f"{self.name} has no option --{option.replace('_', '-')}; it has {names}")
            values[name] = _read(text, known[name], option)
        return kind(**{self.inputs: n_inputs, self.outputs: n_components} | dict(scale or {}) | values)


def _is_simple(kind: Any) -> bool:
    return set(typing.get_args(kind) or (kind,)) <= {float, int, bool, str, type(None)} or (
        typing.get_origin(kind) is typing.Literal
    )


def _read(text: Any, kind: Any, option: str) -> Any:
    """Return the value that a text stands for, as the type of a circuit's field asks."""
    choices = typing.get_args(kind) or (kind,)
    if typing.get_origin(kind) is typing.Literal:
        return text
    if type(None) in choices and text in ("auto", "none", None):
        return None
    wanted = next(choice for choice in choices if choice is not type(None))
    if wanted is bool:
        if str(text).lower() in ("true", "yes", "1", "false", "no", "0"):
            return str(text).lower() in ("true", "yes", "1")
        raise InputError(f"--{option} must be yes or no, got {text!r}")
    try:
        return wanted(text)
    except (TypeError, ValueError):
        raise InputError(f"--{option} must be a {wanted.__name__}, got {text!r}") from None


def _similarity(name: str) -> Callable[[], type]:
    def circuit() -> type:
        from bouton import similarity

        return getattr(similarity, name)

    return circuit


def _power(mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
    return {"input_power": float(mean @ mean + deviation @ deviation)}


def _activity(mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
    return {"initial_activity": 10 * _power(mean, deviation)["input_power"]}


def _variance(mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
    return {"input_variance": float(deviation @ deviation) / len(deviation)}


MODELS = {
    model.name: model
    for model in (
        Model("online-snmf", "online symmetric NMF: clusters and sparse features", _similarity("SNMFNetwork")),
        Model(
            "similarity-matching",
            "principal subspace, all synapses local",
            _similarity("SimilarityMatching"),
            scale=_power,
        ),
        Model(
            "fast-similarity-matching", "principal subspace, fast", _similarity("FastSimilarityMatching"), scale=_power
        ),
        Model(
            "principal-subspace",
            "principal subspace, a learning rate for each neuron",
            _similarity("PrincipalSubspaceNetwork"),
            scale=_activity,
        ),
        Model(
            "nonnegative-similarity-matching",
            "rectifying neurons: clusters, features, tiles of a manifold",
            _similarity("NonnegativeSimilarityMatching"),
            scale=_power,
        ),
        Model(
            "sparse-dictionary", "features of which few are active at a time", _similarity("SparseDictionaryNetwork")
        ),
        Model("whitening", "answers of unit covariance", _similarity("WhiteningNetwork"), scale=_variance),
        Model(
            "source-separation",
            "non-negative independent sources from their mixtures",
            _similarity("SourceSeparationNetwork"),
            scale=_variance,
        ),
    )
}


def learn(
    data: str | Path,
    out: str | Path,
    *,
    model: str = "online-snmf",
    components: int = 16,
    seed: int = 0,
    epochs: int = 1,
    shuffle: bool = True,
    centre: bool = False,
    patch_size: int | None = None,
    patches: int = 100_000,
    resume: bool = False,
    overwrite: bool = False,
    progress: bool = False,
    **options: Any,
) -> Any:
    """Let a model learn a file of data, with checkpoints, and write the trained circuit.

    Parameters
    ----------
    data : path
        .npy, .npz, .csv, .parquet, or a folder of images.
    out : path
        Folder for ``model.safetensors``, ``model.json`` and the checkpoints.
    model : str
        A name of `MODELS`. Default "online-snmf".
    components : int
        Number of output neurons. Default 16.
    seed : int
        Seed of everything random. Default 0.
    epochs : int
        Passes over the data. Default 1.
    shuffle : bool
        Whether rows change places in each pass. Default True.
    centre : bool
        Subtract the mean of each column (of each patch, where patches are cut). Default False.
    patch_size : int, optional
        Cut square patches of this many pixels out of a folder of images, instead of taking whole images.
    patches : int
        How many patches. Default 100,000.
    resume, overwrite : bool
        Go on from the checkpoints in `out`, or replace them.
    progress : bool
        Show a progress bar.
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

    from bouton.engine import run, save

    if model not in MODELS:
        raise InputError(f"there is no model {model!r}; there is {', '.join(MODELS)}")
    if not 0 <= seed < _SEED_LIMIT:
        raise InputError(f"seed must lie in [0, 2**63), got {seed}")
    rows = _rows(Path(data), patch_size, patches, seed)
    if isinstance(components, int) and len(rows) < components:
        raise InputError(f"{data} has {len(rows)} rows, fewer than the {components} components that are to learn them")
    mean, deviation = _moments(rows)
    if not np.any(deviation > 0):
        raise InputError(f"all rows of {data} are the same (zero variance): there is nothing to learn")
    scale = MODELS[model].scale(np.zeros_like(mean) if centre else mean, deviation)
    circuit = MODELS[model].build(rows.n_features, components, options, scale)
    stream = _Centred(rows, mean) if centre else rows
    done = run(
        circuit,
        stream,
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
    }
    save(out, circuit, done.state, **facts)
    return done


def _rows(data: Path, patch_size: int | None, patches: int, seed: int) -> Any:
    from bouton.data import ImagePatches, open_data

    if patch_size is None:
        return open_data(data)
    if not data.is_dir():
        raise InputError(f"patches are cut from a folder of images, {data} is none: leave patch_size out")
    return ImagePatches(data, patch_size, patches, seed)


def _moments(rows: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each column, in one pass, in double precision."""
    count, mean, square = 0, np.zeros(rows.n_features), np.zeros(rows.n_features)
    for block in rows.blocks():
        block = np.asarray(block, float)
        delta = block.mean(0) - mean
        total = count + len(block)
        square += block.var(0) * len(block) + delta**2 * count * len(block) / total
        mean += delta * len(block) / total
        count = total
    return mean, np.sqrt(square / max(count, 1))


class _Centred:
    """Rows less their mean."""

    def __init__(self, rows: Any, mean: np.ndarray):
        self.rows, self.mean = rows, mean

    def __len__(self) -> int:
        return len(self.rows)

    def read(self, start: int, stop: int) -> np.ndarray:
        return (self.rows.read(start, stop) - self.mean).astype(np.float32)

    def fingerprint(self) -> str:
        return f"{self.rows.fingerprint()} centred"
