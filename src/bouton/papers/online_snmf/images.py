"""Features of whitened patches of natural images; two photographs with a tiled roof show what the images decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import matplotlib.figure
import numpy as np

import bouton
from bouton.analysis import kurtosis, orientation_index
from bouton.data import Whitening, centre_patches, load_natural5, load_photographs, sample_patches
from bouton.dynamics import CoordinateDescent
from bouton.papers import AtLeast, AtMost, Between, Check, Figure, Near, Section, basis
from bouton.papers._made_up import put
from bouton.papers._seeds import generator, random_key
from bouton.papers.online_snmf._common import learn
from bouton.report import figures
from bouton.similarity import SNMFNetwork

__all__ = ["SECTION"]

_RANDOM_FEATURES = 256
_FORGETFUL_PASSES = 2
_FULL = ("laptop", "paper")
_RUN = basis.ours("from a run of the same equations in double precision with other random numbers")


@dataclass(frozen=True)
class Settings:
    """Patches are whitened on the leading components of each set of images."""

    patch_size: int = 12
    patches: int = 60_000
    whitened_components: int = 60
    units: int = 64
    initial_activity: float = 30.0
    forgetting_factor: float = 0.1
    """Weight of the past that is left after the first and after the second pass."""
    passes: int = 4


_LAPTOP = Settings()
_SMOKE = Settings(patch_size=8, patches=1500, whitened_components=24, units=16, passes=3)
_PAPER = Settings(units=144)


def networks(settings: Settings) -> tuple[SNMFNetwork, ...]:
    """Return the network: a random start, fast dynamics to a coarse tolerance."""
    return (
        SNMFNetwork(
            settings.patch_size**2,
            settings.units,
            start="random",
            initial_activity=settings.initial_activity,
            dynamics=CoordinateDescent(tolerance=1e-4, max_sweeps=60),
        ),
    )


def measure(settings: Settings, seed: int) -> dict[str, Any]:
    """Learn features of two sets of images, and compare them with random vectors of the same whitened space."""
    sets = {"photographs": (load_photographs(), 0), "natural": (load_natural5(), 1)}
    results: dict[str, Any] = {"patch_size": settings.patch_size}
    for name, (images, number) in sets.items():
        found = _learn_features(settings, images, seed, number)
        results |= {f"{name}.{quantity}": value for quantity, value in found.items()}
    return results


def _learn_features(settings: Settings, images: Any, seed: int, number: int) -> dict[str, Any]:
    rng = generator(seed, 5, number)
    patches = centre_patches(sample_patches(images, settings.patch_size, settings.patches, rng))
    whitening = Whitening(n_components=settings.whitened_components).fit(patches)
    samples = whitening.transform(patches)
    (circuit,), key = networks(settings), random_key(seed, 5)
    state = circuit.init(key)
    for step in range(settings.passes):
        state = learn(circuit, samples, key, state=state, first_step=step * len(samples)).state
        if step < _FORGETFUL_PASSES:
            state = circuit.forget(state, settings.forgetting_factor)
    features = np.asarray(state.feedforward)
    # Whitening there and back is the projection on the components that were kept.
    projection = whitening.matrix_ @ whitening.inverse_
    random_features = rng.normal(size=(_RANDOM_FEATURES, len(projection))) @ projection
    responses = bouton.respond(circuit, state, samples)
    shape = (settings.patch_size, settings.patch_size)
    return {
        "features": features,
        "selectivity": orientation_index(features, shape, transform_size=32, centre=False),
        "random_selectivity": orientation_index(random_features, shape, transform_size=32, centre=False),
        "kurtosis": kurtosis(samples @ features.T),
        "random_kurtosis": kurtosis(samples @ random_features.T.astype(samples.dtype)),
        "active": (responses > 0).mean(),
        "norms": np.linalg.norm(features, axis=1),
    }


def _drawn_features(results: Mapping[str, Any], name: str) -> matplotlib.figure.Figure:
    order = np.argsort(-results[f"{name}.selectivity"])
    size = results["patch_size"]
    return figures.tiles(results[f"{name}.features"][order], (size, size), columns=16)


def draw_features(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the features of five natural images as tiles, the most oriented ones first."""
    return _drawn_features(results, "natural")


