"""Drawings made of pixels: tiles of weights, Gram matrices, decision pictures."""

from collections.abc import Callable
from itertools import cycle

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.report._style import category_colours, diverging, new_figure, on_axes, sequential

__all__ = ["decision_picture", "gram_matrices", "tiles"]

_GRID_POINTS = 400
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "8")


def tiles(
    weights: ArrayLike,
    shape: tuple[int, int],
    *,
    columns: int | None = None,
    signed: bool = True,
    common_scale: bool = False,
    title: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Show each row of a weight matrix as a small image.

    Parameters
    ----------
    weights : array, shape (units, height * width)
        One row per unit.
    shape : tuple of int
        Height and width of a tile in pixels.
    columns : int, optional
        Tiles per line; by default about 1.8 times as many as lines.
    signed : bool, default True
        A diverging scale symmetric about zero; otherwise a sequential scale from the smallest value.
    common_scale : bool, default False
        One scale for all tiles; otherwise each tile fills its own.
    title : str, optional
        Title of the panel.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the rows do not have height * width entries.
    """
    rows = np.asarray(weights, dtype=float)
    height, width = shape
    if rows.ndim != 2 or rows.shape[0] < 1 or rows.shape[1] != height * width:
        raise InputError(f"weights must have shape (units, {height * width}) for tiles of {shape}, got {rows.shape}")
    units = len(rows)
    columns = min(columns or max(1, round(np.sqrt(1.8 * units * height / width))), units)
    lines = -(-units // columns)
    low = np.zeros((units, 1)) if signed else np.nanmin(rows, axis=1, keepdims=True)
    high = np.nanmax(np.abs(rows) if signed else rows, axis=1, keepdims=True)
    if common_scale:
        low, high = np.full_like(low, low.min()), np.full_like(high, high.max())
    scaled = (rows - low) / np.where(high > low, high - low, 1.0)
    mosaic = np.full((lines * columns, height + 1, width + 1), np.nan)
    mosaic[:units, :height, :width] = scaled.reshape(units, height, width)
    mosaic = mosaic.reshape(lines, columns, height + 1, width + 1).swapaxes(1, 2)
    mosaic = mosaic.reshape(lines * (height + 1), columns * (width + 1))[:-1, :-1]
    figure, axes = on_axes(axes, 7.2, min(7.2 * mosaic.shape[0] / mosaic.shape[1] + (0.3 if title else 0.0), 8.0))
    # The gaps show the page; a mask instead of a colour keeps them apart from zero in both styles.
    colormap = (diverging() if signed else sequential()).with_extremes(bad=(0, 0, 0, 0))
    _image(axes, mosaic, colormap, (-1.0 if signed else 0.0, 1.0))
    axes.set(xticks=[], yticks=[], title=title)
    axes.spines[:].set_visible(False)
    return figure


def gram_matrices(
    inputs: ArrayLike,
    outputs: ArrayLike,
    *,
    order: ArrayLike | None = None,
    names: tuple[str, str] = ("Inputs: $X X^T$", "Outputs: $Y Y^T$"),
    n_shown: int = 300,
) -> Figure:
    """Show the similarity of every pair of samples, among inputs and among outputs, side by side on one scale.

    Parameters
    ----------
    inputs : array, shape (samples, inputs)
        One row per sample.
    outputs : array, shape (samples, units)
        One row per sample.
    order : array, shape (samples,), optional
        Labels or any values to sort the samples by.
    names : tuple of str
        Titles of the two panels.
    n_shown : int, default 300
        At most so many samples are shown, evenly spread over the sorted ones.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If inputs and outputs differ in their number of samples.
    """
    inputs, outputs = np.asarray(inputs, dtype=float), np.asarray(outputs, dtype=float)
    if inputs.ndim != 2 or outputs.ndim != 2 or len(inputs) != len(outputs):
        raise InputError(f"inputs and outputs must be 2-D with equal rows, got {inputs.shape} and {outputs.shape}")
    sorted_rows = np.arange(len(inputs)) if order is None else np.argsort(np.asarray(order), kind="stable")
    shown = sorted_rows[np.linspace(0, len(inputs) - 1, min(n_shown, len(inputs))).astype(int)]
    matrices = [samples[shown] @ samples[shown].T for samples in (inputs, outputs)]
    # The diagonal is far larger than the rest when samples have many dimensions; it would set the scale alone.
    largest = max(float(np.quantile(np.abs(matrix), 0.995)) for matrix in matrices) or 1.0
    signed = min(float(matrix.min()) for matrix in matrices) < -0.02 * largest
    figure, panels = new_figure(7.2, 3.5, 1, 2)
    for axes, matrix, name in zip(panels, matrices, names, strict=True):
        colormap, limits = (diverging(), (-largest, largest)) if signed else (sequential(), (0.0, largest))
        _image(axes, matrix, colormap, limits)
        axes.set(xticks=[], yticks=[], title=name, xlabel="sample")
        axes.spines[:].set_visible(False)
    panels[0].set_ylabel("sample")
    colour_bar = figure.colorbar(panels[1].images[0], ax=panels, shrink=0.85, aspect=28, pad=0.02)
    colour_bar.outline.set_visible(False)  # type: ignore[operator]
    colour_bar.set_label("similarity")
    return figure


def decision_picture(
    points: ArrayLike,
    labels: ArrayLike,
    decide: Callable[[np.ndarray], ArrayLike],
    *,
    centres: ArrayLike | None = None,
    title: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Show two-dimensional data on the regions in which each unit responds.

    Parameters
    ----------
    points : array, shape (samples, 2)
        The data.
    labels : array of int, shape (samples,)
        The true cluster of each point, which chooses its marker; the colour is the unit that responds.
    decide : callable
        Takes positions of shape (positions, 2), returns the responding unit of each, -1 for silence.
    centres : array, shape (units, 2), optional
        Weight vectors, marked by crosses.
    title : str, optional
        Title of the panel.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure
    """
    points, labels = np.asarray(points, dtype=float), np.asarray(labels, dtype=int)
    margin = 0.12 * np.ptp(points, axis=0).max()
    (left, bottom), (right, top) = points.min(axis=0) - margin, points.max(axis=0) + margin
    grid_x, grid_y = np.meshgrid(np.linspace(left, right, _GRID_POINTS), np.linspace(bottom, top, _GRID_POINTS))
    regions = np.asarray(decide(np.column_stack([grid_x.ravel(), grid_y.ravel()])), dtype=int).reshape(grid_x.shape)
    units = np.asarray(decide(points), dtype=int)
    # The last colour serves silence, because index -1 finds it.
    colours = np.array([*category_colours(int(max(regions.max(), units.max(), 0)) + 1), (0.5, 0.5, 0.5)])
    figure, axes = on_axes(axes, 5.4, 4.6)
    tint = np.concatenate([colours[regions], np.where(regions[..., None] < 0, 0.08, 0.22)], axis=-1)
    axes.imshow(tint, extent=(left, right, bottom, top), origin="lower", interpolation="nearest", aspect="equal")
    for label, marker in zip(np.unique(labels), cycle(_MARKERS), strict=False):
        chosen = labels == label
        axes.scatter(*points[chosen].T, s=16, c=colours[units[chosen]], marker=marker, linewidths=0)
    if centres is not None:
        ink = axes.yaxis.label.get_color()
        axes.scatter(*np.asarray(centres, dtype=float).T, s=70, c=[ink], marker="x", linewidths=2.0, zorder=3)
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title=title, xlim=(left, right), ylim=(bottom, top))
    return figure


def _image(axes: Axes, matrix: np.ndarray, colormap: Colormap, limits: tuple[float, float]) -> None:
    axes.imshow(matrix, cmap=colormap, vmin=limits[0], vmax=limits[1], interpolation="nearest", aspect="equal")
