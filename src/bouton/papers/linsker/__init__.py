"""Linsker's self-organising perceptual network: layers that noise alone makes selective, and what they optimise.

Source: R. Linsker (1988), "Self-organization in a perceptual network", IEEE Computer 21(3):105, with the series "From
basic network principles to neural architecture", PNAS 83:7508, 8390 and 8779 (1986). The parts are
`bouton.features.LinskerGrowth`, `develop_layers`, `LinskerNetwork` and the functions of `bouton.features.infomax`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_COMPUTER = basis.paper("IEEE Computer 21(3):105, by notes of readers")

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
    "noise. The full text was not available: what is compared with are closed forms, derived anew, and criteria chosen "
    "here; constants of layers B and C are recalled, those of D to G are our own.",
    statements=(
        Statement(
            "opponent",
            "Hebbian learning on noise alone, with local topography and without any structured stimulus, gives cells "
            "with centre and surround.",
            basis.paper("PNAS 83:7508 and IEEE Computer 21(3):105, by notes of readers"),
        ),
        Statement(
            "hat",
            "From layer to layer the covariance of activity becomes a deeper Mexican hat.",
            basis.paper("PNAS 83:8390", recalled=True),
        ),
        Statement(
            "orientation",
            "After these layers come cells that are selective for orientation.",
            basis.paper("PNAS 83:8390 and IEEE Computer 21(3):105, by notes of readers"),
        ),
        Statement(
            "covariance",
            "The growth of a linear Hebbian layer depends on the covariance of its inputs only.",
            _COMPUTER,
        ),
        Statement("variance", "It ascends the variance of the output under a constraint.", _COMPUTER),
        Statement("length", "Oja's form of the rule keeps the length of the weight vector near one.", _COMPUTER),
        Statement(
            "reconstruction",
            "The optimal linear reconstruction of the input under noise belongs to the same solution.",
            _COMPUTER,
        ),
        Statement(
            "gaussian",
            "With Gaussian signals and noise at the output, the largest rate of information is the largest variance: "
            "the principal component.",
            _COMPUTER,
            not_asked="an identity for one output: the information of a Gaussian channel grows with its variance",
        ),
        Statement(
            "trade-off",
            "With several outputs this is no longer so: two outputs are diverse in weak noise and redundant in strong "
            "noise.",
            _COMPUTER,
        ),
        Statement(
            "determinant", "Infomax amounts to maximising a determinant of the covariance of the outputs.", _COMPUTER
        ),
    ),
    sections=("layers", "regimes", "modes", "noise", "components", "pair", "water", "lines"),
    main_figure=("layers", "layers"),
)
