r"""Similarity matching with one learning rate per neuron: principal subspace, and sparse dictionaries.

The siblings of online symmetric NMF without its rectification. Each neuron learns at one over its own cumulative
squared activity, so that there is no rate to tune; what differs is the activation function f:

.. math::

    y_i &\leftarrow f\Big(\sum_j W_{ij} x_j - \sum_{j \ne i} M_{ij} y_j\Big)
        \quad i = 1, \dots, m, 1, \dots \text{ until convergence} \\
    \hat Y_i &\leftarrow \beta\, \hat Y_i + y_i^2 \\
    W_{ij} &\leftarrow W_{ij} + \frac{y_i}{\hat Y_i} (x_j - W_{ij} y_i), \qquad
    M_{ij} \leftarrow M_{ij} + \frac{y_i}{\hat Y_i} (y_j - M_{ij} y_i) \quad (j \ne i)

==========================  ==========================================  ==========================================
circuit                     f(u)                                        what it finds
==========================  ==========================================  ==========================================
`PrincipalSubspaceNetwork`  u, hence :math:`y = (I + M)^{-1} W x`       the principal subspace
`SparseDictionaryNetwork`   sign(u) max(0, \|u\| - theta)                 features of which few are active at a time
==========================  ==========================================  ==========================================

W (m, n) is called feedforward, M (m, m) lateral, Y-hat (m,) cumulative_activity, beta forgetting, theta threshold (in
units of x).

Sources: C. Pehlevan, T. Hu, D. B. Chklovskii, "A Hebbian/anti-Hebbian neural network for linear subspace learning",
Neural Computation 27:1461, 2015, arXiv:1503.00669. T. Hu, C. Pehlevan, D. B. Chklovskii, "A Hebbian/anti-Hebbian
network for online sparse dictionary learning derived from symmetric matrix factorization", Asilomar 2014,
arXiv:1503.00690.
"""

from abc import abstractmethod
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Fraction, Positive, check_fields
from bouton._loops import element, row
from bouton.dynamics import CoordinateDescent, Equilibrium, EquilibriumSolver, LinearSolve, SoftThreshold
from bouton.engine import Circuit
from bouton.plasticity import CumulativeHebb, CumulativePost, Dense, Synapses

__all__ = [
    "CumulativeInfo",
    "CumulativeNetwork",
    "CumulativeState",
    "PrincipalSubspaceNetwork",
    "SparseDictionaryNetwork",
]


class CumulativeState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    lateral: Float[Array, "outputs outputs"]
    cumulative_activity: Float[Array, " outputs"]


class CumulativeInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]
    sweeps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class CumulativeNetwork(Circuit[CumulativeState, CumulativeInfo]):
    """The common part: a random start, and learning at one over the cumulative activity; a circuit adds its solver."""

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    forgetting: Fraction = 1.0
    initial_activity: Positive = 10.0
    feedforward: Synapses = eqx.field(init=False)
    lateral: Synapses = eqx.field(init=False)

    def __post_init__(self) -> None:
        check_fields(self)
        self.feedforward = Synapses(Dense(self.n_inputs, self.n_outputs), CumulativeHebb())
        self.lateral = Synapses(Dense(self.n_outputs, self.n_outputs, self_connections=False), CumulativeHebb())

    @property
    def data_power(self) -> int:
        """Activities that are learned from are squares of data, and their sums are squared once more."""
        return 4

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> CumulativeState:
        """Return the state before the first sample: weight vectors of unit length in random directions, M zero."""
        m, n = self.n_outputs, self.n_inputs
        weights = jax.random.normal(key, (m, n))
        weights = weights / jnp.linalg.norm(weights, axis=1, keepdims=True)
        return CumulativeState(weights, jnp.zeros((m, m)), jnp.full(m, self.initial_activity, weights.dtype))

    @property
    @abstractmethod
    def solver(self) -> EquilibriumSolver:
        """What settles the network whose energy is y.A y / 2 - b.y, with the neurons' activation function."""

    def settle(self, state: CumulativeState, x: Float[Array, " inputs"]) -> Equilibrium:
        r"""Return the equilibrium of the fast dynamics.

        The energy has :math:`A_{ij} = \hat Y_i M_{ij}`, which is symmetric, :math:`A_{ii} = \hat Y_i` and
        :math:`b_i = \hat Y_i W_i x`.
        """
        scale = state.cumulative_activity
        drive = scale * self.feedforward.drive(state.feedforward, x)
        return self.solver.settle(
            lambda i: element(scale, i) * row(state.lateral, i), scale, drive, lambda y: scale * (state.lateral @ y)
        )

    def respond(self, state: CumulativeState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities for a sample."""
        return self.settle(state, x).activity

    def step(
        self, key: PRNGKeyArray, state: CumulativeState, x: Float[Array, " inputs"]
    ) -> tuple[CumulativeState, CumulativeInfo]:
        """Settle, then learn."""
        settled = self.settle(state, x)
        y = settled.activity
        cumulative_activity = self.forgetting * state.cumulative_activity + y * y
        post = CumulativePost(y, cumulative_activity)
        new_state = CumulativeState(
            self.feedforward.update(state.feedforward, x, post),
            self.lateral.update(state.lateral, y, post),
            cumulative_activity,
        )
        return new_state, CumulativeInfo(y, settled.sweeps, settled.residual, settled.converged)


class PrincipalSubspaceNetwork(CumulativeNetwork):
    r"""The first similarity matching network: linear neurons that find the principal subspace of a stream.

    They settle at :math:`y = (I + M)^{-1} W x`. At rest the rows of :math:`F = (I + M)^{-1} W` are orthonormal and span
    the principal subspace. `SimilarityMatching` is its successor.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m, the dimension of the subspace.
    forgetting : float
        :math:`\beta` in (0, 1], discount of the past per sample for subspaces that move. Default 1, the paper's.
    initial_activity : float
        Cumulative activity at the start, in units of :math:`|x|^2`: how long the random weights are remembered, and how
        small the first learning rate. Default 10, for data scaled to a mean :math:`|x|^2` of 1.
    dynamics : EquilibriumSolver
        How the neurons settle. Default `LinearSolve`, exactly; ``CoordinateDescent(transfer=Identity())`` is the
        published network, which settles neuron by neuron.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    C. Pehlevan, T. Hu, D. B. Chklovskii, Neural Computation 27:1461, 2015.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.data import spectrum_gaussian
    >>> data, directions = spectrum_gaussian((4.0, 3.0, 0.1, 0.1), n_samples=3000, seed=0)
    >>> circuit = bouton.similarity.PrincipalSubspaceNetwork(n_inputs=4, n_outputs=2)
    >>> state = bouton.run(circuit, data, key=jax.random.key(0)).state
    >>> features = np.linalg.solve(np.eye(2) + state.lateral, state.feedforward)
    >>> bool(abs(np.linalg.norm(features @ directions[:, :2]) ** 2 - 2) < 0.01)
    True
    """

    dynamics: EquilibriumSolver = LinearSolve()

    @property
    def solver(self) -> EquilibriumSolver:
        """The dynamics: the neurons are linear."""
        return self.dynamics


class SparseDictionaryNetwork(CumulativeNetwork):
    r"""Neurons with a dead zone, which learn features of which a few at a time make up a sample.

    The activation function shrinks the potential towards zero, so that the network settles at the minimum of

    .. math:: \tfrac12\, y^\top N y - \sum_i \hat Y_i W_i x\, y_i + \theta \sum_i \hat Y_i |y_i|, \qquad
        N_{ij} = \hat Y_i M_{ij},\; N_{ii} = \hat Y_i:

    symmetric matrix factorisation with an l1 penalty that grows with time.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m, the size of the dictionary.
    threshold : float
        :math:`\theta`, in units of x. There is no published value: choose it so that 5 to 15 % of the neurons are
        active. Default 1, which suits data of unit variance in every direction.
    forgetting : float
        :math:`\beta` in (0, 1], discount of the past per sample. Default 1, the paper's.
    initial_activity : float
        Cumulative activity at the start: how long the random weights are remembered. Default 10.
    tolerance : float
        The neurons have settled when a sweep changes them by no more than this, relative to the largest activity.
        Default 1e-6.
    max_sweeps : int
        Most sweeps per sample. Default 100.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    Notes
    -----
    A neuron whose weight vector is shorter than the threshold over the length of the samples stays silent for ever:
    too high a threshold silences all from the start.

    References
    ----------
    T. Hu, C. Pehlevan, D. B. Chklovskii, Asilomar 2014, arXiv:1503.00690.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> rng = np.random.default_rng(0)
    >>> sources = rng.laplace(size=(2000, 6)) * (rng.random((2000, 6)) < 0.2)
    >>> circuit = bouton.similarity.SparseDictionaryNetwork(n_inputs=6, n_outputs=6, threshold=0.2)
    >>> outputs = bouton.run(circuit, sources, key=jax.random.key(0)).respond(sources)
    >>> bool(np.mean(outputs != 0) < 0.5)
    True
    """

    threshold: AtLeastZero = 1.0
    tolerance: AtLeastZero = 1e-6
    max_sweeps: Count = 100

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fields(self)

    @property
    def solver(self) -> EquilibriumSolver:
        """Coordinate descent with the soft threshold."""
        return CoordinateDescent(self.tolerance, self.max_sweeps, SoftThreshold(self.threshold))
