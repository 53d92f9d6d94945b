"""One row per circuit: a small instance, what the audit and the engine say of it. Laws run on every row."""

from functools import cache

from catalogue import systems
from catalogue.circuits import features, others, similarity
from catalogue.circuits.row import NO_SYNAPSES, CircuitRow, drawn

__all__ = ["NO_SYNAPSES", "ROWS", "CircuitRow", "drawn"]


@cache
def _rows():
    return similarity.ROWS | features.ROWS | others.ROWS | systems.rows("CIRCUITS")


def __getattr__(name):
    # Systems use the rows of rules and of circuits: what they bring is asked for when all are there.
    if name == "ROWS":
        return _rows()
    raise AttributeError(name)
