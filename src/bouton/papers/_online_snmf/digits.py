"""R6: handwritten digits, centred and not: clusters and parts, and how much of the label the answers keep."""

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bouton.data import load_digits
from bouton.dynamics import CoordinateDescent
from bouton.papers._online_snmf.learning import generator, learn, random_key, units_used
from bouton.papers._online_snmf.metrics import answering_units, purity
from bouton.papers._online_snmf.settings import Settings
from bouton.similarity import SNMFNetwork

__all__ = ["digit_network", "measure_digits"]

_PIXELS = 64
_QUANTITIES = ("used", "active", "purity", "accuracy", "sweeps", "smallest")


def digit_network(settings: Settings, n_units: int | None = None, **options) -> SNMFNetwork:
    """Return the network of the experiment; nearly collinear units of uncentred digits settle slowly."""
    n_units = settings.digit_units if n_units is None else n_units
    dynamics = CoordinateDescent(max_sweeps=300)
    return SNMFNetwork(_PIXELS, n_units, rank_penalty=settings.digit_penalty, dynamics=dynamics, **options)


def measure_digits(settings: Settings, seed: int) -> dict[str, Any]:
    """R6: learn without labels, freeze, classify the answers."""
    few = settings.few_digit_units
    forgetful = digit_network(
        settings,
        start="random",
        initial_activity=settings.digit_initial_activity,
        forgetting=settings.digit_forgetting,
    )
    cases = {
        "many": (True, digit_network(settings)),
        "few": (True, digit_network(settings, few)),
        "uncentred": (False, digit_network(settings, few)),
        "forgetting": (True, forgetful),
    }
    results: dict[str, Any] = {}
    for name, (centred, circuit) in cases.items():
        runs = [_learn_digits(settings, seed, number, circuit, centred) for number in range(settings.digit_seeds)]
        results |= {f"R6.{name}.{quantity}": np.array([run[quantity] for run in runs]) for quantity in _QUANTITIES}
        results |= {f"R6.{name}.{picture}": runs[0][picture] for picture in ("features", "answers")}
    digits = load_digits(centre=True)
    raw = [_accuracy(settings, seed, number, digits.data, digits.labels) for number in range(settings.digit_seeds)]
    return results | {"R6.raw.accuracy": np.array(raw), "R6.labels": digits.labels}


def _learn_digits(settings: Settings, seed: int, number: int, circuit: SNMFNetwork, centred: bool) -> dict[str, Any]:
    digits = load_digits(centre=centred)
    run = learn(circuit, digits.data, random_key(seed, 6, number), epochs=settings.digit_passes, shuffle=True)
    answers = run.respond(digits.data)
    return {
        "used": units_used(circuit, run.state),
        "active": (answers > 0).sum(axis=1).mean(),
        "purity": purity(digits.labels, answering_units(answers)),
        "accuracy": _accuracy(settings, seed, number, answers, digits.labels),
        "sweeps": run.recordings["sweeps"].values.mean(),
        "smallest": [float(part.min()) for part in (answers, run.state.lateral, run.state.feedforward)],
        "features": np.asarray(run.state.feedforward),
        "answers": answers,
    }


def _accuracy(settings: Settings, seed: int, number: int, features: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of held-out digits that logistic regression on the features names rightly."""
    order = generator(seed, 6, number).permutation(len(labels))
    training, test = np.split(order, [settings.digit_training_samples])
    classifier = LogisticRegression(C=10.0, max_iter=2000).fit(features[training], labels[training])
    return float(classifier.score(features[test], labels[test]))
