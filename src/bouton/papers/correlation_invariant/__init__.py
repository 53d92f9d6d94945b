"""Correlation-invariant plasticity: what a neuron learns when depression cancels the covariance of its input.

Source: C. S. N. Brito, W. Gerstner (2024), "Learning what matters: Synaptic plasticity with invariance to second-order
input correlations", PLoS Computational Biology 20(2):e1011844, arXiv:2105.10109. The circuits
are `bouton.features.CorrelationInvariantNeurons`, `CorrelationInvariantNetwork` and `TripletNeurons`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

PAPER = Paper(
    name="correlation-invariant",
    title="Learning What Matters: Synaptic Plasticity with Invariance to Second-Order Input Correlations",
    authors=("Brito, Carlos Stein Naves de", "Gerstner, Wulfram"),
    year=2024,
    topic="features",
    bibtex="""@article{brito2024learning,
  author  = {Brito, Carlos Stein Naves de and Gerstner, Wulfram},
  title   = {Learning what matters: Synaptic plasticity with invariance to second-order input correlations},
  journal = {PLoS Computational Biology},
  year    = {2024},
  volume  = {20},
  number  = {2},
  pages   = {e1011844},
  doi     = {10.1371/journal.pcbi.1011844}
}""",
    url="https://doi.org/10.1371/journal.pcbi.1011844",
    summary="Hebbian learning follows the strongest correlations of its input, which hide weak, sparse signals. Where "
    "potentiation is superlinear in the postsynaptic rate and depression is Hebbian, with a strength that follows the "
    "neuron's recent activity, depression cancels the covariance: what is learned depends on higher-order statistics "
    "only, without whitening. Depression that acts on the weight itself does the opposite. Here the rate neurons learn "
    "signals under strong correlations, decode them, learn mixtures of sources, and patches of five photographs that "
    "are not whitened, beside the rules that they are compared with; a population with recurrent inhibition codes more "
    "sharply than its inputs, and integrate-and-fire neurons learn from patches by triplets of spikes: what "
    "holds after a short run did not hold after one as long as the authors'. The spiking network with inhibition is "
    "not reproduced.",
    statements=(
        Statement(
            "invariant",
            "Metaplastic depression makes Hebbian learning invariant to second-order correlations of the input.",
            _ABSTRACT,
        ),
        Statement("higher-order", "Selectivity for structure of higher order remains.", _ABSTRACT),
        Statement(
            "heterosynaptic",
            "Heterosynaptic depression, which acts on the weight, makes learning more sensitive to correlations.",
            _ABSTRACT,
        ),
        Statement(
            "latent",
            "Latent patterns are learned without whitening, also where the statistics of the input are perturbed.",
            _ABSTRACT,
        ),
        Statement(
            "reliable",
            "Inputs are weighted by reliability: the neuron decodes nearly as well as the optimal linear decoder.",
            basis.authors("stored outputs of the notebooks of the decoding experiments"),
        ),
        Statement(
            "population",
            "With recurrent inhibition, a population codes a stimulus more sharply than its inputs do; with "
            "heterosynaptic depression, more broadly.",
            basis.authors("stored outputs of the notebook of figure 3"),
        ),
        Statement(
            "fields",
            "Spiking neurons with triplet plasticity learn localised, mostly oriented fields from natural images that "
            "are not whitened; with heterosynaptic depression all learn the same uniform field.",
            basis.authors("stored outputs of the script of figure 4"),
        ),
    ),
    sections=("patches", "signal", "decoding", "population", "spiking", "mixing"),
    main_figure=("patches", "fields"),
)
