"""What a network of spiking neurons did: raster, population rate, irregularity, weights."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.report._text import drawn_text
from bouton.report.figures import category_colours, muted, new_figure, raster, style
from bouton.spiking import SpikeTrains

__all__ = ["draw_activity"]

_MOST_IN_RASTER = 400


def draw_activity(
    trains: SpikeTrains,
    populations: Mapping[str, tuple[int, int]] | None = None,
    *,
    window: tuple[float, float] | None = None,
    weights: Mapping[str, ArrayLike] | None = None,
    bin_width: float = 5.0,
) -> Figure:
    """Draw a raster of some neurons, the rate of each population, how irregularly they fire, and weights.

    Parameters
    ----------
    trains : SpikeTrains
        The spikes.
    populations : mapping of str to (first, last), optional
        Neurons of each population, from the first to before the last. Default: one population of all.
    window : tuple of float, optional
        Part of the time that raster and rate show, in ms. Default: the last 300 ms.
    weights : mapping of str to array, optional
        Weights by name, such as before and after, as histograms. Default: none.
    bin_width : float
        Of the population rate, in ms. Default 5.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the window holds no time of the trains.

    Examples
    --------
    >>> import numpy as np
    >>> trains = SpikeTrains(np.arange(1.0, 100), np.arange(99) % 7, 7, 0.0, 100.0)
    >>> len(draw_activity(trains, {"a": (0, 3), "b": (3, 7)}).axes)
    3
    """
    everybody: dict[str, tuple[int, int]] = {"neurons": (0, trains.n_neurons)}
    populations = everybody if populations is None else dict(populations)
    start, stop = window or (max(trains.start, trains.stop - 300.0), trains.stop)
    if not trains.start <= start < stop <= trains.stop:
        raise InputError(f"window must lie within {trains.start} to {trains.stop} ms, got {start} to {stop}")
    with style():
        n_below = 1 if weights is None else 2
        figure, panels = new_figure(8.6, 6.6, 3, n_below, height_ratios=(2.4, 1, 1.4))
        grid = np.asarray(panels, dtype=object).reshape(3, n_below)
        for unused in grid[:2].ravel():
            unused.remove()
        above = figure.add_subplot(grid[0, 0].get_gridspec()[0, :])
        middle = figure.add_subplot(grid[0, 0].get_gridspec()[1, :], sharex=above)
        _draw_raster(above, trains.between(start, stop), populations)
        _draw_rates(middle, trains, populations, (start, stop), bin_width)
        _draw_variation(grid[2, 0], trains, populations)
        if weights is not None:
            _draw_weights(grid[2, 1], weights)
    return figure


def _draw_raster(axes: Axes, trains: SpikeTrains, populations: dict[str, tuple[int, int]]) -> None:
    """Draw some neurons of each population, in proportion to its size."""
    total = sum(last - first for first, last in populations.values())
    share = min(1.0, _MOST_IN_RASTER / total)
    times, rows, groups, row = [], [], [], 0
    for index, (first, last) in enumerate(populations.values()):
        shown = max(1, round(share * (last - first)))
        own = trains.of(first, first + shown)
        times.append(own.times)
        rows.append(own.neurons + row)
        groups += [index] * shown
        row += shown
    note = "" if share == 1 else f" ({row} of {total})"
    raster(np.concatenate(times), np.concatenate(rows), groups=groups, xlabel="", ylabel=f"neuron{note}", axes=axes)
    axes.tick_params(labelbottom=False)


def _draw_rates(axes: Axes, trains: SpikeTrains, populations: dict, window: tuple[float, float], width: float) -> None:
    part = trains.between(*window)
    highest = 0.0
    for (name, (first, last)), colour in zip(populations.items(), category_colours(len(populations)), strict=True):
        middle, rate = part.of(first, last).population_rate(min(width, part.duration))
        axes.step(middle, rate, where="mid", color=colour, linewidth=1.2, label=drawn_text(name))
        highest = max(highest, float(rate.max()))
    # The legend has the upper third for itself.
    axes.set(xlabel="time (ms)", ylabel="rate (Hz)", xlim=window, ylim=(0, 1.45 * highest or 1))
    if len(populations) > 1:
        axes.legend(loc="upper right", ncols=len(populations))


def _draw_variation(axes: Axes, trains: SpikeTrains, populations: dict) -> None:
    edges, shown = np.linspace(0, 2, 41).tolist(), False
    for (first, last), colour in zip(populations.values(), category_colours(len(populations)), strict=True):
        values = trains.of(first, last).variation()
        values = values[np.isfinite(values)]
        shown = shown or len(values) > 0
        axes.hist(np.clip(values, 0, 2), edges, histtype="step", color=colour, linewidth=1.4)
    axes.axvline(1, color=muted(), linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    axes.set(xlabel="CV of inter-spike intervals (1: Poisson)", ylabel="neurons", xlim=(0, 2))
    if not shown:
        axes.text(0.5, 0.5, "too few spikes", transform=axes.transAxes, ha="center", color=muted())


def _draw_weights(axes: Axes, weights: Mapping[str, ArrayLike]) -> None:
    arrays = {name: np.asarray(values).ravel() for name, values in weights.items()}
    edges = np.linspace(
        min(each.min() for each in arrays.values()), max(each.max() for each in arrays.values()), 41
    ).tolist()
    for (name, values), colour in zip(arrays.items(), category_colours(len(arrays)), strict=True):
        axes.hist(values, edges, histtype="step", color=colour, linewidth=1.4, label=drawn_text(name))
    axes.set(xlabel="weight", ylabel="synapses", ylim=(0, None))
    if len(arrays) > 1:
        axes.legend(loc="lower center")
