"""What the sections share: whose numbers the checks expect, checks of a single quantity and of locality."""

from typing import Any

from bouton.papers import Check, Equals, Relation, basis
from bouton.papers.basis import Basis

__all__ = ["FULL", "NOT_LOCAL", "OWN_RUN", "PICTURE", "REFERENCE", "check", "local"]

FULL = ("laptop", "paper")
OWN_RUN = basis.ours("from a run of the same equations in NumPy with other random numbers")
PICTURE = basis.ours("the paper shows a picture; the measure and its bound are chosen here")
REFERENCE = basis.replication("references/similarity_matching_family")

NOT_LOCAL = {"verdicts": ["local", "NOT LOCAL: pre is handed over as one value per synapse"]}
"""Made-up results under which a network is not local."""


def check(
    quantity: str, name: str, sentence: str, relation: Relation, whose: Basis, on: str = "", **options: Any
) -> Check:
    """Return the check of one entry of the results as it is."""
    return Check(name, sentence, relation, lambda results: results[quantity], whose, on=on, **options)


def local(networks: str) -> Check:
    """Return the check that the networks of a section, whose verdicts it measures, are local."""
    return Check(
        "local",
        f"Every pathway of {networks} is local, by the audit of the traced rules.",
        Equals("local"),
        lambda results: results["verdicts"],
        basis.theory("shapes and origins of what each rule is handed"),
        on="local",
    )
