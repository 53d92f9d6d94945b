"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._online_snmf.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R7.

    Parameters
    ----------
    settings : Settings
        Sizes and parameters.
    seed : int
        Seed of all data, orders and random starts.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the reference run they belong to.
    """
    from bouton.papers._online_snmf.clusters import measure_clusters, measure_cost, measure_novelty
    from bouton.papers._online_snmf.digits import measure_digits
    from bouton.papers._online_snmf.images import measure_images
    from bouton.papers._online_snmf.mixture import measure_mixture
    from bouton.papers._online_snmf.plane import measure_plane

    # The shares are those of the laptop scale.
    stages = (
        ("clusters", 0.0, measure_clusters),
        ("cost against the offline solver", 0.3, measure_cost),
        ("three clusters in the plane", 0.32, measure_plane),
        ("sparse mixtures", 0.5, measure_mixture),
        ("natural images", 0.55, measure_images),
        ("digits", 0.85, measure_digits),
        ("novelty", 0.95, measure_novelty),
    )
    results: dict[str, Any] = {}
    for name, share, measure in stages:
        progress(name, share)
        results |= measure(settings, seed)
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the network of the digits, whose locality is audited; the other networks differ in their sizes only."""
    from bouton.papers._online_snmf.digits import digit_network

    return (digit_network(settings),)
