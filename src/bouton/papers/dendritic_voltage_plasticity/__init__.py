"""Plasticity by the voltage at the synapse: why the same spike timing strengthens proximal and weakens distal synapses.

Source: C. Meissner-Bernard, M. C. Tsai, L. Logiaco, W. Gerstner (2020), "Dendritic Voltage Recordings Explain
Paradoxical Synaptic Plasticity: A Modeling Study", Frontiers in Synaptic Neuroscience 12:585539, arXiv:2001.03614. The
circuit is `bouton.dendrites.DendriticSynapses`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

PAPER = Paper(
    name="dendritic-voltage-plasticity",
    title="Dendritic Voltage Recordings Explain Paradoxical Synaptic Plasticity: A Modeling Study",
    authors=("Meissner-Bernard, Claire", "Tsai, Matthias Chinyen", "Logiaco, Laureline", "Gerstner, Wulfram"),
    year=2020,
    topic="dendrites",
    bibtex="""@article{meissnerbernard2020dendritic,
  author  = {Meissner-Bernard, Claire and Tsai, Matthias Chinyen and Logiaco, Laureline and Gerstner, Wulfram},
  title   = {Dendritic voltage recordings explain paradoxical synaptic plasticity: a modeling study},
  journal = {Frontiers in Synaptic Neuroscience},
  year    = {2020},
  volume  = {12},
  pages   = {585539},
  doi     = {10.3389/fnsyn.2020.585539}
}""",
    url="https://doi.org/10.3389/fnsyn.2020.585539",
    summary="One and the same timing of pre- and postsynaptic spikes strengthens proximal synapses and weakens distal "
    "ones. A rule that sees spike times cannot tell the two apart; a rule that sees the voltage at the synapse can. "
    "Glutamate meets a fast filter of the local voltage with a high threshold, for potentiation, and a slow one with a "
    "low threshold, for depression, which potentiation raises. Here the authors' parameters are put to digests of "
    "recorded traces: piecewise linear approximations of our own, since the recordings carry no licence. What is said "
    "is therefore about these voltage shapes, and not about the quality of the fit to the recordings.",
    statements=(
        Statement(
            "rule",
            "One rule, a trace of glutamate times the postsynaptic voltage at the synapse, accounts for potentiation "
            "and depression by one set of parameters.",
            basis.paper("abstract"),
        ),
        Statement(
            "location",
            "The same protocol potentiates proximal and depresses distal synapses.",
            basis.paper("abstract"),
        ),
        Statement(
            "course",
            "The course of the local voltage predicts the sign of plasticity in hippocampus as well.",
            basis.paper("abstract"),
        ),
        Statement(
            "timing",
            "Changes depend on location, frequency and timing: a late presynaptic spike depresses, and rules that see "
            "spike times only cannot account for the data.",
            basis.paper("abstract"),
        ),
        Statement(
            "veto",
            "Potentiation raises the threshold of depression (a veto); rules without it do not account for the data.",
            basis.paper("results", recalled=True),
        ),
    ),
    sections=("layer5", "ca3", "refits", "dendrite"),
    main_figure=("layer5", "course"),
)
