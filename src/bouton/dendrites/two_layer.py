r"""The neuron as a network of two layers: branches that each respond on their own, and their sum.

.. math:: \hat y = a + b \sum_j s(n_j)

where :math:`n_j` synapses are active on branch j and s is the input-output curve of one branch, as it was measured, or
a sigmoid with a linear part fitted to it.

Sources: P. Poirazi, T. Brannon, B. W. Mel, Neuron 37:989-999, 2003; A. Polsky, B. W. Mel, J. Schiller, Nature
Neuroscience 7:621-627, 2004.
"""

from typing import Any, Literal

import numpy as np
from jaxtyping import Float
from scipy.optimize import curve_fit
from sklearn.metrics import r2_score

from bouton.errors import InputError

__all__ = ["BranchCurve", "TwoLayerNeuron"]


class BranchCurve:
    """The response of a neuron to synapses on one of its branches, as a function of their number.

    Parameters
    ----------
    counts : array (points,)
        Numbers of synapses, rising from 0.
    responses : array (points,)
        Peak, area or whatever is predicted.
    form : {"measured", "sigmoid", "linear"}
        Straight lines between the points; :math:`c_1 n + c_2 [\\sigma((n - n_0)/w) - \\sigma(-n_0/w)]`, fitted; or
        the number itself, which is no branch's curve but the control. Default "measured".

    Raises
    ------
    InputError
        If counts do not rise from 0, or shapes differ.

    Examples
    --------
    >>> curve = BranchCurve([0, 1, 2, 3], [0.0, 1.0, 4.0, 5.0])
    >>> float(curve(1.5))
    2.5
    """

    def __init__(self, counts: Any, responses: Any, form: Literal["measured", "sigmoid", "linear"] = "measured"):
        self.counts, self.responses, self.form = np.asarray(counts, float), np.asarray(responses, float), form
        if self.counts.ndim != 1 or self.counts.shape != self.responses.shape or len(self.counts) < 2:
            got = f"{self.counts.shape} and {self.responses.shape}"
            raise InputError(f"counts and responses must be two rows of equal length, got {got}")
        if self.counts[0] != 0 or not np.all(np.diff(self.counts) > 0):
            raise InputError("counts must rise from 0")
        if form not in ("measured", "sigmoid", "linear"):
            raise InputError(f"form must be 'measured', 'sigmoid' or 'linear', got {form!r}")
        self.parameters = self._fitted() if form == "sigmoid" else None

    def __call__(self, counts: Any) -> Any:
        """Return the response to numbers of synapses, up to the largest measured one.

        Raises
        ------
        InputError
            If a number is negative or beyond what was measured.
        """
        numbers = np.asarray(counts, float)
        if numbers.min(initial=0) < 0 or numbers.max(initial=0) > self.counts[-1]:
            raise InputError(f"the curve was measured from 0 to {self.counts[-1]:g} synapses, got {numbers.max():g}")
        if self.form == "linear":
            return numbers
        if self.parameters is not None:
            return _sigmoid_and_line(numbers, *self.parameters)
        return np.interp(numbers, self.counts, self.responses)

    def _fitted(self) -> Any:
        top = float(np.ptp(self.responses))
        middle = float(self.counts[int(np.argmax(np.diff(self.responses)))])
        guess = (top / self.counts[-1] / 2, top / 2, middle, 1.0)
        limits = ([0, 0, 0, 1e-2], [np.inf, np.inf, self.counts[-1], self.counts[-1]])
        return curve_fit(_sigmoid_and_line, self.counts, self.responses, guess, bounds=limits)[0]


def _sigmoid_and_line(numbers: Any, line: float, step: float, middle: float, width: float) -> Any:
    def sigmoid(n: Any) -> Any:
        return 1 / (1 + np.exp(-np.clip((n - middle) / width, -500, 500)))

    return line * numbers + step * (sigmoid(numbers) - sigmoid(0.0))


class TwoLayerNeuron:
    """A prediction of a neuron's response from the numbers of active synapses on its branches.

    Parameters
    ----------
    curve : BranchCurve
        Of one branch, the same for all.

    Examples
    --------
    >>> import numpy as np
    >>> curve = BranchCurve([0, 1, 2, 3], [0.0, 1.0, 4.0, 5.0])
    >>> counts = np.array([[1, 0], [2, 1], [3, 3], [0, 2]])
    >>> model = TwoLayerNeuron(curve).fit(counts, 0.5 + 2 * curve(counts).sum(axis=1))
    >>> round(model.score(counts, 0.5 + 2 * curve(counts).sum(axis=1)), 6)
    1.0
    """

    def __init__(self, curve: BranchCurve):
        self.curve = curve
        self.offset, self.gain = 0.0, 1.0

    def fit(self, counts: Any, responses: Any) -> "TwoLayerNeuron":
        """Find offset and gain by least squares.

        Parameters
        ----------
        counts : array (patterns, branches)
            Numbers of active synapses.
        responses : array (patterns,)
            What the neuron did.

        Returns
        -------
        TwoLayerNeuron
            Itself.

        Raises
        ------
        InputError
            If a number lies outside what was measured, or shapes do not fit.
        """
        summed, wanted = self._summed(counts), np.asarray(responses, float)
        if wanted.shape != summed.shape:
            raise InputError(f"there are {len(summed)} patterns, but responses of shape {wanted.shape}")
        columns = np.column_stack([np.ones(len(summed)), summed])
        self.offset, self.gain = (float(found) for found in np.linalg.lstsq(columns, wanted, rcond=None)[0])
        return self

    def predict(self, counts: Any) -> Float[np.ndarray, " patterns"]:
        """Return predicted responses to patterns of numbers (patterns, branches)."""
        return self.offset + self.gain * self._summed(counts)

    def score(self, counts: Any, responses: Any) -> float:
        """Return the share of the responses' variance that is predicted: R^2."""
        return float(r2_score(np.asarray(responses, float), self.predict(counts)))

    def _summed(self, counts: Any) -> Float[np.ndarray, " patterns"]:
        given = np.asarray(counts, float)
        if given.ndim != 2:
            raise InputError(f"counts must be of shape (patterns, branches), got {given.shape}")
        return np.asarray(self.curve(given)).sum(axis=1)
