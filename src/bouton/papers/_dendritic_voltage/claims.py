"""The claims: what the paper states, and the values of reference runs R1 to R6, which were made before this code.

The reference runs used the same digests of the recorded traces. Tolerances were chosen before measuring.
"""

from collections.abc import Mapping
from typing import Any

from bouton.papers._dendritic_voltage.claims_of_rules import RULE_CLAIMS
from bouton.papers._frame import Claim
from bouton.papers._relations import AtLeast, AtMost, Between, Equals, Near

__all__ = ["CLAIMS"]

_PREDICTED = {
    "L-a": (92.04, 121.20, 88.59, 103.03, 124.44, 96.41, 111.71, 83.34, 100.00, 122.98),
    "L-b": (90.70, 117.69, 87.37, 101.87, 123.50, 92.65, 111.27, 82.13, 100.00, 122.84),
    "L-c": (90.77, 119.69, 88.31, 103.83, 124.90, 95.42, 112.15, 82.30, 100.00, 124.31),
}
_WITHOUT_VETO = (63.46, -28.89, 83.32, 57.13, 77.08, -88.34, 84.42, 0.15, 100.0)
_BRANDALISE = (100.0, 93.5, 235.2, 174.6, 223.2, 177.1, 131.5, 99.2, 34.5)


def _off(measured: Any, expected: Any) -> float:
    """Return the largest difference between two sequences."""
    return max(abs(float(one) - other) for one, other in zip(measured, expected, strict=True))


def _of(results: Mapping[str, Any], names: tuple[str, ...], key: str = "R1.percent") -> list[float]:
    """Return the predictions of all sets of parameters for some traces."""
    places = [results["R1.names"].index(name) for name in names]
    return [float(row[place]) for row in results[key] for place in places]


_NUMBERS = tuple(
    Claim(
        f"R1.{name}",
        f"Percent of the weight after 150 pairings with each of ten voltage traces, parameters {name}: largest "
        "difference from the reference run.",
        ", ".join(f"{value:g}" for value in values),
        "reference run R1, Euler steps of 0.1 ms",
        AtMost(0.1),
        lambda results, row=row, values=values: _off(results["R1.percent"][row], values),
    )
    for row, (name, values) in enumerate(_PREDICTED.items())
)

_SIGNS = (
    Claim(
        "R1.potentiation",
        "The traces after which potentiation was measured are predicted to potentiate, by all three sets of "
        "parameters: burst before EPSP at a distal synapse (L1), after it at an intermediate and a proximal one (L4, "
        "L6).",
        "129, 118, 137 measured",
        "section 6; Letzkus et al. 2006",
        AtLeast(102),
        lambda results: _of(results, ("L1", "L4", "L6")),
    ),
    Claim(
        "R1.depression",
        "Those after which depression was measured are predicted to depress: burst after EPSP at distal synapses (L0, "
        "L2), before it at a proximal one (L7).",
        "92, 90, 85 measured",
        "section 6; Letzkus et al. 2006",
        AtMost(98),
        lambda results: _of(results, ("L0", "L2", "L7")),
    ),
    Claim(
        "R1.unchanged",
        "Those after which no change was measured are predicted to change by less than 2 percent (L3, L5).",
        "100, 100 measured",
        "section 6; Letzkus et al. 2006",
        Between(98, 102),
        lambda results: _of(results, ("L3", "L5")),
        remark="In the reference runs the same parameters give 103 and 96 on these digests and 105 and 99 on the "
        "recordings: the authors' fit is within some percent points of the measured value, not within 2.",
    ),
    Claim(
        "R1.epsp",
        "An EPSP alone changes nothing (L8), exactly.",
        "100",
        "section 7, exact check 1",
        Equals(100.0),
        lambda results: _of(results, ("L8",)),
    ),
    Claim(
        "R1.single-spike",
        "A single proximal spike at +10 ms, which the authors left out of their fit, is predicted to depress (L9).",
        "78 measured; 124 predicted in the reference run",
        "section 6",
        AtMost(98),
        lambda results: _of(results, ("L9",)),
        remark="The model fails here, as the reference run does on recordings and digests: it predicts potentiation.",
    ),
    Claim(
        "R1.loss",
        "Sum of squared errors over the nine traces of the fit, parameters L-a and L-c: difference from the reference "
        "run.",
        "768.6 and 798.9",
        "reference run R1",
        AtMost(1.0),
        lambda results: [abs(results["R1.loss"][0] - 768.6), abs(results["R1.loss"][2] - 798.9)],
    ),
)

_VETO = (
    Claim(
        "R2.numbers",
        "The same without the veto, parameters L-a: largest difference from the reference run.",
        ", ".join(f"{value:g}" for value in _WITHOUT_VETO),
        "reference run R2",
        AtMost(0.1),
        lambda results: _off(results["R2.percent"][0][: len(_WITHOUT_VETO)], _WITHOUT_VETO),
    ),
    Claim(
        "R2.no-potentiation",
        "For these parameters potentiation needs protection from depression: without it none of the nine traces "
        "potentiates.",
        "all LTP vanishes",
        "reference run R2",
        AtMost(100.0),
        lambda results: [float(value) for row in results["R2.percent"] for value in row[:9]],
    ),
)


def _brandalise(results: Mapping[str, Any], *names: str) -> list[float]:
    return [float(results["R4.percent"][results["R4.names"].index(name)]) for name in names]


_CA3 = (
    Claim(
        "R4.numbers",
        "Percent of the weight after 60 pairings with traces of CA3 cells, parameters B-a: largest difference from "
        "the reference run.",
        ", ".join(f"{value:g}" for value in _BRANDALISE),
        "reference run R4",
        AtMost(0.1),
        lambda results: _off(results["R4.percent"], _BRANDALISE),
    ),
    Claim(
        "R4.mixed",
        "A cell in which 22 of 60 pairings evoked a dendritic spike potentiates as much as measured.",
        "145.5 in the reference run, 144.8 measured",
        "reference run R4",
        Near(145.5, 0.1),
        lambda results: results["R4.mixed"][1],
    ),
    Claim(
        "R4.epsp",
        "EPSPs without a dendritic spike never potentiate (B0, B1, B21).",
        "at most 100",
        "section 6.4",
        AtMost(100.0),
        lambda results: _brandalise(results, "B0", "B1", "B21"),
    ),
    Claim(
        "R4.supralinear",
        "Supralinear events of 23 to 26 mV do (B2, B5, B9, B14, B18).",
        "131 to 235 in the reference run",
        "section 6.4",
        AtLeast(110),
        lambda results: _brandalise(results, "B2", "B5", "B9", "B14", "B18"),
    ),
    Claim(
        "R4.late",
        "A presynaptic spike 40 ms after the event depresses (B23).",
        "40 measured, 34.5 in the reference run",
        "section 6.4",
        AtMost(60),
        lambda results: _brandalise(results, "B23"),
    ),
)

CLAIMS = (*_NUMBERS, *_SIGNS, *_VETO, *_CA3, *RULE_CLAIMS)
