"""One row per plasticity rule: an instance, what one synapse of it sees, its equation. Laws run on every row."""

from functools import cache

from catalogue import systems
from catalogue.rules import rates, spikes, voltages
from catalogue.rules.row import POSTS, PRES, RuleRow, Values, operands

__all__ = ["POSTS", "PRES", "ROWS", "RuleRow", "Values", "operands"]


@cache
def _rows():
    return rates.ROWS | spikes.ROWS | voltages.ROWS | systems.rows("RULES")


def __getattr__(name):
    # Systems use the rows of rules and of circuits: what they bring is asked for when all are there.
    if name == "ROWS":
        return _rows()
    raise AttributeError(name)
