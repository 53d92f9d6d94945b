"""Learning under surprise: how much to forget when the world may have changed.

Source: V. Liakoni*, A. Modirshanechi*, W. Gerstner, J. Brea (2021), "Learning in Volatile Environments With the Bayes
Factor Surprise", Neural Computation 33(2):269-340, arXiv:1907.02936. The filters are in `bouton.surprise`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

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
    statements=(
        Statement(
            "modulation",
            "Exact inference is a trade-off between forgetting and integrating, modulated by surprise: how much more "
            "probable an observation is under the prior than under the belief.",
            _ABSTRACT,
        ),
        Statement(
            "estimates",
            "The new particle filter and the variational rule estimate better than other approximations of constant "
            "cost, and near those that are more expensive.",
            _ABSTRACT,
        ),
        Statement(
            "tables",
            "Errors of exact inference and regrets of the approximations, per world.",
            basis.authors("their stored results, tables of the two tasks"),
        ),
        Statement(
            "after-change",
            "The error as a function of the observations since a change.",
            basis.authors("their stored results, figures of the error after a change"),
        ),
        Statement(
            "predictions",
            "Bayes factor surprise and Shannon surprise make different predictions for experiments.",
            basis.paper("abstract; figures of the two predictions"),
        ),
        Statement(
            "mismatch",
            "Told a wrong hazard, the approximations that are modulated by surprise stay near exact inference.",
            basis.authors("their stored results, robustness to the hazard"),
        ),
        Statement(
            "cost",
            "They work at constant cost per observation, with simple updates for exponential families.",
            _ABSTRACT,
            not_asked="holds by construction: a state of fixed size is all that a filter keeps",
        ),
    ),
    sections=("history", "normal_mean", "symbols", "after_change", "predictions", "mismatch"),
    main_figure=("history", "history"),
)
