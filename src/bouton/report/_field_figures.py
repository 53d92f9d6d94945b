"""The figures of a run that learned from patches of images: what a reproduction shows of its own fields."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from bouton.report._state_figures import Drawing
from bouton.report._text import drawn_text

__all__ = ["FieldMeasures", "field_drawings", "measure_fields"]

_MOST_FITTED = 64
_MOST_SHOWN = 16
_ALIKE = 0.9


class FieldMeasures(NamedTuple):
    """What was measured of fields.

    Parameters
    ----------
    fields : array (fields, pixels)
        Weights that are not zero throughout.
    side : int
        Pixels along each side.
    participation, orientation : arrays (fields,)
        Participation ratio and orientation index.
    fitted : array of int
        Which fields a Gabor function was fitted to, all of them up to 64.
    fits : GaborFits
        Of these.
    distinct : int
        How many fields remain of those whose cosine with an earlier one exceeds 0.9 in absolute value.
    """

    fields: np.ndarray
    side: int
    participation: np.ndarray
    orientation: np.ndarray
    fitted: np.ndarray
    fits: Any
    distinct: int


def measure_fields(weights: np.ndarray, side: int) -> FieldMeasures | None:
    """Measure fields of side x side pixels, one per row; None where all are zero."""
    from bouton.analysis import fit_gabors, orientation_index, participation_ratio

    fields = np.asarray(weights, float)
    fields = fields[np.linalg.norm(fields, axis=1) > 0]
    if len(fields) == 0:
        return None
    fitted = np.unique(np.linspace(0, len(fields) - 1, min(len(fields), _MOST_FITTED)).astype(int))
    return FieldMeasures(
        fields, side, participation_ratio(fields), orientation_index(fields), fitted, fit_gabors(fields[fitted]),
        _distinct(fields),
    )  # fmt: skip


def _distinct(fields: np.ndarray) -> int:
    rows = fields / np.linalg.norm(fields, axis=1, keepdims=True)
    kept: list[np.ndarray] = []
    for row in rows:
        if not kept or np.abs(np.array(kept) @ row).max() <= _ALIKE:
            kept.append(row)
    return len(kept)


def field_drawings(measured: FieldMeasures, drives: Mapping[str, Any] | None = None) -> list[Drawing]:
    """Return the drawings of measured fields, and of the drives that were measured with them."""
    from bouton.analysis import LARGEST_SHARE, gabor, orientation_tuning, power_spectrum, preferred_frequency
    from bouton.report import figures

    fields, side, fits = measured.fields, measured.side, measured.fits
    pixels = side * side
    ranked = np.argsort(-np.nan_to_num(fits.r_squared, nan=-1.0))
    shown = ranked[np.unique(np.linspace(0, len(ranked) - 1, min(len(ranked), _MOST_SHOWN)).astype(int))]
    made = np.array([_gabor_of(gabor, fits, int(index), side) for index in shown])
    oriented = np.isfinite(measured.orientation)
    found = [
        Drawing(
            "gabors",
            "Fields, and below each the Gabor function fitted to it; the number is the share of the field's power that "
            f"the fit explains, 1 where the field is a Gabor function. {len(shown)} of {len(fields)} fields, from the "
            "best fit to the worst.",
            lambda _: figures.fields_and_fits(
                fields[measured.fitted[shown]], made, fits.r_squared[shown], (side, side)
            ),
        ),
        Drawing(
            "shapes",
            "Widths and lengths of the fitted Gabor functions, and how well they fit; a dot per field, the cross and "
            "the bar are medians. Fits that end at a bound of the search have no shape and are counted only.",
            lambda _: figures.gabor_shapes(
                ["fields"],
                [np.where(fits.found, fits.width_in_wavelengths, np.nan)],
                [np.where(fits.found, fits.length_in_wavelengths, np.nan)],
                [fits.r_squared],
            ),
        ),
        Drawing(
            "tuning",
            "Orientation tuning: the largest response to gratings of each orientation, at the frequency that the field "
            "prefers, left; which orientations the fields prefer and how selective they are, right.",
            lambda _: figures.orientation_curves(orientation_tuning(fields[oriented]), measured.orientation[oriented]),
        ),
        Drawing(
            "sizes",
            "Mean power spectrum of the fields, with the frequencies that each prefers, left; how many pixels take "
            "part in each field (participation ratio), right. A median beyond the dashed line means that fields are "
            "as extended as periodic texture makes them, or that they have not learned for long enough.",
            lambda _: figures.field_sizes(
                power_spectrum(fields).mean(axis=0), preferred_frequency(fields), measured.participation, pixels,
                LARGEST_SHARE * pixels,
            ),
        ),
    ]  # fmt: skip
    if drives is not None:
        found.append(
            Drawing(
                "drives",
                "Total input to the field of the heaviest tail, to one in the middle, and to a random field, on a "
                "logarithmic scale, against a Gaussian. Look for tails that learning has made heavier.",
                lambda _: figures.drive_densities(
                    drives["bins"], drives["densities"], drives["kurtosis"], [*map(drawn_text, drives["names"])]
                ),
            )
        )
    return found


def _gabor_of(gabor: Any, fits: Any, index: int, side: int) -> np.ndarray:
    if not np.isfinite(fits.r_squared[index]):
        return np.zeros(side * side)
    centre = (float(fits.row[index]), float(fits.column[index]))
    shape = (fits.frequency, fits.direction, fits.width, fits.length, fits.phase)
    image = gabor((side, side), *(float(part[index]) for part in shape), centre=centre)
    return float(fits.amplitude[index]) * image.ravel()
