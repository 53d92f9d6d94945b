r"""Spiking neurons that develop receptive fields by voltage-based plasticity with homeostasis.

.. math::

    s_{x,j} &\sim \text{Bernoulli}(p_j) \text{ in each ms}, \qquad I_i = g\, C \sum_j W_{ij}\, s_{x,j} \\
    \tau_h \dot\theta_i &= (u_i - E_L)^2 - \theta_i, \qquad A_{LTD} \to A_{LTD}\, \theta_i / u_{ref}^2

Neurons of `ClopathNeuron`, synapses of `ClopathVoltage`. A neuron that is depolarised for long depresses more: the
threshold between weakening and strengthening slides.

Source: C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010, and the authors' code.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import Count, Positive, check_fields
from bouton.dynamics import ClopathMembrane, ClopathNeuron, LowPass, VoltageFilters, VoltageLines
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import ClopathVoltage, Dense, Synapses, VoltagePost, VoltagePre

__all__ = ["VoltageNeurons", "VoltageNeuronsInfo", "VoltageNeuronsState"]


class VoltageNeuronsState(NamedTuple):
    """What the neurons need to go on: weights, and activity that goes on from one presentation to the next."""

    weights: Float[Array, "neurons inputs"]
    trace: Float[Array, " inputs"]
    membrane: ClopathMembrane
    lines: VoltageLines
    mean_square: Float[Array, " neurons"]


class VoltageNeuronsInfo(NamedTuple):
    """What one may look at after a presentation."""

    y: Float[Array, " neurons"]
    """Firing rates during the presentation, in Hz."""
    mean_square: Float[Array, " neurons"]
    """Running mean of the squared depolarisation, in mV²."""


class VoltageNeurons(Circuit[VoltageNeuronsState, VoltageNeuronsInfo]):
    r"""Spiking neurons under Poisson inputs, each by itself, whose synapses compare spikes with the potential.

    An event is the firing probabilities of the inputs in a ms, at which they fire for `duration` ms. In the published
    experiment many starts fall silent before a field has formed; with `VoltageFilters(delay=0)` none of eight did.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m. They differ in their random starts only. Default 1.
    rule : ClopathVoltage
        One synapse. Default: the authors' for receptive fields, ten times the amplitudes of slices.
    neuron : ClopathNeuron
        The neurons. Default: the published ones.
    filters : VoltageFilters
        How synapses read the potential. Default: a ms later than in slices, as in the authors' code.
    trace_time : float
        Time constant of the presynaptic trace, in ms. Default 15.
    input_strength : float
        g, in mV by a spike through a synapse of weight 1. Default 4.
    reference : float
        :math:`u_{ref}^2`, in mV²: the mean squared depolarisation at which depression is that of the rule. Default 60.
    homeostasis_time : float
        :math:`\tau_h`, in ms. Default 1200.
    duration : int
        Of a presentation, in ms. Default 100.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    C. Clopath, L. Büsing, E. Vasilaki, W. Gerstner, Nature Neuroscience 13:344, 2010.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> probabilities = np.full((5, 20), 0.02)
    >>> neurons = bouton.features.VoltageNeurons(20, 2)
    >>> run = bouton.run(neurons, probabilities, key=jax.random.key(0), record={"y": 1})
    >>> run.state.weights.shape, run.recordings["y"].values.shape
    ((2, 20), (5, 2))
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True, default=1)
    rule: ClopathVoltage = ClopathVoltage(1.4e-3, 8e-4)
    neuron: ClopathNeuron = ClopathNeuron()
    filters: VoltageFilters = VoltageFilters(delay=4)
    trace_time: Positive = 15.0
    input_strength: Positive = 4.0
    reference: Positive = 60.0
    homeostasis_time: Positive = 1200.0
    duration: Count = eqx.field(static=True, default=100)

    def __check_init__(self) -> None:
        check_fields(self)
        for time in (self.trace_time, self.homeostasis_time):
            LowPass(time, exact=False)
        bounds = (self.rule.lower, self.rule.upper)
        if all(isinstance(bound, int | float) for bound in bounds) and not max(self.rule.lower, 0.5) < self.rule.upper:
            raise InputError(f"the rule's upper bound must exceed 0.5, where weights start from; got {self.rule.upper}")

    @property
    def synapses(self) -> Synapses:
        """All inputs to all neurons."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), self.rule)

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """Firing probabilities of the inputs in a ms: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> VoltageNeuronsState:
        """Return neurons at rest, with weights drawn evenly between 0.5 and 2, or the rule's upper bound."""
        m, n = self.n_outputs, self.n_inputs
        most = jnp.minimum(jnp.asarray(self.rule.upper, float), 2.0)
        weights = 0.5 + (most - 0.5) * jax.random.uniform(key, (m, n))
        membrane = self.neuron.start((m,))
        lines = self.filters.start(membrane.potential)
        return VoltageNeuronsState(weights, jnp.zeros(n), membrane, lines, jnp.zeros(m) + self.reference)

    def respond(self, state: VoltageNeuronsState, x: Float[Array, " inputs"]) -> Float[Array, " neurons"]:
        """Return the mean input of the neurons, in mV per ms: what they fire by, without chance."""
        return self.input_strength * self.synapses.drive(state.weights, x)

    def step(
        self, key: PRNGKeyArray, state: VoltageNeuronsState, x: Float[Array, " inputs"]
    ) -> tuple[VoltageNeuronsState, VoltageNeuronsInfo]:
        """Show the inputs at their probabilities; learn in each ms."""

        def one(carry: Any, index: Array) -> tuple[Any, None]:
            now, counts = carry
            drawn = jax.random.uniform(jax.random.fold_in(key, index), x.shape, x.dtype)
            after, fired = self.time_step(now, (drawn < x).astype(x.dtype))
            return (after, counts + fired), None

        silent = jnp.zeros(self.n_outputs, x.dtype)
        (after, counts), _ = jax.lax.scan(one, (state, silent), jnp.arange(self.duration))
        return after, VoltageNeuronsInfo(1000 / self.duration * counts, after.mean_square)

    def time_step(
        self, state: VoltageNeuronsState, spikes: Float[Array, " inputs"]
    ) -> tuple[VoltageNeuronsState, Float[Array, " neurons"]]:
        """Go on by a ms, in which inputs fire; return the state after, and which neurons fire.

        Parameters
        ----------
        state : VoltageNeuronsState
            State before.
        spikes : array (n_inputs,)
            1 where an input fires, else 0.

        Returns
        -------
        tuple of VoltageNeuronsState and array (n_outputs,)
        """
        current = self.neuron.capacitance * self.respond(state, spikes)
        membrane, fired = self.neuron.step(state.membrane, current)
        lines, read = self.filters.step(state.lines, membrane.potential)
        depolarised = membrane.potential - self.neuron.rest
        mean_square = LowPass(self.homeostasis_time, exact=False).step(state.mean_square, depolarised * depolarised)
        post = VoltagePost(membrane.potential, *read, depression_scale=mean_square / self.reference)
        weights = self.synapses.update(state.weights, VoltagePre(spikes, state.trace), post)
        trace = LowPass(self.trace_time, exact=False).step(state.trace, spikes)
        return VoltageNeuronsState(weights, trace, membrane, lines, mean_square), fired
