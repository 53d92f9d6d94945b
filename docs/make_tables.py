"""Write the page of tables: every rule, circuit and estimator, from the rows that the laws run on."""

import inspect
import re
import sys
from pathlib import Path
from typing import Any

__all__ = ["write_tables"]

TESTS = Path(__file__).parents[1] / "tests"
HEAD = """# What there is

Every plasticity rule, circuit and estimator, as the catalogue of the tests has it: each law of the library runs on each
row. The tables are written when the documentation is built.
"""


def sentence(kind: type) -> str:
    """Return what a class is, as the first sentence of its docstring says it."""
    first = " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split()).replace("|", "\\|")
    return re.sub(r":math:`([^`]*)`", r"$\1$", first)


def cell(kind: type) -> str:
    """Return the name of a class with the topic that it is imported from."""
    topic = kind.__module__.split(".")[1]
    return f"`{topic if topic != 'estimators' else 'bouton'}.{kind.__name__}`"


def by_class(rows: dict[str, Any]) -> dict[type, tuple[Any, Any]]:
    """Return an instance and the first row of each class, in the order of topics and names."""
    found: dict[type, tuple[Any, Any]] = {}
    for row in rows.values():
        instance = row.make()
        found.setdefault(type(instance), (instance, row))
    return dict(sorted(found.items(), key=lambda pair: (pair[0].__module__.split(".")[:2], pair[0].__name__)))


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table of Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def write_tables(page: Path) -> None:
    """Write the page."""
    sys.path[:0] = [str(TESTS), str(TESTS.parent)]
    from bouton.plasticity import AffineRule, EventRule, ResidualRule
    from catalogue import circuits, estimators, rules

    forms = {AffineRule: "affine", ResidualRule: "residual", EventRule: "at spikes"}
    of_rules = [
        (cell(kind), sentence(kind), next((form for base, form in forms.items() if issubclass(kind, base)), ""))
        for kind in by_class(rules.ROWS)
    ]
    of_circuits = [
        (
            cell(kind),
            sentence(kind),
            row.audit if row.audit != circuits.NO_SYNAPSES else "–",
            ", ".join(row.waits) or "–",
            f"no: {row.why_unfoldable}" if row.unfoldable else "yes",
        )
        for kind, (_, row) in by_class(circuits.ROWS).items()
    ]
    of_estimators = [(cell(kind), sentence(kind)) for kind in by_class(estimators.ROWS)]
    parts = [
        HEAD,
        "## Rules\n",
        "Each is the change of one synapse. [Exact blocks](guide/exact-blocks.md) are for affine and residual rules.\n",
        table(("rule", "what it is", "form"), of_rules),
        "## Circuits\n",
        "The rule of each pathway is what the audit found; in brackets stands what is not local about it.\n",
        table(("circuit", "what it is", "pathways and rules", "waits in blocks", "loop folds"), of_circuits),
        "## Estimators\n",
        table(("estimator", "what it is"), of_estimators),
    ]
    page.write_text("\n".join(parts), encoding="utf-8")
