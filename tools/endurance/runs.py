"""Five kinds of run, each in a process of its own: `python -m tools.endurance.runs KIND FOLDER` prints a digest."""

import hashlib
import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np

import bouton

__all__ = ["KINDS", "digest", "run"]

ROWS = np.random.default_rng(0).normal(size=(4000, 12)).astype(np.float32)
KEY = jax.random.key(3)


def _snmf(**options: Any) -> Any:
    return bouton.run(bouton.similarity.SNMFNetwork(12, 6, start="random"), ROWS, key=KEY, epochs=6, **options)


def _recorded(**options: Any) -> Any:
    circuit = bouton.similarity.PrincipalSubspaceNetwork(n_inputs=12, n_outputs=4)
    return bouton.run(circuit, ROWS, key=KEY, epochs=6, record={"y": 3}, shuffle=True, **options)


def _blocks(**options: Any) -> Any:
    circuit = bouton.similarity.SimilarityMatching(n_inputs=12, n_outputs=4)
    return bouton.run(circuit, ROWS, key=KEY, epochs=6, block=16, **options)


def _spikes(**options: Any) -> Any:
    network = bouton.spiking.stdp_network()
    frames = np.zeros((120, *network.event.shape), network.event.dtype)
    return bouton.run(network, frames, key=KEY, **options)


def _filter(**options: Any) -> Any:
    circuit = bouton.surprise.ParticleFilter(bouton.surprise.GaussianMean(0.5), 0.05, 20)
    return bouton.run(circuit, ROWS[:, 0], key=KEY, epochs=4, **options)


KINDS = {"snmf": _snmf, "recorded": _recorded, "blocks": _blocks, "filter": _filter, "spikes": _spikes}


def run(kind: str, folder: Path | None, **options: Any) -> Any:
    """Run one kind to its end, from its newest checkpoint if there is a folder."""
    if folder is None:
        return KINDS[kind](**options)
    return KINDS[kind](checkpoint=folder, checkpoint_every=options.pop("every", 97), resume=True, **options)


def digest(found: Any) -> str:
    """Return the digest of a run's state and recordings."""
    kept = hashlib.sha256()
    for leaf in jax.tree.leaves(found.state):
        data = jax.random.key_data(leaf) if jax.numpy.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf
        kept.update(np.ascontiguousarray(data).tobytes())
    for name in sorted(found.recordings):
        kept.update(found.recordings[name].values.tobytes() + found.recordings[name].steps.tobytes())
    return kept.hexdigest()


if __name__ == "__main__":
    print("ready", flush=True)
    print(digest(run(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None)), flush=True)
