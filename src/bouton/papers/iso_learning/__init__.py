"""Learning of temporal sequences: ISO, its cure by input correlations only (ICO), and by a third factor (ISO3).

Sources: B. Porr, F. Woergoetter, Neural Computation 15:831, 2003; 18:1380, 2006; 19:2694, 2007. The circuits are those
of
`bouton.behaviour`. Parameters are those of the authors' programs; the experiments with robots are ours, with continuous
geometry, since the values of the published ones were not at hand.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_2003 = basis.paper("Neural Computation 15:831, 2003, abstract")
_2006 = basis.paper("Neural Computation 18:1380, 2006, abstract")
_2007 = basis.paper("Neural Computation 19:2694, 2007, abstract")

PAPER = Paper(
    name="iso-learning",
    title="Isotropic Sequence Order Learning, and its stabilisation by input correlations and by relevance",
    authors=("Porr, Bernd", "Wörgötter, Florentin"),
    year=2003,
    topic="behaviour",
    bibtex="""@article{porr2003isotropic,
  author  = {Porr, Bernd and W{\\"o}rg{\\"o}tter, Florentin},
  title   = {Isotropic sequence order learning},
  journal = {Neural Computation},
  volume  = {15},
  number  = {4},
  pages   = {831--864},
  year    = {2003}
}""",
    url="https://doi.org/10.1162/08997660360581921",
    summary="An agent has a reflex, which a late and unpleasant event triggers; an earlier sensor predicts that "
    "event. All "
    "inputs pass through resonators, a linear neuron adds them up and moves the agent, and a synapse changes by its "
    "own "
    "filtered input and by the change of the output (ISO), of the reflex (ICO), or of the output while something "
    "relevant "
    "happens (ISO3). The predicting pathway takes over, the reflex no longer comes, and learning ends by itself. "
    "Here: the "
    "open loop of the authors' programs to the digit, a robot that learns to avoid walls from range finders, one that "
    "learns to find food that it hears, and a loop in one dimension.",
    statements=(
        Statement(
            "window",
            "The change of a weight, as a function of the delay between two inputs, has the shape of the window of "
            "plasticity by the timing of spikes.",
            basis.paper("Neural Computation 15:831, 2003", recalled=True),
        ),
        Statement("stable", "Weights stabilise as soon as the reflex is silent.", _2003),
        Statement("robot", "A robot learns to avoid collisions from range finders, and its weights stabilise.", _2003),
        Statement(
            "ico",
            "Input correlations alone have no autocorrelation term: they are stable at high learning rates, and "
            "learning "
            "from a single experience is possible.",
            _2006,
        ),
        Statement(
            "relevance",
            "A third factor that switches learning on where weights amplify themselves least stabilises Hebbian "
            "learning, "
            "as a robot that finds food shows.",
            _2007,
        ),
    ),
    sections=("open_loop", "delays", "food", "obstacles", "one_dimension"),
    main_figure=("food", "eaten"),
)
