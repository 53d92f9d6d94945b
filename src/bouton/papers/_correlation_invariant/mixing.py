"""R4 and R5: one sparse source among Gaussian ones, mixed in three ways; patches of photographs, not whitened."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float

from bouton.analysis import orientation_index, participation_ratio
from bouton.data import load_natural5, sample_patches
from bouton.features import CorrelationInvariantNeurons
from bouton.papers._correlation_invariant.settings import Settings
from bouton.papers._correlation_invariant.signals import in_batches
from bouton.papers._seeds import generator

__all__ = ["measure_mixing", "measure_patches"]

_RULES = ("invariant", "heterosynaptic", "oja")
_SOURCES, _CONDITION = 8, 30.0


def _mixings(rng: np.random.Generator) -> list[np.ndarray]:
    """Return no mixing, a random one of condition 30, and a scaling of each input."""
    turns = [np.linalg.qr(rng.normal(size=(_SOURCES, _SOURCES)))[0] for _ in range(2)]
    spread = np.geomspace(1, 1 / _CONDITION, _SOURCES)
    return [np.eye(_SOURCES), turns[0] * spread @ turns[1], np.diag(rng.permutation(np.geomspace(0.3, 3, _SOURCES)))]


def _sources(rng: np.random.Generator, n_samples: int) -> Float[np.ndarray, "samples sources"]:
    sources = rng.normal(size=(n_samples, _SOURCES))
    sources[:, 0] = 3.0 * (rng.random(n_samples) < 0.1) + 0.3 * sources[:, 0]
    return (sources - sources.mean(axis=0)) / sources.std(axis=0)


def _learned(settings: Settings, rule: Any, rows: jax.Array, weights: jax.Array) -> jax.Array:
    """Return the weights of a neuron after plain steps on all samples, from given weights on."""
    size = rows.shape[0]
    deviation = jnp.sqrt(jnp.linalg.norm(rows.T @ rows / size, ord=2))
    circuit = CorrelationInvariantNeurons(
        _SOURCES, 1, rule, 1.0, 1.0, settings.mixing_rate, float(size),
        adaptive=False, input_deviation=deviation, batch_size=size,
    )  # fmt: skip
    key = jax.random.key(0)
    state, _ = lax.scan(
        lambda state, _: (circuit.step(key, state, rows)[0], None),
        circuit.start(weights),
        length=settings.mixing_steps,
    )
    return state.feedforward[0]


def _residual(rows: np.ndarray, weights: np.ndarray) -> float:
    """Return the largest change of a weight; infinity for a silent neuron, which no rule would move."""
    y = np.maximum(rows @ weights, 0)
    if not np.any(y > 0):
        return np.inf
    return float(np.abs(((y**2 - (y**2).mean() * y) @ rows) / len(rows)).max())


def measure_mixing(settings: Settings, seed: int) -> dict[str, Any]:
    """R4: learn from sources and from two mixtures of them, all rules and seeds in lanes of one run."""
    rows, starts, latents = [], [], []
    for repetition in range(settings.mixing_seeds):
        rng = generator(seed, 24, repetition)
        sources, start = _sources(rng, settings.mixing_samples), rng.normal(size=_SOURCES) / np.sqrt(_SOURCES)
        mixings = _mixings(rng)
        rows.append([sources @ mixing.T for mixing in mixings])
        starts.append([np.linalg.solve(mixing.T, start) for mixing in mixings])
        latents.append(sources[:, 0])
    data, begun = np.array(rows), np.array(starts)
    lanes = jnp.asarray(data.reshape(-1, *data.shape[2:]), jnp.float32)
    first = jnp.asarray(begun.reshape(-1, 1, _SOURCES), jnp.float32)
    agreement, latent, residuals, returned = [], [], np.zeros(0), np.zeros(0)
    for rule in _RULES:
        learn = jax.jit(jax.vmap(lambda x, w, rule=rule: _learned(settings, rule, x, w)))
        weights = np.asarray(learn(lanes, first), float).reshape(begun.shape)
        answers = np.maximum(np.einsum("smnd,smd->smn", data, weights), 0)
        agreement.append([[_correlation(each[0], each[k]) for k in (1, 2)] for each in answers])
        latent.append([[_correlation(y, s) for y in each] for each, s in zip(answers, latents, strict=True)])
        if rule == "invariant":
            mapped = _mapped(data, weights)
            residuals = [
                [_residual(rows, w) for rows, w in zip(*each, strict=True)] for each in zip(data, mapped, strict=True)
            ]
            moved = mapped + _perturbations(settings, seed, data, mapped)
            after = np.asarray(learn(lanes, jnp.asarray(moved.reshape(first.shape), first.dtype)), float)
            returned = _agreements(data, mapped, after.reshape(mapped.shape))
    return {
        "R4.rules": list(_RULES),
        "R4.agreement": np.array(agreement),
        "R4.latent": np.array(latent),
        "R4.residual": np.array(residuals),
        "R4.returned": returned,
    }


def _mapped(data: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the fixed point of the sources, mapped to each mixture, of each seed."""
    return np.array(
        [
            [np.linalg.lstsq(mixed, rows[0] @ learned[0], rcond=None)[0] for mixed in rows]
            for rows, learned in zip(data, weights, strict=True)
        ]
    )


