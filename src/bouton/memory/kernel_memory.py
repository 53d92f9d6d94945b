r"""Kernel memory networks: an associative memory in which every neuron is a kernel machine.

Neuron i responds to a state s by the sign of its field, or by the field itself,

.. math:: h_i(s) = \sum_\mu a_i^\mu\, k_i(\xi^\mu, s) - \theta_i

with stored patterns :math:`\xi^\mu` and a kernel that is its dendritic non-linearity. Auto-associative memories feed
outputs back until they settle; neuron i then does not see its own state, unless asked to. Which memory it is depends on
the kernel and on the rule that sets the coefficients a: Hopfield's and dense Hopfield networks, attention and sparse
distributed memory have equal coefficients, the network that is most robust to noise has those of the largest margin.

Source: G. Iatropoulos, J. Brea, W. Gerstner, "Kernel memory networks: a unifying framework for memory modeling",
NeurIPS 2022, arXiv:2208.09416.
"""

import os
import warnings
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning

from bouton.errors import InputError
from bouton.memory._checks import asks_for_signs, check_options, check_problem, learning_warnings
from bouton.memory._inputs import duplicates, refuse_contradictions
from bouton.memory._problem import Problem
from bouton.memory._responses import Responses, same_parts
from bouton.memory._storage import read_memory, write_memory
from bouton.memory.energy import energies
from bouton.memory.kernel import MemoryKernel
from bouton.memory.kernels import PolynomialKernel
from bouton.memory.learning import Interpolation, MemoryRule
from bouton.memory.margin import HardMargin
from bouton.memory.store import PatternStore, Recall

__all__ = ["KernelMemory"]

_LINEAR = PolynomialKernel(1)
_UPDATES = ("synchronous", "asynchronous", "continuous")


