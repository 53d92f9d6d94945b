"""The claims of the population that inhibits itself and of the spiking neurons: reference runs R3 and R6.

Their criteria are those of the reference runs, chosen beforehand, where a claim's remark does not say otherwise.
"""

from bouton.papers._frame import Claim
from bouton.papers._relations import AtLeast, AtMost, Increasing

__all__ = ["POPULATION_CLAIMS", "SPIKING_CLAIMS"]

_FULL = ("laptop", "paper")


def _median_orientation(results):
    import numpy as np

    return float(np.median(results["R6.orientation"][0]))


POPULATION_CLAIMS = (
    Claim(
        "R3.sharper",
        "A population of invariant neurons with recurrent inhibition is tuned more sharply than its inputs: mean width "
        "of tuning, with inputs all alike and with diverse ones, of the neurons that answer.",
        "0.0741 and 0.083",
        "figure 3; stored outputs of the authors; criterion of reference run R3",
        AtMost(0.085),
        lambda results: [results["R3.same.widths"][1], results["R3.diverse.widths"][1]],
        scales=_FULL,
    ),
    Claim(
        "R3.broader",
        "The control, whose depression acts on the weight, is tuned more broadly than its inputs.",
        "0.166 and 0.165",
        "figure 3; stored outputs of the authors; criterion of reference run R3",
        AtLeast(0.15),
        lambda results: [results["R3.same.widths"][2], results["R3.diverse.widths"][2]],
        scales=_FULL,
    ),
    Claim(
        "R3.order",
        "Widths of the invariant neurons, their inputs and the controls.",
        "0.0741, 0.110, 0.166",
        "figure 3; stored outputs of the authors",
        Increasing(),
        lambda results: results["R3.same.widths"][[1, 0, 2]],
        scales=_FULL,
        remark="Inputs are Gaussian of standard deviation 0.05, hence 0.118 wide in theory; 24 bins of 200 are 0.120.",
    ),
    Claim(
        "R3.silent",
        "All neurons of the invariant population answer: number that do not, with inputs all alike and diverse.",
        "0: all widths lie between 0.070 and 0.080",
        "stored outputs of the authors",
        AtMost(0),
        lambda results: results["R3.silent"],
        scales=_FULL,
        remark="This claim was added when two of 16 neurons were found silent with seed 0. Perhaps depression and leak "
        "take the weights away of a neuron whose first answers are weak; that was not tested. Widths are those of the "
        "neurons that answer.",
    ),
    Claim(
        "R3.reliable",
        "Where inputs differ, invariant neurons give less weight to broader ones: correlation over the inputs of the "
        "mean absolute weight with the width.",
        "-0.28",
        "stored outputs of the authors; the sign is the criterion of reference run R3",
        AtMost(0),
        lambda results: float(results["R3.diverse.correlations"][0]),
        scales=_FULL,
    ),
    Claim(
        "R3.unreliable",
        "The control gives more weight to broader inputs.",
        "+0.34",
        "stored outputs of the authors; the sign is the criterion of reference run R3",
        AtLeast(0),
        lambda results: float(results["R3.diverse.correlations"][1]),
        scales=_FULL,
    ),
)

SPIKING_CLAIMS = (
    Claim(
        "R6.few",
        "Integrate-and-fire neurons with triplet plasticity and metaplastic depression learn fields of few pixels from "
        "photographs that are not whitened: median number of 256 that take part.",
        "17.5 to 23 in the reference run",
        "figure 4; criterion of reference run R6",
        AtMost(40),
        lambda results: float(results["R6.participation"][0, -1]),
        scales=_FULL,
        remark="At the laptop's length, a fifteenth of the published one, these pixels still lie scattered: see the "
        "figure. In one run of the published length (seed 0) it was not held: after 78 s fields had 23 pixels, after "
        "156 s 63, in the end 177. The photographs are not those of the authors; whether that explains it was not "
        "tested.",
    ),
    Claim(
        "R6.different",
        "Their fields differ, without inhibition: mean absolute cosine of two.",
        "0.10 in the reference run",
        "figure 4; criterion of reference run R6",
        AtMost(0.4),
        lambda results: float(results["R6.cosines"][0, 1]),
        scales=_FULL,
        remark="Not held in one run of the published length (seed 0): 0.90, where fields were extended and differed "
        "in sign.",
    ),
    Claim(
        "R6.uniform",
        "Fields of the control, whose depression acts on the weight, become uniform: median number of 256 pixels.",
        "254 in the reference run",
        "figure 4; criterion of reference run R6",
        AtLeast(200),
        lambda results: float(results["R6.participation"][1, -1]),
        scales=_FULL,
    ),
    Claim(
        "R6.same",
        "The control's fields become the same: mean cosine of two.",
        "1.00 in the reference run",
        "figure 4; criterion of reference run R6",
        AtLeast(0.95),
        lambda results: float(results["R6.cosines"][1, 0]),
        scales=_FULL,
    ),
    Claim(
        "R6.oriented",
        "At full length, most fields of the triplet neurons are oriented: median orientation index.",
        "mostly oriented pairs of ON and OFF blobs",
        "figure 4; not reached in the reference run",
        AtLeast(0.5),
        _median_orientation,
        scales=("paper",),
        remark="Not held in one run of the published length (seed 0): 0.21.",
    ),
)
