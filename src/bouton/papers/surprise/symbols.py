"""The probabilities of five symbols that jump, in worlds of several priors."""

from collections.abc import Mapping
from typing import Any

import matplotlib.figure

from bouton.papers import Figure, Section
from bouton.papers._made_up import put
from bouton.papers.surprise._tables import (
    TableSettings,
    draw_table,
    exactness,
    made_up_table,
    measure_table,
    order,
    table_checks,
)
from bouton.papers.surprise._worlds import CATEGORICAL

__all__ = ["SECTION"]

_NAMES = {
    "exact": "exact Bayes", "pf1": "pf1", "pf20": "pf20", "mp1": "MP1", "mp10": "MP10", "mp20": "MP20",
    "sor20": "SOR20", "varsmile": "VarSMiLe", "smile": "SMiLe", "leaky": "Leaky",
}  # fmt: skip
_LAPTOP = TableSettings(((5.0, 0.01), (1.0, 0.01), (0.14, 0.01)))


def measure(settings: TableSettings, seed: int) -> dict[str, Any]:
    """Measure all algorithms in all worlds."""
    return measure_table("categorical", settings, seed)


def _worse(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return errors that are thrice as large, or for the worst algorithms a tenth."""
    table = {
        world: {name: 0.1 * values if name in ("Leaky", "SMiLe") else 3 * values + 1e-3 for name, values in row.items()}
        for world, row in results["errors"].items()
    }
    return {"errors": table}


def draw(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the table of errors."""
    return draw_table(results, "categorical")


SECTION = Section(
    settings={
        "smoke": TableSettings(((1.0, 0.01),), 2000, 1, 1500, 1000, 1),
        "laptop": _LAPTOP,
        "paper": TableSettings(tuple(CATEGORICAL), 100_000, 10, 6000),
    },
    measure=measure,
    checks=(
        order("five symbols", ("VarSMiLe", "pf20"), ("Leaky", "SMiLe")),
        *table_checks("categorical", "five symbols", _NAMES, {}),
        exactness(),
    ),
    holds=lambda: made_up_table("categorical", _LAPTOP.cells),
    breaks={"order": _worse, **dict.fromkeys(_NAMES, _worse), "exact-is-exact": put("dropped", 1e-3, 0)},
    figures=(
        Figure(
            "errors",
            "The probabilities of five symbols: mean squared error of exact inference, and what the others err more; "
            "the numbers of the authors' files below ours. The first number of a world is the concentration of the "
            "prior.",
            draw,
        ),
    ),
)
