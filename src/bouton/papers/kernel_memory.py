"""Kernel memory networks: associative memories in which every neuron is a kernel machine.

Source: G. Iatropoulos, J. Brea, W. Gerstner (2022), "Kernel memory networks: A unifying framework for memory modeling",
NeurIPS 2022, arXiv:2208.09416. The memory is `bouton.memory.KernelMemory`.
"""

from bouton.papers._frame import Paper
from bouton.papers._kernel_memory.claims import CLAIMS
from bouton.papers._kernel_memory.experiment import circuits, experiment
from bouton.papers._kernel_memory.figures import FIGURES
from bouton.papers._kernel_memory.settings import SCALES

__all__ = ["PAPER"]

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
    "paper's own figures were not at hand: these are reference runs of its equations, not its figures.",
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
    circuits=circuits,
)
