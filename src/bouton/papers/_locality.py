"""Locality as a measurement: what the audit says of each pathway of a section's circuits."""

from collections.abc import Iterable
from typing import Any

from bouton.plasticity import audit

__all__ = ["verdicts"]


def verdicts(circuits: Iterable[Any]) -> list[str]:
    """Return the audit's verdict on each pathway of each circuit or rule, "local" where it is."""
    return [row["verdict"] for circuit in circuits for row in audit(circuit).rows()]
