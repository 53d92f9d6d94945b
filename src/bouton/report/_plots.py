"""Drawings made of marks and lines: spike rasters, curves with bands, staircases."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bouton.report._style import category_colours, grid_colour, muted, on_axes

__all__ = ["curves", "raster", "staircase"]

_MANY_SPIKES = 2000


def raster(
    times: ArrayLike,
    units: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    xlabel: str = "time (s)",
    ylabel: str = "neuron",
    title: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Show spikes as marks over time, one line per neuron.

    Parameters
    ----------
    times : array, shape (spikes,)
        Spike times, in the unit that `xlabel` names.
    units : array of int, shape (spikes,)
        The neuron of each spike, from 0.
    groups : array of int, shape (neurons,), optional
        The population of each neuron, from 0: one colour each.
    xlabel, ylabel, title : str
        Labels.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure
    """
    times, units = np.asarray(times, dtype=float), np.asarray(units, dtype=int)
    n_units = int(units.max(initial=0)) + 1
    group_of = np.zeros(n_units, dtype=int) if groups is None else np.asarray(groups, dtype=int)
    colours = np.asarray(category_colours(int(group_of.max(initial=0)) + 1))
    figure, axes = on_axes(axes, 7.2, 3.4)
    mark = max(220.0 / max(len(group_of), 1), 1.2)
    axes.scatter(
        times,
        units,
        s=mark**2,
        c=colours[group_of[units]],
        marker="|",
        linewidths=0.9,
        rasterized=len(times) > _MANY_SPIKES,
    )
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title, ylim=(len(group_of) - 0.5, -0.5))
    return figure


def curves(
    x: ArrayLike,
    series: Mapping[str, ArrayLike],
    *,
    band: tuple[float, float] = (0.1, 0.9),
    reference: float | None = None,
    reference_name: str = "published",
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    logarithmic: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Draw curves; repeated runs become a median with a band.

    Parameters
    ----------
    x : array, shape (points,)
        Positions.
    series : mapping of str to array, shape (points,) or (runs, points)
        What is drawn, by name.
    band : tuple of float, default (0.1, 0.9)
        Quantiles over runs between which the band lies.
    reference : float, optional
        A horizontal line, usually the published value.
    reference_name : str, default "published"
        Its name.
    xlabel, ylabel, title : str
        Labels.
    logarithmic : str, default ""
        Which axes are logarithmic: "", "x", "y" or "xy".
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure
    """
    x = np.asarray(x, dtype=float)
    figure, axes = on_axes(axes, 7.2, 3.6)
    for (name, values), colour in zip(series.items(), category_colours(len(series)), strict=True):
        runs = np.atleast_2d(np.asarray(values, dtype=float))
        axes.plot(x, np.median(runs, axis=0), color=colour, label=name)
        if len(runs) > 1:
            axes.fill_between(x, *np.quantile(runs, band, axis=0), color=colour, alpha=0.18, linewidth=0)
    if reference is not None:
        axes.axhline(reference, color=muted(), linewidth=1.0, linestyle=(0, (4, 3)), label=reference_name, zorder=1)
    _finish(axes, xlabel, ylabel, title, logarithmic)
    if len(series) + (reference is not None) > 1:
        axes.legend()
    return figure


def staircase(
    x: ArrayLike,
    counts: ArrayLike,
    *,
    truth: float | None = None,
    truth_name: str = "true number",
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    logarithmic: str = "x",
    axes: Axes | None = None,
) -> Figure:
    """Draw counts against a parameter: every run as a dot, their mean as a staircase.

    Parameters
    ----------
    x : array, shape (points,)
        Values of the parameter, rising.
    counts : array, shape (points,) or (runs, points)
        What was counted.
    truth : float, optional
        A horizontal line at the right number.
    truth_name : str, default "true number"
        Its name.
    xlabel, ylabel, title : str
        Labels.
    logarithmic : str, default "x"
        Which axes are logarithmic: "", "x", "y" or "xy".
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure
    """
    x, runs = np.asarray(x, dtype=float), np.atleast_2d(np.asarray(counts, dtype=float))
    figure, axes = on_axes(axes, 7.2, 3.6)
    colour = category_colours(1)[0]
    if truth is not None:
        axes.axhline(truth, color=muted(), linewidth=1.0, linestyle=(0, (4, 3)), label=truth_name, zorder=1)
    axes.stairs(
        runs.mean(axis=0),
        _edges(x, "x" in logarithmic),
        baseline=None,
        color=colour,
        linewidth=1.8,
        label="mean of runs",
    )
    values, times = np.unique(np.column_stack([np.tile(x, len(runs)), runs.ravel()]), axis=0, return_counts=True)
    axes.scatter(
        *values.T,
        s=14 + 60 * times / len(runs),
        color=colour,
        alpha=0.55,
        linewidths=0,
        label="runs (larger: more of them)",
    )
    _finish(axes, xlabel, ylabel, title, logarithmic)
    axes.legend()
    return figure


def _edges(x: np.ndarray, logarithmic: bool) -> np.ndarray:
    """Return the places half-way between neighbouring values, as the axis shows them, and one beyond either end."""
    places = np.log(x) if logarithmic else x
    middles = (places[1:] + places[:-1]) / 2
    ends = (
        (2 * places[0] - middles[0], 2 * places[-1] - middles[-1]) if len(x) > 1 else (places[0] - 0.5, places[0] + 0.5)
    )
    edges = np.concatenate([[ends[0]], middles, [ends[1]]])
    return np.exp(edges) if logarithmic else edges


def _finish(axes: Axes, xlabel: str, ylabel: str, title: str, logarithmic: str) -> None:
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if "x" in logarithmic:
        axes.set_xscale("log")
    if "y" in logarithmic:
        axes.set_yscale("log")
    axes.grid(axis="y", color=grid_colour())
