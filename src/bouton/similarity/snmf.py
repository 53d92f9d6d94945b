r"""Online symmetric non-negative matrix factorisation: a Hebbian/anti-Hebbian network that clusters and finds features.

A layer of rectifying neurons responds to each sample at once so that similar inputs get similar outputs,
:math:`\min_{Y \ge 0} \|X^\top X - Y^\top Y\|_F^2 + \lambda\, \mathrm{rank}\, Y`, with past outputs left as they are.

.. math::

    y_i &\leftarrow \max\Big(0,\; \sum_j W_{ij} x_j - \sum_{j \ne i} M_{ij} y_j\Big)
        \quad i = 1, \dots, m, 1, \dots \text{ until convergence} \\
    y_i &= \sqrt r \text{ if } \hat Y_i = 0,\; r = |x|^2 - |y|^2 > 0 \text{ and } r^2 > \lambda
        \quad\text{(one silent unit is recruited)} \\
    \hat Y_i &\leftarrow \beta\, \hat Y_i + y_i^2 \\
    W_{ij} &\leftarrow W_{ij} + \frac{y_i}{\hat Y_i} (x_j - W_{ij} y_i), \qquad
    M_{ij} \leftarrow M_{ij} + \frac{y_i}{\hat Y_i} (y_j - M_{ij} y_i) \quad (j \ne i)

=======  ========================  =====================================================  ======
symbol   name                      what it is                                             shape
=======  ========================  =====================================================  ======
x        input                     one sample, real                                       (n,)
y        activity                  the output, non-negative                               (m,)
W        feedforward               feed-forward weights                                   (m, n)
M        lateral                   inhibitory lateral weights, no self-inhibition         (m, m)
Y-hat    cumulative_activity       each neuron's sum of squared activities                (m,)
lambda   rank_penalty              what a new neuron costs, in units of \|x\|^4             ()
beta     forgetting                discount of the past per sample; 1 in the paper        ()
=======  ========================  =====================================================  ======

Source: C. Pehlevan, D. B. Chklovskii, "A Hebbian/anti-Hebbian network derived from online non-negative matrix
factorization can cluster and discover sparse features", Asilomar 2014, arXiv:1503.00680. The discount `beta`, the
random start and the automatic rank penalty are additions for practice.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Fraction, Positive, check_fields
from bouton._loops import element, row
from bouton.dynamics import CoordinateDescent, Equilibrium, EquilibriumSolver
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.plasticity import CumulativeHebb, CumulativePost, Dense, Synapses
from bouton.plasticity.learning_rate import counted

__all__ = ["SNMFInfo", "SNMFNetwork", "SNMFState", "UnitReport"]

_AUTOMATIC_FRACTION = 0.4
_SKIP_FROM = 256

Start = Literal["silent", "random"]
"""Whether nobody has weights at first, or everybody random ones."""


class SNMFState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    lateral: Float[Array, "outputs outputs"]
    cumulative_activity: Float[Array, " outputs"]
    samples_since_active: Int[Array, " outputs"]
    input_power: Float[Array, ""]
    """Mean of ``|x|^2`` over the samples so far, which sets the automatic rank penalty."""
    n_samples: Float[Array, ""]
    """Number of samples so far, discounted by `forgetting`."""


class SNMFInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]
    sweeps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]
    recruited: Bool[Array, ""]


class UnitReport(NamedTuple):
    """Which units work.

    Parameters
    ----------
    used : bool array (outputs,)
        Units that have been recruited (or were given weights at the start).
    dead : bool array (outputs,)
        Units with weights that have not fired for a long time.
    learning_rate : array (outputs,)
        Each unit's present learning rate, one over its cumulative activity; 0 where unused.
    """

    used: np.ndarray
    dead: np.ndarray
    learning_rate: np.ndarray


class SNMFNetwork(Circuit[SNMFState, SNMFInfo]):
    r"""The online SNMF network.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m that may be used.
    rank_penalty : float or None
        :math:`\lambda`: a silent neuron is recruited where the squared unexplained power of a sample exceeds it. In
        units of :math:`|x|^4`: data scaled by s need :math:`s^4 \lambda`. Default None:
        :math:`(0.4 \langle|x|^2\rangle)^2` with the running mean of the power, an automatic choice that suits
        clusters.
    forgetting : float
        :math:`\beta` in (0, 1], discount of the past per sample for streams that drift. Default 1, the paper's.
    dynamics : EquilibriumSolver
        How the neurons settle. Default: coordinate descent, at most 100 sweeps, to a relative change of 1e-6.
    start : "silent" or "random"
        "silent", the paper's: all weights zero, neurons are recruited. "random": weight vectors of unit length in
        random directions and `initial_activity` as cumulative activity; nobody is recruited.
    initial_activity : float
        Cumulative activity of a random start: how long the start is remembered. 10 to 100 times the mean squared
        activity is good; too large leaves neurons silent. Default 30.
    nonnegative_inputs : bool
        Refuse negative inputs, which keeps all feed-forward weights excitatory. Default False.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> axes = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 0.5]])
    >>> circuit = bouton.similarity.SNMFNetwork(n_inputs=2, n_outputs=2, rank_penalty=0.1)
    >>> run = bouton.run(circuit, axes, key=jax.random.key(0))
    >>> print(np.asarray(run.state.feedforward).round(2))
    [[1.   0.33]
     [0.89 1.  ]]
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    rank_penalty: AtLeastZero | None = None
    forgetting: Fraction = 1.0
    dynamics: EquilibriumSolver = CoordinateDescent()
    start: Start = eqx.field(static=True, default="silent")
    initial_activity: Positive = 30.0
    nonnegative_inputs: bool = eqx.field(static=True, default=False)
    feedforward: Synapses = eqx.field(init=False)
    lateral: Synapses = eqx.field(init=False)

    def __post_init__(self) -> None:
        if self.rank_penalty == "auto":
            raise InputError("rank_penalty must be at least 0 and finite, or None, got 'auto': None is the automatic "
                             "choice of a circuit, which estimators call 'auto'")  # fmt: skip
        check_fields(self)
        forward = Dense(self.n_inputs, self.n_outputs)
        between = Dense(self.n_outputs, self.n_outputs, self_connections=False)
        # In small pathways the search for active neurons costs more than it saves.
        skip_forward, skip_lateral = (np.prod(pathway.shape) >= _SKIP_FROM for pathway in (forward, between))
        self.feedforward = Synapses(forward, CumulativeHebb(), skip_silent=bool(skip_forward))
        self.lateral = Synapses(between, CumulativeHebb(), skip_silent=bool(skip_lateral))

    @property
    def data_power(self) -> int:
        """Activities that are learned from are squares of data, and their sums are squared once more."""
        return 4

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> SNMFState:
        """Return the state before the first sample."""
        m, n = self.n_outputs, self.n_inputs
        weights, activity = jnp.zeros((m, n)), jnp.zeros(m)
        if self.start == "random":
            weights = jax.random.normal(key, (m, n))
            weights = weights / jnp.linalg.norm(weights, axis=1, keepdims=True)
            activity = jnp.full(m, self.initial_activity, weights.dtype)
        return SNMFState(weights, jnp.zeros((m, m)), activity, jnp.zeros(m, jnp.int32), jnp.zeros(()), jnp.zeros(()))

    def settle(self, state: SNMFState, x: Float[Array, " inputs"]) -> Equilibrium:
        """Return the equilibrium of the fast dynamics for the units in use.

        The network's fixed point is the minimiser of :math:`y^\\top N y / 2 - y^\\top \\hat Y W x` over non-negative y,
        with :math:`N_{ij} = \\hat Y_i M_{ij}` and :math:`N_{ii} = \\hat Y_i`.
        """
        scale = self._in_use(state.cumulative_activity)
        drive = scale * self.feedforward.drive(state.feedforward, x)
        return self.dynamics.settle(
            lambda i: element(scale, i) * row(state.lateral, i), scale, drive, lambda y: scale * (state.lateral @ y)
        )

    def respond(self, state: SNMFState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities for a sample; nobody is recruited."""
        return self.settle(state, x).activity

    def step(self, key: PRNGKeyArray, state: SNMFState, x: Float[Array, " inputs"]) -> tuple[SNMFState, SNMFInfo]:
        """Settle, recruit a silent unit if the sample calls for it, learn."""
        settled = self.settle(state, x)
        power = jnp.sum(x * x)
        n_samples = self.forgetting * state.n_samples + 1
        input_power = state.input_power + (power - state.input_power) / n_samples
        y, recruited = self._recruit(state, settled.activity, power, input_power)
        cumulative_activity = self.forgetting * state.cumulative_activity + y * y
        post = CumulativePost(y, cumulative_activity)
        silent = jnp.where(y > 0, 0, counted(state.samples_since_active))
        new_state = SNMFState(
            self.feedforward.update(state.feedforward, x, post),
            self.lateral.update(state.lateral, y, post),
            cumulative_activity,
            silent,
            input_power,
            n_samples,
        )
        return new_state, SNMFInfo(y, settled.sweeps, settled.residual, settled.converged, recruited)

    def summary(self, state: SNMFState) -> Mapping[str, Any]:
        """Return the number of units in use."""
        return {"units used": int(np.sum(self.report(state).used))}

    def check(self, events: np.ndarray) -> None:
        """Refuse negative inputs where the network was told to expect none."""
        if self.nonnegative_inputs and np.min(events, initial=0) < 0:
            raise InputError(
                f"this network takes non-negative inputs only, the data reach down to {np.min(events):.3g}: shift or "
                "rectify them, or set nonnegative_inputs=False"
            )

    def report(self, state: SNMFState, dead_after: int = 1000) -> UnitReport:
        """Return which units work; one that has not fired for `dead_after` samples counts as dead."""
        activity = np.asarray(self._in_use(state.cumulative_activity))
        used = activity > 0
        dead = used & (np.asarray(state.samples_since_active) >= dead_after)
        return UnitReport(used, dead, np.divide(1, activity, out=np.zeros_like(activity), where=used))

    def forget(self, state: SNMFState, factor: float) -> SNMFState:
        """Return the state with the weight of the past multiplied by `factor`: all units learn faster from here on."""
        if not 0 < factor <= 1:
            raise InputError(f"factor must lie in (0, 1], got {factor}")
        return state._replace(cumulative_activity=factor * state.cumulative_activity)

    def _in_use(self, cumulative_activity: Float[Array, " outputs"]) -> Float[Array, " outputs"]:
        """Return the cumulative activity, zero where forgetting has worn it away: such a unit may be recruited anew."""
        tiny = jnp.finfo(cumulative_activity.dtype).tiny
        return jnp.where(cumulative_activity > tiny, cumulative_activity, 0)

    def _recruit(
        self, state: SNMFState, y: Float[Array, " outputs"], power: Float[Array, ""], input_power: Float[Array, ""]
    ) -> tuple[Float[Array, " outputs"], Bool[Array, ""]]:
        automatic = (_AUTOMATIC_FRACTION * input_power) ** 2
        penalty = automatic if self.rank_penalty is None else self.rank_penalty
        unexplained = power - jnp.sum(y * y)
        unused = self._in_use(state.cumulative_activity) == 0
        units = jnp.arange(self.n_outputs, dtype=jnp.int32)
        first_unused = jnp.min(jnp.where(unused, units, self.n_outputs))
        recruited = (first_unused < self.n_outputs) & (unexplained > 0) & (unexplained * unexplained > penalty)
        # The first silent unit takes all that is unexplained, so that at most one is recruited per sample.
        chosen = units == first_unused
        return jnp.where(chosen & recruited, jnp.sqrt(jnp.maximum(unexplained, 0)), y), recruited
