r"""Learners of sequences: a late reflex, inputs that predict it, resonators that smear both, a linear neuron.

.. math::

    u_0 = h_0 * x_0, \quad u_{jk} = h_k * x_j, \quad v = \rho_0 u_0 + \sum_{jk} \rho_{jk} u_{jk}

The weights of the reflexes are fixed, those of the predicting inputs learn by a `SequenceRule`. Where the neuron's
output moves the agent so that the reflex no longer comes, the reflex has nothing left to teach.

Sources: B. Porr, F. Woergoetter, Isotropic sequence order learning, Neural Computation 15:831-864, 2003; of the
input-only rule 18:1380-1412, 2006; of the third factor 19:2694-2719, 2007. The order within a step is that of B. Porr's
programs: filters, output by the weights before, differences, learning.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import Count, check_fields
from bouton.behaviour.agent import Agent, AgentInfo, Experience
from bouton.behaviour.gates import Gate
from bouton.dynamics.resonators import ResonatorBank, ResonatorState
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import Dense, SequencePost, SequencePre, SequenceSynapse, Synapses
from bouton.plasticity.rates.sequence_order import SequenceRule

__all__ = ["SequenceAgent", "SequenceInfo", "SequenceLearner", "SequenceState", "Stimulus"]


class Stimulus(NamedTuple):
    """One event: the inputs of reflexes, and those that may predict them."""

    reflex: Float[Array, " reflexes"]
    predictive: Float[Array, " predictors"]


class SequenceState(NamedTuple):
    """What a learner needs to go on."""

    synapses: SequenceSynapse
    """Weights and products of the step before, (outputs, predictors x resonators) each."""
    reflex: ResonatorState
    predictive: ResonatorState
    filtered: Float[Array, " presynaptic"]
    output: Float[Array, " outputs"]
    reflex_drive: Float[Array, " outputs"]
    gate: Any


class SequenceInfo(NamedTuple):
    """What one may look at."""

    output: Float[Array, " outputs"]
    filtered_reflex: Float[Array, " reflexes"]
    filtered: Float[Array, " presynaptic"]
    relevance: Float[Array, ""]


def _rows(given: Any) -> Any:
    try:
        return tuple(tuple(map(float, row)) for row in given)
    except (TypeError, ValueError):
        return given


class SequenceLearner(Circuit[SequenceState, SequenceInfo]):
    """Linear neurons that learn to respond to what comes before a reflex.

    Parameters
    ----------
    rule : SequenceRule
        `IsotropicSequenceOrder`, `InputCorrelations` or `RelevantSequenceOrder`.
    n_predictors : int
        Number of predicting inputs. Default 1.
    reflex_weights : array (outputs, reflexes)
        Fixed weights of the reflexes onto each neuron. Default: one neuron, one reflex, weight 1.
    reflex_filter : ResonatorBank
        The single resonator of each reflex. Default: f = 0.01, Q = 0.6.
    predictive_filters : ResonatorBank
        The bank of each predicting input. Default: f = 0.01, Q = 0.6.
    gate : Gate, optional
        What makes the relevance that `RelevantSequenceOrder` asks for. Default: always 1.

    Raises
    ------
    InputError
        If the weights of the reflexes are no matrix, or their filter has more than one resonator.

    Examples
    --------
    A predictor 25 steps before a reflex:

    >>> import bouton, jax, numpy as np
    >>> from bouton.behaviour import SequenceLearner, Stimulus
    >>> from bouton.plasticity import InputCorrelations
    >>> reflex, predictive = np.zeros((2, 1000, 1), np.float32)
    >>> predictive[100], reflex[125] = 1, 1
    >>> learner = SequenceLearner(InputCorrelations(rate=1e-6))
    >>> run = bouton.run(learner, Stimulus(reflex, predictive), key=jax.random.key(0))
    >>> f"{float(run.state.synapses.weight[0, 0]):.3e}"
    '3.110e-05'
    """

    rule: SequenceRule
    n_predictors: Count = eqx.field(static=True, default=1)
    reflex_weights: tuple[tuple[float, ...], ...] = eqx.field(static=True, default=((1.0,),), converter=_rows)
    reflex_filter: ResonatorBank = ResonatorBank((0.01,))
    predictive_filters: ResonatorBank = ResonatorBank((0.01,))
    gate: Gate | None = None

    def __check_init__(self) -> None:
        check_fields(self)
        if np.ndim(self.reflex_weights) != 2:
            raise InputError(
                f"reflex_weights must be a matrix (outputs, reflexes), got shape {np.shape(self.reflex_weights)}"
            )
        if isinstance(self.reflex_filter, ResonatorBank) and len(self.reflex_filter.frequencies) != 1:
            raise InputError(
                f"a reflex has one resonator, got {len(self.reflex_filter.frequencies)} frequencies in reflex_filter"
            )

    @property
    def n_outputs(self) -> int:
        """Number of neurons."""
        return np.shape(self.reflex_weights)[0]

    @property
    def n_reflexes(self) -> int:
        """Number of reflexes."""
        return np.shape(self.reflex_weights)[1]

    @property
    def synapses(self) -> Synapses:
        """The synapses of the predicting inputs."""
        return Synapses(Dense(self.n_predictors * len(self.predictive_filters.frequencies), self.n_outputs), self.rule)

    @property
    def event(self) -> Any:
        """One `Stimulus`."""
        kind = jnp.result_type(float)
        shapes = ((self.n_reflexes,), (self.n_predictors,))
        return Stimulus(*(jax.ShapeDtypeStruct(shape, kind) for shape in shapes))  # pyright: ignore[reportArgumentType]

    def init(self, key: PRNGKeyArray) -> SequenceState:
        """Return weights of zero, and filters at rest."""
        shape = self.synapses.connectivity.shape
        return SequenceState(
            SequenceSynapse(jnp.zeros(shape), jnp.zeros(shape)),
            self.reflex_filter.start(self.n_reflexes),
            self.predictive_filters.start(self.n_predictors),
            jnp.zeros(shape[1]),
            jnp.zeros(shape[0]),
            jnp.zeros(shape[0]),
            None if self.gate is None else self.gate.start(),
        )

    def respond(self, state: SequenceState, x: Stimulus) -> Float[Array, " outputs"]:
        """Return the outputs."""
        return self._filtered(state, x)[-1]

    def _filtered(self, state: SequenceState, x: Stimulus) -> tuple:
        reflex, late = self.reflex_filter.step(state.reflex, x.reflex)
        predictive, early = self.predictive_filters.step(state.predictive, x.predictive)
        late, early = late[:, 0], early.ravel()
        drive = jnp.sum(jnp.asarray(self.reflex_weights, late.dtype) * late[None], axis=1)
        return reflex, predictive, late, early, drive, drive + self.synapses.drive(state.synapses, early)

    def step(self, key: PRNGKeyArray, state: SequenceState, x: Stimulus) -> tuple[SequenceState, SequenceInfo]:
        """Filter the inputs, respond, then learn."""
        reflex, predictive, late, early, drive, output = self._filtered(state, x)
        gate, relevance = state.gate, jnp.ones((), output.dtype)
        if self.gate is not None:
            gate, relevance = self.gate.step(gate, x.reflex, late, output)
        synapses = self.synapses.update(
            state.synapses,
            SequencePre(early, state.filtered),
            SequencePost(output, output - state.output, drive - state.reflex_drive),
            relevance,
        )
        after = SequenceState(synapses, reflex, predictive, early, output, drive, gate)
        return after, SequenceInfo(output, late, early, relevance)


class SequenceAgent(Agent):
    """A learner of sequences whose outputs move it.

    .. code-block:: text

        action = cruise + gains @ outputs

    Parameters
    ----------
    learner : SequenceLearner
        What learns.
    cruise : tuple of float
        What the agent does where all outputs are 0.
    gains : tuple of tuple of float
        How each output counts in each part of the action, (parts, outputs).

    Raises
    ------
    InputError
        If the gains do not fit the parts of the action and the outputs.
    """

    learner: SequenceLearner
    cruise: tuple[float, ...]
    gains: tuple[tuple[float, ...], ...]

    def __check_init__(self) -> None:
        check_fields(self)
        wanted = len(self.cruise), self.learner.n_outputs
        if np.shape(self.gains) != wanted:
            raise InputError(
                f"gains must have shape {wanted} (parts of the action, outputs), got {np.shape(self.gains)}"
            )

    @property
    def event(self) -> Any:
        """An experience: a `Stimulus`, and a reward that is not looked at."""
        return Experience(self.learner.event, jax.ShapeDtypeStruct((), jnp.result_type(float)))

    def init(self, key: PRNGKeyArray) -> SequenceState:
        """Return the learner at its beginning."""
        return self.learner.init(key)

    def respond(self, state: SequenceState, x: Experience) -> Float[Array, " parts"]:
        """Return the action."""
        return self._action(self.learner.respond(state, x.observation))

    def _action(self, output: Array) -> Array:
        gains = jnp.asarray(self.gains, output.dtype)
        return jnp.asarray(self.cruise, output.dtype) + jnp.sum(gains * output[None], axis=1)

    def step(self, key: PRNGKeyArray, state: SequenceState, x: Experience) -> tuple[SequenceState, AgentInfo]:
        """Respond, learn, and act."""
        after, info = self.learner.step(key, state, x.observation)
        return after, AgentInfo(self._action(info.output), info)
