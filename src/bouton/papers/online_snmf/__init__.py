"""A Hebbian/anti-Hebbian network that factorises similarities online, clusters and discovers sparse features.

Source: C. Pehlevan, D. B. Chklovskii (2014), "A Hebbian/anti-Hebbian network derived from online non-negative matrix
factorization can cluster and discover sparse features", Asilomar Conference on Signals, Systems and Computers,
arXiv:1503.00680. The circuit is `bouton.similarity.SNMFNetwork`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

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
    summary="A layer of rectifying neurons with Hebbian feed-forward and anti-Hebbian lateral synapses responds to "
    "each sample of a stream at once, so that similar inputs get similar outputs. Well separated data are softly "
    "clustered, with as many units as there are clusters; sparse causes and the edges of natural images are found as "
    "features. The paper shows this in pictures, with hardly any numbers: what decides here was chosen before "
    "measuring, and says so.",
    statements=(
        Statement(
            "clusters", "A single layer that factorises similarities online clusters its input softly.", _ABSTRACT
        ),
        Statement("features", "The network discovers sparse features.", _ABSTRACT),
        Statement("local", "Its learning rules are local.", _ABSTRACT),
        Statement("unipolar", "Activities are unipolar, and so are the weights of non-negative inputs.", _ABSTRACT),
        Statement("rate", "The learning rate of a neuron falls with its cumulative activity.", _ABSTRACT),
        Statement(
            "cost",
            "The algorithm is derived from the cost of symmetric non-negative matrix factorisation: learning online "
            "reaches the cost of the offline solution.",
            _ABSTRACT,
        ),
    ),
    sections=("images", "clusters", "digits", "mixture", "cost", "plane", "novelty"),
    main_figure=("images", "features"),
)
