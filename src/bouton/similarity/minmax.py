r"""Similarity matching as a game between feed-forward and lateral synapses: principal subspace, non-negative features.

The objective :math:`\|X^\top X - Y^\top Y\|_F^2` is equal, up to a constant, to a minimisation over feed-forward
weights and a maximisation over lateral ones, in which each sample appears by itself:

.. math::

    \min_W \max_M \; \mathrm{Tr}(2 W W^\top - M M^\top) + \Big\langle \min_y
        \big(-4\, y^\top W x + 2\, y^\top M y\big) \Big\rangle_x

so that a network follows the gradients of both, one sample at a time:

.. math::

    W &\leftarrow W + 2 \eta_t\, (y\, x^\top - W), \qquad M \leftarrow M + \frac{\eta_t}{\tau}\, (y\, y^\top - M) \\
    y &= M^{-1} W x && \text{without constraint: principal subspace} \\
    y &= \operatorname*{argmin}_{y \ge 0} \tfrac12\, y^\top (M + l_2 I)\, y - y^\top (W x - l_1)
        && \text{non-negative: clusters, features, tiles of a manifold}

=======  ===================  =============================================================  ======
symbol   name                 what it is                                                     shape
=======  ===================  =============================================================  ======
x        input                one sample, real                                               (n,)
y        activity             the output                                                     (m,)
W        feedforward          feed-forward weights; at rest the mean of y x^T                (m, n)
M        lateral              inhibitory lateral weights; at rest the mean of y y^T          (m, m)
eta      learning_rate        rate of the moment, the same for all synapses                  ()
tau      lateral_time_scale   how slow lateral synapses are, compared to feed-forward ones   ()
l2       leak                 added to each neuron's self-inhibition, in units of \|x\|^2      ()
l1       threshold            taken off each neuron's drive, in units of \|x\|^3               ()
=======  ===================  =============================================================  ======

Scaling x by s scales y by s, W and M by s^2; `input_power` scales the start alike.

Source: C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, "Why do similarity matching objectives lead to
Hebbian/anti-Hebbian networks?", Neural Computation 30:84, 2018. Leak and threshold: S. Qin et al., Nature Neuroscience
26:339, 2023.
"""

from abc import abstractmethod
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive, check_fields
from bouton._loops import row
from bouton.dynamics import CoordinateDescent, Equilibrium, EquilibriumSolver, LinearSolve
from bouton.engine import Circuit
from bouton.plasticity import Dense, LeakyHebb, LearningRate, Synapses
from bouton.plasticity.learning_rate import as_learning_rate, counted

__all__ = [
    "MinMaxInfo",
    "MinMaxNetwork",
    "MinMaxState",
    "NonnegativeSimilarityMatching",
    "SimilarityMatching",
]


class MinMaxState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    lateral: Float[Array, "outputs outputs"]
    n_samples: Int[Array, ""]
    """Number of samples so far, which sets the learning rate."""


class MinMaxInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]
    sweeps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class MinMaxNetwork(Circuit[MinMaxState, MinMaxInfo]):
    """The common part: a start, and learning by leaky Hebbian synapses; a circuit adds how the neurons settle."""

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    learning_rate: LearningRate = eqx.field(default=LearningRate(0.2, 0.2), converter=as_learning_rate)
    lateral_time_scale: Positive | Float[Array, ""] = 0.5
    input_power: Positive | Float[Array, ""] = 1.0
    feedforward: Synapses = eqx.field(init=False)
    lateral: Synapses = eqx.field(init=False)

    def __post_init__(self) -> None:
        check_fields(self)
        self.feedforward = Synapses(Dense(self.n_inputs, self.n_outputs), LeakyHebb(2))
        self.lateral = Synapses(Dense(self.n_outputs, self.n_outputs), LeakyHebb(1))

    @property
    def data_power(self) -> int:
        """Activities that are learned from are squares of data, and their sums are squared once more."""
        return 4

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> MinMaxState:
        """Return the state before the first sample: W of variance 1/n, M the identity, both times the input power."""
        m, n = self.n_outputs, self.n_inputs
        weights = self.input_power * jax.random.normal(key, (m, n)) / jnp.sqrt(n)
        return MinMaxState(weights, self.input_power * jnp.eye(m), jnp.zeros((), jnp.int32))

    @abstractmethod
    def settle(self, state: MinMaxState, x: Float[Array, " inputs"]) -> Equilibrium:
        """Return the equilibrium of the fast dynamics."""

    def respond(self, state: MinMaxState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities for a sample."""
        return self.settle(state, x).activity

    def step(self, key: PRNGKeyArray, state: MinMaxState, x: Float[Array, " inputs"]) -> tuple[MinMaxState, MinMaxInfo]:
        """Settle, then learn."""
        settled = self.settle(state, x)
        y, rate = settled.activity, self.learning_rate(state.n_samples)
        new_state = MinMaxState(
            self.feedforward.update(state.feedforward, x, y, rate),
            self.lateral.update(state.lateral, y, y, rate / self.lateral_time_scale),
            counted(state.n_samples),
        )
        return new_state, MinMaxInfo(y, settled.sweeps, settled.residual, settled.converged)


class SimilarityMatching(MinMaxNetwork):
    r"""Online similarity matching: the principal subspace of a stream, by Hebbian and anti-Hebbian synapses.

    The neurons settle at :math:`y = M^{-1} W x`. At rest the rows of :math:`F = M^{-1} W` are orthonormal and span the
    principal subspace; the eigenvalues of M, and the singular values of W, are the leading eigenvalues of the
    covariance. `FastSimilarityMatching` gives the same outputs without solving a linear system per sample.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m, the dimension of the subspace.
    learning_rate : LearningRate or float
        :math:`\eta_t`. Default 1/(t + 5), for samples t = 0, 1, ...; a constant rate forgets and follows data that
        drift. Both :math:`2 \eta_t` and :math:`\eta_t / \tau` must stay below 1.
    lateral_time_scale : float
        :math:`\tau`. Too large a value is unstable; the default 0.5, with which all synapses are equally fast, is safe.
    input_power : float
        Mean of :math:`|x|^2`, the scale of the start: W of variance 1/n and M = I, times this number. Default 1, for
        data scaled so.
    dynamics : EquilibriumSolver
        How the neurons settle. Default `LinearSolve`, exactly; ``CoordinateDescent(transfer=Identity())`` is the
        network that settles neuron by neuron.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.data import spectrum_gaussian
    >>> data, directions = spectrum_gaussian((4.0, 3.0, 0.1, 0.1), n_samples=3000, seed=0)
    >>> circuit = bouton.similarity.SimilarityMatching(n_inputs=4, n_outputs=2)
    >>> run = bouton.run(circuit, data, key=jax.random.key(0))
    >>> features = np.linalg.solve(run.state.lateral, run.state.feedforward)
    >>> inside = np.linalg.norm(features @ directions[:, :2]) ** 2
    >>> bool(abs(inside - 2) < 0.01)
    True
    """

    dynamics: EquilibriumSolver = LinearSolve()

    def settle(self, state: MinMaxState, x: Float[Array, " inputs"]) -> Equilibrium:
        """Return where M y = W x."""
        return self.dynamics(state.lateral, self.feedforward.drive(state.feedforward, x))


class NonnegativeSimilarityMatching(MinMaxNetwork):
    r"""Online non-negative similarity matching: rectifying neurons that cluster, find features or tile a manifold.

    One neuron after the other takes its best value, until nothing changes,

    .. math::

        y_i \leftarrow \max\Big(0,\; \frac{\sum_j W_{ij} x_j - \sum_{j \ne i} M_{ij} y_j - l_1}{M_{ii} + l_2}\Big).

    With :math:`2 \eta_t = 1/(t + 1)` the weights are the means of :math:`y x^\top` and :math:`y y^\top` over the past,
    and the network is the one of online symmetric NMF without recruitment; a rate that stays forgets.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m.
    learning_rate : LearningRate or float
        :math:`\eta_t`. Default 1/(t + 5), for samples t = 0, 1, ... Where the literature writes one rate
        :math:`\epsilon` for both pathways, as in :math:`W \leftarrow W + \epsilon (y x^\top - W)`, take half of it.
    lateral_time_scale : float
        :math:`\tau`. Default 0.5: all synapses are equally fast.
    input_power : float
        Mean of :math:`|x|^2`, the scale of the start: W of variance 1/n and M = I, times this number. Default 1, for
        data scaled so.
    leak : float
        :math:`l_2`, keeps the activity of neurons with little self-inhibition finite. Default 0.
    threshold : float
        :math:`l_1`, makes the outputs sparser. Default 0.
    dynamics : EquilibriumSolver
        How the neurons settle. Default: coordinate descent, at most 100 sweeps, to a relative change of 1e-6.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    The weights of a neuron that is silent fade, all alike, so that its outputs do not. After some 44 / rate samples in
    single precision nothing is left of them, and the neuron stays silent for good.

    References
    ----------
    C. Pehlevan, A. M. Sengupta, D. B. Chklovskii, Neural Computation 30:84, 2018.

    Examples
    --------
    Neurons learn to divide a ring among themselves:

    >>> import bouton, jax, numpy as np
    >>> from bouton.data import ring
    >>> circuit = bouton.similarity.NonnegativeSimilarityMatching(2, 8, learning_rate=0.01, leak=0.01)
    >>> run = bouton.run(circuit, ring(3000, seed=0)[0], key=jax.random.key(0))
    >>> outputs = run.respond(ring(360, seed=None)[0])
    >>> bool((outputs >= 0).all()), bool((outputs > 0).any(axis=1).all())
    (True, True)
    """

    leak: AtLeastZero = 0.0
    threshold: AtLeastZero = 0.0
    dynamics: EquilibriumSolver = CoordinateDescent()

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fields(self)

    def settle(self, state: MinMaxState, x: Float[Array, " inputs"]) -> Equilibrium:
        """Return the non-negative minimiser of the energy."""
        drive = self.feedforward.drive(state.feedforward, x) - self.threshold
        units = jnp.arange(self.n_outputs, dtype=jnp.int32)

        def from_others(i: Int[Array, ""]) -> Float[Array, " outputs"]:
            # A row masked while it is read: the matrix without its diagonal is never written out.
            return jnp.where(units == i, 0, row(state.lateral, i))

        own = jnp.diagonal(state.lateral)
        return self.dynamics.settle(from_others, own + self.leak, drive, lambda y: state.lateral @ y - own * y)
