"""One row per plasticity rule: an instance, what one synapse of it sees, its equation. Laws run on every row."""

from catalogue import systems
from catalogue.rules import rates, spikes, voltages
from catalogue.rules.row import POSTS, PRES, RuleRow, Values, operands

__all__ = ["POSTS", "PRES", "ROWS", "RuleRow", "Values", "operands"]


def __getattr__(name):
    # The modules of systems import from this package: their rows are gathered when somebody asks for them.
    if name != "ROWS":
        raise AttributeError(name)
    globals()["ROWS"] = rates.ROWS | spikes.ROWS | voltages.ROWS | systems.rows("RULES")
    return globals()["ROWS"]
