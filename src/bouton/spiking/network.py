r"""Networks of point neurons with sparse synapses, simulated on a clock and driven by events.

One event of the stream is a *frame*: some time steps under an external current that stays the same, and so do signals
to plastic synapses and rates of sources, if there are some. Within a time step

1. all neurons go on over the step, under the synaptic variables of its beginning; readouts go on;
2. spikes arrive: they are added to the synaptic variables, and plastic synapses run `on_pre`;
3. who reaches the threshold fires at the end of the step;
4. plastic synapses of neurons that fired run `on_post`; one whose two neurons fired in this step changes as its rule
   says for both spikes at once, from what it was before either; then readouts are changed by the spikes of this step.
   Where delays lie in the dendrite, `on_pre` runs here as well, at the spikes of this step (see `dendritic`).

Neurons and traces cost their number in every step, synapses only at spikes: fan-out at a presynaptic, fan-in at a
postsynaptic one. Spikes are kept as lists with room for every neuron, so that none is ever lost on its way. What is
recorded of a frame is a list of its spikes with room for `capacity`; `lost` says how many did not fit.
"""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree
from numpy.typing import ArrayLike

from bouton._fields import Count, Positive
from bouton._loops import set_row, zero_after
from bouton.dynamics.point_neurons import NeuronState, PointNeurons
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.spiking import dendritic, learning
from bouton.spiking._told import told
from bouton.spiking.dendritic import DendriteDelayState
from bouton.spiking.description import NetworkDescription
from bouton.spiking.frames import FrameInfo, NetworkInput, NetworkState, begin_frame, step_keys
from bouton.spiking.group import Group
from bouton.spiking.lanes import lane_by_lane
from bouton.spiking.lists import SpikeLists
from bouton.spiking.projection import PlasticState, Projection
from bouton.spiking.sources import GivenRates, SpikeSource

__all__ = ["SpikingNetwork"]


