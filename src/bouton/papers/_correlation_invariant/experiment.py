"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._correlation_invariant.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1, R2, R4 and R5.

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
    from bouton.papers._correlation_invariant.decoding import measure_decoding, measure_groups
    from bouton.papers._correlation_invariant.mixing import measure_mixing, measure_patches

    progress("a weak signal under strong correlations", 0.0)
    results = measure_groups(settings, seed)
    progress("decoding", 0.1)
    results |= measure_decoding(settings, seed)
    progress("patches that are not whitened", 0.3)
    results |= measure_patches(settings, seed)
    progress("mixtures of sources", 0.5)
    results |= measure_mixing(settings, seed)
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the neurons whose locality is audited: the rule and a control."""
    from bouton.papers._correlation_invariant.decoding import group_circuits

    neurons = group_circuits(settings)
    return neurons["invariant"], neurons["heterosynaptic"]
