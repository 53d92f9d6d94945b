"""Series with gaps: an observation or none at a step, of which there is word."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, PRNGKeyArray

from bouton._fields import check_fields
from bouton.data.rows import integers_of
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.surprise.baselines import LeakyIntegrator
from bouton.surprise.measures import SurpriseFilter

__all__ = ["Sighting", "WithGaps", "sightings"]


class Sighting(NamedTuple):
    """What a step brings: an observation, or none."""

    observation: Array
    """The observation; without meaning where it is not present."""
    present: Bool[Array, ""]


class WithGaps(Circuit[Any, Any]):
    """A filter for a series with gaps: at a missing observation time passes, and nothing is learned.

    Parameters
    ----------
    circuit : SurpriseFilter or LeakyIntegrator
        What follows the series.

    Raises
    ------
    InputError
        If the circuit cannot skip an observation.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.surprise import GaussianMean, VariationalSMiLe, WithGaps, sightings
    >>> filter = VariationalSMiLe(GaussianMean(0.5), hazard=0.1)
    >>> run = bouton.run(WithGaps(filter), sightings(filter.family, np.asarray([0.4, np.nan, 0.6])),
    ...                  key=jax.random.key(0), record={"estimate": 1, "variance": 1})
    >>> bool(run.recordings["variance"].values[1] > run.recordings["variance"].values[0])
    True
    """

    circuit: SurpriseFilter | LeakyIntegrator

    def __check_init__(self) -> None:
        check_fields(self)
        if not hasattr(self.circuit, "skip"):
            raise InputError(f"{type(self.circuit).__name__} has no way to skip a missing observation")

    @property
    def event(self) -> Any:
        """An observation, and whether there is one."""
        return Sighting(self.circuit.event, jax.ShapeDtypeStruct((), jnp.bool_))  # pyright: ignore

    def init(self, key: PRNGKeyArray) -> Any:
        """Return the state of the filter before the first step."""
        return self.circuit.init(key)

    def respond(self, state: Any, x: Sighting) -> Any:
        """Return how surprising an observation would be; the value has no meaning where it is missing."""
        return self.circuit.respond(state, x.observation)

    def step(self, key: PRNGKeyArray, state: Any, x: Sighting) -> tuple[Any, Any]:
        """Learn from the observation, or let time pass."""
        learned, passed = self.circuit.step(key, state, x.observation), self.circuit.skip(key, state)
        return jax.tree.map(lambda with_it, without: jnp.where(x.present, with_it, without), learned, passed)

    def check(self, events: Sighting) -> None:
        """Refuse observations that the family holds impossible."""
        self.circuit.check(np.asarray(events.observation)[np.asarray(events.present)])


def sightings(family: Any, series: Any) -> Sighting:
    """Return a series in which NaN marks what is missing as observations of `WithGaps`.

    Parameters
    ----------
    family : ConjugateFamily
        What is observed.
    series : array (steps, ...)
        Observations, NaN where there is none.

    Returns
    -------
    Sighting of arrays (steps, ...)

    Raises
    ------
    InputError
        If the family holds an observation impossible.
    """
    values = np.asarray(series)
    present = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(values.shape, bool)
    family.check(values)
    kind = np.dtype(family.observation.dtype)
    filled = np.where(present, values, 0)
    filled = filled.astype(kind) if kind.kind == "f" else integers_of(filled, kind)
    return Sighting(filled, present)  # pyright: ignore[reportArgumentType]