class SpikingNetwork(Circuit[NetworkState, FrameInfo]):
    """A network of spiking neurons; `NetworkBuilder` makes it.

    Attributes
    ----------
    groups : tuple of Group
        Neurons and sources.
    projections : tuple of Projection
        Synapses.
    time_step : float
        In ms.
    frame_steps : int
        Time steps per event.
    capacity : int
        Room for recorded spikes per event.
    n_lists : int
        For how many steps spikes are kept.
    signals : tuple of str
        Names of what plastic synapses see beside their neurons.
    """

    groups: tuple[Group, ...]
    projections: tuple[Projection, ...]
    time_step: Positive | Float[Array, ""]
    frame_steps: Count = eqx.field(static=True)
    capacity: Count = eqx.field(static=True)
    n_lists: Count = eqx.field(static=True)
    signals: tuple[str, ...] = eqx.field(static=True, default=())

    @property
    def n_neurons(self) -> int:
        """Number of neurons and units of sources in all groups."""
        return sum(group.size for group in self.groups)

    @property
    def frame(self) -> float:
        """Length of a frame, in ms."""
        return self.frame_steps * float(self.time_step)

    @property
    def driven(self) -> tuple[Group, ...]:
        """The sources that fire at rates which the frames bring."""
        return tuple(group for group in self.groups if isinstance(group.units, GivenRates))

    @property
    def event(self) -> Any:
        """External current into each group over a frame, in pA; a `NetworkInput` where more is to be given."""
        kind = jnp.result_type(float)
        current = jax.ShapeDtypeStruct((len(self.groups),), kind)
        if not (self.signals or self.driven):
            return current
        rates = tuple(jax.ShapeDtypeStruct((group.size,), kind) for group in self.driven)
        return NetworkInput(current, jax.ShapeDtypeStruct((len(self.signals),), kind), rates)  # pyright: ignore[reportArgumentType]

    def describe(self) -> NetworkDescription:
        """Return what the network consists of: `print` shows it as text, a notebook as tables.

        Groups, projections with their weights and delays, what is plastic, the order of updates, and memory.
        """
        state = jax.eval_shape(self.init, jax.random.key(0))
        clock = float(self.time_step), self.frame_steps, self.capacity
        return told(self.groups, self.projections, *clock, self.signals, self, state)

    def _repr_html_(self) -> str:
        return self.describe()._repr_html_()

    def offset(self, name: str) -> int:
        """Return the number of the first neuron of a group, counted through all groups."""
        names = [group.name for group in self.groups]
        if name not in names:
            raise InputError(f"there is no group {name!r}: there are {', '.join(names)}")
        return sum(group.size for group in self.groups[: names.index(name)])

    def weights(self, state: NetworkState, projection: int = 0) -> Float[np.ndarray, " synapses"]:
        """Return the weights of a projection in the order in which its pairs were given or drawn.

        Parameters
        ----------
        state : NetworkState
            Of plastic synapses the weights are state; others have those that they were built with.
        projection : int, default 0
            Which one, in the order in which they were connected.

        Returns
        -------
        array (synapses,)
        """
        own = self.projections[projection]
        learned = state.plastic[projection]
        return self.as_given(own.transmitting(own.weights if learned is None else learned.synapses), projection)

    def as_given(self, values: ArrayLike, projection: int = 0) -> np.ndarray:
        """Return values of a projection's synapses, such as recorded weights, in the order of its pairs.

        Parameters
        ----------
        values : array (..., synapses) or ()
            One for each synapse in the order of the state, or one for all.
        projection : int, default 0
            Which one.

        Returns
        -------
        array (..., synapses)
        """
        places = np.asarray(self.projections[projection].given)
        found = np.asarray(values)
        return np.take(found, places, axis=-1) if found.ndim else np.broadcast_to(found, places.shape)

    def init(self, key: PRNGKeyArray) -> NetworkState:
        """Return the network before the first step, without spikes on their way."""
        h = jnp.asarray(self.time_step)
        states = tuple(group.start(jax.random.fold_in(key, index), h) for index, group in enumerate(self.groups))
        lists = tuple(SpikeLists.empty(self.n_lists, group.size) for group in self.groups)
        plastic = tuple(
            projection.start() if projection.dendrite is None else dendritic.start(projection)
            for projection in self.projections
        )
        fired = jnp.zeros(len(self.groups), jnp.int32)
        return NetworkState(jnp.zeros((), jnp.int32), states, lists, plastic, fired)

    def respond(self, state: NetworkState, x: Any) -> Float[Array, " groups"]:
        """Return the mean rate of each group over a frame, in Hz, with weights that stay as they are."""
        return self._frame(jax.random.key(0), state, x, learn=False)[1].rates

    def step(self, key: PRNGKeyArray, state: NetworkState, x: Any) -> tuple[NetworkState, FrameInfo]:
        """Simulate a frame."""
        return self._frame(key, state, x, learn=True)

    def summary(self, state: NetworkState) -> Mapping[str, Array | float | int]:
        """Return the mean rate of each group so far, in Hz."""
        seconds = max(int(state.time), 1) * float(self.time_step) * 1e-3
        fired = np.asarray(state.fired)
        return {f"{group.name} Hz": int(n) / group.size / seconds for group, n in zip(self.groups, fired, strict=True)}

    def _frame(self, key: PRNGKeyArray, state: NetworkState, x: Any, learn: bool) -> tuple[NetworkState, FrameInfo]:
        return lane_by_lane(lambda self, *given: self._frame_alone(*given, learn), self, key, state, x)

    def _frame_alone(
        self, key: PRNGKeyArray, state: NetworkState, x: Any, learn: bool
    ) -> tuple[NetworkState, FrameInfo]:
        given = x if isinstance(x, NetworkInput) else NetworkInput(x, jnp.zeros(0, x.dtype), ())
        spikes, keys = (
            jnp.zeros((self.capacity + 1, 2), jnp.int32),
            step_keys(key, self.frame_steps + 1, len(self.groups)),
        )

        def one(index: Array, carry: tuple) -> tuple:
            state, spikes, n_spikes = carry
            state = self._time_step(keys[index], state, given, learn)
            return state, *self._record(state, spikes, n_spikes)

        kinds, h = [group.units for group in self.groups], jnp.asarray(self.time_step)
        begun = begin_frame(kinds, state.groups, given.rates, state.time, h, keys[self.frame_steps])
        start = (state._replace(groups=begun), spikes, jnp.zeros((), jnp.int32))
        after, spikes, n_spikes = lax.fori_loop(0, self.frame_steps, one, start)
        if learn:
            after = self._caught_up(after, given)
        kind = given.current.dtype
        sizes = jnp.asarray([group.size for group in self.groups], kind)
        seconds = jnp.asarray(self.time_step, kind) * self.frame_steps * 1e-3
        rates = (after.fired - state.fired).astype(kind) / sizes / seconds
        lost = jnp.maximum(n_spikes - self.capacity, 0)
        return after, FrameInfo(spikes[: self.capacity], n_spikes, lost, rates)

    def _time_step(self, keys: Array, state: NetworkState, x: NetworkInput, learn: bool) -> NetworkState:
        h, time = jnp.asarray(self.time_step), state.time + 1
        groups: list[Any] = [
            group.units.propagate(own, x.current[index]) if isinstance(group.units, PointNeurons) else own
            for index, (group, own) in enumerate(zip(self.groups, state.groups, strict=True))
        ]
        plastic = list(state.plastic)
        for index, projection in enumerate(self.projections):
            sent, target, own = state.lists[projection.source], groups[projection.target], plastic[index]
            row, synaptic, signal = projection.row, list(target.synaptic), projection.seen(x.signals)
            if isinstance(own, DendriteDelayState):
                own = dendritic.decay(projection, own, h) if learn else own
                synaptic[row], plastic[index] = dendritic.arriving(projection, time, synaptic[row], own), own
            elif own is not None and learn:
                own = learning.decay(projection, own, h, target.potential)
                synaptic[row], plastic[index] = learning.transmit_and_learn(
                    projection, sent, time, h, synaptic[row], own, signal
                )
            else:
                weights = jnp.asarray(projection.weights, h.dtype) if own is None else own.synapses
                synaptic[row] = projection.transmit(sent, time, synaptic[row], projection.transmitting(weights))
            groups[projection.target] = target._replace(synaptic=tuple(synaptic))
        # Lists are read where spikes arrive, and written to only then.
        zero = sum(
            (zero_after(row) for own in groups if isinstance(own, NeuronState) for row in own.synaptic),
            start=jnp.zeros((), jnp.int32),
        )
        lists, rates = list(state.lists), iter(x.rates)
        for index, group in enumerate(self.groups):
            own_key = jax.random.wrap_key_data(keys[index])
            if isinstance(group.units, GivenRates):
                groups[index], lists[index] = group.units.fire_at(
                    next(rates), groups[index], lists[index], time, h, own_key, zero
                )
            elif isinstance(group.units, SpikeSource):
                groups[index], lists[index] = group.units.fire(groups[index], lists[index], time + zero, h, own_key)
            else:
                groups[index], lists[index] = group.fire(groups[index], lists[index], time, own_key, zero)
        self._learn(time, h, lists, plastic, x, zero, learn)
        counts = jnp.stack([own.counts[own.place(time)] for own in lists])
        return NetworkState(time, tuple(groups), tuple(lists), tuple(plastic), state.fired + counts)

    def _learn(
        self,
        time: Array,
        h: Array,
        lists: list[SpikeLists],
        plastic: list[Any],
        x: NetworkInput,
        zero: Array,
        learn: bool,
    ) -> None:
        """Let postsynaptic spikes act on plastic synapses, then change the readouts."""
        for index, projection in enumerate(self.projections):
            own, signal = plastic[index], projection.seen(x.signals)
            sources, targets = lists[projection.source], lists[projection.target]
            if isinstance(own, DendriteDelayState):
                plastic[index] = dendritic.send_and_learn(projection, sources, targets, time, own, signal, zero, learn)
            elif own is not None and learn:
                own = learning.learn_from_targets(projection, sources, targets, time, h, own, signal)
                plastic[index] = learning.raise_readouts(projection, sources, targets, time, own)

    def _caught_up(self, state: NetworkState, x: NetworkInput) -> NetworkState:
        """Return the state after a frame, with what happened at synapses since their last spikes."""
        h = jnp.asarray(self.time_step)
        plastic = tuple(
            learning.catch_up(projection, state.time, h, own, projection.seen(x.signals))
            if isinstance(own, PlasticState)
            else own
            for projection, own in zip(self.projections, state.plastic, strict=True)
        )
        return state._replace(plastic=plastic)

    def _record(self, state: NetworkState, spikes: Array, n_spikes: Array) -> tuple[Array, Array]:
        """Write the spikes of this step behind those of the frame; what does not fit goes where nobody reads."""
        offset = 0
        for group, lists in zip(self.groups, state.lists, strict=True):
            first = offset

            def put(neuron: Array, carry: PyTree, first: int = first) -> PyTree:
                spikes, count = carry
                place = jnp.minimum(count, jnp.asarray(self.capacity, jnp.int32))
                return set_row(spikes, place, jnp.stack([state.time, neuron + first])), count + 1

            spikes, n_spikes = lists.each(state.time, put, (spikes, n_spikes))
            offset += group.size
        return spikes, n_spikes
