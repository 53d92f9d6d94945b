r"""Manifold tiling online: rectifying neurons, checked by interneurons, whose receptive fields tile a manifold.

Outputs keep the similarities of inputs, while no direction of theirs may have more power than a limit:

.. math::

    \min_{Y \ge 0} -\frac{1}{T^2} \sum_{t t'} (x_t \cdot x_{t'} - \alpha)\, y_t \cdot y_{t'}
    \quad\text{subject to}\quad \frac1T\, Y Y^\top \preceq \beta I

With feed-forward weights W, inhibition V by interneurons and a bias b, each sample settles by itself, and all synapses
learn by one rule:

.. math::

    \dot y &= g_y\, (W x - V^\top z - \sqrt\alpha\, b), \quad y \ge 0, \qquad
    \dot z = g_z\, (V y - \beta z), \quad z \ge 0 \\
    \Delta W &= \eta\, (y\, x^\top - W), \qquad \Delta V = \eta\, (z\, y^\top - V), \qquad
    \Delta b = \eta\, (\sqrt\alpha\, y - b)

=======  ===============  =================================================================  ======
symbol   name             what it is                                                         shape
=======  ===============  =================================================================  ======
x        input            one sample, real                                                   (n,)
y        activity         the output, non-negative                                           (m,)
z        interneurons     activity of the interneurons, non-negative                         (k,)
W        feedforward      feed-forward weights; at rest the mean of y x^T                    (m, n)
V        inhibition       weights between neurons and interneurons; at rest mean of z y^T    (k, m)
b        bias             weight of each neuron's tonic inhibition                           (m, 1)
alpha    offset           taken off every similarity, in units of \|x\|^2                      ()
beta     power_limit      largest mean square of y along any direction                       ()
=======  ===============  =================================================================  ======

Source: A. M. Sengupta, C. Pehlevan, M. Tepper, A. Genkin, D. B. Chklovskii, "Manifold-tiling localized receptive
fields are optimal in similarity-preserving neural networks", NeurIPS 2018, 7080-7090. The gains are not published: each
neuron's follows from its own synapses here, which leaves the resting points as they are.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Positive, check_fields
from bouton.dynamics import Relaxation, Relaxed
from bouton.engine import Circuit, respond
from bouton.errors import InputError
from bouton.plasticity import Dense, LeakyHebb, LearningRate, Synapses
from bouton.plasticity.learning_rate import as_learning_rate, counted

__all__ = ["ManifoldTilingInfo", "ManifoldTilingNetwork", "ManifoldTilingState", "TilingActivity"]

_SMALLEST_INHIBITION = 1e-6


class ManifoldTilingState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    inhibition: Float[Array, "interneurons outputs"]
    bias: Float[Array, "outputs 1"]
    n_samples: Int[Array, ""]
    """Number of samples so far, which sets the learning rate."""


class TilingActivity(NamedTuple):
    """What the two populations do."""

    y: Float[Array, " outputs"]
    z: Float[Array, " interneurons"]


class ManifoldTilingInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]
    z: Float[Array, " interneurons"]
    steps: Int[Array, ""]
    residual: Float[Array, ""]
    converged: Bool[Array, ""]


class ManifoldTilingNetwork(Circuit[ManifoldTilingState, ManifoldTilingInfo]):
    r"""The online network of manifold tiling, for the limit on the power along every direction.

    Parameters
    ----------
    n_inputs : int
        Number of inputs n.
    n_outputs : int
        Number of neurons m.
    n_interneurons : int or None
        Number of interneurons k. Default None: as many as neurons.
    offset : float
        :math:`\alpha`, in units of :math:`|x|^2`: the larger, the less the neurons respond. Default 0.7, which suits
        centred samples of mean squared length 1; a manifold with more dimensions wants less.
    power_limit : float
        :math:`\beta`, in units of :math:`y^2`. Default 1.
    learning_rate : LearningRate or float
        :math:`\eta_t`, of all synapses. Default :math:`0.05 / (1 + 0.001 t)`: a neuron that responds to a part f of the
        samples should meet many of its own within 1 / rate, so that many neurons want a smaller rate.
    input_power : float
        Mean of :math:`|x|^2`, the scale of the start. Default 1, for data scaled so.
    activity_gain : float
        How fast neurons follow, in units of one over the time in which the interneurons' feedback alone would bring
        them to rest: :math:`g_y` is this number times :math:`\beta / \sum_k V_{ki}^2`. Default 0.5.
    interneuron_gain : float
        How fast interneurons follow: :math:`g_z` is this number over :math:`\beta`. Default 2.
    dynamics : Relaxation
        Euler steps until both populations rest. Default: steps of 0.5 that shrink to 0.05, to a relative rate of change
        of 1e-3, at most 2000 of them.

    Raises
    ------
    InputError
        If a parameter is out of its range.

    References
    ----------
    Sengupta, Pehlevan, Tepper, Genkin, Chklovskii, NeurIPS 2018.

    Examples
    --------
    >>> import bouton, jax
    >>> from bouton.data import ring
    >>> from bouton.similarity import ManifoldTilingNetwork
    >>> circuit = ManifoldTilingNetwork(n_inputs=2, n_outputs=6)
    >>> run = bouton.run(circuit, ring(3000, seed=0)[0], key=jax.random.key(0))
    >>> outputs = run.respond(ring(120, seed=None)[0])
    >>> bool((outputs > 0).any(axis=0).all()), bool((outputs > 0).mean() < 0.3)
    (True, True)
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    n_interneurons: Count | None = eqx.field(static=True, default=None)
    offset: AtLeastZero = 0.7
    power_limit: Positive = 1.0
    learning_rate: LearningRate = eqx.field(default=LearningRate(0.05, 1e-3), converter=as_learning_rate)
    input_power: Positive = 1.0
    activity_gain: Positive = 0.5
    interneuron_gain: Positive = 2.0
    dynamics: Relaxation = Relaxation(0.5, 0.005, 0.05, tolerance=1e-3, max_steps=2000)
    feedforward: Synapses = eqx.field(init=False)
    inhibition: Synapses = eqx.field(init=False)
    bias: Synapses = eqx.field(init=False)

    def __post_init__(self) -> None:
        check_fields(self)
        self.feedforward = Synapses(Dense(self.n_inputs, self.n_outputs), LeakyHebb(1))
        self.inhibition = Synapses(Dense(self.n_outputs, self._n_interneurons), LeakyHebb(1))
        self.bias = Synapses(Dense(1, self.n_outputs), LeakyHebb(1))

    def __check_init__(self) -> None:
        if isinstance(self.learning_rate.initial, int | float) and self.learning_rate.initial >= 1:
            raise InputError(f"learning_rate must start below 1, it starts at {self.learning_rate.initial}")

    @property
    def _n_interneurons(self) -> int:
        return self.n_outputs if self.n_interneurons is None else self.n_interneurons

    @property
    def _tonic(self) -> Float[Array, " one"]:
        """The constant activity that the bias synapses transmit, the root of the offset."""
        return jnp.sqrt(jnp.asarray(self.offset, jnp.result_type(float)))[None]

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    def init(self, key: PRNGKeyArray) -> ManifoldTilingState:
        """Return random feed-forward weights, interneurons that serve the neurons in turn, and no bias."""
        m, n, k = self.n_outputs, self.n_inputs, self._n_interneurons
        # At the optimum the squares of V, summed, are at most those of W, which are those of y times those of x.
        size = jnp.sqrt(self.power_limit * self.input_power / m)
        partner = jnp.arange(k)[:, None] % m == jnp.arange(m)[None, :] % k
        return ManifoldTilingState(
            size * jax.random.normal(key, (m, n)) / jnp.sqrt(n),
            size * partner.astype(jnp.result_type(float)),
            jnp.zeros((m, 1)),
            jnp.zeros((), jnp.int32),
        )

    def drive(self, state: ManifoldTilingState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return what inputs and bias bring to the neurons."""
        return self.feedforward.drive(state.feedforward, x) - self.bias.drive(state.bias, self._tonic)

    def change(
        self, state: ManifoldTilingState, x: Float[Array, " inputs"], activity: TilingActivity
    ) -> TilingActivity:
        """Return the rates of change of both populations, where rectification does not stop them."""
        inhibited = jnp.sum(state.inhibition * state.inhibition, axis=0)
        # Silent neurons forget their inhibition: without a floor their gain would grow without bounds.
        floor = _SMALLEST_INHIBITION * self.power_limit * self.input_power
        gain = self.activity_gain * self.power_limit / (inhibited + floor)
        excitation = self.inhibition.drive(state.inhibition, activity.y)
        return TilingActivity(
            gain * (self.drive(state, x) - self.inhibition.transpose_drive(state.inhibition, activity.z)),
            self.interneuron_gain * (excitation / self.power_limit - activity.z),
        )

    def settle(self, state: ManifoldTilingState, x: Float[Array, " inputs"]) -> Relaxed:
        """Return where both populations come to rest, from silence."""
        silence = TilingActivity(jnp.zeros(self.n_outputs), jnp.zeros(self._n_interneurons))
        return self.dynamics.settle(
            lambda activity: self.change(state, x, activity),
            silence,
            lambda activity: jax.tree.map(lambda values: jnp.maximum(values, 0), activity),
        )

    def respond(self, state: ManifoldTilingState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the activities of the neurons at rest."""
        return self.settle(state, x).potential.y

    def step(
        self, key: PRNGKeyArray, state: ManifoldTilingState, x: Float[Array, " inputs"]
    ) -> tuple[ManifoldTilingState, ManifoldTilingInfo]:
        """Settle, then learn."""
        settled = self.settle(state, x)
        activity, rate = settled.potential, self.learning_rate(state.n_samples)
        new_state = ManifoldTilingState(
            self.feedforward.update(state.feedforward, x, activity.y, rate),
            self.inhibition.update(state.inhibition, activity.y, activity.z, rate),
            self.bias.update(state.bias, self._tonic, activity.y, rate),
            counted(state.n_samples),
        )
        info = ManifoldTilingInfo(activity.y, activity.z, settled.steps, settled.residual, settled.converged)
        return new_state, info

    def objective(self, state: ManifoldTilingState, samples: Float[np.ndarray, "samples inputs"]) -> float:
        r"""Return the objective of the outputs for samples, which learning lowers as far as the power limit allows.

        .. math:: -\|\langle y\, x^\top \rangle\|_F^2 + \alpha\, |\langle y \rangle|^2
        """
        y = respond(self, state, samples).astype(np.float64)
        similarity = y.T @ samples.astype(np.float64) / len(samples)
        return float(self.offset * np.sum(y.mean(axis=0) ** 2) - np.sum(similarity**2))

    def min_max_objective(
        self,
        state: ManifoldTilingState,
        samples: Float[Array, "samples inputs"] | Float[np.ndarray, "samples inputs"],
    ) -> Float[Array, ""]:
        r"""Return what W lowers and V and b raise; it equals the objective where learning has come to rest.

        .. math::

            \langle -2\, y^\top (W x - \sqrt\alpha\, b) + 2\, z^\top V y - \beta |z|^2 \rangle
            + \|W\|_F^2 - |b|^2 - \|V\|_F^2
        """
        return _min_max_objective(self, state, jnp.asarray(samples, state.feedforward.dtype))


@jax.jit
def _min_max_objective(
    circuit: ManifoldTilingNetwork, state: ManifoldTilingState, samples: Float[Array, "samples inputs"]
) -> Float[Array, ""]:
    def of_sample(x: Float[Array, " inputs"]) -> Float[Array, ""]:
        y, z = circuit.settle(lax.stop_gradient(state), x).potential
        drive = circuit.drive(state, x)
        excitation = circuit.inhibition.drive(state.inhibition, y)
        return 2 * (z @ excitation - y @ drive) - circuit.power_limit * (z @ z)

    sizes = [jnp.sum(weights * weights) for weights in (state.feedforward, state.bias, state.inhibition)]
    return jnp.mean(lax.map(of_sample, samples)) + sizes[0] - sizes[1] - sizes[2]
