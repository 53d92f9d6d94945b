"""Write what lists the package: the stub that type checkers and editors read, and the table of README.md.

The stub, `src/bouton/__init__.pyi`, holds the lazy exports of `bouton`; the table has what each topic offers, from the
rows that the laws run on.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

import bouton

STUB = Path(bouton.__file__).with_suffix(".pyi")
ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
START, END = "<!-- topics -->\n", "<!-- /topics -->"
HEAD = "| topic | circuits | estimators | papers |\n|---|---|---|---|\n"


def stub() -> str:
    """Return the stub's text: one import for each name that `bouton` exports."""
    homes: dict[str, str] = bouton._HOMES  # pyright: ignore[reportAttributeAccessIssue]
    lines = ["# Written by `make listings`.", "__version__: str"]
    for name in sorted(set(bouton.__all__) - {"__version__"}):
        home = homes.get(name) or ("bouton" if name in bouton._topics() else "bouton.estimators")
        lines.append(f"from {home} import {name} as {name}")
    return "\n".join(lines) + "\n"


def topic_of(kind: type) -> str:
    """Return the topic of a class; an estimator's is the one of the circuit that it wraps."""
    topic = kind.__module__.split(".")[1]
    if topic != "estimators":
        return topic
    from bouton.engine import Circuit

    names: dict[str, Any] = vars(sys.modules[kind.__module__])
    circuits = [each for each in names.values() if isinstance(each, type) and issubclass(each, Circuit)]
    topics = {each.__module__.split(".")[1] for each in circuits} - {"engine"}
    return topics.pop() if len(topics) == 1 else "engine"


def title_of(topic: str) -> str:
    """Return the first sentence of a topic's docstring."""
    return (importlib.import_module(f"bouton.{topic}").__doc__ or "").split("\n\n")[0].rstrip(".").replace("\n", " ")


def topics() -> str:
    """Return the table of topics: their circuits, estimators and papers."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    from bouton.papers import available
    from catalogue import circuits, estimators

    columns: tuple[dict[str, set[str]], ...] = ({}, {}, {})
    for column, rows in zip(columns, (circuits.ROWS, estimators.ROWS), strict=False):
        for kind in {type(row.make()) for row in rows.values()}:
            column.setdefault(topic_of(kind), set()).add(kind.__name__)
    for paper in available():
        columns[2].setdefault(paper.topic, set()).add(paper.name)
    lines = [
        f"| {title_of(topic)} | " + " | ".join(", ".join(f"`{n}`" for n in sorted(c.get(topic, ()))) for c in columns)
        for topic in sorted(set().union(*columns))
    ]
    return HEAD + "".join(f"{line} |\n" for line in lines)


def readme() -> str:
    """Return the text of README.md with the table as it should be."""
    before, _, rest = README.read_text(encoding="utf-8").partition(START)
    return f"{before}{START}{topics()}{END}{rest.partition(END)[2]}"


def main() -> int:
    """Write both."""
    STUB.write_text(stub(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
