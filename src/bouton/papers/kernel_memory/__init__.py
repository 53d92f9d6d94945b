"""Kernel memory networks: associative memories in which every neuron is a kernel machine.

Source: G. Iatropoulos, J. Brea, W. Gerstner (2022), "Kernel memory networks: A unifying framework for memory modeling",
NeurIPS 2022, arXiv:2208.09416. The memory is `bouton.memory.KernelMemory`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_ABSTRACT = basis.paper("abstract")

PAPER = Paper(
    name="kernel-memory",
    title="Kernel Memory Networks: A Unifying Framework for Memory Modeling",
    authors=("Iatropoulos, Georgios", "Brea, Johanni", "Gerstner, Wulfram"),
    year=2022,
    topic="memory",
    bibtex="""@inproceedings{iatropoulos2022kernel,
  author    = {Iatropoulos, Georgios and Brea, Johanni and Gerstner, Wulfram},
  title     = {Kernel memory networks: A unifying framework for memory modeling},
  booktitle = {Advances in Neural Information Processing Systems},
  volume    = {35},
  year      = {2022}
}""",
    url="https://arxiv.org/abs/2208.09416",
    summary="A network that is to store patterns poses every neuron a problem of classification or regression. If each "
    "solves it with the smallest weights, it is a kernel machine, and the network is the memory that is most robust to "
    "noise for its kernel, the neurons' dendritic non-linearity. Hopfield's and dense Hopfield networks, attention and "
    "sparse distributed memory are the same network with coefficients that are not optimal. Here: the margin of linear "
    "networks beside Gardner's theory, optimal beside equal coefficients for random patterns and for digits, the "
    "continuous memory with a finite basin, Cover's capacity, and sparse distributed memory. The protocols of the "
    "paper's own figures were not at hand: these experiments run its equations, they are not its figures.",
    statements=(
        Statement(
            "optimal",
            "If each neuron is trained by kernel classification with minimal weights, the network is the one that is "
            "most robust to noise.",
            _ABSTRACT,
        ),
        Statement(
            "special",
            "Dense Hopfield networks and Kanerva's sparse distributed memory are special cases.",
            _ABSTRACT,
        ),
        Statement(
            "exponential",
            "A generalisation stores exponentially many continuous patterns with basins of finite size.",
            _ABSTRACT,
        ),
        Statement("capacity", "The capacity of earlier models follows from the theory of kernels.", _ABSTRACT),
        Statement(
            "dendrites",
            "The kernel can be read as the non-linearity of dendrites with clustered synapses.",
            _ABSTRACT,
            not_asked="an interpretation: nothing here measures it",
        ),
    ),
    sections=("digits", "coefficients", "stability", "continuous", "cover", "locations"),
    main_figure=("digits", "digits"),
)
