"""HTML reports of reproductions: one self-contained page per run, an index over all runs of a folder, house figures.

A page needs nothing from outside: no fonts, no scripts, no network. `bouton.report.figures` holds the house style and
the shared drawing helpers; it is imported on its own, so that reading or listing reports never loads matplotlib.
"""

from bouton.report._contents import BASES, Judgement, Picture, Report, StatementJudgement
from bouton.report._pages import counts_text, read_outcome, render_report, write_index, write_report
from bouton.report._pictures import draw_picture

__all__ = [
    "BASES",
    "Judgement",
    "Picture",
    "Report",
    "StatementJudgement",
    "counts_text",
    "draw_picture",
    "read_outcome",
    "render_report",
    "write_index",
    "write_report",
]