class KernelMemory(PatternStore):
    """An associative memory whose neurons are kernel machines.

    Parameters
    ----------
    kernel : MemoryKernel, optional
        Similarity of patterns. Default: linear, `PolynomialKernel(1)`.
    rule : MemoryRule, optional
        What sets the coefficients. Default: `HardMargin()`, and `Interpolation()` of a memory that is not binary.
    binary : bool, optional
        Whether targets are +-1 and neurons respond by the sign of their field, +1 for 0. Default: where rule or kernel
        ask for signs, or the first targets are all +-1; patterns of 0 and 1 are refused, unless this is False.
    self_connection : bool
        Whether neurons of an auto-associative memory see their own state. Default False.
    max_steps : int
        Most updates of a recall. Default 50.
    precision : str
        Of recall: "double", or "single" for half the time and memory. Training is in double precision. Default
        "double".

    Attributes
    ----------
    patterns_, targets_ : array (patterns, inputs) and (patterns, neurons)
        What is stored; the same where the memory is auto-associative.
    coefficients_ : array (patterns, neurons)
        Signed.
    thresholds_ : array (neurons,)
        What fields are held against.
    learned_ : LearnedCoefficients
        All that the rule found, such as how far it is from its optimum.
    hetero_ : bool
        Whether targets are others than the patterns.
    binary_ : bool
        Whether neurons respond by a sign.

    References
    ----------
    G. Iatropoulos, J. Brea, W. Gerstner, Kernel memory networks, NeurIPS 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from bouton.memory import DenseKernel, KernelMemory
    >>> patterns = np.random.default_rng(0).choice([-1.0, 1.0], size=(100, 50))
    >>> memory = KernelMemory(DenseKernel(3)).add(patterns)
    >>> cues = patterns.copy()
    >>> cues[:, :4] *= -1
    >>> bool(np.all(memory.recall(cues) == patterns))
    True
    """

    def __init__(
        self,
        kernel: MemoryKernel | None = None,
        rule: MemoryRule | None = None,
        *,
        binary: bool | None = None,
        self_connection: bool = False,
        max_steps: int = 50,
        precision: Literal["double", "single"] = "double",
    ):
        self.kernel = kernel
        self.rule = rule
        self.binary = binary
        self.self_connection = self_connection
        self.max_steps = max_steps
        self.precision = precision

    @property
    def _signs(self) -> bool:
        return self._kernel.needs_signs or (self.binary_ and not self.hetero_)

    def _store(self, patterns: np.ndarray, targets: np.ndarray, hetero: bool, grows: bool) -> None:
        kernel = self._kernel
        check_options(self.max_steps, self.precision)
        binary = self.binary_ if grows else self._signs_of(targets, hetero)
        rule = self._rule(binary)
        problem = Problem(kernel, patterns, targets, hetero or self.self_connection, binary)
        check_problem(problem, hetero, rule)
        if rule.stores_exactly:
            refuse_contradictions(problem)
        if repeated := duplicates(patterns):
            warnings.warn(f"{repeated} patterns are stored more than once", UserWarning, stacklevel=4)
        start = np.pad(self.coefficients_, ((0, len(targets) - len(self.targets_)), (0, 0))) if grows else None
        learned = rule.learn(problem, start)
        for sentence in (*learning_warnings(learned, rule), *(() if binary else kernel.warnings_about(patterns))):
            warnings.warn(sentence, ConvergenceWarning, stacklevel=4)
        self._take(patterns, targets, hetero, binary, learned)

    def _take(self, patterns: np.ndarray, targets: np.ndarray, hetero: bool, binary: bool, learned: Any) -> None:
        self.patterns_, self.targets_, self.hetero_, self.binary_ = patterns, targets, hetero, binary
        self.learned_, self.n_features_in_, self._held = learned, patterns.shape[1], []
        self.coefficients_, self.thresholds_ = learned.coefficients, learned.thresholds

    def _signs_of(self, targets: np.ndarray, hetero: bool) -> bool:
        return asks_for_signs(self.rule, self._kernel, targets, hetero) if self.binary is None else bool(self.binary)

    @property
    def _kernel(self) -> MemoryKernel:
        return _LINEAR if self.kernel is None else self.kernel

    def _rule(self, binary: bool) -> MemoryRule:
        return self.rule or (HardMargin() if binary else Interpolation())

    @property
    def alphas_(self) -> np.ndarray:
        """Dual coefficients (patterns, neurons): the signed ones times the targets; not negative where a margin is."""
        return self.coefficients_ * self.targets_

    @property
    def stabilities_(self) -> np.ndarray:
        r"""Margins (neurons,) :math:`\min_\mu y h / |w|` of a binary memory; at the optimum :math:`1 / |w|`."""
        sees_itself = self.hetero_ or self.self_connection
        problem = Problem(self._kernel, self.patterns_, self.targets_, sees_itself, self.binary_)
        margin = np.min(self.targets_ * self.fields(self.patterns_), axis=0)
        return margin / problem.lengths(self.coefficients_)

    def fields(self, cues: ArrayLike) -> np.ndarray:
        """Return the field of each neuron, thresholds taken off.

        Parameters
        ----------
        cues : array (cues, inputs)
            States; of +-1 where the memory is binary and neurons do not see themselves.

        Returns
        -------
        array (cues, neurons)

        Raises
        ------
        InputError, NotFittedError
            If cues cannot be used, or nothing is stored yet.
        """
        return self._responses().fields(self._as_cues(cues))

    def recall(
        self,
        cues: ArrayLike,
        *,
        update: Literal["synchronous", "asynchronous", "continuous"] = "synchronous",
        return_steps: bool = False,
        rate: float = 0.2,
        tolerance: float = 1e-9,
        max_steps: int | None = None,
        random_state: int = 0,
    ) -> Any:
        r"""Recall what cues remind of.

        A hetero-associative memory responds at once; an auto-associative one until its state has settled.

        Parameters
        ----------
        cues : array (cues, inputs)
            Noisy or incomplete patterns.
        update : str
            "synchronous": all neurons at once. "asynchronous": one after the other, in random order. "continuous":
            leaky neurons of a memory that is not binary, :math:`s \leftarrow s + \text{rate}\,(h(s) - s)`. Default
            "synchronous".
        return_steps : bool
            Whether to return a `Recall`, with the number of steps and what has settled. Default False.
        rate : float
            Of continuous updates: the time step in units of the time constant, at most 1. Default 0.2.
        tolerance : float
            Largest change at which a real-valued state has settled, or some rounding errors. Default 1e-9.
        max_steps : int, optional
            Most steps. Default: the memory's.
        random_state : int
            Seed of the order of asynchronous updates. Default 0.

        Returns
        -------
        array (cues, neurons) or Recall

        Raises
        ------
        InputError, NotFittedError
            If cues or the way to update cannot be used, or nothing is stored yet.

        Warns
        -----
        ConvergenceWarning
            If some states did not settle and `return_steps` is False.
        """
        states, responses = self._as_cues(cues), self._responses()
        if update not in _UPDATES:
            raise InputError(f"update must be one of {', '.join(_UPDATES)}, got {update!r}")
        if update == "continuous" and (self.binary_ or not 0 < rate <= 1):
            raise InputError(f"continuous updates need binary=False and a rate above 0 and at most 1, got rate={rate}")
        steps = self.max_steps if max_steps is None else max_steps
        if self.hetero_:
            found = Recall(*responses.once(states))
        elif update == "asynchronous":
            found = Recall(*responses.one_by_one(states, tolerance, steps, random_state))
        else:
            found = Recall(*responses.settled(states, rate if update == "continuous" else 1.0, tolerance, steps))
        if return_steps:
            return found
        if not np.all(found.settled):
            warnings.warn(
                f"{np.sum(~found.settled)} of {len(states)} states did not settle, {np.sum(found.cycling)} of them run "
                "in a cycle of two: give return_steps=True to know which, or more max_steps",
                ConvergenceWarning,
                stacklevel=2,
            )
        return found.states

    def energy(self, states: ArrayLike) -> np.ndarray:
        """Return the energies (states,) of states (states, neurons), which recall lowers; see `bouton.memory.energy`.

        Raises `InputError` where a memory has none, as where weights are not symmetric.
        """
        return energies(self, self._kernel, self._as_cues(states))

    def save(self, folder: str | os.PathLike) -> Path:
        """Write the memory into a folder, as ``memory.json`` and the arrays that it names.

        Raises `NotFittedError` if nothing is stored yet, `CheckpointError` if it cannot be written.
        """
        self._check_stored()
        return write_memory(Path(folder), self)

    @classmethod
    def load(cls, folder: str | os.PathLike, kernel: MemoryKernel | None = None) -> "KernelMemory":
        """Read a memory.

        Parameters
        ----------
        folder : path
            Where it was saved.
        kernel : MemoryKernel, optional
            Its kernel; needed where that is a function that is not bouton's own.

        Raises
        ------
        CheckpointError
            If files are missing or damaged, or the kernel is needed.
        """
        parameters, patterns, targets, learned = read_memory(Path(folder), kernel)
        memory = cls(**parameters)
        outputs, hetero = patterns if targets is None else targets, targets is not None
        memory._take(patterns, outputs, hetero, memory._signs_of(outputs, hetero), learned)
        return memory

    def _responses(self) -> Responses:
        self._check_stored()
        parts = (self.patterns_, self.coefficients_, self.learned_.partition, self.thresholds_)
        asked = (self._kernel, parts, self.hetero_ or self.self_connection, self.binary_, self.precision)
        # Kept on the device, as long as it is the same parts that are asked for.
        held = self.__dict__.setdefault("_held", [])
        if not held or not same_parts(held[0], asked):
            held[:] = asked, Responses.made_of(*asked)
        return held[1]

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_held"}
