"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._correlation_invariant.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R6.

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
    from bouton.papers._correlation_invariant.population import measure_population
    from bouton.papers._correlation_invariant.spiking import measure_spiking

    progress("a weak signal under strong correlations", 0.0)
    results = measure_groups(settings, seed)
    progress("decoding", 0.1)
    results |= measure_decoding(settings, seed)
    progress("a population that inhibits itself", 0.2)
    results |= measure_population(settings, seed)
    progress("patches that are not whitened", 0.3)
    results |= measure_patches(settings, seed)
    progress("mixtures of sources", 0.5)
    results |= measure_mixing(settings, seed)
    told = "spiking neurons"
    progress(told, 0.7)
    results |= measure_spiking(settings, seed, lambda share: progress(told, 0.7 + 0.3 * share))
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the neurons whose locality is audited: the rule and a control."""
    from bouton.papers._correlation_invariant.decoding import group_circuits
    from bouton.papers._correlation_invariant.population import population_circuits
    from bouton.papers._correlation_invariant.spiking import spiking_circuits

    neurons, populations = group_circuits(settings), population_circuits(settings)
    rates = neurons["invariant"], neurons["heterosynaptic"], populations["invariant"]
    return *rates, *spiking_circuits(settings).values()
