"""Figures of a trained circuit: every array of its state, drawn as what it is."""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bouton.errors import InputError
from bouton.report.figures import curves, diverging, new_figure, sequential, style, tiles

__all__ = ["show"]

_MOST_TILES = 144


def show(folder: str | os.PathLike, out: str | os.PathLike | None = None) -> list[Path]:
    """Draw what a run learned.

    Weights onto inputs that form square images are drawn as images, other matrices as matrices, and one value per
    neuron as a curve, sorted; of nonlinear Hebbian circuits the effective nonlinearity too.

    Parameters
    ----------
    folder : path
        Folder of a trained circuit, as `bouton.save` or ``bouton learn`` wrote it.
    out : path, optional
        Where the PNG files go. Default: ``figures`` in the folder.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    CheckpointError
        If there is no trained circuit, or it is damaged.
    InputError
        If the figures cannot be written.
    """
    from bouton.engine import load
    from bouton.engine.checkpoint import named_leaves

    circuit, state = load(folder)
    target = Path(folder) / "figures" if out is None else Path(out)
    written = []
    with style(dark=False):
        for name, figure in _figures(circuit, named_leaves(state, prefix="")):
            written.append(target / f"{name}.png")
            try:
                target.mkdir(parents=True, exist_ok=True)
                figure.savefig(written[-1], dpi=150)
            except OSError as error:
                raise InputError(f"cannot write {written[-1]}: {error.strerror or error}") from error
    return written


def _figures(circuit: Any, leaves: dict[str, np.ndarray]) -> Iterator[tuple[str, Any]]:
    images = _onto_inputs(circuit)
    if callable(getattr(circuit, "nonlinearity", None)):
        yield "nonlinearity", _nonlinearity(circuit.nonlinearity)
    for label, values in leaves.items():
        name = label.lstrip(".")
        side = math.isqrt(values.shape[-1]) if values.ndim == 2 else 0
        if name in images and side > 1 and side * side == values.shape[1]:
            shown = values[np.argsort(-np.linalg.norm(values, axis=1))][:_MOST_TILES]
            yield name, tiles(shown, (side, side), title=f"{name}: {len(shown)} of {len(values)}, strongest first")
        elif values.ndim == 2:
            yield name, _matrix(values, name)
        elif values.ndim == 1 and values.size > 1:
            order = np.sort(values.astype(float))[::-1]
            yield name, curves(np.arange(1, len(order) + 1), {name: order}, xlabel="neuron, sorted", ylabel=name)


def _onto_inputs(circuit: Any) -> set[str]:
    """Return the names of the weights that listen to the input alone, as the audit finds them."""
    from bouton.plasticity import audit

    found = set()
    for pathway in audit(circuit).pathways:
        sources = {seen.name.partition(".")[0]: seen.derives_from for seen in pathway.seen}
        if sources.get("pre") == ("input",):
            found.update(sources.get("synapse", ()))
    return found


def _nonlinearity(f: Any) -> Any:
    import jax.numpy as jnp

    drive = np.linspace(-6, 6, 241)
    name = f"{f.name.replace('-', ' ') or 'effective nonlinearity'}, selectivity index {f.selectivity_index():+.3f}"
    values = np.asarray(f(jnp.asarray(drive, jnp.result_type(float))))
    return curves(drive, {name: values}, xlabel="drive (standard deviations)", ylabel="f", title=name)


def _matrix(values: np.ndarray, name: str) -> Any:
    figure, axes = new_figure(5.0, 4.2)
    largest = float(np.abs(values).max()) or 1.0
    signed = bool((values < 0).any())
    image = axes.imshow(
        values,
        cmap=diverging() if signed else sequential(),
        vmin=-largest if signed else 0.0,
        vmax=largest,
        aspect="auto",
        interpolation="nearest",
    )
    axes.set(title=name, xlabel="from", ylabel="to")
    figure.colorbar(image, ax=axes)
    return figure
