"""Drawings of loss landscapes: weights in the plane, losses along paths, spectra, end losses."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.report._style import category_colours, diverging, muted, on_axes

__all__ = ["draw_end_losses", "draw_path_loss", "draw_spectra", "draw_weights"]

_ZERO = 1e-32


def draw_weights(
    incoming: ArrayLike,
    outgoing: ArrayLike,
    *,
    teacher: ArrayLike = (),
    ways: Sequence[ArrayLike] = (),
    title: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Draw incoming vectors in the plane, coloured by outgoing weight.

    Parameters
    ----------
    incoming : array (neurons, 2)
        Incoming vectors.
    outgoing : array (neurons,)
        Outgoing weights.
    teacher : array (neurons, 2), optional
        Incoming vectors of a teacher, drawn as rays.
    ways : sequence of array (points, 2)
        The way of each neuron to where it is. Default: none.
    title : str, default ""
        What stands above.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If vectors are not in the plane.

    Examples
    --------
    >>> figure = draw_weights([[0.5, 0.1], [0.2, -0.4]], [1.0, -0.5])
    """
    places, weights, rays = np.asarray(incoming, float), np.asarray(outgoing, float), np.asarray(teacher, float)
    if places.ndim != 2 or places.shape[1] != 2 or weights.shape != places.shape[:1]:
        raise InputError(f"incoming must be vectors in the plane, one for each weight, got shape {places.shape}")
    figure, axis = on_axes(axes, 4.6, 4.0)
    for ray in rays:
        axis.plot([0, ray[0]], [0, ray[1]], color=muted(), linewidth=1, zorder=1)
        axis.plot(*ray, marker="x", color=muted(), zorder=1)
    for way in ways:
        axis.plot(*np.asarray(way, float).T, color=muted(), linewidth=0.7, zorder=2)
    limit = max(float(np.abs(weights).max()), 1e-12)
    dots = axis.scatter(*places.T, c=weights, cmap=diverging(), vmin=-limit, vmax=limit, s=45, zorder=3,
                        edgecolors=muted(), linewidths=0.6)  # fmt: skip
    figure.colorbar(dots, ax=axis, label="outgoing weight")
    axis.set(xlabel="incoming weight 1", ylabel="incoming weight 2", title=title)
    axis.set_aspect("equal", adjustable="datalim")
    return figure


def draw_path_loss(
    place: ArrayLike,
    losses: Mapping[str, ArrayLike],
    *,
    saddle: float | None = None,
    xlabel: str = "place on the path",
    logarithmic: bool = False,
    axes: Axes | None = None,
) -> Figure:
    """Draw the loss along paths, with the place of the saddle.

    Parameters
    ----------
    place : array (points,)
        Where on the path.
    losses : mapping of str to array (points,)
        The loss along each path, by name.
    saddle : float, optional
        Where the saddle is.
    xlabel : str, default "place on the path"
        What the place is.
    logarithmic : bool, default False
        Whether losses are drawn on a logarithmic axis; zero is drawn at 1e-32.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> figure = draw_path_loss([0.0, 0.5, 1.0], {"exchange": [0.0, 1e-5, 0.0]}, saddle=0.5)
    """
    figure, axis = on_axes(axes, 5.2, 3.4)
    for (name, values), colour in zip(losses.items(), category_colours(len(losses)), strict=True):
        shown = np.maximum(np.asarray(values, float), _ZERO) if logarithmic else np.asarray(values, float)
        axis.plot(np.asarray(place, float), shown, color=colour, label=name)
    if saddle is not None:
        axis.axvline(saddle, color=muted(), linestyle=":", label="permutation point")
    axis.set(xlabel=xlabel, ylabel="loss")
    if logarithmic:
        axis.set_yscale("log")
    axis.legend(fontsize=8)
    return figure


def draw_spectra(spectra: Mapping[str, ArrayLike], *, axes: Axes | None = None) -> Figure:
    """Draw eigenvalues of Hessians, one row each: those below zero left, zeros in the middle.

    Parameters
    ----------
    spectra : mapping of str to array (eigenvalues,)
        Eigenvalues by the name of the point.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> figure = draw_spectra({"before": [0.1, 2.0], "after": [-0.01, 0.0, 0.1, 2.0]})
    """
    figure, axis = on_axes(axes, 6.4, 1.0 + 0.5 * len(spectra))
    colours = category_colours(len(spectra))
    for row, (values, colour) in enumerate(zip(spectra.values(), colours, strict=True)):
        shown = np.asarray(values, float)
        axis.plot(shown, np.full(shown.shape, row), "|", color=colour, markersize=14, markeredgewidth=1.4)
    axis.axvline(0, color=muted(), linewidth=0.8)
    axis.set_xscale("symlog", linthresh=1e-6)
    axis.set_xticks([-1e-2, -1e-4, 0, 1e-4, 1e-2, 1])
    axis.set(xlabel="eigenvalue of the Hessian", yticks=range(len(spectra)), ylim=(len(spectra) - 0.5, -0.5))
    axis.set_yticklabels(list(spectra))
    return figure


def draw_end_losses(
    losses: Mapping[str, ArrayLike], *, threshold: float | None = None, xlabel: str = "", axes: Axes | None = None
) -> Figure:
    """Draw end losses of many runs, a column of dots for each setting.

    Parameters
    ----------
    losses : mapping of str to array (runs,)
        End losses by setting, such as the width.
    threshold : float, optional
        Below which a run counts as at the global minimum.
    xlabel : str, default ""
        What the settings are.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> figure = draw_end_losses({"4": [1e-31, 3e-6], "5": [1e-30, 1e-31]}, threshold=1e-10, xlabel="width")
    """
    figure, axis = on_axes(axes, 5.2, 3.4)
    for column, values in enumerate(losses.values()):
        shown = np.sort(np.maximum(np.asarray(values, float), _ZERO))
        axis.plot(column + np.linspace(-0.25, 0.25, len(shown)), shown, ".", color=category_colours(1)[0])
    if threshold is not None:
        axis.axhline(threshold, color=muted(), linestyle=":")
    axis.set(xlabel=xlabel, ylabel="loss at the end", yscale="log", xticks=range(len(losses)))
    axis.set_xticklabels(list(losses))
    return figure
