"""Structured and deep networks that learn by similarity matching: local receptive fields, maps, feedback.

Source: D. Obeid, H. Ramambason, C. Pehlevan (2019), "Structured and deep similarity matching via structured and deep
Hebbian networks", Advances in Neural Information Processing Systems 32, arXiv:1910.04958. The circuits are
`bouton.similarity.StructuredSimilarityMatching` and `bouton.similarity.DeepSimilarityMatching`.
"""

from bouton.papers._frame import Paper
from bouton.papers._structured_deep.claims import CLAIMS
from bouton.papers._structured_deep.experiment import circuits, experiment
from bouton.papers._structured_deep.figures import FIGURES
from bouton.papers._structured_deep.settings import SCALES

__all__ = ["PAPER"]

PAPER = Paper(
    name="structured-deep-similarity-matching",
    title="Structured and Deep Similarity Matching via Structured and Deep Hebbian Networks",
    authors=("Obeid, Dina", "Ramambason, Hugo", "Pehlevan, Cengiz"),
    year=2019,
    topic="similarity",
    bibtex="""@inproceedings{obeid2019structured,
  author    = {Obeid, Dina and Ramambason, Hugo and Pehlevan, Cengiz},
  title     = {Structured and Deep Similarity Matching via Structured and Deep {Hebbian} Networks},
  booktitle = {Advances in Neural Information Processing Systems 32},
  year      = {2019},
  pages     = {15403--15412},
  eprint    = {1910.04958},
  archivePrefix = {arXiv}
}""",
    url="https://arxiv.org/abs/1910.04958",
    summary="A structure constant for every pair of units turns similarity matching into networks with local receptive "
    "fields, topographic maps and lateral inhibition of any range; layers are stacked, and the upper ones send "
    "feedback through the transposed weights. Units are bounded, all learning rules are local. Shown here: a linear "
    "read-out of digits against the number of units per site, two layers with feedback on synthetic patterns, three "
    "layers on faces, features of natural images, and what lateral synapses do to a map. The paper's text was not "
    "available: the sizes and the strength of feedback of its experiments on patterns and faces, and the receptive "
    "fields behind each of its error rates, are choices made here. Reference runs of its equations are named R1 to R5, "
    "its own results E1 to E3; E3, all of MNIST, is measured at the largest scale only, with data that have to be "
    "fetched.",
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
    circuits=circuits,
)
