"""Laws of papers: every check holds on made-up results and fails on results that break it; the frame is kept."""

import pytest

from bouton.papers import available, judge, load

PAPERS = [info.name for info in available()]
SECTIONS = [(name, section) for name in PAPERS for section in load(name).sections]


@pytest.mark.parametrize(("name", "section"), SECTIONS)
def test_every_check_can_hold_and_can_fail(name, section):
    part = load(name).section(section)
    wrong = []
    for check in part.checks:
        made_up = dict(part.holds())
        change = part.breaks[check.name]
        broken = dict(part.holds()) | dict(change(part.holds()) if callable(change) else change)
        held, failed = judge(check, made_up), judge(check, broken)
        if held.held is not True:
            wrong.append((check.name, "does not hold on the made-up results", held.shown))
        if failed.held is not False or "could not be measured" in failed.shown:
            wrong.append((check.name, "does not fail on the results that break it", failed.shown))
    assert wrong == []


@pytest.mark.parametrize("name", PAPERS)
def test_every_statement_is_asked_or_says_why_not(name):
    paper = load(name)
    bearing = {check.on for section in paper.sections for check in paper.section(section).checks}
    silent = [statement.name for statement in paper.statements if statement.name not in bearing]
    assert [part for part in silent if not next(s for s in paper.statements if s.name == part).not_asked] == []


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_keeps_the_frame(name):
    paper = load(name)
    assert paper.name == name
    assert 1 <= len(paper.statements) <= 15
    assert all(text.strip() for text in (paper.title, paper.bibtex, paper.url, paper.summary, paper.topic))
    figures = [(section, figure) for section in paper.sections for figure in paper.section(section).figures]
    assert all(figure.caption.strip() for _, figure in figures)
    if paper.main_figure is not None:
        assert paper.main_figure in [(section, figure.name) for section, figure in figures]
    for section in paper.sections:
        assert set(paper.section(section).settings) == {"smoke", "laptop", "paper"}
