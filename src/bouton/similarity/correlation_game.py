r"""The correlation game: excitation seeks correlation with the inputs, inhibition forbids it among the neurons.

Neurons are to correlate with their inputs as much as they can, while the mean product of any two of them stays below a
bound. With the bounds' Lagrange multipliers L as inhibitory weights this is a game between excitation and inhibition:

.. math::

    \max_{W \ge 0} \min_{L \ge 0} \Big\langle \max_{y \ge 0} \big(y^\top W x - \tfrac12\, y^\top (L + l I)\, y\big)
    \Big\rangle + \tfrac12 \sum_{ij} L_{ij} D_{ij} - \tfrac\gamma2 \|W\|_F^2
    - \tfrac\kappa2 \sum_i \Big(\sum_k W_{ik} - \rho\Big)^2

    D_{ii} = q^2, \qquad D_{ij} = p^2 \quad (i \ne j)

which a network plays one sample at a time:

.. math::

    L_{ij} &\leftarrow \max\big(0,\; L_{ij} + \eta_t\, (y_i y_j - D_{ij})\big) \\
    W_{ij} &\leftarrow \max\Big(0,\; W_{ij} + \tfrac{\eta_t}{\tau} \big(y_i x_j - \gamma W_{ij}
        - \kappa (\textstyle\sum_k W_{ik} - \rho)\big)\Big)

At rest :math:`\langle y_i y_j \rangle \le D_{ij}`, with :math:`L_{ij} > 0` only where the two are equal.

=======  =======================  ===================================================================  ======
symbol   name                     what it is                                                           shape
=======  =======================  ===================================================================  ======
x        input                    one sample                                                           (n,)
y        activity                 the output, non-negative                                             (m,)
W        feedforward              excitatory weights                                                   (m, n)
L        lateral                  inhibitory weights, symmetric; the diagonal is self-inhibition       (m, m)
q^2      power_bound              largest mean square of a neuron's activity                           ()
p^2      correlation_bound        largest mean product of two neurons' activities                      ()
gamma    decay                    decay of excitatory weights                                          ()
kappa    competition              how strongly a neuron's synapses compete for its total weight        ()
rho      total_weight             the total weight they compete for                                    ()
l        leak                     keeps the activity finite where there is no inhibition               ()
=======  =======================  ===================================================================  ======

Source: H. S. Seung, J. Zung, arXiv:1704.00646, 2017, and H. S. Seung, arXiv:1812.11581 and 1812.11937, 2018; recalled
in structure, no constants were available: all defaults are choices of this library. The leak is an addition: a neuron
without self-inhibition has no finite output. So is `input_power` P, which takes the scale of the inputs out: rho counts
in units of the root of P, leak and multipliers in units of P, and inhibition learns at the rate times P.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive, check_values
from bouton._loops import row
from bouton.dynamics import CoordinateDescent, Equilibrium, EquilibriumSolver
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import (
    BoundedCorrelation,
    CompetitiveHebb,
    CompetitivePost,
    CorrelationMultiplier,
    Dense,
    LearningRate,
    Synapses,
)
from bouton.plasticity.learning_rate import as_learning_rate, counted

__all__ = ["CorrelationGameInfo", "CorrelationGameNetwork", "CorrelationGameState"]


class CorrelationGameState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    lateral: Float[Array, "outputs outputs"]
    n_samples: Int[Array, ""]
    """Number of samples so far, which sets the learning rate."""


class CorrelationGameInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]
    sweeps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class CorrelationGameNetwork(Circuit[CorrelationGameState, CorrelationGameInfo]):
    r"""The network of the correlation game.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m.
    power_bound : float
        :math:`q^2`, which sets the scale of the activities. Default 1.
    correlation_bound : float
        :math:`p^2`, in the units of the power bound: the smaller, the sparser the outputs. Default 0.1.
    decay : float
        :math:`\gamma`. Default 0.01.
    competition : float
        :math:`\kappa`. Default 0.5; 0 lets every synapse be.
    total_weight : float
        :math:`\rho`, for samples of mean squared length 1. Default 2.
    leak : float
        :math:`l`, for samples of mean squared length 1. Default 0.02.
    input_power : float
        Mean of :math:`|x|^2`, by which start, total weight, leak and inhibition are scaled. Default 1.
    learning_rate : LearningRate or float
        :math:`\eta_t`, of inhibition. Default :math:`0.01 / (1 + 0.0003 t)`.
    feedforward_time_scale : float
        :math:`\tau`, how slow excitatory synapses are compared to inhibitory ones. Default 2: inhibition should be the
        faster one.
    dynamics : EquilibriumSolver
        How the neurons settle. Default: coordinate descent, at most 100 sweeps, to a relative change of 1e-4.

    Raises
    ------
    InputError
        If a parameter is out of its range, or the synapses of a neuron compete so strongly that their total overshoots:
        ``learning_rate * competition * n_inputs / feedforward_time_scale`` must be less than 1.

    Notes
    -----
    The defaults suit non-negative data. The rules are cut off at zero, so that a run cannot be
    done in exact blocks.

    References
    ----------
    H. S. Seung, J. Zung, arXiv:1704.00646, 2017.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.data import load_digits
    >>> from bouton.similarity import CorrelationGameNetwork
    >>> circuit = CorrelationGameNetwork(n_inputs=64, n_outputs=10)
    >>> run = bouton.run(circuit, load_digits().data, key=jax.random.key(0), epochs=5, shuffle=True)
    >>> bool((run.state.feedforward >= 0).all()), bool((run.state.feedforward == 0).mean() > 0.3)
    (True, True)
    """

    n_inputs: int = eqx.field(static=True)
    n_outputs: int = eqx.field(static=True)
    power_bound: float
    correlation_bound: float
    leak: float
    input_power: float
    learning_rate: LearningRate
    feedforward_time_scale: float
    dynamics: EquilibriumSolver
    feedforward: Synapses
    lateral: Synapses

    def __init__(
        self,
        n_inputs: Count,
        n_outputs: Count,
        *,
        power_bound: Positive = 1.0,
        correlation_bound: AtLeastZero = 0.1,
        decay: AtLeastZero = 0.01,
        competition: AtLeastZero = 0.5,
        total_weight: Positive = 2.0,
        leak: Positive = 0.02,
        input_power: Positive = 1.0,
        learning_rate: LearningRate | float = LearningRate(0.01, 3e-4),
        feedforward_time_scale: Positive = 2.0,
        dynamics: EquilibriumSolver = CoordinateDescent(1e-4, 100),
    ):
        check_values(CorrelationGameNetwork, locals())
        self.learning_rate = as_learning_rate(learning_rate)
        overshoot = self.learning_rate.initial * competition * n_inputs / feedforward_time_scale
        if isinstance(overshoot, int | float) and not overshoot < 1:
            raise InputError(
                "learning_rate * competition * n_inputs / feedforward_time_scale must be less than 1, or the total "
                f"weight overshoots; it is {overshoot:.3g}: lower learning_rate or competition"
            )
        self.n_inputs, self.n_outputs = n_inputs, n_outputs
        self.power_bound, self.correlation_bound = power_bound, correlation_bound
        self.leak, self.input_power = leak * input_power, input_power
        self.feedforward_time_scale = feedforward_time_scale
        self.dynamics = dynamics
        total = total_weight * input_power**0.5
        excitation = CompetitiveHebb(decay=decay, competition=competition, total=total)
        self.feedforward = Synapses(Dense(n_inputs, n_outputs), excitation)
        self.lateral = Synapses(Dense(n_outputs, n_outputs), CorrelationMultiplier())

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    @property
    def excitation(self) -> CompetitiveHebb:
        """The rule of the excitatory synapses, with its parameters."""
        assert isinstance(self.feedforward.rule, CompetitiveHebb)
        return self.feedforward.rule

    @property
    def bounds(self) -> Float[Array, "outputs outputs"]:
        """The bounds D."""
        own = jnp.eye(self.n_outputs)
        return self.power_bound * own + self.correlation_bound * (1 - own)

    def init(self, key: PRNGKeyArray) -> CorrelationGameState:
        """Return random excitatory weights of the right total, on average, and self-inhibition alone."""
        m, n = self.n_outputs, self.n_inputs
        weights = jax.random.uniform(key, (m, n)) * (2 * self.excitation.total / n)
        return CorrelationGameState(weights, self.input_power * jnp.eye(m), jnp.zeros((), jnp.int32))

    def settle(self, state: CorrelationGameState, x: Float[Array, " inputs"]) -> Equilibrium:
        """Return the non-negative maximiser of y.Wx - y.(L + leak I)y / 2."""
        units = jnp.arange(self.n_outputs, dtype=jnp.int32)

        def from_others(i: Int[Array, ""]) -> Float[Array, " outputs"]:
            return jnp.where(units == i, 0, row(state.lateral, i))

        drive = self.feedforward.drive(state.feedforward, x)
        own = jnp.diagonal(state.lateral)
        return self.dynamics.settle(from_others, own + self.leak, drive, lambda y: state.lateral @ y - own * y)

    def respond(self, state: CorrelationGameState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities for a sample."""
        return self.settle(state, x).activity

    def step(
        self, key: PRNGKeyArray, state: CorrelationGameState, x: Float[Array, " inputs"]
    ) -> tuple[CorrelationGameState, CorrelationGameInfo]:
        """Settle, then learn."""
        settled = self.settle(state, x)
        y, rate = settled.activity, self.learning_rate(state.n_samples)
        post = CompetitivePost(y, jnp.sum(state.feedforward, axis=1))
        between = BoundedCorrelation(state.lateral, self.bounds)
        new_state = CorrelationGameState(
            self.feedforward.update(state.feedforward, x, post, rate / self.feedforward_time_scale),
            self.lateral.rule.weight(self.lateral.update(between, y, y, rate * self.input_power)),
            counted(state.n_samples),
        )
        return new_state, CorrelationGameInfo(y, settled.sweeps, settled.residual, settled.converged)

    def payoff(
        self,
        state: CorrelationGameState,
        samples: Float[Array, "samples inputs"] | Float[np.ndarray, "samples inputs"],
    ) -> Float[Array, ""]:
        """Return the value of the game for samples: what excitation raises and inhibition lowers."""
        return _payoff(self, state, jnp.asarray(samples, state.feedforward.dtype))


@jax.jit
def _payoff(
    circuit: CorrelationGameNetwork, state: CorrelationGameState, samples: Float[Array, "samples inputs"]
) -> Float[Array, ""]:
    def of_sample(x: Float[Array, " inputs"]) -> Float[Array, ""]:
        y = circuit.respond(lax.stop_gradient(state), x)
        inhibited = circuit.lateral.drive(BoundedCorrelation(state.lateral, circuit.bounds), y) + circuit.leak * y
        return y @ circuit.feedforward.drive(state.feedforward, x) - y @ inhibited / 2

    rule = circuit.excitation
    excess = jnp.sum(state.feedforward, axis=1) - rule.total
    costs = rule.decay * jnp.sum(state.feedforward**2) + rule.competition * jnp.sum(excess**2)
    return jnp.mean(lax.map(of_sample, samples)) + (jnp.sum(state.lateral * circuit.bounds) - costs) / 2
