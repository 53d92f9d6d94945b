"""Every array of a trained circuit drawn as what it is; of nonlinear Hebbian circuits the nonlinearity too."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bouton.report._images import tiles
from bouton.report._plots import curves
from bouton.report._style import diverging, new_figure, sequential
from bouton.report._text import drawn_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Drawing", "has_nonlinearity", "image_side", "onto_inputs", "state_drawings"]

_MOST_TILES = 144
_ALIKE = 1e-3


class Drawing(NamedTuple):
    """A figure to be drawn: its name, what is seen in it, and the function that draws it in the style of the moment."""

    name: str
    caption: str
    draw: "Callable[[Mapping[str, Any]], Figure]"


def state_drawings(circuit: Any, leaves: Mapping[str, np.ndarray], images: set[str]) -> Iterator[Drawing]:
    """Draw the arrays of a state by name; those named as images as one image per row."""
    if has_nonlinearity(circuit):
        yield Drawing(
            "nonlinearity",
            "The effective nonlinearity f: the neuron's curve put into the plasticity function, against the drive in "
            "standard deviations. Its selectivity index tells before learning whether localised fields are to be "
            "expected: they are where it is positive.",
            lambda _: _nonlinearity(circuit.nonlinearity),
        )
    for name, values in leaves.items():
        if name in images:
            lengths = np.linalg.norm(values, axis=1)
            # Vectors of one length have no order but their own: rounding would make one up.
            alike = np.ptp(lengths) <= _ALIKE * np.max(lengths)
            shown = (values if alike else values[np.argsort(-lengths, kind="stable")])[:_MOST_TILES]
            order = "" if alike else ", strongest first"
            title, side = f"{drawn_text(name)}: {len(shown)} of {len(values)}{order}", image_side(values)
            yield Drawing(
                name,
                "What the neurons learned: the weights of each as an image, on a colour scale of its own, warm where "
                "the weight is positive. Look for bars and edges at a place, of an orientation.",
                lambda _, shown=shown, side=side, title=title: tiles(shown, (side, side), title=title),
            )
        elif values.ndim == 2:
            yield Drawing(
                name, f"{_words(name)}, as a matrix.", lambda _, values=values, name=name: _matrix(values, name)
            )
        elif values.ndim == 1 and values.size > 1:
            yield Drawing(name, f"{_words(name)} of each neuron, sorted.", lambda _, v=values, n=name: _sorted(v, n))


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", ", ").capitalize()


def image_side(values: np.ndarray) -> int:
    """Return the side of the square images that the rows of a matrix are; 0 if they are none."""
    side = math.isqrt(values.shape[-1]) if values.ndim == 2 else 0
    return side if side > 1 and side * side == values.shape[-1] else 0


def has_nonlinearity(circuit: Any) -> bool:
    """Tell whether a circuit has an effective nonlinearity."""
    return callable(getattr(circuit, "nonlinearity", None))


def onto_inputs(circuit: Any) -> set[str]:
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
    kind = drawn_text(f.name.replace("-", " ")) or "effective nonlinearity"
    name = f"{kind}, selectivity index {f.selectivity_index():+.3f}"
    values = np.asarray(f(jnp.asarray(drive, jnp.result_type(float))))
    return curves(drive, {name: values}, xlabel="drive (standard deviations)", ylabel="f", title=name)


def _sorted(values: np.ndarray, name: str) -> Any:
    order = np.sort(values.astype(float))[::-1]
    shown = drawn_text(name)
    return curves(np.arange(1, len(order) + 1), {shown: order}, xlabel="neuron, sorted", ylabel=shown)


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
    axes.set(title=drawn_text(name), xlabel="from", ylabel="to")
    figure.colorbar(image, ax=axes)
    return figure
