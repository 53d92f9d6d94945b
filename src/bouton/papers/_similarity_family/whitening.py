"""Whitening by interneurons: how white the answers become, and what the running mean has to do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bouton.papers._frame import Claim, Figure
from bouton.papers._relations import AtMost

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["CLAIMS", "FIGURES", "SCALES", "WhiteningSettings", "circuits", "measure"]


@dataclass(frozen=True)
class WhiteningSettings:
    """Mixtures of non-negative sources, and Gaussian data of a given spectrum for the principal subspace."""

    sources: int = 3
    spectrum: tuple[float, ...] = (4.5, 3.5, 1.0, *[0.01] * 7)
    components: int = 3
    samples: int = 20_000
    looks: tuple[int, ...] = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
    seeds: int = 5


_LAPTOP = WhiteningSettings()
SCALES = {
    "smoke": replace(_LAPTOP, samples=1000, looks=(200, 1000), seeds=1),
    "laptop": _LAPTOP,
    "paper": replace(_LAPTOP, seeds=20),
}
_FULL = ("laptop", "paper")


def measure(settings: WhiteningSettings, seed: int) -> dict[str, Any]:
    """Let the network whiten mixtures and the principal subspace, and compare with means of each neuron's own."""
    from bouton.papers._similarity_family.whitening_runs import run_all

    return run_all(settings, seed)


def circuits(settings: WhiteningSettings) -> tuple[Any, ...]:
    """Return the network."""
    from bouton.similarity import WhiteningNetwork

    return (WhiteningNetwork(settings.sources, settings.sources),)


def _median_at_end(name: str):
    def value(results: Mapping[str, Any]) -> float:
        import numpy as np

        return float(np.median(results[f"whitening.{name}"][:, -1]))

    return value


CLAIMS = (
    Claim(
        "whitening.covariance",
        "The answers to mixtures of three sources get unit covariance: largest deviation from the identity after 20000 "
        "samples (median of the seeds).",
        "the identity at rest",
        "2017 paper (recalled); fixed point of its equations",
        AtMost(0.05),
        _median_at_end("mixture.deviation"),
        scales=_FULL,
    ),
    Claim(
        "whitening.subspace",
        "Fewer neurons than inputs whiten the principal subspace: largest deviation of their covariance from the "
        "identity (median of the seeds).",
        "the identity at rest",
        "2015 NeurIPS paper (recalled)",
        AtMost(0.05),
        _median_at_end("subspace.deviation"),
        scales=_FULL,
    ),
    Claim(
        "whitening.subspace-error",
        "It is the principal subspace that they find: subspace error (median of the seeds).",
        "0 at rest",
        "2015 NeurIPS paper (recalled)",
        AtMost(1e-3),
        _median_at_end("subspace.error"),
        scales=_FULL,
    ),
)


def draw_deviation(results: Mapping[str, Any]) -> "matplotlib.figure.Figure":
    """Draw the deviation from unit covariance over the stream."""
    from bouton.report import figures

    names = {
        "mixture": "mixtures",
        "subspace": "principal subspace",
        "own_mean": "mixtures, each neuron with a mean of its own",
    }
    return figures.curves(
        results["whitening.looks"],
        {label: results[f"whitening.{name}.deviation"] for name, label in names.items()},
        xlabel="samples",
        ylabel="deviation from unit covariance",
        logarithmic="xy",
    )


FIGURES = (
    Figure(
        "whitening-deviation",
        "Largest deviation of the answers' covariance from the identity, median of the seeds with a band of 10 to 90 "
        "%; what stays high for long are mixtures with a direction of next to no variance. Look for the network, "
        "which learns from the responses to the input's difference from its mean, against the form in which each "
        "neuron takes the difference of its activity from a running mean of its own: that mean lags while the weights "
        "grow, and the answers get white late or not at all.",
        draw_deviation,
        alt="Curves of the deviation from unit covariance over the number of samples",
    ),
)
