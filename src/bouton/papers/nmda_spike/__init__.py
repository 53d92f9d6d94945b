"""Dendritic NMDA spikes: what makes them all-or-none, how long they last, and that each branch has its own.

Source: S. D. Antic, W.-L. Zhou, A. R. Moore, S. M. Short, K. D. Ikonomu (2010), "The decade of the dendritic NMDA
spike", Journal of Neuroscience Research 88:2991-3001, a review, and the experiments that it rests on. The circuit is
`bouton.dendrites.CableCell`.
"""

from bouton.papers import Paper, Statement, basis

__all__ = ["PAPER"]

_REVIEW = basis.paper("review, recalled in content", recalled=True)

PAPER = Paper(
    name="nmda-spike",
    title="The Decade of the Dendritic NMDA Spike",
    authors=("Antic, Srdjan D.", "Zhou, Wen-Liang", "Moore, Anna R.", "Short, Shaina M.", "Ikonomu, Katerina D."),
    year=2010,
    topic="dendrites",
    bibtex="""@article{antic2010decade,
  author  = {Antic, Srdjan D. and Zhou, Wen-Liang and Moore, Anna R. and Short, Shaina M. and Ikonomu, Katerina D.},
  title   = {The decade of the dendritic {NMDA} spike},
  journal = {Journal of Neuroscience Research},
  year    = {2010},
  volume  = {88},
  pages   = {2991--3001},
  note    = {PMID 20544831}
}""",
    url="https://pubmed.ncbi.nlm.nih.gov/20544831/",
    summary="Magnesium blocks NMDA receptors at rest and leaves them open once the membrane is depolarised. Enough "
    "synapses that are active together on a thin dendrite therefore lift it to a plateau, all or none, that lasts as "
    "long as glutamate stays bound and reaches the soma as a depolarisation of some mV. The review says this in words "
    "and has no model of its own. Here it is shown in a schematic pyramidal neuron with published NMDA kinetics; the "
    "neuron's measures, and 0.25 nS of AMPA and 1 nS of NMDA conductance per synapse, were chosen here within the "
    "range of the literature, so that recorded numbers can agree in size at best.",
    statements=(
        Statement(
            "threshold",
            "Above a threshold number of synapses a thin dendrite makes an NMDA spike of 40 to 50 mV, all or none.",
            _REVIEW,
        ),
        Statement("nmda", "It takes NMDA receptors and their block by magnesium.", _REVIEW),
        Statement(
            "soma",
            "At the soma it is seen as 5.9 +- 1.5 mV, amplified to 226 +- 46 % of the linear response, at least 80 % "
            "of the charge through NMDA receptors.",
            basis.paper("Schiller et al. 2000, abstract"),
        ),
        Statement(
            "duration",
            "More glutamate makes an NMDA spike longer rather than larger, up to plateaus of several hundred ms.",
            _REVIEW,
        ),
        Statement(
            "volleys",
            "Two synaptic volleys give an NMDA spike, five a plateau.",
            basis.paper("Oikonomou et al. 2012, abstract"),
        ),
        Statement(
            "up-state",
            "At the soma a plateau resembles an UP state: about 20 mV for 200 to 800 ms.",
            basis.paper("Antic 2014, abstract"),
        ),
        Statement(
            "branches",
            "Branches respond on their own: clustered synapses do more than distributed ones, two plateaus on two "
            "branches nearly add up at the soma.",
            _REVIEW,
        ),
        Statement(
            "location",
            "The nearer to the soma, the larger the spike there (3 to 23 mV) and the more glutamate it takes; "
            "depolarisation lowers the threshold.",
            basis.paper("Major et al. 2008, abstract"),
        ),
        Statement(
            "two-layer",
            "A neuron is a network of two layers, whose hidden units are its thin branches.",
            basis.paper("Poirazi, Brannon, Mel 2003; Polsky, Mel, Schiller 2004", recalled=True),
        ),
    ),
    sections=("threshold", "controls", "duration", "branches", "location", "two_layer", "bistability", "plasticity"),
    main_figure=("threshold", "traces"),
)
