"""Which parameters of populations are fitted, within which bounds, and which couplings are one and the same number."""

import dataclasses
from typing import Any, Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from bouton._checked import Checked
from bouton._fields import Positive, check_fields
from bouton.dynamics import Populations, PopulationValues
from bouton.dynamics.populations import as_tuple
from bouton.errors import InputError

__all__ = ["FREE", "FreeParameters", "Kind", "separate_groups"]

Kind = Literal["couplings", "membrane_rates", "drives", "thresholds"]
FREE: tuple[Kind, ...] = ("couplings", "membrane_rates", "drives", "thresholds")


def _flags(free: Any) -> Any:
    """Return for each kind whether it is free: truth values, so that one program serves every choice."""
    own = (free,) if isinstance(free, str) else as_tuple(free)
    if isinstance(own, tuple) and own and all(isinstance(kind, str) for kind in own):
        if unknown := [kind for kind in own if kind not in FREE]:
            raise InputError(f"free must name some of {', '.join(FREE)}; got {unknown[0]!r}")
        return tuple(kind in own for kind in FREE)
    return own


class FreeParameters(Checked):
    """The free parameters of populations, as a point of the unit box.

    Parameters
    ----------
    reference : Populations
        Values that bounds are relative to, and of all that is not free.
    groups : tuple of tuples of int
        Of each coupling, from the population of the row to that of the column: couplings of one number are one free
        scalar, 0 is no coupling, and a minus sign turns the scalar's sign (`separate_groups`: each on its own).
    free : tuple of str
        Of "couplings", "membrane_rates", "drives", "thresholds". Default: all.
    lower, upper : float
        Bounds as multiples of the reference. Default 0.4 and 2.

    Raises
    ------
    InputError
        If groups do not fit the populations, a group's reference is 0 or not the same everywhere, or a reference that
        is 0 would be free.

    Examples
    --------
    >>> from bouton.recordings import winner_take_all
    >>> own = FreeParameters(winner_take_all(), ((1, 0, 1), (0, 2, 2), (-3, -3, -3)), ("couplings",))
    >>> own.names[:3]
    ('coupling 1', 'coupling 2', 'coupling 3')
    """

    reference: Populations
    groups: tuple[tuple[int, ...], ...] = eqx.field(static=True, converter=as_tuple)
    free: tuple[bool, ...] = eqx.field(default=FREE, converter=_flags)
    lower: Positive = eqx.field(static=True, default=0.4)
    upper: Positive = eqx.field(static=True, default=2.0)

    def __check_init__(self) -> None:
        check_fields(self)
        count = self.reference.count
        if len(self.free) != len(FREE) or not any(self.free):
            raise InputError(f"free must name some of {', '.join(FREE)}; got {self.free!r}")
        if not self.lower < self.upper:
            raise InputError(f"lower must be below upper, got {self.lower:g} and {self.upper:g}")
        if len(self.groups) != count or any(len(row) != count for row in self.groups):
            raise InputError(f"groups must have {count} rows of {count} numbers, one for each pair of populations")
        own, groups = np.array(self.reference.couplings, float), np.array(self.groups)
        for number in range(1, self._n_groups + 1):
            values = (own * np.sign(groups))[np.abs(groups) == number]
            if not len(values) or not np.allclose(values, values[0]):
                raise InputError(f"couplings of group {number} must have one reference, up to their sign; got {values}")
        for name, value, free in zip(self.names, self.scale, self.varies, strict=True):
            if free and value == 0:
                raise InputError(f"{name} is 0 in the reference: bounds are multiples of it; give it a typical value")

    @property
    def _n_groups(self) -> int:
        return max(abs(number) for row in self.groups for number in row)

    def _count(self, kind: str) -> int:
        return self._n_groups if kind == "couplings" else self.reference.count

    def _references(self, kind: str) -> list[Any]:
        """Return the references of the free parameters of one kind, plain or traced."""
        if kind != "couplings":
            return list(getattr(self.reference, kind))
        places = {abs(own): (a, b) for a, row in enumerate(self.groups) for b, own in enumerate(row)}
        found = []
        for number in range(1, self._n_groups + 1):
            a, b = places[number]
            found.append(self.reference.couplings[a][b] * (1 if self.groups[a][b] > 0 else -1))
        return found

    @property
    def count(self) -> int:
        """Number of parameters, free or not: the length of a point."""
        return sum(map(self._count, FREE))

    @property
    def names(self) -> tuple[str, ...]:
        """What each parameter is called."""
        words = {"couplings": "coupling", "membrane_rates": "membrane rate"}
        return tuple(
            f"{words.get(kind, kind[:-1])} {number + 1}" for kind in FREE for number in range(self._count(kind))
        )

    @property
    def varies(self) -> Bool[np.ndarray, " parameters"]:
        """Which parameters are free."""
        return np.repeat(np.array(self.free, bool), [self._count(kind) for kind in FREE])

    @property
    def scale(self) -> Float[np.ndarray, " parameters"]:
        """The reference of each parameter."""
        return np.array([float(value) for kind in FREE for value in self._references(kind)])

    def numbers(self, point: Float[Array, " parameters"]) -> Float[Array, " parameters"]:
        """Return the parameters at a point of the unit box, of which those that are not free take nothing."""
        scale = jnp.stack([jnp.asarray(value, point.dtype) for kind in FREE for value in self._references(kind)])
        flags = [flag for kind, flag in zip(FREE, self.free, strict=True) for _ in range(self._count(kind))]
        return scale * jnp.where(jnp.stack(list(map(jnp.asarray, flags))), self._multiples(point), 1)

    def _multiples(self, point: Any) -> Any:
        return self.lower + (self.upper - self.lower) * point

    def plain(self, point: Any) -> Float[np.ndarray, " parameters"]:
        """Return the parameters at a point of the unit box, in plain numbers."""
        return self.scale * np.where(self.varies, self._multiples(np.asarray(point, float)), 1)

    def point(self, numbers: Any) -> Float[np.ndarray, " parameters"]:
        """Return the point of the unit box of given parameters, put on its bounds where they lie beyond."""
        inside = np.asarray(numbers, float) / np.where(self.scale == 0, 1, self.scale) - self.lower
        return np.clip(inside / (self.upper - self.lower), 0, 1)

    def values(self, point: Float[Array, " parameters"]) -> PopulationValues:
        """Return all parameters of the populations, with the free ones at a point of the unit box."""
        return self.reference.values._replace(**self._parts(self.numbers(point)))

    def _parts(self, numbers: Any) -> dict[str, Any]:
        found, begin, groups = {}, 0, np.array(self.groups)
        for kind in FREE:
            part = numbers[begin : begin + self._count(kind)]
            begin += self._count(kind)
            if kind == "couplings":
                part = np.sign(groups).astype(part.dtype) * part[np.maximum(np.abs(groups) - 1, 0)]
            found[kind] = part
        return found

    def populations(self, point: Any) -> Populations:
        """Return the populations at a point of the unit box, in plain numbers."""
        numbers: Any = self.plain(point)
        changed = {kind: np.asarray(part).tolist() for kind, part in self._parts(numbers).items()}
        same = {field.name: getattr(self.reference, field.name) for field in dataclasses.fields(self.reference)}
        return Populations(**(same | changed))


def separate_groups(couplings: Any) -> tuple[tuple[int, ...], ...]:
    """Return groups in which each coupling that is not 0 is a scalar of its own.

    Examples
    --------
    >>> separate_groups(((2.0, 0.0), (-1.0, 3.0)))
    ((1, 0), (-2, 3))
    """
    own = np.array(couplings, float)
    groups = np.where(own != 0, np.cumsum(own.ravel() != 0).reshape(own.shape), 0) * np.sign(own).astype(int)
    return tuple(tuple(map(int, row)) for row in groups)
