"""Published systems, run again and judged: each package here is one paper.

The package of a paper holds its metadata and statements only; each of its modules that `sections` names is one
experiment, complete in itself: settings, what is measured, checks, figures, circuits. `reproduce` measures what is not
stored, judges and writes the page.
"""

from bouton.papers import basis
from bouton.papers._frame import Check, Figure, Progress, Requirement, Section, Statement
from bouton.papers._judge import judge
from bouton.papers._measure import measure
from bouton.papers._outcome import Outcome
from bouton.papers._paper import Paper
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
from bouton.papers._reproduce import report, reproduce
from bouton.report import Judgement, StatementJudgement

__all__ = [
    "AtLeast",
    "AtMost",
    "Between",
    "Check",
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
    "Section",
    "Statement",
    "StatementJudgement",
    "available",
    "basis",
    "judge",
    "load",
    "measure",
    "report",
    "reproduce",
]
