r"""Local infomax: a linear network whose synapses climb the information of its outputs by what each can know.

.. math::

    z &= W (x + \nu) + \mu, \qquad y \leftarrow z + F y, \quad F = 1 - \alpha\, Q_z \quad
        \Rightarrow \quad \alpha\, y \to Q_z^{-1} z \\
    \Delta W &= \eta\, \big(\alpha\, y\, (x + \nu)^\top - \alpha\, y_0\, \nu_0^\top\big), \qquad
        W_i \leftarrow W_i / |W_i| \\
    \Delta Q_z &= \kappa\, (z z^\top - Q_z), \qquad \Delta Q_0 = \kappa\, (z_0 z_0^\top - Q_0)

=========  ================  =====================================================================  =====
symbol     name              what it is                                                             shape
=========  ================  =====================================================================  =====
x          signal            one sample of zero mean                                                (n,)
nu, mu                       noise on every input line and on every output, drawn by the network    (n,)
z          y (of Info)       outputs                                                                (m,)
y                            what the recurrent connections F bring z to                            (m,)
W          feedforward       weights, each row of unit length                                       (m, n)
Q_z, Q_0   lateral           recurrent weights: running means of z z^T with signal and without      (m, m)
=========  ================  =====================================================================  =====

With subscript 0 the same network is shown noise alone. At rest of the fast dynamics and of the recurrent weights the
mean change of W is :math:`\eta\, dI/dW` (`bouton.features.information_gradient`): Hebbian with signal, anti-Hebbian
with noise alone. With rows of unit length the optimum is water-filling (`bouton.features.water_filling`).

The iteration converges where :math:`\alpha < 2 / \lambda_{max}(Q_z)`.

Source: R. Linsker, "Local synaptic learning rules suffice to maximize mutual information in a linear network", Neural
Computation 4:691, 1992. The rows of unit length and the two sets of recurrent weights, one for each phase, are chosen
here: without a bound on W the information grows without end.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from bouton._arguments import check_positive
from bouton._fields import AtLeastZero, Count, Positive, RateBelowOne, check_fields
from bouton.dynamics import Relaxation, Relaxed
from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.features.neurons import scaled_to_unit_length
from bouton.plasticity import Dense, InfomaxHebb, LeakyHebb, Synapses, SynapticScaling

__all__ = ["InfomaxInfo", "InfomaxNetwork", "InfomaxState"]

# The lateral iteration: whole steps y <- z + F y.
_ITERATION = Relaxation(1.0, 0.0, 1.0, tolerance=1e-4, max_steps=500, look_every=10)


class InfomaxState(NamedTuple):
    """What the network needs to go on."""

    feedforward: Float[Array, "outputs inputs"]
    lateral: Float[Array, "outputs outputs"]
    """Mean of z z^T under signal and noise."""
    noise_lateral: Float[Array, "outputs outputs"]
    """Mean of z z^T under noise alone."""


class InfomaxInfo(NamedTuple):
    """What one may look at after a sample."""

    y: Float[Array, " outputs"]
    """Outputs with signal and noise."""
    residual: Float[Array, ""]
    """How far the lateral iterations were from rest: the larger of the two."""
    converged: Bool[Array, ""]


class InfomaxNetwork(Circuit[InfomaxState, InfomaxInfo]):
    r"""Noisy linear neurons that come to tell as much as they can about their input, by local rules.

    Parameters
    ----------
    n_inputs, n_outputs : int
        Numbers of inputs n and of outputs m.
    output_noise, input_noise : float
        Variances :math:`B_o` of the noise of each output and :math:`B_i` of that on each input line. Default 1 and 0.
    learning_rate : float
        :math:`\eta`. Default 0.01, for inputs whose largest variance along a direction is about 1.
    averaging_rate : float
        :math:`\kappa`, of the recurrent weights: several times faster than W moves. Default 0.02.
    input_variance : float
        Largest variance of the signal along any direction, which :math:`\alpha` is chosen by. Default 1.
    lateral_gain : float, optional
        :math:`\alpha`. Default: :math:`1 / (m (v + B_i) + B_o)` with v the input variance, half of what is safe
        wherever the rows of W point.
    dynamics : Relaxation
        The lateral iteration. Default: up to 500 whole steps, until a step changes y by less than 1e-4 of it.

    Raises
    ------
    InputError
        If a number is out of its range, there is no output noise, or the gain is too large for the iteration to
        converge. Where the samples vary more than said, a run stops with `Diverged` as soon as it does not.

    Notes
    -----
    The less noise there is at the outputs, the longer the iteration takes: its slowest mode decays by
    :math:`1 - \alpha B_o` per step.

    References
    ----------
    R. Linsker, Neural Computation 4:691, 1992.

    Examples
    --------
    >>> import bouton, jax, jax.numpy as jnp, numpy as np
    >>> from bouton.features import InfomaxNetwork, information, water_filling
    >>> samples = np.random.default_rng(0).normal(size=(20_000, 3)) * np.sqrt([2.0, 1.0, 0.2])
    >>> network = InfomaxNetwork(3, 2, output_noise=1.0, input_variance=2.2)
    >>> weights = bouton.run(network, samples, key=jax.random.key(0)).state.feedforward
    >>> reached = float(information(weights, jnp.diag(jnp.array([2.0, 1.0, 0.2])), 1.0))
    >>> bool(reached > 0.98 * water_filling([2.0, 1.0, 0.2], 2, 1.0).information)
    True
    """

    n_inputs: Count = eqx.field(static=True)
    n_outputs: Count = eqx.field(static=True)
    output_noise: Positive | Float[Array, ""] = 1.0
    input_noise: AtLeastZero | Float[Array, ""] = 0.0
    learning_rate: Positive | Float[Array, ""] = 0.01
    averaging_rate: RateBelowOne | Float[Array, ""] = 0.02
    input_variance: Positive | Float[Array, ""] = 1.0
    lateral_gain: Positive | Float[Array, ""] | None = None
    dynamics: Relaxation = _ITERATION

    def __check_init__(self) -> None:
        check_fields(self)
        if self.lateral_gain is not None:
            check_positive(lateral_gain=self.lateral_gain)
            self._check_gain(self.input_variance)

    def _check_gain(self, variance: Any) -> None:
        numbers = (self.lateral_gain, variance, self.input_noise, self.output_noise)
        if not all(isinstance(number, int | float | np.floating) for number in numbers if number is not None):
            return
        largest = float(self._largest_variance(variance))
        if float(self.gain) * largest >= 2:
            raise InputError(
                f"lateral_gain must be below 2 / {largest:.4g} = {2 / largest:.3g} for the lateral iteration to "
                f"converge (outputs may have a variance of {largest:.4g} along a direction), got "
                f"{float(self.gain):.3g}: take a smaller one, or None with input_variance as large as that of the data"
            )

    def _largest_variance(self, variance: Any) -> Any:
        """Return a bound on the largest eigenvalue of Q_z: rows of unit length may all point the same way."""
        return self.n_outputs * (variance + self.input_noise) + self.output_noise

    @property
    def gain(self) -> float | Float[Array, ""]:
        """The gain of the lateral iteration."""
        return 1 / self._largest_variance(self.input_variance) if self.lateral_gain is None else self.lateral_gain

    @property
    def feedforward(self) -> Synapses:
        """The synapses onto the outputs."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), InfomaxHebb(self.learning_rate * self.gain))

    @property
    def lateral(self) -> Synapses:
        """The recurrent synapses, one onto each neuron's self among them."""
        return Synapses(Dense(self.n_outputs, self.n_outputs), LeakyHebb())

    @property
    def scaling(self) -> Synapses:
        """The synapses onto the outputs, as each neuron scales its own to unit length."""
        return Synapses(Dense(self.n_inputs, self.n_outputs), SynapticScaling())

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """One sample of the signal: (n_inputs,)."""
        return jax.ShapeDtypeStruct((self.n_inputs,), jnp.result_type(float))

    @property
    def advice(self) -> str:
        """What keeps the lateral iteration from diverging."""
        return f"give the signal's largest variance along any direction as input_variance (now {self.input_variance})"

    def init(self, key: PRNGKeyArray) -> InfomaxState:
        """Return random directions, and recurrent weights as if the outputs were independent."""
        weights = jax.random.normal(key, (self.n_outputs, self.n_inputs))
        weights = weights / jnp.linalg.norm(weights, axis=1, keepdims=True)
        one = jnp.eye(self.n_outputs, dtype=weights.dtype)
        noise = self.input_noise + self.output_noise
        return InfomaxState(weights, (self.input_variance + noise) * one, noise * one)

    def settle(self, lateral: Float[Array, "outputs outputs"], z: Float[Array, " outputs"]) -> Relaxed:
        """Return what the lateral iteration brings outputs to, from the outputs themselves.

        Where it cannot converge, since the outputs vary more than the gain allows for, the residual is infinite.
        """
        settled = self.dynamics.settle(lambda y: z - self.gain * self.lateral.drive(lateral, y), z)
        y = settled.potential
        # What y is amplified by in a step is at most the largest eigenvalue: from 2 on there is no coming to rest.
        grows = self.gain * (y @ self.lateral.drive(lateral, y)) >= 2 * (y @ y)
        residual = jnp.where(grows & (y @ y > 0), jnp.inf, settled.residual)
        return dataclasses.replace(settled, residual=residual)

    def respond(self, state: InfomaxState, x: Float[Array, " inputs"]) -> Float[Array, " outputs"]:
        """Return the outputs for a sample without noise."""
        return self.feedforward.drive(state.feedforward, x)

    def summary(self, state: InfomaxState) -> Mapping[str, Array]:
        """Return what the outputs tell, in nats, as the recurrent weights have it."""
        with_signal, alone = (jnp.linalg.slogdet(q)[1] for q in (state.lateral, state.noise_lateral))
        return {"information": (with_signal - alone) / 2}

    def step(
        self, key: PRNGKeyArray, state: InfomaxState, x: Float[Array, " inputs"]
    ) -> tuple[InfomaxState, InfomaxInfo]:
        """Show signal and noise and learn, show noise alone and unlearn; let the recurrent weights follow."""
        draws = jax.random.normal(key, (2, self.n_inputs + self.n_outputs), x.dtype)
        noise = jnp.sqrt(jnp.asarray(self.input_noise, x.dtype)) * draws[:, : self.n_inputs]
        spread = jnp.sqrt(jnp.asarray(self.output_noise, x.dtype)) * draws[:, self.n_inputs :]
        shown, alone = x + noise[0], noise[1]
        z = self.feedforward.drive(state.feedforward, shown) + spread[0]
        silent = self.feedforward.drive(state.feedforward, alone) + spread[1]
        settled, unlearned = self.settle(state.lateral, z), self.settle(state.noise_lateral, silent)
        weights = self.feedforward.update(state.feedforward, shown, settled.potential, 1.0)
        weights = self.feedforward.update(weights, alone, unlearned.potential, -1.0)
        after = InfomaxState(
            scaled_to_unit_length(self.scaling, weights),
            self.lateral.update(state.lateral, z, z, self.averaging_rate),
            self.lateral.update(state.noise_lateral, silent, silent, self.averaging_rate),
        )
        residual = jnp.maximum(settled.residual, unlearned.residual)
        return after, InfomaxInfo(z, residual, settled.converged & unlearned.converged)
