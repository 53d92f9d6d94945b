"""What a sample costs correlation-invariant neurons: `python -m benchmarks.invariant`.

Rate neurons on 60 inputs (one neuron) and on 16 x 16 patches (nine), in mini-batches of 100, beside NumPy as published
code writes it, with the outer product of all samples in memory, and NumPy with products of matrices; then a time step
of sixteen spiking neurons under 512 channels, 128 patches side by side, beside NumPy.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from cyclopts import App

import bouton
from benchmarks.fields import timed

app = App(name="python -m benchmarks.invariant", help=__doc__, help_format="plaintext", result_action="return_value")

BATCH, RATE, AVERAGING = 100, 1e-3, 2000.0
SIZES = ((60, 1), (256, 9))
PIXELS, NEURONS, COPIES, DURATION = 256, 16, 128, 100


def in_numpy(batches: np.ndarray, weights: np.ndarray, outer: bool) -> np.ndarray:
    """Learn by the invariant rule with Adam, from weights (inputs, neurons) on; return them."""
    level, mean, square = np.ones(weights.shape[1], np.float32), np.zeros_like(weights), np.zeros_like(weights)
    for step, x in enumerate(batches, 1):
        y = np.maximum(x @ weights, 0)
        if outer:
            change = np.sum(x[:, :, None] * (y**2)[:, None, :], axis=0)
            change -= np.sum(x[:, :, None] * (y * level)[:, None, :], axis=0)
        else:
            change = x.T @ (y**2 - y * level)
        share = len(x) / AVERAGING
        level = (1 - share) * level + share * np.mean(y**2, axis=0)
        mean, square = 0.9 * mean + 0.1 * change, 0.9 * square + 0.1 * change**2
        left = 1 - 0.9**step
        weights = weights + RATE * (mean / left) / (np.sqrt(square / left) + 1e-8)
    return weights


def spiking_in_numpy(patches: np.ndarray, weights: np.ndarray, duration: int) -> np.ndarray:
    """Show mini-batches of patches to spiking neurons of weights (channels, neurons); return the weights learned."""
    rng, one = np.random.default_rng(0), np.float32
    copies, pixels = patches.shape[1:]
    n, m, tau = 2 * pixels, weights.shape[1], 2000 * duration / copies
    v, current, waits, ybar = (np.full((copies, m), start, one) for start in (-65, 0, 0, 0))
    x, xbar, square = np.zeros((copies, n), one), np.zeros((copies, n), one), np.ones_like(weights)
    rx, ry = np.full(n, 0.05, one), np.full(m, 0.05, one)
    leak, fade, keep, slow = (one(np.exp(-1 / each)) for each in (15, 1, 30, tau))
    for patch in patches:
        p = 0.2 * np.concatenate([np.maximum(patch, 0), np.maximum(-patch, 0)], axis=1)
        p /= np.maximum(p.max(axis=1, keepdims=True), 1)
        for _ in range(duration):
            current = fade * current + (x - rx) @ weights
            waits = np.maximum(waits - 1, 0)
            v = -65 + leak * (v + 65) + (waits <= 0) * current
            fired = v >= -50
            v[fired], waits[fired] = -65, 2
            x, y = (rng.random((copies, n), one) < p).astype(one), fired.astype(one)
            xbar, ybar = keep * xbar + x / 30, keep * ybar + y / 30
            rx, ry = (slow * each + s.mean(axis=0) / tau for each, s in ((rx, x), (ry, y)))
            change = (xbar - rx).T @ (ybar * y) - (x - rx).T @ (ybar * (ry**2 / 0.001))
            square = 0.999 * square + 0.001 * change**2
            moved = weights + 1e-4 * change / (np.sqrt(square) + 1e-4) - 5e-6 * weights
            quiet = (ry < 0.0002) * 0.01 / np.linalg.norm(weights, axis=0)
            weights = np.maximum(moved * (1 + quiet), 0).astype(one)
    return weights


def rate_speeds(samples: int, repeats: int) -> list[dict[str, Any]]:
    """Return samples per second of rate neurons, here and in NumPy."""
    import jax

    from bouton.features import CorrelationInvariantNeurons

    found = []
    for inputs, neurons in SIZES:
        batches = np.random.default_rng(0).normal(size=(samples // BATCH, BATCH, inputs)).astype(np.float32)
        start = (np.random.default_rng(1).normal(size=(inputs, neurons)) / np.sqrt(inputs)).astype(np.float32)
        circuit = CorrelationInvariantNeurons(
            inputs, neurons, learning_rate=RATE, averaging_time=AVERAGING, batch_size=BATCH
        )

        def learn(circuit=circuit, batches=batches, start=start) -> None:
            state = circuit.start(jax.numpy.asarray(start.T))
            jax.block_until_ready(bouton.run(circuit, batches, key=jax.random.key(0), state=state).state)

        contenders = {
            "bouton": learn,
            "NumPy, as published": lambda batches=batches, start=start: in_numpy(batches, start, True),
            "NumPy, products of matrices": lambda batches=batches, start=start: in_numpy(batches, start, False),
        }
        for how, run in contenders.items():
            found.append({"inputs": inputs, "neurons": neurons, "how": how} | timed(run, len(batches) * BATCH, repeats))
    return found


def spiking_speeds(presentations: int, repeats: int) -> list[dict[str, Any]]:
    """Return time steps per second of spiking neurons, here and in NumPy."""
    import jax

    from bouton.features import TripletNeurons

    patches = np.random.default_rng(0).laplace(size=(presentations, COPIES, PIXELS)).astype(np.float32) / 1.4
    circuit = TripletNeurons(PIXELS, NEURONS, duration=DURATION, batch_size=COPIES)
    state = circuit.init(jax.random.key(1))

    def learn() -> None:
        jax.block_until_ready(bouton.run(circuit, patches, key=jax.random.key(0), state=state).state)

    weights = np.array(state.weights).T
    contenders = {"bouton": learn, "NumPy": lambda: spiking_in_numpy(patches, weights, DURATION)}
    steps = presentations * DURATION
    found = []
    for how, run in contenders.items():
        rates = timed(run, steps, repeats)
        found.append({"how": how, "ms_per_step": 1000 / rates["samples_per_second"]} | rates)
    return found


@app.default
def bench(*, repeats: int = 5, quick: bool = False, out: Path = Path(__file__).parent / "results") -> int:
    """Measure samples per second of rate neurons, and the time of a step of spiking ones.

    Parameters
    ----------
    repeats
        Timed runs of each contender.
    quick
        Few samples, one repeat: shows that it works, measures nothing.
    out
        Folder for invariant.json.
    """
    repeats = 1 if quick else repeats
    found = {"rate": rate_speeds(1000 if quick else 100_000, repeats)}
    found["spiking"] = spiking_speeds(1 if quick else 10, repeats)
    for row in found["rate"]:
        size = f"{row['inputs']} x {row['neurons']}"
        print(f"{size:9s} {row['how']:28s} {row['samples_per_second']:12,.0f} samples/s")
    for row in found["spiking"]:
        print(f"spiking   {row['how']:28s} {row['ms_per_step']:12.3f} ms/step")
    out.mkdir(parents=True, exist_ok=True)
    (out / "invariant.json").write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    bouton.fold_loops()
    sys.exit(app())
