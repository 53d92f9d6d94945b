r"""A working memory: a sheet of rate neurons on a torus whose bump of activity travels, since its own units adapt.

.. math::

    q &\leftarrow q + \tfrac{dt}{\tau_q} \big(-q + \max(0,\, W q + I + \text{cue} - A)\big), \qquad
    A \leftarrow A + \tfrac{dt}{\tau_A} (-A + 1.5\, q) \\
    W_{ij} &= -0.375 + \tfrac{1}{\sqrt{2\pi}} e^{-d_{ij}^2 / 2} + \xi_{ij}

d is the distance on a torus of circumference :math:`\pi`, self-connections included. The uniform state is unstable to a
single bump, adaptation pushes the bump on, and the noise :math:`\xi` of the weights pins its path: from the same start
it takes nearly the same way. Recorded once and sent to a reservoir in each period, it is a clock with 2500 hands.

With the published step of 1 ms the uniform mode of the linear equations has an Euler factor of -13.8; rectification
alone tames it, and formation and speed of the bump hang on the step.

Sources: V. Itskov, C. Curto, E. Pastalkova, G. Buzsaki, J. Neurosci. 31:2828, 2011; R. Pogodin et al.,
arXiv:1910.10559, 2019, whose program sets all numbers.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from numpy.typing import ArrayLike

from bouton._fields import AtLeastTwo, AtLeastZero, Finite, Fraction
from bouton.engine import Circuit, rollout
from bouton.errors import InputError

__all__ = ["MemoryState", "WorkingMemory", "bump_position", "memory_projection", "remember", "square_cue"]


class MemoryState(NamedTuple):
    """What a working memory needs to go on."""

    weights: Float[Array, "neurons neurons"]
    rates: Float[Array, " neurons"]
    adaptation: Float[Array, " neurons"]


class WorkingMemory(Circuit[MemoryState, Array]):
    r"""A sheet of neurons on a torus with a travelling bump; its event is a cue, its info the rates.

    Parameters
    ----------
    side : int
        Neurons along each axis. Default 50.
    offset : float
        What is added to each weight. Default -0.375.
    weight_noise : float
        Standard deviation of the noise of weights. Default 0.04.
    adaptation : float
        How strongly a neuron adapts to its rate. Default 1.5.
    share, adaptation_share : float
        :math:`dt / \tau`, of rates and of adaptation: steps of 1 ms, 30 and 400 ms. Default 1/30 and 1/400.
    input_mean, input_noise : float
        Mean and standard deviation of the input I in each step. Default 1 and 0.0025.

    Examples
    --------
    >>> import jax
    >>> from bouton.behaviour import WorkingMemory, bump_position, remember
    >>> rates = remember(WorkingMemory(side=20), 200, key=jax.random.key(0))
    >>> rates.shape, bump_position(rates, side=20).shape
    ((200, 400), (200, 2))
    """

    side: AtLeastTwo = eqx.field(static=True, default=50)
    offset: Finite = -0.375
    weight_noise: AtLeastZero = 0.04
    adaptation: AtLeastZero | Float[Array, ""] = 1.5
    share: Fraction | Float[Array, ""] = 1 / 30
    adaptation_share: Fraction | Float[Array, ""] = 1 / 400
    input_mean: Finite | Float[Array, ""] = 1.0
    input_noise: AtLeastZero | Float[Array, ""] = 0.0025

    @property
    def n_neurons(self) -> int:
        """Number of neurons."""
        return self.side**2

    @property
    def event(self) -> jax.ShapeDtypeStruct:
        """A cue: input of each neuron beside its own."""
        return jax.ShapeDtypeStruct((self.n_neurons,), jnp.result_type(float))

    def mean_weights(self) -> np.ndarray | Array:
        """Return the weights without noise, (neurons, neurons)."""
        along = np.abs(np.subtract.outer(np.arange(self.side), np.arange(self.side)))
        squares = (np.minimum(along, self.side - along) * np.pi / self.side) ** 2
        # Neuron (i, j) of the sheet has the number side * i + j.
        distance = squares[:, None, :, None] + squares[None, :, None, :]
        peak = np.exp(-distance / 2) / np.sqrt(2 * np.pi)
        return self.offset + peak.reshape(self.n_neurons, self.n_neurons)

    def init(self, key: PRNGKeyArray) -> MemoryState:
        """Return weights, and silent neurons."""
        weights = jnp.asarray(self.mean_weights(), jnp.result_type(float))
        noise = self.weight_noise * jax.random.normal(key, weights.shape)
        return MemoryState(weights + noise, jnp.zeros(self.n_neurons), jnp.zeros(self.n_neurons))

    def respond(self, state: MemoryState, x: Float[Array, " neurons"]) -> Float[Array, " neurons"]:
        """Return the rates after a step without noise of the input."""
        drive = state.weights @ state.rates + self.input_mean + x - state.adaptation
        return state.rates + self.share * (jnp.maximum(drive, 0) - state.rates)

    def step(
        self, key: PRNGKeyArray, state: MemoryState, x: Float[Array, " neurons"]
    ) -> tuple[MemoryState, Float[Array, " neurons"]]:
        """Let the sheet take a step of time."""
        noise = self.input_noise * jax.random.normal(key, x.shape, x.dtype)
        rates = self.respond(state, x + noise)
        adaptation = state.adaptation + self.adaptation_share * (self.adaptation * rates - state.adaptation)
        return MemoryState(state.weights, rates, adaptation), rates


def remember(
    memory: WorkingMemory,
    steps: int,
    *,
    key: PRNGKeyArray,
    cue: ArrayLike | None = None,
    warm_up: int = 100,
    noise_key: PRNGKeyArray | None = None,
) -> Float[np.ndarray, "steps neurons"]:
    """Return the rates of a working memory, from the end of its warm-up on.

    Parameters
    ----------
    memory : WorkingMemory
        The sheet.
    steps : int
        How many are recorded.
    key : PRNG key
        Seed of weights and noise.
    cue : array (neurons,), optional
        Input during the warm-up. Default: none.
    warm_up : int
        Steps before. Default 100.
    noise_key : PRNG key, optional
        Seed of the noise of the input alone, for another recording from the same sheet.

    Raises
    ------
    InputError
        If the cue has another number of neurons than the sheet.
    """
    given = np.zeros(memory.n_neurons) if cue is None else np.asarray(cue, float)
    if given.shape != (memory.n_neurons,):
        raise InputError(
            f"cue must have one value for each of the {memory.side} x {memory.side} = {memory.n_neurons} neurons, got "
            f"shape {given.shape}"
        )
    kind = jnp.result_type(float)
    events = np.zeros((warm_up + steps, memory.n_neurons), kind)
    events[:warm_up] = given
    return np.asarray(_rates(memory, memory.init(key), jnp.asarray(events), key if noise_key is None else noise_key))[
        warm_up:
    ]


@jax.jit
def _rates(memory: WorkingMemory, state: MemoryState, events: Array, key: PRNGKeyArray) -> Array:
    return rollout(memory, events, key, state)[1]


def memory_projection(key: PRNGKeyArray, n_units: int, n_neurons: int, density: float = 0.1) -> np.ndarray:
    """Return the fixed random weights from a working memory onto the units of a reservoir.

    Parameters
    ----------
    key : PRNG key
        Seed.
    n_units, n_neurons : int
        Units of the reservoir, neurons of the memory.
    density : float
        Probability that a weight is not 0; those are normal of variance 1 / (density n_units). Default 0.1.

    Returns
    -------
    array (n_units, n_neurons)
    """
    present, strong = jax.random.split(key)
    weights = jax.random.normal(strong, (n_units, n_neurons)) / np.sqrt(density * n_units)
    return np.where(jax.random.uniform(present, (n_units, n_neurons)) < density, weights, 0)


def square_cue(side: int, digit: int, width: int = 5) -> np.ndarray:
    """Return a cue that is 1 on a square of the sheet: rows and columns from ``width * digit`` on.

    Parameters
    ----------
    side : int
        Of the sheet.
    digit, width : int
        Which square, and its width.

    Raises
    ------
    InputError
        If the square does not lie on the sheet.
    """
    first, last = width * digit, width * (digit + 1)
    if digit < 0 or last > side:
        raise InputError(f"rows {first} to {last - 1} do not lie on a sheet of side {side}")
    cue = np.zeros((side, side))
    cue[first:last, first:last] = 1
    return cue.ravel()


def bump_position(rates: ArrayLike, side: int) -> np.ndarray:
    r"""Return where on the torus the bump is, in units of the sheet.

    .. math:: \frac{n}{2 \pi} \arg \sum_k m_k\, e^{2 \pi i k / n}

    along each axis, with m the sum of rates over the other one.

    Parameters
    ----------
    rates : array (..., neurons)
        Of the neurons.
    side : int
        Of the sheet, n.

    Returns
    -------
    array (..., 2)

    Raises
    ------
    InputError
        If the number of neurons is not that of a sheet of this side.
    """
    given = np.asarray(rates, float)
    if given.shape[-1] != side**2:
        raise InputError(f"a sheet of side {side} has {side**2} neurons, got {given.shape[-1]}")
    sheet = given.reshape(*given.shape[:-1], side, side)
    wave = np.exp(2j * np.pi * np.arange(side) / side)
    angles = [np.angle(sheet.sum(axis=axis) @ wave) for axis in (-1, -2)]
    return np.stack(angles, axis=-1) * side / (2 * np.pi) % side
