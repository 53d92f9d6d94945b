"""The spaces of an assembly network: sizes, constants, and how they are wired."""

import warnings
from collections.abc import Sequence

import equinox as eqx
import numpy as np

from bouton._checked import Checked
from bouton._fields import AtLeastZero, Count, Finite, Positive, check_fields
from bouton.dynamics import ExcitableNeurons, LinearHazard
from bouton.errors import InputError
from bouton.plasticity import AssemblySTDP
from bouton.spiking.builder import NetworkBuilder, Population
from bouton.spiking.network import SpikingNetwork

__all__ = ["CONTENT", "AssemblyParameters", "build_spaces"]

CONTENT = "content"
"""Name of the content space."""

_EXCITATION, _INHIBITION_I = 10 / 0.575, -10 / 0.6
# Like the published program, which divides by 0.6 though the connection probability is 0.55.
_INHIBITION_E = -1 / (5 * 0.6)


class AssemblyParameters(Checked):
    """Sizes and constants of the spaces; the defaults are the published ones.

    Parameters
    ----------
    n_content, n_content_inhibitory : int
        Neurons of the content space. Default 1000 and 250.
    n_space, n_space_inhibitory : int
        Neurons of each other space. Default 2000 and 500.
    n_patterns, pattern_size, n_background : int
        How many contents, inputs of each, and inputs of none. Default 5, 25 and 75.
    pattern_rate, background_rate : float
        Rates of inputs that belong to the content that is shown, and of all others, in Hz. Default 100 and 0.1.
    jump, excitability_bound : float
        Excitability of the neurons of spaces beside the content space. Default 0.02 and 0.5.
    inhibition : float
        Drive into the neurons of an inhibited space. Default -2.
    time_step : float
        In ms. Default 0.5; published 0.1. Delays are moved to whole steps.

    Raises
    ------
    InputError
        If a number is out of its range.

    Examples
    --------
    >>> parameters = AssemblyParameters()
    >>> parameters.n_inputs, round(parameters.clear_rate, 4)
    (200, 12.5875)
    """

    n_content: Count = eqx.field(static=True, default=1000)
    n_content_inhibitory: Count = eqx.field(static=True, default=250)
    n_space: Count = eqx.field(static=True, default=2000)
    n_space_inhibitory: Count = eqx.field(static=True, default=500)
    n_patterns: Count = eqx.field(static=True, default=5)
    pattern_size: Count = eqx.field(static=True, default=25)
    n_background: int = eqx.field(static=True, default=75)
    pattern_rate: AtLeastZero = eqx.field(static=True, default=100.0)
    background_rate: AtLeastZero = eqx.field(static=True, default=0.1)
    jump: AtLeastZero = eqx.field(static=True, default=0.02)
    excitability_bound: AtLeastZero = eqx.field(static=True, default=0.5)
    inhibition: Finite = eqx.field(static=True, default=-2.0)
    time_step: Positive = eqx.field(static=True, default=0.5)

    def __check_init__(self) -> None:
        check_fields(self)
        if self.n_background < 0:
            raise InputError(f"n_background must be at least 0, got {self.n_background}")
        if self.time_step > 0.5:
            warnings.warn(
                f"a time step of {self.time_step:g} ms is longer than the shortest delay of 0.5 ms, which becomes one "
                "step",
                stacklevel=3,
            )

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return self.n_patterns * self.pattern_size + self.n_background

    @property
    def clear_rate(self) -> float:
        """Rate of all inputs where no content is shown: their mean rate while one is, in Hz."""
        return float(np.mean(self.rates(0)))

    def rates(self, pattern: int | None) -> np.ndarray:
        """Return the rates of the inputs, in Hz, of a content or of none.

        Parameters
        ----------
        pattern : int or None
            Number of the content, from 0.

        Returns
        -------
        array (n_inputs,)

        Raises
        ------
        InputError
            If there is no such content.
        """
        if pattern is None:
            return np.full(self.n_inputs, self.clear_rate)
        if not 0 <= pattern < self.n_patterns:
            raise InputError(f"pattern must be from 0 to {self.n_patterns - 1}, got {pattern}")
        rates = np.full(self.n_inputs, float(self.background_rate))
        rates[pattern * self.pattern_size : (pattern + 1) * self.pattern_size] = self.pattern_rate
        return rates


