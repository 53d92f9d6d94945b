"""A linear read-out of MNIST digits against the number of units per site: some thousand digits, or all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.data import load_mnist
from bouton.dynamics import Relaxation
from bouton.papers import AtMost, Check, Decreasing, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.structured_deep_similarity_matching._common import (
    FULL,
    OWN_RUN,
    PUBLISHED_STEPS,
    centred,
    error_of_readout,
)
from bouton.plasticity import Sheet
from bouton.report import figures
from bouton.similarity import StructuredSimilarityMatching

__all__ = ["SECTION"]

_OWN_RUN_TRAINED = {4: 7.8, 8: 7.2, 16: 5.7}
_POSTER = {4: 3.87, 8: 2.41, 16: 1.73, 32: 1.60, 64: 1.47, 100: 1.40}
_JUDGED_ON_ALL = (4, 8, 16)
_EXAMPLE_SITES = ((0, 0), (3, 9), (7, 4), (10, 10))


@dataclass(frozen=True)
class Settings:
    """An epoch is a number of presentations, drawn with replacement."""

    units: tuple[int, ...] = (4, 8)
    epochs: int = 10
    presentations: int = 1000
    training_samples: int = 4000
    test_samples: int = 1000
    all_units: tuple[int, ...] = ()
    """Numbers of units per site to be learned from the 60,000 digits, which have to be fetched; none by default."""
    all_epochs: int = 120


_SMOKE = Settings(units=(4,), epochs=1, presentations=200, training_samples=300, test_samples=200)
_PAPER = Settings(units=(4, 8, 16), all_units=_JUDGED_ON_ALL)


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn with the published structure and schedule, from some thousand digits and, where asked for, from all."""
    digits = load_mnist("5k")
    images = digits.data / digits.data.max()
    rng = generator(seed, 2)
    order = rng.permutation(len(images))
    n_training = settings.training_samples
    train, test = order[:n_training], order[n_training : n_training + settings.test_samples]
    rows, labels = centred(images), digits.labels
    raw = error_of_readout(images[train], labels[train], images[test], labels[test])
    untrained, trained, features = [], [], None
    for units in settings.units:
        circuit, key = _network(units), random_key(seed, 2)
        shown = rows[train][rng.integers(0, n_training, settings.epochs * settings.presentations)]
        learned = bouton.run(circuit, shown, key=key).state
        for state, errors in ((circuit.init(key), untrained), (learned, trained)):
            responses = bouton.respond(circuit, state, rows)
            errors.append(error_of_readout(responses[train], labels[train], responses[test], labels[test]))
        if units == settings.units[0]:
            features = np.asarray(learned.weights.feedforward)
    return {
        "units": np.array(settings.units),
        "raw": raw,
        "untrained": np.array(untrained),
        "trained": np.array(trained),
        "features": features,
        "all_units": np.array(settings.all_units, int),
        "all_errors": np.array([_error_on_all(settings, seed, place) for place in range(len(settings.all_units))]),
    }


def _error_on_all(settings: Settings, seed: int, place: int) -> float:
    train, test = (load_mnist(part) for part in ("train", "test"))
    rows, held_out = (centred(part.data) for part in (train, test))
    rng, circuit = generator(seed, 3, place), _network(settings.all_units[place])
    shown = rows[rng.integers(0, len(rows), settings.all_epochs * settings.presentations)]
    state = bouton.run(circuit, shown, key=random_key(seed, 3, place)).state
    responses, tested = (bouton.respond(circuit, state, part) for part in (rows, held_out))
    return error_of_readout(responses, train.labels, tested, test.labels)


def _sheet(units: int) -> Sheet:
    """Return a sheet over 28 x 28 digits: a site at every second pixel, receptive fields of radius 4."""
    return Sheet((28, 28, 1), stride=2, radius=4.0, units_per_site=units)


def _network(units: int) -> StructuredSimilarityMatching:
    sheet = _sheet(units)
    dynamics = Relaxation(tolerance=0.0, max_steps=PUBLISHED_STEPS)
    return StructuredSimilarityMatching(sheet.feedforward, sheet.lateral, dynamics=dynamics)


