"""The house lists itself: a new topic is found by looking, wherever topics are listed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bouton

ROOT = Path(bouton.__file__).parent
REPOSITORY = ROOT.parent.parent
TOPICS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if not path.parent.name.startswith("_"))

PROGRAM = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[2] + "/tools", sys.argv[2] + "/docs", sys.argv[2]]
import bouton
assert "jax" not in sys.modules
assert "new_topic" in dir(bouton)
assert "jax" not in sys.modules
from pathlib import Path
import write_listings
assert "from bouton import new_topic as new_topic" in write_listings.stub()
import make_api_pages
assert "new_topic" in make_api_pages.write_api_pages(Path(sys.argv[1]) / "api")
page = (Path(sys.argv[1]) / "api" / "generated" / "new_topic.md").read_text()
assert "automodule:: bouton.new_topic" in page
from bouton import *
print(new_topic.THING)
"""


def test_a_new_topic_is_exported_typed_and_documented_without_a_line_written(tmp_path):
    package = tmp_path / "bouton"
    package.mkdir()
    for path in ROOT.iterdir():
        (package / path.name).symlink_to(path)
    (package / "new_topic").mkdir()
    (package / "new_topic" / "__init__.py").write_text('"""A topic."""\n\n__all__ = ["THING"]\n\nTHING = 7\n')
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), str(REPOSITORY)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout == "7\n", done.stderr


def test_what_lists_the_package_is_what_make_listings_writes():
    sys.path.insert(0, str(REPOSITORY / "tools"))
    try:
        import write_listings
    finally:
        sys.path.pop(0)
    for path, text in ((write_listings.STUB, write_listings.stub()), (write_listings.README, write_listings.readme())):
        assert path.read_text(encoding="utf-8") == text, "run `make listings`"


LISTS = ("src/bouton/__init__.py", "tests/conftest.py", "Makefile", "docs/conf.py", "docs/api/index.md")


@pytest.mark.parametrize("name", LISTS)
def test_topics_are_not_listed_by_hand(name):
    words = set(re.findall(r"\w+", (REPOSITORY / name).read_text(encoding="utf-8")))
    assert len(words & {"similarity", "memory", "dendrites", "spiking", "surprise", "dynamics"}) <= 1


def test_every_annotated_function_is_checked_when_it_runs():
    for topic in TOPICS:
        module = getattr(bouton, topic)
        assert "jaxtyping" in type(module.__spec__.loader).__module__, topic


def test_benchmarks_are_found_by_looking():
    command = [sys.executable, "-m", "benchmarks", "--list-names"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    with_a_command = []
    for path in sorted((REPOSITORY / "benchmarks").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.stem != "__main__" and any(
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "app" for node in ast.parse(text).body
        ):
            with_a_command.append(path.stem)
    assert done.stdout.split() == with_a_command
    assert "benchmarks." not in (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert {"online_snmf", "fields", "spiking"} <= set(with_a_command)
