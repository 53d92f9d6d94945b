"""The sections in their order, and what the page is made of: all of their settings, claims, figures and circuits."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._similarity_family import (
    dictionary,
    game,
    kernel,
    principal,
    ring,
    separation,
    tiling,
    whitening,
)

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["CLAIMS", "FIGURES", "SCALES", "SECTIONS", "circuits", "experiment"]

SECTIONS: Mapping[str, Any] = {
    "principal": principal,
    "whitening": whitening,
    "separation": separation,
    "ring": ring,
    "tiling": tiling,
    "dictionary": dictionary,
    "game": game,
    "kernel": kernel,
}
SCALES = {
    scale: {name: section.SCALES[scale] for name, section in SECTIONS.items()} for scale in ("smoke", "laptop", "paper")
}
CLAIMS = tuple(claim for section in SECTIONS.values() for claim in section.CLAIMS)
FIGURES = tuple(figure for section in SECTIONS.values() for figure in section.FIGURES)


def experiment(settings: Mapping[str, Any], seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run all sections.

    Parameters
    ----------
    settings : mapping of str to dataclass
        The settings of each section.
    seed : int
        Seed of all data, orders and random starts.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the section they belong to.
    """
    results: dict[str, Any] = {}
    for number, (name, section) in enumerate(SECTIONS.items()):
        progress(name, number / len(SECTIONS))
        results |= section.measure(settings[name], seed)
    progress("done", 1.0)
    return results


def circuits(settings: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the networks of all sections, whose locality is audited."""
    return tuple(circuit for name, section in SECTIONS.items() for circuit in section.circuits(settings[name]))
