"""A Hebbian/anti-Hebbian network that factorises similarities online, clusters and discovers sparse features.

Source: C. Pehlevan, D. B. Chklovskii (2014), "A Hebbian/anti-Hebbian network derived from online non-negative matrix
factorization can cluster and discover sparse features", Asilomar Conference on Signals, Systems and Computers,
arXiv:1503.00680. The circuit is `bouton.similarity.SNMFNetwork`.
"""

from bouton.papers._frame import Paper
from bouton.papers._online_snmf.claims import CLAIMS
from bouton.papers._online_snmf.experiment import circuits, experiment
from bouton.papers._online_snmf.figures import FIGURES
from bouton.papers._online_snmf.settings import SCALES

__all__ = ["PAPER"]

PAPER = Paper(
    name="online-snmf",
    title="A Hebbian/Anti-Hebbian Network Derived from Online Non-Negative Matrix Factorization Can Cluster and "
    "Discover Sparse Features",
    authors=("Pehlevan, Cengiz", "Chklovskii, Dmitri B."),
    year=2014,
    topic="similarity",
    bibtex="""@inproceedings{pehlevan2014hebbian,
  author    = {Pehlevan, Cengiz and Chklovskii, Dmitri B.},
  title     = {A {Hebbian}/Anti-{Hebbian} Network Derived from Online Non-Negative Matrix Factorization Can Cluster
               and Discover Sparse Features},
  booktitle = {48th Asilomar Conference on Signals, Systems and Computers},
  year      = {2014},
  pages     = {769--775},
  eprint    = {1503.00680},
  archivePrefix = {arXiv}
}""",
    url="https://arxiv.org/abs/1503.00680",
    summary="A layer of rectifying neurons with Hebbian feed-forward and anti-Hebbian lateral synapses answers each "
    "sample of a stream at once, so that similar inputs get similar answers. Well separated data are softly "
    "clustered, with as many units as there are clusters; sparse causes and the edges of natural images are found as "
    "features. The paper shows this in pictures; the numbers compared with here are those of independent reference "
    "runs of its equations, named R1 to R7.",
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
    circuits=circuits,
)
