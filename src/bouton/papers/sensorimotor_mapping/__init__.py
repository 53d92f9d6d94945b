"""Flexible sensorimotor mappings by reward-modulated Hebbian learning, in layers of stochastic binary neurons.

Sources: E. Vasilaki, S. Fusi, X.-J. Wang, W. Senn, Biological Cybernetics 100:147-158, 2009, of which the abstract was
read; the caption of figure 1 of S. Fusi, W. F. Asaad, E. K. Miller, X.-J. Wang, Neuron 54:319-333, 2007. The network,
its rule and all its numbers are a reconstruction of ours that reproduces what these say: they are not published values.
The circuits are those of `bouton.behaviour`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_2009 = basis.paper("Biological Cybernetics 100:147, 2009, abstract")
_CAPTION = basis.paper("Fusi et al., Neuron 54:319, 2007, caption of figure 1")

PAPER = Paper(
    name="sensorimotor-mapping",
    title="Learning flexible sensori-motor mappings in a complex network",
    authors=("Vasilaki, Eleni", "Fusi, Stefano", "Wang, Xiao-Jing", "Senn, Walter"),
    year=2009,
    topic="behaviour",
    bibtex="""@article{vasilaki2009learning,
  author  = {Vasilaki, Eleni and Fusi, Stefano and Wang, Xiao-Jing and Senn, Walter},
  title   = {Learning flexible sensori-motor mappings in a complex network},
  journal = {Biological Cybernetics},
  volume  = {100},
  number  = {2},
  pages   = {147--158},
  year    = {2009}
}""",
    url="https://doi.org/10.1007/s00422-008-0288-z",
    summary="A monkey sees one of four images and responds by a saccade to the left or to the right; reward is all "
    "that it is told, and the mapping of two of the images is reversed unannounced. It forgets within a few trials "
    "and relearns within some twenty. Which local rule makes a network of several layers that fast? One in which the "
    "synapse's own activities on both sides are multiplied by the reward, in neurons that are nearly deterministic: "
    "an error weakens the path that was active, and another response wins the next time. Of the paper the abstract "
    "was at hand, and of the data the caption of a figure: layer sizes, rates, the exact form of rule and inhibition, "
    "and the criterion of a block are ours, chosen so that the claims can be asked. No number of a setting here is "
    "the paper's.",
    statements=(
        Statement(
            "factors",
            "Only rules that depend on presynaptic and on postsynaptic activity are as fast as monkeys.",
            _2009,
        ),
        Statement("stochasticity", "The neurons must be nearly deterministic.", _2009),
        Statement(
            "depth",
            "Learning is not substantially slower where layers are added, for a complex problem either.",
            _2009,
        ),
        Statement("old", "After a reversal the monkey first responds by the old mapping.", _CAPTION),
        Statement("forgets", "It forgets the old mapping within 2 to 3 trials, when it is at chance.", _CAPTION),
        Statement("learns", "It learns the new mapping within 15 to 20 trials.", _CAPTION),
        Statement(
            "attenuation",
            "A Hebbian rule with reward attenuation comes close to primates.",
            basis.paper("Vladimirskiy et al., Biological Cybernetics, 2009, abstract"),
        ),
        Statement(
            "perturbation",
            "Perturbation of nodes and of weights are markedly slower.",
            basis.paper("Vladimirskiy et al., Biological Cybernetics, 2009, abstract"),
        ),
        Statement(
            "timescales",
            "Synapses that change on several timescales are flexible only where that is needed: where reversals are "
            "frequent the fast ones dominate, and forgetting and learning are quick.",
            basis.paper("Fusi et al., Neuron 54:319, 2007, abstract"),
        ),
    ),
    sections=("monkey", "rules", "stochasticity", "depth", "overtraining", "perturbation", "codes", "reduced"),
    main_figure=("monkey", "curve"),
)
