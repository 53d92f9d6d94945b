r"""A neuron cut into compartments: what its passive membrane and its cytoplasm make of its shape.

.. math:: C_i \dot V_i = -g_{L,i} (V_i - E_L) + \sum_j g_{ij} (V_j - V_i) + I_i

Units close without factors: mV, ms, nF, uS, nA, MOhm. Two compartments are connected by the halves of their
cytoplasm that lie between their centres, also where a branch begins.
"""

import warnings
from collections.abc import Mapping
from typing import Any, Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Finite, Positive
from bouton.dendrites.morphology import Morphology, MorphologySection
from bouton.dynamics import CableTree
from bouton.errors import InputError

__all__ = ["Cable", "PassiveMembrane"]

_LONGEST = 0.1
_FREQUENCY = 100.0


class PassiveMembrane(Checked):
    """Passive membrane and cytoplasm, the same everywhere.

    Parameters
    ----------
    resistivity : float
        Of the membrane, in ohm cm^2. Default 10 000.
    capacitance : float
        In uF/cm^2. Default 1.
    axial_resistivity : float
        Of the cytoplasm, in ohm cm. Default 100.
    rest : float
        Resting voltage, in mV. Default -70.

    Raises
    ------
    InputError
        If an argument is out of its range.

    Examples
    --------
    >>> PassiveMembrane().length_constant(1.0)
    500.0
    """

    resistivity: Positive = 10_000.0
    capacitance: Positive = 1.0
    axial_resistivity: Positive = 100.0
    rest: Finite = -70.0

    def length_constant(self, diameter: float) -> float:
        """Return over which distance a steady voltage falls to 1/e in a cylinder of a diameter, both in um."""
        return float(1e4 * np.sqrt(self.resistivity / self.axial_resistivity * diameter * 1e-4 / 4))

    def compartments_by_frequency(self, section: MorphologySection) -> int:
        """Return how many compartments the d_lambda rule gives a section: each a tenth of a length constant at 100 Hz.

        Source: M. L. Hines, N. T. Carnevale, The Neuroscientist 7:123-135, 2001.
        """
        wide = np.interp(np.linspace(0, section.length, 101), section.distances, section.diameters).mean()
        lasting = 1e5 * np.sqrt(wide / (4 * np.pi * _FREQUENCY * self.axial_resistivity * self.capacitance))
        return int((section.length / (_LONGEST * lasting) + 0.9) / 2) * 2 + 1


