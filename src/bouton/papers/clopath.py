"""Voltage-based plasticity: connectivity that reflects the neural code.

Source: C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner (2010), "Connectivity reflects coding: a model of voltage-based
STDP with homeostasis", Nature Neuroscience 13:344-352. The rule is `bouton.plasticity.ClopathVoltage`, the neuron
`bouton.dynamics.ClopathNeuron`.
"""

from bouton.papers._clopath.claims import CLAIMS
from bouton.papers._clopath.experiment import circuits, experiment
from bouton.papers._clopath.figures import FIGURES
from bouton.papers._clopath.settings import SCALES
from bouton.papers._frame import Paper

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
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
    circuits=circuits,
)
