"""Models by name: from a file of data to a trained circuit on disk, as the command line offers it.

A model's options are the fields of its circuit, so that `learn` needs no list of them.
"""

import dataclasses
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bouton._options import read_options
from bouton.errors import InputError

__all__ = ["MODELS", "Model", "learn"]

_SEED_LIMIT = 2**63
# Rows come one by one.
_BATCHES = "batch_size"


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
    whitens : bool
        Whether the model learns from whitened data. Default False.
    patch_size : int, optional
        Side of the patches that are cut out of a folder of images unless told otherwise. Default: whole images.
    epochs : int
        Passes over the data unless told otherwise. Default 1.
    centres : bool
        Whether the mean of each column is taken off in any case. Default False.
    """

    name: str
    summary: str
    circuit: Callable[[], type]
    inputs: str = "n_inputs"
    outputs: str = "n_outputs"
    scale: Callable[[np.ndarray, np.ndarray], dict[str, float]] = lambda mean, deviation: {}
    whitens: bool = False
    patch_size: int | None = None
    epochs: int = 1
    centres: bool = False

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
        values = read_options(kind, options, {self.inputs, self.outputs, _BATCHES}, self.name)
        return kind(**{self.inputs: n_inputs, self.outputs: n_components} | dict(scale or {}) | values)


def _circuit(topic: str, name: str) -> Callable[[], type]:
    def circuit() -> type:
        return getattr(importlib.import_module(f"bouton.{topic}"), name)

    return circuit


def _power(mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
    return {"input_power": float(mean @ mean + deviation @ deviation)}


def _activity(mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
    return {"initial_activity": 10 * _power(mean, deviation)["input_power"]}


def _variance(mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
    return {"input_variance": float(deviation @ deviation) / len(deviation)}


def _deviation(mean: np.ndarray, deviation: np.ndarray) -> dict[str, float]:
    return {"input_deviation": float(np.sqrt(np.mean(deviation**2)))}


MODELS = {
    model.name: model
    for model in (
        Model(
            "online-snmf", "online symmetric NMF: clusters and sparse features", _circuit("similarity", "SNMFNetwork")
        ),
        Model(
            "similarity-matching",
            "principal subspace, all synapses local",
            _circuit("similarity", "SimilarityMatching"),
            scale=_power,
        ),
        Model(
            "fast-similarity-matching",
            "principal subspace, fast",
            _circuit("similarity", "FastSimilarityMatching"),
            scale=_power,
        ),
        Model(
            "principal-subspace",
            "principal subspace, a learning rate for each neuron",
            _circuit("similarity", "PrincipalSubspaceNetwork"),
            scale=_activity,
        ),
        Model(
            "nonnegative-similarity-matching",
            "rectifying neurons: clusters, features, tiles of a manifold",
            _circuit("similarity", "NonnegativeSimilarityMatching"),
            scale=_power,
        ),
        Model(
            "sparse-dictionary",
            "features of which few are active at a time",
            _circuit("similarity", "SparseDictionaryNetwork"),
        ),
        Model("whitening", "answers of unit covariance", _circuit("similarity", "WhiteningNetwork"), scale=_variance),
        Model(
            "source-separation",
            "non-negative independent sources from their mixtures",
            _circuit("similarity", "SourceSeparationNetwork"),
            scale=_variance,
        ),
        Model(
            "correlation-invariant",
            "sparse signals in correlated data, without whitening",
            _circuit("features", "CorrelationInvariantNeurons"),
            scale=_deviation,
            patch_size=8,
            epochs=10,
            centres=True,
        ),
        Model(
            "nonlinear-hebbian",
            "heavy-tailed directions, such as the localised fields of images, by independent neurons",
            _circuit("features", "NonlinearHebbianNeurons"),
            whitens=True,
            patch_size=16,
            epochs=10,
        ),
        Model(
            "nonlinear-hebbian-network",
            "the same with lateral inhibition that is learned",
            _circuit("features", "NonlinearHebbianNetwork"),
            whitens=True,
            patch_size=16,
            epochs=10,
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
    epochs: int | None = None,
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

    from bouton.data import TransformedRows, Whitening, row_moments
    from bouton.engine import run, save

    if model not in MODELS:
        raise InputError(f"there is no model {model!r}; there is {', '.join(MODELS)}")
    if not 0 <= seed < _SEED_LIMIT:
        raise InputError(f"seed must lie in [0, 2**63), got {seed}")
    chosen = MODELS[model]
    centre = centre or chosen.centres
    epochs = chosen.epochs if epochs is None else epochs
    if patch_size is None and Path(data).is_dir():
        patch_size = chosen.patch_size
    rows = _rows(Path(data), patch_size, patches, seed)
    if isinstance(components, int) and len(rows) < components:
        raise InputError(f"{data} has {len(rows)} rows, fewer than the {components} components that are to learn them")
    mean, deviation = row_moments(rows)
    if not np.any(deviation > 0):
        raise InputError(f"all rows of {data} are the same (zero variance): there is nothing to learn")
    scale = chosen.scale(np.zeros_like(mean) if centre else mean, deviation)
    circuit = chosen.build(rows.n_features, components, options, scale)
    whitening = Whitening().fit(rows) if chosen.whitens else None
    stream: Any = rows
    if whitening is not None:
        stream = TransformedRows(rows, whitening.transform, "whitened")
    elif centre:
        stream = TransformedRows(rows, lambda block: block - mean, "centred")
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
        "whitened": whitening is not None,
    }
    save(out, circuit, done.state, **facts)
    if whitening is None:
        return done
    np.savez(Path(out) / "whitening.npz", mean=whitening.mean_, matrix=whitening.matrix_, inverse=whitening.inverse_)
    return done if patch_size is None else dataclasses.replace(done, notes=(*done.notes, *_doubts(done.state)))


def _doubts(state: Any) -> list[str]:
    from bouton.features import doubts_about_texture

    return doubts_about_texture(state.feedforward)


def _rows(data: Path, patch_size: int | None, patches: int, seed: int) -> Any:
    from bouton.data import ImagePatches, open_data

    if patch_size is None:
        return open_data(data)
    if not data.is_dir():
        raise InputError(f"patches are cut from a folder of images, {data} is none: leave patch_size out")
    return ImagePatches(data, patch_size, patches, seed)
