"""Learning under surprise: how much to forget when the world may have changed.

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea (2021), "Learning in Volatile Environments With the Bayes
Factor Surprise", Neural Computation 33(2):269-340, arXiv:1907.02936. The filters are in `bouton.surprise`.
"""

from bouton.papers._frame import Paper
from bouton.papers._surprise.claims import CLAIMS
from bouton.papers._surprise.experiment import experiment
from bouton.papers._surprise.figures import FIGURES
from bouton.papers._surprise.settings import SCALES

__all__ = ["PAPER"]

PAPER = Paper(
    name="surprise",
    title="Learning in Volatile Environments With the Bayes Factor Surprise",
    authors=("Liakoni, Vasiliki", "Modirshanechi, Alireza", "Gerstner, Wulfram", "Brea, Johanni"),
    year=2021,
    topic="surprise",
    bibtex="""@article{liakoni2021learning,
  author  = {Liakoni, Vasiliki and Modirshanechi, Alireza and Gerstner, Wulfram and Brea, Johanni},
  title   = {Learning in volatile environments with the {Bayes} factor surprise},
  journal = {Neural Computation},
  year    = {2021},
  volume  = {33},
  number  = {2},
  pages   = {269--340},
  doi     = {10.1162/neco_a_01352}
}""",
    url="https://doi.org/10.1162/neco_a_01352",
    summary="A parameter stays for long and jumps now and then. Exact inference mixes two beliefs: what was learned, "
    "and a fresh start from the prior; the share of the second is a function of one number, how much more probable an "
    "observation is under the prior than under the belief. Message passing, a particle filter and a variational rule "
    "approximate this at constant cost; older rules are read the same way. Here sixteen algorithms follow a normal "
    "mean and the probabilities of five symbols in worlds of small and large noise, with the published errors beside "
    "them; then the error since a change, two predictions for experiments, and a wrong idea of the hazard.",
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
)
