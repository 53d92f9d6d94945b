r"""Reference loops for the online SNMF network: as the paper writes it in NumPy, and event-driven in numba.

The numba loops keep accumulators, :math:`S = \mathrm{diag}(\hat Y) W` and :math:`N = \mathrm{diag}(\hat Y)(M + 1)`,
which makes learning one addition per synapse of an active neuron, and the field :math:`r = S x - N y`, which is touched
only where a neuron's activity changes. That is little arithmetic: hard references.

Source: C. Pehlevan, D. B. Chklovskii (2014), arXiv:1503.00680.
"""

from collections.abc import Callable

import numpy as np

State = tuple[np.ndarray, np.ndarray, np.ndarray]


def numpy_learn(state: State, rows: np.ndarray, tolerance: float, max_sweeps: int) -> State:
    """Let the network learn rows, sample by sample and neuron by neuron, as the paper writes it."""
    feedforward, lateral, cumulative = (array.copy() for array in state)
    for x in rows:
        y = np.zeros_like(cumulative)
        drive = feedforward @ x
        for _ in range(max_sweeps):
            largest_change = 0.0
            for i in range(len(y)):
                new = max(0.0, drive[i] - lateral[i] @ y)
                largest_change = max(largest_change, abs(new - y[i]))
                y[i] = new
            if largest_change <= tolerance * y.max():
                break
        cumulative += y * y
        gain = (y / cumulative)[:, None]
        feedforward += gain * (x - feedforward * y[:, None])
        lateral += gain * (y - lateral * y[:, None])
        np.fill_diagonal(lateral, 0)
    return feedforward, lateral, cumulative


def numba_learn(fastmath: bool) -> Callable:
    """Return the event-driven loop, compiled by numba.

    Parameters
    ----------
    fastmath : bool
        Whether the compiler may reorder sums and ignore NaN. Without it sums are not vectorised.

    Raises
    ------
    ImportError
        If numba is not installed.
    """
    import numba

    return numba.njit(_event_driven, fastmath=fastmath, error_model="numpy")


def accumulators(state: State) -> tuple[np.ndarray, np.ndarray]:
    """Return S and N of a network with weights W, M and cumulative activity."""
    feedforward, lateral, cumulative = state
    return cumulative[:, None] * feedforward, cumulative[:, None] * lateral + np.diag(cumulative)


def from_accumulators(drives: np.ndarray, products: np.ndarray) -> State:
    """Return W, M and cumulative activity from S and N."""
    cumulative = np.diagonal(products).copy()
    lateral = products / cumulative[:, None]
    np.fill_diagonal(lateral, 0)
    return drives / cumulative[:, None], lateral, cumulative


def _event_driven(drives, products, rows, tolerance, max_sweeps, sweeps, active):
    n_units, n_inputs = drives.shape
    field = np.empty(n_units, rows.dtype)
    inverse = np.empty(n_units, rows.dtype)
    y = np.empty(n_units, rows.dtype)
    zero = rows.dtype.type(0)
    for t in range(len(rows)):
        for i in range(n_units):
            total = zero
            for j in range(n_inputs):
                total += drives[i, j] * rows[t, j]
            field[i] = total
            y[i] = zero
            inverse[i] = 1 / products[i, i]
        count = 0
        while count < max_sweeps:
            count += 1
            largest_change = zero
            largest = zero
            for i in range(n_units):
                new = y[i] + field[i] * inverse[i]
                if new < 0:
                    new = zero
                step = new - y[i]
                if step != 0:
                    y[i] = new
                    for j in range(n_units):
                        field[j] -= step * products[i, j]
                    largest_change = max(largest_change, abs(step))
                largest = max(largest, new)
            if largest_change <= tolerance * largest:
                break
        sweeps[t] = count
        for i in range(n_units):
            if y[i] != 0:
                active[t] += 1
                for j in range(n_inputs):
                    drives[i, j] += y[i] * rows[t, j]
                for j in range(n_units):
                    products[i, j] += y[i] * y[j]
