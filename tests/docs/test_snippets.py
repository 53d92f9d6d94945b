"""Every Python snippet of the documentation runs, page by page, and every docstring's example gives what it says."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import bouton

ROOT = Path(bouton.__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
# A page that goes on where another one ends.
BEFORE = {"write-a-paper": "write-a-circuit"}


def snippets(page):
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


# What a newcomer reads first is run by `make test`, the rest of the guide by `make check`.
FIRST = {"README", "get-started", "ideas", "write-a-rule", "write-a-circuit"}


WITHOUT_CODE = {"glossary"}


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=page.stem, marks=[] if page.stem in FIRST else pytest.mark.thorough) for page in PAGES],
)
def test_snippets_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bouton.fold_loops", lambda: True)
    namespace = {"__name__": "snippet"}
    if page.stem in WITHOUT_CODE:
        assert snippets(page) == []
        return
    earlier = [ROOT / "docs" / "guide" / f"{BEFORE[page.stem]}.md"] if page.stem in BEFORE else []
    found = [snippet for part in (*earlier, page) for snippet in snippets(part)]
    for snippet in found:
        exec(compile(snippet, str(page), "exec"), namespace)
    assert found


MODULES = [
    module.name
    for module in pkgutil.walk_packages(bouton.__path__, "bouton.")
    if not module.name.startswith("bouton.__")
    and ">>>" in Path(importlib.util.find_spec(module.name).origin).read_text()
]


@pytest.mark.thorough
@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    result = doctest.testmod(importlib.import_module(name), optionflags=options)
    assert result.attempted
    assert result.failed == 0
