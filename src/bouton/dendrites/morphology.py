"""The shape of a neuron: unbranched sections, each a cylinder or a chain of tapering pieces, with parents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bouton._arguments import check_positive
from bouton.errors import InputError, MissingDependencyError

__all__ = ["Morphology", "MorphologySection", "reference_cell"]

_KINDS = {2: "axon", 3: "basal", 4: "apical"}


@dataclass(frozen=True)
class MorphologySection:
    """An unbranched stretch of neurite, or the soma.

    Parameters
    ----------
    name : str
        Unique in the neuron.
    distances : tuple of float
        Of measured points from the section's beginning, in um, from 0 on and rising.
    diameters : tuple of float
        There, in um; in between they are on straight lines.
    parent : str or None
        The section on which it hangs; None for the first one, the root.
    attached : float
        Where on the parent, from 0 (its beginning) to 1 (its end). Default 1.

    Raises
    ------
    InputError
        If a diameter or the length is not positive, distances do not rise, or the place is not between 0 and 1.
    """

    name: str
    distances: tuple[float, ...]
    diameters: tuple[float, ...]
    parent: str | None = None
    attached: float = 1.0

    def __post_init__(self) -> None:
        along, wide = np.asarray(self.distances, float), np.asarray(self.diameters, float)
        if len(along) < 2 or along.shape != wide.shape:
            raise InputError(f"{self.name} needs at least two points, with a diameter each")
        if along[0] != 0 or not np.all(np.diff(along) > 0) or not np.isfinite(along).all():
            raise InputError(f"distances of {self.name} must begin with 0 and rise, got {self.distances}")
        if not (np.isfinite(wide).all() and wide.min() > 0):
            raise InputError(f"diameters of {self.name} must be positive, got {wide.min():g} um")
        if not 0 <= self.attached <= 1:
            raise InputError(f"{self.name} must be attached between 0 and 1 of its parent, got {self.attached}")

    @property
    def length(self) -> float:
        """In um."""
        return self.distances[-1]

    def pieces(self, edges: Float[np.ndarray, " edges"]) -> tuple[np.ndarray, np.ndarray]:
        """Return area (um^2) and length over cross-section (1/um) of what lies between edges, given as distances."""
        along = np.union1d(edges, self.distances)
        wide = np.interp(along, self.distances, self.diameters)
        long, left, right = np.diff(along), wide[:-1], wide[1:]
        area = np.pi * (left + right) / 2 * np.hypot(long, (right - left) / 2)
        resistance = 4 * long / (np.pi * left * right)
        first = np.searchsorted(along, edges[:-1])
        return np.add.reduceat(area, first), np.add.reduceat(resistance, first)


@dataclass(frozen=True)
class Morphology:
    """Sections of a neuron; the first one is the root, usually the soma.

    Parameters
    ----------
    sections : sequence of MorphologySection
        Parents before their children.

    Raises
    ------
    InputError
        If a name occurs twice, or a parent does not come before its child.

    Examples
    --------
    >>> ball_and_stick = Morphology.cylinders([("soma", 20, 20, None), ("dendrite", 300, 1.5, "soma")])
    >>> [section.name for section in ball_and_stick.sections]
    ['soma', 'dendrite']
    """

    sections: Sequence[MorphologySection]

    def __post_init__(self) -> None:
        if not self.sections:
            raise InputError("a morphology needs at least one section")
        known: set[str] = set()
        for number, section in enumerate(self.sections):
            if section.name in known:
                raise InputError(f"each section needs a name of its own, {section.name!r} occurs twice")
            if number == 0 and section.parent is not None:
                raise InputError(f"the first section is the root and hangs on nothing, got parent {section.parent!r}")
            if number and section.parent not in known:
                raise InputError(
                    f"{section.name} hangs on {section.parent!r}, which does not come before it: order sections from "
                    "the root, without cycles"
                )
            known.add(section.name)

    @classmethod
    def cylinders(cls, cylinders: Iterable[tuple[str, float, float, str | None]]) -> "Morphology":
        """Return a neuron of cylinders.

        Parameters
        ----------
        cylinders : iterable of (name, length, diameter, parent)
            In um; each is attached to the end of its parent, which comes before it.

        Raises
        ------
        InputError
            As the class and its sections do.
        """
        return cls(
            tuple(
                MorphologySection(name, (0.0, float(length)), (float(diameter),) * 2, parent)
                for name, length, diameter, parent in cylinders
            )
        )

    @classmethod
    def read(cls, path: str | Path, *, axon: bool = False) -> "Morphology":
        """Read a reconstructed neuron from a file (.swc, .asc, .h5), by MorphIO (extra ``morphology``).

        The soma becomes a cylinder whose length equals its diameter and whose area is that of the soma. Dendrites are
        attached to its end; they are named for their kind and number in the file, "basal0", "apical7".

        Parameters
        ----------
        path : str or Path
            The file.
        axon : bool, default False
            Whether to keep the axon.

        Raises
        ------
        MissingDependencyError
            If MorphIO is not installed.
        InputError
            If the file cannot be read, has no soma, or its sections are impossible.
        """
        try:
            import morphio  # pyright: ignore[reportMissingImports]
        except ImportError as error:
            raise MissingDependencyError(
                "reading a morphology needs MorphIO: pip install 'bouton[morphology]'"
            ) from error
        try:
            found = morphio.Morphology(str(path))
        except Exception as error:
            raise InputError(f"{path} cannot be read as a morphology: {str(error).strip()}") from error
        if not len(found.soma.points) or not found.soma.surface > 0:
            raise InputError(f"{path} has no soma of a size: a point of type 1 with a radius is expected")
        wide = float(np.sqrt(found.soma.surface / np.pi))
        sections, names = [MorphologySection("soma", (0.0, wide), (wide, wide))], {}
        for section in found.iter():
            kind = _KINDS.get(int(section.type), "dendrite")
            if kind == "axon" and not axon:
                continue
            names[section.id] = f"{kind}{section.id}"
            parent = "soma" if section.is_root else names[section.parent.id]
            steps = np.linalg.norm(np.diff(np.asarray(section.points, float), axis=0), axis=1)
            keep = np.concatenate([[True], steps > 0])
            along = np.concatenate([[0.0], np.cumsum(steps)])[keep]
            wide_here = np.asarray(section.diameters, float)[keep]
            sections.append(MorphologySection(names[section.id], tuple(along), tuple(wide_here), parent))
        return cls(tuple(sections))


def reference_cell(
    *, soma: float = 25.0, trunk: tuple[float, float] = (600.0, 4.0), tuft: tuple[int, float, float] = (4, 200.0, 1.0),
    basal: tuple[int, float, float] = (8, 200.0, 0.8),
) -> Morphology:  # fmt: skip
    """Return a schematic pyramidal neuron in which the paper's experiments are done.

    Its measures are a choice within the range of the literature; no published neuron.

    Parameters
    ----------
    soma : float
        Length and diameter, in um. Default 25.
    trunk : (length, diameter)
        Of the apical trunk, in um. Default 600 and 4.
    tuft, basal : (number, length, diameter)
        Of branches at the trunk's end and at the soma. Default 4 of 200 x 1 um, and 8 of 200 x 0.8 um.

    Returns
    -------
    Morphology
        Sections "soma", "basal0" to "basal7", "trunk", "tuft0" to "tuft3".
    """
    check_positive(soma=soma)
    cylinders: list[tuple[str, float, float, str | None]] = [("soma", soma, soma, None)]
    cylinders += [(f"basal{number}", basal[1], basal[2], "soma") for number in range(basal[0])]
    cylinders += [("trunk", *trunk, "soma")]
    cylinders += [(f"tuft{number}", tuft[1], tuft[2], "trunk") for number in range(tuft[0])]
    return Morphology.cylinders(cylinders)
