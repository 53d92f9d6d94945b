"""Finds what needs a row: the concrete classes of the package that derive from a base."""

import importlib
import inspect
import pkgutil
import sys
from functools import cache

import bouton


@cache
def whole_package(name=bouton.__name__):
    """Import all modules of a package."""
    for module in pkgutil.walk_packages(getattr(importlib.import_module(name), "__path__", []), f"{name}."):
        # Papers define nothing that needs a row, which a law holds them to.
        if not module.name.startswith((f"{name}.papers.", f"{name}.__main__")):
            importlib.import_module(module.name)


def concrete(base, package=bouton.__name__):
    """Return the concrete classes that derive from a base and stand in the modules of a package."""
    whole_package(package)
    found, waiting = set(), [base]
    while waiting:
        for subclass in waiting.pop().__subclasses__():
            waiting.append(subclass)
            # Examples in docstrings make classes too; those of a module are its attributes.
            owner = getattr(sys.modules.get(subclass.__module__), subclass.__qualname__, None)
            known = owner is subclass and f"{subclass.__module__}.".startswith(f"{package}.")
            if known and not is_abstract(subclass):
                found.add(subclass)
    return found


def is_abstract(kind):
    # Estimators have no metaclass for abstract classes; their abstract methods are marked all the same.
    return inspect.isabstract(kind) or any(
        getattr(getattr(kind, name, None), "__isabstractmethod__", False) for name in dir(kind)
    )
