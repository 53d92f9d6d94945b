"""The reproduction of plasticity by dendritic voltage: a whole smoke run, and that judgements can fail."""

import json

from bouton.papers import load, reproduce

PAPER = load("dendritic-voltage-plasticity")
CLAIMS = {claim.name: claim for claim in PAPER.claims}
NOT_HELD = {"R1.unchanged", "R1.single-spike"}


def test_every_claim_is_measured_and_every_figure_drawn(tmp_path):
    outcome = reproduce(PAPER, "smoke", 0, tmp_path)
    written = json.loads((tmp_path / PAPER.name / "outcome.json").read_text(encoding="utf-8"))
    assert outcome.figure_errors == {}
    assert [row["name"] for row in written["claims"] if "could not be measured" in str(row["measured"])] == []
    assert len(written["claims"]) == len(PAPER.claims_at("smoke"))
    assert {row["name"] for row in written["claims"] if not row["held"]} == NOT_HELD
