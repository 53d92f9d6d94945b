"""Whose word it is: where a statement, or the number that a check expects, comes from.

`paper`: printed in the paper, in a figure, table, equation or the abstract, which is named. `authors`: the authors'
stored results or code. `theory`: derived, exact. `ours`: the paper says it in words or shows a picture, the number that
decides was chosen here before measuring. `replication`: a number that one of the reference programs of this repository
prints (``python -m references.NAME``).
"""

from dataclasses import dataclass

from bouton.errors import InputError
from bouton.report import BASES

__all__ = ["Basis", "authors", "ours", "paper", "replication", "theory"]


@dataclass(frozen=True)
class Basis:
    """Where a statement or an expected number comes from.

    Parameters
    ----------
    kind : str
        "paper", "authors", "theory", "ours" or "replication".
    source : str, default ""
        The place, in words a reader can follow: "figure 3b", "abstract", "gradient of the objective".
    recalled : bool, default False
        Whether it is quoted from memory: the place was not read again.

    Raises
    ------
    InputError
        If the kind is unknown, or a place is needed and missing.
    """

    kind: str
    source: str = ""
    recalled: bool = False

    def __post_init__(self):
        if self.kind not in BASES:
            raise InputError(f"a basis must be one of {', '.join(BASES)}, got {self.kind!r}")
        if not self.source.strip() and self.kind != "ours":
            raise InputError(f"a basis of kind {self.kind!r} must say where it is found: figure, table, equation, file")


def paper(source: str, *, recalled: bool = False) -> Basis:
    """Return the basis of what is printed in the paper, at a place that is named."""
    return Basis("paper", source, recalled)


def authors(source: str, *, recalled: bool = False) -> Basis:
    """Return the basis of what the authors stored or programmed."""
    return Basis("authors", source, recalled)


def theory(source: str) -> Basis:
    """Return the basis of what is derived exactly; the source says from what."""
    return Basis("theory", source)


def ours(source: str = "") -> Basis:
    """Return the basis of a criterion chosen here; the source says what it stands on, where there is something."""
    return Basis("ours", source)


def replication(source: str) -> Basis:
    """Return the basis of a number that a reference program prints, for example "references/online_snmf.py"."""
    return Basis("replication", source)
