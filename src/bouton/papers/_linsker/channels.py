"""R4: noisy outputs, redundant or diverse, by closed form, ascent and local rules; R5: Oja's rule, reconstruction."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

import bouton
from bouton.engine import SideBySide
from bouton.features import (
    InfomaxNetwork,
    information,
    maximise_information,
    optimal_pair,
    pair_information,
    reconstruction_error,
    water_filling,
)
from bouton.papers._linsker.baselines import measure_subspaces
from bouton.papers._linsker.settings import Settings
from bouton.papers._seeds import generator, random_key
from bouton.plasticity import Dense, Oja, Synapses

__all__ = ["NOISES", "local_network", "measure_channels", "measure_local", "measure_oja", "measure_water"]

NOISES = (0.1, 0.5, 1.0, 2.0, 3.0, 4.0)
_FIRST, _SECOND = 2.0, 1.0
_STARTS = 8
_OUTPUTS = 4
_WATER = ((0.02, 0.0), (0.1, 0.0), (0.5, 0.0), (0.1, 0.05))
_INPUTS = 10


def measure_channels(settings: Settings, seed: int) -> dict[str, Any]:
    """Closed forms against gradient ascent from random starts; all noises and starts are one vectorised run."""
    noises = np.array([*NOISES, 5.0, 8.0])
    closed = [optimal_pair(_FIRST, _SECOND, float(noise)) for noise in noises]
    curve = np.geomspace(0.05, 20, 81)
    with jax.enable_x64(True):
        starts = jax.random.normal(random_key(seed, 8), (_STARTS, 2, 2), jnp.float64)
        climb = partial(_climb, step_size=settings.ascent_step, steps=settings.ascent_steps)
        weights, reached = jax.vmap(jax.vmap(climb, in_axes=(0, None)), in_axes=(None, 0))(starts, jnp.asarray(noises))
        rows, reached = np.asarray(weights), np.asarray(reached)
    cosine = np.abs((rows[:, :, 0] * rows[:, :, 1]).sum(axis=-1))
    return {
        "R4.noises": noises,
        "R4.closed": np.array([best.information for best in closed]),
        "R4.closed_angle": np.array([np.degrees(best.angle) for best in closed]),
        "R4.diverse": np.array([pair_information(_FIRST, _SECOND, 0.0, float(noise)) for noise in noises]),
        "R4.redundant": np.array([pair_information(_FIRST, _FIRST, 1.0, float(noise)) for noise in noises]),
        "R4.climbed": reached,
        "R4.climbed_angle": np.degrees(np.arccos(np.minimum(cosine, 1))),
        "R4.transition": closed[0].transition,
        "R4.curve_noise": curve,
        "R4.curve": np.array([optimal_pair(_FIRST, _SECOND, float(noise)).information for noise in curve]),
        "R4.curve_angle": np.array([np.degrees(optimal_pair(_FIRST, _SECOND, float(b)).angle) for b in curve]),
        "R4.curve_diverse": np.array([pair_information(_FIRST, _SECOND, 0.0, float(noise)) for noise in curve]),
        "R4.curve_redundant": np.array([pair_information(_FIRST, _FIRST, 1.0, float(noise)) for noise in curve]),
    }


def measure_water(settings: Settings, seed: int) -> dict[str, Any]:
    """Four outputs for ten eigenvalues 1, 1/2, ..., 1/10: water-filling, and ascent from random starts."""
    eigenvalues = 1 / np.arange(1, _INPUTS + 1)
    best = [water_filling(eigenvalues, _OUTPUTS, *noises) for noises in _WATER]
    with jax.enable_x64(True):
        starts = jax.random.normal(random_key(seed, 10), (_STARTS, _OUTPUTS, _INPUTS), jnp.float64)

        def climb(start: Array, noises: Array) -> tuple[Array, Array]:
            done = maximise_information(
                start, jnp.diag(jnp.asarray(eigenvalues)), noises[0], noises[1],
                step_size=settings.ascent_step, steps=settings.ascent_steps,
            )  # fmt: skip
            return done.weights, done.information[-1]

        over_starts = jax.vmap(climb, in_axes=(0, None))
        weights, reached = jax.vmap(over_starts, in_axes=(None, 0))(starts, jnp.asarray(_WATER))
        rows = np.asarray(weights)
        powers = np.linalg.eigvalsh(rows @ np.swapaxes(rows, -1, -2))[..., ::-1]
    return {
        "water.information": np.array([each.information for each in best]),
        "water.powers": np.array([each.powers[:_OUTPUTS] for each in best]),
        "water.climbed": np.asarray(reached),
        "water.climbed_powers": powers,
    }


def local_network(settings: Settings, noise: float) -> InfomaxNetwork:
    """Return the network of two outputs that learns by local rules, at a rate that suits the noise."""
    return InfomaxNetwork(2, 2, noise, learning_rate=settings.local_rate * (1 + noise), input_variance=1.1 * _FIRST)


def measure_local(settings: Settings, seed: int) -> dict[str, Any]:
    """The pair again, by InfomaxNetwork on Gaussian samples; all noises are one run side by side."""
    noises = NOISES[: settings.local_noises]
    networks = {str(noise): local_network(settings, noise) for noise in noises}
    samples = generator(seed, 11).normal(size=(settings.local_samples, 2)) * np.sqrt([_FIRST, _SECOND])
    state = bouton.run(SideBySide(networks), samples.astype(np.float32), key=random_key(seed, 11)).state
    rows = np.array([state[name].feedforward for name in networks], float)
    covariance = jnp.diag(jnp.array([_FIRST, _SECOND], jnp.float32))
    told = [float(information(state[str(noise)].feedforward, covariance, noise)) for noise in noises]
    cosine = np.abs((rows[:, 0] * rows[:, 1]).sum(axis=-1))
    return {"local.information": np.array(told), "local.angle": np.degrees(np.arccos(np.minimum(cosine, 1)))}


def _climb(start: Array, noise: Array, step_size: float, steps: int) -> tuple[Array, Array]:
    done = maximise_information(start, jnp.diag(jnp.array([_FIRST, _SECOND])), noise, step_size=step_size, steps=steps)
    return done.weights, done.information[-1]


def measure_oja(settings: Settings, seed: int) -> dict[str, Any]:
    """Oja's rule on Gaussian samples of eigenvalues 1, 1/2, ..., 1/10, at a rate that falls as one over the sample."""
    eigenvalues = 1 / np.arange(1, _INPUTS + 1)
    rng = generator(seed, 9)
    axes = np.linalg.qr(rng.normal(size=(_INPUTS, _INPUTS)))[0]
    samples = (rng.normal(size=(settings.samples, _INPUTS)) * np.sqrt(eigenvalues)) @ axes.T
    covariance = (axes * eigenvalues) @ axes.T
    start = rng.normal(size=(1, _INPUTS))
    start /= np.linalg.norm(start)

    def step(weights: Array, event: tuple[Array, Array]) -> tuple[Array, None]:
        rate, x = event
        synapses = Synapses(Dense(_INPUTS, 1), Oja(rate))
        return synapses.update(weights, x, synapses.drive(weights, x)), None

    rates = 5.0 / (100 + np.arange(settings.samples))
    events = (jnp.asarray(rates, jnp.float32), jnp.asarray(samples, jnp.float32))
    weights = np.asarray(jax.lax.scan(step, jnp.asarray(start, jnp.float32), events)[0], float)
    candidates = rng.normal(size=(100, 1, _INPUTS))
    return measure_subspaces(samples, axes.T, rng) | {
        "R5.cosine": float(np.abs(weights[0] @ axes[:, 0]) / np.linalg.norm(weights)),
        "R5.length": float(np.linalg.norm(weights)),
        "R5.error": reconstruction_error(weights, covariance),
        "R5.least_error": float(eigenvalues[1:].sum()),
        "R5.random_errors": np.array([reconstruction_error(rows, covariance) for rows in candidates]),
    }
