"""The claims on curves: the error after a change, the two predictions for experiments, a wrong idea of the hazard."""

from collections.abc import Mapping
from typing import Any

from bouton.papers._frame import Claim
from bouton.papers._relations import AtLeast, Between, Decreasing, Increasing, IsTrue, Near
from bouton.papers._surprise.settings import DELTAS, HAZARDS

__all__ = ["CURVE_CLAIMS"]

Results = Mapping[str, Any]
_TABLES = ("laptop", "paper")
_CODE = "the authors' result files"


def _curve(results: Results, world: int, name: str, at: tuple[int, ...]) -> list[float]:
    row = results[f"R3.{world}.curves"][list(results[f"R3.{world}.names"]).index(name)]
    return [float(row[place - 1]) for place in at]


def _after_change() -> tuple[Claim, ...]:
    cases = (
        ("sharp.exact", 0, "exact Bayes", (1, 2, 5, 10), (0.0132, 0.00615, 0.00249, 0.00137), ""),
        ("sharp.variational", 0, "VarSMiLe", (1, 2, 5, 10), (0.0131, 0.0067, 0.00274, 0.0015), ""),
        ("sharp.leaky", 0, "Leaky", (1, 2, 5, 10), (0.016, 0.0089, 0.0089, 0.0088), ""),
        ("hidden.exact", 1, "exact Bayes", (1, 10, 50, 100), (1.50, 1.06, 0.42, 0.293), _FEW),
        ("hidden.messages", 1, "MP20", (1, 10, 50, 100), (1.25, 1.11, 0.811, 0.707), _FEW + _TAILS),
        ("hidden.leaky", 1, "Leaky", (1, 10, 50, 100), (1.65, 1.40, 0.69, 0.333), _FEW),
    )
    return tuple(
        Claim(
            f"R3.{slug}",
            f"{name}: the error {', '.join(map(str, at[:-1]))} and {at[-1]} observations into a new parameter is the "
            f"published one ({'noise 0.1, hazard 0.1' if world == 0 else 'noise 5, hazard 0.01'}).",
            ", ".join(f"{value:g}" for value in values) + " (shown: over these)",
            _CODE,
            Between(0.9, 1.1),
            lambda results, world=world, name=name, at=at, values=values: (
                [found / value for found, value in zip(_curve(results, world, name, at), values, strict=True)]
            ),
            scales=_TABLES,
            remark=remark,
        )
        for slug, world, name, at, values, remark in cases
    )


_FEW = "About a thousand changes are averaged over: the standard error of the first value is about 4.5 %. "
_TAILS = (
    "With so few messages a wrong belief, once chosen, stays: errors have heavy tails, beyond the average of 1e5 steps."
)


def _surprise(results: Results, learner: str, kind: int, sign: int, delta: float) -> float:
    return float(results[f"R4.{learner}.by_error"][kind, sign, DELTAS.index(delta)])


def _signs_differ(results: Results, learner: str) -> bool:
    """Whether each surprise prefers its sign at every size of error from 0.2 on."""
    bayes, shannon = results[f"R4.{learner}.by_error"][:, :, DELTAS.index(0.2) :]
    return bool((bayes[1] > bayes[0]).all() and (shannon[0] > shannon[1]).all())


def _of_probability(results: Results, learner: str, kind: int) -> Any:
    return results[f"R4.{learner}.by_probability"][kind][results[f"R4.{learner}.subjects"] >= 5]


def _predictions() -> tuple[Claim, ...]:
    claims: list[Claim] = []
    for learner, slug, values in (
        ("Nas12*", "delta", (0.471, 2.261, 0.818, 0.747)),
        ("pf20", "particles", (0.504, 2.331, 0.835, 0.751)),
    ):
        claims += [
            Claim(
                f"R4.{slug}.signs",
                f"At equal size of the prediction error, {learner} finds errors towards the prior more surprising by "
                "Bayes factor and less by Shannon, at every size from 0.2 on.",
                "opposite order",
                "figure of the first prediction",
                IsTrue(),
                lambda results, learner=learner: _signs_differ(results, learner),
                scales=_TABLES,
            ),
            Claim(
                f"R4.{slug}.values",
                f"{learner}: surprise at an error of 1, away from the prior and towards it: Bayes factor and Shannon.",
                ", ".join(f"{value:g}" for value in values) + " (shown: over these)",
                _CODE,
                Between(0.9, 1.1),
                lambda results, learner=learner, values=values: [
                    _surprise(results, learner, kind, sign, 1.0) / values[2 * kind + sign]
                    for kind in (0, 1)
                    for sign in (0, 1)
                ],
                scales=_TABLES,
            ),
            Claim(
                f"R4.{slug}.flat",
                f"{learner}: where belief and prior expect an observation alike, its Bayes factor surprise is 1, "
                "however probable it is.",
                "1",
                "figure of the second prediction",
                Between(0.9, 1.15),
                lambda results, learner=learner: _of_probability(results, learner, 0),
                scales=_TABLES,
            ),
            Claim(
                f"R4.{slug}.falls",
                f"{learner}: there, Shannon surprise falls with that probability.",
                "falls",
                "figure of the second prediction",
                Decreasing(strictly=True),
                lambda results, learner=learner: _of_probability(results, learner, 1),
                scales=_TABLES,
            ),
        ]
    return tuple(claims)


def _excess(results: Results, name: str, hazard: float) -> float:
    row = results["R5.excess"][results["R5.names"].index(name)]
    return float(row[HAZARDS.index(hazard)].mean())


_MISMATCH = (
    Claim(
        "R5.order",
        "Told a hazard of 0.004 in a world of 0.1, exact inference errs least, then MP20, pf20, VarSMiLe, Leaky.",
        "0.00069, 0.00069, 0.0007, 0.00087, 0.0386",
        _CODE,
        Increasing(),
        lambda results: [_excess(results, name, 0.1) for name in ("exact Bayes", "MP20", "pf20", "VarSMiLe", "Leaky")],
        scales=_TABLES,
        remark="Our particle filter errs more than the published one: 0.00108 with a standard error of 0.00003 in ten "
        "histories, with multinomial and with stratified resampling; with 100 particles 0.00078. Particles that expect "
        "few changes seldom switch at once. The hazard of the published filter may have been tuned.",
    ),
    Claim(
        "R5.leaky",
        "There, leaky integration errs more than twenty times as much as VarSMiLe.",
        "44 times",
        _CODE,
        AtLeast(20),
        lambda results: _excess(results, "Leaky", 0.1) / _excess(results, "VarSMiLe", 0.1),
        scales=_TABLES,
    ),
    Claim(
        "R5.exact",
        "What exact inference errs more for being told the wrong hazard, in a world of 0.1.",
        0.00069,
        _CODE,
        Near(0.00069, 0.0001),
        lambda results: _excess(results, "exact Bayes", 0.1),
        scales=_TABLES,
    ),
    Claim(
        "R5.variational",
        "The same of VarSMiLe, beyond exact inference that knows the hazard.",
        0.00087,
        _CODE,
        Near(0.00087, 0.00015),
        lambda results: _excess(results, "VarSMiLe", 0.1),
        scales=_TABLES,
    ),
)

CURVE_CLAIMS = (*_after_change(), *_predictions(), *_MISMATCH)
