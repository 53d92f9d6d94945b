"""One row per circuit: a small instance, what the audit and the engine say of it. Laws run on every row."""

from catalogue import systems
from catalogue.circuits import features, others, similarity
from catalogue.circuits.row import NO_SYNAPSES, CircuitRow, drawn

__all__ = ["NO_SYNAPSES", "ROWS", "CircuitRow", "drawn"]


def __getattr__(name):
    # The modules of systems import from this package: their rows are gathered when somebody asks for them.
    if name != "ROWS":
        raise AttributeError(name)
    globals()["ROWS"] = similarity.ROWS | features.ROWS | others.ROWS | systems.rows("CIRCUITS")
    return globals()["ROWS"]
