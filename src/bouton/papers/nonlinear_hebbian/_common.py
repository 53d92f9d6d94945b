"""What the sections share: white patches of five natural photographs, and neurons that learn from them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

import bouton
from bouton.data import Whitening, load_natural5, sample_patches
from bouton.engine import Circuit, SideBySide
from bouton.features import NONLINEARITIES, PUBLISHED, NonlinearHebbianNeurons
from bouton.papers import basis
from bouton.papers._seeds import generator, random_key

__all__ = [
    "AT_PAPER",
    "AT_SMOKE",
    "CRITERION",
    "FULL",
    "NAMES",
    "OWN_RUN",
    "Learning",
    "in_passes",
    "label",
    "learned_fields",
    "neurons",
    "raw_patches",
    "white_patches",
]

FULL = ("laptop", "paper")
"""Where there are samples enough for fields to form."""

OWN_RUN = basis.ours("from a run of the same equations in NumPy with other photographs")
CRITERION = basis.ours("a criterion chosen before measuring, for photographs other than the authors'")

NAMES = (*PUBLISHED, *NONLINEARITIES[10:])
"""The twenty published nonlinearities, in the order of figure 2c, and two of spiking neurons."""


@dataclass(frozen=True)
class Learning:
    """Patches of photographs, and neurons that learn from them; learning rates are per sample."""

    patch_size: int = 16
    patches: int = 100_000
    batch_size: int = 100
    learning_rate: float = 2e-4
    samples: int = 1_000_000
    """Samples presented, in passes over the patches."""
    neurons: int = 9
    starts: int = 3
    """Groups of so many neurons, of which each must meet the criteria by itself."""


AT_SMOKE: dict[str, Any] = {"patch_size": 8, "patches": 20_000, "samples": 60_000, "neurons": 4, "starts": 2}
AT_PAPER: dict[str, Any] = {"patches": 1_000_000, "samples": 10_000_000}


def raw_patches(patch_size: int, count: int, seed: int) -> Float[np.ndarray, "patches pixels"]:
    """Return patches under all symmetries of the square, less their mean over samples, of unit variance on average."""
    rng = generator(seed, 1)
    patches = sample_patches(load_natural5(), patch_size, count, rng, dihedral=True)
    patches = patches - patches.mean(axis=0, dtype=np.float64).astype(np.float32)
    return patches / patches.std(dtype=np.float64).astype(np.float32)


def white_patches(patches: Float[np.ndarray, "patches pixels"]) -> Float[np.ndarray, "patches pixels"]:
    """Return the patches after symmetric whitening, of unit variance."""
    white = Whitening().fit(patches).transform(patches)
    return white / white.std(dtype=np.float64).astype(np.float32)


def neurons(settings: Learning, name: str, learning_rate: float | None = None) -> NonlinearHebbianNeurons:
    """Return the neurons of one nonlinearity, at the published rate unless another one is given."""
    return NonlinearHebbianNeurons(
        settings.patch_size**2,
        settings.neurons * settings.starts,
        name,
        learning_rate or settings.learning_rate,
        settings.batch_size,
    )


def learned_fields(
    settings: Learning,
    rows: Float[np.ndarray, "patches pixels"],
    seed: int,
    names: Sequence[str] = NAMES,
    group: int = 11,
) -> Float[np.ndarray, "names neurons pixels"]:
    """Return the fields that nonlinearities learn; starts and order of samples are the same whichever are named."""
    start = SideBySide({name: neurons(settings, name) for name in NAMES}).init(random_key(seed, group))
    circuit = SideBySide({name: neurons(settings, name) for name in names})
    state = {name: start[name] for name in names}
    state = in_passes(circuit, rows, settings.batch_size, settings.samples, seed, group, state)
    return np.array([state[name].feedforward for name in names])


def in_passes(
    circuit: Circuit,
    rows: Float[np.ndarray, "rows inputs"],
    batch_size: int,
    presented: int,
    seed: int,
    group: int,
    state: Any = None,
) -> Any:
    """Return the state of a circuit that has seen mini-batches of rows, which change places before every pass."""
    key, rng = random_key(seed, group), generator(seed, group, 1)
    done = 0
    per_pass = len(rows) // batch_size
    while done < max(presented // batch_size, 1):
        count = min(per_pass, presented // batch_size - done)
        order = rng.permutation(len(rows))[: count * batch_size]
        events = rows[order].reshape(count, batch_size, -1)
        state = bouton.run(circuit, events, key=key, state=state, first_step=done).state
        done += count
    return state


def label(name: str) -> str:
    """Return the name of a nonlinearity as figures show it."""
    words = name.replace("minus-", "− ").replace("two-sided", "two_sided").replace("-", " ").replace("_", "-")
    return words.replace("lif triplet", "LIF, triplet STDP").replace("stdp", "STDP").replace("cauchy", "Cauchy")
