"""The figures of the reproduction, the learned features first."""

from bouton.papers._frame import Figure
from bouton.papers._online_snmf.figures_of_clusters import (
    draw_cost,
    draw_gram_matrices,
    draw_novelty,
    draw_plane,
    draw_staircase,
)
from bouton.papers._online_snmf.figures_of_features import (
    draw_digit_activity,
    draw_digit_features,
    draw_image_features,
    draw_selectivity,
    draw_sources,
)

__all__ = ["FIGURES"]

FIGURES = (
    Figure(
        "image-features",
        "What the units of the network have learned from whitened patches of two photographs (R5): each tile is the "
        "feed-forward weight vector of one unit, on a scale of its own, the most oriented ones first. Look for edges "
        "and bars that are localised; the extended gratings stem from the tiled roof in one of the photographs.",
        draw_image_features,
    ),
    Figure(
        "digit-features",
        "Weight vectors learned from handwritten digits (R6). Left, mean digit removed: most units stand for a way "
        "to write one digit (warm: ink, cool: ink that is lacking). Right, mean digit left in: all units carry it, "
        "look for how alike they are.",
        draw_digit_features,
    ),
    Figure(
        "selectivity",
        "Orientation selectivity of the features learned from photographs against random vectors of the same whitened "
        "space (R5); 1 is a grating. Look for how little the two overlap.",
        draw_selectivity,
    ),
    Figure(
        "staircase",
        "Recruited units against the rank penalty (R1). Look for the plateau at the true number of clusters: there the "
        "penalty lies between what a known cluster leaves unexplained and what a new one brings.",
        draw_staircase,
    ),
    Figure(
        "gram-matrices",
        "Similarities of all pairs of samples, ordered by cluster, among inputs and among the network's answers (R1). "
        "Look for the same blocks left and right; negative similarities, which non-negative answers cannot have, "
        "become zero.",
        draw_gram_matrices,
    ),
    Figure(
        "cost",
        "By how much the cost of the network's answers to the last samples exceeds the offline optimum, if learning is "
        "frozen after so many samples (R2). Look for how soon the curve passes the line at two percent.",
        draw_cost,
    ),
    Figure(
        "plane",
        "Three clusters in the plane (R3). Left: marker, the true cluster; colour, the unit that answers most, grey "
        "where all are silent; crosses, weight vectors. Look for silence as the answer to the cluster near the origin. "
        "Right: recruited units against the rank penalty.",
        draw_plane,
    ),
    Figure(
        "sources",
        "Correlation of every hidden source with the unit matched to it (R4), a dot per source, a column per seed. "
        "Look for columns at 1; a column with dots below is a local optimum, where units share sources.",
        draw_sources,
    ),
    Figure(
        "digit-activity",
        "Answers to digits (R6). Left: activity of all units, samples ordered by class; look for units that serve one "
        "class, seen as dark blocks. Right: how many units answer a digit, for centred digits with many and with few "
        "units, and for digits that were not centred.",
        draw_digit_activity,
    ),
    Figure(
        "novelty",
        "All clusters are replaced by new ones at the dashed line (R7). Left: units recruited so far, every seed; look "
        "for the second step at once, where units are to spare. Right: agreement with the new clusters at the end.",
        draw_novelty,
    ),
)
