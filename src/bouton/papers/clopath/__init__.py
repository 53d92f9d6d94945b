"""Voltage-based plasticity: connectivity that reflects the neural code.

Source: C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner (2010), "Connectivity reflects coding: a model of voltage-based
STDP with homeostasis", Nature Neuroscience 13:344-352. The rule is `bouton.plasticity.ClopathVoltage`, the neuron
`bouton.dynamics.ClopathNeuron`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

PAPER = Paper(
    name="clopath",
    title="Connectivity reflects coding: a model of voltage-based STDP with homeostasis",
    authors=("Clopath, Claudia", "Büsing, Lars", "Vasilaki, Eleni", "Gerstner, Wulfram"),
    year=2010,
    topic="plasticity",
    bibtex="""@article{clopath2010connectivity,
  author  = {Clopath, Claudia and B{\\"u}sing, Lars and Vasilaki, Eleni and Gerstner, Wulfram},
  title   = {Connectivity reflects coding: a model of voltage-based {STDP} with homeostasis},
  journal = {Nature Neuroscience},
  year    = {2010},
  volume  = {13},
  pages   = {344--352},
  doi     = {10.1038/nn.2479}
}""",
    url="https://doi.org/10.1038/nn.2479",
    summary="A synapse that compares presynaptic spikes with the postsynaptic potential, rather than with postsynaptic "
    "spikes, accounts for pairing at all rates, for bursts and for voltage clamp. With depression that follows the "
    "neuron's own mean depolarisation it forms receptive fields. Here the rule runs in the authors' own scheme of 1-ms "
    "steps: the frequency series and the window of timing are held against their code to the digit, the clamp against "
    "its closed form, and a neuron under moving bumps of activity against their second script. The variant in "
    "continuous time and the networks of ten neurons are not part of it.",
    statements=(
        Statement(
            "frequency",
            "A rule of the postsynaptic potential accounts for pairing at all rates: pre before post strengthens more "
            "the higher the rate, and not at all at the lowest; post before pre turns from weakening to strengthening.",
            basis.paper("figure 2b", recalled=True),
        ),
        Statement(
            "window",
            "Pairs at a fixed rate show the window of spike timing.",
            basis.paper("figure 2", recalled=True),
        ),
        Statement(
            "clamp",
            "With the postsynaptic potential held, a presynaptic spike weakens the synapse between two thresholds and "
            "strengthens it above.",
            basis.paper("figure of voltage clamp", recalled=True),
        ),
        Statement(
            "bursts",
            "More postsynaptic spikes in a burst, and faster ones, strengthen more.",
            basis.paper("figure of bursts", recalled=True),
            not_asked="drawn beside the clamp; no number of the paper was at hand to hold it against",
        ),
        Statement(
            "field",
            "Under moving bumps of activity, with depression that follows the neuron's own mean depolarisation, a "
            "neuron comes to prefer one contiguous stretch of its inputs.",
            basis.paper("figure of receptive fields", recalled=True),
        ),
        Statement(
            "networks",
            "In networks, connectivity reflects the code: rate codes give bidirectional, temporal codes unidirectional "
            "connections.",
            basis.paper("abstract", recalled=True),
            not_asked="the networks of ten neurons are not part of this reproduction",
        ),
    ),
    sections=("pairing", "clamp", "field"),
    main_figure=("pairing", "pairing"),
)
