r"""A chaotic network that learns from the error of whole trials, by eligibility at each synapse (Miconi).

.. math::

    x &\leftarrow x + \tfrac{dt}{\tau}(-x + J r + B u + p), \qquad r = \tanh x \\
    e_{ij} &= \sum_t \big(r_j(t-1)\, \delta x_i(t)\big)^3 \quad\text{or}\quad \sum_t r_j(t-1)\, p_i(t)

p are rare perturbations, :math:`\delta x` is what x differs by from its running mean. The first eligibility needs no
knowledge of the perturbations, which the second one has (node perturbation). After a trial the error becomes weight by
`DelayedReward`. Three units are clamped and serve as bias.

The cube of a product is the product of cubes: the eligibilities of a trial are one product of matrices, which is Hebb's
rule, applied in every step to what the two neurons have cubed.

Source: T. Miconi, eLife 6:e20899, 2017; order of operations and numbers are those of the author's program.
"""

from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Fraction, Positive, Share, Whole, check_fields
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Dense, Hebb, Synapses
from bouton.plasticity.learning_rate import counted
from bouton.plasticity.rates.delayed_reward import DelayedReward, TrialError
from bouton.plasticity.spikes.reward_modulated import EligibleSynapse

__all__ = ["DelayedRewardNetwork", "DelayedTrial", "TrialInfo", "TrialState", "sequential_xor"]

_CLAMPED = ((1, 1.0), (10, 1.0), (11, -1.0))
_QUIET_STEPS = 3
_USUAL = 0.75
"""Share that the usual error keeps in a trial."""


class DelayedTrial(NamedTuple):
    """One event: what is shown, what the first unit is to do at the end, and which kind of trial it is."""

    inputs: Float[Array, "steps inputs"]
    target: Float[Array, ""]
    kind: Int[Array, ""]


class TrialState(NamedTuple):
    """What the network needs to go on."""

    weights: Float[Array, "units units"]
    input_weights: Float[Array, "units inputs"]
    usual_errors: Float[Array, " kinds"]
    n_trials: Int[Array, ""]


class TrialInfo(NamedTuple):
    """What one may look at."""

    error: Float[Array, ""]
    output: Float[Array, " steps"]


