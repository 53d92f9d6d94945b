"""R1, R2 and E3: how well a linear read-out tells digits apart, against the number of units at each site."""

from typing import Any

import numpy as np

import bouton
from bouton.data import load_digits, load_mnist
from bouton.dynamics import Relaxation
from bouton.papers._seeds import generator, random_key
from bouton.papers._structured_deep.learning import centred, epochs_of_learning, error_of_readout
from bouton.papers._structured_deep.settings import Settings
from bouton.plasticity import LearningRate, Sheet
from bouton.similarity import StructuredSimilarityMatching

__all__ = ["digit_network", "digit_sheet", "measure_digits", "measure_full_mnist", "measure_mnist", "mnist_sheet"]

# The published runs with 4 units per site settle for exactly 99 steps.
_PUBLISHED_STEPS = 99
_SHOWN_UNITS = 4


def digit_sheet(units: int) -> Sheet:
    """Return the sheet over 8 x 8 digits: a site at every pixel, receptive fields of radius 2."""
    return Sheet((8, 8, 1), stride=1, radius=2.0, units_per_site=units)


def mnist_sheet(units: int) -> Sheet:
    """Return the sheet over 28 x 28 digits: a site at every second pixel, receptive fields of radius 4."""
    return Sheet((28, 28, 1), stride=2, radius=4.0, units_per_site=units)


def digit_network(units: int) -> StructuredSimilarityMatching:
    """Return the network for small digits, which learns faster than the published one from its fewer samples."""
    sheet = digit_sheet(units)
    return StructuredSimilarityMatching(
        sheet.feedforward,
        sheet.lateral,
        learning_rate=LearningRate(2e-2, decay=0.5, every=1000, floor=1e-4),
        dynamics=Relaxation(max_steps=_PUBLISHED_STEPS),
    )


def _mnist_network(units: int) -> StructuredSimilarityMatching:
    sheet = mnist_sheet(units)
    dynamics = Relaxation(tolerance=0.0, max_steps=_PUBLISHED_STEPS)
    return StructuredSimilarityMatching(sheet.feedforward, sheet.lateral, dynamics=dynamics)


def measure_digits(settings: Settings, seed: int) -> dict[str, Any]:
    """R1: random and learned features of 8 x 8 digits, for several numbers of units per site and several seeds."""
    digits = load_digits(normalise=False)
    images, n_training, n_test = digits.data / 16, settings.digit_training_samples, settings.digit_test_samples
    shape = (settings.digit_seeds, len(settings.digit_units))
    found: dict[str, Any] = {name: np.zeros(shape) for name in ("random", "learned", "start", "end")}
    raw, curves = [], {}
    for number in range(settings.digit_seeds):
        rng = generator(seed, 1, number)
        order = rng.permutation(len(images))
        train, test = order[:n_training], order[n_training : n_training + n_test]
        rows, labels = centred(images), digits.labels
        raw.append(error_of_readout(images[train], labels[train], images[test], labels[test]))
        for place, units in enumerate(settings.digit_units):
            circuit, key = digit_network(units), random_key(seed, 1, number)
            learned = epochs_of_learning(
                circuit,
                rows[train],
                rows[train],
                key,
                rng,
                settings.digit_epochs,
                settings.presentations,
                both_forms=number == 0 and units == _SHOWN_UNITS,
            )
            for name, state in (("random", circuit.init(key)), ("learned", learned["state"])):
                answers = bouton.respond(circuit, state, rows)
                error = error_of_readout(answers[train], labels[train], answers[test], labels[test])
                found[name][number, place] = error
            found["start"][number, place], found["end"][number, place] = learned["objective"][[0, -1]]
            if number == 0:
                curves[units] = learned
    shown = curves[_SHOWN_UNITS]
    return {
        "R1.units": np.array(settings.digit_units),
        "R1.raw": np.array(raw),
        **{f"R1.{name}": values for name, values in found.items()},
        **{f"R1.curve.{name}": shown[name] for name in ("objective", "min_max", "converged", "steps")},
        "R1.presentations": settings.presentations,
        "R1.features": np.asarray(shown["state"].weights.feedforward),
    }


def measure_mnist(settings: Settings, seed: int) -> dict[str, Any]:
    """R2: the same with some thousand MNIST digits, and with the published structure and schedule."""
    digits = load_mnist("5k")
    images = digits.data / digits.data.max()
    rng = generator(seed, 2)
    order = rng.permutation(len(images))
    n_training = settings.mnist_training_samples
    train, test = order[:n_training], order[n_training : n_training + settings.mnist_test_samples]
    rows, labels = centred(images), digits.labels
    raw = error_of_readout(images[train], labels[train], images[test], labels[test])
    untrained, trained, features = [], [], None
    for units in settings.mnist_units:
        circuit, key = _mnist_network(units), random_key(seed, 2)
        shown = rows[train][rng.integers(0, n_training, settings.mnist_epochs * settings.presentations)]
        learned = bouton.run(circuit, shown, key=key).state
        for state, errors in ((circuit.init(key), untrained), (learned, trained)):
            answers = bouton.respond(circuit, state, rows)
            errors.append(error_of_readout(answers[train], labels[train], answers[test], labels[test]))
        if units == settings.mnist_units[0]:
            features = np.asarray(learned.weights.feedforward)
    return {
        "R2.units": np.array(settings.mnist_units),
        "R2.raw": raw,
        "R2.untrained": np.array(untrained),
        "R2.trained": np.array(trained),
        "R2.features": features,
    }


def measure_full_mnist(settings: Settings, seed: int) -> dict[str, Any]:
    """E3: the published experiment, on all 60,000 digits; nothing where no number of units is asked for."""
    if not settings.full_mnist_units:
        return {}
    train, test = (load_mnist(part) for part in ("train", "test"))
    rows, held_out = (centred(part.data) for part in (train, test))
    errors = []
    for place, units in enumerate(settings.full_mnist_units):
        rng, circuit = generator(seed, 3, place), _mnist_network(units)
        presentations = settings.full_mnist_epochs * settings.presentations
        shown = rows[rng.integers(0, len(rows), presentations)]
        state = bouton.run(circuit, shown, key=random_key(seed, 3, place)).state
        answers, tested = (bouton.respond(circuit, state, part) for part in (rows, held_out))
        errors.append(error_of_readout(answers, train.labels, tested, test.labels))
    return {"E3.units": np.array(settings.full_mnist_units), "E3.errors": np.array(errors)}
