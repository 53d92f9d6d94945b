"""bouton: local learning, the learning rules and circuits of theoretical neuroscience on one engine.

Topics are imported when they are first used, so that ``import bouton`` itself is instant. Topics are the subpackages,
and the estimators are what `bouton.estimators` exports: both are found by looking. What type checkers see is
`__init__.pyi`, which ``make listings`` writes.
"""

import functools
import importlib
from typing import Any

from bouton import _forked as _forked  # takes note of forks from here on
from bouton._flags import fold_from_the_start
from bouton._version import __version__ as __version__

# Before the first computation of jax, which may be a random key that is made before any topic is imported.
fold_from_the_start()

_HOMES = {
    "fold_loops": "bouton._flags",
    "keep_compiled": "bouton._cache",
    "load": "bouton.engine",
    "respond": "bouton.engine",
    "run": "bouton.engine",
    "save": "bouton.engine",
}


@functools.cache
def _topics() -> frozenset[str]:
    import pkgutil

    packages = (module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return frozenset({"errors", *(name for name in packages if not name.startswith("_"))})


@functools.cache
def _estimators() -> frozenset[str]:
    # Read from the source: importing the package would import JAX.
    import ast
    import importlib.util

    spec = importlib.util.find_spec("bouton.estimators")
    loader: Any = spec.loader if spec is not None else None
    source = loader.get_source("bouton.estimators")
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(statement.value))
    raise ImportError("bouton.estimators does not say what it exports")


def _exports() -> list[str]:
    return sorted({"__version__", *_HOMES, *_topics(), *_estimators()})


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return _exports()
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if not name.startswith("_"):
        if name in _topics():
            return importlib.import_module(f"bouton.{name}")
        if name in _estimators():
            return getattr(importlib.import_module("bouton.estimators"), name)
    raise AttributeError(f"module 'bouton' has no attribute {name!r}")


def __dir__() -> list[str]:
    return _exports()
