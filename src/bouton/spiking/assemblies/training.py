"""Training of the content space alone: repeated patterns, each followed by clear input."""

import jax
import numpy as np

import bouton.engine as engine
from bouton.errors import InputError
from bouton.spiking.assemblies.build import AssemblyParameters
from bouton.spiking.assemblies.operation import Operation
from bouton.spiking.assemblies.running import Running
from bouton.spiking.assemblies.schedule import Phase, Schedule
from bouton.spiking.assemblies.variation import assembly_circuit
from bouton.spiking.frames import NetworkState

__all__ = ["shown_patterns", "train_content"]

_SHOWN = 200.0


def shown_patterns(n_patterns: int, number: int, order: str, seed: int) -> np.ndarray:
    """Return which pattern is shown when.

    Parameters
    ----------
    n_patterns, number : int
        How many patterns there are, and how often one is shown.
    order : "random" or "stratified"
        Whether each is drawn by itself, or all come once before one comes again.
    seed : int
        Of the order.

    Returns
    -------
    array of int (number,)

    Raises
    ------
    InputError
        If nothing is shown, or the order has another name.

    Examples
    --------
    >>> sorted(shown_patterns(3, 3, "stratified", 0).tolist())
    [0, 1, 2]
    """
    if number < 1:
        raise InputError(f"presentations must be at least 1, got {number}")
    rng = np.random.default_rng((seed, 99))
    if order == "random":
        return rng.integers(n_patterns, size=number)
    if order == "stratified":
        return np.concatenate([rng.permutation(n_patterns) for _ in range(-(-number // n_patterns))])[:number]
    raise InputError(f"order must be 'random' or 'stratified', got {order!r}")


def train_content(
    parameters: AssemblyParameters,
    seed: int,
    presentations: int | None,
    order: str,
    clear: float,
    running: Running,
    variation: tuple[float, int | None],
) -> tuple[NetworkState, Operation]:
    """Return what the content space has learned, and what happened; arguments are those of `AssemblyNetwork.train`."""
    number = 40 * parameters.n_patterns if presentations is None else presentations
    shown = shown_patterns(parameters.n_patterns, number, order, seed)
    schedule = Schedule(
        [
            phase
            for pattern in shown
            for phase in (Phase(_SHOWN, int(pattern), training=True), Phase(clear, training=True))
        ]
    )
    alone = assembly_circuit(parameters, (), seed, *variation)
    found = engine.run(alone, schedule.frames(parameters), key=jax.random.key(seed), record={"rates": 1}, **running)
    groups = tuple(group.name for group in alone.network.groups)
    return found.state, Operation("train", schedule, 0.0, np.asarray(found.recordings["rates"].values), groups)
