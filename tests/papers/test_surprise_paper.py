"""The reproduction of learning under surprise: a whole smoke run, and that judgements can fail."""

import json

import numpy as np
import pytest

from bouton.papers import load, reproduce
from bouton.papers._surprise.settings import DELTAS, HAZARDS, PROBABILITIES, SCALES, name_of, published

PAPER = load("surprise")
CLAIMS = {claim.name: claim for claim in PAPER.claims}


def test_every_claim_is_measured_and_every_figure_drawn(tmp_path):
    outcome = reproduce(PAPER, "smoke", 0, tmp_path)
    written = json.loads((tmp_path / "surprise" / "outcome.json").read_text(encoding="utf-8"))
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke")) == 4
    assert all(row["held"] for row in written["claims"])


@pytest.fixture
def made_up():
    """Results as they would be where everything holds to the digit."""
    results = {"gaussian.dropped": np.zeros(6), "categorical.dropped": np.zeros(3)}
    for kind in ("gaussian", "categorical"):
        results[f"{kind}.errors"] = {}
        for cell in getattr(SCALES["laptop"], kind):
            row = published(kind)[name_of(*cell)]
            exact = row["exact Bayes"] * (1 + 1e-3 * np.arange(-2, 3))
            values = {name: exact + value for name, value in row.items() if name != "exact Bayes"}
            missing = {name: exact for name in ("SOR20", "MP20") if name not in values}
            results[f"{kind}.errors"][name_of(*cell)] = {"exact Bayes": exact, **values, **missing}
    results |= {
        "R3.0.names": ("exact Bayes", "VarSMiLe", "Leaky"),
        "R3.0.curves": np.interp(np.arange(1, 101), (1, 2, 5, 10), (0.0132, 0.00615, 0.00249, 0.00137))[None].repeat(
            3, 0
        ),
        "R3.1.names": ("exact Bayes", "MP20", "VarSMiLe", "Leaky"),
        "R3.1.curves": np.interp(np.arange(1, 101), (1, 10, 50, 100), (1.50, 1.06, 0.42, 0.293))[None].repeat(4, 0),
        "R5.names": ["exact Bayes", "MP20", "pf20", "VarSMiLe", "Nas12*", "SMiLe", "Leaky"],
        "R5.excess": np.asarray([0.00069, 0.00069, 0.0007, 0.00087, 0.00165, 0.008, 0.0386])[:, None, None]
        * np.ones((1, len(HAZARDS), 5)),
    }
    for learner, values in (("Nas12*", (0.471, 2.261, 0.818, 0.747)), ("pf20", (0.504, 2.331, 0.835, 0.751))):
        results[f"R4.{learner}.by_error"] = np.asarray(values).reshape(2, 2, 1).repeat(len(DELTAS), 2)
        results[f"R4.{learner}.by_probability"] = np.stack([np.ones(len(PROBABILITIES)), -np.log10(PROBABILITIES)])
        results[f"R4.{learner}.subjects"] = np.full(len(PROBABILITIES), 9)
    return results


def spoil(results, name):
    group = name.partition(".")[0]
    if group in ("R1", "R2"):
        for errors in results["gaussian.errors" if group == "R1" else "categorical.errors"].values():
            for algorithm in errors:
                errors[algorithm] = errors[algorithm] * (0.1 if algorithm in ("Leaky", "SMiLe") else 3)
            errors["SOR20"] = errors["SOR20"] + 1e-3
        results["gaussian.dropped"] += 1e-3
    elif group == "R3":
        results["R3.0.curves"] *= 2
        results["R3.1.curves"] *= 2
    elif group == "R4":
        for learner in ("Nas12*", "pf20"):
            results[f"R4.{learner}.by_error"] = results[f"R4.{learner}.by_error"][:, ::-1]
            results[f"R4.{learner}.by_probability"] = results[f"R4.{learner}.by_probability"][::-1, ::-1] * 3
    else:
        results["R5.excess"] = results["R5.excess"][::-1] * 2


PARTLY = {"R3.sharp.variational", "R3.sharp.leaky", "R3.hidden.messages", "R3.hidden.leaky"}
"""Curves of one shape stand for all in the results made up: these would have to be of another."""


@pytest.mark.parametrize("name", [name for name in CLAIMS if not name.startswith("smoke")])
def test_claims_can_hold_and_fail(name, made_up):
    assert CLAIMS[name].judge(made_up).held or name in PARTLY
    spoil(made_up, name)
    assert not CLAIMS[name].judge(made_up).held
