r"""A chaotic network of rates whose linear readout is fed back to it, and learns to produce a signal.

.. math::

    x &\leftarrow x + \tfrac{dt}{\tau} \big(-x + \lambda W r + W_{fb}\, z + u + \xi_u\big), \qquad
        r = \tanh x + \xi_r \\
    \hat z &= w\, r, \quad z = \hat z + \xi_z, \quad \bar z \leftarrow (1 - \beta)\, \bar z + \beta\, z

W is sparse, random and fixed, with a gain :math:`\lambda > 1` that makes it chaotic; only the readout w learns, from
zero. Rates r and the activity z with its exploratory noise are those of the step before where they feed x. u is an
external current into each unit, such as what a working memory sends.

Sources: R. Pogodin, D. Corneil, A. Seeholzer, J. Heng, W. Gerstner, arXiv:1910.10559, 2019, whose program sets order
and defaults; D. Sussillo, L. F. Abbott, Neuron 63:544, 2009; G. M. Hoerzer, R. Legenstein, W. Maass, Cerebral Cortex
24:677, 2014.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from bouton._fields import AtLeastZero, Count, Fraction, check_fields
from bouton.behaviour.readout_learning import Outputs, ReadoutLearning, RewardLearning
from bouton.engine import Circuit

__all__ = ["Moment", "ReservoirInfo", "ReservoirNetwork", "ReservoirState"]

_LARGEST_OUTPUT = 1e3


class Moment(NamedTuple):
    """One event: a time step of practice."""

    target: Float[Array, " outputs"]
    current: Float[Array, " units"]
    """External current into each unit."""
    learning: Float[Array, ""]
    """1 where the readout learns, 0 where it does not."""


class ReservoirState(NamedTuple):
    """What a reservoir needs to go on."""

    readout: Float[Array, "outputs units"]
    recurrent: Float[Array, "units units"]
    feedback: Float[Array, "units outputs"]
    potential: Float[Array, " units"]
    rates: Float[Array, " units"]
    activity: Float[Array, " outputs"]
    """Of the readout neurons, with exploration."""
    mean: Float[Array, " outputs"]
    learned: Any


class ReservoirInfo(NamedTuple):
    """What one may look at."""

    output: Float[Array, " outputs"]
    """Without exploration."""
    error: Float[Array, ""]
    """Squared distance of the output from its target."""


class ReservoirNetwork(Circuit[ReservoirState, ReservoirInfo]):
    r"""A chaotic network with a readout that is fed back and learns.

    Parameters
    ----------
    n_units : int
        N. Default 1000.
    n_outputs : int
        M. Default 1.
    learning : ReadoutLearning
        `RewardLearning`, the default, or `ForceLearning`.
    gain : float
        :math:`\lambda`, times recurrent weights of variance 1 / (p N). Default 1.5.
    connectivity : float
        p, the probability that a unit connects to another. Default 0.1.
    feedback : float
        Feedback weights are uniform in plus-minus this. Default 1.
    share : float
        :math:`dt / \tau`: a step of 1 ms and a time constant of 50 ms. Default 0.02.
    averaging : float
        :math:`\beta`, the share of the present value in running means. Default 0.2.
    rate_noise, exploration : float
        Half-widths of the uniform noise of rates and of readout neurons. Default 0.05 and 0.5.
    input_noise : float
        Standard deviation of the noise of external currents. Default 0.
    start : float
        Standard deviation of potentials at the beginning. Default 0.5.

    Raises
    ------
    InputError
        If a value is out of its range.

    Examples
    --------
    >>> import bouton, jax, numpy as np
    >>> from bouton.behaviour import ForceLearning, ReservoirNetwork, practice
    >>> target = np.sin(2 * np.pi * np.arange(500) / 500)
    >>> network = ReservoirNetwork(n_units=100, learning=ForceLearning())
    >>> run = bouton.run(network, practice(target, 100), key=jax.random.key(0), epochs=4, record={"error": 1})
    >>> bool(run.recordings["error"].values[-500:].mean() < 0.01)
    True
    """

    n_units: Count = eqx.field(static=True, default=1000)
    n_outputs: Count = eqx.field(static=True, default=1)
    learning: ReadoutLearning = RewardLearning()
    gain: AtLeastZero | Float[Array, ""] = 1.5
    connectivity: Fraction = 0.1
    feedback: AtLeastZero = 1.0
    share: Fraction | Float[Array, ""] = 0.02
    averaging: Fraction | Float[Array, ""] = 0.2
    rate_noise: AtLeastZero | Float[Array, ""] = 0.05
    exploration: AtLeastZero | Float[Array, ""] = 0.5
    input_noise: AtLeastZero | Float[Array, ""] = 0.0
    start: AtLeastZero = 0.5

    def __check_init__(self) -> None:
        check_fields(self)

    @property
    def event(self) -> Any:
        """One `Moment`."""
        kind = jnp.result_type(float)
        shapes = ((self.n_outputs,), (self.n_units,), ())
        return Moment(*(jax.ShapeDtypeStruct(shape, kind) for shape in shapes))  # pyright: ignore[reportArgumentType]

    @property
    def advice(self) -> str:
        """What to change where outputs explode."""
        return "an output beyond 1000 counts as diverged: lower the learning rate, or the amplitude of the target"

    def init(self, key: PRNGKeyArray) -> ReservoirState:
        """Return random recurrent and feedback weights, random potentials, and a readout of zero."""
        present, strong, back, early = jax.random.split(key, 4)
        units, outputs, p = self.n_units, self.n_outputs, self.connectivity
        weights = jax.random.normal(strong, (units, units)) / jnp.sqrt(p * units)
        potential = self.start * jax.random.normal(early, (units,))
        return ReservoirState(
            jnp.zeros((outputs, units)),
            jnp.where(jax.random.uniform(present, (units, units)) < p, weights, jnp.zeros_like(weights)),
            self.feedback * jax.random.uniform(back, (units, outputs), minval=-1.0, maxval=1.0),
            potential,
            jnp.tanh(potential),
            jnp.zeros(outputs),
            jnp.zeros(outputs),
            self.learning.start(units),
        )

    def _potential(self, state: ReservoirState, current: Array) -> Array:
        # A matrix with zeros: for 1000 units, a tenth of them connected, a table of inputs takes twice the time.
        drive = self.gain * (state.recurrent @ state.rates) + state.feedback @ state.activity + current
        return state.potential + self.share * (drive - state.potential)

    def _output(self, readout: Array, rates: Array) -> Array:
        output = self.learning.synapses(self.n_units, self.n_outputs).drive(readout, rates)
        return jnp.where(jnp.abs(output) > _LARGEST_OUTPUT, jnp.nan, output)

    def respond(self, state: ReservoirState, x: Moment) -> Float[Array, " outputs"]:
        """Return the output that a step without noise has."""
        return self._output(state.readout, jnp.tanh(self._potential(state, x.current)))

    def step(self, key: PRNGKeyArray, state: ReservoirState, x: Moment) -> tuple[ReservoirState, ReservoirInfo]:
        """Let the network take a step of time, then let the readout learn."""
        one, two, three, four = jax.random.split(key, 4)
        kind = state.potential.dtype
        noise = self.input_noise * jax.random.normal(one, (self.n_units,), kind)
        potential = self._potential(state, x.current + noise)
        spread = jax.random.uniform(two, (self.n_units,), kind, -1.0, 1.0)
        rates = jnp.tanh(potential) + self.rate_noise * spread
        output = self._output(state.readout, rates)
        activity = output + self.exploration * jax.random.uniform(three, (self.n_outputs,), kind, -1.0, 1.0)
        mean = state.mean + self.averaging * (activity - state.mean)
        outputs = Outputs(output, activity, mean, x.target)
        learned, readout = self.learning.learn(
            four, state.learned, state.readout, rates, outputs, self.averaging, x.learning
        )
        after = ReservoirState(readout, state.recurrent, state.feedback, potential, rates, activity, mean, learned)
        return after, ReservoirInfo(output, jnp.sum((output - x.target) ** 2))
