"""Write the pages of the reference: one for each topic of bouton, unless one was written by hand beside the index."""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import bouton

__all__ = ["write_api_pages"]

_PAGE = """# {name}

```{{eval-rst}}
.. automodule:: {name}
```
"""


def _packages(module: ModuleType) -> list[str]:
    """Return the public subpackages with names of their own: those that the package above does not export as well."""
    found = []
    for each in pkgutil.iter_modules(module.__path__, f"{module.__name__}."):
        if each.ispkg and not each.name.rpartition(".")[2].startswith("_"):
            inner = importlib.import_module(each.name)
            if set(inner.__all__) - set(module.__all__):
                found.append(each.name)
    return found


def write_api_pages(folder: Path) -> list[str]:
    """Write the pages that nobody has written by hand into ``folder/generated``; return the topics that have one."""
    generated = folder / "generated"
    generated.mkdir(parents=True, exist_ok=True)
    for stale in generated.glob("*.md"):
        stale.unlink()
    names = []
    for topic in dir(bouton):
        module = getattr(bouton, topic)
        if not isinstance(module, ModuleType) or (folder / f"{topic}.md").exists():
            continue
        packages = _packages(module) if hasattr(module, "__path__") else []
        pages = [_PAGE.format(name=module.__name__), *("#" + _PAGE.format(name=package) for package in packages)]
        (generated / f"{topic}.md").write_text("\n".join(pages), encoding="utf-8")
        names.append(topic)
    return names
