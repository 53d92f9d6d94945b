"""Drawings of layered, topographic networks: features at their sites, similarity matrices side by side."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bouton.errors import InputError
from bouton.report._style import diverging, new_figure, on_axes, sequential

__all__ = ["features_at_sites", "similarity_matrices"]


def features_at_sites(
    images: ArrayLike,
    image_shape: tuple[int, int],
    positions: ArrayLike,
    grid: tuple[int, int],
    half_width: int,
    *,
    units_per_site: int = 1,
    title: str = "",
    axes: Axes | None = None,
) -> Figure:
    """Show what each unit of a sheet responds to, cut out around its site, at the place of that site.

    Parameters
    ----------
    images : array, shape (units, height * width)
        One image per unit; unit q of site s in row s * units_per_site + q.
    image_shape : tuple of int
        Height and width of the images.
    positions : array, shape (sites, 2)
        Rows and columns of the sites, in pixels.
    grid : tuple of int
        Rows and columns of sites.
    half_width : int
        Pixels shown to either side of a site's own.
    units_per_site : int, default 1
        Units at each site; they are shown side by side, about as many in a line as there are lines.
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
        If the numbers of units, sites and pixels do not fit each other.
    """
    rows, places = np.asarray(images, float), np.asarray(positions, float)
    n_sites = grid[0] * grid[1]
    if rows.shape != (n_sites * units_per_site, image_shape[0] * image_shape[1]) or places.shape != (n_sites, 2):
        raise InputError(
            f"{n_sites} sites of {units_per_site} units need images of shape "
            f"{(n_sites * units_per_site, image_shape[0] * image_shape[1])} and {n_sites} positions, got {rows.shape} "
            f"and {places.shape}"
        )
    size = 2 * half_width + 1
    margin = ((0, 0), (half_width, half_width), (half_width, half_width))
    padded = np.pad(rows.reshape(-1, *image_shape), margin)
    across = int(np.ceil(np.sqrt(units_per_site)))
    down = -(-units_per_site // across)
    mosaic = np.full((grid[0], grid[1], down, across, size + 1, size + 1), np.nan)
    for unit, image in enumerate(padded):
        site, place = divmod(unit, units_per_site)
        top, left = np.floor(places[site]).astype(int)
        tile = image[top : top + size, left : left + size]
        largest = np.abs(tile).max()
        mosaic[(*divmod(site, grid[1]), *divmod(place, across))][:size, :size] = tile / (largest if largest > 0 else 1)
    mosaic = mosaic.transpose(0, 2, 4, 1, 3, 5).reshape(grid[0] * down * (size + 1), grid[1] * across * (size + 1))
    figure, axes = on_axes(axes, 7.2, min(7.2 * mosaic.shape[0] / mosaic.shape[1] + (0.3 if title else 0.0), 8.0))
    colormap = diverging().with_extremes(bad=(0, 0, 0, 0))
    axes.imshow(mosaic[:-1, :-1], cmap=colormap, vmin=-1, vmax=1, interpolation="nearest", aspect="equal")
    axes.set(xticks=[], yticks=[], title=title)
    axes.spines[:].set_visible(False)
    return figure


def similarity_matrices(matrices: Mapping[str, ArrayLike], *, boundary: int | None = None) -> Figure:
    """Show similarity matrices side by side, each scaled so that its largest entry is 1.

    Parameters
    ----------
    matrices : mapping of str to array, shape (samples, samples)
        The matrices by their titles.
    boundary : int, optional
        Where a line is drawn: the number of samples of the first of two kinds.

    Returns
    -------
    matplotlib.figure.Figure
    """
    scaled = {name: np.asarray(matrix, float) / np.abs(matrix).max() for name, matrix in matrices.items()}
    signed = min(matrix.min() for matrix in scaled.values()) < -0.02
    figure, panels = new_figure(7.2, 7.2 / len(scaled) + 0.5, 1, len(scaled))
    for axes, (name, matrix) in zip(np.atleast_1d(panels), scaled.items(), strict=True):
        axes.imshow(matrix, cmap=diverging() if signed else sequential(), vmin=-1 if signed else 0, vmax=1,
                    interpolation="nearest")  # fmt: skip
        axes.set(xticks=[], yticks=[], title=name, xlabel="sample")
        axes.spines[:].set_visible(False)
        if boundary is not None:
            ink = axes.yaxis.label.get_color()
            axes.axhline(boundary - 0.5, color=ink, linewidth=0.8)
            axes.axvline(boundary - 0.5, color=ink, linewidth=0.8)
    colour_bar = figure.colorbar(np.atleast_1d(panels)[-1].images[0], ax=panels, shrink=0.8, aspect=28, pad=0.02)
    colour_bar.outline.set_visible(False)  # type: ignore[operator]
    colour_bar.set_label("similarity")
    return figure
