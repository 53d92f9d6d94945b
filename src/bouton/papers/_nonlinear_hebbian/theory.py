"""R2, R3 and the comparison with FastICA: what the objective says of candidate fields, before and beside learning."""

import warnings
from typing import Any, cast

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from bouton.analysis import gabor, selectivity_map
from bouton.dynamics import RectifiedLinear
from bouton.features import EffectiveNonlinearity, NonlinearHebbianState, mean_objective, nonlinearity, selectivity
from bouton.papers._nonlinear_hebbian.fields import NAMES, field_circuit
from bouton.papers._nonlinear_hebbian.patches import in_passes
from bouton.papers._nonlinear_hebbian.settings import Settings
from bouton.papers._seeds import generator
from bouton.plasticity import PowerPlasticity, QuadraticPlasticity

__all__ = ["MODELS", "measure_ica", "measure_indices", "measure_objectives"]

# The five models of figure 2, with its constants.
MODELS = {
    "linear rectifier": nonlinearity("linear-rectifier"),
    "quadratic rectifier": EffectiveNonlinearity(RectifiedLinear(1.0), QuadraticPlasticity(1.0, 0.1)),
    "L0 sparse coding": nonlinearity("hard-threshold"),
    "Cauchy sparse coding": nonlinearity("cauchy"),
    "negative sigmoid": EffectiveNonlinearity(nonlinearity("negative-sigmoid").rate, PowerPlasticity(scale=-0.2)),
}
_RANDOM_DIRECTIONS = 64
_ICA_STEPS = 300


def measure_objectives(
    settings: Settings,
    seed: int,
    white: Float[np.ndarray, "patches pixels"],
    fields: Float[np.ndarray, "names neurons pixels"],
) -> dict[str, Any]:
    """R2: the objective of five models for a learned field and for candidates made by hand."""
    candidates = _candidates(settings.patch_size, generator(seed, 2))
    candidates["learned field"] = fields[0, 0]
    rows = np.stack([field / np.linalg.norm(field) for field in candidates.values()])
    drives = white @ rows.T.astype(np.float32)
    drives = drives / drives.std(axis=0)
    values = np.array([mean_objective(model, jnp.asarray(drives)) for model in MODELS.values()])
    return {
        "R2.models": list(MODELS),
        "R2.candidates": list(candidates),
        "R2.fields": rows,
        "R2.objective": values,
    }


def _candidates(size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    row, column = np.indices((size, size))
    middle = (size - 1) / 2
    distance = np.hypot(row - middle, column - middle)
    pixel = np.zeros((size, size))
    pixel[size // 2 - 1 : size // 2 + 1, size // 2 - 1 : size // 2 + 1] = 1
    circle = np.exp(-(distance**2) / (2 * 3**2)) / 3**2 - np.exp(-(distance**2) / (2 * 4**2)) / 4**2
    fourier = np.sin(2 * np.pi * row / size) * np.cos(2 * np.pi * column / size)
    wave = 9.0
    return {
        "random": rng.normal(size=size**2),
        "Fourier": fourier.ravel(),
        "pixel": pixel.ravel(),
        "circle": circle.ravel(),
        "Gabor": gabor((size, size), 1 / wave, np.pi / 3, 0.3 * wave, 0.6 * wave).ravel(),
    }


def measure_indices(settings: Settings) -> dict[str, Any]:
    """R3: selectivity indices of all nonlinearities, and the map over the two thresholds of quadratic rectifiers."""
    found = [selectivity(name) for name in NAMES]
    first = np.linspace(-1.0, 2.0, settings.map_points)
    gap = np.linspace(0.0, 2.0, settings.map_points)
    theta = np.linspace(-3.0, 4.0, 2 * settings.map_points - 1)

    def quadratic(threshold, depression):
        return EffectiveNonlinearity(RectifiedLinear(threshold), QuadraticPlasticity(depression))

    published = selectivity(EffectiveNonlinearity(RectifiedLinear(1.0), QuadraticPlasticity(1.0)))
    return {
        "R3.index": np.array([each.index for each in found]),
        "R3.published_quadratic": published.index,
        "R3.rectifier_one": selectivity(EffectiveNonlinearity(RectifiedLinear(1.0))).index,
        "R3.map_first": first,
        "R3.map_gap": gap,
        "R3.map": selectivity_map(quadratic, first, gap),
        "R3.thresholds": theta,
        "R3.rectifiers": selectivity_map(RectifiedLinear, theta, np.ones(1))[:, 0],
    }


def measure_ica(
    settings: Settings,
    seed: int,
    white: Float[np.ndarray, "patches pixels"],
    fields: Float[np.ndarray, "names neurons pixels"],
) -> dict[str, Any]:
    """FastICA on the same patches, with the same f: objectives reached, and where it goes from learned fields."""
    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    learned = fields[NAMES.index("negative-sigmoid")].astype(np.float32)
    settled = _settled(settings, seed, white, learned)
    ica: Any = FastICA(fun="logcosh", whiten=cast(Any, False), max_iter=settings.ica_iterations, random_state=seed)
    with warnings.catch_warnings():
        # The last few of as many components as pixels take very long to settle.
        warnings.simplefilter("ignore", ConvergenceWarning)
        ica.fit(white[: settings.ica_patches])
    components = ica.components_ / np.linalg.norm(ica.components_, axis=1, keepdims=True)
    rng = generator(seed, 3)
    random_rows = rng.normal(size=(_RANDOM_DIRECTIONS, white.shape[1]))
    random_rows /= np.linalg.norm(random_rows, axis=1, keepdims=True)
    model = nonlinearity("negative-sigmoid")

    def objective(rows: np.ndarray) -> np.ndarray:
        return np.asarray(mean_objective(model, jnp.asarray(white @ rows.T.astype(np.float32))))

    def cosine(rows: np.ndarray) -> np.ndarray:
        return np.abs((_at_rest(rows.astype(np.float32), white) * rows).sum(axis=1))

    return {
        "ICA.components": components,
        "ICA.objective": objective(components),
        "ICA.learned_objective": objective(learned),
        "ICA.random_objective": objective(random_rows),
        "ICA.stays": cosine(settled),
        "ICA.random_stays": cosine(random_rows[: len(learned)]),
    }


def _settled(
    settings: Settings, seed: int, white: Float[np.ndarray, "patches pixels"], learned: np.ndarray
) -> Float[np.ndarray, "neurons pixels"]:
    """Return the fields after they have learned on, in the end at a tenth of the rate, so that what is left is rest."""
    rows = learned
    for group, factor in enumerate((1.0, 0.1)):
        circuit = field_circuit(settings, "negative-sigmoid", factor * settings.learning_rate)
        state = NonlinearHebbianState(jnp.asarray(rows))
        presented = settings.settling_samples
        rows = in_passes(circuit, white, settings.batch_size, presented, seed, 17 + group, state).feedforward
    return np.asarray(rows)


def _at_rest(rows: np.ndarray, white: Float[np.ndarray, "patches pixels"]) -> np.ndarray:
    """Return where FastICA's iteration for single components comes to rest, from each of the rows."""
    for _ in range(_ICA_STEPS):
        answers = np.tanh(white @ rows.T)
        step = answers.T @ white / len(white) - (1 - answers**2).mean(axis=0)[:, None] * rows
        step /= np.linalg.norm(step, axis=1, keepdims=True)
        settled = np.abs((step * rows).sum(axis=1)).min() > 1 - 1e-6
        rows = step
        if settled:
            break
    return rows
