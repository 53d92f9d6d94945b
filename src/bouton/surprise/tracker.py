"""A filter at work on series of one's own: all at once, or observation by observation; with gaps; many side by side."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import jax
import numpy as np
from jaxtyping import PyTree

from bouton._fields import check_values
from bouton.data.rows import rows_of
from bouton.engine import Circuit, Copies, run
from bouton.engine._counters import WORD, key_of_stretch
from bouton.errors import InputError
from bouton.surprise.baselines import LeakyIntegrator
from bouton.surprise.family import Units
from bouton.surprise.gaps import Sighting, WithGaps, sightings
from bouton.surprise.measures import Surprise, SurpriseFilter

__all__ = ["Tracked", "Tracker"]


@dataclass(frozen=True)
class Tracked:
    """What a filter found, step by step.

    Parameters
    ----------
    variables : mapping of str to array (steps, ...)
        Everything that the filter lets one look at, by name.
    """

    variables: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.variables[name]

    @property
    def estimate(self) -> np.ndarray:
        """Mean of the parameter after each step."""
        return self.variables["estimate"]

    @property
    def deviation(self) -> np.ndarray:
        """Standard deviation of the parameter after each step."""
        return np.asarray(np.sqrt(self.variables["variance"]))

    @property
    def bayes_factor(self) -> np.ndarray:
        """Bayes factor surprise of each observation; infinity where it exceeds the largest number."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.variables["log_bayes_factor"]))

    @property
    def shannon(self) -> np.ndarray:
        """Shannon surprise of each observation, in nats."""
        return self.variables["shannon"]

    @property
    def change_probability(self) -> np.ndarray:
        """Probability, given the observation, that the world changed at this step: the adaptation rate."""
        return self.variables["adaptation_rate"]


