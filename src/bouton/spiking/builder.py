"""`NetworkBuilder`: say what there is and who reaches whom; then build the network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import jax
import numpy as np
from numpy.typing import ArrayLike

from bouton._arguments import check_positive
from bouton._fields import Positive, check_values
from bouton.dynamics.point_neurons import PointNeurons
from bouton.errors import InputError
from bouton.plasticity import EventRule
from bouton.spiking.checks import check_learning, check_pairs, check_values_of, is_array
from bouton.spiking.connections import (
    Connections,
    Pattern,
    delay_steps,
    given_pairs,
    one_to_one,
    random_pairs,
)
from bouton.spiking.group import Group, start_values
from bouton.spiking.network import SpikingNetwork
from bouton.spiking.sources import GivenRates, PoissonSource, given_spikes

__all__ = ["NetworkBuilder", "Population"]

_LEAST_ROOM = 256


@dataclass(frozen=True)
class Population:
    """Some neurons of a group; a slice of it is a smaller population.

    Parameters
    ----------
    group : int
        Number of the group.
    first, size : int
        Number of the first neuron within the group, and how many there are.
    ids : tuple
        Names of the units, where they were given with spike trains; otherwise empty.
    """

    group: int
    first: int
    size: int
    ids: tuple[Any, ...] = ()

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, part: slice) -> "Population":
        start, stop, step = part.indices(self.size)
        if step != 1 or stop <= start:
            raise InputError(f"a population is cut by [first:last] with first < last and no step, got {part}")
        return Population(self.group, self.first + start, stop - start, self.ids[start:stop])


class NetworkBuilder:
    """Puts a network of spiking neurons together.

    Parameters
    ----------
    time_step : float
        In ms. Default 0.1.
    seed : int
        Seed of the connections that are drawn. Default 0.

    Raises
    ------
    InputError
        If the time step is not positive.

    Examples
    --------
    >>> from bouton.dynamics import CurrentIntegrateAndFire
    >>> builder = NetworkBuilder(time_step=0.1)
    >>> noise = builder.poisson("noise", 10, rate=100.0)
    >>> cells = builder.neurons("cells", 5, CurrentIntegrateAndFire())
    >>> builder.connect(noise, cells, weight=200.0, probability=0.5, delay=1.5)
    >>> builder.build().n_neurons
    15
    """

    def __init__(self, time_step: Positive = 0.1, seed: int = 0):
        check_values(NetworkBuilder, locals())
        self.time_step = time_step
        self._rng = np.random.default_rng(seed)
        self._groups: list[Group] = []
        self._projections: list[Connections] = []
        self._signals: list[str] = []

    def neurons(
        self,
        name: str,
        size: int,
        model: PointNeurons,
        potential: tuple[float, float] | ArrayLike | None = None,
        synaptic: Sequence[tuple[float, float] | ArrayLike] = (),
    ) -> Population:
        """Add neurons of one kind.

        Parameters
        ----------
        name : str
            What they are called.
        size : int
            How many.
        model : PointNeurons
            What they are; of the builder's time step.
        potential : tuple of float or array (size,), optional
            Potential at the start, in mV: a tuple of the lowest and the highest, or an array or list of one for each
            neuron. Default: at rest.
        synaptic : sequence of tuples or arrays (size,), optional
            For each receptor its variable at the start: a tuple of mean and deviation of a normal distribution that is
            cut at 0, or an array or list of one value for each neuron. Default: 0.

        Returns
        -------
        Population
        """
        if isinstance(model.time_step, int | float) and model.time_step != self.time_step:
            raise InputError(
                f"neurons {name!r} have a time step of {model.time_step} ms, the network one of {self.time_step} ms: "
                "give both the same time_step"
            )
        if len(synaptic) > len(model.arrival_rows):
            raise InputError(f"synaptic has {len(synaptic)} values, the neurons {len(model.arrival_rows)} receptors")
        first = None if potential is None else start_values(potential, size, "potential")
        each = tuple(start_values(value, size, f"synaptic[{index}]") for index, value in enumerate(synaptic))
        return self._add(Group(name, size, model, first, each))

    def poisson(self, name: str, size: int, rate: float) -> Population:
        """Add independent Poisson units of one rate, in Hz."""
        return self._add(Group(name, size, PoissonSource(rate)))

    def rates(self, name: str, size: int) -> Population:
        """Add independent units that fire at random, at rates in Hz that each frame brings."""
        return self._add(Group(name, size, GivenRates()))

    def spikes(self, name: str, trains: Any, *, round_times: bool = False) -> Population:
        """Add a unit for each of some spike trains, in ms, as `spike_steps` takes them.

        The names of the units, such as the keys of a mapping, are kept as `ids` of the population.
        """
        source, names = given_spikes(trains, self.time_step, round_times=round_times)
        return replace(self._add(Group(name, len(names), source)), ids=names)

    def connect(
        self,
        pre: Population,
        post: Population,
        *,
        weight: Any,
        receptor: int = 0,
        delay: ArrayLike | None = None,
        pattern: Pattern = "random",
        probability: float | None = None,
        pairs: tuple[ArrayLike, ArrayLike] | None = None,
        rule: EventRule | None = None,
        signal: str | None = None,
        delay_in: Literal["axon", "dendrite"] = "axon",
        bounds: tuple[float, float] | None = None,
        self_connections: bool = False,
        multapses: bool = False,
        round_delays: bool = False,
    ) -> None:
        """Connect two populations.

        Parameters
        ----------
        pre, post : Population
            From where, and to where.
        weight : float or array, shape (synapses,), or PyTree of them
            In the unit of the receptor: pA, mV, or a conductance relative to the leak. Of rules that keep several
            variables all of them.
        receptor : int
            Which of the target's receptors. Default 0.
        delay : float or array, shape (synapses,), optional
            In ms, a multiple of the time step. Default: one time step.
        pattern : "random", "all_to_all" or "one_to_one"
            Who is connected; random needs a probability. Default "random".
        probability : float, optional
            Of each pair.
        pairs : tuple of two arrays of int, shape (synapses,), optional
            Connected neurons of both populations, instead of a pattern. `SpikingNetwork.weights` returns weights in
            their order.
        rule : EventRule, optional
            What the synapses learn. Default: nothing.
        signal : str, optional
            Name of the signal that the rule sees; its value is part of every frame. Default: none.
        delay_in : "axon" or "dendrite"
            Where the delay lies, for what synapses learn: spikes reach the synapse after it, or spikes of the target
            come back to the synapse after it. Default "axon".
        bounds : tuple of float, optional
            Weights outside are refused. Default: none.
        self_connections, multapses : bool
            Whether a neuron may be connected to itself, and a pair more than once. Default False.
        round_delays : bool
            Whether delays between two steps are moved to the nearest one. Default False.

        Raises
        ------
        InputError
            If something cannot be connected like this.
        """
        check_learning(rule, weight, self.time_step, signal, delay_in)
        units = self._groups[post.group].units
        if not isinstance(units, PointNeurons):
            raise InputError(
                f"{self._groups[post.group].name!r} is a source of spikes: it can be connected from, not to"
            )
        if not 0 <= receptor < len(units.arrival_rows):
            raise InputError(f"receptor must be 0 to {len(units.arrival_rows) - 1}, got {receptor}")
        first, second = self._pairs(pre, post, pattern, probability, pairs)
        check_pairs(first, second, pre.size, post.size, multapses=multapses)
        first, second = first + pre.first, second + post.first
        variables = jax.tree.map(lambda each: np.asarray(each, np.float64), weight, is_leaf=is_array)
        delays = np.asarray(self.time_step if delay is None else delay)
        check_values_of(variables, delays, first.shape)
        weights = variables if rule is None else np.asarray(rule.weight(variables))
        if rule is not None:
            rule.check_start(variables)
        if bounds is not None and not (np.all(weights >= bounds[0]) and np.all(weights <= bounds[1])):
            raise InputError(
                f"weights must lie between {bounds[0]} and {bounds[1]}, got {weights.min()} to {weights.max()}"
            )
        if pre.group == post.group and not self_connections:
            kept = first != second
            if pairs is not None and not kept.all():
                raise InputError(f"neuron {first[~kept][0]} is connected to itself: allow it by self_connections=True")
            variables, delays = jax.tree.map(lambda each: each[kept] if each.ndim else each, (variables, delays))
            first, second = first[kept], second[kept]
        if not len(first):
            raise InputError("the projection has no synapse: take a larger probability or leave it out")
        steps = delay_steps(delays, len(first), self.time_step, round_delays=round_delays)
        row, number = units.arrival_rows[receptor], None
        if signal is not None:
            self._signals += [signal] if signal not in self._signals else []
            number = self._signals.index(signal)
        self._projections.append(
            Connections(
                *(pre.group, post.group, row, first, second, variables, steps, rule, number), delay_in == "dendrite"
            )
        )

    def build(self, frame: float = 10.0, capacity: int | None = None) -> SpikingNetwork:
        """Return the network.

        Parameters
        ----------
        frame : float
            Length of an event of the stream, in ms. Default 10.
        capacity : int, optional
            Room for recorded spikes per frame. Default: one for each neuron, and at least 256.

        Raises
        ------
        InputError
            If there are no neurons, or the frame is no multiple of the time step.
        """
        if not any(isinstance(group.units, PointNeurons) for group in self._groups):
            raise InputError("the network has no neurons: add some by `neurons`")
        check_positive(frame=frame)
        frame_steps = round(frame / self.time_step)
        if frame_steps < 1 or abs(frame / self.time_step - frame_steps) > 1e-6 * frame_steps:
            raise InputError(
                f"frame must be a multiple of the time step of {self.time_step:g} ms, and at least one, got {frame:g} "
                f"ms: take {max(frame_steps, 1) * self.time_step:g} ms"
            )
        room = max(sum(group.size for group in self._groups), _LEAST_ROOM) if capacity is None else capacity
        if room < 1:
            raise InputError(f"capacity must be at least 1, got {capacity}")
        n_lists = 1 + max((int(each.steps.max()) for each in self._projections), default=1)
        sizes = [group.size for group in self._groups]
        projections = tuple(each.projection(sizes) for each in self._projections)
        return SpikingNetwork(
            *(tuple(self._groups), projections, self.time_step, frame_steps, room, n_lists), tuple(self._signals)
        )

    def _add(self, group: Group) -> Population:
        if group.name in [each.name for each in self._groups]:
            raise InputError(f"there is a group {group.name!r} already: take another name")
        self._groups.append(group)
        return Population(len(self._groups) - 1, 0, group.size)

    def _pairs(self, pre, post, pattern, probability, pairs) -> tuple[np.ndarray, np.ndarray]:
        if pairs is not None:
            return given_pairs(pairs)
        if pattern == "one_to_one":
            return one_to_one(pre.size, post.size)
        if pattern == "all_to_all":
            return np.repeat(np.arange(pre.size), post.size), np.tile(np.arange(post.size), pre.size)
        if probability is None:
            raise InputError("random connections need a probability; or give pattern= or pairs=")
        return random_pairs(pre.size, post.size, probability, self._rng)
