"""Two routes to scalable credit assignment without weight symmetry: better local rules, and weight estimation.

Source: D. Kunin, A. Nayebi, J. Sagastuy-Brena, S. Ganguli, J. M. Bloom, D. L. K. Yamins, ICML 2020, arXiv:2003.01513.
The published experiments are residual nets on ImageNet, which no CPU trains; what is asked here is the mathematics of
the rules, and their order in a small net. The circuits are those of `bouton.credit`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract", recalled=True)

PAPER = Paper(
    name="credit-alignment",
    title="Two Routes to Scalable Credit Assignment without Weight Symmetry",
    authors=(
        "Kunin, Daniel",
        "Nayebi, Aran",
        "Sagastuy-Brena, Javier",
        "Ganguli, Surya",
        "Bloom, Jonathan M.",
        "Yamins, Daniel L. K.",
    ),
    year=2020,
    topic="credit",
    bibtex="""@inproceedings{kunin2020two,
  author    = {Kunin, Daniel and Nayebi, Aran and Sagastuy-Brena, Javier and Ganguli, Surya and Bloom, Jonathan M. and
               Yamins, Daniel L. K.},
  title     = {Two Routes to Scalable Credit Assignment without Weight Symmetry},
  booktitle = {International Conference on Machine Learning},
  pages     = {5511--5521},
  year      = {2020}
}""",
    url="https://arxiv.org/abs/2003.01513",
    summary="Backpropagation sends errors down through the transposed forward weights, which a brain cannot copy. Here "
    "each layer has feedback weights of its own that learn by a regulariser of the layer, a sum of five primitives. "
    "The local ones give the weight mirror, whose weights either die or explode, and information alignment, whose "
    "weights come to rest; the others estimate the forward weights and do as well as backpropagation. The published "
    "experiments need ImageNet and graphics processors; the ones here are small: nets of convolutions and a residual "
    "net on digits over natural texture, with noise and without; metaparameters at random; published curves of an "
    "earlier paper on MNIST; a net of three layers on small digits; stability in closed form, and how errors scale "
    "with depth.",
    statements=(
        Statement(
            "unstable",
            "There is a mathematical reason for the sensitivity of the weight mirror to its metaparameters.",
            _ABSTRACT,
        ),
        Statement("robust", "Another local rule, information alignment, is more robust.", _ABSTRACT),
        Statement("match", "Rules that estimate weights, which are not local, match backpropagation.", _ABSTRACT),
        Statement(
            "gap",
            "Between information alignment and backpropagation a gap in performance remains.",
            _ABSTRACT,
        ),
        Statement(
            "transfer",
            "The weight mirror needs tuning that does not transfer across architectures.",
            _ABSTRACT,
            not_asked="it takes searches over metaparameters in several deep nets",
        ),
        Statement("noise", "Rules that estimate weights work with noisy updates, too.", _ABSTRACT),
    ),
    sections=("convolutions", "noise", "residual", "digits", "curves", "robustness", "stability", "depth"),
    main_figure=("convolutions", "accuracy"),
)