def draw_features(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the weights of all units at their sites."""
    units = int(results["units"][0])
    sheet = _sheet(units)
    images = sheet.feedforward.connectivity.as_matrix(results["features"])
    return figures.features_at_sites(images, (28, 28), sheet.positions, sheet.shape[:2], 4, units_per_site=units)


def draw_masks(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the fan-in of each site and the receptive fields of some."""
    sheet = _sheet(1)
    fields = sheet.receptive_fields
    figure, (left, right) = figures.new_figure(7.2, 3.4, 1, 2)
    counts = (fields >= 0).sum(axis=1).reshape(sheet.shape[:2])
    picture = left.imshow(counts, cmap=figures.sequential(), interpolation="nearest")
    left.set(title="inputs of each site", xlabel="column of sites", ylabel="row of sites")
    figure.colorbar(picture, ax=left, shrink=0.85)
    image = np.zeros((28, 28))
    for row, column in _EXAMPLE_SITES:
        field = fields[row * sheet.shape[1] + column]
        image.flat[field[field >= 0]] += 1
    right.imshow(image, cmap=figures.sequential(), interpolation="nearest")
    sites = np.array([sheet.positions[row * sheet.shape[1] + column] for row, column in _EXAMPLE_SITES]) - 0.5
    right.scatter(sites[:, 1], sites[:, 0], marker="+", color=figures.category_colours(2)[1], label="site")
    right.set(title="four receptive fields", xlabel="pixel", ylabel="pixel")
    right.legend(loc="lower left")
    return figure


def draw_errors(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw test errors against units per site."""
    figure, axes = figures.new_figure(6.4, 3.8)
    random, learned, full = figures.category_colours(3)
    axes.plot(results["units"], results["untrained"], "o-", color=random, label="random features, 4000 digits")
    axes.plot(results["units"], results["trained"], "o-", color=learned, label="learned features, 4000 digits")
    axes.plot(*zip(*_OWN_RUN_TRAINED.items(), strict=True), "x", color=learned, label="expected, 4000 digits")
    axes.axhline(results["raw"], color=figures.muted(), linestyle="--", label="raw pixels, 4000 digits")
    if len(results["all_units"]):
        axes.plot(results["all_units"], results["all_errors"], "o-", color=full, label="learned, 60,000 digits")
    axes.plot(*zip(*_POSTER.items(), strict=True), "x", color=full, label="authors, 60,000 digits")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set(xlabel="units per site", ylabel="test error (percent)", ylim=(0, None))
    axes.legend(fontsize=8)
    return figure


_ONE_SPLIT = (
    "Seen at laptop scale with seed 0: lower than expected. Both are single runs with 1000 held-out digits, drawn from "
    "the same 5000 by different splits."
)


def _near(name: str, sentence: str, expected: float, measured: str, place: int, scales: tuple[str, ...] = FULL):
    return Check(
        name,
        sentence,
        Near(expected, 2.0),
        lambda results: np.atleast_1d(results[measured])[place],
        OWN_RUN,
        remark=_ONE_SPLIT,
        scales=scales,
    )


SECTION = Section(
    settings={"smoke": _SMOKE, "laptop": Settings(), "paper": _PAPER},
    measure=measure,
    checks=(
        *(
            Check(
                f"all-{units}",
                f"Test error of a linear read-out on all of MNIST, {units} neurons per site (percent).",
                Near(_POSTER[units], 0.3),
                lambda results, units=units: results["all_errors"][np.asarray(results["all_units"]) == units][0],
                basis.authors("poster, table of errors"),
                on="units",
                scales=("paper",),
            )
            for units in _JUDGED_ON_ALL
        ),
        Check(
            "order",
            "On 4000 MNIST digits the test error falls from raw pixels over untrained to trained features, with 4, "
            "then 8 and, at the largest scale, 16 units per site (percent).",
            Decreasing(),
            lambda results: [results["raw"], results["untrained"][0], *np.asarray(results["trained"]).tolist()],
            basis.ours("the order; the numbers are from a run of the same equations in NumPy"),
            on="units",
            expected="13.3, 11.7, 7.8, 7.2, 5.7",
            scales=FULL,
        ),
        Check(
            "four",
            "With 4 units per site the trained features leave an error below 9.5 percent.",
            AtMost(9.5),
            lambda results: results["trained"][0],
            basis.ours("chosen before measuring, from a run of the same equations in NumPy with other random numbers"),
            on="features",
            expected=7.8,
            scales=FULL,
        ),
        _near("raw", "Test error of raw pixels (percent).", 13.3, "raw", 0),
        _near("untrained", "Test error of untrained features, 4 units per site (percent).", 11.7, "untrained", 0),
        _near("trained-4", "Test error of trained features, 4 units.", 7.8, "trained", 0),
        _near("trained-8", "Test error of trained features, 8 units.", 7.2, "trained", 1),
        _near("trained-16", "Test error of trained features, 16 units.", 5.7, "trained", 2, ("paper",)),
    ),
    holds=lambda: {
        "raw": 13.3,
        "untrained": np.array([11.7, 10.0, 9.0]),
        "trained": np.array([7.8, 7.2, 5.7]),
        "all_units": np.array(_JUDGED_ON_ALL),
        "all_errors": np.array([_POSTER[units] for units in _JUDGED_ON_ALL]),
    },
    breaks={
        **{f"all-{units}": put("all_errors", 9.0) for units in _JUDGED_ON_ALL},
        "order": put("trained", 8.0, 1),
        "four": put("trained", 9.7, 0),
        "raw": {"raw": 16.0},
        "untrained": put("untrained", 7.0, 0),
        **{f"trained-{units}": put("trained", 12.0) for units in _OWN_RUN_TRAINED},
    },
    figures=(
        Figure(
            "features",
            "What the units of a sheet have learned from MNIST digits, each at its site: every second pixel has four "
            "units with a receptive field of radius 4 (warm: excitatory, cool: inhibitory; each on a scale of its "
            "own). Look for strokes and edges of all directions, and for four different ones at each site.",
            draw_features,
        ),
        Figure(
            "masks",
            "The structure of that sheet. Left: number of inputs of each site's units; fewer at the border. Right: the "
            "receptive fields of four sites. Look for overlap between neighbours and for fields that the border cuts.",
            draw_masks,
        ),
        Figure(
            "errors",
            "Test error of a linear read-out of MNIST against the number of units per site: learned from 4000 digits, "
            "and from all where that was measured. Crosses: the authors' errors on all digits, from their poster, and "
            "those that the checks expect on 4000. Look for how much of the gain random features have already.",
            draw_errors,
        ),
    ),
)
