"""The claims on what a rule needs to see: refits without the veto, rules of spike times, a synthetic dendrite."""

from collections.abc import Mapping
from typing import Any

from bouton.papers._frame import Claim
from bouton.papers._relations import AtLeast, AtMost, Between

__all__ = ["RULE_CLAIMS"]

_FULL = ("laptop", "paper")
"""Where the searches are long enough."""


def _loss(results: Mapping[str, Any], rule: str) -> float:
    return float(results["R3.loss"][results["R3.rules"].index(rule)])


_REFITS = (
    Claim(
        "R3.veto",
        "After a refit to the digests, the sum of squared errors of the rule with veto.",
        "421 in the reference run, 769 to 894 with the authors' parameters",
        "reference run R3",
        AtMost(421),
        lambda results: _loss(results, "veto"),
        scales=_FULL,
    ),
    Claim(
        "R3.lowest",
        "That is clearly lowest: the losses of the rules without veto (same rule, instantaneous voltage, Clopath) over "
        "it.",
        "1.7 and 1.7 in the reference run",
        "reference run R3",
        AtLeast(1.5),
        lambda results: [_loss(results, rule) / _loss(results, "veto") for rule in results["R3.rules"][1:]],
        scales=_FULL,
    ),
    Claim(
        "R3.factor",
        "Without the veto, but refitted, the same rule is worse by a factor of 1.5 to 1.7 only.",
        "715 over 421 in the reference run",
        "reference run R3",
        Between(1.5, 1.7),
        lambda results: _loss(results, "none") / _loss(results, "veto"),
        scales=_FULL,
        remark="The search here went further than that of the reference run (Nelder and Mead from a few starts) and "
        "found parameters with veto that reproduce all nine values nearly exactly: nine free parameters for nine "
        "values, and the trace left out (L9, 78 measured) is then (seed 0) predicted worse, at 149, than by the "
        "authors' parameters. Without the veto, too, it found less than half of the reference run's loss.",
    ),
    Claim(
        "R3.equal",
        "The same rule without veto and the one of Clopath's type come out about equal: ratio of their losses.",
        "722 over 715 in the reference run",
        "reference run R3",
        Between(0.9, 1.1),
        lambda results: min(_loss(results, "clopath"), _loss(results, "instantaneous")) / _loss(results, "none"),
        scales=_FULL,
        remark="Which form the reference run had is not recorded; the better of two is taken here. Both rules end "
        "lower than there.",
    ),
    Claim(
        "R3.sign",
        "No refitted rule without veto depresses the distal synapse at +10 ms (L0).",
        "107 to 108 in the reference run, 92 measured",
        "reference run R3",
        AtLeast(98),
        lambda results: [float(row[0]) for row in results["R3.percent"][1:]],
        scales=_FULL,
    ),
)

_BASELINES = (
    Claim(
        "R6.clopath",
        "Clopath's rule depresses at the instant of the presynaptic spike, when a dendrite at rest has seen nothing "
        "yet: where the EPSP comes first (L0, L2, L4, L6), it never depresses.",
        "LTD at distal synapses cannot be had",
        "section 6.6; published parameters for visual cortex, relative to rest",
        AtLeast(100.0),
        lambda results: [float(results["R6.percent"][place]) for place in (0, 2, 4, 6)],
    ),
    Claim(
        "R6.spike-times",
        "A rule that sees spike times only must give one value to all traces of one protocol: the least sum of squared "
        "errors that any such rule can have, over that of the authors' parameters (L-a).",
        "equal outcomes at proximal and distal synapses",
        "section 9; from the measured values",
        AtLeast(2.0),
        lambda results: float(results["R6.spike_times"] / results["R1.loss"][0]),
    ),
)


def _ends(place: int, timing: int) -> Any:
    return lambda results: [float(values[place, timing]) for values in results["R5.ends"]]


_DENDRITE = (
    Claim(
        "R5.proximal.after",
        "Synthetic dendrite, spikes of 92 mV and 1 ms near the soma: a burst 10 ms after the EPSP potentiates, for all "
        "three sets of parameters.",
        "LTP",
        "section 6.5, signs of the table of measurements",
        AtLeast(102),
        _ends(0, 0),
    ),
    Claim(
        "R5.distal.after",
        "Spikes of 47 mV and 8 ms far out: a burst 10 ms after the EPSP depresses.",
        "LTD",
        "section 6.5, signs of the table of measurements",
        AtMost(98),
        _ends(1, 0),
    ),
    Claim(
        "R5.proximal.before",
        "A burst that begins 10 ms before the EPSP depresses near the soma.",
        "LTD",
        "section 6.5, signs of the table of measurements",
        AtMost(98),
        _ends(0, 1),
        remark="The last spike of the burst falls into fresh glutamate and potentiates; what outweighs it in the "
        "recorded trace is a depolarisation of some 25 mV that outlasts the spikes, which the synthetic spikes lack. "
        "With widths of 2 to 3 ms the sign is as measured (see the map).",
    ),
    Claim(
        "R5.distal.before",
        "It potentiates far out; a burst one or two ms earlier would depress (see the map).",
        "LTP",
        "section 6.5, signs of the table of measurements",
        AtLeast(102),
        _ends(1, 1),
        remark="How wide and how late distal spikes are decides; shape and latency of the synthetic spikes were set "
        "after looking (symmetric spikes, or spikes without latency, depress here).",
    ),
)

RULE_CLAIMS = (*_REFITS, *_BASELINES, *_DENDRITE)
