"""Every paper at its smallest scale, from the store that `make smoke` fills: measured whole, judged, drawn."""

from pathlib import Path

import pytest

from bouton.papers import available, load, reproduce
from bouton.papers._store import Store
from bouton.report.figures import style
from drawn import hidden

STORE = Path(__file__).parents[2] / "reports" / "smoke"
PAPERS = [info.name for info in available() if not info.missing]

pytestmark = pytest.mark.thorough


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_runs_whole(name):
    outcome = reproduce(name, "smoke", 0, STORE)
    assert outcome.figure_errors == {}
    assert outcome.notes == ()
    unmeasured = [part.name for part in outcome.judgements if "could not be measured" in part.shown]
    assert unmeasured == []
    page = outcome.report.read_text(encoding="utf-8")
    assert "the audit failed" not in page
    assert all(statement.sentence.split("'")[0] in page for statement in load(name).statements)
    written = outcome.report.stat().st_mtime_ns
    assert reproduce(name, "smoke", 0, STORE) == outcome
    assert outcome.report.stat().st_mtime_ns == written


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("name", PAPERS)
def test_no_figure_hides_anything(name):
    reproduce(name, "smoke", 0, STORE)
    paper, store, found = load(name), Store(STORE / "results"), []
    for section in paper.sections:
        measured = store.read(store.path(name, section, "smoke", 0, 32))
        assert measured is not None
        for figure in paper.section(section).figures:
            with style():
                found += [f"{section}, {figure.name}: {what}" for what in hidden(figure.draw(measured.results))]
    assert found == []
