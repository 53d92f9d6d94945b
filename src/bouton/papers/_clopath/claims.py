"""The claims: the authors' curves to the digit, voltage clamp in closed form, one contiguous receptive field."""

from collections.abc import Mapping
from typing import Any

from bouton.papers._clopath.settings import FREQUENCY, WINDOW, WINDOW_TIMES
from bouton.papers._frame import Claim
from bouton.papers._relations import AtMost, Between, Equals, IsTrue, Near
from bouton.papers._tables import distances, listed

__all__ = ["CLAIMS"]

Results = Mapping[str, Any]
_CODE = "the authors' code, run again"
_FULL = ("laptop", "paper")


def _pairing() -> tuple[Claim, ...]:
    series = tuple(
        Claim(
            f"R1.{'causal' if dt > 0 else 'reverse'}",
            f"Pairs at 0.1, 10, 20, 40, 50 Hz, pre 10 ms {'before' if dt > 0 else 'after'} post: weight in percent.",
            listed(values) + " (shown: distances)",
            _CODE,
            AtMost(1e-2),
            lambda results, row=row, values=values: distances(results["R1.changes"][row], values),
        )
        for row, (dt, values) in enumerate(FREQUENCY.items())
    )
    return (
        *series,
        Claim(
            "R1.shape",
            "Pre before post strengthens more the higher the rate, and not at all at 0.1 Hz; post before pre turns "
            "from weakening to strengthening.",
            "both",
            "figure of the pairing frequency",
            IsTrue(),
            lambda results: [
                bool(all(results["R1.changes"][0][1:] > results["R1.changes"][0][:-1])),
                bool(abs(results["R1.changes"][0][0] - 100) < 1),
                bool(results["R1.changes"][1][0] < 100 < results["R1.changes"][1][-1]),
            ],
        ),
        Claim(
            "R2.window",
            f"Pairs at 20 Hz, {listed(WINDOW_TIMES)} ms from pre to post: weight in percent.",
            listed(WINDOW) + " (shown: distances)",
            _CODE,
            AtMost(1e-2),
            lambda results: distances(results["R2.changes"], WINDOW),
        ),
    )


def _clamp() -> tuple[Claim, ...]:
    crossings = {"visual-cortex": -43.55, "hippocampus": -19.0}
    return (
        *(
            Claim(
                f"R3.{name}.closed",
                f"A spike at a held potential changes the weight by the closed form, {name.replace('-', ' ')}: largest "
                "distance over potentials.",
                0.0,
                "equation of the rule",
                AtMost(1e-12),
                lambda results, name=name: float(
                    abs(results[f"R3.{name}.changes"] - results[f"R3.{name}.closed"]).max()
                ),
            )
            for name in crossings
        ),
        *(
            Claim(
                f"R3.{name}.reversal",
                f"Weakening turns into strengthening at this potential, in mV, {name.replace('-', ' ')}.",
                value,
                "threshold of potentiation plus ratio of the amplitudes",
                Near(value, 0.1),
                lambda results, name=name: results[f"R3.{name}.reversal"],
            )
            for name, value in crossings.items()
        ),
    )


_SILENT = (
    "Many starts fall nearly silent before a stretch has formed, and stay so; where one forms, rate and shares are "
    "close to the given ones. Tried besides: filters that are read at once (all of 8 starts form one stretch, large "
    "shares 0.036 to 0.122) or a ms late (4 of 8), a homeostatic mean that starts from 0 (no better). A plain loop "
    "over the same spikes gives the same mean weight to 1e-11, so that what differs from the authors' script is not in "
    "the equations stated here; its random numbers and the start of its homeostatic mean are not known."
)


def _field() -> tuple[Claim, ...]:
    return (
        Claim(
            "R4.bump",
            "Of inputs on a ring a neuron comes to prefer one contiguous stretch, whatever the start: their number, by "
            "seed.",
            1,
            "figure of receptive fields",
            Equals(1),
            lambda results: results["R4.runs"],
            scales=_FULL,
            remark=_SILENT,
        ),
        Claim(
            "R4.rate",
            "The neuron's final rate, in Hz, mean over seeds.",
            "6.7 to 9.1",
            _CODE,
            Between(6.7, 9.1),
            lambda results: float(results["R4.rates"].mean()),
            scales=_FULL,
            remark=_SILENT,
        ),
        Claim(
            "R4.large",
            "Share of weights above 2, mean over seeds.",
            "0.116 to 0.120",
            _CODE,
            Between(0.116, 0.120),
            lambda results: float(results["R4.large"].mean()),
            scales=_FULL,
            remark=_SILENT,
        ),
        Claim(
            "R4.small",
            "Share of weights below 0.5, mean over seeds.",
            "0.63 to 0.69",
            _CODE,
            Between(0.63, 0.69),
            lambda results: float(results["R4.small"].mean()),
            scales=_FULL,
            remark=_SILENT,
        ),
    )


CLAIMS = (*_pairing(), *_clamp(), *_field())