class Cable(Checked):
    """The compartments of a neuron.

    Parameters
    ----------
    tree : CableTree
        Which compartment hangs on which.
    capacitance, leak : array (compartments,)
        In nF and uS.
    axial : array (compartments,)
        Conductance to the parent, in uS; of the first one, 0.
    rest : float
        Resting voltage, in mV.
    names : tuple of str
        Of sections.
    section : tuple of int
        For each compartment the number of its section.
    position, distance : tuple of float
        Its centre along the section, from 0 to 1; its way from the centre of the first compartment, in um.

    Examples
    --------
    >>> from bouton.dendrites import Cable, reference_cell
    >>> cable = Cable.of(reference_cell(), {"soma": 1, "trunk": 30}, default=20)
    >>> len(cable), cable.at("basal0", 0.675)
    (271, 14)
    >>> round(float(cable.input_resistance(0)), 1)
    71.3
    """

    tree: CableTree
    capacitance: Float[Array, " compartments"]
    leak: Float[Array, " compartments"]
    axial: Float[Array, " compartments"]
    rest: Float[Array, ""]
    names: tuple[str, ...] = eqx.field(static=True)
    section: tuple[int, ...] = eqx.field(static=True)
    position: tuple[float, ...] = eqx.field(static=True)
    distance: tuple[float, ...] = eqx.field(static=True)

    @classmethod
    def of(
        cls,
        morphology: Morphology,
        compartments: Mapping[str, int] | Literal["d_lambda"] = "d_lambda",
        *,
        default: int | Literal["d_lambda"] = "d_lambda",
        membrane: PassiveMembrane | None = None,
    ) -> "Cable":
        """Cut a neuron into compartments.

        Parameters
        ----------
        morphology : Morphology
            Its shape.
        compartments : "d_lambda" or mapping of str to int
            How many for each section, by name; or by the d_lambda rule, the default.
        default : int or "d_lambda"
            How many for sections that are not named. Default "d_lambda".
        membrane : PassiveMembrane, optional
            Default: its defaults.

        Raises
        ------
        InputError
            If a number is not positive or a section does not exist.
        """
        membrane = PassiveMembrane() if membrane is None else membrane
        given = {} if isinstance(compartments, str) else dict(compartments)
        if unknown := sorted(set(given) - {section.name for section in morphology.sections}):
            raise InputError(f"there is no section {unknown[0]!r} whose compartments could be given")
        columns: list[list[Any]] = [[], [], [], [], [], [], []]
        parents, capacitance, leak, axial, owner, position, distance = columns
        firsts: dict[str, int] = {}
        halves: list[tuple[float, float]] = []
        sizes: dict[str, int] = {}
        for number, section in enumerate(morphology.sections):
            asked = given.get(section.name, default)
            if not isinstance(asked, str) and (not isinstance(asked, int | np.integer) or asked < 1):
                raise InputError(f"{section.name} needs at least one compartment, got {asked!r}")
            size = membrane.compartments_by_frequency(section) if isinstance(asked, str) else int(asked)
            sizes[section.name] = size
            _look(section, size, membrane, bool(number))
            edges = np.linspace(0, section.length, 2 * size + 1)
            area, resistance = (each.reshape(-1, 2) for each in section.pieces(edges))
            resistance = resistance * membrane.axial_resistivity * 1e-2
            firsts[section.name] = len(parents)
            for place in range(size):
                here = (place + 0.5) / size
                if place:
                    parent, between = len(parents) - 1, halves[-1][1]
                    way = distance[-1] + section.length / size
                elif section.parent is not None:
                    on = min(int(section.attached * sizes[section.parent]), sizes[section.parent] - 1)
                    parent = firsts[section.parent] + on
                    between = halves[parent][int(section.attached >= position[parent])]
                    long = morphology.sections[owner[parent]].length
                    way = (
                        distance[parent] + abs(section.attached - position[parent]) * long + 0.5 * section.length / size
                    )
                else:
                    parent, between, way = -1, np.inf, 0.0
                parents.append(parent)
                capacitance.append(area[place].sum() * membrane.capacitance * 1e-5)
                leak.append(area[place].sum() * 1e-2 / membrane.resistivity)
                axial.append(1 / (between + resistance[place, 0]))
                halves.append((resistance[place, 0], resistance[place, 1]))
                owner.append(number)
                position.append(here)
                distance.append(float(way))
        arrays = [jnp.asarray(np.array(column), float) for column in (capacitance, leak, axial, membrane.rest)]
        names = tuple(section.name for section in morphology.sections)
        parts: Any = [CableTree(tuple(parents)), *arrays, names, tuple(owner), tuple(position), tuple(distance)]
        return cls(*parts)

    def __len__(self) -> int:
        return len(self.tree)

    def within(self, section: str) -> np.ndarray:
        """Return the compartments of a section, from its beginning.

        Raises
        ------
        InputError
            If there is no such section.
        """
        if section not in self.names:
            raise InputError(f"there is no section {section!r}: there are {', '.join(self.names)}")
        return np.flatnonzero(np.array(self.section) == self.names.index(section))

    def at(self, section: str, position: float) -> int:
        """Return the compartment at a place of a section, from 0 (its beginning) to 1 (its end).

        Raises
        ------
        InputError
            If there is no such section, or the place is not between 0 and 1.
        """
        there = self.within(section)
        if not 0 <= position <= 1:
            raise InputError(f"a position on {section} must be between 0 and 1, got {position}")
        return int(there[min(int(position * len(there)), len(there) - 1)])

    @property
    def conductance(self) -> Float[Array, " compartments"]:
        """What multiplies the voltage of each compartment in the current that leaves it at rest: leak and axial, uS."""
        axial = self.axial.at[0].set(0.0)
        return self.leak + axial + jnp.zeros_like(axial).at[np.array(self.tree.parents[1:], np.int32)].add(axial[1:])

    def steady(self, current: Float[Array, "compartments *batch"]) -> Float[Array, "compartments *batch"]:
        """Return the voltage above rest (mV) that steady currents (nA) bring in the end."""
        conductance = self.conductance.reshape(-1, *(1,) * (current.ndim - 1))
        return self.tree.solve(conductance + jnp.zeros_like(current), -self.axial, current)

    def input_resistance(self, compartment: int) -> Float[Array, ""]:
        """Return the steady voltage that a unit of current brings where it enters, in MOhm."""
        return self.steady(jnp.zeros(len(self)).at[compartment].set(1.0))[compartment]


def _look(section: MorphologySection, size: int, membrane: PassiveMembrane, neurite: bool) -> None:
    """Warn of compartments that are too long; the root may be a single sphere."""
    longest = _LONGEST * membrane.length_constant(min(section.diameters))
    if neurite and section.length / size > longest * (1 + 1e-9):
        warnings.warn(
            f"{section.name} has compartments of {section.length / size:.4g} um, longer than a tenth of its length "
            f"constant ({longest:.4g} um): give it at least {int(np.ceil(section.length / longest))}",
            stacklevel=4,
        )