class Tracker:
    """A filter with a memory: hand it a series, or observations one by one; the results are the same.

    Parameters
    ----------
    circuit : SurpriseFilter or LeakyIntegrator
        What follows the series.
    n_streams : int, optional
        How many independent series are followed at once. Default None: one, of numbers.
    missing : {"error", "skip"}
        What NaN does: raise an error, or let time pass without an observation. Default "error".
    seed : int
        Seed of everything random. Default 0.

    Raises
    ------
    InputError
        If an argument is out of its range, or an observation is impossible, missing or of the wrong shape.

    Notes
    -----
    What Gaussian observations have in common, the prior's mean and a scale of the noise far from 1, is taken off in
    double precision before they are cast, and given back: estimates around 1e9 are as good as those around 0. `circuit`
    and `state` are in these units. Observations at which numbers lie too far apart for the noise are refused.

    `update` takes some hundred microseconds, whatever the filter, since it goes to and fro between Python and the
    compiled step; `filter` takes a fraction of a microsecond for each observation of a simple filter.

    Examples
    --------
    >>> from bouton.surprise import GaussianMean, Tracker, VariationalSMiLe
    >>> tracker = Tracker(VariationalSMiLe(GaussianMean(0.5), hazard=0.1), missing="skip")
    >>> found = tracker.filter([0.4, 0.6, float("nan"), -1.2])
    >>> found.estimate.shape, bool(found.change_probability[3] > 0.5)
    ((4,), True)
    >>> bool(tracker.surprise(3.0).log_bayes_factor > tracker.surprise(-1.0).log_bayes_factor)
    True
    >>> tracker.update(-1.0).estimate.shape
    ()
    """

    def __init__(
        self,
        circuit: SurpriseFilter | LeakyIntegrator,
        *,
        n_streams: int | None = None,
        missing: Literal["error", "skip"] = "error",
        seed: int = 0,
    ):
        check_values(Tracker, locals())
        self._family, self._units = circuit.family, circuit.family.units
        if self._units != Units():
            circuit = dataclasses.replace(circuit, family=self._family.in_units(self._units))
        one: Circuit = WithGaps(circuit) if missing == "skip" else circuit
        self._one, self._missing = circuit, missing
        self.circuit = one if n_streams is None else Copies(one, n_streams)
        self.n_streams, self._key = n_streams, jax.random.key(seed)
        self.reset()
        _, info = jax.eval_shape(self.circuit.step, self._key, self.state, self.circuit.event)
        self._info_names: tuple[str, ...] = info._fields

    def reset(self) -> "Tracker":
        """Forget all that was observed; return the tracker."""
        self.state: PyTree = self.circuit.init(self._key)
        self.steps = 0
        return self

    def filter(self, series: Any, *, progress: bool = False) -> Tracked:
        """Observe a series, go on from what was observed before, and return what was found.

        Parameters
        ----------
        series : array (steps,), or (steps, n_streams) of several streams
            Observations.
        progress : bool
            Show a progress bar. Default False.

        Returns
        -------
        Tracked
        """
        series = np.asarray(rows_of(series, "the series"))
        events = self._events(series)
        names = dict.fromkeys(self._info_names, 1)
        found = run(
            self.circuit, events, key=self._key, state=self.state, first_step=self.steps, record=names,
            progress=progress,
        )  # fmt: skip
        self.state = found.state
        self.steps += len(series)
        return Tracked({name: self._restored(name, found.recordings[name].values) for name in names})

    def update(self, observation: Any) -> Tracked:
        """Process one observation, or one of each stream, and return what was found.

        Parameters
        ----------
        observation : number, or array (n_streams,)
            The observation.

        Returns
        -------
        Tracked
            Arrays without the axis of steps.
        """
        event, key = self._event(observation), key_of_stretch(self._key, self.steps)
        self.state, info = _step(self.circuit, key, np.uint32(self.steps % WORD), self.state, event)
        self.steps += 1
        return Tracked({name: self._restored(name, getattr(info, name)) for name in self._info_names})

    def surprise(self, observation: Any) -> Surprise:
        """Return how surprising an observation would be now; nothing is learned.

        Parameters
        ----------
        observation : number, or array (n_streams,)
            The observation; it must be there.

        Returns
        -------
        Surprise
            Of numbers, or of arrays (n_streams,).
        """
        if not isinstance(self._one, SurpriseFilter):
            raise InputError(f"{type(self._one).__name__} knows no surprise: choose one of the other filters")
        event = self._event(observation)
        if isinstance(event, Sighting) and not np.all(event.present):
            raise InputError("a missing observation surprises nobody: hand over a number")
        found = _respond(self.circuit, self.state, event)
        return Surprise(*(self._restored(name, getattr(found, name)) for name in Surprise._fields))  # pyright: ignore

    def _restored(self, name: str, values: Any) -> np.ndarray:
        """Return a variable in the units of the data."""
        array: Any = np.asarray(values)
        return array if self._units == Units() else np.asarray(self._family.restored(name, array, self._units))

    def _event(self, observation: Any) -> Any:
        events = self._events(np.asarray(rows_of(observation, "the observation"))[None])
        return jax.tree.map(lambda leaf: leaf[0], events)

    def _events(self, series: np.ndarray) -> Any:
        if series.dtype.kind not in "biuf":
            raise InputError(f"a series must hold numbers, got an array of {series.dtype}")
        if series.ndim != (1 if self.n_streams is None else 2) or (self.n_streams or 0) not in (0, *series.shape[1:]):
            wanted = "(steps,)" if self.n_streams is None else f"(steps, {self.n_streams})"
            raise InputError(f"the series must be of shape {wanted}, got {series.shape}")
        if series.dtype.kind == "f":
            bad = np.isinf(series) if self._missing == "skip" else ~np.isfinite(series)
            if bad.any():
                where = ", ".join(map(str, np.argwhere(bad)[0]))
                advice = "" if self._missing == "skip" else "; missing='skip' lets time pass where one is missing"
                raise InputError(
                    f"the observation at [{where}] is {series[bad].flat[0]}, a number was expected{advice}"
                )
        self._family.check(series)
        series = _in_units(series, self._units)
        self._one.family.check_resolution(series)
        found = sightings(self._one.family, series)
        return found if self._missing == "skip" else found.observation


def _in_units(series: np.ndarray, units: Units) -> np.ndarray:
    """Take level and scale off a series, in double precision; of whole numbers beyond that, exactly."""
    if units == Units():
        return series
    level = units.level
    if series.dtype.kind in "iu" and abs(level) < 2**62 and series.max(initial=0) < 2**62:
        whole = round(level)
        series, level = series.astype(np.int64) - whole, level - whole
    return (series.astype(np.float64) - level) / units.scale


@partial(jax.jit, donate_argnames="state")
def _step(circuit: Circuit, key: Any, number: Any, state: PyTree, event: PyTree) -> tuple[PyTree, Any]:
    return circuit.step(jax.random.fold_in(key, number), state, event)


@jax.jit
def _respond(circuit: Circuit, state: PyTree, event: PyTree) -> Any:
    return circuit.respond(state, event)
