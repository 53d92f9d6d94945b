"""The rows of one system each: a module here says of all that it brings what the laws are to run on.

A module has what it needs of `RULES`, `CIRCUITS`, `ESTIMATORS`, `NEURONS`, `SOLVERS`, `REFERENCES`: dictionaries from a
name to a row. Nothing lists the modules: they are found.
"""

import importlib
import pkgutil
from typing import Any

__all__ = ["rows"]


def rows(kind: str) -> dict[str, Any]:
    """Return the rows of one kind of all systems."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        assert not getattr(loaded.__spec__, "_initializing", False), (
            f"rows of {module.name} are asked for as it is made"
        )
        for name, row in getattr(loaded, kind, {}).items():
            assert name not in found, f"two rows have the name {name!r}"
            found[name] = row
    return found
