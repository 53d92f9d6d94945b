r"""Banks of damped resonators: what smears a short event in time, so that events that follow each other overlap.

.. math:: h(t) = \tfrac{1}{b}\, e^{-a t} \sin(b t), \quad a = \pi f / Q, \quad b = \sqrt{(2 \pi f)^2 - a^2}

with time in steps, in the recursion that B. Porr's programs use,
:math:`y_n = x_{n-2} - d_1 y_{n-1} - d_2 y_{n-2}` with :math:`d_1 = -2 e^{-a} \cos b` and :math:`d_2 = e^{-2a}`: its
impulse response is :math:`h_n = e^{-a(n-2)} \sin((n-1) b) / \sin b` from n = 2 on. The papers call
it a band pass; it is a low pass of second order: a constant input passes.

Source: B. Porr, F. Woergoetter, Isotropic sequence order learning, Neural Computation 15(4):831-864, 2003.
"""

from typing import Annotated, Any, Literal, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from bouton._checked import Checked
from bouton._fields import Range, check_fields
from bouton.errors import InputError

__all__ = ["ResonatorBank", "ResonatorState"]

_Quality = Annotated[float, Range(0.5)]


def _numbers(given: Any) -> Any:
    """Return numbers as a tuple of Python's; what is none is left for the checks of fields."""
    try:
        return tuple(map(float, given))
    except (TypeError, ValueError):
        return given


class ResonatorState(NamedTuple):
    """What a bank needs to go on: the last two inputs and the last two responses."""

    inputs: Float[Array, "2 inputs"]
    outputs: Float[Array, "2 inputs resonators"]


class ResonatorBank(Checked):
    r"""Resonators that filter each input in parallel.

    Parameters
    ----------
    frequencies : tuple of float
        f of each resonator, in cycles per step, between 0 and 1/2.
    quality : float
        Q, above 1/2: just above it there is one hump and almost no ringing. Default 0.6.
    normalise : {"none", "peak"}
        Whether responses are divided by the peak of the impulse response. Learning rates depend on it: the peak is 6.94
        at f = 0.01 and Q = 0.6. Default "none".

    Raises
    ------
    InputError
        If there is no frequency, one is not below half a cycle per step, or the quality is not above 1/2.

    Examples
    --------
    >>> bank = ResonatorBank((0.01,))
    >>> [round(float(value), 4) for value in bank.impulse_response(6)[0]]
    [0.0, 0.0, 1.0, 1.8968, 2.6974, 3.4082]
    """

    frequencies: tuple[float, ...] = eqx.field(static=True, converter=_numbers)
    quality: _Quality = eqx.field(static=True, default=0.6)
    normalise: Literal["none", "peak"] = eqx.field(static=True, default="none")

    def __check_init__(self) -> None:
        check_fields(self)
        if not self.frequencies or not all(0 < frequency < 0.5 for frequency in self.frequencies):
            raise InputError(
                "frequencies must lie between 0 and 0.5 cycles per step (half a cycle is the most that steps show), "
                f"got {self.frequencies}"
            )

    @classmethod
    def harmonics(
        cls,
        first: float,
        n_resonators: int,
        quality: float = 0.6,
        normalise: Literal["none", "peak"] = "none",
    ) -> "ResonatorBank":
        """Return the bank of the papers: frequencies `first`, `first` / 2, `first` / 3, ...

        Parameters
        ----------
        first : float
            Frequency of the fastest resonator, in cycles per step.
        n_resonators : int
            How many there are.
        quality, normalise
            As of the class.
        """
        return cls(tuple(first / number for number in range(1, n_resonators + 1)), quality, normalise)

    @property
    def coefficients(self) -> tuple[np.ndarray, np.ndarray]:
        """The two coefficients of each recursion, d1 and d2."""
        frequency = np.asarray(self.frequencies)
        damping = np.pi * frequency / self.quality
        angle = np.sqrt((2 * np.pi * frequency) ** 2 - damping**2)
        return -2 * np.exp(-damping) * np.cos(angle), np.exp(-2 * damping)

    @property
    def peaks(self) -> np.ndarray:
        """What responses are divided by."""
        if self.normalise == "none":
            return np.ones(len(self.frequencies))
        steps = int(np.ceil(2 / min(self.frequencies))) + 4
        return ResonatorBank(self.frequencies, self.quality).impulse_response(steps).max(axis=1)

    def impulse_response(self, n_steps: int) -> np.ndarray:
        """Return the responses to one input of height 1.

        Parameters
        ----------
        n_steps : int
            How many steps, the one of the input first.

        Returns
        -------
        array (resonators, n_steps)
        """
        return self.filter(np.eye(1, n_steps)[0])[:, :, 0].T

    def filter(self, inputs: np.ndarray) -> np.ndarray:
        """Return the responses to whole series, by SciPy's recursive filters.

        Parameters
        ----------
        inputs : array (steps,) or (steps, inputs)
            The series, in steps.

        Returns
        -------
        array (steps, resonators, inputs)
        """
        from scipy.signal import lfilter

        series = np.asarray(inputs, float).reshape(len(inputs), -1)
        parts = zip(*self.coefficients, self.peaks, strict=True)
        return np.stack([lfilter([0, 0, 1 / peak], [1, one, two], series, axis=0) for one, two, peak in parts], axis=1)

    def start(self, n_inputs: int) -> ResonatorState:
        """Return the state at rest."""
        return ResonatorState(jnp.zeros((2, n_inputs)), jnp.zeros((2, n_inputs, len(self.frequencies))))

    def step(
        self, state: ResonatorState, x: Float[Array, " inputs"]
    ) -> tuple[ResonatorState, Float[Array, "inputs resonators"]]:
        """Return the state after a step, and the responses.

        Parameters
        ----------
        state : ResonatorState
            State before.
        x : array (inputs,)
            The inputs.
        """
        kind = state.outputs.dtype
        first, second = (jnp.asarray(each, kind)[None] for each in self.coefficients)
        response = state.inputs[1][:, None] - first * state.outputs[0] - second * state.outputs[1]
        after = ResonatorState(
            jnp.stack([jnp.asarray(x, kind), state.inputs[0]]), jnp.stack([response, state.outputs[0]])
        )
        return after, response / jnp.asarray(self.peaks, kind)[None]