def _perturbations(settings: Settings, seed: int, data: np.ndarray, mapped: np.ndarray) -> np.ndarray:
    """Return changes of the weights that change the answers by as much: those of a tenth of the weights of the sources.

    A tenth of the weights of a mixture could be many times the answers, along directions of little variance.
    """
    found = []
    for repetition in range(settings.mixing_seeds):
        direction = generator(seed, 28, repetition).normal(size=_SOURCES)
        fixed = mapped[repetition][0]
        change = data[repetition][0] @ (0.1 * np.linalg.norm(fixed) * direction / np.linalg.norm(direction))
        found.append([np.linalg.lstsq(mixed, change, rcond=None)[0] for mixed in data[repetition]])
    return np.array(found)


def _agreements(data: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the correlation of the answers by two sets of weights, of each seed and mixing."""
    answers = [np.maximum(np.einsum("smnd,smd->smn", data, weights), 0) for weights in (one, other)]
    return np.array([[_correlation(y, z) for y, z in zip(*each, strict=True)] for each in zip(*answers, strict=True)])


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return the correlation of two answers, 0 where one is silent."""
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0 and other.std() > 0 else 0.0


def measure_patches(settings: Settings, seed: int) -> dict[str, Any]:
    """R5: learn from patches of five photographs as they are, beside the rule whose depression acts on the weight."""
    rng, size = generator(seed, 25), settings.patch_size
    patches = sample_patches(load_natural5(), size, settings.patches, rng, dihedral=True).astype(np.float64)
    patches -= patches.mean(axis=0)
    patches = (patches / patches.std()).astype(np.float32)
    start = rng.normal(size=(settings.patch_neurons, size * size)) / size
    circuits = {
        rule: CorrelationInvariantNeurons(
            size * size, settings.patch_neurons, rule, learning_rate=settings.patch_learning_rate,
            averaging_time=settings.averaging_time, batch_size=settings.batch_size,
        )
        for rule in ("invariant", "kurtosis", "heterosynaptic", "oja")
    }  # fmt: skip
    state, _ = in_batches(settings, seed, 25, circuits, patches, start, settings.patch_samples // settings.batch_size)
    fields = np.array([np.asarray(state[rule].feedforward) for rule in circuits])
    flat = fields.reshape(-1, size * size)
    variances = np.linalg.eigvalsh(np.cov(patches, rowvar=False))
    return {
        "R5.rules": list(circuits),
        "R5.fields": fields,
        "R5.patch_size": size,
        "R5.condition": float(variances[-1] / variances[0]),
        "R5.participation": participation_ratio(flat).reshape(len(fields), -1) * 64 / size**2,
        "R5.orientation": orientation_index(flat).reshape(len(fields), -1),
    }
