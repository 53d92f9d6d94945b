"""`AssemblyNetwork`: a content space, named spaces, and operations on what they hold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Unpack

import jax
import numpy as np

from bouton.errors import InputError
from bouton.spiking.assemblies.build import CONTENT, AssemblyParameters
from bouton.spiking.assemblies.decoding import ContentDecoder
from bouton.spiking.assemblies.measures import assembly_in, mean_weights, overlap
from bouton.spiking.assemblies.operation import Operation, recall_phases
from bouton.spiking.assemblies.running import Running, run_schedule
from bouton.spiking.assemblies.schedule import Phase, Schedule
from bouton.spiking.assemblies.training import train_content
from bouton.spiking.assemblies.variation import assembly_circuit
from bouton.spiking.description import NetworkDescription
from bouton.spiking.frames import NetworkState
from bouton.spiking.trains import SpikeTrains

__all__ = ["AssemblyNetwork"]


class AssemblyNetwork:
    """One content space and any number of named spaces, which hold what is in it.

    It remembers what it has learned; every operation runs a schedule of frames by the engine and says what happened.
    Every one takes `progress`, `checkpoint` and `resume`, see `Running`: one that was stopped leaves the network as it
    was, and goes on from its checkpoint when it is called again.

    Parameters
    ----------
    spaces : sequence of str
        Names of the spaces beside the content space. Default: one, "variable".
    parameters : AssemblyParameters
        Sizes and constants.
    seed : int
        Of wiring, first weights, and spikes. Default 0.
    binding : bool
        Whether synapses of the spaces beside the content space learn. Default True.
    variation : float
        Deviation of random factors by which all parameters are multiplied, see `assembly_circuit`. Default 0: none.
    variation_seed : int, optional
        Of the factors. Default: the seed.

    Raises
    ------
    InputError
        If spaces have no names of their own, or the variation is negative.

    Examples
    --------
    >>> sizes = {"n_content": 60, "n_content_inhibitory": 15, "n_space": 40, "n_space_inhibitory": 10}
    >>> small = AssemblyParameters(n_patterns=2, **sizes)
    >>> network = AssemblyNetwork(["agent"], small)
    >>> trained = network.train(presentations=2)
    >>> trained.rates.shape[0] * 50.0, [group for group in trained.groups]
    (800.0, ['inputs', 'content.E', 'content.I'])
    """

    def __init__(
        self,
        spaces: Sequence[str] = ("variable",),
        parameters: AssemblyParameters | None = None,
        seed: int = 0,
        *,
        binding: bool = True,
        variation: float = 0.0,
        variation_seed: int | None = None,
    ):
        self.parameters = AssemblyParameters() if parameters is None else parameters
        self.spaces, self.seed, self.binding = (CONTENT, *spaces), seed, binding
        self._variation = variation, variation_seed
        self.circuit = assembly_circuit(self.parameters, spaces, seed, *self._variation)
        self.state: NetworkState | None = None
        self.assemblies: dict[tuple[str, int], np.ndarray] = {}
        self.held: dict[str, int] = {}
        self.decoder: ContentDecoder | None = None
        self._frames = 0

    def describe(self) -> NetworkDescription:
        """Return what the whole network consists of, as `SpikingNetwork.describe` does."""
        return self.circuit.network.describe()

    def train(
        self,
        presentations: int | None = None,
        order: Literal["random", "stratified"] = "random",
        *,
        clear: float = 200.0,
        **running: Unpack[Running],
    ) -> Operation:
        """Let assemblies of contents emerge in the content space, then set the network up with all spaces.

        Parameters
        ----------
        presentations : int, optional
            How many patterns are shown. Default: 40 times their number.
        order : "random" or "stratified"
            Whether each pattern is drawn by itself, or all come once before one comes again. Default "random".
        clear : float
            Clear input after each, in ms. Default 200.
        **running
            How the engine runs it, see `Running`.

        Returns
        -------
        Operation
        """
        learned, operation = train_content(
            self.parameters, self.seed, presentations, order, clear, running, self._variation
        )
        self._set_up(learned)
        return operation

    def _set_up(self, learned: NetworkState) -> None:
        """Put what the content space has learned into the whole network, whose spaces know nothing yet."""
        fresh = self.circuit.init(jax.random.key(self.seed))
        plastic = [
            own if old is None or own is None else own._replace(synapses=old.synapses)
            for own, old in zip(fresh.plastic, learned.plastic, strict=False)
        ]
        self.state = fresh._replace(plastic=(*plastic, *fresh.plastic[len(plastic) :]))
        self._frames, self.held, self.assemblies, self.decoder = 0, {}, {}, None

    def test(self, **running: Unpack[Running]) -> list[Operation]:
        """Show each pattern: its assembly in the content space is what recalls are judged by.

        Parameters
        ----------
        **running
            How the engine runs it, see `Running`.

        Returns
        -------
        list of Operation
            One for each pattern.
        """
        n_patterns = self.parameters.n_patterns
        phases = [Phase(200.0)]
        for pattern in range(n_patterns):
            phases += [Phase(200.0, pattern, name=f"pattern {pattern}"), Phase(200.0)]
        run = self._run("test", phases, running)
        windows = [run.schedule.window(f"pattern {pattern}", run.start) for pattern in range(n_patterns)]
        content = self.trains_of(run, CONTENT)
        self.decoder = ContentDecoder().fit(content, dict(zip(windows, range(n_patterns), strict=True)))
        found = []
        for pattern, window in enumerate(windows):
            self.assemblies[CONTENT, pattern] = assembly_in(content, *window)
            found.append(self._about(run, CONTENT, pattern, self.assemblies[CONTENT, pattern]))
        return found

    def create(self, space: str, pattern: int, **running: Unpack[Running]) -> Operation:
        """Let an assembly for a content emerge in a space: 1 s of clear input, then 1 s of the pattern."""
        self._check_ready(space, pattern)
        phases = [
            Phase(1000.0, forget=(space,)),
            Phase(1000.0, pattern, (CONTENT, space), name="create"),
        ]
        run = self._run("create", phases, running)
        assembly = assembly_in(self.trains_of(run, space), *run.schedule.window("create", run.start))
        self.assemblies[space, pattern] = assembly
        self.held.pop(space, None)
        return self._about(run, space, pattern, assembly)

    def load(self, space: str, pattern: int, **running: Unpack[Running]) -> Operation:
        """Bind a content to a space: 1 s of clear input, then 200 ms of the pattern."""
        self._check_ready(space, pattern)
        if (space, pattern) not in self.assemblies:
            raise InputError(f"space {space!r} has no assembly for content {pattern}: create() it before load()")
        phases = [Phase(1000.0, forget=(space,)), Phase(200.0, pattern, (CONTENT, space), name="load")]
        run = self._run("load", phases, running)
        self.held[space] = pattern
        assembly = assembly_in(self.trains_of(run, space), *run.schedule.window("load", run.start))
        return self._about(run, space, pattern, assembly, self.assemblies[space, pattern])

    def recall(self, space: str, delay: float = 5000.0, **running: Unpack[Running]) -> Operation:
        """Let a space bring back what it holds: all inhibited, then the space alone 50 ms, then both 150 ms."""
        pattern = self._check_holds(space, "recall")
        phases = [Phase(delay, active=(), name="delay")] if delay else []
        phases += recall_phases(space)
        return self._recalled(self._run("recall", phases, running), pattern, "recall")

    def copy(self, source: str, target: str, delay: float = 400.0, **running: Unpack[Running]) -> Operation:
        """Bring what a space holds into another one, then recall it from there."""
        pattern = self._check_holds(source, "copy")
        self._check_ready(target, pattern)
        if source == target:
            raise InputError(f"space {source!r} cannot be copied to itself: name another target")
        phases = [
            Phase(delay, active=(), forget=(target,), name="delay"),
            *recall_phases(source, "source"),
            Phase(100.0, active=(CONTENT, source, target), name="copy"),
            Phase(delay, active=(), name="second delay"),
            *recall_phases(target),
        ]
        run = self._run("copy", phases, running)
        self.held[target] = pattern
        return self._recalled(run, pattern, "recall")

    def compare(self, first: str, second: str, patterns: tuple[int, int], **running: Unpack[Running]) -> Operation:
        """Load contents into two spaces and recall them one after the other, for a `ComparisonReadout` to compare."""
        if first == second:
            raise InputError(f"space {first!r} cannot be compared with itself: name another one")
        for space, pattern in zip((first, second), patterns, strict=True):
            self._check_ready(space, pattern)
            if (space, pattern) not in self.assemblies:
                raise InputError(f"space {space!r} has no assembly for content {pattern}: create() it before compare()")
        phases = [
            Phase(1000.0, forget=(first, second)),
            Phase(200.0, patterns[0], (CONTENT, first), name="first load"),
            Phase(50.0, active=()),
            Phase(200.0, patterns[1], (CONTENT, second), name="second load"),
            Phase(50.0, active=()),
            *recall_phases(second, "first recall"),
            *recall_phases(first, "second recall"),
        ]
        run = self._run("compare", phases, running)
        self.held |= {first: patterns[0], second: patterns[1]}
        return self._recalled(run, patterns[0], "second recall")

    def run(self, phases: Sequence[Phase], name: str = "run", **running: Unpack[Running]) -> Operation:
        """Run phases of one's own."""
        return self._run(name, phases, running)

    def trains_of(self, operation: Operation, space: str) -> SpikeTrains:
        """Return the spikes of the excitatory neurons of a space in an operation."""
        if operation.spikes is None:
            raise InputError(f"{operation.name} keeps no spikes")
        first = self.circuit.network.offset(f"{space}.E")
        sizes = {group.name: group.size for group in self.circuit.network.groups}
        return operation.spikes.of(first, first + sizes[f"{space}.E"])

    def weights(self, pre: str, post: str) -> tuple[np.ndarray, float]:
        """Return mean weights between assemblies of two spaces, pattern by pattern, and that of all other synapses.

        A weight below 0 counts as 0: the next spike that passes brings it there before it is sent.

        Parameters
        ----------
        pre, post : str
            Names of the spaces; `pre` may be "inputs", which have no assemblies.

        Returns
        -------
        tuple of array (patterns, patterns) and float
        """
        state = self._check_trained()
        return mean_weights(self.circuit.network, state, self.assemblies, self.parameters.n_patterns, pre, post)

    def _run(self, name: str, phases: Sequence[Phase], running: Running) -> Operation:
        schedule = Schedule(list(phases), self.spaces, self.circuit.network.frame, self.binding)
        key, done = jax.random.key(self.seed + 1), self._frames
        state, operation = run_schedule(
            self.circuit, self.parameters, self._check_trained(), name, schedule, done, key, running
        )
        self.state = state
        self._frames += len(operation.rates)
        return operation

    def _about(
        self, run: Operation, space: str, pattern: int, assembly: np.ndarray, reference: np.ndarray | None = None
    ) -> Operation:
        shared = None if reference is None else overlap(assembly, reference)
        return replace(run, space=space, pattern=pattern, assembly=assembly, overlap=shared)

    def _recalled(self, run: Operation, pattern: int, phase: str) -> Operation:
        begin, end = run.schedule.window(f"{phase} alone", run.start)[0], run.schedule.window(phase, run.start)[1]
        content = self.trains_of(run, CONTENT)
        found = self._about(run, CONTENT, pattern, assembly_in(content, begin, end), self.assemblies[CONTENT, pattern])
        assert self.decoder is not None
        return replace(found, decoded=self.decoder.predict(content, begin + 50.0, end))

    def _check_trained(self) -> NetworkState:
        if self.state is None:
            raise InputError("the content space has no assemblies yet: call train() first")
        return self.state

    def _check_ready(self, space: str, pattern: int) -> None:
        self._check_trained()
        if space not in self.spaces[1:]:
            raise InputError(f"there is no space {space!r}: there are {', '.join(self.spaces[1:]) or 'none'}")
        self.parameters.rates(pattern)
        if (CONTENT, pattern) not in self.assemblies:
            raise InputError("it is not known yet which neurons hold a content: call test() first")

    def _check_holds(self, space: str, what: str) -> int:
        self._check_trained()
        if space not in self.spaces[1:]:
            raise InputError(f"there is no space {space!r}: there are {', '.join(self.spaces[1:]) or 'none'}")
        if space not in self.held:
            raise InputError(f"space {space!r} is inhibited and holds nothing: load() a content before {what}()")
        return self.held[space]
