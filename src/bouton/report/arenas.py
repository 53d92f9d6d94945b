"""The way of a robot in its arena: drawn, coloured by time, and as an animation."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from bouton._files import write_files
from bouton.errors import InputError
from bouton.report._style import muted, on_axes, style

__all__ = ["draw_way", "write_animation"]

_MOST_FRAMES = 1000
_TAIL = 40
"""Places before the present one that an animation shows."""


def draw_way(
    way: ArrayLike,
    *,
    size: tuple[float, float] = (600.0, 400.0),
    obstacles: Sequence[tuple[float, float, float]] = (),
    axes: Axes | None = None,
) -> Figure:
    """Draw the places of a robot, dark to light over time.

    Parameters
    ----------
    way : array (places, 2)
        Such as the recording ``"world.pose.position"`` of a `ClosedLoop`.
    size : tuple of float
        Width and height of the arena. Default 600, 400.
    obstacles : sequence of (x, y, radius)
        What is drawn as a disk, such as ``ObstacleArena().obstacles``. Default: nothing.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the way has another shape, or a place is not finite.

    Examples
    --------
    >>> figure = draw_way([[10.0, 10.0], [20.0, 12.0], [30.0, 18.0]], size=(100.0, 60.0))
    """
    places = _places(way)
    figure, axis = _arena(size, obstacles, axes)
    axis.scatter(*places.T, c=np.arange(len(places)), s=1.5, cmap="viridis", rasterized=True)
    return figure


def write_animation(
    path: str | Path,
    way: ArrayLike,
    *,
    size: tuple[float, float] = (600.0, 400.0),
    obstacles: Sequence[tuple[float, float, float]] = (),
    frames_per_second: int = 20,
) -> Path:
    """Write the way of a robot as a GIF: where it is, and behind it the last 40 places.

    Parameters
    ----------
    path : path
        The file, which ends in .gif; it appears whole or not at all.
    way : array (places, 2)
        One frame for each place, of which there may be a thousand: record every tenth step, or so.
    size, obstacles
        As in `draw_way`.
    frames_per_second : int
        Default 20.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the way has another shape, a place is not finite, there are too many, or the file cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "way.gif"
    >>> write_animation(path, [[10.0, 10.0], [20.0, 12.0]], size=(100.0, 60.0)).name
    'way.gif'
    """
    path, places = Path(path), _places(way)
    if path.suffix.lower() != ".gif":
        raise InputError(f"path must end in .gif, got {path.name!r}")
    if len(places) > _MOST_FRAMES:
        raise InputError(
            f"an animation has at most {_MOST_FRAMES} frames, got {len(places)} places: record fewer, or hand over "
            f"every {-(-len(places) // _MOST_FRAMES)}th, way[::{-(-len(places) // _MOST_FRAMES)}]"
        )
    if frames_per_second < 1:
        raise InputError(f"frames_per_second must be at least 1, got {frames_per_second}")
    with style():
        figure, axis = _arena(size, obstacles, None)
        (tail,) = axis.plot([], [], color=muted(), linewidth=1)
        (robot,) = axis.plot([], [], "o", markersize=6)

        def show(frame: int) -> tuple[Any, ...]:
            tail.set_data(*places[max(frame - _TAIL, 0) : frame + 1].T)
            robot.set_data(*places[frame : frame + 1].T)
            return tail, robot

        film = FuncAnimation(figure, show, frames=len(places), blit=False)
        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder) / "way.gif"
            film.save(drawn, writer=PillowWriter(fps=frames_per_second))
            content = drawn.read_bytes()
    write_files(path.parent, {path.name: content})
    return path


def _places(way: ArrayLike) -> np.ndarray:
    places = np.asarray(way, np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or len(places) == 0:
        raise InputError(f"way must have shape (places, 2), got {places.shape}")
    if (wrong := np.flatnonzero(~np.isfinite(places).all(axis=1))).size:
        raise InputError(f"way must be finite; place {wrong[0]} is {places[wrong[0]].tolist()}")
    return places


def _arena(size: tuple[float, float], obstacles: Sequence[Any], axes: Axes | None) -> tuple[Figure, Axes]:
    figure, axis = on_axes(axes, 5.4, 5.4 * size[1] / size[0] + 0.4)
    for x, y, radius in obstacles:
        axis.add_patch(Circle((x, y), radius, color=muted(), alpha=0.5))
    ticks = [(0, length / 2, length) for length in size]
    axis.set(xlim=(0, size[0]), ylim=(0, size[1]), aspect="equal", xticks=ticks[0], yticks=ticks[1])
    return figure, axis