class DelayedRewardNetwork(Circuit[TrialState, TrialInfo]):
    r"""A chaotic network whose recurrent weights learn from the errors of trials.

    Parameters
    ----------
    n_units : int
        Units, more than 11 of them. Default 200.
    n_inputs : int
        Input channels. Default 2.
    n_steps : int
        Steps of a trial. Default 1000.
    n_kinds : int
        Kinds of trials, each with a usual error of its own. Default 4.
    eligibility : {"cubic", "perturbation"}
        What a synapse remembers. Default "cubic".
    rate : float
        :math:`\eta`. Default 0.1; for "perturbation" 0.001.
    rule : DelayedReward
        What becomes of it. Default: changes of at most 3e-4.
    gain : float
        Of recurrent weights, normal of variance gain^2 / n_units. Default 1.5.
    share : float
        :math:`dt / \tau`: steps of 1 ms, 30 ms. Default 1/30.
    forgetting : float
        Share that the running mean of x keeps in a step. Default 0.05.
    probability, amplitude : float
        Of perturbations, in each step and for each unit; uniform in plus-minus the amplitude. Default 0.003 and 16.
    scored_steps : int
        Steps at the end over which the error is taken. Default 200.
    silent_trials : int
        Trials before the first that changes weights. Default 100.

    Raises
    ------
    InputError
        If a value is out of its range, there is no room for the clamped units, or the scored steps exceed the trial.
    """

    n_units: Count = eqx.field(static=True, default=200)
    n_inputs: Count = eqx.field(static=True, default=2)
    n_steps: Count = eqx.field(static=True, default=1000)
    n_kinds: Count = eqx.field(static=True, default=4)
    eligibility: Literal["cubic", "perturbation"] = eqx.field(static=True, default="cubic")
    rate: Positive | Float[Array, ""] = 0.1
    rule: DelayedReward = DelayedReward()
    gain: AtLeastZero = 1.5
    share: Fraction | Float[Array, ""] = 1 / 30
    forgetting: Share | Float[Array, ""] = 0.05
    probability: Share | Float[Array, ""] = 0.003
    amplitude: AtLeastZero | Float[Array, ""] = 16.0
    scored_steps: Count = eqx.field(static=True, default=200)
    silent_trials: Whole = 100

    def __check_init__(self) -> None:
        check_fields(self)
        least = 1 + max(unit for unit, _ in _CLAMPED)
        if self.n_units < least:
            raise InputError(f"n_units must be at least {least}, since unit {least - 1} is clamped, got {self.n_units}")
        if self.scored_steps > self.n_steps:
            raise InputError(f"scored_steps must be at most n_steps, {self.n_steps}, got {self.scored_steps}")

    @property
    def event(self) -> Any:
        """One `DelayedTrial`."""
        kind = jnp.result_type(float)
        return DelayedTrial(  # pyright: ignore[reportReturnType]
            jax.ShapeDtypeStruct((self.n_steps, self.n_inputs), kind),  # pyright: ignore[reportArgumentType]
            jax.ShapeDtypeStruct((), kind),  # pyright: ignore[reportArgumentType]
            jax.ShapeDtypeStruct((), jnp.int32),  # pyright: ignore[reportArgumentType]
        )

    @property
    def synapses(self) -> Synapses:
        """The recurrent synapses."""
        return Synapses(Dense(self.n_units, self.n_units), self.rule)

    @property
    def eligible(self) -> Synapses:
        """What the same synapses remember: the sum over the steps of a trial, where `mean_update` takes the mean."""
        return Synapses(Dense(self.n_units, self.n_units), Hebb(float(self.n_steps)))

    def init(self, key: PRNGKeyArray) -> TrialState:
        """Return random weights, and errors of 0."""
        first, second = jax.random.split(key)
        weights = self.gain / np.sqrt(self.n_units) * jax.random.normal(first, (self.n_units, self.n_units))
        inputs = jax.random.uniform(second, (self.n_units, self.n_inputs), minval=-1.0, maxval=1.0)
        return TrialState(weights, inputs, jnp.zeros(self.n_kinds), jnp.asarray(0, jnp.int32))

    def respond(self, state: TrialState, x: DelayedTrial) -> Float[Array, " steps"]:
        """Return the activity of the first unit in a trial without perturbations, from rest on."""
        perturbations = jnp.zeros((self.n_steps, self.n_units), state.weights.dtype)
        return self._lived(state, x, jnp.zeros(self.n_units, state.weights.dtype), perturbations)[0]

    def _lived(
        self, state: TrialState, x: DelayedTrial, start: Array, perturbations: Array
    ) -> tuple[Array, Array, Array]:
        """Return the response, and in each step the rates before and what potentials differ by from their mean."""
        synapses, potential = EligibleSynapse(state.weights), self._clamped(start)
        given = x.inputs @ state.input_weights.T + perturbations

        def step(carry: tuple, given: Array) -> tuple[tuple, tuple]:
            potential, mean, rates = carry
            drive = self.synapses.drive(synapses, rates) + given
            potential = self._clamped(potential + self.share * (drive - potential))
            after = jnp.tanh(potential)
            difference = potential - mean
            mean = self.forgetting * mean + (1 - self.forgetting) * potential
            return (potential, mean, after), (after[0], rates, difference)

        return jax.lax.scan(step, (potential, potential, jnp.tanh(potential)), given)[1]

    def _clamped(self, potential: Array) -> Array:
        units = np.arange(self.n_units)
        for unit, value in _CLAMPED:
            potential = jnp.where(units == unit, jnp.asarray(value, potential.dtype), potential)
        return potential

    def step(self, key: PRNGKeyArray, state: TrialState, x: DelayedTrial) -> tuple[TrialState, TrialInfo]:
        """Go through a trial, then learn from its error."""
        one, two, three = jax.random.split(key, 3)
        kind, shape = state.weights.dtype, (self.n_steps, self.n_units)
        start = jax.random.uniform(one, (self.n_units,), kind, -0.1, 0.1)
        late = jnp.arange(self.n_steps)[:, None] > _QUIET_STEPS
        hit = (jax.random.uniform(two, shape, kind) < self.probability) & late
        perturbations = jnp.where(hit, self.amplitude * jax.random.uniform(three, shape, kind, -1.0, 1.0), 0.0)
        output, rates, difference = self._lived(state, x, start, perturbations)
        error = jnp.mean(jnp.abs(output[-self.scored_steps :] - x.target))
        usual = state.usual_errors[x.kind]
        factors = (rates**3, difference**3) if self.eligibility == "cubic" else (rates, perturbations)
        eligibility = self.eligible.mean_update(jnp.zeros_like(state.weights), *factors)
        rate = jnp.where(state.n_trials >= self.silent_trials, self.rate, 0.0)
        synapse = EligibleSynapse(state.weights, eligibility)
        weights = self.synapses.update(synapse, None, None, TrialError(error, usual, rate)).weight
        own = jnp.arange(self.n_kinds, dtype=x.kind.dtype) == x.kind
        usual_errors = jnp.where(own, _USUAL * state.usual_errors + (1 - _USUAL) * error, state.usual_errors)
        after = TrialState(weights, state.input_weights, usual_errors, counted(state.n_trials))
        return after, TrialInfo(error, output)


def sequential_xor(n_trials: int, *, seed: int = 0, n_steps: int = 1000) -> DelayedTrial:
    """Return trials of a delayed non-match: two stimuli on two channels, and the first unit is to say if they differ.

    Stimuli last a fifth of the trial, from its beginning on and from two fifths on. The target is 0.98 where they come
    on different channels, -0.98 where on the same one.

    Parameters
    ----------
    n_trials : int
        How many, of four kinds in random order.
    seed : int
        Of the order. Default 0.
    n_steps : int
        Steps of a trial. Default 1000.

    Returns
    -------
    DelayedTrial
        With an axis of trials in front.

    Examples
    --------
    >>> from bouton.behaviour import sequential_xor
    >>> trials = sequential_xor(3)
    >>> trials.inputs.shape, trials.target.shape
    ((3, 1000, 2), (3,))
    """
    kinds = np.random.default_rng(seed).integers(4, size=n_trials)
    first, second = kinds // 2, kinds % 2
    lasts = n_steps // 5
    inputs = np.zeros((n_trials, n_steps, 2), jnp.result_type(float))
    every = np.arange(n_trials)
    inputs[every, :lasts, first] = 1
    inputs[every, 2 * lasts : 3 * lasts, second] = 1
    targets = np.where(first == second, -0.98, 0.98).astype(inputs.dtype)
    return DelayedTrial(inputs, targets, kinds.astype(np.int32))  # pyright: ignore[reportArgumentType]
