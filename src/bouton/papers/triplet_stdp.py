"""Triplets of spikes: why plasticity depends on the rate of spikes as well as on their timing.

Source: J.-P. Pfister, W. Gerstner (2006), "Triplets of spikes in a model of spike timing-dependent plasticity", Journal
of Neuroscience 26(38):9673-9682. The rule is `bouton.plasticity.TripletSTDP`, the protocols are in
`bouton.plasticity.protocols`.
"""

from bouton.papers._frame import Paper
from bouton.papers._triplet_stdp.claims import CLAIMS
from bouton.papers._triplet_stdp.experiment import circuits, experiment
from bouton.papers._triplet_stdp.figures import FIGURES
from bouton.papers._triplet_stdp.settings import SCALES

__all__ = ["PAPER"]

PAPER = Paper(
    name="triplet-stdp",
    title="Triplets of spikes in a model of spike timing-dependent plasticity",
    authors=("Pfister, Jean-Pascal", "Gerstner, Wulfram"),
    year=2006,
    topic="plasticity",
    bibtex="""@article{pfister2006triplets,
  author  = {Pfister, Jean-Pascal and Gerstner, Wulfram},
  title   = {Triplets of spikes in a model of spike timing-dependent plasticity},
  journal = {Journal of Neuroscience},
  year    = {2006},
  volume  = {26},
  number  = {38},
  pages   = {9673--9682},
  doi     = {10.1523/JNEUROSCI.1425-06.2006}
}""",
    url="https://doi.org/10.1523/JNEUROSCI.1425-06.2006",
    summary="Rules of pairs of spikes do not account for what happens when pairs come fast, or when three or four "
    "spikes come together. A rule with one more trace on each side does: potentiation at a postsynaptic spike is "
    "larger after other postsynaptic spikes. Under Poisson spikes it becomes a rule of rates with a threshold, as "
    "Bienenstock, Cooper and Munro have it. Here the published parameter sets are put under the protocols of slice "
    "experiments, exactly, and under Poisson spikes, and a rule of pairs is fitted to the same data.",
    scales=SCALES,
    experiment=experiment,
    claims=CLAIMS,
    figures=FIGURES,
    circuits=circuits,
)
