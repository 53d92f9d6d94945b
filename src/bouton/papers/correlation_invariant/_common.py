"""What the sections share: names of the rules, and passes of learning over the same shuffled samples."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

import bouton
from bouton.engine import SideBySide
from bouton.papers._seeds import random_key

__all__ = ["LABELS", "in_batches"]

LABELS = {
    "invariant": "invariant",
    "kurtosis": "invariant, kurtosis",
    "heterosynaptic": "heterosynaptic decay",
    "oja": "Oja",
}


def in_batches(
    batch_size: int,
    seed: int,
    group: int,
    circuits: dict[str, Any],
    rows: Float[np.ndarray, "samples inputs"],
    start: Float[np.ndarray, "neurons inputs"],
    steps: int,
    watched: bool = False,
) -> Any:
    """Let circuits side by side learn from the same shuffled mini-batches, from the same weights on."""
    order = np.random.default_rng((seed, group, 9)).permutation(len(rows))
    events = rows[order][: len(rows) // batch_size * batch_size].reshape(-1, batch_size, rows.shape[1])
    state = {name: circuit.start(jnp.asarray(start, jnp.float32)) for name, circuit in circuits.items()}
    both, done = SideBySide(circuits), 0
    recorded = []
    while done < steps:
        part = events[: steps - done]
        epochs = 1 if watched else max((steps - done) // len(part), 1)
        run = bouton.run(
            both, part, key=random_key(seed, group), state=state, first_step=done, epochs=epochs, shuffle=True
        )
        state, done = run.state, done + epochs * len(part)
        recorded.append({name: np.asarray(state[name].feedforward) for name in circuits})
    return state, recorded
