"""Papers are found by looking at the package, named, checked, and listed without loading anything heavy."""

import subprocess
import sys

import pytest

from bouton import papers
from bouton.errors import InputError
from bouton.papers import reproduce

MODULE = """
from bouton.papers import AtLeast, Claim, Paper
PAPER = Paper(name="tiny-world", title="Tiny", authors=("A B",), year=2000, topic="t", bibtex="", url="", summary="",
              scales={"smoke": None}, experiment=lambda settings, seed, progress: {"one": 1},
              claims=(Claim("one", "One.", 1, "here", AtLeast(1), lambda results: results["one"]),))
"""


@pytest.fixture
def with_tiny_world(tmp_path, monkeypatch):
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "tiny_world.py").write_text(MODULE)
    (folder / "_private.py").write_text("raise AssertionError('a private module is no paper')")
    monkeypatch.setattr(papers, "__path__", [*papers.__path__, str(folder)])
    yield
    sys.modules.pop("bouton.papers.tiny_world", None)
    vars(papers).pop("tiny_world", None)


@pytest.mark.usefixtures("with_tiny_world")
def test_papers_are_found_by_looking(tmp_path):
    info = next(info for info in papers.available() if info.name == "tiny-world")
    assert (info.title, info.citation, info.topic, info.missing) == ("Tiny", "B 2000", "t", ())
    assert reproduce("tiny-world", "smoke", 0, tmp_path / "out").claims_held == 1


@pytest.mark.usefixtures("with_tiny_world")
@pytest.mark.parametrize("name", ["tiny_world", "tinyworld", "Tiny-World"])
def test_an_unknown_name_is_answered_with_the_nearest(name):
    with pytest.raises(InputError, match=r"did you mean tiny-world\? known papers: .*tiny-world"):
        papers.load(name)


@pytest.mark.parametrize("name", ["", "_frame", "../x", "os", "zzzzzz"])
def test_what_is_no_paper_is_refused(name):
    with pytest.raises(InputError, match="known papers"):
        papers.load(name)


@pytest.mark.parametrize("name", [info.name for info in papers.available()])
def test_every_paper_keeps_the_frame(name):
    paper = papers.load(name)
    assert paper.name == name
    assert set(paper.scales) == {"smoke", "laptop", "paper"}
    assert all(text.strip() for text in (paper.title, paper.bibtex, paper.url, paper.summary, paper.topic))
    assert all(part.statement.strip() and part.source.strip() for part in paper.claims)
    assert all(figure.caption.strip() for figure in paper.figures)


def test_listing_papers_loads_nothing_heavy():
    code = (
        "import sys, bouton.papers; bouton.papers.available();"
        "heavy = {'jax', 'equinox', 'numpy', 'matplotlib', 'jinja2', 'sklearn'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
