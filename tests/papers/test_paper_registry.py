"""Papers are found by looking at the package, named, checked, and listed without loading anything heavy."""

import subprocess
import sys

import pytest

from bouton import papers
from bouton.errors import InputError
from bouton.papers import reproduce

PACKAGE = """
from bouton.papers import Paper, Statement, basis
PAPER = Paper(name="tiny-world", title="Tiny", authors=("A B",), year=2000, topic="t", bibtex="", url="", summary="",
              statements=(Statement("one", "One.", basis.paper("page 1")),), sections=("counting",))
"""
SECTION = """
from bouton.papers import AtLeast, Check, Section, basis
SECTION = Section(settings={"smoke": None}, measure=lambda settings, seed: {"one": 1}, holds=lambda: {"one": 1},
                  checks=(Check("one", "One.", AtLeast(1), lambda found: found["one"], basis.paper("page 1"), "one"),),
                  breaks={"one": {"one": 0}})
"""


@pytest.fixture
def with_tiny_world(tmp_path, monkeypatch):
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "tiny_world").mkdir()
    (folder / "tiny_world" / "__init__.py").write_text(PACKAGE)
    (folder / "tiny_world" / "counting.py").write_text(SECTION)
    (folder / "module.py").write_text("raise AssertionError('a module by itself is no paper')")
    (folder / "_private.py").write_text("raise AssertionError('a private module is no paper')")
    monkeypatch.setattr(papers, "__path__", [*papers.__path__, str(folder)])
    yield
    sys.modules.pop("bouton.papers.tiny_world.counting", None)
    sys.modules.pop("bouton.papers.tiny_world", None)
    vars(papers).pop("tiny_world", None)


@pytest.mark.usefixtures("with_tiny_world")
def test_papers_are_found_by_looking(tmp_path):
    info = next(info for info in papers.available() if info.name == "tiny-world")
    assert (info.title, info.citation, info.topic, info.missing) == ("Tiny", "B 2000", "t", ())
    assert reproduce("tiny-world", "smoke", 0, tmp_path / "out").counts == {"paper": (1, 1)}


@pytest.mark.usefixtures("with_tiny_world")
@pytest.mark.parametrize("name", ["tiny_world", "tinyworld", "Tiny-World"])
def test_an_unknown_name_is_answered_with_the_nearest(name):
    with pytest.raises(InputError, match=r"did you mean tiny-world\? known papers: .*tiny-world"):
        papers.load(name)


@pytest.mark.parametrize("name", ["", "_frame", "basis", "../x", "os", "zzzzzz"])
def test_what_is_no_paper_is_refused(name):
    with pytest.raises(InputError, match="known papers"):
        papers.load(name)


def test_listing_papers_loads_nothing_heavy():
    code = (
        "import sys, bouton.papers; bouton.papers.available();"
        "heavy = {'jax', 'equinox', 'numpy', 'matplotlib', 'jinja2', 'sklearn'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
