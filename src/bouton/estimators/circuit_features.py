"""`CircuitFeatures`: any circuit, also one of your own, as a scikit-learn estimator."""

from collections.abc import Callable
from typing import Annotated, Any

import jax
import numpy as np

from bouton.engine import Circuit
from bouton.errors import InputError
from bouton.estimators._checks import spread_warnings
from bouton.estimators._declared import KW_ONLY, Accepts
from bouton.estimators.centred import CentredTransformer

__all__ = ["CircuitFeatures"]


class CircuitFeatures(CentredTransformer[Circuit, Any]):
    """Learn from rows by any circuit whose event is one row: a transformer without a class of its own.

    `transform` returns the circuit's responses. `score` exists where the circuit has a method
    ``objective(state, rows)``.

    Parameters
    ----------
    circuit
        The circuit, or what returns it for a number of features, such as a function or a circuit's class with the
        other arguments bound by `functools.partial`: then data of any width can be learned from.
    centre
        Whether the mean of the rows of `fit`, or of the first call of `partial_fit`, is taken off all rows.
    minimise
        Whether the circuit's objective is the better the smaller it is: `score` then changes its sign.

    Examples
    --------
    >>> from functools import partial
    >>> import numpy as np
    >>> from bouton import CircuitFeatures
    >>> from bouton.similarity import ManifoldTilingNetwork
    >>> X = np.random.default_rng(0).normal(size=(500, 3))
    >>> model = CircuitFeatures(partial(ManifoldTilingNetwork, n_outputs=4), centre=True, minimise=True, random_state=0)
    >>> model.fit_transform(X).shape, bool(model.score(X) > 0)
    ((500, 4), True)
    """

    circuit: Annotated[
        Circuit | Callable[..., Circuit],
        Accepts("Circuit or callable from the number of features to one", (Circuit, callable)),
    ]
    _: KW_ONLY
    centre: bool = False
    minimise: bool = False

    def _centres(self) -> bool:
        return bool(self.centre)

    def _circuit(self, n_features: int) -> Circuit:
        circuit = self.circuit if isinstance(self.circuit, Circuit) else self.circuit(n_features)
        shapes = [event.shape for event in jax.tree.leaves(circuit.event)]
        if shapes != [(n_features,)]:
            raise InputError(
                f"{type(circuit).__name__} takes events of shape {', '.join(map(str, shapes))}, while a row of X has "
                f"shape ({n_features},): give a circuit for {n_features} inputs that takes one row at a time"
            )
        return circuit

    @property
    def _has_objective(self) -> bool:
        return hasattr(getattr(self, "circuit_", self.circuit), "objective")

    def _objective(self, rows: np.ndarray) -> float:
        """Return the circuit's own objective for rows, negative where it is one to minimise.

        Of an objective of several parts it is their sum, ``total``.
        """
        circuit: Any = self.circuit_
        value = circuit.objective(self.state_, self._prepared(rows))
        return float(getattr(value, "total", value)) * (-1 if self.minimise else 1)

    def _data_warnings(self, rows: np.ndarray, is_stream: bool) -> list[str]:
        # Whether a large mean does harm is the circuit's matter.
        return spread_warnings(rows - rows.mean(axis=0))
