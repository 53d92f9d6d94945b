"""Assemblies that bind contents to roles in networks of spiking neurons, by local plasticity and inhibition alone.

Source: M. G. Müller, C. H. Papadimitriou, W. Maass, R. Legenstein (2020), "A model for structured information
representation in neural networks of the brain", eNeuro 7(3), ENEURO.0533-19.2020. The network is
`bouton.spiking.assemblies.AssemblyNetwork`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract", recalled=True)

PAPER = Paper(
    name="assemblies",
    title="A model for structured information representation in neural networks of the brain",
    authors=("Müller, Michael G.", "Papadimitriou, Christos H.", "Maass, Wolfgang", "Legenstein, Robert"),
    year=2020,
    topic="spiking",
    bibtex="""@article{muller2020model,
  author  = {M{\\"u}ller, Michael G. and Papadimitriou, Christos H. and Maass, Wolfgang and Legenstein, Robert},
  title   = {A model for structured information representation in neural networks of the brain},
  journal = {eNeuro},
  volume  = {7},
  number  = {3},
  pages   = {ENEURO.0533-19.2020},
  year    = {2020}
}""",
    url="https://doi.org/10.1523/ENEURO.0533-19.2020",
    summary="A content space of excitatory and inhibitory spiking neurons forms assemblies for a few contents. Other "
    "spaces, silent under inhibition, form assemblies of their own when they are let free while a content is active, "
    "and fast plasticity ties these to the content's. Raised excitability keeps the tie for seconds: freeing the space "
    "alone brings the content back. All parameters are those of the published program; time steps are of 0.5 ms in "
    "place of 0.1. The paper's own counts of successes were not at hand: what decides here are runs of an "
    "implementation of our own of the same equations, and says so. Random parameters are asked of networks "
    "with a smaller space, whose connections and delays stay as they are.",
    statements=(
        Statement("emerge", "Assemblies for contents emerge by Hebbian plasticity from repeated input.", _ABSTRACT),
        Statement(
            "attach",
            "Structure-encoding assemblies emerge and are attached to contents by Hebbian plasticity.",
            _ABSTRACT,
        ),
        Statement(
            "needed",
            "Recall after seconds needs both the plasticity of the spaces and their slow excitability.",
            basis.ours("the mechanism, asked by leaving out either part"),
        ),
        Statement(
            "operations", "This is a basis for abstract operations: contents are recalled, copied, compared.", _ABSTRACT
        ),
        Statement(
            "decoded", "Who is in which role can be decoded from the spaces, as from subareas of the brain.", _ABSTRACT
        ),
        Statement(
            "robust",
            "Recall bears random changes of all parameters, and degrades with their size.",
            basis.paper("robustness study", recalled=True),
        ),
    ),
    sections=("content", "binding", "operations", "decoding", "robustness"),
    main_figure=("binding", "recall"),
)
