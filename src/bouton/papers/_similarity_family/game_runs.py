"""Runs of the correlation game on digits and on bars, and the averages that the bounds are about."""

from typing import Any

import numpy as np

import bouton
from bouton.data import load_digits
from bouton.papers._seeds import generator, random_key
from bouton.papers._similarity_family.game import GameSettings
from bouton.similarity import CorrelationGameNetwork

__all__ = ["crossing_bars", "digit_network", "run_all"]

_GROUP = 6
_INHIBITED = 0.05
_SLACK = 0.8
_FOUND = 0.9
_PIXELS = 64


def digit_network(settings: GameSettings, **options: Any) -> CorrelationGameNetwork:
    """Return the network that learns digits."""
    return CorrelationGameNetwork(_PIXELS, settings.digit_outputs, **options)


def crossing_bars(
    generator: np.random.Generator, n_samples: int, size: int, probability: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return images in which rows and columns light up by chance, of mean squared length 1, and the single bars."""
    lit = generator.random((n_samples, 2 * size)) < probability
    images = (lit[:, :size, None] | lit[:, None, size:]).reshape(n_samples, -1).astype(float)
    bars = np.concatenate([np.eye(size).repeat(size, axis=1), np.tile(np.eye(size), size)]) / np.sqrt(size)
    return images / np.sqrt(np.mean(np.sum(images**2, axis=1))), bars


def run_all(settings: GameSettings, seed: int) -> dict[str, Any]:
    """Return products, multipliers and weights of all games."""
    digits = load_digits().data
    inked = digits.max(axis=0) > 0
    order = generator(seed, _GROUP, 0).integers(len(digits), size=settings.digit_samples)
    free = digit_network(settings, competition=0.0, decay=settings.free_decay)
    bound = settings.bars_bound
    images, bars = crossing_bars(
        generator(seed, _GROUP, 1), settings.bars_samples, settings.bars_size, settings.bars_probability
    )
    bars_network = CorrelationGameNetwork(images.shape[1], settings.bars_outputs, correlation_bound=bound)
    games = {
        "digits": _play(settings, seed, digit_network(settings), digits[order]),
        "free": _play(settings, seed, free, digits[order]),
        "bars": _play(settings, seed, bars_network, images),
    }
    results = {f"game.{name}.{quantity}": value for name, game in games.items() for quantity, value in game.items()}
    for name in ("digits", "free"):
        results[f"game.{name}.zero"] = np.mean(games[name]["weights"][:, inked] == 0)
    weights = games["bars"]["weights"]
    cosines = weights @ bars.T / np.linalg.norm(weights, axis=1, keepdims=True)
    return results | {"game.bars.found": np.mean(cosines.max(axis=0) > _FOUND)}


def _play(settings: GameSettings, seed: int, circuit: CorrelationGameNetwork, samples: np.ndarray) -> dict[str, Any]:
    run = bouton.run(circuit, samples, key=random_key(seed, _GROUP), record={"y": 1, "lateral": 50})
    answers = run.recordings["y"].values[-round(settings.averaged * len(samples)) :].astype(float)
    lateral = run.recordings["lateral"].values
    multipliers = lateral[-round(settings.averaged * len(lateral)) :].mean(axis=0)
    products = answers.T @ answers / len(answers)
    pairs = np.triu_indices(len(products), 1)
    relative = products[pairs] / circuit.correlation_bound
    inhibition = multipliers[pairs] / np.diagonal(multipliers).mean()
    return {
        "products": relative,
        "multipliers": inhibition,
        "largest_product": relative.max(),
        "largest_power": np.diagonal(products).max() / circuit.power_bound,
        # Not a number where there is no such pair: then the claim has not been put to the test.
        "smallest_inhibited": min(relative[inhibition > _INHIBITED], default=np.nan),
        "largest_slack": max(inhibition[relative < _SLACK], default=np.nan),
        "weights": np.asarray(run.state.feedforward),
    }
