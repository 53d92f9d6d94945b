"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._structured_deep.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R5 and, at the largest scale, E3.

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
        Names begin with the experiment they belong to.
    """
    from bouton.papers._structured_deep.digits import measure_digits, measure_full_mnist, measure_mnist
    from bouton.papers._structured_deep.faces import measure_faces
    from bouton.papers._structured_deep.feedback import measure_feedback
    from bouton.papers._structured_deep.patches import measure_patches, measure_topography

    # The shares are those of the laptop scale.
    stages = (
        ("digits", 0.0, measure_digits),
        ("MNIST", 0.3, measure_mnist),
        ("patterns, with feedback", 0.6, measure_feedback),
        ("faces", 0.75, measure_faces),
        ("natural images", 0.85, measure_patches),
        ("topography", 0.95, measure_topography),
        ("all of MNIST, where asked for", 0.98, measure_full_mnist),
    )
    results: dict[str, Any] = {}
    for name, share, measure in stages:
        progress(name, share)
        results |= measure(settings, seed)
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return a structured network and a deep one with feedback, whose locality is audited."""
    from bouton.papers._structured_deep.digits import digit_network
    from bouton.papers._structured_deep.feedback import feedback_network

    return digit_network(4), feedback_network(settings, 0.5)
