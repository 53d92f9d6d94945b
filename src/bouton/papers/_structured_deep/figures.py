"""The figures of the reproduction, the learned features first."""

from bouton.papers._frame import Figure
from bouton.papers._structured_deep.figures_of_errors import draw_errors, draw_feedback, draw_objective
from bouton.papers._structured_deep.figures_of_features import (
    draw_digit_features,
    draw_faces,
    draw_masks,
    draw_patches,
    draw_similarities,
    draw_topography,
)

__all__ = ["FIGURES"]

FIGURES = (
    Figure(
        "digit-features",
        "What the units of a sheet have learned from MNIST digits (R2), each at its site: every second pixel has four "
        "units with a receptive field of radius 4 (warm: excitatory, cool: inhibitory; each on a scale of its own). "
        "Look for strokes and edges of all directions, and for four different ones at each site.",
        draw_digit_features,
    ),
    Figure(
        "masks",
        "The structure of that sheet. Left: number of inputs of each site's units; fewer at the border. Right: the "
        "receptive fields of four sites. Look for overlap between neighbours and for fields that the border cuts.",
        draw_masks,
    ),
    Figure(
        "errors",
        "Test error of a linear read-out against the number of units per site. Left: 8 x 8 digits (R1), random and "
        "learned features, a dot per seed and a line through the mean. Right: MNIST (R2; E3 where it was measured). "
        "Look for how much of the gain random features have already; crosses are the published or reference values.",
        draw_errors,
    ),
    Figure(
        "objective",
        "Learning 8 x 8 digits with 4 units per site (R1): the objective J of the responses and its min-max form, "
        "which the weights descend and ascend; share of samples that settled within 99 steps, by epoch. Look for how "
        "the two forms approach each other.",
        draw_objective,
    ),
    Figure(
        "feedback",
        "Two layers with feedback of several strengths (R3): the objective on held-out patterns, relative to its final "
        "size, for one of them also its min-max form, which the weights descend and ascend; and the number of Euler "
        "steps until the network settles, at most 150 (without feedback, in each layer; their sum is shown). Look for "
        "the fall within the first epoch.",
        draw_feedback,
    ),
    Figure(
        "similarities",
        "Similarities of patterns of ten known classes and, beyond the line, of ten unknown ones (R3, feedback 0.5), "
        "in the input and in both layers; the largest is 1. Look for the blocks of the classes, which are there in all "
        "layers, and for unknown patterns that the layers take for known ones or for their opposites.",
        draw_similarities,
    ),
    Figure(
        "faces",
        "Features of three layers learned from faces (E2): each tile is the mean of the faces weighted by a unit's "
        "activity, where the unit can see. Look for features that grow from layer to layer, from spots to parts of "
        "faces to whole ones.",
        draw_faces,
    ),
    Figure(
        "patches",
        "Features of two layers learned from patches of natural photographs (R4), by reverse correlation, not masked. "
        "Look for localised edges below and larger ones above.",
        draw_patches,
    ),
    Figure(
        "topography",
        "A sheet with one unit per pixel on natural patches (R5). Left: weights at their sites, with lateral synapses "
        "to neighbouring sites. Right: correlation of units against their distance, with and without such synapses. "
        "Look for neighbours that differ.",
        draw_topography,
    ),
)
