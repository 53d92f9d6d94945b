"""Triplets of spikes: why plasticity depends on the rate of spikes as well as on their timing.

Source: J.-P. Pfister, W. Gerstner (2006), "Triplets of spikes in a model of spike timing-dependent plasticity", Journal
of Neuroscience 26(38):9673-9682. The rule is `bouton.plasticity.TripletSTDP`, the protocols are in
`bouton.plasticity.protocols`.
"""

from bouton.papers import Paper, Statement, basis

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
    statements=(
        Statement(
            "pairs",
            "Rules of pairs of spikes do not account for the dependence of plasticity on the rate of the pairs.",
            basis.paper("abstract and figure 5", recalled=True),
        ),
        Statement(
            "frequency",
            "A rule of triplets does: it fits the change over the pairing frequency in slices of visual cortex.",
            basis.paper("figures 4 and 5", recalled=True),
        ),
        Statement(
            "triplets",
            "It also fits the changes by pairs, triplets and quadruplets of spikes in hippocampal cultures, where "
            "post-pre-post strengthens and pre-post-pre hardly changes the weight.",
            basis.paper("figures of the hippocampal data", recalled=True),
        ),
        Statement(
            "bcm",
            "Under Poisson spikes it becomes a rule of rates with a threshold, as that of Bienenstock, Cooper and "
            "Munro.",
            basis.paper("section on the BCM rule", recalled=True),
        ),
        Statement(
            "sliding",
            "With depression that grows with the mean rate of the neuron, the threshold slides.",
            basis.paper("section on the BCM rule", recalled=True),
        ),
    ),
    sections=("slices", "cultures", "rates"),
    main_figure=("slices", "frequency"),
)
