"""Permutation points, permutation saddles and equal-loss valleys between minima that differ in the order of neurons.

Source: J. Brea, B. Şimşek, B. Illing, W. Gerstner (2019), "Weight-space symmetry in deep networks gives rise to
permutation saddles, connected by equal-loss valleys across the loss landscape", arXiv:1907.02911.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

PAPER = Paper(
    name="weight-space-symmetry",
    title="Weight-space symmetry in deep networks gives rise to permutation saddles, connected by equal-loss valleys "
    "across the loss landscape",
    authors=("Brea, Johanni", "Şimşek, Berfin", "Illing, Bernd", "Gerstner, Wulfram"),
    year=2019,
    topic="landscape",
    bibtex="""@misc{brea2019weight,
  author = {Brea, Johanni and {\\c{S}}im{\\c{s}}ek, Berfin and Illing, Bernd and Gerstner, Wulfram},
  title  = {Weight-space symmetry in deep networks gives rise to permutation saddles, connected by equal-loss valleys
            across the loss landscape},
  year   = {2019},
  eprint = {1907.02911},
  archivePrefix = {arXiv}
}""",
    url="https://arxiv.org/abs/1907.02911",
    summary="Between two minima that differ in the order of two neurons lies a permutation point, where the two have "
    "met and can change places. It is a critical point, often a saddle, and lies in a valley of equal loss. A "
    "permutation point is the critical point of a network of one neuron fewer, with one neuron divided: both "
    "ways there are walked here, and the type of the saddle follows from two small matrices. The number of "
    "vanishing eigenvalues that the abstract states holds for one neuron in the layer above; in general it is "
    "smaller by the rank of one of these matrices, which is shown. Sizes and targets of the paper's "
    "experiments were not available: the task is that of the authors' later published code.",
    statements=(
        Statement(
            "points",
            "Where two neurons of a minimum are moved to the same incoming weights at the lowest loss, there is a "
            "critical point at which they can be exchanged.",
            _ABSTRACT,
        ),
        Statement("saddles", "Some permutation points are first-order saddles.", _ABSTRACT),
        Statement(
            "vanishing",
            "At a permutation point at least as many eigenvalues of the Hessian vanish as the layer above has neurons.",
            _ABSTRACT,
        ),
        Statement("valleys", "All orderings of the neurons of a layer are reached at the same loss.", _ABSTRACT),
        Statement("deep", "Permutation points are found in multilayer networks for digits, too.", _ABSTRACT),
    ),
    sections=("saddles", "walk", "eigenvalues", "valley", "digits"),
    main_figure=("saddles", "path"),
)
