"""Drawings of receptive fields: the Gabor functions fitted to them, their tuning curves, their spectra and sizes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from bouton.report._images import tiles
from bouton.report._style import ABOVE, category_colours, muted, new_figure, on_axes, sequential

__all__ = ["drive_densities", "field_sizes", "fields_and_fits", "gabor_shapes", "on_off_fields", "orientation_curves"]

_LINE = (0, (4, 3))
_MOST_FIELDS = 36


def fields_and_fits(
    fields: ArrayLike, fits: ArrayLike, r_squared: ArrayLike, shape: tuple[int, int], *, columns: int = 8
) -> Figure:
    """Show fields above the functions fitted to them, with the share of power that each fit explains.

    Parameters
    ----------
    fields, fits : arrays, shape (fields, height * width)
        What was learned, and what was fitted.
    r_squared : array, shape (fields,)
        Goodness of the fits.
    shape : tuple of int
        Height and width of an image.
    columns : int, default 8
        Fields per line.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows, fitted, goodness = (np.asarray(each, float) for each in (fields, fits, r_squared))
    columns = min(columns, len(rows))
    lines = -(-len(rows) // columns)
    side = 7.2 / max(columns, 4)
    figure, panels = new_figure(side * columns, 2.35 * side * lines, 2 * lines, columns, squeeze=False)
    for axes in panels.flat:
        axes.set_axis_off()
    for index, (field, fit, share) in enumerate(zip(rows, fitted, goodness, strict=True)):
        line, column = divmod(index, columns)
        tiles(field[None], shape, axes=panels[2 * line, column])
        tiles(fit[None] if np.any(fit) else field[None] * 0, shape, axes=panels[2 * line + 1, column])
        panels[2 * line, column].set_title(f"{share:.2f}", fontsize=9, pad=3)
    return figure


def gabor_shapes(
    names: Sequence[str],
    width: Sequence[ArrayLike] | np.ndarray,
    length: Sequence[ArrayLike] | np.ndarray,
    r_squared: Sequence[ArrayLike] | np.ndarray,
) -> Figure:
    """Show widths and lengths of fitted Gabor functions, and how well they fit; medians as crosses and bars.

    Parameters
    ----------
    names : sequence of str
        Of groups of fields.
    width, length : sequences of arrays, one for each group
        Across and along the bars, in wavelengths.
    r_squared : sequence of arrays, one for each group
        Share of the fields' power that the fits explain.

    Returns
    -------
    matplotlib.figure.Figure
    """
    widths, lengths, shares = ([np.asarray(each, float) for each in group] for group in (width, length, r_squared))
    figure, (left, right) = new_figure(8.4, 3.8, 1, 2, width_ratios=(1.4, 1))
    for name, across, along, colour in zip(names, widths, lengths, category_colours(len(names)), strict=True):
        left.scatter(across, along, s=20, color=colour, alpha=0.6, linewidths=0)
        if np.any(np.isfinite(across)):
            left.scatter(np.nanmedian(across), np.nanmedian(along), s=90, color=colour, marker="+", linewidths=2.2)
        left.scatter([], [], s=30, color=colour, label=name)
    widest, longest = (np.nanmax(np.concatenate([[0.0], *map(np.ravel, group)])) for group in (widths, lengths))
    left.set(
        xlabel="width across the bars (wavelengths)", ylabel="length along the bars (wavelengths)",
        xlim=(0, max(0.8, 1.08 * widest)), ylim=(0, max(2.0, 1.08 * longest)),
    )  # fmt: skip
    if n_left_out := sum(int(np.sum(~np.isfinite(each))) for each in widths):
        left.set_title(f"{n_left_out} fits without a shape are left out", fontsize=9)
    for index, (values, colour) in enumerate(zip(shares, category_colours(len(names)), strict=True)):
        right.scatter(values, np.full(np.size(values), index), s=18, color=colour, alpha=0.6, linewidths=0)
        right.scatter(np.nanmedian(values), index, s=120, color=colour, marker="|", linewidths=2)
    right.set(
        xlabel="share of power that the fit explains",
        xlim=(min(0.0, _least(shares)), 1.02),
        ylim=(len(names) - 0.5, -0.5),
    )
    right.set_yticks(range(len(names)), list(names))
    return figure


def _least(groups: Sequence[np.ndarray]) -> float:
    return 1.05 * float(np.nanmin(np.concatenate([[0.0], *map(np.ravel, groups)])))


def orientation_curves(tuning: Any, index: ArrayLike) -> Figure:
    """Show orientation tuning curves about the preferred orientation, and which orientations are preferred.

    Parameters
    ----------
    tuning : bouton.features.OrientationTuning
        Curves of fields.
    index : array, shape (fields,)
        Their orientation index, between 0 and 1.

    Returns
    -------
    matplotlib.figure.Figure
    """
    responses, count = np.asarray(tuning.responses, float), len(tuning.directions)
    place = responses.argmax(axis=1)
    aligned = np.array([np.roll(row, count // 2 - best) for row, best in zip(responses, place, strict=True)])
    aligned = aligned / np.maximum(aligned.max(axis=1, keepdims=True), np.finfo(float).tiny)
    away = (np.arange(count) - count // 2) * 180 / count
    figure, (left, right) = new_figure(8.4, 3.6, 1, 2)
    colours = category_colours(2)
    left.plot(away, aligned.T, color=colours[0], alpha=max(0.1, 0.6 / np.sqrt(len(aligned))), linewidth=1)
    left.plot(away, np.median(aligned, axis=0), color=colours[1], linewidth=2.4, label="median")
    left.axhline(0.5, color=muted(), linewidth=1, linestyle=_LINE)
    left.set(
        xlabel="orientation from the preferred one (degrees)", ylabel="response over the largest",
        xlim=(-90, 90), ylim=(0, 1.03), xticks=[-90, -45, 0, 45, 90],
    )  # fmt: skip
    left.legend(**ABOVE)
    right.scatter(np.degrees(tuning.preferred), index, s=26, color=colours[0], alpha=0.7, linewidths=0)
    right.set(
        xlabel="preferred direction of a grating's wave (degrees)", ylabel="orientation index",
        xlim=(0, 180), ylim=(0, 1), xticks=[0, 45, 90, 135, 180],
    )  # fmt: skip
    return figure


def field_sizes(
    spectrum: ArrayLike, preferred: ArrayLike, participation: ArrayLike, pixels: int, limit: float
) -> Figure:
    """Show at which spatial frequencies fields have their power, and how many pixels take part in them.

    Parameters
    ----------
    spectrum : array, shape (side, side)
        Mean power of the fields, as `numpy.fft.fftfreq` orders frequencies.
    preferred : array, shape (fields, 2)
        Frequency of the most power of each, down and across, in cycles per pixel.
    participation : array, shape (fields,)
        Pixels that take part.
    pixels : int
        Number of pixels of a field.
    limit : float
        Number of pixels beyond which a median is suspicious.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = new_figure(8.4, 3.6, 1, 2)
    power, vectors = np.fft.fftshift(np.asarray(spectrum, float)), np.asarray(preferred, float)
    left.imshow(power, extent=(-0.5, 0.5, 0.5, -0.5), cmap=sequential(), interpolation="nearest")
    both = np.concatenate([vectors, -vectors])
    left.scatter(both[:, 1], both[:, 0], s=14, color=category_colours(2)[1], linewidths=0, label="preferred by a field")
    left.set(xlabel="cycles per pixel, across", ylabel="cycles per pixel, down", xlim=(-0.5, 0.5), ylim=(0.5, -0.5))
    left.legend(fontsize=8, **ABOVE)
    taking = np.asarray(participation, float)
    bins = np.linspace(0, max(1.05 * float(np.nanmax(taking, initial=1.0)), 1.1 * limit), 26)
    right.hist(taking[np.isfinite(taking)], bins, color=category_colours(1)[0], alpha=0.8)
    right.axvline(np.nanmedian(taking), color=category_colours(2)[1], linewidth=2, label="median")
    right.axvline(limit, color=muted(), linewidth=1, linestyle=_LINE, label="texture, if the median is beyond")
    right.set(xlabel=f"pixels of {pixels} that take part", ylabel="fields")
    right.legend(fontsize=8, **ABOVE)
    return figure


def drive_densities(
    bins: ArrayLike, densities: ArrayLike, kurtosis: ArrayLike, names: Sequence[str], *, axes: Axes | None = None
) -> Figure:
    """Show densities of the total input to fields on a logarithmic scale, beside a Gaussian of unit variance.

    Parameters
    ----------
    bins : array, shape (bins + 1,)
        Edges, in standard deviations.
    densities : array, shape (fields, bins)
        One density per field.
    kurtosis : array, shape (fields,)
        3 for a Gaussian.
    names : sequence of str
        What the fields are.
    axes : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = on_axes(axes, 7.2, 3.6)
    edges, shares = np.asarray(bins, float), np.atleast_2d(np.asarray(densities, float))
    for name, density, tail, colour in zip(
        names, shares, np.asarray(kurtosis), category_colours(len(names)), strict=True
    ):
        beyond = 1 - float(density @ np.diff(edges))
        outside = f", {beyond:.2%} of samples beyond {edges[-1]:.0f}" if beyond > 1e-6 else ""
        label = f"{name}, kurtosis {tail:.0f}{outside}"
        axes.stairs(density, edges, color=colour, label=label, linewidth=1.5)
    least = float(np.min(shares[shares > 0], initial=1e-5))
    at = np.linspace(-5, 5, 201)
    gauss = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    axes.plot(
        at[gauss > least / 2], gauss[gauss > least / 2], color=muted(), linestyle=_LINE, linewidth=1.2, label="Gaussian"
    )
    seen = edges[1:][np.any(shares > 0, axis=0)], edges[:-1][np.any(shares > 0, axis=0)]
    reach = 1.02 * max(5.0, *(float(np.max(np.abs(each), initial=0.0)) for each in seen))
    highest = max(2.0, 2 * float(np.max(shares, initial=0.0)))
    axes.set(
        yscale="log", ylim=(least / 2, highest), xlim=(-reach, reach), xlabel="drive (standard deviations)",
        ylabel="density",
    )  # fmt: skip
    axes.legend(fontsize=8, **ABOVE)
    return figure


def on_off_fields(weights: ArrayLike, segregation: Any, shape: tuple[int, int]) -> Figure:
    """Show fields of ON and OFF inputs as the difference of the two kinds, and how far they are kept apart.

    Parameters
    ----------
    weights : array, shape (fields, 2 * height * width)
        Weights of all ON inputs, then of all OFF inputs: warm where ON weighs more, cool where OFF does.
    segregation : bouton.features.OnOffSegregation
        What was measured of them.
    shape : tuple of int
        Height and width of an image.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = np.asarray(weights, float)
    on, off = np.split(rows, 2, axis=1)
    figure, (left, right) = new_figure(8.4, 3.8, 1, 2, width_ratios=(1.25, 1))
    tiles((on - off)[:_MOST_FIELDS], shape, title="ON (warm) minus OFF (cool)", axes=left)
    colour = category_colours(1)[0]
    right.axvline(0, color=muted(), linewidth=1, linestyle=_LINE)
    right.scatter(segregation.dominance, segregation.segregation, s=30, color=colour, alpha=0.7, linewidths=0)
    right.set(
        xlabel="dominance: OFF alone −1, ON alone 1", ylabel="segregation: 1 where no place has both",
        xlim=(-1.05, 1.05), ylim=(0, 1.05),
    )  # fmt: skip
    return figure
