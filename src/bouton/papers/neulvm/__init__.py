"""A latent variable model of spikes whose latents are the activities of populations of hidden neurons.

Source: S. Wang, V. Schmutz, G. Bellec, W. Gerstner, "Mesoscopic modeling of hidden spiking neurons", NeurIPS 2022,
arXiv:2205.13493. Parameters and procedure are those of the published program; what the paper reports beyond the
winner-take-all network was not read, and is not asked. The models are those of `bouton.recordings`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

PAPER = Paper(
    name="neulvm",
    title="Mesoscopic modeling of hidden spiking neurons",
    authors=("Wang, Shuqi", "Schmutz, Valentin", "Bellec, Guillaume", "Gerstner, Wulfram"),
    year=2022,
    topic="recordings",
    bibtex="""@inproceedings{wang2022mesoscopic,
  author    = {Wang, Shuqi and Schmutz, Valentin and Bellec, Guillaume and Gerstner, Wulfram},
  title     = {Mesoscopic modeling of hidden spiking neurons},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {35},
  pages     = {23566--23579},
  year      = {2022}
}""",
    url="https://arxiv.org/abs/2205.13493",
    summary="Of a large network of spiking neurons only a few are recorded. The hidden thousands are replaced by the "
    "fraction of each population that fires in a bin, whose noisy dynamics follow from the neuron model; parameters "
    "and fractions are fitted in turns to the recorded spikes. Asked here, on data of our own: two excitatory "
    "populations that compete through an inhibitory one, nine recorded neurons of a thousand, ten seconds. From so "
    "little, twelve parameters cannot be identified, and this page does not claim it; couplings can, where all else "
    "is known.",
    statements=(
        Statement("connectivity", "The fitted model recovers the connectivity between populations.", _ABSTRACT),
        Statement("latents", "Latent activity of single trials is inferred from few recorded neurons.", _ABSTRACT),
        Statement("metastable", "The fitted model reproduces metastable dynamics when it runs by itself.", _ABSTRACT),
        Statement(
            "stimulation",
            "The fitted model generalises to perturbations like those of optogenetics.",
            _ABSTRACT,
        ),
        Statement(
            "mesoscopic",
            "The mesoscopic model has the dynamics of the network of single neurons.",
            basis.ours("what the model stands on; its bins are our concern"),
        ),
        Statement(
            "identified",
            "Ten seconds of nine neurons identify all twelve parameters.",
            basis.ours("what one might hope for"),
            not_asked="in our runs single parameters end far from the truth, at losses lower than at the truth: only "
            "couplings, latents and free runs are claimed",
        ),
    ),
    sections=("couplings", "dynamics", "stimulation", "parameters", "supervised"),
    main_figure=("couplings", "latents"),
)