def build_spaces(
    parameters: AssemblyParameters, spaces: Sequence[str] = (), seed: int = 0, frame: float = 50.0
) -> SpikingNetwork:
    """Return the network of inputs, content space and further spaces.

    What belongs to the content space comes first and does not depend on the others.

    Parameters
    ----------
    parameters : AssemblyParameters
        Sizes and constants.
    spaces : sequence of str
        Names of the further spaces. Default: none.
    seed : int
        Seed of wiring and first weights. Default 0.
    frame : float
        Length of a frame, in ms. Default 50.

    Returns
    -------
    SpikingNetwork
        Its signals switch plasticity: "content" and, of each further space, its name (synapses within it) and its name
        after "content+" (synapses from and to the content space).

    Raises
    ------
    InputError
        If names are used twice.

    Examples
    --------
    >>> small = AssemblyParameters(n_content=60, n_content_inhibitory=15, n_space=40, n_space_inhibitory=10)
    >>> network = build_spaces(small, ["agent"])
    >>> network.n_neurons, network.signals
    (325, ('content', 'agent', 'content+agent'))
    """
    names = list(spaces)
    if len({CONTENT, *names}) <= len(names):
        raise InputError(f"spaces must have names of their own, other than {CONTENT!r}, got {names}")
    builder = NetworkBuilder(parameters.time_step, seed)
    wires = _Wires(builder, parameters, np.random.default_rng((seed, 1)))
    inputs = builder.rates("inputs", parameters.n_inputs)
    content = wires.space(CONTENT, parameters.n_content, parameters.n_content_inhibitory, 0.0)
    wires.join(inputs, content, 1.0, (0.0, 0.8), (1.0, 10.0), AssemblySTDP(0.01, 0.4, 0.0, 25.0, 25.0, 0.8), CONTENT)
    wires.join(content, content, 0.1, (0.0, 0.01), 1.0, AssemblySTDP(0.0025, 0.5, -1.0, 25.0, 25.0, 0.6), CONTENT)
    for number, name in enumerate(names):
        wires.rng = np.random.default_rng((seed, 2 + number))
        own = wires.space(name, parameters.n_space, parameters.n_space_inhibitory, parameters.jump)
        within = AssemblySTDP(0.0054135, 0.51823208, -1.0, 33.10643932, 45.42334068, 1.04060619)
        forth = AssemblySTDP(0.00312222, 0.28319782, 0.0, 19.61620613, 45.42334068, 1.24902448)
        back = AssemblySTDP(0.00605105, 0.44844316, 0.0, 28.35256916, 42.90537971, 0.86900343)
        wires.join(own, own, 0.1, (0.42054783, 0.91009721), 1.0, within, name)
        wires.join(content, own, 0.1, (0.48376855, 0.85674204), (1.0, 10.0), forth, f"{CONTENT}+{name}")
        wires.join(own, content, 0.1, (0.19214029, 0.3844604), (1.0, 10.0), back, f"{CONTENT}+{name}")
    return builder.build(frame)


class _Wires:
    """Puts spaces into a builder."""

    def __init__(self, builder: NetworkBuilder, parameters: AssemblyParameters, rng: np.random.Generator):
        self.builder, self.parameters, self.rng = builder, parameters, rng

    def space(self, name: str, n_excitatory: int, n_inhibitory: int, jump: float) -> Population:
        """Add the neurons of a space and their fixed synapses; return the excitatory ones."""
        h, bound = self.parameters.time_step, self.parameters.excitability_bound
        cells = ExcitableNeurons(jump=jump, excitability_bound=bound, time_step=h)  # pyright: ignore[reportCallIssue]
        others = ExcitableNeurons(bias=0.0, hazard=LinearHazard(0.0, 10.0), time_step=h)  # pyright: ignore[reportCallIssue]
        excitatory = self.builder.neurons(f"{name}.E", n_excitatory, cells)
        inhibitory = self.builder.neurons(f"{name}.I", n_inhibitory, others)
        for pre, post, probability, weight, delay in (
            (excitatory, inhibitory, 0.575, _EXCITATION, 0.5),
            (inhibitory, excitatory, 0.6, _INHIBITION_E, 0.5),
            (inhibitory, inhibitory, 0.55, _INHIBITION_I, 1.0),
        ):
            pairs = self._pairs(pre.size, post.size, probability)
            delays = {"delay": max(delay, h), "round_delays": True, "self_connections": True}
            self.builder.connect(pre, post, weight=weight, pairs=pairs, **delays)
        return excitatory

    def join(self, pre, post, probability, weights, delays, rule, signal) -> None:
        """Add plastic synapses with weights, and delays where there are two, uniform between two numbers."""
        pairs = self._pairs(pre.size, post.size, probability)
        n, h = len(pairs[0]), self.parameters.time_step
        delay = np.maximum(self.rng.uniform(delays[0], delays[1], n) if isinstance(delays, tuple) else delays, h)
        self.builder.connect(
            *(pre, post),
            weight=self.rng.uniform(weights[0], weights[1], n),
            pairs=pairs,
            delay=delay,
            delay_in="dendrite",
            rule=rule,
            signal=signal,
            self_connections=True,
            round_delays=True,
        )

    def _pairs(self, n_pre: int, n_post: int, probability: float) -> tuple[np.ndarray, np.ndarray]:
        first, second = np.nonzero(self.rng.random((n_pre, n_post)) < probability)
        return first, second
