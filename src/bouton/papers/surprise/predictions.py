"""R4: where Bayes factor surprise and Shannon surprise disagree, in what an experiment would see of twenty subjects."""

from typing import Any

import jax
import numpy as np

from bouton.papers._seeds import random_key
from bouton.papers._surprise.settings import DELTAS, PROBABILITIES, Settings
from bouton.surprise import DeltaRule, GaussianMean, ParticleFilter, VolatileWorld, follow

__all__ = ["measure_predictions"]

_NOISE, _HAZARD, _TUNED = 0.5, 0.1, 0.08377
_ESTIMATE, _ESTIMATE_WINDOW, _DELTA_WINDOW, _BIN = 1.0, 0.25, 0.1, 0.025


def measure_predictions(settings: Settings, seed: int) -> dict[str, Any]:
    """Let subjects follow histories of their own; average surprise by prediction error, and by probability.

    Parameters
    ----------
    settings : Settings
        Number of subjects and steps.
    seed : int
        Seed of all.

    Returns
    -------
    dict of str to array
        For each learner: mean over subjects of both surprises, by sign (+, -) and size of the prediction error, and
        by probability; and how many subjects each mean is of. Shannon surprise is in units of ten's logarithm.
    """
    family = GaussianMean(_NOISE)
    learners = {"Nas12*": DeltaRule(family, _TUNED), "pf20": ParticleFilter(family, _HAZARD, 20, "multinomial")}
    key = random_key(seed, 4)
    keys = jax.random.split(key, settings.subjects)
    with jax.enable_x64(True):
        draw = VolatileWorld(family, _HAZARD).draw
        histories = jax.vmap(lambda own: draw(own, settings.subject_length))(keys)
        results: dict[str, Any] = {}
        for name, circuit in learners.items():
            _, info = jax.jit(jax.vmap(follow, (None, 0, 0)))(circuit, histories.observations, keys)
            results |= _by_error(name, np.asarray(histories.observations), info)
            results |= _by_probability(name, family, np.asarray(histories.observations), info)
    return results


def _surprises(info: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return Bayes factor and Shannon surprise of all observations but the first, which is judged by the prior."""
    return np.exp(np.asarray(info.log_bayes_factor))[:, 1:], np.asarray(info.shannon)[:, 1:] / np.log(10)


def _by_error(name: str, observations: np.ndarray, info: Any) -> dict[str, np.ndarray]:
    estimates = np.asarray(info.estimate)[:, :-1]
    delta = observations[:, 1:] - estimates
    confident = np.abs(np.abs(estimates) - _ESTIMATE) <= _ESTIMATE_WINDOW
    means = []
    for surprise in _surprises(info):
        rows = []
        for sign in (1, -1):
            same = confident & (np.sign(delta * estimates) == sign)
            rows.append(
                [_over_subjects(surprise, same & (np.abs(np.abs(delta) - at) <= _DELTA_WINDOW)) for at in DELTAS]
            )
        means.append(rows)
    return {f"R4.{name}.by_error": np.asarray(means)}


def _by_probability(name: str, family: GaussianMean, observations: np.ndarray, info: Any) -> dict[str, np.ndarray]:
    """Average over observations that are as probable under the belief as under the prior, to within a bin."""
    log_prior = np.asarray(jax.vmap(lambda y: family.log_predictive(family.prior, y))(observations.ravel()))
    prior = np.exp(log_prior).reshape(observations.shape)[:, 1:]
    belief = prior / np.exp(np.asarray(info.log_bayes_factor))[:, 1:]
    means, counts = [], []
    for surprise in _surprises(info):
        rows = []
        for at in PROBABILITIES:
            chosen = (np.abs(prior - at) <= _BIN / 2) & (np.abs(belief - at) <= _BIN / 2)
            rows.append(_over_subjects(surprise, chosen))
            counts.append(int(chosen.any(axis=1).sum()))
        means.append(rows)
    return {
        f"R4.{name}.by_probability": np.asarray(means),
        f"R4.{name}.subjects": np.asarray(counts[: len(PROBABILITIES)]),
    }


def _over_subjects(values: np.ndarray, chosen: np.ndarray) -> float:
    """Return the mean over subjects of each one's own mean, of those that have any."""
    counts = chosen.sum(axis=1)
    means = (values * chosen).sum(axis=1)[counts > 0] / counts[counts > 0]
    return float(means.mean()) if means.size else float("nan")
