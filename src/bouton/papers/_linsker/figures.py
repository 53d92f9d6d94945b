"""The figures of the reproduction, the cells of each layer first."""

from bouton.papers._frame import Figure
from bouton.papers._linsker.figures_of_cells import draw_layers, draw_noise, draw_orientation, draw_regimes
from bouton.papers._linsker.figures_of_theory import draw_covariances, draw_infomax, draw_lines, draw_map, draw_modes

__all__ = ["FIGURES"]

FIGURES = (
    Figure(
        "layers",
        "One cell of each layer, grown on noise alone: every dot is a synapse at its place, blue where it inhibits and "
        "red where it excites. Look for the sequence: all-excitatory in B, centre and surround from C to F, and in "
        "G, in some cells more than in others, elongated regions of both signs (the first two cells with an arbor of "
        "variance 1.5 and k1 = 0.1, and the first one with variance 4 and k1 = 0.3; with their orientation index).",
        draw_layers,
    ),
    Figure(
        "covariances",
        "Covariance of the activity of two cells of a layer against their distance (R2). Look for the Mexican hat that "
        "gets deeper from layer to layer.",
        draw_covariances,
    ),
    Figure(
        "regimes",
        "Layer C for nine values of k1 at k2 = −3 (R1). Above: a cell for each. Below: points are cells, the line is "
        "their mean, crosses are the reference run. Look for bilobed cells at 0, centre and surround at 0.45.",
        draw_regimes,
    ),
    Figure(
        "map",
        "The regimes of layer C over both constants, one cell each. Look for the four of them: all-excitatory and "
        "all-inhibitory, centre and surround, bilobed, and what is mixed.",
        draw_map,
    ),
    Figure(
        "modes",
        "Left: the first six eigenvalues of the operator of growth, in closed form, by quadrature and of a sampled "
        "arbor. Right: the leading radial eigenvalue against k2: left of the dashed line it leads, right of it the "
        "bilobed one does.",
        draw_modes,
    ),
    Figure(
        "orientation",
        "Cells of layer G and their tuning for the direction of a grating's wave (R3): four cells of either arbor, "
        "then the orientation index of all cells. Look for peaks at different places.",
        draw_orientation,
    ),
    Figure(
        "noise",
        "Layer C under noise, pattern by pattern, above, and by the averaged rule for the same synapses and starts, "
        "below. Look for the same shapes.",
        draw_noise,
    ),
    Figure(
        "infomax",
        "What two outputs tell of an input of eigenvalues 2 and 1, and the angle between their weight vectors, against "
        "the noise of the outputs (R4). Lines: closed form. Circles: gradient ascent from eight random starts, median. "
        "Squares: a network that learns by local rules, sample by sample. "
        "Look for the angle that closes at a noise of 4.",
        draw_infomax,
    ),
    Figure(
        "lines",
        "Weights of sixteen binary neurons that have seen pictures of lines, each line with a chance of one in eight "
        "(R5). Look for one line per neuron, every line once.",
        draw_lines,
    ),
)
