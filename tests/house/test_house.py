"""The house: floors, circles, words, and what every public thing must have."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bouton

ROOT = Path(bouton.__file__).parent
REPOSITORY = ROOT.parent.parent
ROOMS = """
errors _version _flags _cache _loops _floating _forked _threads _files _arguments _allowed _fields _checked _terminal \
_options
data _models
plasticity dynamics
analysis engine
estimators
models papers report
_commands _paper_commands
cli
__main__
"""
FLOORS = {room: floor for floor, rooms in enumerate(ROOMS.strip().splitlines()) for room in rooms.split()}
"""From the ground up: each floor imports only from those below it, and from itself."""
FILES = sorted(ROOT.rglob("*.py"))
# A topic is a room that is not listed: all topics share the floor of the estimators.
FLOORS |= {
    path.parent.name: FLOORS["estimators"] for path in ROOT.glob("*/__init__.py") if path.parent.name not in FLOORS
}


def module_name(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path):
    """Return the modules of bouton that a file imports, those only needed by type checkers left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    known = {module_name(file) for file in FILES}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # A module that is imported from its package needs nothing that the package itself defines.
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names if names <= known else names | {node.module}
    return {name for name in found if name in known and name != "bouton"}


IMPORTS = {module_name(path): imports_of(path) for path in FILES}


def topic(name):
    return name.split(".")[1] if "." in name else "bouton"


@pytest.mark.parametrize("name", sorted(IMPORTS))
def test_no_module_imports_from_a_floor_above(name):
    if name == "bouton":
        return
    for imported in IMPORTS[name]:
        assert FLOORS[topic(imported)] <= FLOORS[topic(name)], f"{name} must not import {imported}"


def test_report_knows_nothing_of_papers():
    assert not [
        name for name in IMPORTS if topic(name) == "report" and any(topic(i) == "papers" for i in IMPORTS[name])
    ]


def test_there_are_no_circles_between_topics():
    edges = {}
    for name, imported in IMPORTS.items():
        edges.setdefault(topic(name), set()).update(topic(other) for other in imported if topic(other) != topic(name))
    seen, path = set(), []

    def visit(node):
        assert node not in path, f"circle: {' -> '.join([*path, node])}"
        if node in seen or node == "bouton":
            return
        seen.add(node)
        path.append(node)
        for other in edges.get(node, ()):
            visit(other)
        path.pop()

    for node in list(edges):
        visit(node)


ROOMS_WITH_CIRCLES: set[str] = set()
"""Rooms in which modules may still import each other in circles."""


def circles(edges):
    """Return the sets of modules that import each other, directly or through others."""
    reached = {name: set(others) for name, others in edges.items()}
    for through in edges:
        for others in reached.values():
            if through in others:
                others |= reached[through]
    found = {frozenset(b for b in reached[a] if a in reached.get(b, ())) for a in edges if a in reached[a]}
    return sorted(sorted(circle) for circle in found)


def test_circles_are_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize("room", sorted({topic(name) for name in IMPORTS} - ROOMS_WITH_CIRCLES))
def test_there_are_no_circles_inside_a_room(room):
    inside = {name: {other for other in IMPORTS[name] if topic(other) == room} for name in IMPORTS}
    assert circles({name: others - {name} for name, others in inside.items() if topic(name) == room}) == []


def test_files_are_one_room_each():
    long = {str(path.relative_to(ROOT)): n for path in FILES if (n := len(path.read_text().splitlines())) > 300}
    assert not long


def public_modules():
    names = ["bouton"]
    for module in pkgutil.walk_packages([str(ROOT)], "bouton."):
        if not any(part.startswith("_") for part in module.name.split(".")[1:]):
            names.append(module.name)
    return names


@pytest.mark.parametrize("name", public_modules())
def test_every_public_name_is_documented_and_annotated(name):
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    for public in getattr(module, "__all__", []):
        thing = getattr(module, public)
        if inspect.ismodule(thing) or not getattr(thing, "__module__", "").startswith("bouton"):
            continue
        assert inspect.getdoc(thing), f"{name}.{public} has no docstring"
        if inspect.isfunction(thing):
            signature = inspect.signature(thing)
            assert signature.return_annotation is not signature.empty, f"{name}.{public} has no return annotation"
            for parameter in signature.parameters.values():
                assert parameter.annotation is not parameter.empty, (
                    f"{name}.{public}: {parameter.name} has no annotation"
                )


def test_no_two_public_things_share_a_name():
    homes = {}
    for name in public_modules():
        module = importlib.import_module(name)
        for public in getattr(module, "__all__", []):
            thing = getattr(module, public)
            if inspect.isclass(thing) and thing.__module__.startswith("bouton"):
                homes.setdefault(public, set()).add(thing.__module__)
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


def test_test_files_have_names_of_their_own():
    """Two of the same name cannot be collected together."""
    names = sorted(path.name for path in (REPOSITORY / "tests").rglob("test_*.py"))
    assert [name for name in names if names.count(name) > 1] == []


def test_all_relative_paths_and_no_machine_paths():
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(r"(?<![\w.~])/(work|root|farm)/\w")
    found = []
    for name in listed.stdout.split("\n"):
        path = REPOSITORY / name
        if path.suffix in {".py", ".md", ".toml", ".rst", ".cff", ".html", ".css", ""} and path.is_file():
            found += [name for line in path.read_text(encoding="utf-8").splitlines() if pattern.search(line)]
    assert not found


def test_the_package_is_typed_and_carries_its_data():
    assert (ROOT / "py.typed").exists()
    assert (ROOT / "data" / "NOTICE.md").exists()


def test_all_names_of_the_package_resolve():
    for name in bouton.__all__:
        assert getattr(bouton, name) is not None
    assert "run" in dir(bouton)
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        bouton.runn  # noqa: B018


@pytest.mark.thorough
def test_loops_are_folded_before_jax_computes():
    program = "import bouton; print(bouton.fold_loops()); import jax; print(jax.numpy.ones(3).sum())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "3.0"]
