"""The experiment of the paper: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._dendritic_voltage.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run R1 to R4.

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
    from bouton.papers._dendritic_voltage.digests import measure_brandalise, measure_courses, measure_letzkus

    progress("layer 5 cells", 0.0)
    results = measure_letzkus(settings) | measure_courses(settings)
    progress("CA3 cells", 0.05)
    results |= measure_brandalise(settings)
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the synapses whose locality is audited: with the published rule, and with the one compared with."""
    from bouton.dendrites import PUBLISHED_VOLTAGE_PARAMETERS, DendriticSynapses
    from bouton.plasticity import Dense

    parameters = PUBLISHED_VOLTAGE_PARAMETERS["L-c"]
    return DendriticSynapses(Dense(3, 2), parameters), DendriticSynapses(Dense(3, 2), parameters, "instantaneous")
