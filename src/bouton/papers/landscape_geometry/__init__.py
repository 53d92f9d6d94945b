"""Counting and walking the subspaces that symmetry brings into the landscapes of overparameterised networks.

Source: B. Şimşek, F. Ged, A. Jacot, F. Spadaro, C. Hongler, W. Gerstner, J. Brea (2021), "Geometry of the loss
landscape in overparameterized neural networks: symmetries and invariances", ICML, arXiv:2105.12221.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

PAPER = Paper(
    name="landscape-geometry",
    title="Geometry of the Loss Landscape in Overparameterized Neural Networks: Symmetries and Invariances",
    authors=(
        "Şimşek, Berfin",
        "Ged, François",
        "Jacot, Arthur",
        "Spadaro, Francesco",
        "Hongler, Clément",
        "Gerstner, Wulfram",
        "Brea, Johanni",
    ),
    year=2021,
    topic="landscape",
    bibtex="""@inproceedings{simsek2021geometry,
  author    = {{\\c{S}}im{\\c{s}}ek, Berfin and Ged, Fran{\\c{c}}ois and Jacot, Arthur and Spadaro, Francesco and
               Hongler, Cl{\\'e}ment and Gerstner, Wulfram and Brea, Johanni},
  title     = {Geometry of the Loss Landscape in Overparameterized Neural Networks: Symmetries and Invariances},
  booktitle = {Proceedings of the 38th International Conference on Machine Learning},
  series    = {Proceedings of Machine Learning Research},
  volume    = {139},
  year      = {2021},
  eprint    = {2105.12221},
  archivePrefix = {arXiv}
}""",
    url="https://arxiv.org/abs/2105.12221",
    summary="Every critical point of a narrow network reappears in a wider one as many affine subspaces of critical "
    "points, and every global minimum as many subspaces of global minima. Closed forms count both: with few neurons "
    "too many the critical subspaces prevail, with many the minima do. Students of a teacher of four neurons show "
    "what follows: the wider, the more of them learn it, and each neuron of a converged student is a copy, silent, or "
    "one of a group that cancels. The task is that of the authors' published code, and numbers that the paper gives in "
    "pictures were chosen here, from runs of the same equations.",
    statements=(
        Statement(
            "counts",
            "Closed forms count the subspaces of critical points, G(r, m), and those of global minima, T(r, m).",
            _ABSTRACT,
        ),
        Statement(
            "prevail",
            "In mildly overparameterised networks critical subspaces outnumber those of global minima, in vastly "
            "overparameterised ones the minima dominate.",
            _ABSTRACT,
        ),
        Statement(
            "connected",
            "One neuron more than needed connects all global minima that differ in the order of neurons to one "
            "manifold.",
            _ABSTRACT,
        ),
        Statement(
            "critical",
            "Critical points of a narrower network form subspaces of critical points in a wider one.",
            _ABSTRACT,
        ),
        Statement(
            "width",
            "Networks of mild width often end at a loss above zero, wide ones reach the global minimum.",
            basis.paper("figure 1", recalled=True),
        ),
        Statement(
            "kinds",
            "Neurons of a converged student are copies of the teacher's, silent, or in groups that cancel.",
            basis.paper("figure 5", recalled=True),
        ),
    ),
    sections=("counting", "success", "kinds", "activations", "connection", "depth", "digits"),
    main_figure=("success", "losses"),
)
