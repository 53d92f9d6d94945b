"""Structured and deep networks that learn by similarity matching: local receptive fields, maps, feedback.

Source: D. Obeid, H. Ramambason, C. Pehlevan (2019), "Structured and deep similarity matching via structured and deep
Hebbian networks", Advances in Neural Information Processing Systems 32, arXiv:1910.04958. The circuits are
`bouton.similarity.StructuredSimilarityMatching` and `bouton.similarity.DeepSimilarityMatching`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")
_PATTERNS = basis.authors("poster, figure on synthetic patterns")

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
    "layers on faces, features of natural images, and what lateral synapses do to a map. The paper's full text was not "
    "available, only its abstract, the authors' poster and their code: the sizes and the strength of feedback of the "
    "experiments on patterns and faces, and the receptive fields behind each of its error rates, are choices made "
    "here. All of MNIST is measured at the largest scale only, with data that have to be fetched.",
    statements=(
        Statement(
            "optimised",
            "Structured and deep cost functions of similarity matching are optimised online by neural networks.",
            _ABSTRACT,
        ),
        Statement(
            "structure",
            "The networks extend the Hebbian/anti-Hebbian network to structured feed-forward, lateral and feedback "
            "connections and to many layers.",
            _ABSTRACT,
        ),
        Statement(
            "local",
            "The dual of the cost factorises over synapses: credit assignment is local.",
            _ABSTRACT,
        ),
        Statement(
            "falls",
            "With two layers and feedback the objective falls during the first 200 of 1000 samples and then stays.",
            _PATTERNS,
        ),
        Statement("similarities", "The similarity matrices of both layers look like that of the input.", _PATTERNS),
        Statement(
            "novel", "Novel patterns of another distribution are separated from those that were learned.", _PATTERNS
        ),
        Statement("features", "The networks learn meaningful features.", _ABSTRACT),
        Statement(
            "faces",
            "Features of faces grow in size and in likeness to faces from layer to layer.",
            basis.authors("poster, figure on faces"),
        ),
        Statement(
            "units",
            "The error of a linear read-out of MNIST digits falls with the number of neurons per site.",
            basis.authors("poster, table of errors"),
        ),
    ),
    sections=("digits", "mnist", "feedback", "faces", "natural_images", "topography"),
    main_figure=("mnist", "features"),
)
