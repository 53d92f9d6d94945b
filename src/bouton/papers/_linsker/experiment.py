"""The experiment: all groups, one after the other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bouton.papers._linsker.settings import Settings

if TYPE_CHECKING:
    from bouton.papers import Progress

__all__ = ["circuits", "experiment"]


def experiment(settings: Settings, seed: int, progress: "Progress") -> Mapping[str, Any]:
    """Run the regimes, the theory, the layers, noise and infomax.

    Parameters
    ----------
    settings : Settings
        Sizes and parameters.
    seed : int
        Seed of all places, starts and noise.
    progress : callable
        Told what is being done.

    Returns
    -------
    mapping of str to arrays and numbers
        Names begin with the group they belong to.
    """
    from bouton.papers._linsker.baselines import measure_lines
    from bouton.papers._linsker.channels import measure_channels, measure_local, measure_oja, measure_water
    from bouton.papers._linsker.growing import measure_layers, measure_map, measure_modes, measure_regimes
    from bouton.papers._linsker.noise import measure_noise

    # The shares are those of the laptop scale.
    progress("regimes of layer C", 0.0)
    results = measure_regimes(settings, seed) | measure_map(settings, seed)
    progress("modes", 0.3)
    results |= measure_modes(settings, seed)
    progress("layers B to G", 0.4)
    results |= measure_layers(settings, seed)
    progress("noise", 0.6)
    results |= measure_noise(settings, seed)
    progress("infomax", 0.9)
    results |= measure_channels(settings, seed) | measure_water(settings, seed)
    results |= measure_local(settings, seed) | measure_oja(settings, seed)
    progress("lines", 0.95)
    results |= measure_lines(settings, seed)
    progress("done", 1.0)
    return results


def circuits(settings: Settings) -> tuple[Any, ...]:
    """Return the layered network, while layer C develops, and that of local infomax: their locality is audited."""
    from bouton.papers._linsker.channels import local_network
    from bouton.papers._linsker.noise import network

    return (network(settings, 0, developing=1)[0], local_network(settings, 1.0))
