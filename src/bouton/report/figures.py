"""Shared drawings of the reports: tiles, fields, sheets, Gram matrices, rasters, curves, decisions, staircases.

Every helper returns a matplotlib Figure made with the object-oriented API, never through pyplot's global state, and
takes its colours from the style that is switched on (`style`). Helpers with one panel can draw on given `axes`, so
that a paper composes several into one figure made with `new_figure`.
"""

from bouton.report._fields import (
    drive_densities,
    field_sizes,
    fields_and_fits,
    gabor_shapes,
    on_off_fields,
    orientation_curves,
)
from bouton.report._images import decision_picture, gram_matrices, tiles
from bouton.report._plots import curves, raster, staircase
from bouton.report._sheets import features_at_sites, similarity_matrices
from bouton.report._style import ABOVE, category_colours, diverging, is_dark, muted, new_figure, sequential, style

__all__ = [
    "ABOVE",
    "category_colours",
    "curves",
    "decision_picture",
    "diverging",
    "drive_densities",
    "features_at_sites",
    "field_sizes",
    "fields_and_fits",
    "gabor_shapes",
    "gram_matrices",
    "is_dark",
    "muted",
    "new_figure",
    "on_off_fields",
    "orientation_curves",
    "raster",
    "sequential",
    "similarity_matrices",
    "staircase",
    "style",
    "tiles",
]
