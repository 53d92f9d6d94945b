"""Nonlinear Hebbian learning: one rule behind many models of receptive fields.

Source: C. S. N. Brito, W. Gerstner (2016), "Nonlinear Hebbian learning as a unifying principle in receptive field
formation", PLoS Computational Biology 12(9):e1005070, arXiv:1601.00701. The circuits are
`bouton.features.NonlinearHebbianNeurons` and `bouton.features.NonlinearHebbianNetwork`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

PAPER = Paper(
    name="nonlinear-hebbian",
    title="Nonlinear Hebbian Learning as a Unifying Principle in Receptive Field Formation",
    authors=("Brito, Carlos S. N.", "Gerstner, Wulfram"),
    year=2016,
    topic="features",
    bibtex="""@article{brito2016nonlinear,
  author  = {Brito, Carlos S. N. and Gerstner, Wulfram},
  title   = {Nonlinear {Hebbian} Learning as a Unifying Principle in Receptive Field Formation},
  journal = {PLoS Computational Biology},
  year    = {2016},
  volume  = {12},
  number  = {9},
  pages   = {e1005070},
  doi     = {10.1371/journal.pcbi.1005070}
}""",
    url="https://doi.org/10.1371/journal.pcbi.1005070",
    summary="A synapse that changes by its input times any function of its neuron's rate climbs an objective that only "
    "depends on the effective nonlinearity: the frequency-current curve, put into the plasticity function. Sparse "
    "coding, independent component analysis, BCM, and a spiking neuron with triplet STDP are cases of it. On whitened "
    "natural images they all learn localised, oriented fields, and a selectivity index tells beforehand which "
    "nonlinearities do. Here twenty of them and two spiking neurons learn side by side from five photographs that are "
    "not the authors': what decides are criteria chosen before measuring, beside the numbers of the authors' stored "
    "weights; what does not depend on the photographs is compared with theory.",
    statements=(
        Statement(
            "suffices",
            "Nonlinear Hebbian learning alone suffices for receptive fields that are localised and oriented, under "
            "general conditions.",
            _ABSTRACT,
        ),
        Statement(
            "unifies",
            "What matters is the effective nonlinearity, the plasticity function of the frequency-current curve: "
            "sparse coding, independent component analysis, BCM and spiking models are the same thing.",
            _ABSTRACT,
        ),
        Statement(
            "dense",
            "Neither over-completeness nor sparse activity is needed.",
            _ABSTRACT,
        ),
        Statement(
            "spiking",
            "It works in a spiking neuron, a generalised integrate-and-fire model with triplet STDP.",
            basis.paper("abstract, figure 1"),
        ),
        Statement(
            "pursuit",
            "It is projection pursuit: it ascends a measure of how far the projection is from a Gaussian.",
            _ABSTRACT,
        ),
        Statement(
            "candidates",
            "Of several fields on whitened natural images, the localised oriented one has the largest objective, in "
            "all five models.",
            basis.paper("figure 2b"),
        ),
        Statement(
            "opposites",
            "Linear learning and nonlinearities of the opposite sign fail to find such fields.",
            basis.paper("figure 2c"),
        ),
        Statement(
            "index",
            "The sign of a selectivity index tells before any simulation which nonlinearities learn such fields; "
            "linear rectifiers do where their threshold is positive.",
            basis.paper("figure 3", recalled=True),
        ),
        Statement(
            "heavy-tailed",
            "Localised oriented fields have projections of high kurtosis on natural images.",
            _ABSTRACT,
        ),
        Statement(
            "modest",
            "The shape of the fields depends only modestly on the nonlinearity.",
            _ABSTRACT,
        ),
        Statement(
            "gabor",
            "The fields are Gabor functions, elongated along their bars.",
            basis.authors("stored weights of figure 2"),
        ),
        Statement(
            "whitening",
            "Without whitening the fields are broader and of lower frequency.",
            basis.paper("figure 4", recalled=True),
        ),
        Statement(
            "diverse",
            "In a network, lateral inhibition that is learned makes oriented fields diverse.",
            basis.paper("figures 5 and 6", recalled=True),
        ),
        Statement(
            "beyond",
            "In speech, in the responses of model complex cells and with strabismus, too, the learned feature has the "
            "longest tails and the largest objective.",
            basis.paper("figure 7"),
            not_asked="the data of these experiments and their preprocessing were not available",
        ),
    ),
    sections=(
        "fields",
        "objectives",
        "indices",
        "directions",
        "independent_components",
        "shapes",
        "network",
    ),
    main_figure=("fields", "fields"),
)