def draw_features_of_photographs(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the features of the two photographs as tiles, the most oriented ones first."""
    return _drawn_features(results, "photographs")


def draw_selectivity(results: Mapping[str, Any]) -> matplotlib.figure.Figure:
    """Draw the distributions of orientation selectivity, learned against random."""
    figure, axes = figures.new_figure()
    groups = {"learned features": "natural.selectivity", "random vectors": "natural.random_selectivity"}
    for (label, name), colour in zip(groups.items(), figures.category_colours(2), strict=True):
        values = results[name]
        axes.hist(values, np.linspace(0, 1, 26), weights=np.full(len(values), 1 / len(values)), color=colour, alpha=0.5)
        axes.axvline(np.median(values), color=colour, label=f"{label}, median {np.median(values):.2f}")
    axes.set(xlabel="orientation selectivity", ylabel="share of units", xlim=(0, 1), ylim=(0, 1.3 * axes.get_ylim()[1]))
    axes.legend()
    return figure


def _checks_of_both(name: str, images: str, on: str) -> tuple[Check, ...]:
    return (
        Check(
            f"{name}-selectivity",
            f"Features of {images} are oriented (median orientation selectivity).",
            AtLeast(0.5),
            lambda results: np.median(results[f"{name}.selectivity"]),
            basis.ours(),
            on=on,
        ),
        Check(
            f"{name}-kurtosis-ratio",
            f"Their linear responses to {images} are more heavy-tailed than those of random vectors (ratio of the "
            "mean kurtoses).",
            AtLeast(1.5),
            lambda results: results[f"{name}.kurtosis"].mean() / results[f"{name}.random_kurtosis"].mean(),
            basis.ours(),
            on=on,
        ),
        Check(
            f"{name}-active",
            f"Responses to {images} are sparse: share of units that respond to a patch.",
            Near(0.175, 0.05),
            lambda results: results[f"{name}.active"],
            _RUN,
            on=on,
            scales=_FULL,
        ),
    )


_OF_PHOTOGRAPHS = (
    Check(
        "photographs-selectivity-random",
        "Random vectors of the whitened space of the photographs are not oriented (median orientation selectivity).",
        Near(0.15, 0.05),
        lambda results: np.median(results["photographs.random_selectivity"]),
        _RUN,
        scales=_FULL,
    ),
    Check(
        "photographs-oriented",
        "Share of features of the photographs with an orientation selectivity above 0.5.",
        Near(0.75, 0.1),
        lambda results: (results["photographs.selectivity"] > 0.5).mean(),
        _RUN,
        remark="Seen at laptop scale: with 64 units it varies, 0.72, 0.77 and 0.69 for seeds 1 to 3; with the 144 "
        "units of the largest scale it lies in the range for seed 0.",
        scales=_FULL,
    ),
    Check(
        "photographs-oriented-random",
        "Share of random vectors with an orientation selectivity above 0.5.",
        AtMost(0.02),
        lambda results: (results["photographs.random_selectivity"] > 0.5).mean(),
        _RUN,
        scales=_FULL,
    ),
    Check(
        "photographs-kurtosis",
        "Linear responses of the features of the photographs are heavy-tailed (kurtosis, mean over the units; a "
        "Gaussian has 3).",
        Near(22.5, 5),
        lambda results: results["photographs.kurtosis"].mean(),
        _RUN,
        remark="Seen with seed 0: the median over the units lies in the range, a few very selective ones raise the "
        "mean.",
        scales=_FULL,
    ),
    Check(
        "photographs-norm",
        "Mean length of the weight vectors learned from the photographs.",
        Between(1.1, 1.5),
        lambda results: results["photographs.norms"].mean(),
        _RUN,
        scales=_FULL,
    ),
)


def _made_up() -> dict[str, Any]:
    results: dict[str, Any] = {}
    for name in ("photographs", "natural"):
        results |= {
            f"{name}.selectivity": np.repeat([0.7, 0.3], [75, 25]),
            f"{name}.random_selectivity": np.full(256, 0.15),
            f"{name}.kurtosis": np.full(64, 22.5),
            f"{name}.random_kurtosis": np.full(256, 9.5),
            f"{name}.active": 0.175,
            f"{name}.norms": np.full(64, 1.3),
        }
    return results


SECTION = Section(
    settings={"smoke": _SMOKE, "laptop": _LAPTOP, "paper": _PAPER},
    measure=measure,
    checks=(
        *_checks_of_both("natural", "five natural images", "features"),
        *_checks_of_both("photographs", "two photographs", ""),
        *_OF_PHOTOGRAPHS,
    ),
    holds=_made_up,
    breaks={
        **{f"{name}-selectivity": put(f"{name}.selectivity", 0.2) for name in ("natural", "photographs")},
        **{f"{name}-kurtosis-ratio": put(f"{name}.kurtosis", 10.0) for name in ("natural", "photographs")},
        **{f"{name}-active": {f"{name}.active": 0.5} for name in ("natural", "photographs")},
        "photographs-selectivity-random": put("photographs.random_selectivity", 0.4),
        "photographs-oriented": put("photographs.selectivity", 0.6),
        "photographs-oriented-random": put("photographs.random_selectivity", 0.6),
        "photographs-kurtosis": put("photographs.kurtosis", 3.0),
        "photographs-norm": put("photographs.norms", 0.1),
    },
    figures=(
        Figure(
            "features",
            "What the units of the network have learned from whitened patches of five natural images: each tile is the "
            "feed-forward weight vector of one unit, on a scale of its own, the most oriented ones first. Look for "
            "edges and bars that are localised.",
            draw_features,
        ),
        Figure(
            "selectivity",
            "Orientation selectivity of the features learned from natural images against random vectors of the same "
            "whitened space; 1 is a grating. Look for how little the two overlap.",
            draw_selectivity,
        ),
        Figure(
            "features-of-photographs",
            "A caution: the same network on the two photographs that come with scikit-learn. Extended gratings fill "
            "many tiles: one of the photographs shows a tiled roof. Two images are not natural scenes at large.",
            draw_features_of_photographs,
        ),
    ),
    circuits=networks,
)
