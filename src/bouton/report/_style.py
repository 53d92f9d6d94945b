"""The house style of figures: one set of matplotlib parameters for light pages and one for dark ones.

Colours are told apart with any common colour vision and keep a contrast of at least 3:1 to their background.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure

__all__ = ["ABOVE", "category_colours", "diverging", "is_dark", "muted", "new_figure", "sequential", "style"]

_LIGHT = {"surface": "#ffffff", "ink": "#1e242b", "muted": "#6a727c", "grid": "#e8e5de"}
_DARK = {"surface": "#191d21", "ink": "#e5e8eb", "muted": "#98a1ab", "grid": "#2c3238"}
_LIGHT_CYCLE = ("#2a6b9c", "#c65d28", "#2f8560", "#87569c", "#9a7713", "#5d6873")
_DARK_CYCLE = ("#7db7e6", "#f09f6f", "#79cfa1", "#caa3de", "#dfc062", "#a8b2bc")
_LIGHT_DIVERGING = ("#1d4f7c", "#83abcd", "#f6f4ef", "#e2a283", "#a03d17")
_DARK_DIVERGING = ("#a5d4f7", "#3d6f95", "#191d21", "#96512f", "#f8b48f")
_LIGHT_SEQUENTIAL = ("#fbfaf7", "#a9c7de", "#3f7fae", "#123a5c")
_DARK_SEQUENTIAL = ("#191d21", "#2f5878", "#6ca9d6", "#e3f1fc")


ABOVE: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0.2}
"""Where a legend covers nothing: above its axes, whatever the data."""


@contextmanager
def style(dark: bool = False) -> Iterator[None]:
    """Switch the house style on for the figures made within.

    Parameters
    ----------
    dark : bool, default False
        Light figures for light pages and print, dark ones for dark pages.

    Examples
    --------
    >>> with style(dark=True):
    ...     figure, axes = new_figure()
    ...     is_dark()
    True
    """
    tones, cycle = (_DARK, _DARK_CYCLE) if dark else (_LIGHT, _LIGHT_CYCLE)
    surface, ink, quiet = tones["surface"], tones["ink"], tones["muted"]
    parameters: dict[str, Any] = {
        "figure.facecolor": surface,
        "figure.edgecolor": surface,
        "savefig.facecolor": surface,
        "savefig.edgecolor": surface,
        "savefig.bbox": None,
        "figure.dpi": 100,
        "axes.facecolor": surface,
        "axes.edgecolor": quiet,
        "axes.labelcolor": ink,
        "axes.titlecolor": ink,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.titlepad": 8,
        "axes.labelsize": 10.5,
        "axes.linewidth": 0.8,
        "axes.grid": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=cycle),
        "axes.axisbelow": True,
        "axes.xmargin": 0.02,
        "grid.color": tones["grid"],
        "grid.linewidth": 0.7,
        "text.color": ink,
        "font.family": "DejaVu Sans",
        "font.size": 10.5,
        "xtick.color": quiet,
        "ytick.color": quiet,
        "xtick.labelcolor": ink,
        "ytick.labelcolor": ink,
        "xtick.labelsize": 10,
        "ytick.labelsize": 10,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
        "legend.frameon": True,
        "legend.facecolor": surface,
        "legend.edgecolor": surface,
        "legend.framealpha": 0.9,
        "legend.fontsize": 10,
        "image.cmap": "gray" if dark else "gray_r",
        "svg.fonttype": "path",
        "svg.hashsalt": "bouton",
    }
    # From the defaults, so that a figure does not depend on the user's own matplotlibrc; the backend stays untouched.
    base: dict[Any, Any] = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    combined: dict[Any, Any] = dict(base) | parameters
    with matplotlib.rc_context(combined):
        yield


def is_dark() -> bool:
    """Tell whether figures are being made for a dark page.

    Returns
    -------
    bool
    """
    return sum(to_rgb(matplotlib.rcParams["figure.facecolor"])) < 1.5


def new_figure(
    width: float = 7.2, height: float = 3.6, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """Make a figure without touching matplotlib's global state.

    Parameters
    ----------
    width, height : float, default 7.2 and 3.6
        Size in inches; 7.2 fills the column of a report.
    rows, columns : int, default 1
        Grid of axes.
    **options
        Passed to `matplotlib.figure.Figure.subplots` (`sharex`, `width_ratios`, ...).

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : matplotlib.axes.Axes or array of Axes
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **options)


def on_axes(axes: Axes | None, width: float, height: float) -> tuple[Figure, Axes]:
    """Return the figure and axes to draw on: the given ones, or new ones of this size (inches)."""
    if axes is None:
        return new_figure(width, height)
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure, axes


def muted() -> str:
    """Return the colour of what should stay in the background: reference lines, notes, silent units.

    Returns
    -------
    str
    """
    return _DARK["muted"] if is_dark() else _LIGHT["muted"]


def grid_colour() -> str:
    """Return the colour of grid lines and of the gaps between tiles."""
    return _DARK["grid"] if is_dark() else _LIGHT["grid"]


def diverging() -> Colormap:
    """Return the colour scale for signed values: cool for negative, the page's own colour for zero, warm for positive.

    Returns
    -------
    matplotlib.colors.Colormap
    """
    return _colormap("diverging", _DARK_DIVERGING if is_dark() else _LIGHT_DIVERGING)


def sequential() -> Colormap:
    """Return the colour scale for values that are not negative, from the page's own colour to its opposite.

    Returns
    -------
    matplotlib.colors.Colormap
    """
    return _colormap("sequential", _DARK_SEQUENTIAL if is_dark() else _LIGHT_SEQUENTIAL)


def category_colours(n_categories: int) -> list[tuple[float, float, float]]:
    """Return one colour per category; beyond the six house colours, colours of even steps around the wheel.

    Parameters
    ----------
    n_categories : int
        How many colours are needed.

    Returns
    -------
    list of RGB triples in [0, 1]
    """
    cycle: Sequence[str] = _DARK_CYCLE if is_dark() else _LIGHT_CYCLE
    if n_categories <= len(cycle):
        return [to_rgb(colour) for colour in cycle[:n_categories]]
    wheel = matplotlib.colormaps["hsv"]
    towards, share = (1.0, 0.35) if is_dark() else (0.0, 0.3)
    wheel_colours = [wheel(index / n_categories)[:3] for index in range(n_categories)]
    return [tuple((1 - share) * part + share * towards for part in colour) for colour in wheel_colours]  # type: ignore[misc]


def _colormap(name: str, colours: Sequence[str]) -> Colormap:
    colormap = LinearSegmentedColormap.from_list(name, list(colours))
    return colormap.with_extremes(bad=grid_colour())
