"""What a section's results depend on in the sources: all code of bouton that its `measure` can reach, by reading it.

Within the section's own module only what `measure` uses counts, so that a figure may be drawn anew, or a sentence be
changed, without measuring again. Other modules count whole; packages that only hand names on are looked through.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import bouton

__all__ = ["digest_of_everything", "digest_of_section", "is_ours"]

_ROOT = Path(bouton.__file__).parent
_OUTSIDE = ("bouton.report", "bouton.papers._frame", "bouton.papers._relations", "bouton.papers.basis", "bouton.papers")
"""What judges and draws: no result depends on it."""


@cache
def digest_of_section(module: str, function: str = "measure") -> str:
    """Return the digest of all code that one function of a section's module can reach.

    Parameters
    ----------
    module : str
        Full name of the section's module.
    function : str, default "measure"
        Name of the function.

    Returns
    -------
    str
    """
    tree = _tree(module)
    own = _reached(tree, {function})
    digest = hashlib.sha256("\n".join(ast.unparse(statement) for statement in own).encode())
    seen: set[str] = set()
    waiting = [name for statement in own for name in _imported(statement, module)]
    while waiting:
        name = waiting.pop()
        if name in seen or name in _OUTSIDE or name.startswith("bouton.report."):
            continue
        seen.add(name)
        waiting += _imports_of(name)
    for name in sorted(seen):
        digest.update(name.encode() + _file(name).read_bytes())
    if any(name.startswith("bouton.data") for name in seen):
        for path in sorted((_ROOT / "data").rglob("*")):
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def digest_of_everything() -> str:
    """Return the digest of all files of the package: what a page depends on beside its results."""
    digest = hashlib.sha256()
    for path in sorted(_ROOT.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(_ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def is_ours(module: str) -> bool:
    """Return whether a module is a file of the package."""
    return module.startswith("bouton.") and _file(module).is_file()


def _file(module: str) -> Path:
    path = _ROOT.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(_file(module).read_text(encoding="utf-8"))


@cache
def _imports_of(module: str) -> tuple[str, ...]:
    return tuple(_imported(_tree(module), module))


def _reached(tree: ast.Module, roots: set[str]) -> list[ast.stmt]:
    """Return the top-level statements that bind the given names, and all that those use, in their order."""
    binding: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for name in _bound(statement):
            binding.setdefault(name, []).append(statement)
    chosen: set[int] = set()
    waiting = list(roots)
    while waiting:
        for statement in binding.pop(waiting.pop(), ()):
            if id(statement) not in chosen:
                chosen.add(id(statement))
                waiting += [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    return [statement for statement in tree.body if id(statement) in chosen]


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield (alias.asname or alias.name).partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _imported(node: ast.AST, module: str) -> Iterator[str]:
    """Yield the modules of bouton that a piece of code imports, the package's own names followed home."""
    uses_package = False
    for part in _walk_without_type_checking(node):
        if isinstance(part, ast.Import):
            names = [alias.name for alias in part.names]
            uses_package |= "bouton" in names
            yield from (name for name in names if name.startswith("bouton."))
        elif isinstance(part, ast.ImportFrom):
            source = _absolute(part, module)
            if source == "bouton" or source.startswith("bouton."):
                for alias in part.names:
                    yield from _home(source, alias.name)
    if uses_package or module.startswith("bouton.papers."):
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "bouton":
                yield from _home("bouton", part.attr)


def _walk_without_type_checking(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield from _walk_without_type_checking(child)


def _absolute(node: ast.ImportFrom, module: str) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + (_file(module).name == "__init__.py")]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _home(package: str, name: str) -> Iterator[str]:
    """Yield the module that defines a name which a package offers."""
    inner = f"{package}.{name}"
    if _file(inner).exists():
        yield inner
        return
    if _file(package).name != "__init__.py":
        yield package
        return
    if package == "bouton":
        # Its names are looked up when they are first used: they are the engine's and the estimators'.
        yield from ("bouton.engine", "bouton.estimators")
        return
    for statement in _tree(package).body:
        if isinstance(statement, ast.ImportFrom) and name in _bound(statement):
            alias = next(alias for alias in statement.names if (alias.asname or alias.name) == name)
            yield from _home(_absolute(statement, package), alias.name)
            return
    yield package
