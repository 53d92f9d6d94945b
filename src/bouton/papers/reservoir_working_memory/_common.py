"""What the sections share: practice with tests in between, the currents of a working memory, scores."""

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jaxtyping import PRNGKeyArray

import bouton
from bouton.analysis import shifted_correlation, shifted_error
from bouton.behaviour import ReservoirNetwork, WorkingMemory, memory_projection, practice, remember

__all__ = ["backbone", "memory_current", "practised", "scores", "tested"]

_TEST = 1 << 20
"""Number of the first step of a test, far from those of practice: its noises are others."""


def tested(
    network: ReservoirNetwork, state: Any, events: Any, periods: int, key: PRNGKeyArray
) -> tuple[Any, np.ndarray]:
    """Return the outputs (periods, steps, outputs) of a test; state and random numbers of practice stay as they are."""
    run = bouton.run(network, events, key=key, state=state, first_step=_TEST, epochs=periods, record={"output": 1})
    outputs = np.asarray(run.recordings["output"].values)
    return run.state, outputs.reshape(periods, -1, outputs.shape[-1])


def practised(
    network: ReservoirNetwork,
    target: np.ndarray,
    current: np.ndarray | None,
    schedule: Sequence[int],
    tests: int,
    key: PRNGKeyArray,
    learn_every: int = 1,
) -> tuple[Any, np.ndarray]:
    """Return the last state, and the outputs (points, tests, steps, outputs) of tests after so many periods."""
    learning = practice(target, network.n_units, current, learn_every=learn_every)
    frozen = practice(target, network.n_units, current, learning=False)
    state, done, found = network.init(key), 0, []
    for periods in schedule:
        run = bouton.run(
            network,
            learning,
            key=key,
            state=state,
            first_step=done * len(target),
            epochs=periods - done,
            record={"output": 1},
        )
        state, done = run.state, periods
        found.append(tested(network, state, frozen, tests, key)[1])
    return state, np.array(found)


def scores(outputs: np.ndarray, target: np.ndarray) -> dict[str, np.ndarray]:
    """Return the mean over tests of correlation and error, phase forgiven, and of the error at the given phase."""
    flat = outputs.reshape(-1, *outputs.shape[-2:])
    wanted = target.reshape(len(target), -1)
    found = {
        "correlation": [shifted_correlation(one, wanted) for one in flat],
        "error": [shifted_error(one, wanted) for one in flat],
        "in_phase": [np.mean(np.sum((one - wanted) ** 2, axis=1)) for one in flat],
    }
    return {name: np.reshape(values, outputs.shape[:-2]).mean(axis=-1) for name, values in found.items()}


def memory_current(
    memory: WorkingMemory, steps: int, n_units: int, key: PRNGKeyArray, cue: np.ndarray | None = None
) -> np.ndarray:
    """Return what a sheet sends to each unit, (steps, units); the same key gives the same sheet and projection."""
    first, second = jax.random.split(key)
    return remember(memory, steps, key=first, cue=cue) @ memory_projection(second, n_units, memory.n_neurons).T


def backbone(steps: int, n_units: int, seed: np.random.Generator) -> np.ndarray:
    """Return ten harmonics of a period, mixed at random: a stand-in for the sheet where there is no time for one."""
    angle = 2 * np.pi * np.arange(steps) / steps
    waves = np.concatenate([[np.sin(k * angle), np.cos(k * angle)] for k in range(1, 11)]).T
    mixed = waves @ seed.normal(size=(20, n_units))
    return 0.34 * mixed / mixed.std()
