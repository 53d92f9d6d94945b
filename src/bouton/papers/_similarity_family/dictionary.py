"""Sparse dictionaries of natural images: neurons with a dead zone, and the threshold that makes them sparse."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Claim, Figure
from bouton.papers._relations import AtLeast, AtMost, Between, Decreasing

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["CLAIMS", "FIGURES", "SCALES", "DictionarySettings", "circuits", "measure"]


@dataclass(frozen=True)
class DictionarySettings:
    """Patches of photographs, whitened, and the thresholds tried; the threshold of the paper was not available."""

    patch_size: int = 12
    patches: int = 60_000
    whitened_components: int = 60
    units: int = 64
    thresholds: tuple[float, ...] = (0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
    """In units of the standard deviation of the whitened patches along any direction that was kept."""
    wanted_share: float = 0.1
    """Share of active units at the threshold that is looked at: the middle of 5 to 15 %."""
    initial_activity: float = 30.0
    passes: int = 4
    forgetful_passes: int = 2
    forgetting_factor: float = 0.1
    """Weight of the past that is left after each of the forgetful passes."""
    tolerance: float = 1e-4
    max_sweeps: int = 60


_LAPTOP = DictionarySettings()
SCALES = {
    "smoke": replace(
        _LAPTOP, patch_size=8, patches=1500, whitened_components=24, units=16, thresholds=(1.0, 2.0), passes=3
    ),
    "laptop": _LAPTOP,
    "paper": replace(_LAPTOP, units=144, patches=200_000),
}
_FULL = ("laptop", "paper")


def measure(settings: DictionarySettings, seed: int) -> dict[str, Any]:
    """Learn dictionaries with every threshold, and look at the one with the wanted share of active units."""
    from bouton.papers._similarity_family.dictionary_runs import run_all

    return run_all(settings, seed)


def circuits(settings: DictionarySettings) -> tuple[Any, ...]:
    """Return the network."""
    from bouton.papers._similarity_family.dictionary_runs import network

    return (network(settings, 1.0),)


CLAIMS = (
    Claim(
        "dictionary.sparseness",
        "There is a threshold with which 5 to 15 % of the units are active (share at the threshold that comes closest "
        "to 10 %).",
        "a sparse code; threshold not available",
        "2014 paper (form recalled)",
        Between(0.05, 0.15),
        lambda results: results["dictionary.share"],
        scales=_FULL,
    ),
    Claim(
        "dictionary.threshold",
        "The higher the threshold, the fewer units are active.",
        "falling",
        "soft threshold",
        Decreasing(strictly=True),
        lambda results: results["dictionary.shares"],
    ),
    Claim(
        "dictionary.selectivity",
        "Features of whitened natural patches are oriented, as Gabor functions are: median orientation selectivity.",
        "Gabor-like features; 0.15 for random vectors",
        "2014 paper (recalled); measure of the reference runs on natural images",
        AtLeast(0.5),
        lambda results: float(sorted(results["dictionary.selectivity"])[len(results["dictionary.selectivity"]) // 2]),
        scales=_FULL,
    ),
    Claim(
        "dictionary.kurtosis",
        "Linear responses to them are more sparse than those to random vectors: ratio of the median kurtosis.",
        "sparse responses",
        "2014 paper (recalled); measure of the reference runs on natural images",
        AtLeast(1.5),
        lambda results: results["dictionary.kurtosis_ratio"],
        scales=_FULL,
    ),
    Claim(
        "dictionary.lateral-correlation",
        "Lateral weights compete as in sparse coding: correlation of M with W W' off the diagonal.",
        "M close to W W'",
        "2014 paper (recalled)",
        AtLeast(0.8),
        lambda results: results["dictionary.lateral_correlation"],
        scales=_FULL,
    ),
    Claim(
        "dictionary.lateral-difference",
        "They are also as large: |M - W W'| / |W W'| off the diagonal.",
        "M close to W W'",
        "2014 paper (recalled)",
        AtMost(0.5),
        lambda results: results["dictionary.lateral_difference"],
        remark="Seen at laptop scale: M is proportional to W W' with a factor of about 0.4, which falls with the "
        "threshold. Weak answers are cut off, so that products of two answers are fewer than products of an answer "
        "with a potential.",
        scales=_FULL,
    ),
)


def draw_features(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the learned features as tiles, the most oriented ones first."""
    import numpy as np

    from bouton.report import figures

    order = np.argsort(-results["dictionary.selectivity"])
    size = results["dictionary.patch_size"]
    return figures.tiles(results["dictionary.features"][order], (size, size), columns=16)


def draw_lateral(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the share of active units against the threshold, and M against W W'."""
    from bouton.report import figures

    figure, (left, right) = figures.new_figure(7.6, 3.5, 1, 2)
    figures.curves(
        results["dictionary.thresholds"],
        {"active units": 100 * results["dictionary.shares"]},
        xlabel=r"threshold $\theta$",
        ylabel="active units (%)",
        axes=left,
    )
    left.axhspan(5, 15, color=figures.muted(), alpha=0.18, linewidth=0)
    left.axvline(results["dictionary.threshold"], color=figures.muted(), linewidth=1.0, linestyle=(0, (4, 3)))
    left.set_ylim(0, None)
    competition, lateral = results["dictionary.competition"], results["dictionary.lateral"]
    right.scatter(competition, lateral, s=5, color=figures.category_colours(1)[0], alpha=0.4, linewidths=0)
    ends = [competition.min(), competition.max()]
    right.plot(ends, ends, color=figures.muted(), linewidth=1.0, linestyle=(0, (4, 3)), label="equal")
    right.set(xlabel="$(W W^T)_{ij}$", ylabel="$M_{ij}$")
    right.legend()
    return figure


FIGURES = (
    Figure(
        "dictionary-features",
        "Features learned from whitened patches of two photographs by neurons with a dead zone, at the threshold that "
        "keeps about 10 % of them active; each tile on a scale of its own, the most oriented ones first. Look for "
        "localised edges and bars in the upper half; the extended gratings stem from the tiled roof in one of the "
        "photographs, and the last features are hardly oriented.",
        draw_features,
        alt="Tiles of learned image features",
    ),
    Figure(
        "dictionary-lateral",
        "Left: share of active units against the threshold, with the wanted range shaded and the threshold that was "
        "chosen; its published value was not available. Right: each lateral weight against the overlap of the two "
        "features. Look for points along a line, though not the one of equal values: neurons compete as in sparse "
        "coding, where inhibition is the overlap, but less.",
        draw_lateral,
        alt="Active units against the threshold, and lateral weights against overlaps of features",
    ),
)
