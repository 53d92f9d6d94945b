"""Linsker's self-organising perceptual network: layers that noise alone makes selective, and what they optimise.

Source: R. Linsker (1988), "Self-organization in a perceptual network", IEEE Computer 21(3):105, with the series "From
basic network principles to neural architecture", PNAS 83:7508, 8390 and 8779 (1986). The parts are
`bouton.features.LinskerGrowth`, `develop_layers`, `LinskerNetwork` and the functions of `bouton.features.infomax`.
"""

from bouton.papers._frame import Paper
from bouton.papers._linsker.claims import CLAIMS
from bouton.papers._linsker.experiment import circuits, experiment
from bouton.papers._linsker.figures import FIGURES
from bouton.papers._linsker.settings import SCALES

__all__ = ["PAPER"]

PAPER = Paper(
    name="linsker",
    title="Self-Organization in a Perceptual Network",
    authors=("Linsker, Ralph",),
    year=1988,
    topic="features",
    bibtex="""@article{linsker1988self,
  author  = {Linsker, Ralph},
  title   = {Self-Organization in a Perceptual Network},
  journal = {Computer},
  year    = {1988},
  volume  = {21},
  number  = {3},
  pages   = {105--117},
  doi     = {10.1109/2.36}
}""",
    url="https://doi.org/10.1109/2.36",
    summary="Layers of linear cells with Gaussian arbors and a Hebb rule whose weights saturate, driven by noise, "
    "mature one after the other: all-excitatory cells, cells with centre and surround, and in layer G cells that are "
    "selective for orientation. The article asks what such a rule optimises: variance, reconstruction, and the "
    "information that a noisy channel hands on, where two outputs are redundant in strong noise and diverse in weak "
    "noise. The full text was not available: what is compared with are closed forms, derived anew, and the criteria of "
    "independent reference runs, named R1 to R5; constants of layers B and C are recalled, those of D to G are the "
    "reference runs' own.",
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
    circuits=circuits,
)
