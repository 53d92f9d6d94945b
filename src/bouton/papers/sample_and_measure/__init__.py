"""A spiking network fitted to recorded spikes, and to statistics of what it does when it runs by itself.

Source: G. Bellec, S. Wang, A. Modirshanechi, J. Brea, W. Gerstner, "Fitting summary statistics of neural data with a
differentiable spiking network simulator", NeurIPS 2021, arXiv:2106.10064. Network, losses and procedure are those of
the published program; the paper's tables were not read, and its recordings of visual cortex are not asked: the data
here are of networks whose connections are known. The models are those of `bouton.recordings`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract", recalled=True)

PAPER = Paper(
    name="sample-and-measure",
    title="Fitting summary statistics of neural data with a differentiable spiking network simulator",
    authors=("Bellec, Guillaume", "Wang, Shuqi", "Modirshanechi, Alireza", "Brea, Johanni", "Gerstner, Wulfram"),
    year=2021,
    topic="recordings",
    bibtex="""@inproceedings{bellec2021fitting,
  author    = {Bellec, Guillaume and Wang, Shuqi and Modirshanechi, Alireza and Brea, Johanni and Gerstner, Wulfram},
  title     = {Fitting summary statistics of neural data with a differentiable spiking network simulator},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {34},
  pages     = {18552--18563},
  year      = {2021}
}""",
    url="https://arxiv.org/abs/2106.10064",
    summary="A network that predicts recorded spikes as well as it can need not make spikes like them when it runs by "
    "itself, least of all where common input was not recorded. Here it also runs by itself while it is fitted, and "
    "is held to the recorded histograms and noise correlations, through the sampled spikes. Asked on data of our own: "
    "ten recorded neurons with two hidden ones behind them, 160 trials. The statistics are repaired at a small cost in "
    "likelihood; hidden neurons in the model help where statistics dominate the loss. Better connectivity than that of "
    "the likelihood alone was not found.",
    statements=(
        Statement(
            "realistic",
            "A network of the highest likelihood does not make realistic activity; terms that compare sampled with "
            "recorded activity correct that.",
            _ABSTRACT,
        ),
        Statement(
            "back-propagation",
            "The fit is efficient because slopes come back through the sampled spikes.",
            _ABSTRACT,
        ),
        Statement(
            "hidden",
            "Hidden neurons can be fitted too, and matter where connectivity is inferred.",
            _ABSTRACT,
        ),
        Statement(
            "better-connectivity",
            "With statistics and hidden neurons the fitted connectivity is better than that of the likelihood alone.",
            basis.ours("what one might read the abstract to promise"),
        ),
        Statement(
            "consistent",
            "Where the network could have made the data, the likelihood with terms beside it still finds the truth.",
            basis.paper("theory", recalled=True),
        ),
        Statement(
            "features",
            "What the network is given of the stimulus is fitted together with it.",
            basis.authors("convolutions in front of the network, in the published program"),
        ),
        Statement(
            "visual-cortex",
            "The method gives more realistic activity on recordings of 74 units of visual cortex under a film.",
            basis.paper("experiments", recalled=True),
            not_asked="the recordings are not part of this library, and the paper's values were not read",
        ),
    ),
    sections=("statistics", "hidden", "control", "gradients", "features"),
    main_figure=("statistics", "correlations"),
)
