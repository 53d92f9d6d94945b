"""Write src/bouton/__init__.pyi, what type checkers and editors see of the lazy exports of `bouton`."""

import sys
from pathlib import Path

import bouton

STUB = Path(bouton.__file__).with_suffix(".pyi")


def stub() -> str:
    """Return the stub's text: one import for each name that `bouton` exports."""
    homes: dict[str, str] = bouton._HOMES  # pyright: ignore[reportAttributeAccessIssue]
    lines = ["# Written by `make stub`.", "__version__: str"]
    for name in sorted(set(bouton.__all__) - {"__version__"}):
        home = homes.get(name) or ("bouton" if name in bouton._topics() else "bouton.estimators")
        lines.append(f"from {home} import {name} as {name}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the stub."""
    STUB.write_text(stub(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
