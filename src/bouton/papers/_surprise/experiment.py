"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._surprise.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R5, and the example of the first figure.

    Parameters
    ----------
    settings : Settings
        Sizes and parameters.
    seed : int
        Seed of all worlds and filters.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the task, or with the reference run they belong to.
    """
    from bouton.papers._surprise.curves import measure_after_change, measure_example, measure_mismatch
    from bouton.papers._surprise.predictions import measure_predictions
    from bouton.papers._surprise.tables import measure_table

    progress("one history", 0.0)
    results = measure_example(settings, seed)
    results |= measure_table("gaussian", settings, seed, lambda what, done: progress(what, 0.02 + 0.33 * done))
    results |= measure_table("categorical", settings, seed, lambda what, done: progress(what, 0.35 + 0.35 * done))
    progress("errors since a change", 0.7)
    results |= measure_after_change(settings, seed)
    progress("predictions for subjects", 0.78)
    results |= measure_predictions(settings, seed)
    results |= measure_mismatch(settings, seed, lambda what, done: progress(what, 0.8 + 0.2 * done))
    progress("done", 1.0)
    return results
