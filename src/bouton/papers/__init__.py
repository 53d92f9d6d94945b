"""Published systems as sets of claims: each module here is one paper, run again and judged.

A module of this package defines `PAPER`, a `Paper`, out of cheap metadata; whatever is heavy (jax, the circuits, the
figures) is imported inside its functions, so that listing the papers loads none of it. `reproduce` runs the
experiment at one of three scales, judges every claim and writes the report.
"""

from bouton.papers._frame import Claim, Figure, Paper, Progress, Requirement
from bouton.papers._registry import PaperInfo, available, load
from bouton.papers._relations import (
    AtLeast,
    AtMost,
    Between,
    Decreasing,
    Equals,
    Increasing,
    IsTrue,
    Near,
    Relation,
)
from bouton.papers._reproduce import Outcome, reproduce
from bouton.report import Judgement

__all__ = [
    "AtLeast",
    "AtMost",
    "Between",
    "Claim",
    "Decreasing",
    "Equals",
    "Figure",
    "Increasing",
    "IsTrue",
    "Judgement",
    "Near",
    "Outcome",
    "Paper",
    "PaperInfo",
    "Progress",
    "Relation",
    "Requirement",
    "available",
    "load",
    "reproduce",
]
