"""Nonlinear Hebbian learning: one rule behind many models of receptive fields.

Source: C. S. N. Brito, W. Gerstner (2016), "Nonlinear Hebbian learning as a unifying principle in receptive field
formation", PLoS Computational Biology 12(9):e1005070, arXiv:1601.00701. The circuits are
`bouton.features.NonlinearHebbianNeurons` and `bouton.features.NonlinearHebbianNetwork`.
"""

from bouton.papers._frame import Paper
from bouton.papers._nonlinear_hebbian.claims import CLAIMS
from bouton.papers._nonlinear_hebbian.experiment import circuits, experiment
from bouton.papers._nonlinear_hebbian.figures import FIGURES
from bouton.papers._nonlinear_hebbian.settings import SCALES

__all__ = ["PAPER"]

PAPER = Paper(
    name="nonlinear-hebbian",
    title="Nonlinear Hebbian Learning as a Unifying Principle in Receptive Field Formation",
    authors=("Brito, Carlos S. N.", "Gerstner, Wulfram"),
    year=2016,
    topic="features",
    bibtex="""@article{brito2016nonlinear,
  author  = {Brito, Carlos S. N. and Gerstner, Wulfram},
  title   = {Nonlinear {Hebbian} Learning as a Unifying Principle in Receptive Field Formation},
  journal = {PLoS Computational Biology},
  year    = {2016},
  volume  = {12},
  number  = {9},
  pages   = {e1005070},
  doi     = {10.1371/journal.pcbi.1005070}
}""",
    url="https://doi.org/10.1371/journal.pcbi.1005070",
    summary="A synapse that changes by its input times any function of its neuron's rate climbs an objective that only "
    "depends on the effective nonlinearity: the frequency-current curve, put into the plasticity function. Sparse "
    "coding, independent component analysis, BCM, and a spiking neuron with triplet STDP are cases of it. On whitened "
    "natural images they all learn localised, oriented fields, and a selectivity index tells beforehand which "
    "nonlinearities do. Here twenty of them and two spiking neurons learn side by side from five photographs; the "
    "numbers compared with are the authors' where they do not depend on their photographs, and the criteria of "
    "independent reference runs, named R1 to R6, elsewhere.",
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
    circuits=circuits,
)
