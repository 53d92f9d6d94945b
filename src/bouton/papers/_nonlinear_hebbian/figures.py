"""The figures of the reproduction, the learned fields first."""

from bouton.papers._frame import Figure
from bouton.papers._nonlinear_hebbian.figures_of_fields import (
    draw_directions,
    draw_drives,
    draw_fields,
    draw_network,
    draw_shapes,
    draw_unwhitened,
)
from bouton.papers._nonlinear_hebbian.figures_of_theory import draw_ica, draw_objectives, draw_rule, draw_selectivity

__all__ = ["FIGURES"]

FIGURES = (
    Figure(
        "fields",
        "Fields that neurons learn from whitened natural images, for twenty nonlinearities and two spiking neurons "
        "(R1; figure 2c of the paper). Beside each curve, the effective nonlinearity against the drive in standard "
        "deviations, are the fields of nine neurons. Left: those of positive selectivity index; look for bars and "
        "edges, whatever the shape of the curve. Right: their opposites learn nothing of the kind.",
        draw_fields,
    ),
    Figure(
        "network",
        "Fields of a network of 64 neurons, the most oriented ones first: without inhibition, left, and with lateral "
        "inhibition that is learned, right (R5). Look for diversity: places, orientations and sizes.",
        draw_network,
    ),
    Figure(
        "rule",
        "The selectivity index, known before any simulation, against what was learned: median orientation index of the "
        "fields, a dot per nonlinearity. Look for the step at zero. The even rectifier, whose index is exactly zero, "
        "finds small fields of one sign.",
        draw_rule,
    ),
    Figure(
        "selectivity",
        "Selectivity index of rectifiers by their threshold, left, and of quadratic rectifiers by the two thresholds "
        "of depression and of potentiation, right (figure 3 of the paper). Look for how large the region of positive "
        "index is, in warm colours: no fine choice is needed.",
        draw_selectivity,
    ),
    Figure(
        "objectives",
        "What five models say of six fields, on a scale of its own for each model (R2; figure 2b of the paper). Look "
        "for the learned field, the last one: it is at the top in every model.",
        draw_objectives,
    ),
    Figure(
        "drives",
        "Total input to two learned fields and to a random one, on a logarithmic scale, against a Gaussian. Natural "
        "images are heavy-tailed in every direction, since their contrast varies; look for the farthest tails and the "
        "kurtosis (3 for a Gaussian), which are those of the learned fields.",
        draw_drives,
    ),
    Figure(
        "shapes",
        "Gabor functions fitted to the fields (R6): width across the bars and length along them, in wavelengths; a dot "
        "per neuron. Look for how little the width varies from one nonlinearity to the other.",
        draw_shapes,
    ),
    Figure(
        "directions",
        "Without images (R4): one direction of 32 is Laplacian, the others are Gaussian. Cosine between the weights of "
        "each of nine neurons and that direction. Look for the neurons that found it: only those of positive index.",
        draw_directions,
    ),
    Figure(
        "ica",
        "Objective of independent component analysis, reached by neurons with the negative sigmoid, by the components "
        "of FastICA on the same patches, and by random directions. Components of FastICA, as many as pixels, "
        "must be orthogonal to each other; the neurons are free. Look for the neurons at the upper end.",
        draw_ica,
    ),
    Figure(
        "unwhitened",
        "Fields learned from the same patches without whitening (figure 4 of the paper), nine neurons of each of seven "
        "nonlinearities. Look for broad fields of low frequency, and for the two nonlinearities that turn to the "
        "highest frequencies instead: preprocessing shapes fields more than the nonlinearity does.",
        draw_unwhitened,
    ),
)
