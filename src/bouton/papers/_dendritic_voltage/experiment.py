"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._dendritic_voltage.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R6.

    Parameters
    ----------
    settings : Settings
        Sizes.
    seed : int
        Seed of the searches for parameters; all else is deterministic.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the reference run they belong to.
    """
    from bouton.papers._dendritic_voltage.dendrite import measure_dendrite
    from bouton.papers._dendritic_voltage.digests import measure_brandalise, measure_courses, measure_letzkus
    from bouton.papers._dendritic_voltage.refits import measure_clopath, measure_refits

    progress("layer 5 cells", 0.0)
    results = measure_letzkus(settings) | measure_courses(settings)
    progress("CA3 cells", 0.05)
    results |= measure_brandalise(settings)
    progress("a synthetic dendrite", 0.08)
    results |= measure_dendrite(settings) | measure_clopath(settings)
    results |= measure_refits(settings, seed, lambda what, done: progress(what, 0.1 + 0.9 * done))
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the synapses whose locality is audited: with the published rule, and with those compared with."""
    from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, DendriticSynapses
    from bouton.plasticity import Dense

    parameters = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
    rules = ("veto", "instantaneous", "clopath")
    return tuple(DendriticSynapses(Dense(3, 2), parameters, rule) for rule in rules)
